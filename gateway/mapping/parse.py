"""YAML to tables: a table with its overlays; every mistake is told at once, with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from gateway.errors import Mistake
from gateway.formats.yaml_nodes import Mapping, Node, ReadNodes, Scalar, Sequence, read_nodes
from gateway.mapping.cells import (
    CellError,
    parse_at,
    parse_call,
    parse_fields,
    parse_place,
    parse_saying,
    parse_word,
)
from gateway.mapping.crossrefs.parse import parse_crossrefs
from gateway.mapping.csv_settings import parse_settings
from gateway.mapping.format_names import EXAMPLES, format_name
from gateway.mapping.orders.parse import parse_order
from gateway.mapping.overlay import merge_tables
from gateway.mapping.plan import (
    Block,
    Derivation,
    Entry,
    FormatKind,
    FormatName,
    Here,
    Origin,
    Path,
    Removal,
    Row,
    Saying,
    Table,
    X12Place,
)
from gateway.suggestions import suggestion

__all__ = ["SOME_HEADS", "parse_table"]

SOME_HEADS = "`table:`, `format:` and `rows:`"  # for the writer of a file that has none

Result = TypeVar("Result")
Given = ParamSpec("Given")

_HEADS = (
    "table",
    "overlay",
    "document",
    "format",
    "description",
    "settings",
    "shape",
    "via",
    "rows",
    "derived",
    "crossrefs",
    "order",
)
_BLOCK_WORDS = ("at", "writes")


def parse_table(
    file: str, text: str, overlays: Iterable[tuple[str, str]] = (), read: ReadNodes = read_nodes
) -> tuple[Table | None, tuple[Mistake, ...]]:
    """The table in `text` with `overlays` (file and text, later ones win) merged in; None when unusable.

    `file` is the name that mistakes and findings show; `read` reads the YAML.
    """
    parser = _Parser(file, read)
    table = parser.table(text)
    mistakes = parser.mistakes
    for overlay_file, overlay_text in overlays:
        if table is None:
            break
        overlay = _Parser(overlay_file, read, base=table)
        change = overlay.table(overlay_text)
        mistakes += overlay.mistakes
        if change is not None:
            table = merge_tables(table, change, mistakes)
    return table, tuple(mistakes)


class _Parser:
    """One file. With `base` it is read as an overlay of that table, and takes its format."""

    def __init__(self, file: str, read: ReadNodes, base: Table | None = None) -> None:
        self.file = file
        self.read = read
        self.base = base
        self.kind = FormatKind.X12
        self.mistakes: list[Mistake] = []

    def mistake(self, line: int, text: str) -> None:
        self.mistakes.append((self.file, line, text))

    def understood(
        self, line: int, parse: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result | None:
        try:
            return parse(*args, **kwargs)
        except CellError as fault:
            self.mistake(line, str(fault))
            return None

    def table(self, text: str) -> Table | None:
        nodes, mistakes = self.read(self.file, text, SOME_HEADS)
        self.mistakes += mistakes
        if nodes is None:
            return None
        heads = self.heads(nodes)
        name = self.word(heads, "overlay" if self.base else "table")
        stated = self.format(heads) if not self.base or "format" in heads else None
        format_name = self.base.format if self.base else stated
        document = self.base.document if self.base else self.word(heads, "document")
        rows = heads.get("rows", Mapping((), 1))
        if not isinstance(rows, Mapping):
            self.mistake(rows.line, "`rows` holds one line per field: `number: BEG03`")
            return None
        if name is None or format_name is None or document is None:
            return None
        if self.base and name != self.base.name:
            self.mistake(heads["overlay"].line, f"this overlay is for `{name}`, not for `{self.base.name}`")
        self.kind = format_name.kind
        settings, mistakes = parse_settings(
            self.file, heads.get("settings"), self.base.settings if self.base else None
        )
        self.mistakes += mistakes
        if self.kind is FormatKind.FIXED and "settings" in heads:
            text = (
                f"a fixed-width file is described by schemas/flat/{format_name.schema}.yaml, not by settings"
            )
            self.mistake(heads["settings"].line, text)
        crossrefs, mistakes = parse_crossrefs(self.file, heads.get("crossrefs"))
        self.mistakes += mistakes
        order, mistakes = parse_order(self.file, heads.get("order"))
        self.mistakes += mistakes
        return Table(
            name=name,
            document=document,
            format=format_name,
            root=self.root(rows),
            derived=self.derived(heads.get("derived")),
            crossrefs=crossrefs,
            order=order,
            settings=settings,
            shape=self.word(heads, "shape", optional=True) or "",
            via=self.word(heads, "via", optional=True) or "",
            heads={head: Origin(self.file, node.line) for head, node in heads.items()},
            origin=Origin(self.file, 1),
        )

    def heads(self, nodes: Mapping) -> dict[str, Node]:
        heads = {}
        for key, node in nodes.items:
            if key.text in _HEADS:
                heads[key.text] = node
            else:
                self.mistake(key.line, f"unknown head `{key.text}`{suggestion(key.text or '', _HEADS)}")
        return heads

    def word(self, heads: dict[str, Node], head: str, *, optional: bool = False) -> str | None:
        node = heads.get(head)
        if isinstance(node, Scalar) and node.text:
            return node.text
        if node is not None:
            self.mistake(node.line, f"`{head}` takes a text")
        elif not optional:
            self.mistake(1, f"`{head}:` is missing")
        return None

    def format(self, heads: dict[str, Node]) -> FormatName | None:
        text = self.word(heads, "format")
        if text is None:
            return None
        name = format_name(text)
        if name is None:
            self.mistake(heads["format"].line, f"`{text[:80]}` is no format; one is {EXAMPLES}")
        return name

    def root(self, rows: Mapping) -> Block:
        origin = Origin(self.file, rows.line)
        return Block(key="", path=Path(()), at=Here(), entries=self.entries(rows), origin=origin)

    def entries(self, rows: Mapping) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        seen: dict[str, int] = {}
        for key, node in rows.items:
            if key.text in _BLOCK_WORDS:
                continue
            paths = self.understood(key.line, parse_fields, key.text or "")
            if paths is None:
                continue
            name = "+".join(map(str, paths))
            if name in seen:
                self.mistake(key.line, f"`{name}` stands twice; first in line {seen[name]}")
            seen.setdefault(name, key.line)
            entry = self.entry(name, paths, Origin(self.file, key.line), node)
            if entry is not None:
                entries.append(entry)
        return tuple(entries)

    def entry(self, key: str, paths: tuple[Path, ...], origin: Origin, node: Node) -> Entry | None:
        if isinstance(node, Mapping):
            return self.block(key, paths, origin, node)
        if isinstance(node, Sequence):
            return self.row(key, paths, origin, node.items)
        if node.text is None:
            if self.base:
                return Removal(key, origin)
            self.mistake(origin.line, f"`{key}` has no place; only an overlay takes a row away")
            return None
        if node.text.startswith("="):
            word = self.understood(node.line, parse_word, node.text[1:].strip())
            return None if word is None else Row(key=key, fields=paths, constant=word, origin=origin)
        return self.row(key, paths, origin, (node,))

    def row(self, key: str, paths: tuple[Path, ...], origin: Origin, cells: tuple[Node, ...]) -> Row | None:
        sayings: list[Saying] = []
        for cell in cells:
            if not isinstance(cell, Scalar) or cell.text is None:
                self.mistake(cell.line, f"`{key}`: a list of places holds one cell of text each")
                continue
            at = Origin(self.file, cell.line)
            saying = self.understood(cell.line, parse_saying, cell.text, self.kind, at)
            if saying is not None:
                sayings.append(saying)
        if len(sayings) < max(len(cells), 1):
            return None
        return Row(key=key, fields=paths, sayings=tuple(sayings), origin=origin)

    def block(self, key: str, paths: tuple[Path, ...], origin: Origin, node: Mapping) -> Block | None:
        if len(paths) != 1:
            self.mistake(origin.line, f"`{key}` is a block, which fills one list or record, not several")
            return None
        words = {scalar.text: value for scalar, value in node.items if scalar.text in _BLOCK_WORDS}
        for word, value in words.items():
            if not isinstance(value, Scalar) or value.text is None:
                what = "place" if word == "at" else "function, such as `parts_in_full()`"
                self.mistake(value.line, f"`{word}` takes one {what}")
                return None
        at, writes = words.get("at"), words.get("writes")
        if at is None and self.base is None:
            self.mistake(origin.line, f"block `{key}` has no `at`: the loop, array or rows it stands for")
        return Block(
            key=key,
            path=paths[0],
            at=self.understood(at.line, parse_at, _text(at), self.kind) if at else None,
            entries=self.entries(node),
            writes=self.understood(writes.line, parse_call, _text(writes)) if writes else None,
            origin=origin,
        )

    def derived(self, node: Node | None) -> tuple[Derivation, ...]:
        if node is None:
            return ()
        if not isinstance(node, Mapping):
            self.mistake(node.line, "`derived` holds one place per line: `CTT01: line_count`")
            return ()
        derived = [self.derivation(key, value) for key, value in node.items]
        return tuple(derivation for derivation in derived if derivation is not None)

    def derivation(self, key: Scalar, value: Node) -> Derivation | None:
        origin = Origin(self.file, key.line)
        place = self.understood(key.line, parse_place, key.text or "", self.kind)
        if place is None:
            return None
        if isinstance(place, X12Place) and place.element is None:
            self.mistake(key.line, f"`{place}` names a segment, not an element")
            return None
        if not isinstance(value, Scalar):
            self.mistake(value.line, f"`{key.text}` takes a function, such as `line_count`")
            return None
        if value.text is None:
            return Derivation(place=place, removed=True, origin=origin)
        if value.text.startswith("="):
            return Derivation(place=place, text=value.text[1:].strip(), origin=origin)
        call = self.understood(value.line, parse_call, value.text)
        return None if call is None else Derivation(place=place, call=call, origin=origin)


def _text(node: Node) -> str:
    return (node.text or "") if isinstance(node, Scalar) else ""
