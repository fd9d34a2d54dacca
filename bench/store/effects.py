"""The row that is written where it does not matter what is written."""

from __future__ import annotations

from gateway.store.writing.transaction import Transaction

TEXT = "Something that a person should know, in as many words as it usually takes to say so."


def one_row(transaction: Transaction) -> dict[str, object]:
    """A row of the table of alerts."""
    return {
        "id": transaction.new_id(),
        "severity": "information",
        "code": "bench",
        "about": "bench",
        "text": TEXT,
        "times": 1,
        "opened_at": transaction.now,
        "last_at": transaction.now,
    }
