"""A backup becomes a workspace again: its files, its keys as the operator put them there, its store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from gateway.errors import TamperedError, UsageError
from gateway.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from gateway.ledger.ed25519 import KEY_LENGTH
from gateway.ledger.notes import SigningKey, parse_note
from gateway.secrets import read_secret
from gateway.service.around import Surroundings
from gateway.service.given import key_of_log, read_note
from gateway.service.parts import parts_of, user_of, workspace_keys_of
from gateway.settings import Settings, read_settings
from gateway.store.backup.check import check_backup, check_maker
from gateway.store.backup.form import CONFIGURATION
from gateway.store.backup.restoring import RestoreReport, lay_out, restore
from gateway.workspace import SETTINGS_FILE

OWNER_ONLY = 0o600


class LaidOutOnly(NamedTuple):
    """Only the files are there: `missing` says which key is to be put where."""

    missing: str
    written: tuple[str, ...]


class Known(NamedTuple):
    """What the operator knows beside the backup: all of it may be left out.

    `checkpoint` is a file with the latest that a witness kept, `log_key` the public key that signed it, or a
    file that holds it.
    """

    checkpoint: Path | None = None
    log_key: str | None = None
    epoch_above: int = 0


def restored(backup: Path, root: Path, known: Known, around: Surroundings) -> RestoreReport | LaidOutOnly:
    """Restore a backup into a folder; where a key is missing only its files. Raises `GatewayError`.

    Where the keys are there, nothing is written before they have shown that the backup is ours.
    """
    checked = check_backup(backup, around.disk)
    settings = read_settings(root if (root / SETTINGS_FILE).exists() else backup / CONFIGURATION)
    missing = _missing_keys(root, settings, around)
    if not missing and not (root / SETTINGS_FILE).exists():
        missing = _chosen_by_the_backup(root, settings)
    if not missing:
        check_maker(checked, around.disk, workspace_keys_of(root, settings, around))
    laid = lay_out(checked, root, around.disk)
    if missing:
        return LaidOutOnly(missing, laid.written)
    _make_signing_key(root, settings, around)
    parts = parts_of(root, settings, around)
    try:
        return restore(backup, parts, user_of(os.getuid()), _later(known), known.epoch_above)
    finally:
        parts.database.close()


def reaches(root: Path) -> tuple[str, ...]:
    """What the service of a workspace reaches by itself, as the settings have it; for people."""
    settings = read_settings(root)
    ledger, alerts = settings.ledger, settings.alerts
    found = [f"the witness {each.folder or each.command[0]}" for each in ledger.witnesses]
    if ledger.timestamps is not None:
        found.append(f"time stamps of {ledger.timestamps}")
    if alerts.mail is not None:
        found.append(f"alerts by mail to {', '.join(alerts.mail.to)}")
    if alerts.command is not None:
        found.append(f"alerts by {alerts.command.run[0]}")
    return tuple(found)


def _missing_keys(root: Path, settings: Settings, around: Surroundings) -> str:
    try:
        for secret in (settings.keys.workspace, *settings.keys.earlier):
            read_secret(secret, root, around.environment)
    except UsageError as fault:
        return str(fault)
    return ""


def _chosen_by_the_backup(root: Path, settings: Settings) -> str:
    """In words, a key that lies elsewhere, as nobody but the backup says: it must not vouch for itself."""
    for secret in (settings.keys.workspace, *settings.keys.earlier):
        if secret.file is not None and not (root / secret.file).resolve().is_relative_to(root.resolve()):
            return (
                f"the gateway.yaml of the backup names the key {secret.file}, which lies outside of the "
                f"workspace; see that it is yours"
            )
    return ""


def _make_signing_key(root: Path, settings: Settings, around: Surroundings) -> None:
    """A new epoch may be signed with a new key; no backup has the old one."""
    name = settings.ledger.signing_key.file
    if name is not None and not around.disk.exists(root / name):
        key = SigningKey(settings.ledger.name, around.random.bytes(KEY_LENGTH))
        around.disk.replace(root / name, f"{key.text}\n".encode(), OWNER_ONLY)


def _later(known: Known) -> Checkpoint | None:
    if known.checkpoint is None:
        return None
    if known.log_key is None:
        raise UsageError("Name the public key of the ledger with --log-key; its witness keeps it in log.vkey")
    note = read_note(known.checkpoint)
    try:
        origin = parse_checkpoint(parse_note(note).text).origin
        return open_checkpoint(note, key_of_log(known.log_key, origin))
    except TamperedError as fault:
        raise UsageError(f"{known.checkpoint} is no checkpoint of this ledger: {fault}") from fault
