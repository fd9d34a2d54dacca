"""The arguments of a command as they come over the socket: checked one by one, whoever sent them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.errors import UsageError
from gateway.service.connection.frames import Json

Arguments = Mapping[str, Json]


LONGEST = 4096  # characters of a text, as of a path
LONGEST_NAME = 200  # of one that names something, as the tables have room for
# Databases refuse some, terminals obey others, and some turn the direction of what is written beside them.
UNKEEPABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


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


def number_or_none(arguments: Arguments, name: str) -> int | None:
    """A whole number that may be left out. Raises `UsageError`."""
    value = arguments.get(name)
    if value is None or type(value) is int:
        return value
    raise UsageError(f"The `{name}` of the command is no whole number; give one")


def yes(arguments: Arguments, name: str) -> bool:
    """Whether something is wanted; no when nothing is said."""
    return arguments.get(name) is True
