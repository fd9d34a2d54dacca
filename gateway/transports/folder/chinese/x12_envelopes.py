"""Chinese texts of faults of X12 envelopes, and of X12 limits."""

from __future__ import annotations

from gateway.transports.folder.chinese.words import Chinese

TEXTS = {
    "not-an-interchange": Chinese(
        "缺少交换头",
        "文件不是以 ISA 开头，而是 {value}",
        "请重新发送该文件；请确认它是 X12，且开头没有被截断。",
    ),
    "data-outside-interchange": Chinese(
        "交换之外有数据",
        "ISA 与 IEA 之外有数据：{value}",
        "请删除该数据，或将其放入单独的交换。",
    ),
    "isa-unreadable": Chinese(
        "交换头无法读取",
        "交换头只有 16 个元素中的 {count} 个",
        "请以完整的 ISA 段重新发送该交换。",
    ),
    "isa-not-padded": Chinese(
        "交换头元素未补齐长度",
        "{place} 有 {length} 个字符，固定长度应为 {expected}",
        "请要求发送方将 ISA 的每个元素补齐到规定长度。",
    ),
    "isa-separators-clash": Chinese(
        "分隔符重复",
        "{first} 和 {second} 都是 {value}",
        "请要求发送方使用四个不同的分隔符。",
    ),
    "isa-component-separator": Chinese(
        "子元素分隔符缺失或不可用",
        "ISA16 为 {value}，不能用作子元素分隔符",
        "请要求发送方在 ISA16 中声明一个数据中不出现的字符。",
    ),
    "isa-terminator-invalid": Chinese(
        "段终止符缺失或不可用",
        "ISA16 之后的字符为 {value}，不能用作段终止符",
        "请用数据中不出现的段终止符（如 ~）重新发送该交换。",
    ),
    "interchange-wrapped": Chinese(
        "段内有换行",
        "该交换被按固定宽度折行；读取时已忽略换行",
        "请要求发送方以二进制方式发送文件，不使用固定记录长度。",
    ),
    "interchange-version-unknown": Chinese(
        "未知的交换版本",
        "ISA12 为 {value}，不是交换控制版本",
        "请使用 00401 或 00501 等版本。",
    ),
    "iea-missing": Chinese(
        "缺少交换尾",
        "交换 {isa13} 没有 IEA 尾段",
        "请重新发送完整的交换。",
    ),
    "segment-unterminated": Chinese(
        "最后一段没有终止符",
        "{place} 之后缺少段终止符",
        "请要求发送方以段终止符结束每个段。",
    ),
    "iea-control-number": Chinese(
        "交换控制号不一致",
        "IEA02 为 {value}，ISA13 为 {expected}",
        "请重新发送该交换，ISA13 与 IEA02 使用相同的号码。",
    ),
    "iea-group-count": Chinese(
        "功能组计数错误",
        "IEA01 为 {value}，而收到 {actual} 个功能组",
        "请以正确的计数重新发送该交换。",
    ),
    "control-number-padding": Chinese(
        "控制号的写法不一致",
        "{place} 为 {value}，其头段为 {expected}：号码相同，写法不同",
        "请要求发送方在头段和尾段中使用相同的写法。",
    ),
    "isa13-duplicate": Chinese(
        "交换控制号重复",
        "交换控制号 {value} 在本文件中出现两次",
        "每个交换请使用不同的号码。",
    ),
    "interchange-element": Chinese(
        "交换头或交换尾的元素无效",
        "{place} 无效：{problem}",
        "请在发送方的信封设置中改正该元素。",
    ),
    "segment-outside-group": Chinese(
        "段在功能组之外",
        "段 {value}{more} 在功能组之外",
        "请将该段放入功能组，或删除。",
    ),
    "interchange-segment-misplaced": Chinese(
        "交换级段出现在功能组之后",
        "段 {value} 出现在功能组之后",
        "请要求发送方将其放在第一个功能组之前。",
    ),
    "ge-missing": Chinese(
        "缺少功能组尾",
        "功能组 {gs06} 没有 GE 尾段",
        "请重新发送完整的功能组。",
    ),
    "ge-control-number": Chinese(
        "功能组控制号不一致",
        "GE02 为 {value}，GS06 为 {expected}",
        "请重新发送该功能组，GS06 与 GE02 使用相同的号码。",
    ),
    "ge-set-count": Chinese(
        "交易集计数错误",
        "GE01 为 {value}，而收到 {actual} 个交易集",
        "请以正确的计数重新发送该功能组。",
    ),
    "gs06-duplicate": Chinese(
        "功能组控制号重复",
        "功能组控制号 {value} 在本交换中出现两次",
        "每个功能组请使用不同的号码。",
    ),
    "gs06-invalid": Chinese(
        "功能组控制号无效",
        "GS06 无效：{problem}",
        "请使用 1 至 9 位数字。",
    ),
    "group-element": Chinese(
        "功能组头或功能组尾的元素无效",
        "{place} 无效：{problem}",
        "请在发送方的信封设置中改正该元素。",
    ),
    "group-version-unknown": Chinese(
        "不支持的功能组版本",
        "GS08 为 {value}；未安装该版本的定义",
        "请要求合作伙伴使用已安装的版本，或将其定义加入 schemas/x12。",
    ),
    "version-base-release": Chinese(
        "忽略了行业后缀",
        "GS08 为 {value}；已按基础版本 {release} 处理",
        "无需处理，除非合作伙伴要求按其指南检查。",
    ),
    "segment-outside-set": Chinese(
        "段在交易集之外",
        "段 {value}{more} 在交易集之外",
        "请将该段放入交易集，或删除。",
    ),
    "functional-id-mismatch": Chinese(
        "交易集不属于该功能组",
        "GS01 为 {value}，但组内含有 {set}，它应属于 {expected}",
        "请将该交易集放入相应类型的功能组发送。",
    ),
    "se-missing": Chinese(
        "缺少交易集尾",
        "交易集 {st02} 没有 SE 尾段",
        "请重新发送完整的交易集。",
    ),
    "se-control-number": Chinese(
        "交易集控制号不一致",
        "SE02 为 {value}，ST02 为 {expected}",
        "请重新发送该交易集，ST02 与 SE02 使用相同的号码。",
    ),
    "se-segment-count": Chinese(
        "段计数错误",
        "SE01 为 {value}，而收到 {actual} 个段",
        "请以正确的计数重新发送该交易集。",
    ),
    "st01-invalid": Chinese(
        "交易集标识缺失或无效",
        "ST01 无效：{problem}",
        "请以三位数字的标识重新发送该交易集。",
    ),
    "st02-invalid": Chinese(
        "交易集控制号缺失或无效",
        "ST02 无效：{problem}",
        "请使用 4 至 9 个字符。",
    ),
    "st02-duplicate": Chinese(
        "交易集控制号重复",
        "交易集控制号 {value} 在本功能组中出现两次",
        "同一功能组中的每个交易集请使用不同的号码。",
    ),
    "no-definition": Chinese(
        "没有该交易集的定义",
        "未安装版本 {release} 的 {value} 定义",
        "请将其定义加入 schemas/x12，或要求合作伙伴使用受支持的交易集。",
    ),
    "duplicate-check-limit": Chinese(
        "未核对全部控制号",
        "只记录了前 {limit} 个控制号，之后的重复可能未被发现",
        "请要求发送方拆分文件。",
    ),
    "file-too-many-envelopes": Chinese(
        "文件中的信封过多",
        "已在此处停止读取：一个文件最多可有 {limit} 个交换、功能组、交易集及其间的段",
        "请要求发送方拆分文件。",
    ),
    "file-too-large": Chinese(
        "文件过大",
        "已在此处停止读取：文件最大为 {limit}",
        "请要求发送方拆分文件；如果文件并没有这么大，请检查是什么在不断发送。",
    ),
    "set-not-translated": Chinese(
        "一次转换的交易集过多",
        "交易集 {st02} 已检查但未转换：一个文件的交易集合计最多 {limit}",
        "请要求发送方拆分文件。",
    ),
    "interchange-not-found": Chinese(
        "大量数据中没有交换",
        "已停止读取：从此处起 {limit} 数据中没有交换",
        "请确认这是 X12 文件而不是设备；去掉填充内容后重新发送。",
    ),
    "envelope-without-end": Chinese(
        "交换中的数据没有结尾",
        "已停止读取：从此处起 {limit} 数据中没有交易集结尾，也没有新的功能组",
        "请重新发送该交换；如果发送方的文件完整，请拆分其中最大的单据。",
    ),
    "set-too-large": Chinese(
        "交易集过大",
        "交易集 {st02} 超过 {limit}",
        "请要求发送方拆分该单据。",
    ),
}
