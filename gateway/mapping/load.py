"""The tables, overlays and code lists of a workspace, from the texts of their files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

import msgspec

from gateway.errors import Mistake, UsageError
from gateway.formats.yaml_nodes import Node, Scalar, read_nodes
from gateway.mapping.code_lists import CodeList, parse_code_list
from gateway.mapping.format_names import format_name
from gateway.mapping.parse import SOME_HEADS, parse_table
from gateway.mapping.plan import FormatName, Table
from gateway.suggestions import suggestion

__all__ = ["MappingFile", "Mappings", "load_mappings", "load_overlays", "parse_mapping"]

TABLES = (".yaml", ".yml")

_ROWS = re.compile("^rows:", re.MULTILINE)  # at the edge of the file, so that it is a head


class MappingFile(msgspec.Struct, frozen=True):
    """A table or overlay as it lies in the workspace, of which only the heads are read.

    `table`: its name, or that of the table it changes, which stands in `line`. `format`: None for an overlay,
    which has that of its table, and where it is none; reading the whole table says why.
    """

    file: str
    text: str
    table: str
    overlay: bool
    line: int = 1
    document: str = ""
    format: FormatName | None = None


class Mappings(msgspec.Struct, frozen=True):
    """The mapping files of a workspace: tables and code lists by name."""

    tables: Mapping[str, MappingFile]
    lists: Mapping[str, CodeList]


def load_mappings(files: Mapping[str, str]) -> tuple[Mappings, tuple[Mistake, ...]]:
    """Sorts the files of `mappings/` (texts by path): tables (`.yaml` with `table:`) and code lists (`.csv`).

    Tables themselves are not read yet; a file that is neither is a mistake.
    """
    tables: dict[str, MappingFile] = {}
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
            file, found = _mapping_file(path, text)
            mistakes += found
            if file is None:
                continue
            if file.overlay:
                said = "an overlay is for one partner, so it stands in partners/NAME/mappings/"
                mistakes.append((path, file.line, said))
            elif file.table in tables:
                said = f"there is a table `{file.table}` already, in {tables[file.table].file}"
                mistakes.append((path, file.line, said))
            else:
                tables[file.table] = file
    return Mappings(tables, lists), tuple(mistakes)


def load_overlays(
    files: Mapping[str, str], tables: Mapping[str, MappingFile]
) -> tuple[Mapping[str, tuple[MappingFile, ...]], tuple[Mistake, ...]]:
    """The overlays of one partner (texts by path) by the table they change, in the order of their names."""
    overlays: dict[str, tuple[MappingFile, ...]] = {}
    mistakes: list[Mistake] = []
    for path, text in sorted(files.items()):
        if PurePosixPath(path).suffix not in TABLES:
            mistakes.append((path, 0, "a partner has overlays (.yaml) alone; all else belongs in mappings/"))
            continue
        file, found = _mapping_file(path, text)
        mistakes += found
        if file is None:
            continue
        if not file.overlay:
            said = "a partner's own file changes a table: it begins with `overlay: NAME`, not with `table:`"
            mistakes.append((path, file.line, said))
        elif file.table not in tables:
            hint = suggestion(file.table, tables)
            mistakes.append((path, file.line, f"there is no table `{file.table[:40]}`{hint}"))
        else:
            overlays[file.table] = (*overlays.get(file.table, ()), file)
    return overlays, tuple(mistakes)


def _mapping_file(path: str, text: str) -> tuple[MappingFile | None, tuple[Mistake, ...]]:
    heads, found = _heads(path, text)
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


def _heads(path: str, text: str) -> tuple[dict[str | None, Node] | None, list[Mistake]]:
    """The heads of a file: those before its rows, which takes a tenth of the time, if its name is there."""
    rows = _ROWS.search(text)
    nodes, mistakes = read_nodes(path, text[: rows.start()] if rows is not None else text, SOME_HEADS)
    heads = {key.text: node for key, node in nodes.items} if nodes is not None else {}
    if rows is not None and not {"table", "overlay"} & heads.keys():
        nodes, mistakes = read_nodes(path, text, SOME_HEADS)
        heads = {key.text: node for key, node in nodes.items} if nodes is not None else {}
    return (heads, []) if nodes is not None else (None, mistakes)


def _word(node: Node | None) -> str:
    return node.text or "" if isinstance(node, Scalar) else ""


def parse_mapping(
    mappings: Mappings, name: str, overlays: tuple[MappingFile, ...] = ()
) -> tuple[Table | None, tuple[Mistake, ...]]:
    """The table of this name with overlays merged in; `UsageError` when there is none."""
    held = mappings.tables.get(name)
    if held is None:
        raise UsageError(f"there is no mapping table `{name}`{suggestion(name, mappings.tables)}")
    return parse_table(held.file, held.text, [(overlay.file, overlay.text) for overlay in overlays])
