"""The ledger of a workspace: its keys, its signer, the places of its witnesses, and how it is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from gateway.errors import TamperedError, UsageError
from gateway.ledger.notes import SigningKey, VerifierKey
from gateway.ledger.pack import pack_files, zip_bytes
from gateway.secrets import read_secret
from gateway.service.around import Surroundings
from gateway.service.parts import parts_of
from gateway.settings import Settings, read_settings
from gateway.store.alerts import Telling
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.payloads.vault import Vault
from gateway.store.proving.export import export
from gateway.store.proving.packs import Prepared, pack_of
from gateway.store.signing.signed_file import at_rest, origin_of, read_signed_file
from gateway.store.signing.signer import Signer
from gateway.store.store import VAULT, Parts, Store
from gateway.store.verifying.log import LogKeys, verify
from gateway.store.verifying.opened import DeepMeans
from gateway.store.verifying.report import VerifyReport
from gateway.store.witnesses.places import CommandPlace, FolderPlace, Place, StampPlace
from gateway.store.writing.leaf_rows import extent_of

MOST_NOTE = 1_000_000


def signer_of(store: Store, environment: Mapping[str, str], telling: Telling | None = None) -> Signer:
    """The signer of an open store. Raises `UsageError` when its key cannot be read."""
    root = store.parts.folder.parent
    return Signer(store, _seed(root, read_settings(root), environment), telling)


def places_of(root: Path, settings: Settings, around: Surroundings) -> list[Place]:
    """The places that the settings name for checkpoints; a folder is relative to the workspace."""
    places: list[Place] = []
    for each in settings.ledger.witnesses:
        if each.folder is not None:
            places.append(FolderPlace(root / each.folder, around.disk))
        else:
            places.append(CommandPlace(each.command, root, around.environment, around.clock))
    if settings.ledger.timestamps is not None:
        places.append(StampPlace(settings.ledger.timestamps, around.clock, around.random))
    return places


def check(
    root: Path,
    around: Surroundings,
    *,
    checkpoints: Sequence[Path] = (),
    keys: Sequence[str] = (),
    deep: bool = False,
) -> VerifyReport:
    """Check the ledger of a workspace; a service may run meanwhile, and what it adds is not looked at.

    `checkpoints` are files that were kept outside, `keys` public keys of earlier epochs. Raises
    `GatewayError` when the workspace cannot be read.
    """
    notes = [_read(path) for path in checkpoints]
    others = tuple(_key(each) for each in keys)
    with _reading(root, around) as parts, parts.database.reading() as connection:
        log = LogKeys(parts.log_name, _public(root, around), others)
        with at_rest(parts.folder):
            extent_of(connection)  # from here on the connection sees this moment
            signed = read_signed_file(parts.disk, parts.folder) or b""
        return verify(connection, log, notes, signed, _means(parts) if deep else None)


def pack(root: Path, around: Surroundings, prepared: Prepared) -> bytes:
    """The proof pack that a command `prove` prepared, as a zip file."""
    with _reading(root, around) as parts, parts.database.reading() as connection:
        key = VerifierKey(origin_of(parts.log_name, prepared.epoch), _public(root, around))
        made = pack_of(connection, _means(parts), prepared, key, around.clock.now())
        return zip_bytes(pack_files(made))


def exported(root: Path, around: Surroundings) -> Iterator[bytes]:
    """The lines of an export of the whole ledger."""
    with _reading(root, around) as parts, parts.database.reading() as connection:
        public = _public(root, around)
        epochs = range(1, extent_of(connection).epoch + 1)
        keys = [VerifierKey(origin_of(parts.log_name, epoch), public) for epoch in epochs]
        yield from export(connection, parts.log_name, keys)


def read_prepared(answer: Mapping[str, object]) -> Prepared:
    """What the command `prove` answered."""
    return msgspec.convert(answer, Prepared)


def _means(parts: Parts) -> DeepMeans:
    keys = MessageKeys(parts.workspace_keys, parts.random)
    return DeepMeans(keys, Vault(parts.folder / VAULT, parts.disk, parts.random))


@contextmanager
def _reading(root: Path, around: Surroundings) -> Iterator[Parts]:
    parts = parts_of(root, around)
    try:
        yield parts
    finally:
        parts.database.close()


def _public(root: Path, around: Surroundings) -> bytes:
    name = origin_of("log", 1)
    return SigningKey(name, _seed(root, read_settings(root), around.environment)).verifier.public


def _seed(root: Path, settings: Settings, environment: Mapping[str, str]) -> bytes:
    text = read_secret(settings.ledger.signing_key, root, environment).reveal()
    try:
        return SigningKey.from_text(text.strip()).seed
    except (TamperedError, ValueError) as fault:
        raise UsageError(f"ledger.signing_key in gateway.yaml names no signing key: {fault}") from None


def _key(given: str) -> VerifierKey:
    """A public key, or a file that holds one."""
    path = Path(given)
    text = _read(path).decode("utf-8", "replace") if path.is_file() else given
    try:
        return VerifierKey.from_text(text.strip())
    except TamperedError as fault:
        raise UsageError(f"{given[:100]} is no public key, and no file with one: {fault}") from fault


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_NOTE + 1)
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}; correct the path") from fault
