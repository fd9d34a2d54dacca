"""The arguments of a command as they come over the socket: checked one by one, whoever sent them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.errors import UsageError
from gateway.service.connection.frames import Json

Arguments = Mapping[str, Json]


LONGEST = 4096  # characters of a text, as of a path
LONGEST_NAME = 200  # of one that names something, as the tables have room for
UNKEEPABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")  # databases refuse some, terminals obey others


def text(arguments: Arguments, name: str, longest: int = LONGEST) -> str:
    """A text that must be there, of at most so many characters. Raises `UsageError`."""
    value = arguments.get(name)
    if not isinstance(value, str) or not value:
        raise UsageError(f"The command lacks its `{name}`; give it one")
    if len(value) > longest:
        raise UsageError(f"The `{name}` has more than {longest} characters; choose a shorter one")
    if UNKEEPABLE.search(value):
        raise UsageError(f"The `{name}` holds a control character or half a character; leave it out")
    return value


def text_or_none(arguments: Arguments, name: str, longest: int = LONGEST) -> str | None:
    """A text that may be left out."""
    return None if arguments.get(name) is None else text(arguments, name, longest)


def number(arguments: Arguments, name: str) -> int:
    """A whole number that must be there. Raises `UsageError`."""
    value = arguments.get(name)
    if type(value) is not int:
        raise UsageError(f"The command lacks its `{name}`, a whole number")
    return value


def yes(arguments: Arguments, name: str) -> bool:
    """Whether something is wanted; no when nothing is said."""
    return arguments.get(name) is True
