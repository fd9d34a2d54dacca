"""What passes over the local socket: one command with its bytes, and one answer.

A command is a line of JSON, followed by its bytes in pieces (four bytes of length, most significant first,
then the piece; a length of 0 ends them). The answer is a line of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from gateway.errors import (
    DataFileError,
    GatewayError,
    StorageDoubtError,
    StorageFullError,
    StoreBusyError,
    StoreError,
    UnknownOutcomeError,
    UsageError,
)

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

Answer: TypeAlias = "dict[str, Json]"

VERSION = 1
LONGEST_LINE = 1 << 20
LONGEST_PIECE = 1 << 20
LENGTH_BYTES = 4

# How a fault travels; what is no fault of ours travels as its nearest kind.
KINDS: tuple[tuple[str, type[GatewayError]], ...] = (
    ("usage", UsageError),
    ("unknown", UnknownOutcomeError),
    ("busy", StoreBusyError),
    ("full", StorageFullError),
    ("doubt", StorageDoubtError),
    ("store", StoreError),
    ("fault", GatewayError),
)


class Readable(Protocol):
    """A stream of bytes that come."""

    def read(self, count: int, /) -> bytes:
        """So many bytes, or fewer at the end."""
        ...

    def readline(self, limit: int, /) -> bytes:
        """A line with its end, or what comes before the limit or the end."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """A command by name, with its arguments."""

    command: str
    arguments: dict[str, Json]


class MalformedError(GatewayError):
    """What came over the socket is no command of this version of the gateway."""


def request_line(request: Request) -> bytes:
    """The line that begins a command."""
    told = {"v": VERSION, "command": request.command, "arguments": request.arguments}
    return json.dumps(told).encode("ascii") + b"\n"


def pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of a command as they are sent."""
    for part in parts:
        for start in range(0, len(part), LONGEST_PIECE):
            piece = part[start : start + LONGEST_PIECE]
            yield len(piece).to_bytes(LENGTH_BYTES, "big") + piece
    yield bytes(LENGTH_BYTES)


def read_request(stream: Readable) -> Request:
    """The command that a stream begins with. Raises `MalformedError`, `UsageError` for another version."""
    told = _line(stream)
    version = told.get("v")
    if isinstance(version, bool) or not isinstance(version, int) or version != VERSION:
        raise UsageError("The service is of another version of the gateway than the command; start it anew")
    command, arguments = told.get("command"), told.get("arguments")
    if not isinstance(command, str) or not isinstance(arguments, dict):
        raise MalformedError("This is no command of the gateway")
    return Request(command, arguments)


def read_pieces(stream: Readable) -> Iterator[bytes]:
    """The bytes of a command, as they come. Raises `MalformedError` where they end too early."""
    while length := int.from_bytes(_exactly(stream, LENGTH_BYTES), "big"):
        if length > LONGEST_PIECE:
            raise MalformedError(f"A piece of {length} bytes is longer than {LONGEST_PIECE}")
        yield _exactly(stream, length)


def answer_line(answer: Answer) -> bytes:
    """The answer to a command that was carried out."""
    return json.dumps({"answer": answer}).encode("ascii") + b"\n"


def fault_line(fault: GatewayError) -> bytes:
    """The answer to a command that was not."""
    return json.dumps({"fault": {"kind": kind_of(fault), "message": str(fault)}}).encode("ascii") + b"\n"


def kind_of(fault: GatewayError) -> str:
    """The kind of a fault, in a word."""
    if isinstance(fault, DataFileError):  # what it has beside its text does not travel
        return "usage"
    return next(name for name, form in KINDS if isinstance(fault, form))


def read_answer(stream: Readable) -> Answer:
    """The answer on a stream; a fault is raised as it was in the service."""
    told = _line(stream)
    fault = told.get("fault")
    if isinstance(fault, dict):
        raise dict(KINDS).get(str(fault.get("kind")), GatewayError)(str(fault.get("message")))
    answer = told.get("answer")
    if not isinstance(answer, dict):
        raise MalformedError("The service answered something else than was asked")
    return answer


def _line(stream: Readable) -> dict[str, Json]:
    line = stream.readline(LONGEST_LINE + 1)
    if len(line) > LONGEST_LINE:
        raise MalformedError(f"The local socket carries a line of more than {LONGEST_LINE} bytes")
    if not line.endswith(b"\n"):
        raise MalformedError("The other side of the local socket ended in the middle of a line")
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MalformedError("The local socket carries no JSON") from error
    if not isinstance(told, dict):
        raise MalformedError("The local socket carries JSON that is no object")
    return told


def _exactly(stream: Readable, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise MalformedError("The bytes ended before their end was told; nothing was kept")
    return data
