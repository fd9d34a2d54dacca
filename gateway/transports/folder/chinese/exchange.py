"""Chinese texts of what is decided between partners, and of answers completed from orders."""

from __future__ import annotations

from gateway.transports.folder.chinese.words import Chinese

TEXTS = {
    "order-missing": Chinese(
        "找不到该订单",
        "没有保存过该合作伙伴编号为 {value} 的订单（{row}）",
        "请更正订单号，或先接收该订单；之后应答会自动继续处理。",
    ),
    "order-line-unknown": Chinese(
        "订单中没有该行",
        "订单 {order} 中没有与 {value} 对应的行（{row}）",
        "请在源系统中更正行号或商品编号。",
    ),
    "order-line-unclear": Chinese(
        "订单中有多行符合",
        "订单 {order} 中有多行与 {value} 对应（{row}）",
        "请在应答中写明订单行号。",
    ),
    "order-differs": Chinese(
        "应答与订单不一致",
        "{field} 在应答中为 {value}，在订单 {order} 中为 {other}（{row}）",
        "请在源系统中更正；如确属有意更改，可保持不变。",
    ),
    "orders-unknown": Chinese(
        "没有可用的订单",
        "缺少的内容可由订单补全，但没有可用的订单；请用 --orders 提供",
        "请用 `gateway translate --orders FILE` 指定订单文件。",
    ),
    "identity-mismatch": Chinese(
        "信封中的身份不符",
        "{element} 为 {value}，不是通道 {channel} 上 {side} 的名称",
        (
            "请向合作伙伴确认发送方。若名称无误，请更正其 partner.yaml 中的 `partner` 或 `own`，"
            "再从隔离区重新处理。该文件未被应答。"
        ),
    ),
    "no-agreement": Chinese(
        "没有适用的协议",
        "通道 {channel} 上没有协议接收此版本的 {value}（{format}）",
        "请在合作伙伴的 partner.yaml 中写入协议，再从隔离区重新处理；或询问对方为何发送。",
    ),
    "agreement-not-in-force": Chinese(
        "协议未生效",
        "{day} 当天没有生效的 {value} 协议：{agreements}",
        "请更正协议的起止日期，或签订新协议，然后重新处理。",
    ),
    "agreement-unclear": Chinese(
        "有多个协议适用",
        "{value} 同时符合多个协议：{agreements}",
        "请为它们设定不同的通道、版本或生效日期，然后重新处理。",
    ),
    "wrong-usage": Chinese(
        "测试与生产混用",
        "{value} 属于 {kind}，而以下协议或其通道不是：{agreements}",
        "请让对方使用正确的用途标识（ISA15），或更正协议及其通道的 `usage`。",
    ),
    "no-onward": Chinese(
        "没有后续去向",
        "协议 {agreement}：{problem} {value}",
        "请在该协议的 `to` 中写明应接收此单据的合作伙伴的发出协议。",
    ),
    "duplicate-file": Chinese(
        "文件已收到过",
        "相同内容的文件此前已收到，消息编号为 {earlier}",
        "若为误发，无需处理；否则请要求对方用新的控制号重发。",
    ),
    "duplicate-numbers": Chinese(
        "控制号已使用过",
        "控制号 {value} 此前已在消息 {earlier} 中出现，但内容不同",
        "若确为另一份单据，请要求对方用新的控制号重发。",
    ),
    "duplicate-content": Chinese(
        "单据已收到过",
        "{value} 此前已以相同内容收到，消息编号为 {earlier}",
        "若为误发，无需处理；否则请对方另用单据编号。",
    ),
    "content-taken-back": Chinese(
        "订单又恢复为修改前的内容",
        "{value} 的内容与消息 {earlier} 相同，但其间曾被修改",
        "请向合作伙伴确认以哪一份为准，然后放行或拒绝。",
    ),
    "number-reused": Chinese(
        "编号已使用过",
        "{value} 与消息 {earlier} 编号相同，但内容不同",
        "请用 `gateway messages diff` 查看差异；若非有意，请询问发送方。",
    ),
    "revision-unsayable": Chinese(
        "变更单无法表达该差异",
        "{place} {problem}，变更单无法表达",
        "请比较两份订单并告知接收方，或在协议的 `duplicates` 中设为 `revision: whole` 整份转交。",
    ),
    "receipt-unmatched": Chinese(
        "回执与任何已发送的文件不符",
        "来自 {sender} 的 {kind} 应答控制号 {value}，而我们未向其发送过",
        "请询问对方应答的是什么。已发送的文件仍在等待回执。",
    ),
    "receipt-ambiguous": Chinese(
        "回执可能对应多份已发送文件",
        "来自 {sender}、控制号为 {value} 的 {kind} 符合多份已发送文件：{sent}",
        "请询问对方指的是哪一份，并确保控制号不再重复使用。",
    ),
    "receipt-contradicts": Chinese(
        "回执相互矛盾",
        "{value} 既被接受又被拒绝",
        "再次发送之前，请先向对方确认实际结果。",
    ),
    "receipt-unclear": Chinese(
        "回执未说明结果",
        "收到的回执没有说明 {value} 的结果",
        "请对方发送完整的回执。",
    ),
    "receipt-set-unknown": Chinese(
        "回执涉及未发送的交易集",
        "回执提到交易集 {value}，但所应答的组中没有它",
        "请询问对方所指为何，尤其是在被拒绝时。",
    ),
    "receipt-overdue": Chinese(
        "回执逾期",
        "{value} 已于 {delivered} 送达，但没有回执",
        "请询问对方。若对方未收到，可用 `gateway messages resend` 重发相同内容。",
    ),
    "held-for-release": Chinese(
        "等待人工放行",
        "单据已完成，但被暂扣：{problem}",
        "请用 `gateway held show` 查看，然后放行，或说明理由后拒绝。其期限仍在计算。",
    ),
}
