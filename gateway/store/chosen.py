"""Messages chosen by what they are, to be changed together: the set that was shown, and no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, func, select
from sqlmodel import col

from gateway.errors import UsageError
from gateway.lifecycle import Kind, State
from gateway.store.ids import first_id
from gateway.store.search_keys import normalised
from gateway.store.tables import DocumentRow, Message, PartnerRow

DIGEST_LENGTH = 12
WORDS = ("state", "partner", "kind", "channel", "document", "why", "onward", "since", "until")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The first of the messages that were chosen, by their ids, and how many there are of them in all."""

    messages: tuple[str, ...]
    total: int

    @property
    def confirmation(self) -> str:
        """What names this set, so that what comes meanwhile is not swept along: `12-3f09a41be77c`."""
        digest = sha256(" ".join(self.messages).encode()).hexdigest()
        return f"{len(self.messages)}-{digest[:DIGEST_LENGTH]}"


def read_where(text: str) -> dict[str, str]:
    """`state=failed,partner=amazon` as words and their values. Raises `UsageError`."""
    where: dict[str, str] = {}
    for part in text.split(","):
        word, equals, value = (each.strip() for each in part.partition("="))
        if word not in WORDS or not equals or not value or word in where:
            raise UsageError(
                f"{part.strip()!r} does not say which messages are meant; write WORD=VALUE, each word once, "
                f"with a word of {', '.join(WORDS)}"
            )
        where[word] = value
    return where


def choose(connection: Connection, where: Mapping[str, str], at_most: int) -> Chosen:
    """The oldest of the messages that are meant. Raises `UsageError` for a value that cannot be."""
    wanted = select(col(Message.id)).join(
        DocumentRow, col(DocumentRow.message_id) == col(Message.id), isouter=True
    )
    clauses = [_clause(connection, word, value) for word, value in where.items()]
    total = select(func.count()).select_from(wanted.where(*clauses).subquery())
    ids = connection.execute(wanted.where(*clauses).order_by(col(Message.id)).limit(at_most)).scalars()
    return Chosen(tuple(ids), connection.execute(total).scalar_one())


def confirmed(connection: Connection, where: Mapping[str, str], confirmation: str) -> Sequence[str]:
    """The messages of a set that was shown. Raises `UsageError` where it is another by now."""
    count, _, _ = confirmation.partition("-")
    if not count.isascii() or not count.isdecimal() or len(count) > 6:
        raise UsageError(f"{confirmation!r} confirms nothing; take the one that the same command shows first")
    chosen = choose(connection, where, int(count))
    if chosen.confirmation != confirmation:
        raise UsageError(
            "The messages that are meant are others by now than those that were shown; nothing was changed. "
            "Look at them again"
        )
    return chosen.messages


def _clause(connection: Connection, word: str, value: str) -> ColumnElement[bool]:
    if word == "partner":
        named = select(col(PartnerRow.id)).where(col(PartnerRow.normalised) == normalised(value))
        return col(Message.partner).in_(connection.execute(named).scalars().all())
    if word in ("since", "until"):
        bound = first_id(_time(value))
        return col(Message.id) >= bound if word == "since" else col(Message.id) < bound
    known = {"state": [each.value for each in State], "kind": [each.value for each in Kind]}.get(word)
    if known is not None and value not in known:
        raise UsageError(f"{value!r} is no {word} of a message; there are {', '.join(known)}")
    columns = {
        "state": col(Message.state),
        "kind": col(Message.kind),
        "channel": col(Message.channel),
        "document": col(DocumentRow.kind),
        "why": col(DocumentRow.why),
        "onward": col(DocumentRow.onward),
    }
    return columns[word] == value


def _time(text: str) -> datetime:
    try:
        told = datetime.fromisoformat(text)
    except ValueError as fault:
        raise UsageError(f"{text!r} is no time; write it like 2026-11-03 or 2026-11-03T09:15") from fault
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)
