"""The tables, overlays and code lists of a workspace, from the texts of their files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

import msgspec

from gateway.errors import Mistake, UsageError
from gateway.formats.yaml_nodes import Node, ReadNodes, Scalar, read_nodes
from gateway.mapping.code_lists import CodeList, parse_code_list
from gateway.mapping.format_names import format_name
from gateway.mapping.parse import SOME_HEADS, parse_table
from gateway.mapping.plan import FormatName, Table
from gateway.suggestions import suggestion

__all__ = ["MappingFile", "Mappings", "load_mappings", "load_overlays", "parse_mapping"]

TABLES = (".yaml", ".yml")
RELEASE = "x12 850 005010"  # as an example

_PLAIN_HEAD = re.compile(r"([a-z]+): +([A-Za-z0-9](?:[^:#]*[^:#\s])?)(?: +#.*)?")
_NOTHING = frozenset({"null", "Null", "NULL"})  # what YAML reads as no text
_ROWS = re.compile("^rows:", re.MULTILINE)  # at the edge of the file, so that it is a head


class MappingFile(msgspec.Struct, frozen=True):
    """A table or overlay as it lies in the workspace, of which only the heads are read.

    `table`: its name, or that of the table it changes, which stands in `line`. `format`: None where it is
    none, which reading the whole table tells, and for most overlays; one that has it is for these releases.
    """

    file: str
    text: str
    table: str
    overlay: bool
    line: int = 1
    document: str = ""
    format: FormatName | None = None


class Mappings(msgspec.Struct, frozen=True):
    """The mapping files of a workspace: tables and code lists by name, and what tables have for a release.

    `overlays` are by the name of the table they change.
    """

    tables: Mapping[str, MappingFile]
    lists: Mapping[str, CodeList]
    overlays: Mapping[str, tuple[MappingFile, ...]] = msgspec.field(default_factory=dict)


def load_mappings(
    files: Mapping[str, str], read: ReadNodes = read_nodes
) -> tuple[Mappings, tuple[Mistake, ...]]:
    """Sorts the files of `mappings/` (texts by path): tables (`.yaml` with `table:`), code lists (`.csv`),
    and overlays for a release (`.yaml` with `overlay:` and `format:`).

    Tables themselves are not read yet; a file that is none of these is a mistake.
    """
    tables: dict[str, MappingFile] = {}
    changes: list[MappingFile] = []
    lists: dict[str, CodeList] = {}
    mistakes: list[Mistake] = []
    for path, text in sorted(files.items()):
        name = PurePosixPath(path)
        if name.suffix == ".csv":
            code_list, found = parse_code_list(name.stem, path, text)
            mistakes += found
            if code_list is not None:
                lists[name.stem] = code_list
        elif name.suffix in TABLES:
            file, found = _mapping_file(path, text, read)
            mistakes += found
            if file is None:
                continue
            if file.overlay and file.format is not None:
                changes.append(file)
            elif file.overlay:
                said = "an overlay is for one partner, so it stands in partners/NAME/mappings/"
                mistakes.append((path, file.line, f"{said}; one for a release says `format: {RELEASE}`"))
            elif file.table in tables:
                said = f"there is a table `{file.table}` already, in {tables[file.table].file}"
                mistakes.append((path, file.line, said))
            else:
                tables[file.table] = file
    overlays: dict[str, tuple[MappingFile, ...]] = {}
    for change in changes:
        wrong = _misplaced(change, tables)
        if wrong:
            mistakes.append((change.file, change.line, wrong))
        else:
            overlays[change.table] = (*overlays.get(change.table, ()), change)
    return Mappings(tables, lists, overlays), tuple(mistakes)


def _misplaced(overlay: MappingFile, tables: Mapping[str, MappingFile]) -> str:
    """Why an overlay has no table to change, "" when it has one."""
    if overlay.table not in tables:
        return f"there is no table `{overlay.table[:40]}`{suggestion(overlay.table, tables)}"
    changed = tables[overlay.table].format
    if overlay.format is not None and changed is not None and not changed.covers(overlay.format):
        return f"is for `{overlay.format}`, but the table is for `{changed}`"
    return ""


def load_overlays(
    files: Mapping[str, str], tables: Mapping[str, MappingFile], read: ReadNodes = read_nodes
) -> tuple[Mapping[str, tuple[MappingFile, ...]], tuple[Mistake, ...]]:
    """The overlays of one partner (texts by path) by the table they change, in the order of their names."""
    overlays: dict[str, tuple[MappingFile, ...]] = {}
    mistakes: list[Mistake] = []
    for path, text in sorted(files.items()):
        if PurePosixPath(path).suffix not in TABLES:
            mistakes.append((path, 0, "a partner has overlays (.yaml) alone; all else belongs in mappings/"))
            continue
        file, found = _mapping_file(path, text, read)
        mistakes += found
        if file is None:
            continue
        if not file.overlay:
            said = "a partner's own file changes a table: it begins with `overlay: NAME`, not with `table:`"
            mistakes.append((path, file.line, said))
        elif wrong := _misplaced(file, tables):
            mistakes.append((path, file.line, wrong))
        else:
            overlays[file.table] = (*overlays.get(file.table, ()), file)
    return overlays, tuple(mistakes)


def _mapping_file(path: str, text: str, read: ReadNodes) -> tuple[MappingFile | None, tuple[Mistake, ...]]:
    heads, found = _heads(path, text, read)
    if heads is None:
        return None, tuple(found)
    for head in ("table", "overlay"):
        node = heads.get(head)
        if isinstance(node, Scalar) and node.text:
            document, form = (_word(heads.get(name)) for name in ("document", "format"))
            file = MappingFile(
                path, text, node.text, head == "overlay", node.line, document, format_name(form)
            )
            return file, tuple(found)
    return None, (*found, (path, 1, "neither `table: NAME` nor `overlay: NAME` stands here"))


def _heads(path: str, text: str, read: ReadNodes) -> tuple[Mapping[str | None, Node] | None, list[Mistake]]:
    """The heads of a file: those before its rows, which takes a tenth of the time, if its name is there."""
    rows = _ROWS.search(text)
    plain = _plain_heads(text[: rows.start()]) if rows is not None else None
    if plain is not None:
        return plain, []
    nodes, mistakes = read(path, text[: rows.start()] if rows is not None else text, SOME_HEADS)
    heads = {key.text: node for key, node in nodes.items} if nodes is not None else {}
    if rows is not None and not {"table", "overlay"} & heads.keys():
        nodes, mistakes = read(path, text, SOME_HEADS)
        heads = {key.text: node for key, node in nodes.items} if nodes is not None else {}
    return (heads, []) if nodes is not None else (None, mistakes)


def _plain_heads(text: str) -> Mapping[str | None, Node] | None:
    """The heads when each is a word and a plain text on a line of its own; None when in doubt.

    A start has to go through the heads of all tables, and the reader of YAML takes a millisecond for each.
    """
    heads: dict[str | None, Node] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        match = _PLAIN_HEAD.fullmatch(line)
        if match is None or match[1] in heads or match[2] in _NOTHING or not line.isprintable():
            return None
        heads[match[1]] = Scalar(match[2], number)
    return heads if {"table", "overlay"} & heads.keys() else None


def _word(node: Node | None) -> str:
    return node.text or "" if isinstance(node, Scalar) else ""


def parse_mapping(
    mappings: Mappings,
    name: str,
    overlays: tuple[MappingFile, ...] = (),
    release: str = "",
    read: ReadNodes = read_nodes,
) -> tuple[Table | None, tuple[Mistake, ...]]:
    """The table of this name for one of its releases, the first when none is named.

    What it has for the release is merged in, then the overlays given (but those for other releases).
    `UsageError` when there is no such table.
    """
    held = mappings.tables.get(name)
    if held is None:
        raise UsageError(f"there is no mapping table `{name}`{suggestion(name, mappings.tables)}")
    wanted = release or (held.format.release if held.format is not None else "")
    merged = [
        (overlay.file, overlay.text)
        for overlay in (*mappings.overlays.get(name, ()), *overlays)
        if overlay.format is None or wanted in overlay.format.releases
    ]
    table, mistakes = parse_table(held.file, held.text, merged, read)
    if table is not None and wanted:
        table = msgspec.structs.replace(table, format=table.format.of(wanted))
    return table, mistakes
