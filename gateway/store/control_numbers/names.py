"""What control numbers are counted for, and between whom: the names of streams, and which are too alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gateway.acknowledgments.copying import PLAIN_CHARACTERS
from gateway.errors import UsageError

HIGHEST = 999_999_999  # nine digits, the most that ISA13, GS06 and ST02 have alike
LONGEST_ID = 15  # characters of ISA06 and ISA08

_QUALIFIER = re.compile(r"[0-9A-Z]{2}")


class Function(StrEnum):
    """What is counted: interchanges (ISA13), functional groups (GS06) or transaction sets (ST02)."""

    INTERCHANGE = "interchange"
    GROUP = "group"
    SET = "set"

    def written(self, number: int) -> str:
        """A control number as its element has it: nine digits, as few as there are, or at least four."""
        return f"{number:0{_LEAST_DIGITS[self]}d}"


_LEAST_DIGITS = {Function.INTERCHANGE: 9, Function.GROUP: 1, Function.SET: 4}


@dataclass(frozen=True, slots=True)
class StreamKey:
    """Whose numbers: those of one sender to one receiver, of one function.

    `sender` and `receiver` are the names of ISA05-06 and ISA07-08 with a stroke between, such as `ZZ/ACORN`,
    also where groups and sets are counted: two letters or digits, then 1 to 15 characters of the basic and
    the extended character set of X12.6, without blanks around them. Raises `UsageError` for other names.
    """

    sender: str
    receiver: str
    function: Function

    def __post_init__(self) -> None:
        """See that both are names."""
        for name in (self.sender, self.receiver):
            if not _is_name(name):
                raise UsageError(
                    f"{name[:100]!r} is no name of a sender or receiver: give the qualifier and the "
                    f"identification as the ISA has them, without blanks around them and in characters of "
                    f"X12, such as ZZ/ACORN; `gateway partners list` shows those of partners"
                )

    def __str__(self) -> str:
        return f"{self.function} numbers from {self.sender} to {self.receiver}"


def _is_name(name: str) -> bool:
    qualifier, stroke, identification = name.partition("/")
    return (
        bool(stroke)
        and _QUALIFIER.fullmatch(qualifier) is not None
        and 1 <= len(identification) <= LONGEST_ID
        and identification == identification.strip()
        and PLAIN_CHARACTERS.issuperset(identification)
    )


def refuse_alike(key: StreamKey, known: Iterable[str]) -> None:
    """See that no name of a stream is a known one in another spelling. Raises `UsageError`.

    Many a receiver tells names apart neither by case nor by blanks; to it both would bear the same numbers.
    """
    names = frozenset(known)
    spellings = {_folded(name): name for name in sorted(names)}
    for name in (key.sender, key.receiver):
        same = spellings.get(_folded(name), name)
        if name not in names and same != name:
            raise UsageError(
                f"{name!r} is {same!r}, which is known, in another spelling; a second stream would give its "
                f"numbers again. Write it as it is known"
            )


def _folded(name: str) -> str:
    return "".join(name.split()).upper()


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of a stream: it begins at `start`, ends at `last`, and then goes on from `first`.

    All are from 1 to 999,999,999; without `start` it begins at `first`. Raises `UsageError` for others.
    """

    first: int = 1
    last: int = HIGHEST
    start: int | None = None

    def __post_init__(self) -> None:
        """See that they are in order."""
        if not 1 <= self.first <= self.beginning <= self.last <= HIGHEST:
            raise UsageError(
                f"Control numbers from {self.first} to {self.last}, starting at {self.beginning}, cannot be: "
                f"give numbers from 1 to {HIGHEST}, with the start between the first and the last"
            )

    @property
    def beginning(self) -> int:
        """The first number of the first cycle."""
        return self.first if self.start is None else self.start
