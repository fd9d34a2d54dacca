"""Answers that are kept to be given again, held against the leaves of what they answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, text

from gateway.store.verifying.opened import AT_ONCE, Checking
from gateway.store.verifying.report import Flaw

_ROWS = text("SELECT key, answer, made_at FROM request WHERE key IN :keys").bindparams(
    bindparam("keys", expanding=True)
)
_COUNT = text("SELECT count(*) FROM request")


class Told(NamedTuple):
    """What a leaf says of a request: under which key it came, what was answered, and when."""

    key: str
    answer: str
    at: str


def check_requests(checking: Checking, told: Sequence[Told]) -> None:
    """That the rows of these are there, as they were written, or were forgotten after their time."""
    for start in range(0, len(told), AT_ONCE):
        some = told[start : start + AT_ONCE]
        found = {row[0]: row[1:] for row in checking.select(_ROWS, keys=[each.key for each in some])}
        for key, answer, at in some:
            kept = found.get(key)
            if at < checking.forgotten and (kept is None or kept[1] != at):
                continue
            if kept is None:
                checking.faults.add(
                    Flaw.REQUEST, f"request {key}", "it is forgotten: what is sent again is kept again"
                )
                continue
            checking.requests += 1
            if kept != (answer, at):
                checking.faults.add(Flaw.REQUEST, f"request {key}", "another answer is kept than was given")


def check_no_more_requests(checking: Checking) -> None:
    """When all that leaves tell of were checked: that there are no others."""
    ((count,),) = checking.select(_COUNT)
    if count != checking.requests:
        words = f"{count} answers are kept, and leaves tell of {checking.requests}"
        checking.faults.add(Flaw.REQUEST, "requests", words)
