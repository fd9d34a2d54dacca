"""A secret is read from where it is named, if nobody else can; what it says is shown by nothing."""

from __future__ import annotations

import os
import pickle
import traceback
from pathlib import Path

import pytest

from gateway.errors import UsageError
from gateway.secrets import MAX_SECRET, Secret, SecretText, read_secret

HIDDEN = "hunter2secret"


def stored(folder: Path, data: bytes, mode: int = 0o600) -> Secret:
    path = folder / "the key"
    path.write_bytes(data)
    path.chmod(mode)
    return Secret(file="the key")


def test_a_variable_is_read(tmp_path: Path) -> None:
    assert read_secret(Secret(env="KEY"), tmp_path, {"KEY": HIDDEN}).reveal() == HIDDEN


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"hunter2secret\n", HIDDEN),
        (b"\xef\xbb\xbfhunter2secret\r\n", HIDDEN),
        (b" a b \n\n", " a b "),
        (b"one\ntwo\n", "one\ntwo"),
    ],
)
def test_a_file_is_read_relative_to_the_workspace(tmp_path: Path, data: bytes, text: str) -> None:
    assert read_secret(stored(tmp_path, data), tmp_path, {}).reveal() == text


def test_a_file_anywhere_and_through_a_link_is_read(tmp_path: Path) -> None:
    stored(tmp_path, b"hunter2secret")
    (tmp_path / "link").symlink_to(tmp_path / "the key")
    assert read_secret(Secret(file=str(tmp_path / "link")), Path("/"), {}).reveal() == HIDDEN


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o660, 0o644])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(UsageError) as refused:
        read_secret(stored(tmp_path, HIDDEN.encode(), mode), tmp_path, {})
    assert str(refused.value).endswith(f"run: chmod 600 '{tmp_path}/the key'")


@pytest.mark.parametrize("data", [b"", b"\n", b"  \n"])
def test_an_empty_secret_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UsageError, match="is empty"):
        read_secret(stored(tmp_path, data), tmp_path, {})
    with pytest.raises(UsageError, match="the variable KEY is empty"):
        read_secret(Secret(env="KEY"), tmp_path, {"KEY": data.decode()})


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match="The variable KEY, which the settings name for a secret, is not set"
    ):
        read_secret(Secret(env="KEY"), tmp_path, {})
    with pytest.raises(UsageError, match=r"There is no file .*/gone, which the settings name for a secret"):
        read_secret(Secret(file="gone"), tmp_path, {})


def test_what_is_no_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("folder", "pipe"):
        with pytest.raises(UsageError, match=f"{name}, which the settings name for a secret, is no file"):
            read_secret(Secret(file=name), tmp_path, {})
    with pytest.raises(UsageError, match="cannot be read: File name too long"):
        read_secret(Secret(file="n" * 5000), tmp_path, {})
    with pytest.raises(UsageError, match="that is no name of a file"):
        read_secret(Secret(file="a\0b"), tmp_path, {})


@pytest.mark.parametrize("data", [b"hunter2secret\xff", b"hunter2secret\0x", b"hunter2secret" * MAX_SECRET])
def test_nothing_of_a_faulty_secret_is_in_the_fault(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UsageError) as refused:
        read_secret(stored(tmp_path, data), tmp_path, {})
    shown = "".join(traceback.TracebackException.from_exception(refused.value, capture_locals=False).format())
    assert HIDDEN not in shown
    assert refused.value.__context__ is None  # a fault of decoding holds the bytes


def test_a_variable_of_any_bytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the variable KEY is no text in UTF-8") as refused:
        read_secret(Secret(env="KEY"), tmp_path, {"KEY": os.fsdecode(b"hunter2secret\xff")})
    assert HIDDEN not in str(refused.value)


def test_a_secret_does_not_show_itself() -> None:
    secret = SecretText(HIDDEN)
    assert {repr(secret), str(secret), f"{secret}", f"{secret!r:>5}"} == {"SecretText(***)"}
    assert not hasattr(secret, "__dict__")
    with pytest.raises(TypeError):
        pickle.dumps(secret)
