"""Chinese texts of faults of X12 segments, elements, totals, guides and acknowledgments."""

from __future__ import annotations

from gateway.transports.folder.chinese.words import Chinese

TEXTS = {
    "segment-unknown": Chinese(
        "无法识别的段",
        "{place} 不是版本 {release} 的段",
        "请改正段标识，或删除该段。",
    ),
    "segment-unexpected": Chinese(
        "此处不应出现该段",
        "{place} 不应出现在此处",
        "请将该段移到标准规定的位置。",
    ),
    "segment-missing": Chinese(
        "缺少必需的段",
        "缺少必需的段 {place}",
        "请增加该段。",
    ),
    "loop-too-many": Chinese(
        "循环重复次数过多",
        "循环 {loop_name} 出现超过 {max} 次",
        "请减少次数，或拆分单据。",
    ),
    "segment-too-many": Chinese(
        "段重复次数过多",
        "{place} 在此处出现超过 {max} 次",
        "请删除多余的段。",
    ),
    "segment-not-in-set": Chinese(
        "段不属于该交易集",
        "{place} 不属于 {set}",
        "请删除该段。",
    ),
    "segment-out-of-order": Chinese(
        "段的顺序错误",
        "{place} 出现过晚，应在 {before} 之前",
        "请将该段移到标准规定的位置。",
    ),
    "segment-empty": Chinese(
        "空段",
        "有一个没有任何内容的段",
        "请删除该段。",
    ),
    "segment-trailing-separator": Chinese(
        "段尾有多余的分隔符",
        "{place} 末尾多出 {count} 个分隔符",
        "请要求发送方去掉这些分隔符。",
    ),
    "segment-too-long": Chinese(
        "段过长",
        "有一个段超过 {limit}",
        "请检查段终止符。",
    ),
    "segment-too-many-elements": Chinese(
        "段的元素过多",
        "有一个段的元素超过 {limit} 个",
        "请检查分隔符，并确认数据中没有与之相同的字符。",
    ),
    "hl-id": Chinese(
        "层级编号无效",
        "{place} 为 {value}：{problem}",
        "请按发送顺序将 HL 段编号为 1、2、3……",
    ),
    "hl-parent": Chinese(
        "上级层级无效",
        "{place} 为 {value}：{problem}",
        "请在 HL02 中填写前面某个层级的 HL01。",
    ),
    "hl-level": Chinese(
        "层级的位置不常见",
        "层级 {value} 位于{where}，常用结构中此处没有该层级",
        ("请按合作伙伴支持的顺序发送发货（S）、订单（O）、托盘（T）、包装（P）和项目（I）层级。"),
    ),
    "hl-too-deep": Chinese(
        "层级过深",
        "层级结构超过 {limit} 层",
        "请检查 HL02。",
    ),
    "hl-child-flag": Chinese(
        "下级层级标志错误",
        "HL04 为 {value}，与实际层级不符：{actual}",
        "如果该层级之下还有层级，请填 1，否则填 0。",
    ),
    "element-missing": Chinese(
        "缺少必填元素",
        "缺少 {place}（{name}）",
        "请填写该元素。",
    ),
    "element-conditional-missing": Chinese(
        "缺少条件必填元素",
        "缺少 {place}（{name}）：{rule}",
        "请按规则补充内容，或去掉要求它的元素。",
    ),
    "element-too-many": Chinese(
        "元素过多",
        "{place} 超出该段允许的 {max} 个元素",
        "请删除多余的元素。",
    ),
    "element-too-short": Chinese(
        "元素过短",
        "{place}（{name}）的值 {value} 有 {length} 个字符，至少需要 {min} 个",
        "请发送完整的值。",
    ),
    "element-too-long": Chinese(
        "元素过长",
        "{place}（{name}）的值 {value} 有 {length} 个字符，最多允许 {max} 个",
        "请缩短该值。",
    ),
    "element-character": Chinese(
        "含有不允许的字符",
        "{place}（{name}）的值为 {value}：{problem}",
        "请改正该值。",
    ),
    "element-code": Chinese(
        "代码无效",
        "{place}（{name}）的值 {value} 不是元素 {number} 的代码",
        "请使用代码表中的代码；`gateway schemas show` 可列出代码表。",
    ),
    "element-date": Chinese(
        "日期无效",
        "{place}（{name}）的值 {value} 不是日期",
        "请按 CCYYMMDD 发送有效日期；要求六位数字时请按 YYMMDD。",
    ),
    "element-time": Chinese(
        "时间无效",
        "{place}（{name}）的值 {value} 不是时间",
        "请按 HHMM、HHMMSS 或带百分之一秒的格式发送有效时间。",
    ),
    "element-exclusion": Chinese(
        "元素互斥",
        "{place}（{name}）不能与 {other} 同时发送",
        "请只发送其中一个。",
    ),
    "element-repetitions": Chinese(
        "重复次数过多",
        "{place}（{name}）重复 {count} 次，最多允许 {max} 次",
        "请删除多余的重复。",
    ),
    "element-components": Chinese(
        "子元素过多",
        "{place}（{name}）有 {count} 个子元素，最多允许 {max} 个",
        "请删除多余的子元素。",
    ),
    "code-not-listed": Chinese(
        "代码不在我方代码表中",
        "{place}（{name}）的值 {value} 不在我方元素 {number} 的部分代码表中",
        "请与合作伙伴核对该代码；如果正确，请加入代码表。",
    ),
    "total-lines": Chinese(
        "行数不符",
        "CTT01 为 {value}，而交易集中有 {actual} 个 {counted} 段",
        "请与发送方的单据核对；已收到的行按原样使用。",
    ),
    "total-hash": Chinese(
        "数量合计不符",
        "CTT02 为 {value}，而数量（{counted}）合计为 {actual}",
        "请与发送方的单据核对；已收到的行按原样使用。",
    ),
    "total-amount": Chinese(
        "总金额不符",
        "{place} 为 {value}，而各行合计为 {actual}，且费用、折让和税额都无法解释该差额",
        "付款或发货前，请与发送方的单据核对。",
    ),
    "guide-segment-missing": Chinese(
        "缺少指南要求的段",
        "缺少指南要求的 {what}（{statement}）{doubt}",
        "请增加该段；如果合作伙伴并不要求，请改正指南。",
    ),
    "guide-segment-not-used": Chinese(
        "发送了指南不使用的段",
        "发送了指南不使用的 {what}（{statement}）{doubt}",
        "请去掉该段；如果合作伙伴接受，请改正指南。",
    ),
    "guide-segment-too-many": Chinese(
        "段的次数超过指南允许",
        "{what} 的发送次数超过指南允许的 {max} 次（{statement}）{doubt}",
        "请减少发送次数；如果合作伙伴接受更多，请改正指南。",
    ),
    "guide-loop-too-many": Chinese(
        "循环的次数超过指南允许",
        "循环 {what} 的发送次数超过指南允许的 {max} 次（{statement}）{doubt}",
        "请减少发送次数；如果合作伙伴接受更多，请改正指南。",
    ),
    "guide-element-missing": Chinese(
        "缺少指南要求的元素",
        "缺少指南要求的 {place}（{name}）（{statement}）{doubt}",
        "请填写该元素；如果合作伙伴并不要求，请改正指南。",
    ),
    "guide-element-not-used": Chinese(
        "填写了指南不使用的元素",
        "{place}（{name}）的值为 {value}，而指南不使用该元素（{statement}）{doubt}",
        "请去掉该元素；如果合作伙伴接受，请改正指南。",
    ),
    "guide-element-too-short": Chinese(
        "元素短于指南的要求",
        ("{place}（{name}）的值 {value} 有 {length} 个字符，指南要求至少 {min} 个（{statement}）{doubt}"),
        "请发送完整的值；如果合作伙伴接受更短的值，请改正指南。",
    ),
    "guide-element-too-long": Chinese(
        "元素长于指南的要求",
        ("{place}（{name}）的值 {value} 有 {length} 个字符，指南最多允许 {max} 个（{statement}）{doubt}"),
        "请缩短该值；如果合作伙伴接受更长的值，请改正指南。",
    ),
    "guide-element-code": Chinese(
        "指南不允许的值",
        "{place}（{name}）的值为 {value}，指南只允许 {allowed}（{statement}）{doubt}",
        "请使用指南允许的值；如果合作伙伴接受该值，请改正指南。",
    ),
    "guide-element-repetitions": Chinese(
        "元素重复次数超过指南允许",
        "{place}（{name}）重复 {count} 次，指南最多允许 {max} 次（{statement}）{doubt}",
        "请删除多余的重复；如果合作伙伴接受更多，请改正指南。",
    ),
    "acknowledgment-segment-missing": Chinese(
        "确认回执缺少段",
        "确认回执中缺少必需的 {missing}",
        "请要求合作伙伴重新发送确认回执；在此之前，已发送的单据仍未得到答复。",
    ),
    "acknowledgment-segment-unexpected": Chinese(
        "确认回执中有意外的段",
        "{place} 在确认回执的此处没有意义，已略过",
        "请要求合作伙伴改正其确认回执。",
    ),
    "acknowledgment-element": Chinese(
        "确认回执的元素无效",
        "{place} 的值 {value} 不是 {expected}",
        "请向合作伙伴确认其含义；在此之前，已发送的单据仍未得到答复。",
    ),
    "acknowledgment-contradiction": Chinese(
        "确认回执自相矛盾",
        "{place} 的值为 {value}，但 {problem}",
        "在重新发送任何单据之前，请向合作伙伴确认以哪一个为准。",
    ),
}
