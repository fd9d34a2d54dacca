"""A workspace in which two partners exchange files by folders: orders come in, and go out as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from bench import command

INTO, HANDED, ANSWERED = "inbound/buyer", "outbound/erp", "outbound/buyer"
ARCHIVE = ".archive"
BUYER = """\
description: The buyer whose orders are measured.
partner: {qualifier: ZZ, id: BUYER}
own: {qualifier: ZZ, id: ACORNSUPPLY}
x12: {release: "004010", usage: T}
terms: {zone: America/Phoenix, currency: USD, vendor_item_id: upc}
channels:
  edi:
    folder: {in: inbound/buyer, out: outbound/buyer, whole: {by: rename}}
agreements:
  orders: {direction: in, document: PurchaseOrder, format: x12, channel: edi, to: [erp/orders]}
"""
ERP = """\
description: The system that works on the orders.
channels:
  files:
    folder: {in: inbound/erp, out: outbound/erp, whole: {by: rename}}
agreements:
  orders: {direction: out, document: PurchaseOrder, format: csv, channel: files}
"""
FOLDERS = (INTO, "inbound/erp", HANDED, ANSWERED)
STAGED = "staged"


def make(parent: Path) -> Path:
    """A new workspace below a folder, as `gateway init` makes it, with both partners."""
    command.timed(parent, ("init", "workspace"))
    place = parent / "workspace"
    for name, text in (("buyer", BUYER), ("erp", ERP)):
        partner = place / "partners" / name
        partner.mkdir(parents=True)
        (partner / "partner.yaml").write_text(text, encoding="utf-8")
    for folder in (*FOLDERS, STAGED):
        (place / folder).mkdir(parents=True, exist_ok=True)
    return place


def staged(place: Path, files: Iterable[bytes]) -> Sequence[Path]:
    """Files beside the drop folder, on the same disk, ready to be renamed into it."""
    paths = []
    for number, data in enumerate(files, 1):
        path = place / STAGED / f"{number:05d}.850"
        path.write_bytes(data)
        paths.append(path)
    return paths


def archived(place: Path) -> int:
    """How many files that came in are put away."""
    return sum(1 for each in (place / INTO / ARCHIVE).glob("*/*") if each.is_file())


def handed_over(place: Path, folder: str) -> int:
    """How many files lie ready for the other side; names that begin with a dot are not for it."""
    return sum(1 for each in (place / folder).iterdir() if not each.name.startswith("."))
