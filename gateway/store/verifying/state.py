"""Holds the state against the ledger, both ways: rows without a leaf, and leaves without their row."""

from __future__ import annotations

from sqlalchemy import Connection, text

from gateway.store import schema
from gateway.store.payloads.message_keys import OWN_BYTES, STORE
from gateway.store.verifying.messages import check_messages
from gateway.store.verifying.opened import Checking, DeepMeans
from gateway.store.verifying.others import check_others
from gateway.store.verifying.report import Faults, Flaw, Looked
from gateway.store.verifying.witnessed import check_witnessed

_LONE = (
    *(
        (
            flaw,
            f"{table} of",
            "there is no message that it belongs to",
            text(
                f"SELECT DISTINCT t.{column} FROM {table} t LEFT JOIN message m ON m.id = t.{column} "
                "WHERE m.id IS NULL"
            ),
        )
        for flaw, table, column in (
            (Flaw.DOCUMENT, "document", "message_id"),
            (Flaw.SENDING, "sending", "message_id"),
            (Flaw.SENDING, "carried", "sending_id"),
            (Flaw.MESSAGE, "seen", "message_id"),
        )
    ),
    (
        Flaw.MESSAGE,
        "leaf",
        "it is about a message that has no row",
        text(
            "SELECT l.n FROM ledger_leaf l LEFT JOIN message m ON m.id = l.message_id "
            "WHERE l.message_id IS NOT NULL AND m.id IS NULL ORDER BY l.n"
        ),
    ),
    (
        Flaw.RECORD,
        "record",
        "there is no leaf that it belongs to",
        text(
            "SELECT r.n FROM ledger_record r LEFT JOIN ledger_leaf l ON l.n = r.n WHERE l.n IS NULL "
            "ORDER BY r.n"
        ),
    ),
    (  # a record begins with random bytes of its own, and opens for the words of its leaf at any place
        Flaw.RECORD,
        "record",
        "another leaf tells the same beside: somebody added a leaf once more",
        text(
            "SELECT max(n) FROM ledger_record WHERE sealed IS NOT NULL "
            f"GROUP BY substr(sealed, 1, {OWN_BYTES}) HAVING count(*) > 1 ORDER BY 1"
        ),
    ),
    (
        Flaw.PAYLOAD,
        "payload",
        "there is no message that it belongs to",
        text("SELECT p.id FROM payload p LEFT JOIN message m ON m.id = p.message_id WHERE m.id IS NULL"),
    ),
    (
        Flaw.SEARCH_KEY,
        "message",
        "search keys lead to it, and it has no row",
        text(
            "SELECT DISTINCT s.message_id FROM search_key s LEFT JOIN message m ON m.id = s.message_id "
            "WHERE m.id IS NULL"
        ),
    ),
    (
        Flaw.KEY,
        "key of",
        "there is no message that it belongs to",
        text(
            "SELECT k.message_id FROM message_key k LEFT JOIN message m ON m.id = k.message_id "
            f"WHERE m.id IS NULL AND k.message_id <> '{STORE}'"
        ),
    ),
)


def check_state(connection: Connection, means: DeepMeans, faults: Faults, looked: Looked) -> None:
    """All of the state that the ledger tells of."""
    checking = Checking(connection, means, faults, looked)
    checking.actors = {str(row[0]) for row in checking.select(text("SELECT id FROM actor"))}
    check_others(checking)
    check_messages(checking)
    check_witnessed(checking)
    for fault in schema.damage(connection):
        faults.add(Flaw.TABLES, "tables", fault)
    _lone(checking)


def _lone(checking: Checking) -> None:
    for code, word, fault, statement in _LONE:
        for row in checking.select(statement):
            checking.faults.add(code, f"{word} {row[0]}", fault)
