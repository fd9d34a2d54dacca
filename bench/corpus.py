"""Purchase orders (X12 004010 850) for measuring: valid, varied and the same for the same seed.

A catalogue of items and a list of places stand behind the orders, as they do behind a real customer's: item
numbers, texts and addresses repeat, order numbers and totals do not. An order has 21 segments and two more
for each line: 31 with five lines.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

ITEMS = 5_000
PLACES = 200
FIRST_DAY = date(2026, 1, 5)
SEGMENT_END = "~\n"

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
UNITS = ("EA", "CA", "BX", "PK")


class Orders:
    """A source of purchase orders; two with the same seed give the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._items = [self._item(number) for number in range(ITEMS)]
        self._places = [self._place(number) for number in range(PLACES)]

    def set(self, number: int, lines: int) -> str:
        """One transaction set, ST to SE; `number` counts from 1 and becomes ST02 and part of BEG03."""
        draw = self._random
        day = FIRST_DAY + timedelta(days=draw.randrange(330))
        quantities = [draw.randrange(1, 480) for _ in range(lines)]
        segments = [f"ST*850*{number:04d}", *self._heading(number, day)]
        total = Decimal(0)
        for line, quantity in enumerate(quantities, 1):
            barcode, article, text, price, unit = draw.choice(self._items)
            total += quantity * price
            segments.append(f"PO1*{line}*{quantity}*{unit}*{_plain(price)}*PE*UP*{barcode}*VN*{article}")
            segments.append(f"PID*F****{text}")
        segments.append(f"CTT*{lines}*{sum(quantities)}")
        segments.append(f"AMT*TT*{_plain(total)}")
        segments.append(f"SE*{len(segments) + 1}*{number:04d}")
        return "".join(segment + SEGMENT_END for segment in segments)

    def _heading(self, number: int, day: date) -> Iterator[str]:
        draw = self._random
        name, code, street, city = draw.choice(self._places)
        order = f"PO{number:06d}{draw.randrange(10**6):06d}"
        yield f"BEG*00*{draw.choice(('NE', 'SA', 'RO'))}*{order}**{day:%Y%m%d}"
        yield "CUR*BY*USD"
        yield f"REF*CR*V{draw.randrange(10**5):05d}"
        yield f"REF*DP*{draw.randrange(10**3):03d}"
        yield f"PER*BD*BUYING DESK {draw.randrange(1, 40)}*TE*206555{draw.randrange(10**4):04d}"
        yield f"FOB*{draw.choice(('CC', 'PP'))}"
        yield f"CSH*{draw.choice(('Y', 'N'))}"
        yield f"SAC*A*C310***{draw.randrange(100, 90_000)}"
        yield f"ITD*01*3*{draw.choice(('1', '1.5', '2'))}**10**{draw.choice((30, 45, 60))}"
        yield f"DTM*064*{day + timedelta(days=draw.randrange(3, 9)):%Y%m%d}"
        yield f"DTM*063*{day + timedelta(days=draw.randrange(9, 20)):%Y%m%d}"
        yield "N9*L1*GENERAL"
        yield f"MSG*{draw.choice(NOTES)}"
        yield f"N1*BT*{name} ACCOUNTS*92*{code[:3]}0"
        yield f"N1*ST*{name}*92*{code}"
        yield f"N3*{street}"
        yield f"N4*{city}*US"

    def _item(self, number: int) -> tuple[str, str, str, Decimal, str]:
        draw = self._random
        words = (draw.choice(MAKERS), draw.choice(QUALITIES), draw.choice(THINGS))
        text = f"{' '.join(words)} {draw.randrange(5, 250)} CM"
        price = Decimal(draw.randrange(25, 90_000)).scaleb(-2)
        article = f"{text[:3]}-{number:05d}"
        return _upc(f"0{draw.randrange(10**5):05d}{number:05d}"), article, text, price, draw.choice(UNITS)

    def _place(self, number: int) -> tuple[str, str, str, str]:
        draw = self._random
        city, state, area = draw.choice(CITIES)
        code = f"{city[:3]}{number}"
        street = f"{draw.randrange(1, 9_900)} {draw.choice(STREETS)}"
        return f"{city} CENTER {number}", code, street, f"{city}*{state}*{area:03d}{draw.randrange(100):02d}"


def interchange(seed: int, orders: int, lines: int, first: int = 1) -> bytes:
    """One interchange with one group of so many orders of so many lines each."""
    source = Orders(seed)
    sets = "".join(source.set(number, lines) for number in range(first, first + orders))
    return _enveloped(sets, orders, first).encode("ascii")


def files(seed: int, count: int, lines: int) -> list[bytes]:
    """So many files, each an interchange with one order."""
    source = Orders(seed)
    return [_enveloped(source.set(n, lines), 1, n).encode("ascii") for n in range(1, count + 1)]


def _enveloped(sets: str, count: int, control: int) -> str:
    nothing = f"00*{'':10}"
    parties = f"ZZ*{'BUYER':15}*ZZ*{'ACORNSUPPLY':15}"
    isa = f"ISA*{nothing}*{nothing}*{parties}*260105*0915*U*00401*{control:09d}*0*T*>"
    gs = f"GS*PO*BUYER*ACORNSUPPLY*20260105*0915*{control}*X*004010"
    ge, iea = f"GE*{count}*{control}", f"IEA*1*{control:09d}"
    return f"{isa}{SEGMENT_END}{gs}{SEGMENT_END}{sets}{ge}{SEGMENT_END}{iea}{SEGMENT_END}"


def _plain(amount: Decimal) -> str:
    """Without trailing zeros, as most senders write it: `12.5`, `12`."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _upc(eleven: str) -> str:
    """A UPC of twelve digits: eleven and their check digit (GS1 General Specifications, 7.9)."""
    threefold = sum(int(digit) for digit in eleven[::2]) * 3
    return eleven + str(-(threefold + sum(int(digit) for digit in eleven[1::2])) % 10)
