"""Chinese texts of faults of fixed-width files."""

from __future__ import annotations

from gateway.transports.folder.chinese.words import Chinese

TEXTS = {
    "fixed-record-unknown": Chinese(
        "未知的记录标识",
        "{place}：{value} 不是布局 {layout} 的记录标识{hint}",
        "请改正记录标识，或在布局中增加该记录。",
    ),
    "fixed-record-order": Chinese(
        "记录顺序错误",
        "{place}：记录 {value} 不能出现在此处；{reason}",
        "请按布局规定的顺序写入记录，参见 `docs/formats.md`。",
    ),
    "fixed-record-missing": Chinese(
        "缺少记录",
        "{place}：由此开始的单据缺少布局 {layout} 要求的记录 {value}",
        "请重新发送完整的文件。",
    ),
    "fixed-short": Chinese(
        "记录过短",
        "{place}：记录 {record} 只有 {value} 个字符，布局规定为 {expected} 个",
        "请发送完整的记录；如果允许省略行尾空格，请在布局中设置 `trimmed: true`。",
    ),
    "fixed-long": Chinese(
        "记录过长",
        "{place}：记录 {record} 在规定的 {expected} 个字符之后还有 {value}",
        "请对照布局检查该记录，并检查是否缺少换行符。",
    ),
    "fixed-field": Chinese(
        "字段内容不符",
        "{place}：{field} 中的 {value}：{reason}",
        "请改正该值；如果多处出错，请核对布局中的起始位置和长度。",
    ),
    "fixed-field-missing": Chinese(
        "必填字段为空",
        "{place}：{field} 为空",
        "请填写该字段。",
    ),
    "fixed-constant-differs": Chinese(
        "字段不是规定的固定值",
        "{place}：{field} 为 {value}，应始终为 {expected}",
        "请发送约定类型的文件，或改正布局。",
    ),
    "fixed-count-differs": Chinese(
        "结尾记录的计数不符",
        "{place}：{field} 为 {value}，实际为 {expected}",
        "请重新发送完整的文件；计数应包括该类的全部记录。",
    ),
    "fixed-between-fields": Chinese(
        "布局中没有字段的位置出现文本",
        "{place}：{record} 中的 {value} 所在位置在布局 {layout} 中没有字段",
        "请改正该记录，或在布局中为此位置增加字段。",
    ),
    "fixed-not-written": Chinese(
        "值超出字段范围",
        "待写出文件的 {place}：{value} 无法写入 {field}：{reason}{row}",
        "请在数据来源处缩短该值；如接收方同意，可加宽布局中的字段。",
    ),
    "fixed-file-differs": Chinese(
        "各单据的文件级内容不一致",
        "{field} 在文件中只出现一次，而各单据分别为 {value} 和 {other}",
        "请将这些单据分别写入单独的文件。",
    ),
    "fixed-not-in-layout": Chinese(
        "保留的值没有对应字段",
        "布局 {layout} 中没有位置存放保留在 {field} 下的 {value}",
        "如果接收方需要，请在布局中为其增加字段。",
    ),
    "layout-unclear": Chinese(
        "没有适用的布局",
        "这些记录不符合任何一个布局；现有布局：{layouts}",
        "请用 --mapping 指定映射表，或确认第一条记录的标识与布局一致。",
    ),
}
