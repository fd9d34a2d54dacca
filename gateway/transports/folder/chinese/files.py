"""Chinese texts of faults of files as a whole."""

from __future__ import annotations

from gateway.transports.folder.chinese.words import Chinese

TEXTS = {
    "format-unknown": Chinese(
        "无法识别文件格式",
        "该文件不属于网关可读取的任何格式",
        (
            "请确认文件完整，且未经压缩或加密。也可用 `gateway view --from FORMAT` 或 `ga"
            "teway translate --from FORMAT` 指定格式读取。"
        ),
    ),
    "file-empty": Chinese(
        "文件为空",
        "文件中没有任何数据",
        "请重新发送该文件。",
    ),
    "file-cut": Chinese(
        "文件不完整",
        "文件 {value} 一直没有结尾，已等待到期限",
        "请重新发送完整的文件：先用其他名称写入，写完后再改名。",
    ),
    "no-documents": Chinese(
        "文件中没有单据",
        "文件中没有单据，因此没有可检查、显示或转换的内容",
        "无需处理；如果本应有单据，请检查生成该文件的系统。",
    ),
    "findings-limit": Chinese(
        "未列出全部问题",
        "报告只列出前 {limit} 个问题，可能还有更多",
        "请先改正已列出的问题，再重新检查。",
    ),
    "findings-left-out": Chinese(
        "未列出文件的全部问题",
        ("报告只列出前 {limit} 个问题，另有 {errors} 个错误、{warnings} 个警告和 {notes} 个提示未列出"),
        "请先改正已列出的问题，再重新检查。",
    ),
    "file-too-many-faults": Chinese(
        "文件问题过多",
        "已在此处停止读取：该文件的问题超过 {limit} 个",
        "请先确认文件是否正确，改正已列出的问题后重新检查。",
    ),
    "charset-fallback": Chinese(
        "文本与声明的字符集不符",
        "{place} 处的文本不是 {charset} 编码，已按 {used} 读取",
        ("请与发送方约定字符集，在合作伙伴文件中设置 `x12.charset`，并用 --partner 指定合作伙伴。"),
    ),
}
