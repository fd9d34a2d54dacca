"""The commands that change messages, one by its id or a set that was looked at, and channels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from gateway.bootstrap import Library
from gateway.errors import UsageError
from gateway.service.commands.again import QueuedAgain
from gateway.service.commands.arguments import LONGEST_NAME, Arguments, text, text_or_none
from gateway.service.commands.deeds import DEEDS, Doing
from gateway.service.connection.frames import Answer
from gateway.service.opened import Opened
from gateway.store.channels import pause, resume
from gateway.store.chosen import confirmed, read_where
from gateway.store.lives import standing_of
from gateway.store.payloads.reading import kept_payload
from gateway.store.people import Who, actor_id
from gateway.store.reasons import reason_of
from gateway.store.writing.transaction import Entry, Transaction
from gateway.workspace import Workspace

PAYLOAD_READ = "payload-read"

Command = Callable[[Opened, Arguments, Who, Iterable[bytes]], Answer]


def _changed(deed: str, opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Do something to one message, or to those of a set that was confirmed."""
    reason = reason_of(text(arguments, "reason"))
    one = text_or_none(arguments, "message", LONGEST_NAME)
    where = text_or_none(arguments, "where")
    if (one is None) == (where is None):
        raise UsageError("Name one message, or say with --where which are meant")

    def change(transaction: Transaction) -> Answer:
        doing = Doing(transaction, QueuedAgain(opened.queue), actor_id(transaction, who), deed, reason)
        if one is not None:
            _do(doing, [one])
            return {"messages": [one], "left_out": []}
        shown = confirmed(transaction.connection, read_where(where or ""), text(arguments, "confirmation"))
        left_out = _do(doing, shown, one_by_one=True)
        return {
            "messages": [each for each in shown if each not in left_out],
            "left_out": [f"{message}: {words}" for message, words in left_out.items()],
        }

    return opened.store.writer.do(change)


def _do(doing: Doing, messages: Sequence[str], *, one_by_one: bool = False) -> dict[str, str]:
    """Do something to messages in their order; of a set those that refuse are left out, each with why."""
    left_out: dict[str, str] = {}
    for message in messages:
        to = standing_of(doing.transaction, [message]).get(message)
        if to is None:
            raise UsageError(
                f"There is no message {message}; `gateway messages list` shows those that there are"
            )
        before = len(doing.transaction.entries)
        try:
            DEEDS[doing.command](doing, to)
        except UsageError as fault:
            if not one_by_one or len(doing.transaction.entries) > before:  # it would be half done
                raise
            left_out[message] = str(fault)
    return left_out


def read_payload(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Enter that somebody reads the bytes of a message; he reads them when this was answered."""
    message, role = text(arguments, "message", LONGEST_NAME), text(arguments, "role", LONGEST_NAME)

    def change(transaction: Transaction) -> Answer:
        to = standing_of(transaction, [message]).get(message)
        if to is None or kept_payload(transaction.connection, message, role) is None:
            raise UsageError(f"There is no message {message} with `{role}` bytes; look for it by its keys")
        opened.store.keys.of(transaction.connection, message)  # refuses what nobody can read any more
        details = {"role": role, "who": who.name}
        transaction.record(
            Entry(PAYLOAD_READ, actor_id(transaction, who), message, to.partner, details=details)
        )
        return {"message": message, "role": role}

    return opened.store.writer.do(change)


def pause_channel(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Let nothing go or come over a channel."""
    channel, reason = text(arguments, "channel", LONGEST_NAME), text(arguments, "reason")
    known = sorted(Library(Workspace(opened.root)).configuration().channels)
    if channel not in known:
        there = f"there are {', '.join(known)}" if known else "no partner file describes any"
        raise UsageError(f"There is no channel {channel!r}; {there}")
    opened.store.writer.do(lambda transaction: pause(transaction, channel, reason, who))
    return {"channel": channel, "paused": True}


def resume_channel(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Let a channel be used again."""
    channel, reason = text(arguments, "channel", LONGEST_NAME), text(arguments, "reason")
    opened.store.writer.do(lambda transaction: resume(transaction, channel, reason, who))
    return {"channel": channel, "paused": False}


MESSAGE_COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        **{f"message-{deed}": partial(_changed, deed) for deed in DEEDS},
        "read-payload": read_payload,
        "pause": pause_channel,
        "resume": resume_channel,
    }
)
