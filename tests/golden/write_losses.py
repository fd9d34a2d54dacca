"""Writes `docs/round-trip.md`: `python -m tests.golden.write_losses`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.golden.losses import Entry, entries, holds_one, merged_codes, merged_words, refused_words
from tests.golden.reach import documents_of_tables, filled_by, plan_of
from tests.golden.reasons import REASONS

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "round-trip.md"
INTRODUCTION = """\
# What cannot round-trip

A document that goes through a format and comes back is the same but for what that format cannot
say. This page lists it, table by table: what the other tables of the document can say and this one
cannot, what it fills in, and what it refuses. It is printed from the tables (`python -m
tests.golden.write_losses`), and a test holds it to them and to the golden cases. The raw file is
kept beside the canonical document, and what a table does not name of its own format stays in `ext`;
reading loses nothing.

XML of ours can hold nearly all of a canonical document. What it alone says is not listed as missing
elsewhere; `gateway translate` tells what it leaves out of a document.

A path such as `parties[].contacts[]` stands for all below it, `references.*` for the keys that have
no row.

## Values, in every table

* **Days and times.** X12 dates, and most columns of flat files, are days. A time of SP-API becomes
  the day it is in the zone of the agreement; a day becomes midnight in that zone. The hour of an
  order is lost on the way through X12.
* **Numbers** are exact. Trailing zeros are kept where the format has them; X12 writes `.95` for
  `0.95`, and TDS and SAC always two decimals. SP-API counts whole units: a quantity of 2.5 is
  refused, not rounded.
* **Words.** A word without a code in the other format is refused by name: see *refuses* below.
  Where a code list gives two words one code, one comes back as the other: see *comes back as another
  word*.
* **One for all.** What a format says once for all lines, such as the back order flag of an 850 or
  the invoice that a credit note answers to, must be the same on all lines, else the document is
  refused (`lines-differ`).
* **Windows.** An 850 has one pair of dates. SP-API gets it as the ship window where the buyer pays
  the carriage and as the delivery window otherwise, and it comes back as such.
* **Order of levels.** An 856 is written with its levels numbered from top to bottom, HL04 on each,
  dates at the shipment, and no quantity in cartons below an item that hold equal shares of it.
* **Order of segments.** Segments of one tag are written in the order of the table.
"""


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for document, tables in documents_of_tables().items():
        parts.append(f"## {document}\n")
        parts += ["\n".join([*_section(table), ""]) for table in tables]
    return "\n".join(parts)


def _section(table: str) -> Iterator[str]:
    yield f"### {table}\n"
    why = REASONS.get(table)
    if not entries(table):
        yield "Says all that the other tables of the document say, and more."
    elif why is None:
        yield "A flat file has the columns or fields an ERP needs; a row adds one. It does not say:\n"
        yield ", ".join(_what(entry) for entry in entries(table)) + "."
    else:
        yield "| does not say | why |"
        yield "|---|---|"
        yield from (f"| {_what(entry)} | {why[entry.path]} |" for entry in entries(table))
    yield from _listed("Fills in", (f"`{path}` ({value})" for path, value in filled_by(table)))
    yield from _listed("Has room for one of", (f"`{path}`" for path in holds_one(table)))
    column = plan_of(table).format.kind.codecs.column
    words = refused_words(table)
    refused = (f"{name}: {', '.join(f'`{word}`' for word in missing)}" for name, missing in words.items())
    yield from _listed("Comes back as another word", _pairs(merged_words(table)), "; ")
    yield from _listed(
        "Reads two codes as one word, so that one is written as the other", _pairs(merged_codes(table)), "; "
    )
    yield from _listed(f"Refuses, having no {column} code for it", refused, "; ")


def _pairs(by_list: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for name, pairs in by_list.items():
        yield f"{name}: " + ", ".join(f"`{one}` as `{other}`" for one, other in pairs.items())


def _listed(head: str, items: Iterator[str], sign: str = ", ") -> Iterator[str]:
    text = sign.join(items)
    if text:
        yield f"\n{head}: {text}."


def _what(entry: Entry) -> str:
    if not entry.only:
        return f"`{entry.path}`"
    if len(entry.only) == 1 and "!=" in entry.only[0]:
        items = entry.path.replace("[]", f"[{entry.only[0].replace('!=', '=')}]")
        return f"{', '.join(f'`{field}`' for field in entry.fields)} of `{items}`"
    of = ", ".join(f"`{condition}`" for condition in entry.only)
    if not entry.fields:
        return f"`{entry.path}` but those with {of}"
    fields = ", ".join(f"`{field}`" for field in entry.fields)
    return f"{fields} of `{entry.path}` but those with {of}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
