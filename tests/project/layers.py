"""Reads the imports of a package and says which of them break the direction of its rings.

An inner ring knows nothing of an outer one, siblings of the knowledge ring nothing of each other, and rings
up to the path neither import nor call what reaches files, sockets, clock, environment, log or randomness.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PACKAGE = "gateway"

RINGS: dict[str, int] = {
    # words
    "findings": 0,
    "codes": 0,
    "report": 0,
    "errors": 0,
    "packed": 0,
    "lifecycle": 0,
    "ports": 0,
    "attempt": 0,
    "suggestions": 0,
    "one_line": 0,
    # syntax
    "formats": 1,
    "documents": 1,
    # knowledge
    "schema": 2,
    "mapping": 2,
    "acknowledgments": 2,
    "agreements": 2,
    "as2": 2,
    "spapi": 2,
    "rules": 2,
    "ledger": 2,
    # path
    "pipeline": 3,
    "exchange": 3,
    # edges
    "store": 4,
    "transports": 4,
    "web": 4,
    "simulator": 4,
    "workspace": 4,
    "workspace_making": 4,
    "held_texts": 4,
    "samples": 4,
    "secrets": 4,
    "programs": 4,
    "code_cache": 4,
    "kept_nodes": 4,
    "second_opinion": 4,
    "spreadsheets": 4,
    # assembly
    "settings": 5,
    "bootstrap": 5,
    "binder": 5,
    "standards": 5,
    "guided": 5,
    "configured": 5,
    "checked": 5,
    "mapped": 5,
    "scheduler": 5,
    "service": 5,
    "cli": 5,
    "__main__": 5,
}
KNOWLEDGE = 2
PATH = 3
STANDALONE = "standalone"  # programs that are handed to others: no part of any ring, and no ring part of them

FILES = {"dbm", "fcntl", "fileinput", "glob", "importlib", "linecache", "mmap", "os", "pathlib", "pkgutil"}
FILES |= {"runpy", "shelve", "shutil", "sqlite3", "tempfile"}
NETWORK = {
    "ftplib",
    "http",
    "imaplib",
    "poplib",
    "select",
    "selectors",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
}
NETWORK |= {"urllib", "webbrowser"}
PROCESSES = {"asyncio", "concurrent", "ctypes", "multiprocessing", "pty", "sched", "signal", "subprocess"}
PROCESSES |= {"threading"}
SURROUNDINGS = {
    "curses",
    "getpass",
    "locale",
    "logging",
    "platform",
    "readline",
    "resource",
    "site",
    "syslog",
}
SURROUNDINGS |= {"termios", "time", "tty"}
RANDOMNESS = {"random", "secrets", "uuid"}
OUTSIDE_WORLD = frozenset(FILES | NETWORK | PROCESSES | SURROUNDINGS | RANDOMNESS)
PURE_LIBRARIES = frozenset({"cryptography", "jsonschema", "lxml", "msgspec", "referencing", "ruamel"})
PURE_PARTS = {("pathlib", "PurePath"), ("pathlib", "PurePosixPath")}  # text alone, no file is touched
FILE_NAMES_OF_IO = frozenset({"open", "open_code", "FileIO"})
OUTSIDE_CALLS = frozenset({"open", "input", "__import__"})
CLOCK_CALLS = frozenset({"now", "utcnow", "today"})
SYSTEM_PARTS = frozenset({"argv", "stdin", "stdout", "stderr", "path", "modules", "exit"})


class Breach(NamedTuple):
    """One line that breaks the rule; `what` is the import or call as it is written."""

    module: str
    line: int
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: `{self.what}`: {self.why}"


def breaches(root: Path) -> list[Breach]:
    """Every breach in the package folder `root`, in the order of its files."""
    found: list[Breach] = []
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        names = parts[:-1] if parts[-1] == "__init__" else parts
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        found += _breaches_of_module(root, names, parts[-1] == "__init__", tree)
    return found


def ring_of(names: tuple[str, ...]) -> int | None:
    """The ring of a module from its names below the package; None when its first name has none."""
    if not names:
        return 0
    first = names[0]
    return RINGS["cli"] if first.startswith("cli") else RINGS.get(first)


def _breaches_of_module(
    root: Path, names: tuple[str, ...], is_package: bool, tree: ast.Module
) -> Iterator[Breach]:
    module = ".".join((PACKAGE, *names))
    if STANDALONE in names:
        yield from _breaches_of_program(root, module, names, is_package, tree)
        return
    ring = ring_of(names)
    if ring is None:
        yield Breach(module, 1, names[0], "has no ring; give it one in tests/project/layers.py")
        return
    for line, written, target in _imports(root, names, is_package, tree):
        reason = _why_not(names, ring, target)
        if reason:
            yield Breach(module, line, written, reason)
    if ring <= PATH:
        for line, written, deed in _outside_calls(tree):
            yield Breach(module, line, written, f"ring {ring} {deed}; it is handed in")


def _breaches_of_program(
    root: Path, module: str, names: tuple[str, ...], is_package: bool, tree: ast.Module
) -> Iterator[Breach]:
    for line, written, target in _imports(root, names, is_package, tree):
        if target[0] not in sys.stdlib_module_names:
            yield Breach(module, line, written, "a program that stands alone needs Python and nothing else")


def _imports(
    root: Path, names: tuple[str, ...], is_package: bool, tree: ast.Module
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Each import as (line, text, names of the imported module), relative ones made absolute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, f"import {alias.name}", tuple(alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            start = tuple(node.module.split(".")) if node.module else ()
            if node.level:
                above = node.level - (1 if is_package else 0)
                start = (PACKAGE, *names)[: len(names) + 1 - above] + start
            for alias in node.names:
                text = f"from {'.' * node.level}{node.module or ''} import {alias.name}"
                yield node.lineno, text, _module_of(root, start, alias.name)


def _module_of(root: Path, start: tuple[str, ...], name: str) -> tuple[str, ...]:
    """`from gateway import schema` names a module, `from gateway import __version__` does not."""
    below = root.joinpath(*start[1:], name)
    is_module = start[:1] == (PACKAGE,) and (below.is_dir() or below.with_suffix(".py").is_file())
    return (*start, name) if is_module or start in (("io",), ("pathlib",)) else start


def _why_not(names: tuple[str, ...], ring: int, target: tuple[str, ...]) -> str | None:
    if target[0] == PACKAGE:
        return _why_not_inside(names, ring, target[1:])
    if ring > PATH:
        return None
    first = target[0]
    if target in PURE_PARTS:
        return None
    if first in OUTSIDE_WORLD or (first == "io" and target[-1] in FILE_NAMES_OF_IO):
        return f"ring {ring} reaches the outside world; it is handed in"
    if first not in sys.stdlib_module_names and first not in PURE_LIBRARIES:
        return f"ring {ring} may use no library but {', '.join(sorted(PURE_LIBRARIES))}"
    return None


def _why_not_inside(names: tuple[str, ...], ring: int, target: tuple[str, ...]) -> str | None:
    if STANDALONE in target:
        return "a program that stands alone is run, not imported"
    other = ring_of(target)
    if other is None:
        return f"{target[0]} has no ring; give it one in tests/project/layers.py"
    if other > ring:
        return f"ring {ring} imports ring {other}"
    if ring == other == KNOWLEDGE and names[0] != target[0]:
        return f"{names[0]} and {target[0]} are siblings; they meet only in pipeline.py"
    return None


def _outside_calls(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            call = node.func
            if isinstance(call, ast.Name) and call.id in OUTSIDE_CALLS:
                yield node.lineno, ast.unparse(node), "reaches the outside world"
            elif isinstance(call, ast.Attribute) and call.attr in CLOCK_CALLS and _is_calendar(call.value):
                yield node.lineno, ast.unparse(node), "reads the clock"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            of, part = node.value.id, node.attr
            if (of == "sys" and part in SYSTEM_PARTS) or (
                of in ("io", "codecs") and part in FILE_NAMES_OF_IO
            ):
                yield node.lineno, ast.unparse(node), "reaches the outside world"


def _is_calendar(node: ast.expr) -> bool:
    """Whether this is `datetime`, `date`, or one of them in its module, under any usual name."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.lower().rstrip("_") in ("datetime", "date", "dt")
