"""The statements of the queue. States stand in them as they are: an index of some rows is only used then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import String, TextClause, bindparam, text
from sqlalchemy.sql.expression import TextualSelect

from gateway.store.columns import Moment
from gateway.store.queue.steps import BACKGROUND, FOREGROUND, PRIORITIES

_COLUMNS = "n, id, kind, body, dedupe, lane, priority, run_at, message_id, tries, harms, deaths, leases"
_MINE = "n = :n AND id = :id AND state = 'leased' AND leases = :lease"
_DUE = "state = 'waiting' AND deaths = 0"
_SUSPECT = "state = 'waiting' AND deaths > 0"
_HEAD = "state IN ('waiting', 'leased')"
_TIMES = ("now", "until", "run_at", "before", "latest", "too_late")
_TEXTS = ("lane", "error")


def _statement(sql: str) -> TextClause:
    """A statement whose times are handed in as times; PostgreSQL is told what is text."""
    times = [bindparam(name, type_=Moment()) for name in _TIMES if f":{name}" in sql]
    texts = [bindparam(name, type_=String()) for name in _TEXTS if f":{name}" in sql]
    return text(sql).bindparams(*times, *texts)


def _steps(sql: str) -> TextualSelect:
    return _statement(sql).columns(run_at=Moment())


ENQUEUE = _statement(
    f"""
    INSERT INTO step (id, kind, dedupe, lane, priority, run_at, state, tries, harms, deaths, leases,
                      message_id, body, made_at)
    VALUES (:id, :kind, :dedupe, :lane, :priority, :run_at,
            CASE WHEN EXISTS (SELECT 1 FROM step WHERE lane = :lane AND {_HEAD})
                 THEN 'behind' ELSE 'waiting' END,
            0, 0, 0, 0, :message, :body, :now)
    ON CONFLICT (dedupe) DO NOTHING RETURNING id
    """
)

LOOK = _statement(
    f"""
    SELECT EXISTS (SELECT 1 FROM step WHERE {_SUSPECT} AND run_at <= :now) AS suspect,
           EXISTS (SELECT 1 FROM step WHERE state = 'leased') AS busy,
           EXISTS (SELECT 1 FROM step WHERE state = 'leased' AND deaths > 0) AS alone
    """
)

_LEASE = "UPDATE step SET state = 'leased', leases = leases + 1, lease_by = :by, lease_until = :until"
LEASE_SUSPECT = _steps(
    f"""
    {_LEASE} WHERE n = (SELECT n FROM step WHERE {_SUSPECT} AND run_at <= :now ORDER BY run_at, n LIMIT 1)
    RETURNING {_COLUMNS}
    """
)


def _lease(priorities: Sequence[int]) -> TextualSelect:
    """Lease what is due of some priorities."""
    of_each = " UNION ALL ".join(
        f"SELECT * FROM (SELECT n, priority, run_at FROM step WHERE {_DUE} AND priority = {priority} "
        f"AND run_at <= :now ORDER BY run_at, n LIMIT :limit) AS p{place}"
        for place, priority in enumerate(priorities)
    )
    return _steps(
        f"""
        {_LEASE} WHERE n IN (SELECT n FROM ({of_each}) AS due ORDER BY priority DESC, run_at, n LIMIT :limit)
        RETURNING {_COLUMNS}
        """
    )


def _following(priorities: Sequence[int]) -> TextualSelect:
    """When the next of some priorities is due, or one with which a process ended."""
    first_of_each = " UNION ALL ".join(
        f"SELECT min(run_at) AS run_at FROM step WHERE {_DUE} AND priority = {priority}"
        for priority in priorities
    )
    return _steps(
        f"""
        SELECT min(run_at) AS run_at FROM (
            {first_of_each} UNION ALL SELECT min(run_at) AS run_at FROM step WHERE {_SUSPECT}
        ) AS first
        """
    )


_TOGETHER = (PRIORITIES, FOREGROUND, (BACKGROUND,))  # what is leased together
LEASE: Mapping[Sequence[int], TextualSelect] = MappingProxyType({each: _lease(each) for each in _TOGETHER})
FOLLOWING: Mapping[Sequence[int], TextualSelect] = MappingProxyType(
    {each: _following(each) for each in _TOGETHER}
)

HEARTBEAT = _statement(f"UPDATE step SET lease_until = :until WHERE {_MINE}")
FINISH = _statement(
    f"UPDATE step SET state = 'done', ended_at = :now, lease_by = NULL, lease_until = NULL WHERE {_MINE}"
)
END = _statement(
    f"""
    UPDATE step SET state = :state, ended_at = :now, tries = :tries, harms = :harms, deaths = :deaths,
                    last_error = :error, lease_by = NULL, lease_until = NULL
    WHERE {_MINE}
    """
)
WAIT = _statement(
    f"""
    UPDATE step SET state = 'waiting', run_at = :run_at, tries = :tries, harms = :harms, deaths = :deaths,
                    last_error = COALESCE(:error, last_error), lease_by = NULL, lease_until = NULL
    WHERE {_MINE}
    """
)

# The oldest of a lane comes forward, where nothing of it waits or is leased any more.
PROMOTE = _statement(
    f"""
    UPDATE step SET state = 'waiting'
    WHERE n = (SELECT min(n) FROM step WHERE lane = :lane AND state = 'behind')
      AND NOT EXISTS (SELECT 1 FROM step WHERE lane = :lane AND {_HEAD})
    """
)
DEMOTE = _statement(f"UPDATE step SET state = 'behind' WHERE lane = :lane AND {_HEAD} AND state = 'waiting'")

# `deaths` is asked for since SQLite goes through all steps for want of a reason to take the index.
STALE = _steps(
    f"""
    SELECT {_COLUMNS}, lease_by FROM step
    WHERE state = 'leased' AND deaths >= 0
      AND (lease_by <> :by OR lease_until < :now OR lease_until > :too_late)
    """
)

# What was put off by a clock that ran ahead, and is right now, would wait for as long as it was ahead. What
# has failed since waits as it should, though it was made in what is now the future.
_PUT_OFF = (
    "((tries + harms = 0 AND made_at > :now AND run_at <= made_at) "
    "OR (tries + harms > 0 AND run_at > :latest))"
)
MEND_DUE = _statement(
    f"""
    UPDATE step SET run_at = :now
    WHERE {_DUE} AND priority IN ({", ".join(map(str, PRIORITIES))}) AND run_at > :now AND {_PUT_OFF}
    """
)
MEND_SUSPECT = _statement(f"UPDATE step SET run_at = :now WHERE {_SUSPECT} AND run_at > :now AND {_PUT_OFF}")

AGAIN = _statement(
    """
    UPDATE step SET state = 'behind', run_at = :now, tries = 0, harms = 0, deaths = 0,
                    ended_at = NULL
    WHERE n = :n
    """
)
COME_AGAIN = _statement(
    """
    UPDATE step SET state = 'behind', run_at = :run_at, body = :body, tries = 0, harms = 0, deaths = 0,
                    ended_at = NULL
    WHERE n = :n AND id = :id AND state = 'done' AND leases = :lease
    """
)
AT_ONCE = _statement("UPDATE step SET state = 'waiting' WHERE n = :n")
CANCEL = _statement(
    """
    UPDATE step SET state = 'cancelled', ended_at = :now, lease_by = NULL, lease_until = NULL WHERE n = :n
    """
)
PURGE = _statement(
    """
    DELETE FROM step WHERE n IN (
        SELECT n FROM step WHERE state IN ('done', 'cancelled') AND ended_at < :before
        ORDER BY ended_at LIMIT :limit
    )
    """
)
COUNTS = text(
    " UNION ALL ".join(
        f"SELECT '{state}' AS state, count(*) AS steps FROM step WHERE {rows}"
        for state, rows in (
            ("waiting", _DUE),
            ("waiting", _SUSPECT),
            ("behind", "state = 'behind'"),
            ("leased", "state = 'leased'"),
            ("dead", "state IN ('dead', 'parked') AND state = 'dead'"),
            ("parked", "state IN ('dead', 'parked') AND state = 'parked'"),
        )
    )
)
