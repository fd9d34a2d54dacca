"""The `crossrefs` of a table: `lines[]: items(ids.asin -> ids.vendor_sku, ids.upc) hold`."""

from __future__ import annotations

import re

import msgspec

from gateway.errors import Mistake
from gateway.formats.yaml_nodes import Mapping, Node, Scalar, Sequence
from gateway.mapping.cells import (
    DIRECTIONS,
    CellError,
    parse_fields,
    parse_word,
    shown,
    split_outside,
    tokens_of,
)
from gateway.mapping.plan import Completion, Each, Filter, Origin, Path
from gateway.suggestions import suggestion

__all__ = ["THE_DOCUMENT", "parse_crossrefs"]

THE_DOCUMENT = "."
_CALL = re.compile(r"(?P<name>[a-z][a-z0-9_-]*)\((?P<keys>.*)->(?P<fills>.*)\)", re.DOTALL)
_EXAMPLE = "`items(ids.asin -> ids.vendor_sku)`"
_WORDS = ("hold", "default=", *DIRECTIONS)


def parse_crossrefs(file: str, node: Node | None) -> tuple[dict[str, tuple[Completion, ...]], list[Mistake]]:
    """The completions a table names, by the records they are for, and the mistakes in them."""
    held: dict[str, tuple[Completion, ...]] = {}
    mistakes: list[Mistake] = []
    if node is None:
        return held, mistakes
    if not isinstance(node, Mapping):
        return held, [(file, node.line, f"`crossrefs` holds lines such as `lines[]: {_EXAMPLE[1:]}")]
    for key, value in node.items:
        cells = value.items if isinstance(value, Sequence) else (value,)
        taken_away = isinstance(value, Scalar) and value.text is None
        completions = []
        for cell in () if taken_away else cells:
            try:
                completions.append(_completion(key.text or "", cell, file))
            except CellError as fault:
                mistakes.append((file, cell.line, str(fault)))
        held[key.text or ""] = tuple(completions)
    return held, mistakes


def _records(text: str) -> Path | None:
    if text == THE_DOCUMENT:
        return None
    paths = parse_fields(text)
    if len(paths) != 1 or paths[0].up:
        raise CellError(f"{shown(text)} names no records; `lines[]` does, and `.` the document itself")
    return paths[0]


def _completion(key: str, cell: Node, file: str) -> Completion:
    if not isinstance(cell, Scalar) or not cell.text:
        raise CellError(f"`{key}` takes one cross-reference or a list of them: {_EXAMPLE}")
    path, text, origin = _records(key), cell.text, Origin(file, cell.line)
    first, *words = tokens_of(text)
    match = _CALL.fullmatch(first)
    if match is None:
        raise CellError(f"{shown(text)} names no cross-reference; one looks like {_EXAMPLE}")
    keys = tuple(_fields(part) for part in split_outside(match["keys"], ","))
    fills = [_fields(part) for part in split_outside(match["fills"], ",")]
    if any(len(paths) != 1 for paths in fills):
        raise CellError(f"{shown(text)}: each field after `->` has a column of its own, without `+`")
    completion = Completion(
        path=path,
        crossref=match["name"],
        keys=keys,
        fills=tuple(paths[0] for paths in fills),
        origin=origin,
    )
    for word in words:
        completion = _with_word(completion, word)
    if completion.hold and completion.default is not None:
        raise CellError(f"{shown(text)}: either `hold` or `default=` tells what to do without a row")
    return completion


def _fields(text: str) -> tuple[Path, ...]:
    paths = parse_fields(text.strip())
    for path in paths:
        if path.up or any(isinstance(step.items, Each | Filter) for step in path.steps):
            raise CellError(f"`{path}`: a cross-reference takes fields of the record itself")
    return paths


def _with_word(completion: Completion, word: str) -> Completion:
    if word == "hold":
        return msgspec.structs.replace(completion, hold=True)
    if word in DIRECTIONS:
        return msgspec.structs.replace(completion, direction=DIRECTIONS[word])
    if word.startswith("default="):
        return msgspec.structs.replace(completion, default=parse_word(word.removeprefix("default=")))
    raise CellError(f"{shown(word)} is no word of a cross-reference{suggestion(word, _WORDS)}")
