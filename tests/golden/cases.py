"""The golden cases: a file of a partner or ERP, the canonical documents in it, and what is made of them.

A case is a folder: `source.850` (or another set), `source.json`, `source.csv`, `source.fixed` or
`source.xml`; `canonical.json`; a `target` for each other format that can say the documents; and `again` (in
the format of the source) where we say something in another way than the sender. All are read and written for
the partner amazon.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from gateway.documents import Document
from gateway.findings import Location
from gateway.formats.detect import Format
from gateway.pipeline.sources import Received
from gateway.pipeline.tables import Sourced
from gateway.pipeline.targets import FirstNumbers, Written, write
from tests.pipeline.knowledge import knowledge, received

__all__ = ["CASES", "FOLDER", "IN_X12_AND_CSV", "Case", "body_of", "is_said_in", "read", "written"]

FOLDER = Path(__file__).parent
AT = datetime(2026, 11, 9, 9, 15)
SETS = {
    "purchase-order": "850",
    "order-acknowledgment": "855",
    "order-change": "860",
    "change-acknowledgment": "865",
    "ship-notice": "856",
    "invoice": "810",
}
FORMS = {".json": Format.SPAPI, ".csv": Format.CSV, ".fixed": Format.FIXED, ".xml": Format.XML}
IN_X12_AND_CSV = ("order-change", "change-acknowledgment")
"""Documents that no other format has. In SP-API an order that changes is the same order, fetched again."""


def is_said_in(name: str, form: Format) -> bool:
    """Whether a format has the documents of a folder at all."""
    return name not in IN_X12_AND_CSV or form in (Format.X12, Format.CSV)


class Case(msgspec.Struct, frozen=True):
    """One folder of `tests/golden`."""

    folder: Path

    @property
    def name(self) -> str:
        """Such as `invoice/x12-credit-note`."""
        return str(self.folder.relative_to(FOLDER))

    @property
    def source(self) -> Path:
        """The file that is read."""
        (source,) = self.folder.glob("source.*")
        return source

    @property
    def again(self) -> Path:
        """What is written in the format of the source: the source, where nothing else is expected."""
        again = self.source.with_stem("again")
        return again if again.exists() else self.source

    @property
    def source_form(self) -> Format:
        """The format of the source."""
        return FORMS.get(self.source.suffix, Format.X12)

    @property
    def canonical(self) -> Path:
        """The canonical documents of the source."""
        return self.folder / "canonical.json"

    @property
    def others(self) -> dict[Format, Path]:
        """The formats that are not the source's, each with the file of what is written."""
        names = {Format.X12: SETS[self.folder.parent.name]}
        names |= {form: suffix[1:] for suffix, form in FORMS.items()}
        return {
            form: self.folder / f"target.{name}"
            for form, name in names.items()
            if form is not self.source_form and is_said_in(self.folder.parent.name, form)
        }


CASES = tuple(Case(path.parent) for path in sorted(FOLDER.glob("*/*/source.*")))


def read(data: bytes, form: Format) -> Received:
    """What a file holds."""
    return received(data, form=form)


def written(documents: Sequence[Document], form: Format) -> Written:
    """The documents in a format."""
    sourced = [Sourced(document, Location(set=number)) for number, document in enumerate(documents, 1)]
    return write(sourced, form, knowledge(), FirstNumbers(), AT)


def body_of(data: bytes) -> list[str]:
    """The transaction sets of a file with one segment in a line, without their envelopes."""
    envelope = ("ISA", "GS*", "GE*", "IEA")
    return [line for line in data.decode().splitlines() if not line.startswith(envelope)]
