"""Chinese texts of faults of delimited flat files."""

from __future__ import annotations

from gateway.transports.folder.chinese.words import Chinese

TEXTS = {
    "flat-charset": Chinese(
        "文本不属于声明的字符集",
        "{place} 含有字节 {value}，不是 {charset} 的字符",
        "请将映射表设置中的 `charset` 改为发送方使用的字符集，或要求重新发送文件。",
    ),
    "flat-charset-marked": Chinese(
        "文件使用了其他字符集",
        "文件开头是 {value} 的字节顺序标记，而映射表按 {charset} 读取",
        ("请将文件另存为 CSV UTF-8；如果文件固定为 UTF-16，请在映射表设置中写 `charset: utf-16`。"),
    ),
    "flat-delimiter": Chinese(
        "分隔符与映射表不一致",
        ("标题行以 {value} 分隔，而映射表 {table} 使用 {expected}：请在其设置中写 `delimiter: {setting}`"),
        "请在映射表或该发送方的覆盖表中设置分隔符，或按映射表的分隔符导出文件。",
    ),
    "flat-unwritable": Chinese(
        "字符集无法表示某个字符",
        "待写出文件的 {place} 含有 {value}，{charset} 无法表示该字符",
        "如果接收方支持，请将映射表设置中的 `charset` 改为 utf-8。",
    ),
    "flat-blanks": Chinese(
        "文本首尾的空格会丢失",
        "列 {column} 将写入“{value}”，而读取时会忽略文本首尾的空格",
        "请在数据来源处去掉首尾空格；SP-API JSON 和 XML 可以保留空格。",
    ),
    "flat-key-held": Chinese(
        "待写出的文件中已有相同键值的单据",
        "待写出的文件中已有 {other}；两份单据的行会被读成一份，因此本单据未写入",
        "请将本单据写入单独的文件，或使用不同的单据号。",
    ),
    "flat-nul": Chinese(
        "文本中含有空字符（NUL）",
        "{place} 含有空字符（NUL）",
        "请要求发送方按约定的字符集提供文本文件。",
    ),
    "flat-quote": Chinese(
        "引号不配对",
        "{place}：{problem}",
        "请补上结束引号；加引号的单元格内如有引号，请写成两个。",
    ),
    "flat-ragged": Chinese(
        "数据行的单元格多于标题行",
        "{place}：该行有 {value} 个单元格，标题行只有 {expected} 列",
        "如果文本中含有分隔符，请用引号将该文本括起来。",
    ),
    "flat-too-few-cells": Chinese(
        "数据行的单元格少于标题行",
        "{place}：标题行有 {expected} 列，该行只有 {value} 个单元格",
        "请补全该行：空值也要写分隔符；含换行的文本要加引号。",
    ),
    "flat-cell-too-long": Chinese(
        "单元格过长",
        "{place}：单元格超过 {limit} 个字符",
        "请检查此处之前是否有未结束的引号。",
    ),
    "flat-too-large": Chinese(
        "文件过大",
        "文件超过 {limit}",
        "请拆成几个较小的文件发送。",
    ),
    "flat-too-many-columns": Chinese(
        "列数过多",
        "{place}：超过 {limit} 列",
        "请核对映射表设置中的分隔符与文件是否一致。",
    ),
    "flat-no-header": Chinese(
        "缺少标题行",
        "文件中没有列名行",
        "请在第一行写出各列的名称。",
    ),
    "flat-column-repeated": Chinese(
        "列名重复",
        "{place}：列 {value} 在标题行中出现两次",
        "每个列名只能出现一次。",
    ),
    "flat-column-unnamed": Chinese(
        "列没有名称",
        "{place}：标题行此处没有列名",
        "请填写列名，或删除该空列。",
    ),
    "flat-column-missing": Chinese(
        "缺少列",
        "标题行中没有列 {value}，而映射表第 {row} 行需要该列{hint}",
        "请增加该列，或改正列名。",
    ),
    "flat-column-unknown": Chinese(
        "未知的列",
        "{place}：映射表中没有列 {value}{hint}",
        "请改正列名，或在映射表中为该列增加一行。",
    ),
    "files-key-missing": Chinese(
        "两个文件之一缺少关联列",
        "{place}：标题行中没有列 {value}，无法确定各行属于哪份单据",
        "请在两个文件中都加上该列。",
    ),
    "files-column-in-both": Chinese(
        "两个文件中都有同一列",
        "{place}：列 {value} 在 {other} 中也存在",
        "请将其中一个文件的该列改名或删除。",
    ),
    "files-key-repeated": Chinese(
        "单据在文件中重复",
        "{place}：{value} 已在第 {other} 行出现",
        "每份单据请使用不同的单据号。",
    ),
    "files-no-document": Chinese(
        "明细行没有对应的单据",
        "{place}：{other} 中没有 {value} 的行",
        "请改正键值，并将同一次导出的两个文件一起发送。",
    ),
    "files-no-items": Chinese(
        "单据没有明细行",
        "{place}：{other} 中没有 {value} 的行",
        "请将同一次导出的两个文件一起发送。",
    ),
    "files-unclear": Chinese(
        "两个文件无法对应",
        "{problem}",
        "请指明单据文件和明细文件；有多个映射表适用时，请用 --mapping 指定。",
    ),
}
