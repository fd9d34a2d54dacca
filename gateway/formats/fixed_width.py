"""Fixed-width files of several kinds of records: bytes to documents, each a tree of records.

A record stands under its name as an object of its fields; a record that stands many times opens a group, an
object in a list, that holds it and what belongs to it. Numbers and dates are plain text (`-12.5`,
`2024-05-31`), blank fields are left out. Pure, in one pass, and within the limits of delimited files.

A faulty record holds its document back. Where it cannot be told whose it is, no document can be trusted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from gateway.findings import Finding, Location, found, has_errors
from gateway.formats.delimited import MAX_BYTES, MAX_FINDINGS, MAX_ROWS
from gateway.formats.delimited_charset import DAMAGE, decoded, lines_ended
from gateway.formats.detect import Format
from gateway.formats.fixed_faults import Count, count_faults, damage_of, length_faults, misplaced
from gateway.formats.fixed_fields import FieldError, read_field
from gateway.formats.fixed_layout import FieldKind, Layout, RecordType, Stands
from gateway.formats.json import JsonObject
from gateway.formats.json_pointer import pointer_of
from gateway.suggestions import suggestion

__all__ = ["FixedDocument", "fits_layout", "read_fixed"]

HEAD_RECORDS = 20  # looked at to tell a layout
_LINE = re.compile("([^\r\n]*)(\r\n|\r|\n|$)")
_ENDS = "\r\n\x1a"

Path = tuple[str | int, ...]


class FixedDocument(msgspec.Struct, frozen=True):
    """A document of a file. `findings` are about its records, and hold it back where one is an error.

    `records`: the path in the tree, the line, the kind and the text of each of its records.
    """

    tree: JsonObject
    records: tuple[tuple[Path, int, RecordType, str], ...]
    findings: tuple[Finding, ...] = ()

    def places(self) -> dict[str, tuple[int, RecordType]]:
        """Line and kind of the records, by the JSON pointer to each and to the group it opens."""
        found_places: dict[str, tuple[int, RecordType]] = {}
        for path, line, record, _ in self.records:
            found_places[pointer_of(path)] = (line, record)
            if record.stands in (Stands.MANY, Stands.DOCUMENT):
                found_places[pointer_of(path[:-1])] = (line, record)
        return found_places


def read_fixed(data: bytes, layout: Layout) -> tuple[tuple[FixedDocument, ...], tuple[Finding, ...]]:
    """The documents of a file, and what is wrong with all of it: an error there refuses every document."""
    if len(data) > MAX_BYTES:
        return (), (found("flat-too-large", limit=f"{MAX_BYTES:,} bytes"),)
    source, faults = decoded(data, layout.charset, "")
    if source is None:
        return (), faults
    if not source.text.strip(f" {_ENDS}"):
        return (), (found("file-empty"),)
    reader = _Reader(layout)
    reader.damaged = DAMAGE.search(source.text) is not None
    for line, text in _records(source.text, layout):
        if line > MAX_ROWS:
            reader.whole.append(found("flat-too-large", limit=f"{MAX_ROWS:,} records"))
            break
        reader.take(line, text)
        if reader.told > MAX_FINDINGS:
            reader.whole.append(found("findings-limit", limit=MAX_FINDINGS))
            break
    return reader.finish()


def format_by_layouts(head: bytes, form: Format, layouts: Iterable[Layout], *, whole: bool) -> Format:
    """The format of a file that begins like this and was taken for `form`, which may have no sure sign."""
    if form not in (Format.UNKNOWN, Format.CSV):
        return form
    return Format.FIXED if any(fits_layout(head, each, whole=whole) for each in layouts) else form


def fits_layout(head: bytes, layout: Layout, *, whole: bool) -> bool:
    """Whether a file that begins like this has the records of a layout: each tag is known, one opens a
    document or the file, and at least one is as long as it has to be. `whole`: it is all of the file."""
    try:
        text = lines_ended(head.decode(layout.charset, "strict" if whole else "ignore"), layout.charset)
    except UnicodeDecodeError:
        return False
    records = [text for _, text in _records(text.removeprefix("\ufeff"), layout, HEAD_RECORDS + 1)]
    if not whole and len(records) <= HEAD_RECORDS:
        records = records[:-1] or records
    kinds = [layout.by_tag.get(layout.tag_of(text)) for text in records[:HEAD_RECORDS]]
    if not kinds or kinds[0] is None or kinds[0].stands not in (Stands.DOCUMENT, Stands.FILE):
        return False
    known = [(kind, text) for kind, text in zip(kinds, records, strict=False) if kind is not None]
    lengths = [len(text) == layout.length_of(kind) for kind, text in known]
    return len(known) == len(kinds) and (any(lengths) or layout.trimmed)


def _records(text: str, layout: Layout, most: int | None = None) -> Iterator[tuple[int, str]]:
    """The records that are not blank, each with its line (or number, where there are no line ends)."""
    text = text.rstrip("\x1a")
    if not layout.line_end:
        assert layout.length is not None
        text = text.rstrip(_ENDS)
        for number, start in enumerate(range(0, len(text), layout.length), 1):
            if most is not None and number > most:
                return
            yield number, text[start : start + layout.length]
        return
    for number, match in enumerate(_LINE.finditer(text), 1):
        if most is not None and number > most:
            return
        if match[1].strip():
            yield number, match[1]


class _Group:
    """A group of records while it comes in. `last`: the place of its last record in the order of the file."""

    def __init__(self, name: str, tree: JsonObject, path: Path, line: int) -> None:
        self.name = name
        self.tree = tree
        self.path = path
        self.line = line
        self.last = -1
        self.seen: set[str] = set()


class _Document:
    """A document while its records come in."""

    def __init__(self, line: int, tree: JsonObject) -> None:
        self.tree = tree
        self.open = [_Group("", tree, (), line)]
        self.records: list[tuple[Path, int, RecordType, str]] = []
        self.findings: list[Finding] = []
        self.counted: Counter[str] = Counter()
        self.counts: list[Count] = []


class _Reader:
    """Sorts the records of a file into documents. `whole` is about the file, which an error there refuses."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.whole: list[Finding] = []
        self.documents: list[_Document] = []
        self.file = _Document(1, {})
        self.ended = False
        self.damaged = False

    @property
    def told(self) -> int:
        """How many findings there are."""
        current = self.documents[-1].findings if self.documents else ()
        return len(self.whole) + len(self.file.findings) + len(current)

    def take(self, line: int, text: str) -> None:
        """One record."""
        document = self.documents[-1] if self.documents else None
        findings = document.findings if document is not None else self.whole
        if self.damaged and (fault := damage_of(line, text, self.layout.charset)) is not None:
            findings.append(fault)
            return
        tag = self.layout.tag_of(text)
        record = self.layout.by_tag.get(tag)
        place = Location(line=line, column=self.layout.tag_start)
        if record is None:
            hint = suggestion(tag, self.layout.by_tag)
            findings.append(found("fixed-record-unknown", place, tag, layout=self.layout.name, hint=hint))
        elif record.stands is Stands.FILE:
            self.take_of_file(record, line, text)
        elif self.ended:
            self.whole.append(misplaced(record, place, "the last record of the file stands before it"))
        elif record.stands is Stands.DOCUMENT:
            self.close()
            self.documents.append(_Document(line, {}))
            self.put(self.documents[-1], self.documents[-1].open[0], record, line, text)
        elif document is None:
            first = self.layout.document.name
            self.whole.append(misplaced(record, place, f"no record {first} stands before it"))
        else:
            self.take_inside(document, record, line, text)

    def take_of_file(self, record: RecordType, line: int, text: str) -> None:
        place = Location(line=line, column=self.layout.tag_start)
        first = self.layout.order[record.name] < self.layout.order[self.layout.document.name]
        self.ended = self.ended or not first
        if record.name in self.file.tree:
            self.whole.append(misplaced(record, place, "it stands once in a file"))
        elif first and self.documents:
            self.whole.append(misplaced(record, place, "it stands before the documents"))
        self.put(self.file, self.file.open[0], record, line, text)

    def take_inside(self, document: _Document, record: RecordType, line: int, text: str) -> None:
        """A record that belongs to one of the open groups of a document."""
        place = Location(line=line, column=self.layout.tag_start)
        if not any(group.name == record.within for group in document.open):
            reason = f"it belongs to a record {record.within}, and none is open"
            document.findings.append(misplaced(record, place, reason))
            return
        while document.open[-1].name != record.within:
            self.end_group(document, document.open.pop())
        group = document.open[-1]
        order = self.layout.order[record.name]
        if order < group.last:
            before = self.layout.records[group.last].name
            document.findings.append(misplaced(record, place, f"it stands before {before}"))
        elif record.stands is Stands.ONCE and record.name in group.seen:
            around = record.within or self.layout.document.name
            document.findings.append(misplaced(record, place, f"it stands once for each {around}"))
        group.last = max(order, group.last)
        group.seen.add(record.name)
        if record.stands is Stands.MANY:
            group = self.opened(group, record, line)
            document.open.append(group)
        self.put(document, group, record, line, text)

    def opened(self, group: _Group, record: RecordType, line: int) -> _Group:
        inner: JsonObject = {}
        items = group.tree.setdefault(record.name, [])
        assert isinstance(items, list), "the layout keeps the names of groups and records apart"
        items.append(inner)
        return _Group(record.name, inner, (*group.path, record.name, len(items) - 1), line)

    def put(self, document: _Document, group: _Group, record: RecordType, line: int, text: str) -> None:
        """The fields of a record into its group, and what is wrong with them into its document."""
        values: JsonObject = {}
        document.records.append(((*group.path, record.name), line, record, text))
        document.counted[record.name] += 1
        document.findings += length_faults(self.layout, record, line, text)
        for field in record.fields:
            place = Location(line=line, column=field.start)
            named = f"{record.name}.{field.name}"
            raw = text[field.start - 1 : field.end]
            try:
                value = read_field(field, raw) if raw else None
            except FieldError as fault:
                document.findings.append(
                    found("fixed-field", place, raw.strip(), field=named, reason=str(fault))
                )
                continue
            if field.kind is FieldKind.COUNT:
                document.counts.append((field, named, value, place))
            elif field.kind is FieldKind.CONSTANT:
                if value != field.argument:
                    expected = field.argument
                    document.findings.append(
                        found(
                            "fixed-constant-differs",
                            place,
                            value or "nothing",
                            field=named,
                            expected=expected,
                        )
                    )
            elif value is not None:
                values[field.name] = value
            elif field.required:
                document.findings.append(found("fixed-field-missing", place, field=named))
        group.tree[record.name] = values

    def end_group(self, document: _Document, group: _Group) -> None:
        for record in self.layout.inside[group.name]:
            missing = record.required and record.name not in group.seen
            if missing and record.stands in (Stands.ONCE, Stands.MANY):
                document.findings.append(
                    found(
                        "fixed-record-missing",
                        Location(line=group.line),
                        record.name,
                        layout=self.layout.name,
                    )
                )

    def close(self) -> None:
        """The last document is complete; its tree keeps what is there, without empty records."""
        if not self.documents:
            return
        document = self.documents[-1]
        while document.open:
            self.end_group(document, document.open.pop())
        document.findings += count_faults(document.counts, document.counted)

    def finish(self) -> tuple[tuple[FixedDocument, ...], tuple[Finding, ...]]:
        self.close()
        layout = self.layout
        for record in layout.records:
            if record.stands is Stands.FILE and record.required and record.name not in self.file.tree:
                self.whole.append(
                    found("fixed-record-missing", Location(line=1), record.name, layout=layout.name)
                )
        if not self.documents and not self.whole:
            self.whole.append(
                found("fixed-record-missing", Location(line=1), layout.document.name, layout=layout.name)
            )
        counted = sum((document.counted for document in self.documents), self.file.counted.copy())
        self.whole += [*self.file.findings, *count_faults(self.file.counts, counted)]
        documents = tuple(
            FixedDocument(
                _without_blank({**self.file.tree, **each.tree}, layout),
                (*self.file.records, *each.records),
                tuple(each.findings),
            )
            for each in self.documents
        )
        if has_errors(self.whole):
            every = (*self.whole, *(finding for each in documents for finding in each.findings))
            return (), tuple(sorted(every, key=lambda finding: finding.location.line or 0))
        return documents, tuple(self.whole)


def _without_blank(tree: JsonObject, layout: Layout) -> JsonObject:
    """The tree without records that say nothing a mapping table could read."""
    kept: JsonObject = {}
    for name, held in tree.items():
        if isinstance(held, list):
            kept[name] = [_without_blank(each, layout) for each in held if isinstance(each, dict)]
        elif held:
            kept[name] = held
    return kept
