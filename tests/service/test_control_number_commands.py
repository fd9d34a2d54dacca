"""The commands `take` and `set` of control numbers: how a stream begins, and which names are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.errors import UsageError
from gateway.service.alone import opened
from gateway.service.around import real_surroundings
from gateway.service.commands.table import COMMANDS
from gateway.service.connection.frames import Answer, Json
from gateway.service.opened import Opened
from gateway.store.control_numbers.history import gaps, streams
from gateway.store.people import Who

STREAM: dict[str, Json] = {
    "sender": "ZZ/OURS",
    "receiver": "ZZ/BAKER",
    "function": "set",
    "reason": "by mail",
}
ME = Who("user", "otto")
PARTNER = """\
partner: {qualifier: ZZ, id: BAKER}
own: {qualifier: ZZ, id: ACORN}
"""


@pytest.fixture
def workspace(root: Path) -> Iterator[Opened]:
    """With one partner, and no numbers yet."""
    (root / "partners" / "baker").mkdir(parents=True)
    (root / "partners" / "baker" / "partner.yaml").write_text(PARTNER, encoding="utf-8")
    with opened(root, real_surroundings()) as made:
        yield made


def give(workspace: Opened, command: str, **more: Json) -> Answer:
    return COMMANDS[command](workspace, {**STREAM, **more}, ME, ())


def known(workspace: Opened) -> list[str]:
    """The streams there are, in words."""
    with workspace.store.database.reading() as connection:
        assert gaps(connection) == ()
        return [str(state.key) for state in streams(connection)]


@pytest.mark.parametrize("command", ["take-number", "set-numbers"])
def test_a_stream_begins_only_when_it_is_called_new(workspace: Opened, command: str) -> None:
    with pytest.raises(UsageError, match="no stream of set numbers from ZZ/OURS to ZZ/BAKER yet"):
        give(workspace, command, next=1)
    assert known(workspace) == []
    give(workspace, command, next=1, new=True)
    assert known(workspace) == ["set numbers from ZZ/OURS to ZZ/BAKER"]
    assert give(workspace, command, next=9)["receiver"] == "ZZ/BAKER"


@pytest.mark.parametrize("receiver", ["ZZ/baker", "ZZ/BA KER", "ZZ/Baker"])
@pytest.mark.parametrize("command", ["take-number", "set-numbers"])
def test_a_partner_in_another_spelling_begins_no_stream(
    workspace: Opened, command: str, receiver: str
) -> None:
    with pytest.raises(UsageError, match="is 'ZZ/BAKER', which is known, in another spelling"):
        give(workspace, command, receiver=receiver, next=1, new=True)
    with pytest.raises(UsageError, match="is 'ZZ/ACORN', which is known, in another spelling"):
        give(workspace, command, sender="ZZ/Acorn", next=1, new=True)
    assert known(workspace) == []


@pytest.mark.parametrize("sender", ["ZZ/OURS ", "ZZ/OURS\u202e", "ZZ/OURS\x9b", "OURS", "ZZ/\u041eURS"])
def test_what_is_no_name_is_refused(workspace: Opened, sender: str) -> None:
    with pytest.raises(UsageError):
        give(workspace, "take-number", sender=sender, new=True)
    assert known(workspace) == []


@pytest.mark.parametrize("reason", ["x" * 501, "turned \u202e round", "\x9b2J", " "])
def test_a_reason_that_cannot_be_kept_takes_no_number(workspace: Opened, reason: str) -> None:
    assert give(workspace, "take-number", new=True)["number"] == 1
    with pytest.raises(UsageError, match="reason"):
        give(workspace, "take-number", reason=reason)
    assert give(workspace, "take-number", reason="x" * 500)["number"] == 2


def test_limits_are_set_and_the_first_number_follows_the_last(workspace: Opened) -> None:
    answer = give(workspace, "set-numbers", first=5, last=7, next=6, new=True)
    assert (answer["following"], answer["first"], answer["last"], answer["voided"]) == (6, 5, 7, 5)
    assert [give(workspace, "take-number")["number"] for _ in range(3)] == [6, 7, 5]
    assert give(workspace, "set-numbers", last=9)["following"] == 6
    assert give(workspace, "set-numbers", new_cycle=True)["following"] == 5


def test_to_set_nothing_is_refused(workspace: Opened) -> None:
    give(workspace, "take-number", new=True)
    with pytest.raises(UsageError, match="Say what is to change"):
        give(workspace, "set-numbers")
    with pytest.raises(UsageError, match="0 is none of them"):
        give(workspace, "set-numbers", next=0)
    with pytest.raises(UsageError, match="`next` of the command is no whole number"):
        give(workspace, "set-numbers", next="7")
