"""Yesterday's backup is restored by the real commands, while partners remember what came after it.

A file that is sent again under a key that the backup knows gets its first answer. One whose key came after
the backup is kept as new: the store lost the first copy, and to refuse the second would lose the file for
good. Its first copy may have been worked on before the loss; what was sent for it has a control number below
those that are given now, by which the partner can tell.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.errors import UsageError
from gateway.ledger.notes import SigningKey, VerifierKey
from gateway.service.connection.client import ask
from gateway.service.connection.frames import Answer, Json, Request
from gateway.service.connection.local_socket import connected
from gateway.store.control_numbers.history import gaps
from tests.processes import Running, Starter
from tests.service.planted import PLANTING, looking, serving

FIRST: dict[str, Json] = {
    "sender": "ZZ/ACORN",
    "receiver": "ZZ/AMAZON",
    "function": "interchange",
    "new": True,
}
LATER = {**FIRST, "function": "group"}  # whose first number is given after the backup
BY_HAND = {**FIRST, "function": "set"}
KEYS_MISSING = 1


class Workspace:
    """A workspace in which commands are given."""

    def __init__(self, processes: Starter, root: Path, words: str = "") -> None:
        self.root = root
        self._processes = processes
        self._words = words

    def run(self, *arguments: str) -> Running:
        """A command that has ended."""
        folder = self.root if self.root.is_dir() else self.root.parent
        if self._words:
            running = self._processes.python(PLANTING, self._words, *arguments, folder=folder)
        else:
            running = self._processes.gateway(*arguments, folder=folder)
        running.wait()
        return running

    def asked(self, command: str, arguments: dict[str, Json], data: bytes = b"") -> Answer:
        """What the service answers."""
        link = connected(self.root / "var")
        assert link is not None
        with link:
            return ask(link, Request(command, arguments), [data])

    def said(self, *arguments: str) -> dict[str, object]:
        """What a command that went well says."""
        ran = self.run(*arguments, "--json")
        assert ran.status == 0, ran.err
        told: dict[str, object] = json.loads(ran.out)
        return told

    def take(self, stream: dict[str, Json], count: int = 1) -> list[Json]:
        """So many control numbers."""
        given = {**stream, "reason": "by mail"}
        return [self.asked("take-number", given)["number"] for _ in range(count)]

    def receive(self, key: str, data: bytes) -> Answer:
        """Hand over a file under a key."""
        return self.asked("receive", {"channel": "amazon", "key": key}, data)


def restored(processes: Starter, backup: Path, to: Path, keys: Path, words: str) -> Workspace:
    """A workspace made of the backup; its key is put there by hand, as no backup has it."""
    workspace = Workspace(processes, to, words)
    first = workspace.run("restore", str(backup), str(to))
    assert first.status == KEYS_MISSING, first.err
    key = to / "var" / "keys" / "workspace.key"
    key.write_bytes((keys / "workspace.key").read_bytes())
    key.chmod(0o600)
    report = workspace.said("restore", str(backup), str(to))
    assert report["restored"] is True
    assert report["epoch"] == 2
    assert str(report["origin"]).endswith("/epoch-2")
    return workspace


def first_key(root: Path) -> str:
    """The public key of the first epoch, as a witness has it; a restored workspace signs with another."""
    key = SigningKey.from_text((root / "var" / "keys" / "ledger.key").read_text(encoding="ascii").strip())
    return VerifierKey(f"{key.name}/epoch-1", key.verifier.public).text


@pytest.mark.one_in(2)
@pytest.mark.parametrize("words", ["", "forgotten"], ids=["as it is", "planted"])
def test_nothing_is_given_again_after_a_restore(
    processes: Starter, root: Path, tmp_path: Path, words: str
) -> None:
    lost, backup = Workspace(processes, root), tmp_path / "backup"
    service = serving(processes, root)
    before = lost.receive("before", b"one")
    given = lost.take(FIRST, 2)
    lost.said("backup", str(backup))
    after = lost.receive("after", b"two")
    given += lost.take(FIRST, 2)
    later = lost.take(LATER, 2)
    service.kill()

    workspace = restored(processes, backup, tmp_path / "new", root / "var" / "keys", words)
    serving(processes, workspace.root)
    if words:  # the number of a stream that the backup knows
        assert set(workspace.take(FIRST)) <= set(given)
        return
    assert given == [1, 2, 3, 4]
    assert workspace.take(FIRST) == [1003]
    assert later == [1, 2]
    assert workspace.take(LATER) == [1001]
    workspace.asked("set-numbers", {**BY_HAND, "next": 7, "reason": "asked the partner"})
    assert workspace.take(BY_HAND) == [7]
    with looking(workspace.root) as connection:
        assert gaps(connection) == ()

    again = workspace.receive("before", b"one")
    assert (again["again"], again["message"]) == (True, before["message"])
    anew = workspace.receive("after", b"two")
    assert anew["again"] is False
    assert anew["message"] not in {before["message"], after["message"]}
    assert workspace.receive("after", b"two")["message"] == anew["message"]
    with pytest.raises(UsageError, match="came before with other bytes"):
        workspace.receive("before", b"three")
    kept = workspace.run("ledger", "key").out.split()
    assert (kept[0], len(kept)) == (first_key(root), 2)
    for words_of_key in ((), ("--key", first_key(root))):
        checked = workspace.run("ledger", "verify", "--deep", *words_of_key)
        assert checked.status == 0, checked.out + checked.err
    alerts = workspace.run("alerts", "list", "--json")
    assert "backup-restored" in alerts.out
