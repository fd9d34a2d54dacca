"""The commands that change something: the same functions, whether the service runs them or a command does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from gateway.errors import UsageError
from gateway.guided import PARTNER_FILE, PARTNERS
from gateway.service.frames import Answer, Json
from gateway.service.opened import Opened
from gateway.store.people import Who
from gateway.store.receiving import Arrival

CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9][A-Za-z0-9._-]{0,63})?")

Arguments = Mapping[str, Json]
Command = Callable[[Opened, Arguments, Who, Iterable[bytes]], Answer]


def receive(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Keep a file. The answer is given when it is durable."""
    channel = _text(arguments, "channel")
    if not CHANNEL.fullmatch(channel):
        raise UsageError(
            f"{channel!r} is no name of a channel; take letters, digits, dots and dashes: amazon, amazon/sftp"
        )
    partner = channel.partition("/")[0]
    known = (opened.root / PARTNERS / partner / PARTNER_FILE).is_file()
    arrival = Arrival(
        channel=channel,
        who=who,
        partner=partner if known else None,
        file_name=_text_or_none(arguments, "file"),
        request=_text_or_none(arguments, "key"),
    )
    received = opened.store.intake.receive(arrival, parts)
    return {
        "message": received.message,
        "size": received.size,
        "again": received.again,
        "channel": channel,
        "partner": arrival.partner,
    }


def _text(arguments: Arguments, name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value:
        raise UsageError(f"The command lacks its `{name}`")
    return value


def _text_or_none(arguments: Arguments, name: str) -> str | None:
    return None if arguments.get(name) is None else _text(arguments, name)


COMMANDS: Mapping[str, Command] = MappingProxyType({"receive": receive})
