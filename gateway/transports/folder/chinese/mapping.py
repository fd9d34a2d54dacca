"""Chinese texts of what mapping tables find."""

from __future__ import annotations

from gateway.transports.folder.chinese.words import Chinese

TEXTS = {
    "mapping-required-missing": Chinese(
        "必填项没有值",
        "{spot} 为必填项，但没有 {field} 的值（第 {row} 行）",
        "请在数据来源处提供该值，或在该行用 `default=` 从协议中取值。",
    ),
    "mapping-field-missing": Chinese(
        "单据缺少必需的字段",
        "单据需要 {field}，但 {place} 处没有提供（块 {row}）",
        "请向发送方索取该值，或在映射表行中用 `absent=` 或常量给出。",
    ),
    "mapping-value": Chinese(
        "值无法转换",
        "{place} 处的 {value} 不符合行 `{field}: {spot}`：{reason}（{row}）",
        (
            "请在数据来源处改正该值。如果所有值都如此，请改正映射表：平面文件的设置（`dat"
            "e`、`decimal`）或该行的编解码器。"
        ),
    ),
    "code-unknown": Chinese(
        "目标格式没有对应的代码",
        ("{field} 为 {word}，而 {list} 中没有对应的 {format} 代码{hint}（第 {row} 行：{spot}）"),
        "如果该格式可以表示，请将其加入代码表；否则请改正单据。",
    ),
    "flat-code-unknown": Chinese(
        "代码不在代码表中",
        ("{place}：{value} 不是 {list} 中用于 {field} 的 {format} 代码{hint}（第 {row} 行）"),
        "请改正该值，或将其加入代码表。",
    ),
    "places-differ": Chinese(
        "应当一致的内容不一致",
        "{place} 处的 {value} 与 {other} 不同，但两者都表示 {field}（第 {row} 行）",
        "请由发送方使两处一致，或为第二处设置单独的字段。",
    ),
    "lines-differ": Chinese(
        "各行项目不同，而格式只能表示一次",
        ("{field} 不一致（{value} 与 {other}），而 {spot} 只能为全部项目表示一次（第 {row} 行）"),
        "请使各项目一致，或作为不同的单据分别发送。",
    ),
    "rows-differ": Chinese(
        "重复列在各行中不一致",
        "{place} 的列 {column} 为 {value}，而此前同组各行为 {other}",
        "同组的各行请填写相同的值。",
    ),
    "rows-without-key": Chinese(
        "数据行没有说明所属项目",
        "{place}：该行有 {value}，但用于区分项目的列 {column} 为空",
        "请在每一行填写该列。",
    ),
    "rows-of-no-document": Chinese(
        "有问题的行可能属于任一单据",
        "{place}：该行应在列 {column} 中说明所属单据，但{reason}",
        "请改正该行，并重新发送整个文件。",
    ),
    "key-repeated": Chinese(
        "两个项目的键值相同",
        "{field} 有两个项目在列 {column} 中都是 {value}，会被读成一个（第 {row} 行）",
        "请为项目编号，使每个项目有自己的键值。",
    ),
    "constant-differs": Chinese(
        "该格式无法表示此值",
        "{field} 为 {value}，而该格式固定表示 {other}，没有位置表示其他值（第 {row} 行）",
        "请用可以表示该值的格式发送此类单据。",
    ),
    "total-differs": Chinese(
        "合计与单据内容不符",
        "{spot} 为 {value}，单据合计为 {other}（第 {row} 行）",
        "请与发送方核对各行。",
    ),
    "several-items": Chinese(
        "项目数超过格式可容纳的数量",
        "{field} 含有多个项目，而 {spot} 只能表示一个（块 {row}）",
        "请确定以哪一个为准，或用可容纳全部项目的格式发送。",
    ),
    "place-taken": Chinese(
        "位置已被其他值占用",
        "{field} 的 {value} 无法写入已占用的 {spot}（第 {row} 行）",
        "请去掉其中一个值，或在覆盖表中为该行指定其他位置。",
    ),
    "no-room": Chinese(
        "部分键值没有位置",
        "{spot} 已没有位置写入 {field} 的 {value}（第 {row} 行）",
        "请将接收方需要的标识放在前面，或为其单独设置映射表行。",
    ),
    "nothing-to-fill": Chinese(
        "该值不能单独写入",
        "{field} 的 {value} 未写入：{spot} 只用于补充其他行写出的内容（第 {row} 行）",
        "如果接收方需要该值，请补全单据。",
    ),
    "parameter-unknown": Chinese(
        "没有协议提供该行所需的参数",
        "{what}：应由合作伙伴协议提供的 ${parameter} 未知（第 {row} 行）",
        "请用 --partner 指定合作伙伴；如已指定，请在其文件的 `terms:` 中给出该值。",
    ),
    "ext-not-placed": Chinese(
        "保留的数据无法写回",
        "从 {spot} 保留的 {value} 无法写回",
        "请为该位置增加映射表行，或从单据的 `ext` 中删除。",
    ),
    "separator-in-component": Chinese(
        "子元素中含有分隔符",
        "{field} 的 {value} 含有子元素分隔符 {other}（第 {row} 行）",
        "请改用其他子元素分隔符，或修改文本。",
    ),
    "segment-not-placed": Chinese(
        "段在交易集中没有位置",
        "段 {place} 在交易集中没有位置，因此未转换",
        "请校验该文件，并请发送方改正其结构。",
    ),
    "shape-refused": Chinese(
        "结构无法转换为单据",
        "{pair}：{problem}",
        "请在数据来源处改正结构。",
    ),
    "crossref-missed": Chinese(
        "对照表中没有对应的行",
        "{crossref} 在 {day} 没有为 {value} 给出 {field} 的行，{what}（第 {row} 行）",
        "请在对照表中增加一行，或在映射表中用 `default=` 指定默认值。",
    ),
    "crossref-ambiguous": Chinese(
        "对照表中有多行对应",
        ("{crossref} 在 {day} 有多行对应 {value}，给出的 {field} 不同：{rows}（第 {row} 行）"),
        ("请用 `valid_from` 和 `valid_until` 限定各行的有效期，或按两个字段查找（`asin+unit`）。"),
    ),
    "crossref-differs": Chinese(
        "单据与对照表不一致",
        "{field} 在单据中为 {value}，在 {crossrow} 中为 {other}（第 {row} 行）",
        "请改正对照表的该行，或向发送方确认。",
    ),
    "crossref-value": Chinese(
        "对照表单元格的值无法使用",
        "{crossrow} 中的 {value} 不能作为 {field}：{reason}（第 {row} 行）",
        "请改正该单元格；`gateway mappings check` 会列出所有类似的单元格。",
    ),
}
