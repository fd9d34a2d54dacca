"""YAML out of the cache: the same as from its text, read anew when anything is changed or wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway import kept_nodes
from gateway.code_cache import CodeCache
from gateway.errors import Mistake
from gateway.formats.yaml_nodes import Mapping, read_nodes
from gateway.kept_nodes import KeptNodes

KEYS = "`a:`"
TEXT = "a: 01\nb: [x, ~, {c: 'null'}]\n# a remark\nd: &e {f: g}\nh: *e\n"
READ = read_nodes("file.yaml", TEXT, KEYS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "cache"


def read(folder: Path, text: str = TEXT) -> tuple[Mapping | None, list[Mistake]]:
    """What a run of its own reads."""
    return KeptNodes(CodeCache(folder)).read("file.yaml", text, KEYS)


def parsed(*_: object) -> None:
    pytest.fail("the text is parsed again")


def test_a_text_is_parsed_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(folder) == READ
    monkeypatch.setattr(kept_nodes, "read_nodes", parsed)
    assert read(folder) == READ
    assert KeptNodes(CodeCache(folder)).read("of another name.yaml", TEXT, KEYS) == READ


def test_without_a_cache_it_is_parsed_each_time() -> None:
    assert KeptNodes(None).read("file.yaml", TEXT, KEYS) == READ


def test_a_changed_text_is_parsed(folder: Path) -> None:
    read(folder)
    changed = TEXT.replace("01", "02")
    assert read(folder, changed) == read_nodes("file.yaml", changed, KEYS)
    assert read(folder) == READ


def spoil(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-3] ^= 1
    file.write_bytes(data)


def cut_off(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 5)


def fill_with_other_nodes(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"01", b"02"))


def open_to_others(file: Path) -> None:
    fill_with_other_nodes(file)
    file.chmod(0o666)


def open_the_folder(file: Path) -> None:
    fill_with_other_nodes(file)
    file.parent.chmod(0o777)


@pytest.mark.parametrize(
    "damage",
    [spoil, cut_off, fill_with_other_nodes, open_to_others, open_the_folder],
    ids=lambda each: each.__name__,
)
def test_what_cannot_be_trusted_is_made_anew(folder: Path, damage: object) -> None:
    read(folder)
    (file,) = folder.iterdir()
    data = file.read_bytes()
    assert callable(damage)
    damage(file)
    assert read(folder) == READ
    assert file.read_bytes() == data
    assert [path.stat().st_mode & 0o777 for path in (folder, file)] == [0o700, 0o600]


def test_nodes_of_another_owner_are_not_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read(folder)
    someone_else = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: someone_else)
    monkeypatch.setattr(kept_nodes, "unpack", parsed)
    assert read(folder) == READ


@pytest.mark.parametrize("kept", [b"", b"junk", b"\xc1", b"\x93\xa8Sequence\x90\x01", b"\x92\xa7Mapping\x90"])
def test_bytes_that_are_no_mapping_are_not_taken(
    folder: Path, kept: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_nodes, "pack", lambda nodes: kept)
    read(folder)
    assert CodeCache(folder).load(next(folder.iterdir()).stem) == kept
    assert read(folder) == READ


@pytest.mark.parametrize("changed", ["the gateway", "the parser"])
def test_another_version_takes_nothing_of_this_one(
    folder: Path, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(folder)
    if changed == "the gateway":
        monkeypatch.setattr(kept_nodes, "__version__", "999")
    else:
        monkeypatch.setattr(kept_nodes, "PARSER", "ruamel.yaml.scanner")  # a file with other contents
    monkeypatch.setattr(kept_nodes, "unpack", parsed)
    assert read(folder) == READ
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2\n", "- a\n", ""])
def test_mistakes_are_told_each_time_and_never_kept(folder: Path, text: str) -> None:
    told = read_nodes("file.yaml", text, KEYS)
    assert told[1] != []
    assert [read(folder, text), read(folder, text)] == [told, told]
    assert not folder.exists()


@pytest.mark.parametrize(
    "text",
    [
        'a: "\\ud800"\n',
        f"a: &x {'x' * 100_000}\nb: [{', '.join(['*x'] * 5_000)}]\n",
    ],
    ids=["half a surrogate pair", "a long text, repeated"],
)
def test_what_cannot_be_packed_well_is_parsed_each_time(folder: Path, text: str) -> None:
    assert read(folder, text) == read_nodes("file.yaml", text, KEYS)
    assert not folder.exists()
