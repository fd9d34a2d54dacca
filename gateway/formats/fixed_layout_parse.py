"""Reads the layout of a fixed-width file from YAML: every mistake of it is told, with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import TypeVar

from gateway.errors import Mistake
from gateway.formats.delimited_charset import is_charset
from gateway.formats.fixed_field_parse import MAX_LENGTH, LayoutMistakeError, number_of, parse_field
from gateway.formats.fixed_layout import Field, FieldKind, Layout, RecordType, Stands
from gateway.formats.yaml_nodes import Mapping as Nodes
from gateway.formats.yaml_nodes import Node, ReadNodes, Scalar, read_nodes
from gateway.suggestions import suggestion

__all__ = ["parse_layout"]

Result = TypeVar("Result")

LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r", "nel": "\x85", "none": ""}

_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,31}")
_HEADS = ("layout", "description", "tag", "length", "trimmed", "charset", "line_end", "records")


def parse_layout(
    file: str, text: str, read: ReadNodes = read_nodes
) -> tuple[Layout | None, tuple[Mistake, ...]]:
    """The layout that the text of `file` describes; None with every mistake when it has any.

    `read` reads its YAML.
    """
    nodes, mistakes = read(file, text, "`layout:`, `tag:` and `records:`")
    if nodes is None:
        return None, tuple(mistakes)
    parser = _Parser(file)
    layout = parser.layout(nodes)
    return (None if parser.mistakes else layout), tuple(parser.mistakes)


class _Parser:
    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []

    def mistake(self, line: int, text: str) -> None:
        self.mistakes.append((self.file, line, text))

    def layout(self, nodes: Nodes) -> Layout | None:
        heads: dict[str, Node] = {}
        for key, node in nodes.items:
            if key.text in _HEADS:
                heads[key.text] = node
            else:
                hint = suggestion(key.text or "", _HEADS)
                self.mistake(key.line, f"unknown head `{(key.text or '')[:80]}`{hint}")
        for head in ("layout", "tag", "records"):
            if head not in heads:
                self.mistake(1, f"`{head}:` is missing")
        if self.mistakes:
            return None
        name = self.value(heads, "layout", _text, "")
        if name != PurePosixPath(self.file).stem:
            self.mistake(heads["layout"].line, f"the file of the layout `{name}` must be named {name}.yaml")
        tag = self.value(heads, "tag", _two_numbers, (1, 1))
        length = self.value(heads, "length", _length, None)
        records = self.records(heads["records"], tag, length)
        line_end = self.value(heads, "line_end", _line_end, "\r\n")
        if line_end == "" and length is None:
            self.mistake(heads["line_end"].line, "records without line ends need one `length:` for all")
        return Layout(
            name=name,
            file=self.file,
            tag_start=tag[0],
            tag_length=tag[1],
            records=records,
            length=length,
            trimmed=self.value(heads, "trimmed", _truth, False),
            charset=self.value(heads, "charset", _charset, "utf-8"),
            line_end=line_end,
        )

    def value(
        self, heads: Mapping[str, Node], head: str, parse: Callable[[str], Result], missing: Result
    ) -> Result:
        node = heads.get(head)
        if node is None:
            return missing
        try:
            return parse(node.text if isinstance(node, Scalar) and node.text else "")
        except LayoutMistakeError as fault:
            self.mistake(node.line, f"`{head}`: {fault}")
            return missing

    def records(self, node: Node, tag: tuple[int, int], length: int | None) -> tuple[RecordType, ...]:
        if not isinstance(node, Nodes) or not node.items:
            self.mistake(node.line, "`records` holds a key for each record, in the order of the file")
            return ()
        records: list[RecordType] = []
        for key, inner in node.items:
            record = self.record(key, inner, tag)
            if record is not None:
                self.check_fields(key.line, record, tag, length)
                self.check_standing(key.line, record, records)
                records.append(record)
        if sum(record.stands is Stands.DOCUMENT for record in records) != 1:
            self.mistake(node.line, "one record has `use: document`: it opens each document of the file")
        self.check_counts(node, records)
        return tuple(records)

    def record(self, key: Scalar, node: Node, tag: tuple[int, int]) -> RecordType | None:
        name = key.text or ""
        if not _NAME.fullmatch(name):
            self.mistake(key.line, f"`{name[:40]}` is no name of a record; one looks like `HDR`")
            return None
        if not isinstance(node, Nodes):
            self.mistake(node.line, f"`{name}` holds `use:` and `fields:`")
            return None
        heads = {inner.text or "": value for inner, value in node.items}
        for unknown in heads.keys() - {"tag", "use", "fields", "description"}:
            hint = suggestion(unknown, ("tag", "use", "fields"))
            self.mistake(heads[unknown].line, f"unknown key `{unknown[:40]}`{hint}")
        held = self.value(heads, "tag", _text, name)
        if len(held) > tag[1]:
            self.mistake(key.line, f"the tag `{held[:40]}` is longer than the {tag[1]} characters of `tag`")
        if "use" not in heads:
            self.mistake(key.line, f"`{name}` lacks `use:`, such as `use: many required`")
        stands, within, required = self.value(heads, "use", _use, (Stands.ONCE, "", False))
        fields = heads.get("fields", Nodes((), key.line))
        if not isinstance(fields, Nodes):
            self.mistake(fields.line, "`fields` holds one line per field: `order_number: 4 12 required`")
            fields = Nodes((), key.line)
        made = tuple(field for inner, cell in fields.items if (field := self.field(inner, cell)) is not None)
        end = max((field.end for field in made), default=0)
        return RecordType(
            name=name,
            tag=held,
            stands=stands,
            within=within,
            required=required or stands is Stands.DOCUMENT,
            fields=made,
            end=max(end, tag[0] - 1 + tag[1]),
        )

    def field(self, key: Scalar, node: Node) -> Field | None:
        try:
            return parse_field(key.text or "", node)
        except LayoutMistakeError as fault:
            self.mistake(key.line, f"`{(key.text or '')[:80]}`: {fault}")
            return None

    def check_fields(self, line: int, record: RecordType, tag: tuple[int, int], length: int | None) -> None:
        taken = [("the tag", tag[0] - 1, tag[0] - 1 + tag[1])]
        for field in record.fields:
            for other, start, end in taken:
                if field.start - 1 < end and start < field.end:
                    self.mistake(line, f"`{record.name}.{field.name}` overlaps {other}")
            taken.append((f"`{field.name}`", field.start - 1, field.end))
        if record.end > (length or MAX_LENGTH):
            self.mistake(
                line, f"`{record.name}` needs {record.end} characters; records have {length or MAX_LENGTH}"
            )

    def check_standing(self, line: int, record: RecordType, before: list[RecordType]) -> None:
        for other in before:
            if record.tag == other.tag:
                self.mistake(line, f"`{record.name}` has the tag of `{other.name}`")
        opened = any(other.stands is Stands.DOCUMENT for other in before)
        if record.stands in (Stands.ONCE, Stands.MANY) and not opened:
            self.mistake(line, f"`{record.name}` stands before the record with `use: document`")
        if record.within:
            outer = next((other for other in before if other.name == record.within), None)
            if outer is None or outer.stands is not Stands.MANY:
                text = f"`{record.name}` stands in `{record.within}`; that must stand above it and be `many`"
                self.mistake(line, text)

    def check_counts(self, node: Node, records: list[RecordType]) -> None:
        names = {record.name for record in records}
        for record in records:
            for field in record.fields:
                if field.kind is FieldKind.COUNT and field.argument not in names | {"records"}:
                    hint = suggestion(field.argument, names)
                    text = f"`{record.name}.{field.name}` counts `{field.argument[:40]}`, no record{hint}"
                    self.mistake(node.line, text)


def _text(text: str) -> str:
    return text


def _length(text: str) -> int | None:
    return number_of(text)


def _two_numbers(text: str) -> tuple[int, int]:
    parts = text.split()
    if len(parts) != 2:
        raise LayoutMistakeError("takes start and length: `1 3`")
    return number_of(parts[0]), number_of(parts[1], 20)


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise LayoutMistakeError("takes true or false")
    return text == "true"


def _charset(text: str) -> str:
    if not is_charset(text):
        raise LayoutMistakeError(f"`{text[:40]}` is no charset of text files; one is utf-8 or cp037")
    return text


def _line_end(text: str) -> str:
    if text not in LINE_ENDS:
        raise LayoutMistakeError(f"`{text[:20]}` is no line end{suggestion(text, LINE_ENDS)}")
    return LINE_ENDS[text]


def _use(text: str) -> tuple[Stands, str, bool]:
    """`document`, `file required`, `once in LIN`, `many required`."""
    words = text.split()
    required = "required" in words
    words = [word for word in words if word != "required"]
    within = ""
    if len(words) == 3 and words[1] == "in":
        within = words[2]
        words = words[:1]
    known = [stands.value for stands in Stands]
    if len(words) != 1 or words[0] not in known:
        raise LayoutMistakeError(
            f"`{text[:40]}` is no use; one is `document`, `file`, `once`, `many`, `once in LIN`, "
            "each with `required` where it must stand"
        )
    stands = Stands(words[0])
    if within and stands in (Stands.FILE, Stands.DOCUMENT):
        raise LayoutMistakeError(f"a record that is `{stands.value}` stands in no other record")
    return stands, within, required
