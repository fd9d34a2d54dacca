"""Purchase orders (X12 004010 850) for measuring: valid, varied and the same for the same seed.

Nothing repeats from order to order that a real sender would not repeat: numbers, dates, places, items, texts,
quantities and prices are drawn anew for each. An order has 23 segments and two more for each line: 33 with
five lines. The units are those that SP-API has words for, so that every order can be translated.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

FIRST_DAY = date(2026, 1, 5)
SEGMENT_END = "~\n"
SEGMENTS_BESIDE_LINES = 23

MAKERS = ("ACORN", "ALDER", "BIRCH", "CEDAR", "HAZEL", "LINDEN", "MAPLE", "ROWAN", "WILLOW")
THINGS = ("BRUSH", "BUCKET", "CHISEL", "CLAMP", "HAMMER", "LADDER", "LEVEL", "PLANE", "RULE", "SAW", "SQUARE")
QUALITIES = ("COMPACT", "FOLDING", "HEAVY DUTY", "LONG", "SHORT", "STAINLESS STEEL", "WOODEN")
STREETS = ("CANAL STREET", "DEPOT ROAD", "HARBOR DRIVE", "INDUSTRIAL PARKWAY", "MILL LANE", "RAIL AVENUE")
CITIES = (("PHOENIX", "AZ", 850), ("ONTARIO", "CA", 917), ("DALLAS", "TX", 752), ("NEWARK", "NJ", 71))
NOTES = (
    "DELIVER TO DOCK DOORS ON THE NORTH SIDE ONLY",
    "CALL ONE DAY BEFORE DELIVERY",
    "MIXED PALLETS ARE NOT ACCEPTED; ONE ITEM NUMBER FOR EACH LAYER",
)
UNITS = ("EA", "CA")


class Orders:
    """A source of purchase orders; two with the same seed give the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def set(self, number: int, lines: int) -> str:
        """One transaction set, ST to SE; `number` counts from 1 and becomes ST02 and part of BEG03."""
        draw = self._random
        day = FIRST_DAY + timedelta(days=draw.randrange(330))
        segments = [f"ST*850*{number:04d}", *self._heading(number, day)]
        total, pieces = Decimal(0), 0
        for line in range(1, lines + 1):
            quantity = draw.randrange(1, 480)
            price = Decimal(draw.randrange(25, 90_000)).scaleb(-2)
            total += quantity * price
            pieces += quantity
            segments += self._line(line, quantity, price)
        segments.append(f"CTT*{lines}*{pieces}")
        segments.append(f"AMT*TT*{_plain(total)}")
        segments.append(f"SE*{len(segments) + 1}*{number:04d}")
        return "".join(segment + SEGMENT_END for segment in segments)

    def _heading(self, number: int, day: date) -> Iterator[str]:
        draw = self._random
        order = f"PO{number:06d}{draw.randrange(10**6):06d}"
        yield f"BEG*00*{draw.choice(('NE', 'SA', 'RO'))}*{order}**{day:%Y%m%d}"
        yield "CUR*BY*USD"
        yield f"REF*CR*V{draw.randrange(10**5):05d}"
        yield f"REF*DP*{draw.randrange(10**3):03d}"
        yield f"PER*BD*BUYING DESK {draw.randrange(1, 400)}*TE*206555{draw.randrange(10**4):04d}"
        yield f"FOB*{draw.choice(('CC', 'PP'))}"
        yield f"CSH*{draw.choice(('Y', 'N'))}"
        yield f"SAC*A*C310***{draw.randrange(100, 90_000)}"
        yield f"ITD*01*3*{draw.choice(('1', '1.5', '2'))}**10**{draw.choice((30, 45, 60))}"
        yield f"DTM*064*{day + timedelta(days=draw.randrange(3, 9)):%Y%m%d}"
        yield f"DTM*063*{day + timedelta(days=draw.randrange(9, 20)):%Y%m%d}"
        yield "N9*L1*GENERAL"
        yield f"MSG*{draw.choice(NOTES)} {draw.randrange(1, 90)}"
        yield from self._place("BT", "ACCOUNTS")
        yield from self._place("ST", "CENTER")

    def _place(self, role: str, name: str) -> Iterator[str]:
        draw = self._random
        number = draw.randrange(1, 10_000)
        city, state, area = draw.choice(CITIES)
        yield f"N1*{role}*{city} {name} {number}*92*{city[:3]}{number}"
        yield f"N3*{draw.randrange(1, 9_900)} {draw.choice(STREETS)}"
        yield f"N4*{city}*{state}*{area:03d}{draw.randrange(100):02d}*US"

    def _line(self, line: int, quantity: int, price: Decimal) -> Iterator[str]:
        draw = self._random
        item = draw.randrange(10**10)
        words = f"{draw.choice(MAKERS)} {draw.choice(QUALITIES)} {draw.choice(THINGS)}"
        identifiers = f"UP*{_upc(f'0{item:010d}')}*VN*{words[:3]}-{item % 100_000:05d}"
        yield f"PO1*{line}*{quantity}*{draw.choice(UNITS)}*{_plain(price)}*PE*{identifiers}"
        yield f"PID*F****{words} {draw.randrange(5, 250)} CM"


def interchange(seed: int, orders: int, lines: int, first: int = 1) -> bytes:
    """One interchange with one group of so many orders of so many lines each."""
    source = Orders(seed)
    sets = "".join(source.set(number, lines) for number in range(first, first + orders))
    return f"{opening('PO', first)}{sets}{closing(orders, first)}".encode("ascii")


def files(seed: int, count: int, lines: int) -> Iterator[bytes]:
    """So many files, each an interchange with one order."""
    source = Orders(seed)
    for number in range(1, count + 1):
        text = f"{opening('PO', number)}{source.set(number, lines)}{closing(1, number)}"
        yield text.encode("ascii")


def endless(seed: int, orders: int, lines: int, at_least: int) -> Iterator[bytes]:
    """One interchange of at least so many bytes, piece by piece: group after group of so many orders.

    Drawing each order would take longer than reading it does. So the groups hold the same draws, under order
    numbers of their own.
    """
    source = Orders(seed)
    sets = "".join(source.set(number, lines) for number in range(1, orders + 1)).encode("ascii")
    yield _header(1).encode("ascii")
    size = groups = 0
    while size < at_least:
        groups += 1
        renumbered = sets.replace(b"*PO", f"*P{groups:04d}".encode())
        piece = f"{_group('PO', groups)}".encode() + renumbered + _trailer(orders, groups).encode()
        size += len(piece)
        yield piece
    yield f"IEA*{groups}*{1:09d}{SEGMENT_END}".encode("ascii")


def opening(group: str, control: int) -> str:
    """ISA and GS of an interchange with one functional group of this kind (GS01)."""
    return _header(control) + _group(group, control)


def closing(count: int, control: int) -> str:
    """GE and IEA that belong to `opening`, after so many transaction sets."""
    return f"{_trailer(count, control)}IEA*1*{control:09d}{SEGMENT_END}"


def _header(control: int) -> str:
    nothing = f"00*{'':10}"
    parties = f"ZZ*{'BUYER':15}*ZZ*{'ACORNSUPPLY':15}"
    return f"ISA*{nothing}*{nothing}*{parties}*260105*0915*U*00401*{control:09d}*0*T*>{SEGMENT_END}"


def _group(kind: str, control: int) -> str:
    return f"GS*{kind}*BUYER*ACORNSUPPLY*20260105*0915*{control}*X*004010{SEGMENT_END}"


def _trailer(count: int, control: int) -> str:
    return f"GE*{count}*{control}{SEGMENT_END}"


def _plain(amount: Decimal) -> str:
    """Without trailing zeros, as most senders write it: `12.5`, `12`."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _upc(eleven: str) -> str:
    """A UPC of twelve digits: eleven and their check digit (GS1 General Specifications, 7.9)."""
    threefold = sum(int(digit) for digit in eleven[::2]) * 3
    return eleven + str(-(threefold + sum(int(digit) for digit in eleven[1::2])) % 10)
