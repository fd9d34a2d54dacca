"""The ledger of a workspace: its keys, its signer, the places of its witnesses, and how it is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates

from gateway.errors import UsageError
from gateway.ledger.checkpoint import log_and_epoch
from gateway.ledger.notes import VerifierKey
from gateway.ledger.pack import pack_files, zip_bytes
from gateway.service.around import Surroundings
from gateway.service.given import keys_given, names_of, read_note
from gateway.service.looking import means_of, reading
from gateway.service.parts import signing_seed
from gateway.settings import Settings, read_settings
from gateway.store.alerts import Telling
from gateway.store.proving.earlier import read_earlier, with_earlier
from gateway.store.proving.export import export
from gateway.store.proving.packs import Prepared, pack_of
from gateway.store.signing.epoch_keys import EpochKey, epoch_keys, key_of_epoch
from gateway.store.signing.signed_file import at_rest, read_signed_file
from gateway.store.signing.signer import Signer
from gateway.store.store import Store
from gateway.store.verifying.known_keys import LogKeys
from gateway.store.verifying.log import verify
from gateway.store.verifying.report import VerifyReport
from gateway.store.witnesses.places import CommandPlace, FolderPlace, Place, StampPlace
from gateway.store.writing.leaf_rows import extent_of


def signer_of(
    store: Store, settings: Settings, environment: Mapping[str, str], telling: Telling | None = None
) -> Signer:
    """The signer of an open store. Raises `UsageError` when its key cannot be read."""
    return Signer(store, signing_seed(store.parts.folder.parent, settings, environment), telling)


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

    `checkpoints` are files that were kept outside, `keys` public keys from outside, or files that hold some.
    Raises `GatewayError` when the workspace cannot be read.
    """
    notes = [read_note(path) for path in checkpoints]
    others = tuple(key for given in keys for key in keys_given(given))
    settings = read_settings(root)
    certificates = _certificates(root, settings)
    with reading(root, settings, around) as (parts, connection):
        _refuse_keys_of_others(parts.log_name, others)
        log = LogKeys(parts.log_name, parts.log_public, others)
        with at_rest(parts.folder):
            extent_of(connection)  # from here on the connection sees this moment
            signed = read_signed_file(parts.disk, parts.folder) or b""
        return verify(connection, log, notes, signed, means_of(parts) if deep else None, certificates)


def kept_keys(root: Path, around: Surroundings) -> tuple[EpochKey, ...]:
    """The public keys of the ledger, as the store has them, one for each epoch."""
    with reading(root, read_settings(root), around) as (parts, connection):
        return epoch_keys(connection, parts.log_name)


def earlier_size(root: Path, around: Surroundings, note: bytes) -> int:
    """The size of a checkpoint of this epoch that somebody kept. Raises `UsageError` for any other."""
    with reading(root, read_settings(root), around) as (parts, connection):
        epoch = extent_of(connection).epoch
        return read_earlier(note, key_of_epoch(connection, parts.log_name, epoch))


def pack(root: Path, around: Surroundings, prepared: Prepared, earlier: bytes | None = None) -> bytes:
    """The proof pack that a command `prove` prepared, as a zip file; it leads from the `earlier` note."""
    with reading(root, read_settings(root), around) as (parts, connection):
        key = key_of_epoch(connection, parts.log_name, prepared.epoch)
        made = pack_of(connection, means_of(parts), prepared, key, around.clock.now())
        if earlier is not None:
            made = with_earlier(connection, made, earlier, key)
        return zip_bytes(pack_files(made))


def exported(root: Path, around: Surroundings) -> Iterator[bytes]:
    """The lines of an export of the whole ledger."""
    with reading(root, read_settings(root), around) as (parts, connection):
        keys = [each.key for each in epoch_keys(connection, parts.log_name)]
        yield from export(connection, parts.log_name, keys)


def read_prepared(answer: Mapping[str, object]) -> Prepared:
    """What the command `prove` answered."""
    return msgspec.convert(answer, Prepared)


def _refuse_keys_of_others(log: str, keys: Sequence[VerifierKey]) -> None:
    """A key that could check nothing was meant to check something."""
    foreign = [key for key in keys if (log_and_epoch(key.name) or ("", 0))[0] != log]
    if foreign:
        raise UsageError(f"--key gives the key of {names_of(foreign)}, and this is the ledger {log}")


def _certificates(root: Path, settings: Settings) -> tuple[Certificate, ...]:
    """Those that sign time stamps, of a file in PEM (any number) or DER (one)."""
    name = settings.ledger.timestamp_certificate
    if name is None:
        return ()
    data = read_note(root / name)
    try:
        if b"-----BEGIN" in data:
            found = tuple(load_pem_x509_certificates(data))
        else:
            found = (load_der_x509_certificate(data),)
        for each in found:
            each.public_key()
            each.extensions  # noqa: B018 # read here, where what is wrong with it can be told
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise UsageError(
            f"ledger.timestamp_certificate names {name}, which is no certificate in PEM or DER; correct it"
        ) from fault
    return found
