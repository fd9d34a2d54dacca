"""The words that the gateway puts into details of findings, read from its source: each with holes filled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from gateway.codes import CATALOGUE
from gateway.transports.folder.chinese import CHINESE

ROOT = Path(__file__).parents[2]
# for the holes of a text, some of which are filled with words
FILLERS = (
    "7",
    "digits alone",
    "text",
    "lines",
    "carton 7",
    " of 7",
    ", and zeros at its start may be lost",
    "",
)
NOT_OF_FILES = ("cli/", "codes/", "mapping/sheets/", "formats/xlsx", "transports/", "service/")
WRITERS_OF_CODE = ("mapping/compiled/texts.py", "mapping/compiled/x12_values.py")
LOADERS = ("formats/xml_schema.py", "mapping/crossrefs/model.py")  # of files of a workspace
FINDING = ("found", "Fault", "fault", "tell", "add", "_unsound", "_unplaced")
SPEAKERS = frozenset(
    {"FieldError", "refuse", "Flaw", "UnfitCellError", "Unowned", "unsaid", "misplaced", "UnplaceableError"}
    | {"_held", "_unclear", "_character", "once"}
)
"""Functions and faults whose text becomes a detail."""

CONSTANTS = {
    "formats/json.py": ("_PLAIN_WORDS", 1),
    "formats/xml.py": ("_PLAIN_WORDS", 1),
    "formats/json_words.py": ("_KINDS", 0),
    "documents/walk.py": ("_KINDS", 0),
    "documents/law.py": ("_TYPES", 0),
    "documents/identifiers.py": ("NAMES", 0),
    "formats/fixed_fields.py": ("signs", 0),
    "schema/envelope.py": ("_PROBLEMS", 0),
    "mapping/codecs/numbers.py": ("_NOT_A_NUMBER", 0),
    "mapping/codecs/moments.py": ("_NO_DAY", 0),
}
"""Texts by name, and which of several in an entry is the text."""

LOCALS = frozenset(["problem", "reason", "what", "where", "actual", "stands"])
_WORD = re.compile(r"[a-z]{2,} [a-z]{2,}|[a-z]{2,} \x00|\x00 [a-z]{2,}")


class Spoken(NamedTuple):
    """A text of ours: where it stands, the code and placeholder where the call names both, and the text."""

    place: str
    code: str | None
    detail: str | None
    texts: tuple[str, ...]


def every() -> Iterator[Spoken]:
    """All that is said in details of findings that can befall a file."""
    for path in sorted((ROOT / "gateway").rglob("*.py")):
        name = path.relative_to(ROOT / "gateway").as_posix()
        if not name.startswith((*NOT_OF_FILES, *WRITERS_OF_CODE, *LOADERS)):
            source = path.read_text()
            if name in CONSTANTS or any(f"{each}(" in source for each in (*SPEAKERS, *FINDING)):
                yield from of_module(name, source)


def of_module(name: str, source: str) -> Iterator[Spoken]:
    """What one module says; `name` is its path in the package."""
    tree = ast.parse(source)
    tells = any(isinstance(node, ast.Call) and _callee(node) in ("found", "Fault") for node in ast.walk(tree))
    known = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for each in tree.body:
        if isinstance(each, ast.FunctionDef) and isinstance(each.body[-1], ast.Return):
            known[each.name] = each.body[-1].value or ast.Constant("")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(name, node, known)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {each.id for each in targets if isinstance(each, ast.Name)}
            constant, place = CONSTANTS.get(name, ("", 0))
            if constant in names:
                yield from _of_constant(name, node.value, place)
            elif tells and names & LOCALS:
                yield from _spoken(name, None, None, node.value)


def _of_call(name: str, node: ast.Call, known: Mapping[str, ast.expr]) -> Iterator[Spoken]:
    callee = _callee(node)
    if callee in SPEAKERS:
        for argument in node.args:
            yield from _spoken(name, None, None, known.get(_named(argument), argument))
    first = node.args[0] if node.args else None
    code = first.value if isinstance(first, ast.Constant) else None
    if code in CATALOGUE and code in CHINESE:
        for keyword in node.keywords:
            if keyword.arg not in (None, "severity"):
                yield from _spoken(name, str(code), keyword.arg, keyword.value)


def _of_constant(name: str, value: ast.expr, place: int) -> Iterator[Spoken]:
    if isinstance(value, ast.Dict):
        parts: list[ast.expr] = list(value.values)
    elif isinstance(value, ast.Call):
        yield from _of_constant(name, value.args[0], place)
        return
    elif isinstance(value, ast.Tuple):
        parts = [entry.elts[place] for entry in value.elts if isinstance(entry, ast.Tuple)]
    else:
        parts = [value]
    for part in parts:
        if isinstance(part, ast.Constant):
            filled = re.sub(r"\{[a-z0-9]*\}", "\0", str(part.value))
            if filled != "\0":
                yield Spoken(f"{name}:{part.lineno}", None, None, _filled(filled))


def _spoken(name: str, code: str | None, detail: str | None, value: ast.expr) -> Iterator[Spoken]:
    for text in _texts(value):
        if _WORD.search(text) or (code is not None and re.fullmatch(r"[a-z]{2,}", text)):
            yield Spoken(f"{name}:{value.lineno}", code, detail, _filled(text))


def _texts(value: ast.expr) -> Iterator[str]:
    """Each text that an expression can be; calls are left out, but for what `found` is told."""
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from _texts(one)
            yield from _texts(other)
        case ast.BoolOp(values=several):
            for each in several:
                yield from _texts(each)


def _filled(text: str) -> tuple[str, ...]:
    return tuple(text.replace("\0", filler) for filler in FILLERS)


def _named(argument: ast.expr) -> str:
    """The constant or function of the module that an argument takes its text from."""
    if isinstance(argument, ast.Call):
        return _callee(argument)
    return argument.id if isinstance(argument, ast.Name) else ""


def _callee(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
