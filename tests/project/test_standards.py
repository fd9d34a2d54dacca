"""The definitions of X12 out of the cache: the same as from files, rebuilt when anything is wrong."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest

from gateway import standards
from gateway.errors import DataFileError
from gateway.schema.packed import pack, unpack
from gateway.standards import Standards
from gateway.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with definitions of its own and nothing in its cache."""
    (tmp_path / "partners").mkdir()
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    return Workspace(tmp_path)


def unread(*_: object) -> None:
    pytest.fail("the files are read again")


def kept(workspace: Workspace) -> list[Path]:
    return sorted((workspace.root or ROOT).glob("var/cache/*.code"))


def test_the_second_start_reads_no_file_of_definitions(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Standards(workspace)
    read = (dict(first.releases), first.envelope)
    assert len(kept(workspace)) == len(first.releases) + 1
    monkeypatch.setattr(standards, "load_release", unread)
    monkeypatch.setattr(standards, "load_envelope", unread)
    again = Standards(workspace)
    assert (dict(again.releases), again.envelope) == read


def test_elements_that_segments_share_stay_one_object() -> None:
    release = Standards(Workspace(ROOT)).releases["004010"]
    again = unpack(pack(release))
    assert again == release
    assert again is not None
    assert again.segments["BEG"].uses[4].content is again.elements["373"]


def test_a_changed_file_of_definitions_is_read_anew(workspace: Workspace) -> None:
    assert Standards(workspace).releases["004010"].segments["BEG"].name != "Changed"
    assert workspace.root is not None
    path = workspace.root / "schemas/x12/004010/segments.yaml"
    name = Standards(workspace).releases["004010"].segments["BEG"].name
    text = path.read_text(encoding="utf-8")
    assert name in text
    path.write_text(text.replace(name, "Changed"), encoding="utf-8")
    assert Standards(workspace).releases["004010"].segments["BEG"].name == "Changed"


def test_a_changed_base_is_read_anew_with_the_release_based_on_it(workspace: Workspace) -> None:
    assert workspace.root is not None
    path = workspace.root / "schemas/x12/004010/segments.yaml"
    name = Standards(workspace).releases["005010"].segments["BEG"].name
    path.write_text(path.read_text(encoding="utf-8").replace(name, "Changed"), encoding="utf-8")
    assert Standards(workspace).releases["005010"].segments["BEG"].name == "Changed"


def test_another_version_of_the_program_takes_nothing_of_this_one(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Standards(workspace).envelope
    monkeypatch.setattr(standards, "__version__", "999")
    monkeypatch.setattr(standards, "unpack", unread)
    assert Standards(workspace).envelope == before
    assert len(kept(workspace)) == 2


@pytest.mark.parametrize("damage", ["a bit", "cut off", "open to others"])
def test_what_cannot_be_trusted_is_built_anew(workspace: Workspace, damage: str) -> None:
    before = Standards(workspace).envelope
    (path,) = kept(workspace)
    data = path.read_bytes()
    if damage == "a bit":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "cut off":
        path.write_bytes(data[: len(data) // 2])
    else:
        path.chmod(0o666)
    assert Standards(workspace).envelope == before
    assert path.read_bytes() == data
    assert path.stat().st_mode & 0o777 == 0o600


def test_faulty_definitions_are_told_each_time_and_never_kept(workspace: Workspace) -> None:
    assert workspace.root is not None
    (workspace.root / "schemas/x12/004010/850.yaml").write_text("set: [\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(DataFileError, match=r"850\.yaml"):
            _ = Standards(workspace).releases["004010"]
    assert kept(workspace) == []


class Hostile:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit('ran')",)


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps(Hostile()),
        pickle.dumps([1]),
        b"",
        b"junk",
        pickle.dumps(Path("x")),
        b"\x80\x05]\x94(h\x05",
    ],
)
def test_bytes_of_anything_else_are_no_release_and_run_nothing(data: bytes) -> None:
    assert unpack(data) is None
