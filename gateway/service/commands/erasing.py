"""The command that makes a message unreadable for good."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.service.commands.arguments import LONGEST_NAME, Arguments, text
from gateway.service.connection.frames import Answer
from gateway.service.opened import Opened
from gateway.store.erasing import erase
from gateway.store.people import Who

LONGEST_REASON = 500  # characters


def erase_message(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Erase a message. The answer is given when nobody can read it again."""
    message = text(arguments, "message", LONGEST_NAME)
    erased = erase(opened.store, message, who, text(arguments, "reason", LONGEST_REASON))
    return {
        "message": erased.message,
        "others": list(erased.others),
        "left": list(erased.left),
        "payloads": erased.payloads,
        "files": erased.files,
        "records": erased.records,
        "search_keys": erased.search_keys,
        "wiped": erased.wiped,
    }
