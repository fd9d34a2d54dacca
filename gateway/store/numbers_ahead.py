"""Skips control numbers after a restore, so that none that was given after the backup is given again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.store.control_number_history import busiest_day, streams
from gateway.store.control_numbers import void_ahead
from gateway.store.new_epoch import ahead
from gateway.store.transaction import Transaction


def skip_ahead(transaction: Transaction, reason: str, who: str) -> Sequence[Mapping[str, str | int]]:
    """Skip numbers of every stream; for each the answer of `control_numbers.void_ahead`."""
    connection = transaction.connection
    keys = [state.key for state in streams(connection)]
    counts = {key: ahead(busiest_day(connection, key)) for key in keys}
    return void_ahead(transaction, counts, reason, who)
