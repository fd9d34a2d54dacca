"""What people give to a command of the ledger: public keys and checkpoints, from files that they kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.errors import TamperedError, UsageError
from gateway.ledger.notes import MAX_NOTE_LENGTH, VerifierKey


def keys_given(given: str) -> tuple[VerifierKey, ...]:
    """A public key, or those in a file, one in a line. Raises `UsageError`."""
    text = read_note(Path(given)).decode("utf-8", "replace") if _is_file(given) else given
    try:
        keys = tuple(VerifierKey.from_text(line) for line in text.split())
    except TamperedError as fault:
        raise UsageError(f"{given[:100]} is no public key, and no file with one: {fault}") from fault
    if not keys:
        raise UsageError(f"{given[:100]} holds no public key")
    return keys


def key_of_log(given: str, origin: str) -> VerifierKey:
    """The key with the name `origin` among those that were given. Raises `UsageError` when none is."""
    keys = keys_given(given)
    found = next((key for key in keys if key.name == origin), None)
    if found is None:
        raise UsageError(
            f"The key that was given is of {names_of(keys)}, and one of {origin[:100]} is needed; "
            f"`gateway ledger key` prints those of all epochs"
        )
    return found


def _is_file(given: str) -> bool:
    """Whether it is one; a key may be longer than a path can be."""
    try:
        return Path(given).is_file()
    except (OSError, ValueError):
        return False


def names_of(keys: Sequence[VerifierKey]) -> str:
    """Whose keys they are, for people."""
    return ", ".join(key.name[:100] for key in keys[:3]) + (" and others" if len(keys) > 3 else "")


def read_note(path: Path) -> bytes:
    """The beginning of a file: as much as a note may have, and one byte more. Raises `UsageError`."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_NOTE_LENGTH + 1)
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}; correct the path") from fault
