"""Secrets stand in a variable of the environment or in a file of their own; settings only name them."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Mapping
from pathlib import Path

import msgspec

from gateway.errors import UsageError

__all__ = ["MAX_SECRET", "Secret", "SecretText", "open_to_others", "read_secret"]

OTHERS = stat.S_IRWXG | stat.S_IRWXO
MAX_SECRET = 65_536  # bytes; a key with its certificates has a tenth of that


class Secret(msgspec.Struct, frozen=True):
    """Where a secret stands: a variable of the environment, or a file, relative to the workspace."""

    env: str | None = None
    file: str | None = None


class SecretText:
    """A secret that was read; only `reveal` shows it, so that no message, log or dump does by chance."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "SecretText(***)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")

    def reveal(self) -> str:
        """The text itself, for the one who needs it; keep it out of messages."""
        return self._text


def read_secret(secret: Secret, workspace: Path, environment: Mapping[str, str]) -> SecretText:
    """The secret, without line ends at its end.

    Raises `UsageError` when it is missing, empty or no text, or when its file belongs to another user
    than this one or root, or others may read or write it. No message shows what was read.
    """
    if secret.env is not None:
        text = environment.get(secret.env)
        if text is None:
            raise UsageError(
                f"The variable {secret.env}, which the settings name for a secret, is not set; "
                "set it for the process that needs it"
            )
        return _checked(text, f"the variable {secret.env}")
    if secret.file is None:
        raise UsageError("A secret has neither `env` nor `file`; name one of them")
    text = _text_of(workspace / secret.file)
    return _checked(text, str(workspace / secret.file))


def open_to_others(secret: Secret, workspace: Path) -> bool:
    """Whether others than its owner may use the file of a secret; a file that is not there nobody uses."""
    if secret.file is None:
        return False
    try:
        return bool((workspace / secret.file).stat().st_mode & OTHERS)
    except (OSError, ValueError):
        return False


def _checked(text: str | None, place: str) -> SecretText:
    if text is None or not _is_text(text):
        raise UsageError(f"The secret in {place} is no text in UTF-8; write it anew")
    kept = text.rstrip("\r\n")
    if not kept.strip():
        raise UsageError(f"The secret in {place} is empty; put the secret there")
    return SecretText(kept)


def _is_text(text: str) -> bool:
    """Whether it is Unicode without NUL; a variable may hold any bytes, which then are half surrogates."""
    return all(character != "\0" and not 0xD800 <= ord(character) <= 0xDFFF for character in text)


def _text_of(path: Path) -> str | None:
    """The text of the file, None when it is not UTF-8; the fault of decoding, which shows it, ends here."""
    data = _bytes_of(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _bytes_of(path: Path) -> bytes:
    try:  # without O_NONBLOCK, opening a named pipe would wait for a writer
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise UsageError(
            f"There is no file {path}, which the settings name for a secret; put the secret there"
        ) from None
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "that is no name of a file"
        raise UsageError(f"The file of a secret {path} cannot be read: {reason}") from fault
    try:
        _refuse_unless_private(os.fstat(handle), path)
        data = os.read(handle, MAX_SECRET + 1)
    finally:
        os.close(handle)
    if len(data) > MAX_SECRET:
        raise UsageError(f"The secret in {path} is longer than {MAX_SECRET} bytes; name another file")
    return data


def _refuse_unless_private(status: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise UsageError(f"{path}, which the settings name for a secret, is no file; name a file")
    if status.st_uid not in (os.geteuid(), 0):
        raise UsageError(f"The secret in {path} belongs to another user; copy it to a file of your own")
    if status.st_mode & OTHERS:
        raise UsageError(
            f"Others than its owner may use the secret in {path}; run: chmod 600 {shlex.quote(str(path))}"
        )
