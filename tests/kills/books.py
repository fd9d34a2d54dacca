"""Whether a folder exchange, when all is settled, did what it was to do: each fault in words.

What both sides took is held against what they dropped, and both against the tables of the store.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select
from sqlmodel import col

from gateway.lifecycle import ACCOUNTS, WITHOUT_DOCUMENTS, Account, Kind, State
from gateway.service.around import real_surroundings
from gateway.service.ledger import check
from gateway.service.parts import parts_of
from gateway.settings import read_settings
from gateway.store.balance import balance, balance_of_leaves, differences
from gateway.store.control_numbers.history import gaps
from gateway.store.control_numbers.names import Function
from gateway.store.tables import ControlNumberStream, ControlNumberUse, Message, PartnerRow, SendingRow
from tests.kills.trading import DROPS, TAKES, Peers, Taken, interchange_of

ENVELOPES = {
    Function.INTERCHANGE: re.compile(rb"^ISA(?:\*[^*]*){12}\*(\d{9})\*", re.MULTILINE),
    Function.GROUP: re.compile(rb"^GS(?:\*[^*]*){5}\*(\d+)\*", re.MULTILINE),
    Function.SET: re.compile(rb"^ST\*\d{3}\*(\d+)~", re.MULTILINE),
}


def amiss(peers: Peers) -> list[str]:
    """What of a settled exchange whose service is down is not as it should be."""
    around = real_surroundings()
    parts = parts_of(peers.root, read_settings(peers.root), around)
    try:
        with parts.database.reading() as connection:
            kept = [*_accounts(connection, peers), *_numbers(connection, peers), *_sendings(connection)]
            kept += _balance(connection)
    finally:
        parts.database.close()
    report = check(peers.root, around, deep=True)
    return [*_delivered(peers), *_left(peers), *kept, *map(str, report.faults)]


def _delivered(peers: Peers) -> Iterator[str]:
    wanted = peers.expected()
    orders = Counter(each.data.decode().splitlines()[1].split(",")[0] for each in _in(peers, "outbound/erp"))
    answers = Counter(
        found[1].decode()
        for each in _in(peers, "outbound/amazon")
        if (found := re.search(rb"BAK\*00\*AD\*(\w+)\*", each.data))
    )
    yield from _exactly("order", orders, wanted.orders)
    yield from _exactly("acknowledgment of the order", answers, wanted.answered)
    receipts = Counter(
        interchange_of(each.name) for each in _in(peers, "outbound/amazon") if each.name.startswith("997-")
    )
    for interchange in sorted(wanted.interchanges | {*receipts}):
        most = 1 + wanted.repeats[interchange] if interchange in wanted.interchanges else 0
        if not min(1, most) <= receipts[interchange] <= most:
            yield f"interchange {interchange} was answered {receipts[interchange]} times, {most} at most"
    replies = {each.name for each in _in(peers, "inbound/erp")}
    if replies != wanted.replies:
        yield f"replies that are too few or too many: {sorted(replies ^ wanted.replies)}"


def _exactly(what: str, found: Counter[str], wanted: Iterable[str]) -> Iterator[str]:
    for each in sorted({*wanted, *found}):
        times = 1 if each in wanted else 0
        if found[each] != times:
            yield f"the {what} {each} was delivered {found[each]} times instead of {times}"


def _in(peers: Peers, folder: str) -> list[Taken]:
    return [each for each in peers.taken if each.folder == folder]


def _left(peers: Peers) -> Iterator[str]:
    """Files that stand where none should, and files of the archive that are missing or too many."""
    for folder in DROPS:
        place = peers.root / folder
        archived = sorted((path.name, path.read_bytes()) for path in (place / ".archive").glob("*/*"))
        wanted = sorted((name, data) for (into, name), data in peers.dropped.items() if into == folder)
        if archived != wanted:
            names = Counter(name for name, _ in archived)
            names.subtract(name for name, _ in wanted)
            yield f"the archive of {folder} differs: { {name: by for name, by in names.items() if by} }"
        yield from (f"{path} is left" for path in (place / ".claimed").glob("*"))
    for folder in TAKES:
        yield from (f"{path} is left" for path in (peers.root / folder / ".staged").glob("*"))


def _accounts(connection: Connection, peers: Peers) -> Iterator[str]:
    """Accepted = delivered + rejected + duplicate + cancelled + held + open, as both sides would count it."""
    columns = select(col(PartnerRow.name), col(Message.kind), col(Message.state))
    rows = connection.execute(columns.join(PartnerRow, col(PartnerRow.id) == col(Message.partner))).all()
    counted: Counter[tuple[str, Account]] = Counter()
    arrived: Counter[str] = Counter()
    for row in rows:
        kind, state = Kind(row.kind), State(row.state)
        arrived[row.name] += kind is Kind.ARRIVAL
        if kind is Kind.DOCUMENT or (kind is Kind.ARRIVAL and state is not WITHOUT_DOCUMENTS):
            counted[row.name, ACCOUNTS[state]] += 1
    dropped = Counter(folder.partition("/")[2] for folder, _ in peers.dropped)
    if arrived != dropped:
        yield f"{dict(arrived)} files were accepted, and {dict(dropped)} were dropped"
    told = peers.expected()
    mistakes = sum(name.endswith(".err") for name in told.replies)
    wanted = {
        ("amazon", Account.DELIVERED): len(told.orders),
        ("amazon", Account.REJECTED): len(told.interchanges) - len(told.orders),
        ("amazon", Account.DUPLICATE): told.repeats.total(),
        ("erp", Account.DELIVERED): len(told.answered),
        ("erp", Account.REJECTED): mistakes,
    }
    if {key: count for key, count in wanted.items() if count} != counted:
        yield f"the accounts are {dict(counted)} instead of {wanted}"


def _balance(connection: Connection) -> Iterator[str]:
    """The same by partner and day, of the rows and of the ledger."""
    rows = balance(connection)
    yield from (f"{day} does not balance: {line}" for day, line in rows.items() if not line.balances)
    yield from differences(rows, balance_of_leaves(connection))


def _numbers(connection: Connection, peers: Peers) -> Iterator[str]:
    """Control numbers that came twice with other content, that have no row, or that nobody was sent."""
    yield from (f"control numbers are not accounted for: {gap}" for gap in gaps(connection))
    contents = {each.data for each in _in(peers, "outbound/amazon")}
    for function, pattern in ENVELOPES.items():
        seen = Counter(int(number) for data in contents for number in pattern.findall(data))
        yield from (f"{function} {number} came {count} times" for number, count in seen.items() if count > 1)
        given = _given(connection, function)
        if {*seen} != given:
            yield f"{function} numbers that came, or that were given, alone: {sorted({*seen} ^ given)}"


def _given(connection: Connection, function: Function) -> set[int]:
    wanted = select(col(ControlNumberUse.first), col(ControlNumberUse.last)).join(
        ControlNumberStream, col(ControlNumberStream.id) == col(ControlNumberUse.stream_id)
    )
    rows = connection.execute(wanted.where(col(ControlNumberStream.function) == function.value))
    return {number for row in rows for number in range(row.first, row.last + 1)}


def _sendings(connection: Connection) -> Iterator[str]:
    """An acknowledgment of an order that was accepted by its 997 says so, and waits for nothing."""
    columns = select(col(Message.id), col(Message.state), col(SendingRow.due_at))
    rows = connection.execute(
        columns.join(SendingRow, col(SendingRow.message_id) == col(Message.id)).where(
            col(SendingRow.document) == "OrderAcknowledgment"
        )
    )
    for row in rows:
        if State(row.state) is not State.ACCEPTED or row.due_at is not None:
            yield f"{row.id} was accepted, is {row.state}, and waits until {row.due_at}"
