"""What comes over a connection is waited for within limits."""

from __future__ import annotations

import socket

import pytest

from gateway.service.connection.frames import MalformedError
from gateway.service.connection.incoming import Incoming, Patience
from tests.clocks import FakeClock


class Passing(FakeClock):
    """Ten seconds pass whenever it is asked."""

    def monotonic(self) -> float:
        """Later than before."""
        self.advance(10)
        return super().monotonic()


@pytest.mark.parametrize(
    ("patience", "least", "most"),
    [
        (Patience(slowest=1, whole=1000.0), 90, 110),  # many bytes, for which there would be time
        (Patience(slowest=1 << 20, silence=200.0), 15, 25),  # too few for the time
    ],
)
def test_bytes_that_come_slowly_are_taken_for_a_while(patience: Patience, least: int, most: int) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        incoming = Incoming(ours, patience, Passing())
        taken = 0
        with pytest.raises(MalformedError, match="too slowly"):
            while taken <= most:
                if taken < most:
                    theirs.sendall(bytes(1000))
                incoming.read(1000)
                taken += 1
    assert least <= taken <= most
