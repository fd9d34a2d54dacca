"""Trees of records to fixed-width text: padded, counted, and refused where a value does not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gateway.findings import Finding, Location, found
from gateway.formats.delimited import MAX_FINDINGS
from gateway.formats.delimited_charset import encoded
from gateway.formats.fixed_fields import FieldError, write_field
from gateway.formats.fixed_layout import Field, FieldKind, Layout, RecordType, Stands
from gateway.formats.json import Json, JsonObject

__all__ = ["write_fixed"]

Path = tuple[str | int, ...]


def write_fixed(
    trees: Sequence[JsonObject], layout: Layout
) -> tuple[bytes | None, tuple[tuple[Finding, Path], ...]]:
    """The file that holds these documents; None when a finding is an error.

    Each finding comes with the path of the field in its tree, empty where it has none.
    """
    writer = _Writer(layout)
    writer.write(trees)
    text = "".join(writer.lines)
    if not writer.refused:
        try:
            return encoded(text, layout.charset), tuple(writer.findings)
        except UnicodeEncodeError:
            writer.unsayable()
    return None, tuple(writer.findings)


class _Writer:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.lines: list[str] = []
        self.findings: list[tuple[Finding, Path]] = []
        self.refused = False
        self.counted: Counter[str] = Counter()

    def fault(self, path: Path, finding: Finding) -> None:
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append((finding, path))

    def write(self, trees: Sequence[JsonObject]) -> None:
        of_file = self.of_file(trees)
        documents = self.layout.order[self.layout.document.name]
        each_of_file = [each for each in self.layout.records if each.stands is Stands.FILE]
        for record in each_of_file:
            if self.layout.order[record.name] < documents:
                self.once(record, of_file, (), self.counted)
        for tree in trees:
            counted: Counter[str] = Counter()
            self.group("", tree, (), counted)
            self.counted += counted
        for record in each_of_file:
            if self.layout.order[record.name] > documents:
                self.once(record, of_file, (), self.counted)

    def of_file(self, trees: Sequence[JsonObject]) -> JsonObject:
        """The records of the file, which all documents must tell alike."""
        told: JsonObject = {}
        for record in self.layout.records:
            if record.stands is not Stands.FILE:
                continue
            values: JsonObject = {}
            for tree in trees:
                held = tree.get(record.name)
                for name, value in held.items() if isinstance(held, dict) else ():
                    other = values.setdefault(name, value)
                    if other != value:
                        self.refused = True
                        named = f"{record.name}.{name}"
                        finding = found("fixed-file-differs", value=str(other), field=named, other=value)
                        self.fault((record.name, name), finding)
            if values:
                told[record.name] = values
        return told

    def group(self, name: str, tree: Json, path: Path, counted: Counter[str]) -> None:
        """The records of a group, in the order of the layout."""
        if not isinstance(tree, dict):
            self.left_over(tree, path)
            return
        inside = self.layout.inside[name]
        own = (self.layout.by_name[name],) if name else ()
        for unknown in tree.keys() - {record.name for record in (*own, *inside)}:
            self.left_over(tree[unknown], (*path, unknown))
        for record in own:
            self.once(record, tree, path, counted, always=True)
        for record in inside:
            if record.stands is Stands.FILE:
                continue
            if record.stands is not Stands.MANY:
                self.once(record, tree, path, counted)
                continue
            items = tree.get(record.name, [])
            if not isinstance(items, list):
                self.left_over(items, (*path, record.name))
                continue
            for number, item in enumerate(items):
                self.group(record.name, item, (*path, record.name, number), counted)

    def left_over(self, value: Json, path: Path) -> None:
        """A value that the layout has no place for; the rest is written."""
        named = ".".join(map(str, path))
        shown = (
            value if isinstance(value, str) else "a record" if isinstance(value, dict | list) else str(value)
        )
        self.fault(path, found("fixed-not-in-layout", value=shown, field=named, layout=self.layout.name))

    def once(
        self, record: RecordType, tree: JsonObject, path: Path, counted: Counter[str], *, always: bool = False
    ) -> None:
        """A record of a group, if it has something to say or must stand."""
        held = tree.get(record.name)
        if held is None and not (always or record.required):
            return
        if held is not None and not isinstance(held, dict):
            self.left_over(held, (*path, record.name))
        self.record(record, held if isinstance(held, dict) else {}, (*path, record.name), counted)

    def record(self, record: RecordType, values: JsonObject, path: Path, counted: Counter[str]) -> None:
        counted[record.name] += 1
        line = [" "] * self.layout.length_of(record)
        tag = self.layout.tag_start - 1
        line[tag : tag + self.layout.tag_length] = record.tag.ljust(self.layout.tag_length)
        for name in values.keys() - {field.name for field in record.fields if field.is_mapped}:
            self.left_over(values[name], (*path, name))
        for field in record.fields:
            text = self.text_of(field, values, counted)
            try:
                line[field.start - 1 : field.end] = self.shown(field, text)
            except FieldError as fault:
                self.refused = True
                self.fault((*path, field.name), self.refusal(record, field, text, str(fault)))
        self.lines.append("".join(line) + self.layout.line_end)

    def text_of(self, field: Field, values: JsonObject, counted: Counter[str]) -> str | None:
        if field.kind is FieldKind.COUNT:
            return str(counted.total() if field.argument == "records" else counted[field.argument])
        if field.kind is FieldKind.CONSTANT:
            return field.argument
        value = values.get(field.name)
        return None if value is None else str(value)

    def shown(self, field: Field, text: str | None) -> str:
        if text is not None and text != "":
            return write_field(field, text)
        if field.required:
            raise FieldError("the layout requires it")
        return ("0" if field.zeros_empty else " ") * field.length

    def refusal(self, record: RecordType, field: Field, text: str | None, reason: str) -> Finding:
        place = Location(line=len(self.lines) + 1, column=field.start)
        named = f"{record.name}.{field.name}"
        return found("fixed-not-written", place, text or "nothing", field=named, reason=reason, row="")

    def unsayable(self) -> None:
        """The first character of each record that the character set cannot say."""
        for number, text in enumerate(self.lines, 1):
            try:
                encoded(text, self.layout.charset)
            except UnicodeEncodeError as error:
                place = Location(line=number, column=error.start + 1)
                self.fault(
                    (), found("flat-unwritable", place, text[error.start], charset=self.layout.charset)
                )
