"""Chinese texts of what translating finds."""

from __future__ import annotations

from gateway.transports.folder.chinese.words import Chinese

TEXTS = {
    "identities-assumed": Chinese(
        "采用了默认的信封标识",
        "未指定合作伙伴，交换按 {sender} 发往 {receiver} 写出",
        "请用 --partner 指定合作伙伴，或在 partners/<name>/partner.yaml 中定义。",
    ),
    "partner-differs": Chinese(
        "属于其他合作伙伴的交换",
        "该交换的双方为 {names}，而指定的合作伙伴为 {expected}",
        "请用 --partner 指定该文件所属的合作伙伴，或改正其 partner.yaml 中的标识。",
    ),
    "control-numbers-assumed": Chinese(
        "控制号从 1 开始",
        "未给出控制号，交换、功能组和交易集（ISA13、GS06、ST02）从 1 开始编号",
        "请用 --control-numbers 给出下一组控制号，例如 1042,1042,0001。",
    ),
    "documents-mixed": Chinese(
        "单据类型混杂",
        "{place} 是 {value}，而输出中已有 {other}；该格式的一个文件只能包含一种单据",
        "请按类型分别转换，或转换为可包含多种单据的 canonical 或 X12 格式。",
    ),
    "no-mapping": Chinese(
        "没有映射表",
        "没有连接 {document} 与 {format} 的映射表",
        ("可用 `gateway mappings list` 查看现有映射表；请在 mappings/ 中增加一个，或选择其他格式。"),
    ),
    "mapping-unclear": Chinese(
        "无法确定使用哪个映射表",
        "{problem}",
        (
            "请改正标题行，或在 mappings/ 中为此类文件增加映射表。`gateway mappings list`"
            " 列出现有映射表；`gateway translate --mapping NAME` 按指定的映射表读取。"
        ),
    ),
    "mapping-column-missing": Chinese(
        "标题行缺少最接近映射表中的列",
        "标题行与 {table} 相近，但缺少列 {value}{stands}",
        (
            "请改正标题行，或在映射表中按文件的写法命名该列。`gateway translate --mapping"
            " NAME` 按指定的映射表读取。"
        ),
    ),
    "written-not-valid": Chinese(
        "待写出的内容无效",
        "该单据的 {format} 内容无效，因此未写出：{problem}",
        "请补全单据或映射表，使目标格式所需的内容齐全。",
    ),
    "read-back-differs": Chinese(
        "写出的单据回读不一致",
        "写出的 {format} 回读后与原单据不同，已扣留",
        "请将该单据和映射表一并上报；映射表中某行的读写两个方向不一致。",
    ),
    "filled-by-default": Chinese(
        "由映射表填写了默认值",
        "单据未给出 {format} 的部分内容，已由映射表填写：{places}（第 {rows} 行）",
        ("请确认这些值正确。如不正确，请随单据提供，或修改该行的默认值（可在覆盖表中只针对某个合作伙伴）。"),
    ),
    "not-carried": Chinese(
        "部分字段未带入",
        "{format} 无法容纳 {documents} 的全部内容，未带入：{fields}",
        (
            "如果接收方需要，请在该格式的映射表中增加一行，或以其他方式发送；docs/round-t"
            "rip.md 说明了各格式省略的内容及原因。否则无需处理。"
        ),
    ),
    "explanation-too-big": Chinese(
        "单据过大，无法逐项说明",
        "单据超过 {limit} 处，未逐项说明",
        "请改用同类的较小单据查看说明；两者由映射表的相同行读取。",
    ),
    "explanation-documents": Chinese(
        "未说明全部单据",
        "共 {count} 份单据，只说明前 {limit} 份",
        "请将需要说明的单据放入单独的文件。",
    ),
}
