"""The `gateway.yaml` of a new workspace: every setting with its default, to be read and changed by people."""

from __future__ import annotations

import json
import re

__all__ = ["ledger_name", "settings_text"]

_TEXT = """\
# The settings of this workspace. Every key may be left out: what stands after `#` is its default, or an
# example where there is none. To change one, remove its `#` and write what you want; `docs/settings.md`
# explains each. A mistake is told with its line when the gateway starts.
#
# Secrets never stand here. They are named: `{env: NAME}` is a variable of the environment, `{file: PATH}` a
# file that its owner alone may read (chmod 600). Paths are relative to this folder.

store:
  # `sqlite` is the file var/gateway.db. A PostgreSQL database has an address without password:
  # postgresql://user@host:port/name
  #database: sqlite
  # Example; PostgreSQL alone has one.
  #password: {env: GATEWAY_DATABASE_PASSWORD}
  # How long to wait for a database that another program holds.
  #busy_seconds: 5

keys:
  # Wraps the keys of messages. Without it nobody can read what was received: keep a copy in a safe place.
  #workspace: {file: var/keys/workspace.key}
  # Example: keys that were in use before, for what was kept under them.
  #earlier: [{file: var/keys/workspace-2025.key}]

ledger:
  # Stands in every checkpoint. Never change it once checkpoints have left the house.
  name: LEDGER NAME
  # Signs the checkpoints.
  #signing_key: {file: var/keys/ledger.key}
  # Example: where checkpoints are kept beside this machine, each a folder or a command.
  #witnesses: [{folder: /mnt/witness}, {command: [/usr/local/bin/send-checkpoint, auditor]}]
  # Example: a service of time stamps (RFC 3161).
  #timestamps: https://timestamps.example.com/tsr
  # Example: its certificate, by which `gateway ledger verify` checks the stamps.
  #timestamp_certificate: timestamps.pem
  # How often a checkpoint is made, if something has changed since the last one.
  #checkpoint_minutes: 60

limits:
  # Up to this size, what a message says is kept in the database, else in a file of its own.
  #inline_bytes: 64 KiB
  # What is larger is refused.
  #largest_file: 256 MiB
  # What stays free of the disk: the larger of the two. While less is free, nothing is taken in.
  #free_disk_bytes: 512 MiB
  #free_disk_percent: 5

alerts:
  # Alerts are always in the log and in `gateway alerts list`; mail and a command are further ways.
  # Severities are error, warning and note.
  # Examples but for port, tls and severities.
  #mail:
    #host: mail.example.com
    #port: 587
    #from: gateway@example.com
    #to: [edi@example.com]
    # `none` or `starttls`.
    #tls: starttls
    #user: gateway
    #password: {file: var/keys/mail.password}
    #severities: [error]
  # Example but for severities: a program with its arguments.
  #command:
    #run: [/usr/local/bin/page, --team, edi]
    #severities: [error]
  # After how many days without a backup one is missed; 0 where other programs take backups of all of it.
  #backup_days: 7

queue:
  # How many steps run at the same time.
  #workers: 4
  # How often a step is tried before it waits for a person.
  #tries: 10
"""


def settings_text(name: str, database: str | None = None) -> str:
    """The text of `gateway.yaml` for a ledger of this name, and a database other than the default."""
    text = _TEXT.replace("LEDGER NAME", name)
    return (
        text if database is None else text.replace("#database: sqlite", f"database: {json.dumps(database)}")
    )


def ledger_name(host: str, folder: str) -> str:
    """A name for the ledger, from those of the machine and the workspace folder: `edi.example.com/acorn`."""
    return f"{_part(host) or 'gateway.local'}/{_part(folder) or 'workspace'}"


def _part(name: str) -> str:
    return re.sub(r"[^a-z0-9.-]+", "-", name.lower())[:100].strip("-.")
