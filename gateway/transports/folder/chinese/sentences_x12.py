"""Chinese for the words in the details of findings about X12."""

from __future__ import annotations

PHRASES = {
    "component separator": "子元素分隔符",
    "element separator": "元素分隔符",
    "repetition separator": "重复分隔符",
    "segment terminator": "段终止符",
    "{size} MiB": "{size} MiB",
    "{count} bytes": "{count} 字节",
    "{count} segments": "{count} 个段",
    " (and {count} more after it)": "（及其后的 {count} 个）",
    "it cannot be the repetition separator": "不能用作重复分隔符",
    "it is missing": "缺少内容",
    "{value} has {length} characters, at least {least} are needed": (
        "{value} 有 {length} 个字符，至少需要 {least} 个"
    ),
    "{value} has {length} characters, at most {most} are allowed": (
        "{value} 有 {length} 个字符，最多允许 {most} 个"
    ),
    "{value} is not one of its codes": "{value} 不是其代码之一",
    "{value} is no date": "{value} 不是日期",
    "{value} is no time": "{value} 不是时间",
    "it holds the component separator": "含有子元素分隔符",
    "it holds the repetition separator": "含有重复分隔符",
    "only digits may stand in it, and a minus sign before them": "只能是数字，前面可有负号",
    "it is no number with at most one decimal point": "不是最多带一个小数点的数字",
    "there is a control character in it": "其中有控制字符",
    "it holds nothing but blanks": "其中只有空格",
    "an earlier level has the same number": "前面已有层级使用同一编号",
    "a level cannot stand below itself": "层级不能位于自身之下",
    "no earlier level has this number": "前面没有使用该编号的层级",
    "at the top": "最上层",
    "below {path}": " {path} 之下",
    "has levels below it": "其下有层级",
    "has none below it": "其下没有层级",
    "{note} wants {elements} together or not at all": "{note} 要求 {elements} 同时出现或都不出现",
    "{note} wants one of {elements}": "{note} 要求出现 {elements} 之一",
    "{note} wants {others} whenever {first} is sent": "{note} 要求有 {first} 时必须有 {others}",
    "{note} wants one of {others} whenever {first} is sent": "{note} 要求有 {first} 时必须有 {others} 之一",
    "; not verified: {reason}": "；该要求尚未核实",
    "{segment} with {value} in {element}": "{segment}（{element} 为 {value}）",
}
