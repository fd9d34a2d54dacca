"""Leaves that are new, looked at before anybody signs them: is each one of the gateway's own?

Who can write to the database, and has no key, can add a leaf with its hash. He cannot let it tell anything
beside, and every leaf does.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, text

from gateway.store.verifying.opened import AT_ONCE, Checking, DeepMeans
from gateway.store.verifying.report import Faults, Looked
from gateway.store.writing.leaf_rows import leaf_batches

_LEAVES = text("SELECT n, body FROM ledger_leaf WHERE message_id IN :ids ORDER BY n").bindparams(
    bindparam("ids", expanding=True)
)


def untold(connection: Connection, means: DeepMeans, start: int, end: int) -> str | None:
    """What does not hold of the leaves from number `start` to `end` - 1, in words; None when all is well."""
    checking = Checking(connection, means, Faults(), Looked())
    for rows in leaf_batches(connection, start, end):
        for at in range(0, len(rows), AT_ONCE):
            some = rows[at : at + AT_ONCE]
            messages = {message for _, message, _, _ in some if isinstance(message, str)}
            checking.learn_keys(sorted(messages))
            opened = checking.opened([(n, body) for n, _, body, _ in some])
            if checking.faults.kept:
                fault = checking.faults.kept[0]
                return f"{fault.place}: {fault.text}"
            silent = {each.leaf.message: each.leaf.n for each in opened if each.details is None}
            lost = _not_erased(checking, {message: n for message, n in silent.items() if message is not None})
            if lost is not None:
                return (
                    f"a leaf of message {lost} cannot be opened, and no later leaf of ours says who erased "
                    f"the message and why"
                )
    return None


def _not_erased(checking: Checking, messages: Mapping[str, int]) -> str | None:
    """One of these messages that nobody erased after this leaf of it, though its key is gone."""
    if not messages:
        return None
    leaves = checking.opened(checking.select(_LEAVES, ids=sorted(messages)))
    erased = {each.leaf.message: each.leaf.n for each in leaves if each.erases}
    return min((one for one, n in messages.items() if erased.get(one, -1) < n), default=None)
