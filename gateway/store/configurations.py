"""All that documents are translated with, kept so that each translation can be done again, byte for byte."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, select
from sqlmodel import col

from gateway import __version__
from gateway.errors import UsageError
from gateway.store.tables import ConfigurationRow, KeptText
from gateway.store.writing.transaction import Entry, Transaction

CHANGED = "configuration-changed"
SHOWN = 40  # changed files that the leaf names


@dataclass(frozen=True, slots=True)
class Texts:
    """The files of a configuration by path; `digest` names them all."""

    files: Mapping[str, str]

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each text, by path."""
        return {path: sha256(text.encode()).hexdigest() for path, text in sorted(self.files.items())}

    @property
    def digest(self) -> str:
        """What names this configuration, under this build of the gateway."""
        return sha256(json.dumps([__version__, self.digests]).encode()).hexdigest()


def latest(connection: Connection) -> str | None:
    """The digest of the configuration that was adopted last."""
    made = select(col(ConfigurationRow.digest)).order_by(col(ConfigurationRow.made_at).desc()).limit(1)
    return connection.execute(made).scalar_one_or_none()


def adopt(transaction: Transaction, texts: Texts, who: str) -> bool:
    """Keep a configuration that is used from now on; False where it is the one that was used before.

    The ledger has which files were added, removed and changed, by their digests before and after.
    """
    digest, digests = texts.digest, texts.digests
    before = latest(transaction.connection)
    if before == digest:
        return False
    packed = [
        {"digest": digests[path], "packed": zlib.compress(text.encode())}
        for path, text in texts.files.items()
    ]
    transaction.insert_missing(KeptText, *packed)
    row = {"digest": digest, "made_at": transaction.now, "build": __version__, "files": json.dumps(digests)}
    known = select(col(ConfigurationRow.digest)).where(col(ConfigurationRow.digest) == digest)
    if transaction.connection.execute(known).first() is None:
        transaction.insert(ConfigurationRow, row)
    else:
        again = ConfigurationRow.__table__.update()  # type: ignore[attr-defined]  # SQLModel does not type it
        transaction.connection.execute(
            again.where(col(ConfigurationRow.digest) == digest).values(made_at=transaction.now)
        )
    earlier = files_of(transaction.connection, before) if before else {}
    details: dict[str, str | int] = {"after": digest, "before": before or "", "build": __version__}
    details |= _differences(earlier, digests)
    transaction.record(Entry(CHANGED, who, details=details))
    return True


def files_of(connection: Connection, digest: str) -> dict[str, str]:
    """The digests of the files of a configuration, by path. Raises `UsageError` where there is none."""
    wanted = select(col(ConfigurationRow.files)).where(col(ConfigurationRow.digest) == digest)
    files = connection.execute(wanted).scalar_one_or_none()
    if files is None:
        raise UsageError(f"There is no configuration {digest}; a timeline names those that were used")
    return dict(json.loads(files))


def texts_of(connection: Connection, digest: str) -> Texts:
    """A configuration with all its texts. Raises `UsageError` where there is none."""
    files = files_of(connection, digest)
    wanted = select(col(KeptText.digest), col(KeptText.packed)).where(
        col(KeptText.digest).in_([*set(files.values())])
    )
    kept = {row.digest: zlib.decompress(row.packed).decode() for row in connection.execute(wanted)}
    return Texts({path: kept[each] for path, each in files.items()})


def _differences(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str | int]:
    """Each file that differs, with the digest it had and the one it has; of very many the first."""
    differing = sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
    if not before:
        return {"files": len(now)}
    shown = {path: [before.get(path), now.get(path)] for path in differing[:SHOWN]}
    return {"changed": len(differing), "files": json.dumps(shown)}
