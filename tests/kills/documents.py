"""The documents that the other side of a folder exchange drops."""

from __future__ import annotations

import re

ACKNOWLEDGED = (
    "order_number,acknowledgment_date,acknowledgment_type,sales_order_number,currency,vendor_code,line_number,"
    "ordered_quantity,ordered_unit,price,asin,vendor_sku,upc,status,quantity,unit,reason,change,ship_date"
)


def order(control: int, number: str, *, faulty: bool) -> bytes:
    """An interchange with one purchase order; a faulty one orders no number of pieces."""
    quantity = "forty" if faulty else "100"
    return _interchange(
        control,
        f"GS*PO*AMAZON*ACORNSUPPLY*20261103*0915*{control}*X*004010",
        "ST*850*0001",
        f"BEG*00*RO*{number}**20261103",
        "REF*CR*ACRN1",
        "FOB*PP",
        "CSH*N",
        "DTM*064*20261110",
        "DTM*063*20261113",
        "N1*ST**92*ONT8",
        f"PO1*1*{quantity}*EA*6.15*PE*UP*614141000029",
        "CTT*1",
        "SE*11*0001",
    )


def receipt(control: int, sent: bytes) -> bytes:
    """A 997 that accepts an interchange with one transaction set."""
    group = re.search(rb"GS\*(\w+)\*.*\*(\d+)\*X\*", sent)
    transaction = re.search(rb"ST\*(\d+)\*(\d+)", sent)
    assert group is not None and transaction is not None
    return _interchange(
        control,
        f"GS*FA*AMAZON*ACORNSUPPLY*20261104*0915*{control}*X*004010",
        "ST*997*0001",
        f"AK1*{group[1].decode()}*{group[2].decode()}",
        f"AK2*{transaction[1].decode()}*{transaction[2].decode()}",
        "AK5*A",
        "AK9*A*1*1*1",
        "SE*6*0001",
    )


def acknowledgment(number: str) -> bytes:
    """The ERP takes all of an order, in CSV."""
    return _acknowledgment(number, "100")


def faulty_acknowledgment(number: str) -> bytes:
    """The same, of no number of pieces."""
    return _acknowledgment(number, "many")


def is_whole(name: str, data: bytes) -> bool:
    """Whether a file that the gateway delivered or replied is there to its end, and not padded."""
    if b"\0" in data:
        return False
    if name.endswith(".x12"):
        return re.fullmatch(rb"ISA\*.*~\s*IEA\*\d+\*\d{9}~\s*", data, re.DOTALL) is not None
    lines = data.splitlines()
    if name.endswith(".csv"):
        columns = {line.count(b",") for line in lines}
        return data.endswith(b"\n") and len(lines) > 1 and len(columns) == 1
    return data.endswith(b"\r\n") and any(line.startswith(b"message: ") for line in lines)


def _acknowledgment(number: str, quantity: str) -> bytes:
    row = (
        f"{number},2026-11-04,accepted,SO-{number},USD,ACRN1,1,100,EA,6.15,,ACS-205,614141000029,accepted,"
        f"{quantity},EA,,,2026-11-10"
    )
    return f"{ACKNOWLEDGED}\n{row}\n".encode()


def _interchange(control: int, *segments: str) -> bytes:
    head = (
        "ISA*00*          *00*          *ZZ*AMAZON         *ZZ*ACORNSUPPLY    *261103*0915*U*00401*"
        f"{control:09d}*0*T*>"
    )
    return "".join(
        f"{each}~\n" for each in (head, *segments, f"GE*1*{control}", f"IEA*1*{control:09d}")
    ).encode()
