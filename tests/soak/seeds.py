"""Where the search begins: every fixture of the tests and examples, and the reference material where it is.

The reference material is read in place, never copied; nothing of it is kept beside the crashers it led to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from gateway.acknowledgments.answer import AnswerKind, acknowledge
from gateway.acknowledgments.received import ControlNumbers
from gateway.formats.xml_text import CHARSETS
from tests.hostile.samples import order_file, ship_notice_file, take
from tests.shared import SHARED

__all__ = ["FIXTURES", "LONGEST", "NO_DOCUMENTS", "ROOT", "SUFFIXES", "documents", "is_crossref"]

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
FIXTURES = ("tests", "examples")
LONGEST = 64 * 1024  # bytes of a seed; what takes longer to read is searched less
SUFFIXES = {
    "x12": (".850", ".855", ".856", ".810", ".860", ".865", ".997", ".999", ".x12", ".edi"),
    "csv": (".csv",),
    "fixed": (".fixed",),
    "xml": (".xml",),
    "json": (".json",),
}
NO_DOCUMENTS = (".py", ".pyc", ".md", ".sh", ".sql", ".key", "")  # "": files of a kept store
WIDE = {"csv": ("utf-16", "utf-8-sig"), "json": ("utf-16", "utf-8-sig"), "fixed": ("utf-8-sig", "cp037")}
OF_OTHERS = {"x12": ("x12/corpus", ("*.edi", "*.txt", "*.x12")), "json": ("spapi/sandbox", ("*.json",))}


def is_crossref(path: Path) -> bool:
    """Whether a file is a table of cross-references, and no document."""
    return path.parent.name == "crossrefs"


def documents(name: str) -> tuple[bytes, ...]:
    """The documents of one format, each once."""
    found = [*_of_code(name)]
    for folder in FIXTURES:
        paths = sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES[name])
        found += (path.read_bytes() for path in paths if not is_crossref(path))
    found += _in_charsets(name, found[:1])
    if name in OF_OTHERS and SHARED.is_dir():
        folder, patterns = OF_OTHERS[name]
        paths = sorted(path for pattern in patterns for path in (SHARED / folder).rglob(pattern))
        found += (path.read_bytes() for path in paths)
    return _short(found)


def _of_code(name: str) -> Iterable[bytes]:
    """The samples that other tests build, and what is answered to them."""
    if name != "x12":
        return
    for text in (order_file(), ship_notice_file(), order_file().replace("*EA*", "*XX*"), _two_orders()):
        yield text.encode()
        for kind in AnswerKind:
            received = take(text.encode()).interchanges
            yield from acknowledge(received, kind=kind, control_numbers=ControlNumbers(), at=AT)


def _two_orders() -> str:
    return order_file() + order_file().replace("000000001", "000000002")


def _in_charsets(name: str, fixtures: Sequence[bytes]) -> Iterable[bytes]:
    """A fixture in the other character sets that its format is read in."""
    for text in (data.decode() for data in fixtures):
        if name == "xml":
            declared = text.partition("?>")[2].replace("Acorn", "Äcorn")
            for charset, codec in CHARSETS.items():
                yield f'<?xml version="1.0" encoding="{charset}"?>{declared}'.encode(
                    codec, "xmlcharrefreplace"
                )
        else:
            yield from (text.encode(codec) for codec in WIDE.get(name, ()))


def _short(found: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(data for data in found if 0 < len(data) <= LONGEST))
