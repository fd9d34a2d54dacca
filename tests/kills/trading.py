"""The other side of a running folder exchange: a customer that orders, and an ERP that answers each order.

Both drop files by renaming them, and take what they are sent by reading and removing it. What they ever took
is noted in order, so that afterwards whoever got what how often is known to somebody else than the gateway.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.kills.documents import acknowledgment, faulty_acknowledgment, order, receipt

DROPS, TAKES = ("inbound/amazon", "inbound/erp"), ("outbound/amazon", "outbound/erp")
PARTNERS = {
    "amazon": """\
partner: {qualifier: ZZ, id: AMAZON}
own: {qualifier: ZZ, id: ACORNSUPPLY}
x12: {release: "004010", interchange_version: "00400", usage: T}
terms: {zone: America/Los_Angeles, currency: USD, vendor_code: ACRN1, vendor_item_id: upc}
channels:
  edi: {folder: {in: inbound/amazon, out: outbound/amazon, whole: {by: rename}}}
agreements:
  orders: {direction: in, document: PurchaseOrder, format: x12, channel: edi, to: [erp/orders]}
  acknowledgments: {direction: out, document: OrderAcknowledgment, format: x12, channel: edi}
""",
    "erp": """\
channels:
  files:
    folder: {in: inbound/erp, out: outbound/erp, whole: {by: rename}, replies: {form: text}}
agreements:
  orders: {direction: out, document: PurchaseOrder, format: csv, channel: files}
  acknowledgments:
    {direction: in, document: OrderAcknowledgment, format: csv, channel: files, to: [amazon/acknowledgments]}
""",
}
UNDONE = """
SELECT 1 FROM step WHERE state NOT IN ('done', 'cancelled')
AND kind IN ('take-up', 'deliver', 'reply') LIMIT 1
"""
FAULTY_EVERY, REPEATED_EVERY, MISTAKEN_EVERY = 5, 3, 4
BETWEEN_LOOKS = 0.004  # seconds


class Taken(NamedTuple):
    """A file that was taken out of a folder."""

    folder: str
    name: str
    data: bytes


class Expected(NamedTuple):
    """What became of all that was dropped, where nothing was lost or doubled."""

    orders: frozenset[str]  # numbers that the ERP is to have
    interchanges: frozenset[int]  # of the customer, each to be acknowledged
    repeats: Counter[int]  # interchanges that were dropped again, and how often
    answered: frozenset[str]  # orders whose acknowledgment the customer is to have
    replies: frozenset[str]  # names of replies that the ERP is to have


def trading_partners(root: Path) -> None:
    """Describe both in a new workspace, and make their folders."""
    for name, text in PARTNERS.items():
        folder = root / "partners" / name
        folder.mkdir()
        (folder / "partner.yaml").write_text(text)
    for each in (*DROPS, *TAKES):
        (root / each).mkdir(parents=True, exist_ok=True)


class Peers:
    """The customer and the ERP of one workspace, whatever happens to the service meanwhile."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.taken: list[Taken] = []
        self.dropped: dict[tuple[str, str], bytes] = {}
        self._ordered: dict[int, str] = {}
        self._good: set[str] = set()
        self._repeats: Counter[int] = Counter()
        self._mistaken: set[str] = set()
        self._known: set[tuple[str, str]] = set()  # what was taken once and is not answered again
        self._receipts = 0

    def order(self) -> None:
        """Drop the next order; some are faulty, and some come a second time under another name."""
        number = len(self._ordered) + 1
        name, faulty = f"PO{number:06d}", number % FAULTY_EVERY == 0
        data = order(number, name, faulty=faulty)
        self._ordered[number] = name
        if not faulty:
            self._good.add(name)
        self._drop("inbound/amazon", f"{name}.850", data)
        if number % REPEATED_EVERY == 0:
            self.repeat(number - 1)

    def repeat(self, number: int) -> None:
        """Drop the file of an earlier order once more, under another name."""
        name = self._ordered[number]
        self._repeats[number] += 1
        data = self.dropped["inbound/amazon", f"{name}.850"]
        self._drop("inbound/amazon", f"{name}-again-{self._repeats[number]}.850", data)

    def take(self) -> int:
        """Take all that is there, and answer it; how many files these were."""
        found = [*self._there()]
        for each in found:
            (self.root / each.folder / each.name).unlink()
            self._took(each)
        return len(found)

    def expected(self) -> Expected:
        """What is to come of all that was dropped."""
        replies = {f"{order}-ack.csv.ok" for order in self._good}
        replies |= {f"{order}-mistaken.csv.err" for order in self._mistaken}
        good = frozenset(self._good)
        return Expected(good, frozenset(self._ordered), self._repeats, good, frozenset(replies))

    @property
    def owed(self) -> int:
        """How many files they wait for."""
        wanted = self.expected()
        replies = {each.name for each in self.taken if each.folder == "inbound/erp"}
        names = [each.name for each in self.taken]
        orders = sum(name.startswith("order-PO") for name in names)
        answers = sum(name.startswith("order-acknowledgment-") for name in names)
        receipts = {interchange_of(each.name) for each in self.taken if each.name.startswith("997-")}
        return (
            max(0, len(wanted.orders) - orders)
            + max(0, len(wanted.answered) - answers)
            + len(wanted.interchanges - receipts)
            + len(wanted.replies - replies)
        )

    @property
    def is_settled(self) -> bool:
        """Whether all came, and the gateway has nothing to do any more."""
        if self.take() or self.owed:
            return False
        if any(path.is_file() for each in DROPS for path in (self.root / each).glob("[!.]*")):
            return False
        if any(path.is_file() for each in DROPS for path in (self.root / each / ".claimed").glob("*")):
            return False
        with closing(sqlite3.connect(f"file:{self.root}/var/gateway.db?mode=ro", uri=True)) as connection:
            return not connection.execute(UNDONE).fetchall()

    def _there(self) -> Iterator[Taken]:
        for folder in TAKES:
            for path in sorted((self.root / folder).glob("[!.]*")):
                yield Taken(folder, path.name, path.read_bytes())
        for path in sorted((self.root / "inbound/erp").glob("[!.]*")):
            if path.suffix in {".ok", ".err"}:
                yield Taken("inbound/erp", path.name, path.read_bytes())

    def _took(self, taken: Taken) -> None:
        self.taken.append(taken)
        if (taken.folder, taken.name) not in self._known:
            self._known.add((taken.folder, taken.name))
            self._answer(taken)

    def _answer(self, taken: Taken) -> None:
        if taken.folder == "outbound/erp":
            self._answer_order(taken.data.decode().splitlines()[1].split(",")[0])
        elif taken.folder == "outbound/amazon" and b"~\nST*855*" in taken.data:
            self._receipts += 1
            data = receipt(900_000 + self._receipts, taken.data)
            self._drop("inbound/amazon", f"receipt-{self._receipts:05d}.997", data)
        elif taken.name.endswith("-mistaken.csv.err"):
            self._drop_acknowledgment(taken.name.partition("-")[0])

    def _answer_order(self, name: str) -> None:
        if int(name[2:]) % MISTAKEN_EVERY == 0:
            self._mistaken.add(name)
            self._drop("inbound/erp", f"{name}-mistaken.csv", faulty_acknowledgment(name))
        else:
            self._drop_acknowledgment(name)

    def _drop_acknowledgment(self, name: str) -> None:
        self._drop("inbound/erp", f"{name}-ack.csv", acknowledgment(name))

    def _drop(self, folder: str, name: str, data: bytes) -> None:
        place = self.root / folder
        (place / f".{name}.part").write_bytes(data)
        (place / f".{name}.part").rename(place / name)
        self.dropped[folder, name] = data


def trade(
    peers: Peers, until: Callable[[], bool], within: float, busy: int = 0, pause: float = BETWEEN_LOOKS
) -> bool:
    """Let them trade until something is so; False when it is not `within` these seconds.

    With `busy` the customer orders more whenever they wait for less than so many files. `pause` are the
    seconds until they look again when there is nothing.
    """
    end = time.monotonic() + within
    while not until():
        if time.monotonic() > end:
            return False
        if peers.owed < busy:
            peers.order()
        if not peers.take():
            time.sleep(pause)
    return True


def interchange_of(name: str) -> int:
    """The interchange that an acknowledgment is about, by the name of its file."""
    found = re.match(r"997-(\d+)-", name)
    return int(found[1]) if found else 0
