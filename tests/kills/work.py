"""What is asked of a service while it may die, and whether afterwards all that it answered is true."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import col

from gateway.errors import GatewayError
from gateway.service.around import real_surroundings
from gateway.service.connection.client import ask
from gateway.service.connection.frames import Answer, Request
from gateway.service.connection.local_socket import connected
from gateway.service.ledger import check
from gateway.service.parts import parts_of
from gateway.settings import read_settings
from gateway.store.control_numbers.history import gaps
from gateway.store.payloads.reading import read_payload
from gateway.store.search_keys import KeyKind
from gateway.store.store import Store, open_store
from gateway.store.tables import ControlNumberUse, Message, SearchKey

AT_ONCE = 4
SMALL, LARGE = 900, 200_000  # bytes: one stands in its row, one in the vault


class Deed(NamedTuple):
    """A command, and the bytes that go with it. The same deed twice has one effect."""

    request: Request
    data: bytes = b""


class Told(NamedTuple):
    """What came of a deed: the answer, or None when nobody knows."""

    deed: Deed
    answer: Answer | None


def receiving(name: str, size: int) -> Deed:
    """A file to receive, other than all others."""
    block = hashlib.sha256(name.encode()).digest()
    data = (block * (size // len(block) + 1))[:size]
    return Deed(Request("receive", {"channel": "acorn", "file": name, "key": f"key of {name}"}), data)


def attempts(root: Path, deeds: Sequence[Deed], at_once: int = AT_ONCE) -> list[Told]:
    """Do all of them, some at once, whether the service lives through it or not."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda deed: _tried(root, deed), deeds))


def _tried(root: Path, deed: Deed) -> Told:
    try:
        link = connected(root / "var")
        if link is None:
            return Told(deed, None)
        with link:
            return Told(deed, ask(link, deed.request, [deed.data]))
    except (GatewayError, OSError):
        return Told(deed, None)


def taking(number: int) -> Deed:
    """A control number to take. Asked twice it gives two: the first is used up, whoever heard of it."""
    stream = {"sender": "ZZ/ACORN", "receiver": "ZZ/OAK", "function": "interchange"}
    return Deed(Request("take-number", {**stream, "reason": f"portal {number}", "new": True}))


def untrue(root: Path, told: Sequence[Told]) -> list[str]:
    """What of the answers does not hold in the store of a workspace whose service is down, in words."""
    around = real_surroundings()
    store = open_store(parts_of(root, read_settings(root), around), _unexpected)
    try:
        found = [*_lost(store, told), *_doubled(store), *_numbers(store, told)]
    finally:
        store.close()
    if any(each.deed.request.command == "checkpoint" and each.answer for each in told):
        report = check(root, around, deep=True)
        found += [f"{fault}" for fault in report.faults]
    return found


def _lost(store: Store, told: Sequence[Told]) -> list[str]:
    found = []
    for each in told:
        if each.answer is None or each.deed.request.command != "receive":
            continue
        try:
            data = _bytes_of(store, str(each.answer["message"]))
        except GatewayError as error:
            found.append(f"{each.deed.request} was acknowledged, and now: {error}")
            continue
        if data != each.deed.data:
            found.append(f"{each.deed.request} was acknowledged, and its bytes are others")
    return found


def _bytes_of(store: Store, message: str) -> bytes:
    with store.database.reading() as connection:
        return b"".join(read_payload(connection, store.keys, store.vault, message, "raw"))


def _doubled(store: Store) -> list[str]:
    """Files that are there twice: the same name never means two messages here."""
    named = select(col(SearchKey.written)).where(col(SearchKey.kind) == KeyKind.FILE_NAME.value)
    with store.database.reading() as connection:
        names = connection.execute(named).scalars().all()
        messages = connection.execute(select(func.count()).select_from(Message)).scalar_one()
    found = [f"{name} is there {count} times" for name, count in Counter(names).items() if count > 1]
    return found if len(names) == messages else [*found, f"{len(names)} names and {messages} messages"]


def _numbers(store: Store, told: Sequence[Told]) -> list[str]:
    """Control numbers that were given twice, or to nobody."""
    taken = [each.answer for each in told if each.deed.request.command == "take-number"]
    answers = [answer["number"] for answer in taken if answer is not None]
    twice = [number for number, count in Counter(map(str, answers)).items() if count > 1]
    with store.database.reading() as connection:
        missing = gaps(connection)
        given = connection.execute(select(col(ControlNumberUse.first))).scalars().all()
    lost = set(map(str, answers)) - set(map(str, given))
    words = (("given twice", twice), ("given, and unknown now", lost), ("not accounted for", missing))
    return [f"numbers {what}: {numbers}" for what, numbers in words if numbers]


def _unexpected(doubt: GatewayError) -> None:
    raise AssertionError(doubt)
