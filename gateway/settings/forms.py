"""What a workspace may set, with its default and its limits."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from gateway.findings import Severity
from gateway.formats.yaml_records import BYTES
from gateway.secrets import Secret
from gateway.workspace import LEDGER_KEY, WORKSPACE_KEY


class Store(msgspec.Struct, frozen=True):
    """The database: `sqlite` is var/gateway.db; else the URL of a PostgreSQL database, without password."""

    database: str = "sqlite"
    password: Secret | None = None
    busy_seconds: Annotated[int, msgspec.Meta(ge=1, le=600)] = 5


class Keys(msgspec.Struct, frozen=True):
    """What wraps the keys of messages; `earlier` open what was wrapped before the key was changed."""

    workspace: Secret = Secret(file=WORKSPACE_KEY)
    earlier: tuple[Secret, ...] = ()


class WitnessPlace(msgspec.Struct, frozen=True):
    """Where checkpoints are kept beside the ledger: a folder, or a command that takes one. One of them."""

    folder: str | None = None
    command: tuple[str, ...] = ()


class Ledger(msgspec.Struct, frozen=True):
    """The name is the first line of every checkpoint (C2SP tlog-checkpoint, origin), before the epoch."""

    name: str = "gateway.local/workspace"
    signing_key: Secret = Secret(file=LEDGER_KEY)
    witnesses: tuple[WitnessPlace, ...] = ()
    timestamps: str | None = None
    timestamp_certificate: str | None = None
    checkpoint_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 60


class Limits(msgspec.Struct, frozen=True):
    """Sizes in bytes. What is left of the disk is the larger of `free_disk_percent` and `free_disk_bytes`."""

    inline_bytes: Annotated[int, msgspec.Meta(ge=0, le=2**20, extra=BYTES)] = 64 * 2**10
    largest_file: Annotated[int, msgspec.Meta(ge=2**10, le=2**40, extra=BYTES)] = 256 * 2**20
    free_disk_bytes: Annotated[int, msgspec.Meta(ge=0, le=2**50, extra=BYTES)] = 512 * 2**20
    free_disk_percent: Annotated[int, msgspec.Meta(ge=0, le=90)] = 5


class MailSecurity(StrEnum):
    """How the way to the mail server is secured."""

    NONE = "none"
    STARTTLS = "starttls"


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts by SMTP."""

    host: str
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 587
    sender: str = msgspec.field(name="from")
    to: tuple[str, ...]
    tls: MailSecurity = MailSecurity.STARTTLS
    user: str | None = None
    password: Secret | None = None
    severities: tuple[Severity, ...] = (Severity.ERROR,)


class AlertCommand(msgspec.Struct, frozen=True):
    """Alerts handed to a program: its name and arguments, run without a shell."""

    run: tuple[str, ...]
    severities: tuple[Severity, ...] = (Severity.ERROR,)


class Alerts(msgspec.Struct, frozen=True):
    """Who is told beside the list and the log; after how many days a backup is missed (0: never)."""

    mail: Mail | None = None
    command: AlertCommand | None = None
    backup_days: Annotated[int, msgspec.Meta(ge=0, le=366)] = 7


class Queue(msgspec.Struct, frozen=True):
    """How many steps run at the same time, and how often one is tried before it waits for a person."""

    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    tries: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10


class Settings(msgspec.Struct, frozen=True):
    """All settings; paths in them are relative to the workspace."""

    store: Store = Store()
    keys: Keys = Keys()
    ledger: Ledger = Ledger()
    limits: Limits = Limits()
    alerts: Alerts = Alerts()
    queue: Queue = Queue()
