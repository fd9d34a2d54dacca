"""Whatever comes over a connection ends with an answer or a fault, holds no place for long, keeps no half."""

from __future__ import annotations

import errno
import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from gateway.errors import StoreBusyError, UsageError
from gateway.service.commands import table as commands
from gateway.service.connection.client import ask
from gateway.service.connection.frames import Request, pieces, read_answer, request_line
from gateway.service.connection.incoming import Patience
from gateway.service.connection.listener import AT_ONCE
from tests.service.listeners import DEADLINE, QUICK, Listening

LINE = request_line(Request("receive", {"channel": "amazon", "file": "order.850"}))
LARGE = [bytes(1 << 20)] * 3  # more than stays in the database
TOO_SLOW = "The command came too slowly or not to its end; nothing was kept, give it again"
CUT = "The bytes ended before their end was told; nothing was kept"

Deed = Callable[[socket.socket], None]


def heard(link: socket.socket) -> dict[str, dict[str, object]]:
    """What the service says until it closes the connection; nothing where it says nothing."""
    with link, link.makefile("rb") as stream:
        line = stream.readline()
        told: dict[str, dict[str, object]] = json.loads(line) if line else {}
        return told


def half(link: socket.socket) -> None:
    """Send a command and the first of its bytes."""
    link.sendall(LINE + b"".join(pieces(LARGE))[: 2 << 20])


def ended(deed: Deed) -> Deed:
    """Send, and say that no more comes."""

    def doing(link: socket.socket) -> None:
        deed(link)
        link.shutdown(socket.SHUT_WR)

    return doing


CASES: dict[str, tuple[Deed, str]] = {
    "silent": (lambda link: None, TOO_SLOW),
    "a byte": (lambda link: link.sendall(b"{"), TOO_SLOW),
    "half a line": (lambda link: link.sendall(LINE[:-1]), TOO_SLOW),
    "no bytes": (lambda link: link.sendall(LINE), TOO_SLOW),
    "half a length": (lambda link: link.sendall(LINE + b"\x00\x00"), TOO_SLOW),
    "half a piece": (lambda link: link.sendall(LINE + b"\x00\x00\x00\x05abc"), TOO_SLOW),
    "half its bytes": (half, TOO_SLOW),
    "ended in its bytes": (ended(half), CUT),
    "ended before them": (ended(lambda link: link.sendall(LINE)), CUT),
    "a huge piece": (
        lambda link: link.sendall(LINE + b"\xff\xff\xff\xff"),
        "A piece of 4294967295 bytes is longer than 1048576",
    ),
    "more than it says": (
        lambda link: link.sendall(LINE + b"\x00\x00\x00\x02abcdefgh"),
        "A piece of 1667523942 bytes is longer than 1048576",
    ),
    "a long line": (
        lambda link: link.sendall(b"x" * ((1 << 20) + 1)),
        "The local socket carries a line of more than 1048576 bytes",
    ),
    "no JSON": (lambda link: link.sendall(b"hello\n"), "The local socket carries no JSON"),
    "deep JSON": (lambda link: link.sendall(b"[" * 100_000 + b"\n"), "The local socket carries no JSON"),
    "a list": (lambda link: link.sendall(b"[]\n"), "The local socket carries JSON that is no object"),
}


@pytest.mark.parametrize(("deed", "message"), CASES.values(), ids=CASES)
def test_what_is_not_whole_is_refused_and_not_kept(listening: Listening, deed: Deed, message: str) -> None:
    link = listening.link()
    deed(link)
    assert heard(link) == {"fault": {"kind": "fault", "message": message}}
    assert (listening.messages(), listening.vault()) == (0, [])
    assert listening.told("command-failed") == []


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (Request("remove", {}), "The service knows no `remove`; start it anew after an update"),
        (Request("x" * 90, {}), f"The service knows no `{'x' * 40}`; start it anew after an update"),
        (Request("receive", {}), "The command lacks its `channel`; give it one"),
        (Request("receive", {"channel": 7}), "The command lacks its `channel`; give it one"),
        (Request("receive", {"channel": ["amazon"]}), "The command lacks its `channel`; give it one"),
        (Request("receive", {"channel": "../etc"}), "'../etc' is no name of a channel"),
        (Request("receive", {"channel": "a", "key": {}}), "The command lacks its `key`; give it one"),
        (Request("receive", {"channel": "a", "key": "k" * 201}), "The `key` has more than 200 characters"),
        (
            Request("receive", {"channel": "a", "file": "\udcff"}),
            "The `file` holds a control character or half a",
        ),
        (
            Request("receive", {"channel": "a", "key": "a\0b"}),
            "The `key` holds a control character or half a",
        ),
    ],
    ids=lambda each: "",
)
def test_wrong_arguments_are_a_wrong_use(listening: Listening, request_: Request, said: str) -> None:
    with listening.link() as link, pytest.raises(UsageError) as raised:
        ask(link, request_, [b"abc"])
    assert str(raised.value).startswith(said)
    assert (listening.messages(), listening.told("command-failed")) == (0, [])


def test_one_that_only_looks_is_left_alone(listening: Listening) -> None:
    link = listening.link()
    link.shutdown(socket.SHUT_WR)
    assert heard(link) == {}
    assert listening.events == []


def test_bytes_that_drip_are_not_waited_for_for_ever(root: Path) -> None:
    with Listening(root) as listening, listening.link() as link:
        link.sendall(LINE)
        began = time.monotonic()
        sent = 0
        try:
            while time.monotonic() - began < DEADLINE:
                link.sendall(b"\x00\x00\x00\x01x")
                sent += 1
        except BrokenPipeError:
            pass
        assert sent > 1
        assert time.monotonic() - began < DEADLINE / 2
        assert heard(link)["fault"]["message"] == TOO_SLOW
        assert listening.messages() == 0


def test_a_line_that_drips_is_not_waited_for_for_ever(listening: Listening) -> None:
    began = time.monotonic()
    with listening.link() as link:
        try:
            while time.monotonic() - began < DEADLINE:
                link.sendall(b" ")
                threading.Event().wait(QUICK.silence / 30)
        except BrokenPipeError:
            pass
        assert heard(link)["fault"]["message"] == TOO_SLOW
    assert time.monotonic() - began < DEADLINE / 2


def test_who_goes_before_the_answer_leaves_what_was_sent(listening: Listening) -> None:
    done = threading.Event()
    original = commands.COMMANDS["receive"]

    def slow(*given: object) -> object:
        answer = original(*given)  # type: ignore[arg-type]  # handed on as it came
        done.wait(DEADLINE)
        return answer

    with mock.patch("gateway.service.connection.listener.COMMANDS", {"receive": slow}):
        link = listening.link()
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.sendall(LINE + b"".join(pieces([b"abc"])))
        link.close()
        done.set()
        with listening.link() as other:
            assert ask(other, Request("receive", {"channel": "b"}), [b"d"])["size"] == 1
    listening.listener.stop()
    assert listening.messages() == 2
    assert listening.told("command-failed") == []


def test_a_mistake_of_ours_is_told_without_what_was_sent(listening: Listening) -> None:
    def mistaken(*given: object) -> None:
        raise ZeroDivisionError("the secret of the document")

    with mock.patch("gateway.service.connection.listener.COMMANDS", {"receive": mistaken}):
        link = listening.link()
        link.sendall(LINE)
        told = heard(link)["fault"]
    assert (
        told["message"]
        == "The command met a mistake in the gateway itself; the log of the service tells where"
    )
    (event,) = listening.told("command-failed")
    assert event["error"] == "ZeroDivisionError"
    assert event["at"].startswith("mistaken, line ")
    assert "secret" not in str(event)


def test_those_that_are_stuck_keep_nobody_out(listening: Listening) -> None:
    stuck = [listening.link() for _ in range(2 * AT_ONCE)]
    for number, link in enumerate(stuck):
        link.sendall(LINE[: number % len(LINE)])
    began = time.monotonic()
    with listening.link() as link:
        assert ask(link, Request("receive", {"channel": "amazon"}), [b"abc"])["size"] == 3
    assert time.monotonic() - began < DEADLINE / 2  # two rounds of patience, on a busy machine
    for link in stuck:
        link.close()
    assert listening.messages() == 1


def test_what_goes_wrong_with_one_place_costs_no_place(listening: Listening) -> None:
    with mock.patch("gateway.service.connection.listener.peer_user", side_effect=OSError("gone")):
        for _ in range(AT_ONCE + 1):
            assert heard(listening.link())["fault"]["kind"] == "fault"
    with listening.link() as link:
        assert ask(link, Request("receive", {"channel": "amazon"}), [b"abc"])["size"] == 3


def test_when_it_stops_what_came_whole_is_answered_and_the_rest_refused(root: Path) -> None:
    with Listening(root, Patience()) as listening:
        idle = [listening.link() for _ in range(AT_ONCE // 2)]
        begun = [listening.link() for _ in range(AT_ONCE // 2)]
        for link in begun:
            link.sendall(LINE + b"\x00\x00\x00\x05abc")
        whole = [listening.link() for _ in range(20)]  # for these there is no place yet
        for link in whole:
            link.sendall(LINE + b"".join(pieces([b"abc"])))
        began = time.monotonic()
        listening.listener.stop()
        assert time.monotonic() - began < DEADLINE / 2
        assert [heard(link) for link in idle] == [{}] * len(idle)
        for link in begun:
            with (
                link,
                pytest.raises(StoreBusyError, match="The service stops; nothing was kept, try again later"),
            ):
                _answer_of(link)
        for link in whole:
            with link:
                assert _answer_of(link)["size"] == 3
        assert listening.messages() == len(whole)
        assert not (root / "var" / "socket").exists()


def test_an_answer_that_is_lost_is_settled_by_the_key(listening: Listening) -> None:
    line = request_line(Request("receive", {"channel": "amazon", "key": "monday"}))
    with listening.link() as link:
        link.sendall(line + b"".join(pieces([b"abc"])))
        first = _answer_of(link)
    with listening.link() as again:
        second = ask(again, Request("receive", {"channel": "amazon", "key": "monday"}), [b"abc"])
    assert (first["again"], second["again"]) == (False, True)
    assert first["message"] == second["message"]
    assert listening.messages() == 1


def _answer_of(link: socket.socket) -> dict[str, object]:
    with link.makefile("rb") as stream:
        return dict(read_answer(stream))


def test_where_the_system_has_no_handle_left_it_goes_on_later(root: Path) -> None:
    accept = socket.socket.accept
    refusals = iter([OSError(errno.EMFILE, "Too many open files")] * AT_ONCE)

    def scarce(listener: socket.socket) -> tuple[socket.socket, object]:
        refusal = next(refusals, None)
        if refusal is not None:
            raise refusal
        return accept(listener)

    with (
        mock.patch("gateway.service.connection.listener.PAUSE", 0.01),
        mock.patch.object(socket.socket, "accept", scarce),
        Listening(root) as listening,
        listening.link() as link,
    ):
        assert ask(link, Request("receive", {"channel": "amazon"}), [b"abc"])["size"] == 3
    events = listening.told("connection-not-taken")
    assert [each["why"] for each in events] == ["Too many open files"] * AT_ONCE
