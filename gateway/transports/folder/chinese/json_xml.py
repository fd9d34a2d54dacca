"""Chinese texts of faults of JSON and XML."""

from __future__ import annotations

from gateway.transports.folder.chinese.words import Chinese

TEXTS = {
    "json-syntax": Chinese(
        "JSON 语法错误",
        "文本不是有效的 JSON：{problem}",
        "请改正文本，或要求发送方重新发送。",
    ),
    "json-too-deep": Chinese(
        "JSON 嵌套过深",
        "JSON 嵌套超过 {limit} 层",
        "请向发送方确认这是什么文件。",
    ),
    "json-duplicate-key": Chinese(
        "键重复",
        "键 {value} 在同一对象中出现两次",
        "每个键只能发送一次。",
    ),
    "json-number": Chinese(
        "不是有效的 JSON 数字",
        "{value} 不是数字",
        "请填写数字，或省略该字段。",
    ),
    "json-number-too-large": Chinese(
        "数字过长",
        "数字 {value} 超过 {limit} 个字符，或 10 的指数超过 {exponent}",
        "请向发送方确认该数字的含义。",
    ),
    "json-charset": Chinese(
        "JSON 不是 UTF-8 编码",
        "字节 {value} 不属于 UTF-8 文本",
        "请要求发送方以 UTF-8 编码写文件。",
    ),
    "json-too-large": Chinese(
        "JSON 文件过大",
        "JSON 文件超过 {limit}",
        "请要求发送方拆成几个较小的文件。",
    ),
    "json-half-character": Chinese(
        "不完整的字符",
        "{place} 含有半个字符，已读作 {value}",
        "请检查名称或地址是否被截断，并告知发送方。",
    ),
    "json-type": Chinese(
        "值的类型错误",
        "{place} 为 {actual}，应为 {expected}",
        "请按字段说明的类型发送。",
    ),
    "json-enum": Chinese(
        "值不在允许的范围内",
        "{place} 处的 {value} 不是以下之一：{allowed}",
        "请使用列出的值。",
    ),
    "json-required": Chinese(
        "缺少必填字段",
        "缺少必填字段 {place}",
        "请在数据来源处提供该字段，或为其设置映射。",
    ),
    "json-pattern": Chinese(
        "值的格式错误",
        "{place} 处的 {value} 不符合要求的格式：{form}",
        "请按字段说明的格式发送该值。",
    ),
    "json-format": Chinese(
        "不是完整的日期时间",
        "{place} 处的 {value} 不是带时区的日期时间，例如 2026-08-05T14:30:00Z",
        "请按 RFC 3339 的格式发送日期、时间和时区。",
    ),
    "json-length": Chinese(
        "文本过长",
        "{place} 有 {actual}，最多允许 {limit}",
        "请缩短该值。",
    ),
    "json-unknown-field": Chinese(
        "未知字段",
        "字段 {place} 不应出现在此处",
        "请改正字段名，或省略该字段。",
    ),
    "json-rule": Chinese(
        "违反模式规则",
        "{place} 违反了模式中的规则（{rule}）",
        "请对照模式中该处的说明。",
    ),
    "spapi-repaired": Chinese(
        "已按模式的写法读取",
        "{place} 处的 {value} 已读作 {used}",
        "无需处理；收到的原始单据已保留。",
    ),
    "spapi-field-missing": Chinese(
        "未发送必填字段",
        "模式要求的字段 {place} 未发送",
        "如果转换时报告该字段没有来源，请向发送方索取。",
    ),
    "spapi-field-unknown": Chinese(
        "字段不在模式中",
        "字段 {place} 不在我方的模式中，已按原样保留",
        "无需处理；如果需要该字段，请在映射表中增加一行。",
    ),
    "spapi-more-pages": Chinese(
        "后面的页中还有订单",
        "该应答只是多页中的一页：由 {place} 可取得下一页",
        "请用该令牌读取下一页。",
    ),
    "spapi-error-response": Chinese(
        "Amazon 返回了错误",
        "Amazon 拒绝了该请求，错误为 {value}：{text}",
        "请改正请求后重新发送。",
    ),
    "xml-syntax": Chinese(
        "XML 语法错误",
        "文本不是有效的 XML：{problem}",
        "请改正文本，或要求发送方重新发送。",
    ),
    "xml-doctype": Chinese(
        "XML 含有 DOCTYPE",
        "文档含有 DOCTYPE，已被拒绝",
        "请去掉 DOCTYPE 后发送；其模式为 XSD，不需要 DOCTYPE。",
    ),
    "xml-entity": Chinese(
        "未定义的 XML 实体",
        "文档引用了未定义的实体 {value}",
        "请直接写出该字符，或写其编号，例如 é 写作 &#233;。",
    ),
    "xml-charset": Chinese(
        "未知的 XML 字符集",
        "文档声明的字符集为 {value}；可读取的字符集为 {allowed}",
        "请要求发送方以 UTF-8 写文件，并在首行声明。",
    ),
    "xml-bytes": Chinese(
        "含有不是文本的字节",
        "字节 {value} 不属于 {charset} 文本",
        "请要求发送方按首行声明的字符集写文件。",
    ),
    "xml-character": Chinese(
        "XML 不能包含的字符",
        "{place} 含有字符 {value}，XML 文档不能包含该字符",
        "请在文本来源处去掉该字符。",
    ),
    "xml-too-large": Chinese(
        "XML 文件过大",
        "XML 文件超过 {limit}",
        "请要求发送方拆成几个较小的文件。",
    ),
    "xml-too-deep": Chinese(
        "XML 嵌套过深",
        "XML 嵌套超过 {limit} 层元素",
        "请向发送方确认这是什么文件。",
    ),
    "xml-document-unknown": Chinese(
        "未知的单据类型",
        "最外层元素 {value} 不是以下之一：{allowed}",
        "请将第一个元素及其 xmlns 与 schemas/xml/ 中的模式对照。",
    ),
    "xml-unexpected": Chinese(
        "元素位置错误",
        "元素 {place} 不应出现在此处；应为：{expected}",
        "请改正其名称或位置，或将其删除。",
    ),
    "xml-missing": Chinese(
        "缺少元素",
        "{place} 缺少必需的元素；应为：{expected}",
        "请在数据来源处提供该元素。",
    ),
    "xml-value": Chinese(
        "值的格式错误",
        "{place} 处的 {value} 不是 {form}",
        "请按要求的格式发送该值。",
    ),
    "xml-attribute-unknown": Chinese(
        "未知属性",
        "属性 {place} 不应出现在此处",
        "请改正属性名，或将其删除。",
    ),
    "xml-attribute-missing": Chinese(
        "缺少属性",
        "缺少必需的属性 {place}",
        "请在数据来源处提供该属性。",
    ),
    "xml-text-misplaced": Chinese(
        "文本与元素混排",
        "{place} 中文本与元素混排",
        "请将文本放入单独的元素，或将元素移出文本。",
    ),
    "xml-rule": Chinese(
        "违反模式规则",
        "{place} 违反了模式中的规则（{rule}）",
        "请对照 schemas/xml/ 中该处的说明。",
    ),
}
