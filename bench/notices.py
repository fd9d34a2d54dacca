"""A ship notice (X12 004010 856) for measuring: shipment, order, cartons and two items in each carton."""

from __future__ import annotations

import random

from bench.orders import SEGMENT_END, closing, opening

ITEMS = 2


def notice(seed: int, cartons: int) -> bytes:
    """One interchange with one ship notice of so many cartons, each with its SSCC and two items."""
    draw = random.Random(seed)
    segments = ["ST*856*0001", f"BSN*00*SN{draw.randrange(10**8):08d}*20260402*1015*0001"]
    segments += [
        "HL*1**S*1",
        f"TD1*CTN*{cartons}",
        "TD5*B*2*ACRN*M",
        "REF*BM*4417003",
        "DTM*011*20260402*1015",
    ]
    segments += ["DTM*017*20260407", "N1*SF*ACORN SUPPLY*92*ACRN1", "N1*ST*PHOENIX CENTER*92*PHX3"]
    segments += ["HL*2*1*O*1", f"PRF*PO{draw.randrange(10**10):010d}***20260331"]
    level, line = 2, 0
    for carton in range(cartons):
        level += 1
        pack = level
        segments += [f"HL*{pack}*2*P*1", f"MAN*GM*{_sscc(carton)}"]
        for _ in range(ITEMS):
            level += 1
            line += 1
            segments += _item(draw, level, pack, line)
    segments += [f"CTT*{level}", f"SE*{len(segments) + 2}*0001"]
    text = "".join(segment + SEGMENT_END for segment in segments)
    return f"{opening('SH', 1)}{text}{closing(1, 1)}".encode("ascii")


def _item(draw: random.Random, level: int, pack: int, line: int) -> tuple[str, ...]:
    quantity = draw.randrange(1, 480)
    article = f"ACO-{draw.randrange(10**6):06d}"
    return f"HL*{level}*{pack}*I*0", f"LIN*{line}*VN*{article}", f"SN1**{quantity}*EA"


def _sscc(serial: int) -> str:
    """An SSCC of eighteen digits (GS1 General Specifications, 3.3.1 and 7.9)."""
    digits = f"0061414{serial:010d}"
    threefold = sum(int(digit) for digit in digits[::2]) * 3
    return digits + str(-(threefold + sum(int(digit) for digit in digits[1::2])) % 10)
