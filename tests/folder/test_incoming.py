"""The way in on real folders: whole files are claimed once, hostile names and links lead nowhere."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from gateway.agreements.channel import WholeBy
from gateway.errors import StorageDoubtError, TransportError
from gateway.store.open_folders import FolderDisk, OpenFolder
from gateway.transports.folder.claims import QUARANTINE
from gateway.transports.folder.incoming import Kind
from gateway.transports.folder.replying import Reply, Replying
from tests.folder.folders import CSV, X12, Drop, cuts
from tests.store.disks import FailingCall


@pytest.mark.parametrize("whole", [X12, CSV], ids=["x12", "csv"])
@pytest.mark.parametrize("by", WholeBy)
def test_uploads_cut_at_each_tenth_are_never_taken_in_part_and_always_whole(
    tmp_path: Path, by: WholeBy, whole: bytes
) -> None:
    drop, found = Drop(tmp_path, by), {}
    for number, cut in enumerate(cuts(whole)):
        name = f"order{number}.txt"
        temporary = drop.path / (name + ".part" if by is WholeBy.RENAME else name)
        temporary.write_bytes(cut)
        for _ in range(3):
            assert drop.taken(drop.look(15)) == {}
        temporary.write_bytes(whole)
        if by is WholeBy.RENAME:
            temporary.rename(drop.path / name)
        elif by is WholeBy.MARKER:
            (drop.path / (name + ".done")).touch()
        for _ in range(2):
            found.update(drop.taken(drop.look(60)))
    assert found == {b"order%d.txt" % number: whole for number in range(10)}
    assert [path.name for path in drop.path.iterdir()] == [".claimed"]


def test_a_cut_interchange_under_its_final_name_is_kept_aside_when_patience_is_over(tmp_path: Path) -> None:
    drop = Drop(tmp_path, WholeBy.RENAME)
    (drop.path / "a.edi").write_bytes(X12[:200])
    first = drop.look()
    assert (first.claims, first.waiting) == ((), 1)
    look = drop.look(3600)
    assert [(each.name, each.kept) for each in look.given_up] == [(b"a.edi", b"a.edi")]
    assert look.incidents[0].kind is Kind.GIVEN_UP
    assert (drop.path / ".incomplete" / "a.edi").read_bytes() == X12[:200]


def test_a_marker_is_claimed_with_its_file_and_vouches_for_no_other(tmp_path: Path) -> None:
    drop = Drop(tmp_path, WholeBy.MARKER)
    (drop.path / "a.csv").write_bytes(CSV)
    (drop.path / "a.csv.ok").touch()
    (claim,) = drop.look().claims
    Replying(drop.place, drop.disk, WholeBy.MARKER).reply([Reply(claim.name, True, b"taken")])
    drop.claims.archive([claim], "2026-11-23")
    (drop.path / "a.csv").write_bytes(CSV[:50])
    assert drop.look(9999).claims == ()
    assert drop.claims.left() == ()
    assert (drop.path / "a.csv.reply.ok").read_bytes() == b"taken"


def test_a_marker_whose_file_was_not_claimed_before_a_stop_goes_back(tmp_path: Path) -> None:
    drop = Drop(tmp_path, WholeBy.MARKER)
    (drop.path / ".claimed").mkdir()
    (drop.path / "a.csv").write_bytes(CSV)
    (drop.path / ".claimed" / "c9-a.csv.ok").touch()
    assert drop.claims.left() == ()
    assert drop.taken(drop.look()) == {b"a.csv": CSV}


def test_hundred_hostile_names_stay_in_their_folder_and_come_back_from_the_archive(tmp_path: Path) -> None:
    drop = Drop(tmp_path, WholeBy.RENAME)
    odd = [
        b"..x",
        b"-rf",
        b"a\nb",
        b"\x1b[2J",
        b"caf\xe9",
        b"\xe8\xae\xa2\xe5\x8d\x95.csv",
        b" ",
        b"a;rm",
        b"~",
    ]
    odd += [b"n" * 255, b"%s" + b"x" * 240, "é".encode() * 127, b"*", b"a\\b", b"$(x)", b"CON", b"a'b\"c"]
    odd += [bytes([each]) + b".csv" for each in range(1, 120) if each not in b"./"][: 100 - len(odd)]
    takeable = [name for name in odd if not name.startswith(b".")]
    for name in odd:
        (drop.path / os.fsdecode(name)).write_bytes(name)
    look = drop.look()
    assert len(odd) == 100
    assert sorted(drop.taken(look).values()) == sorted(takeable)
    assert set(drop.claims.left()) == set(look.claims)
    drop.claims.archive(look.claims, "2026-11-23")
    archived = [path.read_bytes() for path in (drop.path / ".archive" / "2026-11-23").iterdir()]
    assert sorted(archived) == sorted(takeable)
    assert {path.name for path in tmp_path.iterdir()} == {"acorn"}


def test_links_and_special_files_are_never_taken_and_told_once(tmp_path: Path) -> None:
    drop = Drop(tmp_path, WholeBy.RENAME)
    (tmp_path / "secret").write_bytes(b"secret")
    (drop.path / "link.csv").symlink_to(tmp_path / "secret")
    (drop.path / "nowhere").symlink_to("nowhere at all")
    os.mkfifo(drop.path / "pipe.csv")
    (drop.path / "folder.csv").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(drop.path)
        try:
            listening.bind("socket.csv")
        finally:
            os.chdir(here)
        first, second = drop.look(), drop.look()
    told = {(each.kind, each.name) for each in first.incidents}
    assert told == {(Kind.REFUSED, name) for name in ("link.csv", "nowhere", "pipe.csv", "socket.csv")}
    assert (first.claims, second.claims, second.incidents) == ((), (), ())


@pytest.mark.parametrize("inner", ["", ".claimed", ".archive"])
def test_a_folder_that_is_swapped_for_a_link_leads_nowhere(tmp_path: Path, inner: str) -> None:
    drop = Drop(tmp_path / "inbound", WholeBy.RENAME)
    outside = tmp_path / "outside"
    outside.mkdir()
    (drop.path / "first.csv").write_bytes(CSV)
    look = drop.look()
    if inner != ".archive":
        (drop.path / inner).rename(tmp_path / "moved")
    (drop.path / inner).symlink_to(outside)
    (outside / "other.csv").write_bytes(b"not ours")
    if inner != ".archive":
        (drop.path / "second.csv").write_bytes(CSV)
        swapped = drop.look()
        assert swapped.claims == ()
        assert swapped.incidents[0].kind is Kind.FOLDER
    with pytest.raises(TransportError, match="no links"):
        drop.claims.archive(look.claims, "2026-11-23")
    assert all(path.read_bytes() in (b"not ours", CSV) for path in outside.iterdir())
    assert {path.name for path in outside.iterdir()} <= {"other.csv", "second.csv"}


class Swapping(FolderDisk):
    """Lets somebody replace the file just before it is claimed."""

    def __init__(self, swap: Path, target: Path | None) -> None:
        super().__init__()
        self._swap, self._target = swap, target

    def make_folder_in(self, folder: OpenFolder, name: bytes, mode: int = 0o700) -> None:
        super().make_folder_in(folder, name, mode)
        if self._swap.exists() and not self._swap.is_symlink():
            self._swap.unlink()
            if self._target is None:
                self._swap.write_bytes(b"half of it")
            else:
                self._swap.symlink_to(self._target)


@pytest.mark.parametrize("linked", [True, False])
def test_a_file_that_is_replaced_between_look_and_claim_goes_back(tmp_path: Path, linked: bool) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    swap = tmp_path / "in" / "acorn" / "edi" / "a.csv"
    drop = Drop(tmp_path / "in", WholeBy.RENAME, Swapping(swap, tmp_path / "secret" if linked else None))
    swap.write_bytes(CSV)
    assert drop.look().claims == ()
    assert drop.claims.left() == ()
    assert swap.is_symlink() is linked


def test_a_folder_that_is_missing_is_told_once_and_used_when_it_is_there(tmp_path: Path) -> None:
    drop = Drop(tmp_path, WholeBy.RENAME)
    drop.path.rmdir()
    first = drop.look()
    assert (first.incidents[0].kind, drop.look().incidents) == (Kind.FOLDER, ())
    assert "is tried again by itself" in first.incidents[0].text
    drop.path.mkdir()
    (drop.path / "a.csv").write_bytes(CSV)
    assert drop.taken(drop.look()) == {b"a.csv": CSV}


def test_claims_are_promised_only_when_both_folders_are_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop = Drop(tmp_path, WholeBy.RENAME)
    drop.look()
    (drop.path / "a.csv").write_bytes(CSV)
    failing = FailingCall(monkeypatch, os, "fsync", 3, errno.EIO)
    with pytest.raises(StorageDoubtError):
        drop.look()
    assert failing.calls == 3
    assert [claim.name for claim in Drop(tmp_path, WholeBy.RENAME).claims.left()] == [b"a.csv"]


def test_a_file_that_is_still_written_while_it_is_read_is_told(tmp_path: Path) -> None:
    drop = Drop(tmp_path, WholeBy.RENAME)
    with (drop.path / "a.csv").open("wb") as writer:
        writer.write(CSV)
        writer.flush()
        (claim,) = drop.look().claims
        with drop.claims.opened(claim) as pieces, pytest.raises(TransportError, match="still written"):
            for _ in pieces:
                writer.write(b"more")
                writer.flush()
    assert drop.claims.give_back(claim)
    assert (drop.path / "a.csv").exists()


def test_nothing_in_archive_or_quarantine_is_replaced(tmp_path: Path) -> None:
    drop = Drop(tmp_path, WholeBy.RENAME)
    for content in (b"1", b"2", b"3"):
        (drop.path / "a.csv").write_bytes(content)
        drop.claims.archive(drop.look().claims, "2026-11-23")
        (drop.path / "b.csv").write_bytes(content)
        drop.claims.set_aside(drop.look().claims[0], QUARANTINE)
    day = drop.path / ".archive" / "2026-11-23"
    assert {path.name: path.read_bytes() for path in day.iterdir()} == {
        "a.csv": b"1",
        "a-2.csv": b"2",
        "a-3.csv": b"3",
    }
    assert len(list((drop.path / ".quarantine").iterdir())) == 3


def test_a_reply_takes_the_place_of_the_earlier_one(tmp_path: Path) -> None:
    drop = Drop(tmp_path, WholeBy.RENAME)
    replying = Replying(drop.place, drop.disk, WholeBy.RENAME)
    replying.reply([Reply(b"a.csv", False, b"wrong")])
    replying.reply([Reply(b"a.csv", True, b"right"), Reply(b"n" * 255, True, b"long")])
    assert (drop.path / "a.csv.ok").read_bytes() == b"right"
    assert not (drop.path / "a.csv.err").exists()
    assert len(list(drop.path.iterdir())) == 2
    assert drop.look(9999).claims == ()


def test_ten_thousand_files_are_taken_in_few_looks(tmp_path: Path) -> None:
    drop = Drop(tmp_path, WholeBy.RENAME)
    for number in range(10_000):
        (drop.path / f"{number}.csv").touch()
    assert [len(drop.look().claims) for _ in range(6)] == [2000] * 5 + [0]
    assert len(drop.claims.left()) == 10_000
