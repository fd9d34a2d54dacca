"""A store of each version of the tables there ever was, opened and carried on by the gateway of today."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from gateway.errors import StoreError
from gateway.service.around import real_surroundings
from gateway.service.starting import make
from gateway.store import schema
from gateway.store.control_numbers.history import gaps, state_of
from gateway.store.database import Database
from gateway.store.messages import Search, search
from gateway.store.payloads.reading import read_payload
from gateway.store.store import Parts, make_store
from tests.processes import Running, Starter
from tests.service.planted import opened, serving
from tests.store.old.write_old import FILES, GIVEN, LOG_NAME, OLD, SKIPPED_TO, STREAM
from tests.store.stores import ME

VERSIONS = sorted(each.stem for each in OLD.glob("*.sql"))
WRONG = """
from alembic import op
import sqlalchemy as sa
revision = "9999"
down_revision = {newest!r}
branch_labels = None
depends_on = None
def upgrade():
    {what}
"""
MISTAKES = {
    "nothing": "pass",
    "a column too many": 'op.add_column("alert", sa.Column("stray", sa.String(), nullable=True))',
    "a column too few": 'op.drop_column("last_batch", "mark")',
    "a table too many": 'op.create_table("stray", sa.Column("n", sa.Integer(), primary_key=True))',
    "an index too few": 'op.drop_index("ix_message_within", "message")',
    "an index of another column": (
        'op.drop_index("ix_message_within", "message"); '
        'op.create_index("ix_message_within", "message", ["kind"])'
    ),
}


def old_workspace(version: str, root: Path) -> Path:
    """A workspace as that version left it."""
    make(root, real_surroundings())
    settings = root / "gateway.yaml"
    text = re.sub(r"(?m)^  name: .*$", f"  name: {LOG_NAME}", settings.read_text(encoding="utf-8"))
    settings.write_text(text, encoding="utf-8")
    for each in (root / "var").glob("gateway.db*"):
        each.unlink()
    shutil.copytree(OLD / version, root / "var", dirs_exist_ok=True)
    with closing(sqlite3.connect(root / "var" / "gateway.db")) as connection:
        connection.executescript((OLD / f"{version}.sql").read_text(encoding="utf-8"))
    for each in (root / "var").rglob("*"):
        each.chmod(0o700 if each.is_dir() else 0o600)
    return root


def verified(processes: Starter, root: Path) -> Running:
    """The whole ledger and every payload checked, by the command."""
    checking = processes.gateway("ledger", "verify", "--deep", folder=root)
    checking.wait()
    return checking


def test_each_version_has_its_store() -> None:
    """A new migration needs `python -m tests.store.old.write_old`, before it is released."""
    steps = ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()
    assert sorted(each.revision for each in steps) == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_store_is_read_and_carried_on(processes: Starter, tmp_path: Path, version: str) -> None:
    root = old_workspace(version, tmp_path / "ws")
    running = serving(processes, root)
    (root / "order-4.850").write_bytes(b"ISA*order four")
    handed = processes.gateway("receive", "order-4.850", "--channel", "amazon/sftp", folder=root)
    assert handed.wait() == 0, handed.err
    taking = ("take", STREAM.sender, STREAM.receiver, "interchange", "--reason", "by mail")
    taken = processes.gateway("control-numbers", *taking, folder=root)
    assert taken.wait() == 0, taken.err
    assert taken.out == f"{SKIPPED_TO:09d}\n"
    (root / "order-1.850").write_bytes(FILES["order-1.850"])
    again = ("receive", "order-1.850", "--channel", "amazon/sftp", "--key", "delivery 0", "--json")
    repeated = processes.gateway(*again, folder=root)
    assert repeated.wait() == 0, repeated.err
    assert '"again": true' in repeated.out
    checking = verified(processes, root)
    assert checking.status == 0, checking.out + checking.err
    running.kill()

    with opened(root) as store, store.database.reading() as connection:
        assert schema.version_of(connection) == schema.newest_version()
        assert schema.differences(connection) == []
        for number, (name, data) in enumerate(FILES.items()):
            (message,) = search(connection, Search(key=f"PO-00{number}"))
            assert message.arrived_at.year == 2026
            (named,) = search(connection, Search(key=name))
            assert named.id == message.id
            raw = read_payload(connection, store.keys, store.vault, message.id, "raw")
            assert b"".join(raw) == data
        stream = state_of(connection, STREAM)
        assert stream is not None
        assert stream.following == SKIPPED_TO + 1 > GIVEN
        assert gaps(connection) == ()


def test_what_was_changed_in_an_old_store_is_seen(processes: Starter, tmp_path: Path) -> None:
    root = old_workspace(VERSIONS[-1], tmp_path / "ws")
    with closing(sqlite3.connect(root / "var" / "gateway.db")) as connection:
        connection.execute("DROP TRIGGER ledger_leaf_no_update")
        connection.execute("UPDATE ledger_leaf SET body = replace(body, '2026', '2025') WHERE n = 3")
        connection.commit()
    assert verified(processes, root).status == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_leaves_of_an_old_store_are_guarded_after_it_was_brought_up_to_date(
    tmp_path: Path, version: str
) -> None:
    """Where SQLite has to copy a table to change it, its triggers are lost unless they are made anew."""
    root = old_workspace(version, tmp_path / "ws")
    with opened(root):
        pass
    with closing(sqlite3.connect(root / "var" / "gateway.db")) as connection:
        for change in ("UPDATE ledger_leaf SET body = x'00'", "DELETE FROM ledger_leaf"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed or removed"):
                connection.execute(change)


def brought_further(database: Database) -> list[object]:
    connection = database.connect_writer()
    try:
        with connection.begin():
            schema.upgrade(connection)
        return compared(connection)
    finally:
        connection.close()


def compared(connection: Connection) -> list[object]:
    with connection.begin():
        return schema.differences(connection)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_migration_is_seen(
    parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mistake: str
) -> None:
    make_store(parts, ME)
    newest = schema.newest_version()
    planted = Path(shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations"))
    wrong = WRONG.format(newest=newest, what=MISTAKES[mistake])
    (planted / "versions" / "9999_wrong.py").write_text(wrong, encoding="utf-8")
    monkeypatch.setattr(schema, "MIGRATIONS", planted)
    assert (brought_further(parts.database) == []) == (mistake == "nothing")
    with parts.database.reading() as connection:
        assert schema.version_of(connection) == "9999"
    monkeypatch.undo()
    with pytest.raises(StoreError, match="later version of the gateway"):
        brought_further(parts.database)
