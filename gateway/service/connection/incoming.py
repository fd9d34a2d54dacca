"""What comes over a connection, waited for within limits, so that nobody can hold a place for ever."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from gateway.ports import Clock
from gateway.service.connection.frames import MalformedError

AT_A_TIME = 1 << 16
AT_LEAST = 0.001  # seconds; 0 would mean not to wait for anything


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one that gives a command is waited for.

    Its line must be there `line` seconds after it was taken. Its bytes may take as long as they need, when
    something comes every `silence` seconds and, after as many, `slowest` bytes a second on the average; but
    no longer than `whole` seconds.
    """

    line: float = 10.0
    silence: float = 60.0
    slowest: int = 1024
    whole: float = 1800.0


class Incoming:
    """A stream of bytes from a connection. Raises `MalformedError` when they do not come."""

    def __init__(self, link: socket.socket, patience: Patience, clock: Clock) -> None:
        self._link = link
        self._patience = patience
        self._clock = clock
        self._held = bytearray()
        self._until = clock.monotonic() + patience.line
        self._body_began: float | None = None
        self._body_bytes = 0

    def begins(self) -> bool:
        """Whether something comes at all: one that only looks whether the service runs says nothing."""
        return bool(self._held) or self._more()

    def readline(self, limit: int, /) -> bytes:
        """A line with its end, or what comes before the limit or the end."""
        searched = 0
        while (at := self._held.find(b"\n", searched)) < 0 and len(self._held) < limit:
            searched = len(self._held)
            if not self._more():
                break
        return self._taken(min(at + 1 if at >= 0 else len(self._held), limit))

    def read(self, count: int, /) -> bytes:
        """So many bytes, or fewer at the end."""
        if self._body_began is None:
            self._body_began = self._clock.monotonic()
        while len(self._held) < count:
            grown = self._patience.silence + self._body_bytes / self._patience.slowest
            self._until = self._body_began + min(grown, self._patience.whole)
            before = len(self._held)
            if not self._more():
                break
            self._body_bytes += len(self._held) - before
        return self._taken(count)

    def _taken(self, count: int) -> bytes:
        data = bytes(self._held[:count])
        del self._held[:count]
        return data

    def _more(self) -> bool:
        """Whether more has come, and not the end."""
        left = min(self._until - self._clock.monotonic(), self._patience.silence)
        try:
            self._link.settimeout(max(left, AT_LEAST))
            data = self._link.recv(AT_A_TIME)
        except TimeoutError as error:
            raise MalformedError(
                "The command came too slowly or not to its end; nothing was kept, give it again"
            ) from error
        except OSError as error:
            raise MalformedError(f"Who gave the command went away: {error.strerror}") from error
        self._held += data
        return bool(data)
