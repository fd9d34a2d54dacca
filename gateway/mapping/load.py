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

__all__ = ["MappingFile", "Mappings", "load_mappings", "parse_mapping"]

_ROWS = re.compile("^rows:", re.MULTILINE)  # at the edge of the file, so that it is a head


class MappingFile(msgspec.Struct, frozen=True):
    """A table or overlay as it lies in the workspace, of which only the heads are read.

    `table`: its name, or that of the table it changes. `format`: None for an overlay, which has that of its
    table, and where it is none; reading the whole table says why.
    """

    file: str
    text: str
    table: str
    overlay: bool
    document: str = ""
    format: FormatName | None = None


class Mappings(msgspec.Struct, frozen=True):
    """The mapping files of a workspace: tables and overlays by the table's name, code lists by theirs."""

    tables: Mapping[str, MappingFile]
    overlays: Mapping[str, tuple[MappingFile, ...]]
    lists: Mapping[str, CodeList]


def load_mappings(files: Mapping[str, str]) -> tuple[Mappings, tuple[Mistake, ...]]:
    """Sorts files (texts by path): tables (`.yaml` with `table:`), overlays (`overlay:`), lists (`.csv`).

    Tables themselves are not read yet; a file that is none of the three is a mistake.
    """
    tables: dict[str, MappingFile] = {}
    overlays: dict[str, tuple[MappingFile, ...]] = {}
    lists: dict[str, CodeList] = {}
    mistakes: list[Mistake] = []
    for path, text in sorted(files.items()):
        name = PurePosixPath(path)
        if name.suffix == ".csv":
            code_list, found = parse_code_list(name.stem, path, text)
            mistakes += found
            if code_list is not None:
                lists[name.stem] = code_list
        elif name.suffix in (".yaml", ".yml"):
            _sort(path, text, tables, overlays, mistakes)
    for name_of_table, held in overlays.items():
        if name_of_table not in tables:
            hint = suggestion(name_of_table, tables)
            mistakes += [(overlay.file, 1, f"there is no table `{name_of_table}`{hint}") for overlay in held]
    return Mappings(tables, overlays, lists), tuple(mistakes)


def _sort(
    path: str,
    text: str,
    tables: dict[str, MappingFile],
    overlays: dict[str, tuple[MappingFile, ...]],
    mistakes: list[Mistake],
) -> None:
    heads, found = _heads(path, text)
    mistakes += found
    if heads is None:
        return
    for head in ("table", "overlay"):
        node = heads.get(head)
        if not isinstance(node, Scalar) or not node.text:
            continue
        document, form = (_word(heads.get(name)) for name in ("document", "format"))
        file = MappingFile(path, text, node.text, head == "overlay", document, format_name(form))
        if file.overlay:
            overlays[node.text] = (*overlays.get(node.text, ()), file)
        elif node.text in tables:
            first = tables[node.text].file
            mistakes.append((path, node.line, f"there is a table `{node.text}` already, in {first}"))
        else:
            tables[node.text] = file
        return
    mistakes.append((path, 1, "neither `table: NAME` nor `overlay: NAME` stands here"))


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
