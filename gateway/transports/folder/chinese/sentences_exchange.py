"""Chinese for the words in what is decided between partners, and in what is shaped for the other side."""

from __future__ import annotations

PHRASES = {
    "a set of the group is rejected": "组中有交易集被拒绝",
    "only {count} sets were received": "只收到 {count} 个交易集",
    "number": "数字",
    "acknowledgment code": "应答代码",
    "the agreement holds every document": "协议规定所有单据都须暂扣",
    "its amount cannot be told, and more than {limit} is held": "无法得知其金额，而超过 {limit} 的单据须暂扣",
    "its amount {amount} is more than {limit}": "其金额 {amount} 超过 {limit}",
    "the envelope": "信封",
    "a test": "测试",
    "meant": "生产",
    "names none{whose_words} that takes": "没有写明{whose_words}可接收者，单据",
    " of {partner_name}": " {partner_name} 的",
    "names several ({agreements}) for": "写明了多个（{agreements}），单据",
    "us": "我方",
    "a file": "文件",
    "any format": "任意格式",
    "was taken away": "被删除",
    "differ, and have no number or the same one twice": "有变化，且没有编号或编号重复",
    "differs": "有变化",
    "{item} cannot be shared evenly among {count} cartons": "{item} 无法在 {count} 个箱中平均分配",
    "there are {count} shipment levels (HL03 S), and there must be one": (
        "共有 {count} 个发货层级（HL03 为 S），应恰好有一个"
    ),
    "the same two kinds of level are nested both ways round": "同样的两种层级互相嵌套",
    "nothing of order {order} is among the lines": "各行中没有订单 {order} 的内容",
    "the levels {levels} are no order of S, O, T, P and I that an 856 can have": (
        "层级 {levels} 不是 856 可以使用的 S、O、T、P、I 顺序"
    ),
    "the levels {levels} have no place for {what_words}": "层级 {levels} 中没有{what_words}的位置",
    "a line names no order, and an 856 tells items below their order": (
        "有一行没有注明订单，而 856 中的项目位于其订单之下"
    ),
    "{package_words} holds goods that these levels put in two places; choose levels with the package above "
    "the order, such as S P O I": (
        "{package_words}中的货物按这些层级会分在两处；请选用包装位于订单之上的层级，如 S P O I"
    ),
    "pallet {own_name}": "托盘 {own_name} ",
    "carton {own_name}": "箱 {own_name} ",
    "some rows have a line number and this one has none": "其他数据行有行号，而这一行没有",
    "the rows of {what_words} {number} have different values for {field}": (
        "{what_words} {number} 的各数据行的 {field} 不一致"
    ),
    "packages hold line {number} in {other}, which is shipped in {unit}; a row has one unit": (
        "行 {number} 在包装中以 {other} 计，而发货以 {unit} 计；一个数据行只有一个单位"
    ),
    "packages hold {total} of line {number}, of which {shipped} are shipped": (
        "包装中有行 {number} 的 {total}，而发货数量为 {shipped}"
    ),
    "pallet {name} names carton {number}, which the notice does not have": (
        "托盘 {name} 引用了箱 {number}，而发货通知中没有该箱"
    ),
    "two pallets name carton {number}, or one names it twice": (
        "箱 {number} 被两个托盘引用，或被同一托盘引用两次"
    ),
    "a package names line {number}, which the notice does not have": (
        "包装引用了行 {number}，而发货通知中没有该行"
    ),
    "two {what_words} have the number {number}": "有两个{what_words}的编号都是 {number}",
    "{what_words} {name} holds nothing that is listed": "{what_words} {name} 中没有列出任何内容",
    "line": "行",
    "carton": "箱",
    "pallet": "托盘",
    "lines": "行",
    "cartons": "箱",
    "pallets": "托盘",
    "{place} was not written": "{place} 未写入",
    "{place} stays without {field}": "{place} 没有 {field} 的值",
    "{place} was not read as {field} but kept as it is": "{place} 未读作 {field}，已按原样保留",
    "so the document is held": "因此单据被暂扣",
    "so it is left out": "因此省略",
    "so it is left out; so with {count} more": "因此省略；另有 {count} 处相同",
    "so it is {value}": "因此取值为 {value}",
    "so it is {value}; so with {count} more": "因此取值为 {value}；另有 {count} 处相同",
    "the document": "单据",
    "a canonical document": "标准单据",
    "a {kind_name}": "{kind_name}",
    "{kind_name} documents": "{kind_name} 单据",
    "it was refused": "内容被拒绝",
}
