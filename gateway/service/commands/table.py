"""The commands that change something: the same functions, whether the service runs them or a command does.

And `status`, which changes nothing: a service that runs answers it quicker than a new process could.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import msgspec

from gateway.errors import UsageError
from gateway.guided import PARTNER_FILE, PARTNERS
from gateway.service.commands.arguments import LONGEST_NAME, Arguments, text, text_or_none
from gateway.service.commands.erasing import erase_message
from gateway.service.commands.ledger import checkpoint, prove
from gateway.service.commands.messages import MESSAGE_COMMANDS
from gateway.service.commands.operating import (
    acknowledge_alert,
    cancel_step,
    put_back,
    set_numbers,
    take_backup,
    take_number,
)
from gateway.service.connection.frames import Answer
from gateway.service.opened import Opened
from gateway.service.standing import standing
from gateway.store.people import Who
from gateway.store.receiving import Arrival
from gateway.workspace import VAR

CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9][A-Za-z0-9._-]{0,63})?")

Command = Callable[[Opened, Arguments, Who, Iterable[bytes]], Answer]


def receive(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Keep a file. The answer is given when it is durable."""
    channel = text(arguments, "channel")
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
        file_name=text_or_none(arguments, "file", LONGEST_NAME),
        request=text_or_none(arguments, "key", LONGEST_NAME),
    )
    received = opened.store.intake.receive(arrival, parts)
    return {
        "message": received.message,
        "size": received.size,
        "again": received.again,
        "channel": channel,
        "partner": arrival.partner,
    }


def status(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """How things stand, as the service sees them."""
    told = standing(opened.store.database, opened.around.disk, opened.root / VAR, running=True)
    answer: Answer = msgspec.to_builtins(told)
    return answer


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "receive": receive,
        "checkpoint": checkpoint,
        "prove": prove,
        "status": status,
        "put-back": put_back,
        "cancel": cancel_step,
        "set-numbers": set_numbers,
        "take-number": take_number,
        "acknowledge": acknowledge_alert,
        "back-up": take_backup,
        "erase": erase_message,
        **MESSAGE_COMMANDS,
    }
)
