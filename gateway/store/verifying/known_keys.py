"""By which public key each epoch is checked: one from outside, then our own, then the one in the store."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec
from sqlalchemy import Connection, text

from gateway.errors import TamperedError
from gateway.ledger.checkpoint import epoch_of, origin_of
from gateway.ledger.notes import VerifierKey
from gateway.store.signing.epoch_keys import read_epoch_key


class LogKeys(msgspec.Struct, frozen=True):
    """The name of the log, the public key it is signed with now, and keys that were given from outside."""

    log: str
    public: bytes | None
    others: tuple[VerifierKey, ...] = ()


class KeySource(StrEnum):
    """Where a key comes from: the stronger first."""

    GIVEN = "given"
    SETTINGS = "settings"
    DATABASE = "database"


class UsedKey(msgspec.Struct, frozen=True):
    """The key by which an epoch is checked."""

    epoch: int
    key: str
    source: KeySource


class KnownKeys:
    """Of each epoch the keys, and what does not fit among them."""

    def __init__(self, connection: Connection, keys: LogKeys) -> None:
        self._keys = keys
        self._kept: dict[int, VerifierKey] = {}
        self._faults: list[tuple[int, str]] = []
        for number, key in connection.execute(text("SELECT number, key FROM epoch ORDER BY number")):
            if isinstance(number, int):
                try:
                    self._kept[number] = read_epoch_key(keys.log, number, key)
                except TamperedError as fault:
                    self._faults.append((number, f"{fault}"))

    def of(self, epoch: int) -> tuple[VerifierKey, ...]:
        """The keys that may have signed for an epoch; the others do not count then."""
        return self._found(epoch)[0]

    def used(self) -> tuple[UsedKey, ...]:
        """What each epoch that the database knows, or that a key was given for, is checked by."""
        named = {epoch_of(key.name) for key in self._keys.others}
        return tuple(
            UsedKey(epoch, key.text, source)
            for epoch in sorted(named | self._kept.keys())
            for keys, source in (self._found(epoch),)
            for key in keys
        )

    def faults(self) -> Iterator[tuple[int, str]]:
        """Epochs whose key in the database is not the one that it must be, with the reason."""
        yield from self._faults
        newest = max(self._kept, default=0)
        for epoch, kept in self._kept.items():
            given = self._given(epoch)
            if given and kept not in given:
                yield epoch, "its row names another public key than the one that was given"
            elif not given and epoch == newest and self._own(epoch) not in (None, kept):
                yield epoch, "its row names another public key than that of ledger.signing_key"

    def _found(self, epoch: int) -> tuple[tuple[VerifierKey, ...], KeySource]:
        given, own, kept = self._given(epoch), self._own(epoch), self._kept.get(epoch)
        if given:
            return given, KeySource.GIVEN
        if own is not None and (kept is None or kept == own or epoch >= max(self._kept)):
            return (own,), KeySource.SETTINGS
        return (() if kept is None else (kept,)), KeySource.DATABASE

    def _given(self, epoch: int) -> tuple[VerifierKey, ...]:
        name = origin_of(self._keys.log, epoch)
        return tuple(key for key in self._keys.others if key.name == name)

    def _own(self, epoch: int) -> VerifierKey | None:
        public = self._keys.public
        return None if public is None else VerifierKey(origin_of(self._keys.log, epoch), public)
