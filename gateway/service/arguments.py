"""The arguments of a command as they come over the socket: checked one by one, whoever sent them."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.errors import UsageError
from gateway.service.frames import Json

Arguments = Mapping[str, Json]


def text(arguments: Arguments, name: str) -> str:
    """A text that must be there. Raises `UsageError`."""
    value = arguments.get(name)
    if not isinstance(value, str) or not value:
        raise UsageError(f"The command lacks its `{name}`")
    return value


def text_or_none(arguments: Arguments, name: str) -> str | None:
    """A text that may be left out."""
    return None if arguments.get(name) is None else text(arguments, name)


def number(arguments: Arguments, name: str) -> int:
    """A whole number that must be there. Raises `UsageError`."""
    value = arguments.get(name)
    if type(value) is not int:
        raise UsageError(f"The command lacks its `{name}`, a whole number")
    return value


def yes(arguments: Arguments, name: str) -> bool:
    """Whether something is wanted; no when nothing is said."""
    return arguments.get(name) is True
