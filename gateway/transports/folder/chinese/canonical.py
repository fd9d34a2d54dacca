"""Chinese texts of canonical documents and business checks."""

from __future__ import annotations

from gateway.transports.folder.chinese.words import Chinese

TEXTS = {
    "canonical-document": Chinese(
        "不是标准单据",
        "{place} 处的 {value} 不是标准单据",
        (
            "请将 `document` 设为 `PurchaseOrder`、`OrderAcknowledgment`、`PurchaseOrderC"
            "hange`、`OrderChangeAcknowledgment`、`ShipNotice` 或 `Invoice`。"
        ),
    ),
    "canonical-missing": Chinese(
        "缺少必填字段",
        "缺少 {place}",
        "如果单据由转换生成，请改正填写此处的映射表行；如果以文件形式收到，请改正文件。",
    ),
    "canonical-unknown-field": Chinese(
        "未知字段",
        "{place} 处没有名为 {value} 的字段",
        "请改正字段名；没有对应字段的内容请放在 `ext` 下。",
    ),
    "canonical-type": Chinese(
        "值的类型不符",
        "{place} 处为 {found}，应为 {expected}",
        "如果单据由转换生成，请改正填写此处的映射表行；如果以文件形式收到，请改正文件。",
    ),
    "canonical-value": Chinese(
        "不允许的值",
        "{place} 处的 {value} 不是 {expected}",
        "如果单据由转换生成，请改正填写此处的映射表行；如果以文件形式收到，请改正文件。",
    ),
    "canonical-one-of": Chinese(
        "若干字段中应恰好填写一个",
        "{place} 应恰好包含以下之一：{alternatives}",
        "如果单据由转换生成，请改正填写此处的映射表行；如果以文件形式收到，请改正文件。",
    ),
    "window-reversed": Chinese(
        "时间段的结束早于开始",
        "{place} 从 {start} 开始，到 {end} 结束",
        "请向采购方确认正确的日期。",
    ),
    "number-twice": Chinese(
        "编号重复",
        "{place} 处的编号 {value} 在本单据中已使用",
        "请向发送方确认以哪一个为准。",
    ),
    "line-not-acknowledged": Chinese(
        "行项目未答复",
        "{place} 既未接受，也未标明缺货或拒绝",
        "请为每个行项目注明处理结果。",
    ),
    "changed-value-missing": Chinese(
        "变更缺少新值",
        "{place} 已变更（{value}），但没有 {missing}",
        "请向发送方确认要求，或给出新值。",
    ),
    "left-above-ordered": Chinese(
        "未交数量大于订购数量",
        "{place} 订购 {ordered}，未交数量却为 {value}",
        "请向发送方确认正确的数量。",
    ),
    "acknowledged-quantity-zero": Chinese(
        "答复数量为零",
        "{place} 处的数量为零",
        "请删除该答复，或填写其对应的数量。",
    ),
    "acknowledged-quantity-differs": Chinese(
        "答复数量与订购数量不符",
        "{place} 处的数量合计为 {value}，而订购数量为 {expected}",
        "请改正数量，使该行全部得到答复。",
    ),
    "container-count-differs": Chinese(
        "箱数或托盘数不符",
        "{place} 为 {value}，而发货通知列出 {listed}",
        "请改正数量，或补列缺少的箱或托盘。",
    ),
    "carton-unknown": Chinese(
        "托盘上有未列出的箱",
        "{place} 引用的箱 {value} 未在发货通知中列出",
        "请列出该箱，或改正箱号。",
    ),
    "carton-loaded-twice": Chinese(
        "同一箱在两个托盘上",
        "{place} 引用的箱 {value} 已在另一托盘上",
        "请改正各托盘的箱。",
    ),
    "content-line-unknown": Chinese(
        "箱内货物引用了未知的行",
        "{place} 引用的行 {value} 不在发货通知中",
        "请增加该行，或改正行号。",
    ),
    "shipped-quantity-differs": Chinese(
        "装箱数量与发货数量不符",
        "{place} 为 {value}，而箱和托盘中共有 {packed}",
        "请改正该行或装箱内容。",
    ),
    "sscc-malformed": Chinese(
        "不是有效的 SSCC",
        "{place} 处的 {value} 既不是 18 位数字，也不是以 00 开头的 20 位数字",
        "请发送条码下方的号码；缺少该号码的发货通知不会发送给合作伙伴（错误）。",
    ),
    "sscc-check-digit": Chinese(
        "SSCC 校验位错误",
        "{place} 处的 {value} 末位应为 {expected}",
        "请发送条码下方的号码；缺少该号码的发货通知不会发送给合作伙伴（错误）。",
    ),
    "identifier-malformed": Chinese(
        "不是该类标识",
        "{place} 处的 {value} 不是 {kind}：{reason}",
        (
            "请在数据来源处改正；在电子表格中请先将该列设为文本格式。含有此类商品编号、承"
            "运人或我方 GLN 的发货通知或发票不会发送给合作伙伴（错误）。"
        ),
    ),
    "identifier-check-digit": Chinese(
        "校验位错误",
        "{place} 处的 {value} 不是 {kind}：末位应为 {expected}",
        (
            "请与数据来源核对。含有此类我方 GLN 的发货通知或发票不会发送给合作伙伴（错误）"
            "；商品编号按原样发送，因为采购方可能就是用它订购的。"
        ),
    ),
    "unit-unknown": Chinese(
        "计量单位不在代码表中",
        "{place} 处的计量单位 {value} 不在任何代码表中",
        "请将其加入 `mappings/codes/unit.csv`，或要求发送方使用常用单位。",
    ),
    "sscc-twice": Chinese(
        "两个箱或托盘使用同一 SSCC",
        "{place} 处的 {value} 也用于本发货通知的另一个箱或托盘",
        "请为每个箱和托盘使用不同的号码。",
    ),
    "line-amount-differs": Chinese(
        "行金额不符",
        "{place} 为 {value}，而数量乘以单价为 {expected}",
        "请改正数量、单价或金额；或设置该合作伙伴按箱计价的方式。",
    ),
    "invoice-total-differs": Chinese(
        "发票合计不符",
        "{place} 为 {value}，而各行、费用、折让和税额合计为 {expected}",
        "请改正金额；或设置该合作伙伴的发票合计方式。",
    ),
}
