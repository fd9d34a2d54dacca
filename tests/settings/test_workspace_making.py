"""A new workspace is whole, private where it must be, and can be finished after a stop at any step."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.errors import StorageFullError, UsageError
from gateway.secrets import read_secret
from gateway.settings import read_settings
from gateway.settings.text import ledger_name, settings_text
from gateway.store.disk import Disk, OpenFile
from gateway.workspace import Workspace, is_workspace
from gateway.workspace_making import MARKER, Contents, is_unfinished, make_workspace
from tests.disks import StoppedError, StoppingDisk

CONTENTS = Contents(settings_text("edi.example.com/acorn"), "workspace key\n", "ledger key\n")
OTHER = Contents(settings_text("other.example.com/other"), "other key\n", "other ledger key\n")
KEYS = ("var/keys/workspace.key", "var/keys/ledger.key")


def files_of(folder: Path) -> dict[str, str]:
    """Every file below the folder with its text."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def ordinary_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("ordinary_umask")
def test_a_new_workspace_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "companies" / "acorn"
    made = make_workspace(folder, CONTENTS, Disk())
    assert not made.finished
    assert set(files_of(folder)) | {path for path in made.made if (folder / path).is_dir()} == set(made.made)
    names = {path.name for path in folder.iterdir()}
    assert names == {"partners", "mappings", "schemas", "inbound", "outbound", "var", "gateway.yaml"}
    assert [mode_of(folder / name) for name in ("var", "var/keys", *KEYS)] == [0o700, 0o700, 0o600, 0o600]
    assert [mode_of(folder / name) for name in ("partners", "inbound", "gateway.yaml")] == [
        0o755,
        0o755,
        0o644,
    ]
    assert is_workspace(folder)
    assert Workspace.around(folder / "inbound").root == folder
    assert not is_unfinished(folder)


def test_what_was_made_works(tmp_path: Path) -> None:
    make_workspace(tmp_path, CONTENTS, Disk())
    settings = read_settings(tmp_path)
    assert settings.ledger.name == "edi.example.com/acorn"
    assert read_secret(settings.keys.workspace, tmp_path, {}).reveal() == "workspace key"
    assert read_secret(settings.ledger.signing_key, tmp_path, {}).reveal() == "ledger key"
    assert Workspace(tmp_path, defaults=tmp_path).list("partners") == ()


def test_git_keeps_the_folders_and_not_the_state(tmp_path: Path) -> None:
    make_workspace(tmp_path, CONTENTS, Disk())
    assert (tmp_path / "var/.gitignore").read_text(encoding="utf-8") == "*\n"
    kept = [name for name in files_of(tmp_path) if not name.startswith("var/")]
    assert {name.split("/")[0] for name in kept} >= {"partners", "mappings", "schemas", "inbound", "outbound"}


def test_a_folder_with_hidden_files_alone_is_taken_and_they_stay(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / "lost+found").mkdir()
    make_workspace(tmp_path, CONTENTS, Disk())
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "mine\n"


def test_a_workspace_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    make_workspace(tmp_path, CONTENTS, Disk())
    before = files_of(tmp_path)
    with pytest.raises(UsageError, match="is a workspace already; nothing was changed"):
        make_workspace(tmp_path, OTHER, Disk())
    assert files_of(tmp_path) == before


@pytest.mark.parametrize("name", ["gateway.yaml", "partners/mappings"])
def test_what_is_a_workspace_by_its_files_is_refused(tmp_path: Path, name: str) -> None:
    for each in name.split("/"):
        (tmp_path / each).mkdir()
    with pytest.raises(UsageError, match="is a workspace already"):
        make_workspace(tmp_path, CONTENTS, Disk())


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).touch()
    with pytest.raises(UsageError, match="is not empty: it holds a, b, c, …; name a new or an empty folder"):
        make_workspace(tmp_path, CONTENTS, Disk())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c", "d"]


def test_what_can_be_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="file is a file; name a folder"):
        make_workspace(tmp_path / "file", CONTENTS, Disk())
    with pytest.raises(UsageError, match=r"dangling cannot be made: File exists"):
        make_workspace(tmp_path / "dangling", CONTENTS, Disk())
    with pytest.raises(UsageError, match="File name too long"):
        make_workspace(tmp_path / ("n" * 300), CONTENTS, Disk())


class TearingDisk(StoppingDisk):
    """Stops between parts of what is written, too."""

    def write(self, file: OpenFile, data: bytes) -> None:
        Disk.write(self, file, data)

    def write_some(self, file: OpenFile, data: memoryview) -> int:
        self.step()
        return super().write_some(file, data[: len(data) // 2 + 1])


def test_a_stop_at_any_step_can_be_finished(tmp_path: Path) -> None:
    """Each file is then of the first call or of the second, whole; the workspace lacks and leaves nothing."""
    make_workspace(tmp_path / "whole", CONTENTS, Disk())
    wanted = files_of(tmp_path / "whole")
    for step in range(1000):
        folder = tmp_path / f"stopped-{step}"
        try:
            make_workspace(folder, CONTENTS, TearingDisk(step))
        except StoppedError:
            unfinished = is_unfinished(folder)
        else:
            break
        for name in files_of(folder):  # nothing has its name before it is whole
            assert name.endswith(".part") or name == MARKER or files_of(folder)[name] == wanted[name]
        if is_workspace(folder) and not unfinished:
            assert files_of(folder) == wanted
            continue
        assert make_workspace(folder, OTHER, Disk()).finished is unfinished
        found = files_of(folder)
        assert found.keys() == wanted.keys(), step
        for name, text in found.items():
            assert text in (
                wanted[name],
                dict(zip(("gateway.yaml", *KEYS), OTHER[:3], strict=True)).get(name),
            )
        assert not is_unfinished(folder)
    assert step > 50


def test_a_stopped_call_leaves_keys_that_are_kept(tmp_path: Path) -> None:
    make_workspace(tmp_path, CONTENTS, Disk())
    (tmp_path / MARKER).touch()
    (tmp_path / KEYS[1]).unlink()
    made = make_workspace(tmp_path, OTHER, Disk())
    assert made == ((KEYS[1],), True)
    assert [files_of(tmp_path)[name] for name in KEYS] == ["workspace key\n", "other ledger key\n"]


def test_two_calls_at_once_do_not_meet(tmp_path: Path) -> None:
    with (tmp_path / MARKER).open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="Another program is making"):
            make_workspace(tmp_path, CONTENTS, Disk())
    assert make_workspace(tmp_path, CONTENTS, Disk()).finished


class FullDisk(Disk):
    """Has no room for the second key."""

    def write_some(self, file: OpenFile, data: memoryview) -> int:
        if file.path.name.startswith("ledger.key"):
            raise StorageFullError("There is no room")
        return super().write_some(file, data)


def test_a_full_disk_is_told_and_the_rest_made_later(tmp_path: Path) -> None:
    with pytest.raises(StorageFullError):
        make_workspace(tmp_path, CONTENTS, FullDisk())
    assert is_unfinished(tmp_path)
    assert make_workspace(tmp_path, OTHER, Disk()).made == (KEYS[1],)


def test_keys_do_not_show_themselves() -> None:
    assert "key" not in repr(CONTENTS)


@pytest.mark.parametrize(
    ("host", "folder", "name"),
    [
        ("edi.example.com", "acorn", "edi.example.com/acorn"),
        ("EDI_1", "Acorn & Söhne", "edi-1/acorn-s-hne"),
        ("", "..", "gateway.local/workspace"),
        ("h" * 300, "f" * 300, f"{'h' * 100}/{'f' * 100}"),
    ],
)
def test_the_name_of_the_ledger_can_stand_in_the_settings(
    tmp_path: Path, host: str, folder: str, name: str
) -> None:
    assert ledger_name(host, folder) == name
    (tmp_path / "gateway.yaml").write_text(settings_text(ledger_name(host, folder)), encoding="utf-8")
    assert read_settings(tmp_path).ledger.name == name
