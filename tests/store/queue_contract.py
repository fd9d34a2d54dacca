"""What a queue of steps promises, whatever it is made of."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import ClauseElement, Connection, select
from sqlmodel import col

from gateway.errors import UsageError
from gateway.store.payloads.message_keys import STORE
from gateway.store.people import SERVICE, Who, actor_id
from gateway.store.queue.coming_again import come_again
from gateway.store.queue.leased_table import Buried, StepQueue
from gateway.store.queue.operators import Wanted, again, cancel, count_steps, list_steps, purge_done
from gateway.store.queue.statements import (
    COUNTS,
    ENQUEUE,
    FOLLOWING,
    LEASE,
    LEASE_SUSPECT,
    LOOK,
    PROMOTE,
    STALE,
)
from gateway.store.queue.steps import Leased, LeaseLostError, NewStep, Rules
from gateway.store.receiving import Arrival
from gateway.store.tables import Alert, LedgerRecord, Step
from gateway.store.writing.books import open_record
from gateway.store.writing.transaction import Transaction
from tests.store.queue_bench import SECONDS, US, Bench, kinds
from tests.store.stores import ME

EARLIER = "process-before"
HOUR, YEAR = timedelta(hours=1), timedelta(days=365)


class QueueContract:
    """Run against each database by a class that has a fixture `bench`."""

    def test_what_is_due_comes_by_priority_then_time_then_as_it_came(self, bench: Bench) -> None:
        now = bench.clock.now()
        bench.enqueue(
            NewStep("later", run_at=now + HOUR),
            NewStep("usual-1"),
            NewStep("usual-2"),
            NewStep("earlier", run_at=now - HOUR),
            NewStep("last", priority=-2),
            NewStep("first", priority=2),
        )
        assert kinds(bench.lease(3)) == ["first", "earlier", "usual-1"]
        assert kinds(bench.lease(3)) == ["usual-2", "last"]
        assert bench.lease(3) == ()
        bench.clock.advance(3600)
        assert kinds(bench.lease(3)) == ["later"]

    def test_a_step_comes_as_it_was_given(self, bench: Bench) -> None:
        body = {"file": "Möbel\0.850", "lines": [1, 2], "last": None}
        taken = bench.add(NewStep("parse", body, dedupe="d", lane="Möbel", priority=1))
        step = bench.leased()
        assert (step.id, step.kind, step.body) == (taken, "parse", body)
        assert (step.dedupe, step.lane, step.priority, step.tries, step.harms) == ("d", "Möbel", 1, 0, 0)
        assert step.run_at == bench.clock.now()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"kind": ""},
            {"kind": "a\0"},
            {"lane": "\udc80"},
            {"lane": "x" * 301},
            {"priority": 3},
            {"message": "1"},
        ],
    )
    def test_what_no_step_can_have_is_refused_at_once(self, wrong: dict[str, object]) -> None:
        with pytest.raises(ValueError, match=r"step|message"):
            NewStep(**{"kind": "k", **wrong})  # type: ignore[arg-type]  # wrong on purpose

    def test_the_same_key_is_taken_once_also_when_it_is_done(self, bench: Bench) -> None:
        first, second = bench.enqueue(NewStep("a", dedupe="order-1"), NewStep("b", dedupe="order-1"))
        assert first is not None
        assert second is None
        bench.finish(bench.leased())
        assert bench.enqueue(NewStep("c", dedupe="order-1")) == [None]
        assert bench.lease() == ()

    def test_what_a_change_enqueues_is_gone_with_it(self, bench: Bench) -> None:
        def change(transaction: Transaction) -> None:
            bench.queue.enqueue(transaction, NewStep("a", dedupe="x", lane="l"))
            raise RuntimeError("no")

        bench.queue.due.clear()
        with pytest.raises(RuntimeError):
            bench.do(change)
        assert bench.lease() == ()
        assert not bench.queue.due.is_set()
        assert bench.enqueue(NewStep("a", dedupe="x", lane="l")) != [None]
        assert bench.queue.due.is_set()

    def test_the_end_of_a_step_and_its_effect_are_one(self, bench: Bench) -> None:
        taken = bench.add(NewStep("a"))
        step = bench.leased()

        def change(transaction: Transaction) -> None:
            bench.queue.finish(transaction, step)
            raise RuntimeError("no")

        with pytest.raises(RuntimeError):
            bench.do(change)
        assert bench.states(taken) == ["leased"]
        bench.finish(step)
        assert bench.states(taken) == ["done"]

    def test_a_lane_is_worked_in_its_order_one_at_a_time(self, bench: Bench) -> None:
        bench.enqueue(*(NewStep(f"a{n}", lane="a") for n in range(3)), NewStep("b0", lane="b"))
        taken = bench.lease()
        assert kinds(taken) == ["a0", "b0"]
        assert bench.lease() == ()
        bench.finish(*taken)
        assert kinds(bench.lease()) == ["a1"]

    def test_the_oldest_of_a_lane_goes_first_whatever_its_priority(self, bench: Bench) -> None:
        bench.enqueue(NewStep("old", lane="a", priority=-2), NewStep("new", lane="a", priority=2))
        assert kinds(bench.lease()) == ["old"]

    def test_a_step_that_waits_for_its_next_try_holds_its_lane(self, bench: Bench) -> None:
        bench.enqueue(NewStep("a0", lane="a"), NewStep("a1", lane="a"))
        assert bench.retry(bench.leased()) == "waiting"
        assert bench.lease() == ()
        bench.clock.advance(3600)
        assert kinds(bench.lease()) == ["a0"]

    def test_what_comes_again_keeps_its_place_in_its_lane(self, bench: Bench) -> None:
        bench.enqueue(*(NewStep(f"a{n}", lane="a") for n in range(3)))
        step = bench.leased()
        later = bench.clock.now() + HOUR

        def change(transaction: Transaction) -> None:
            bench.queue.finish(transaction, step)
            come_again(transaction, bench.queue, step, {"why": "away"}, later)

        bench.do(change)
        assert bench.lease() == (), "what is behind it overtook it"
        bench.clock.advance(3600)
        for kind in ("a0", "a1", "a2"):
            taken = bench.leased()
            assert taken.kind == kind
            assert taken.body == ({"why": "away"} if kind == "a0" else {})
            bench.finish(taken)

    def test_a_dead_one_and_a_parked_one_hold_no_lane(self, bench: Bench) -> None:
        bench.queue = StepQueue(Rules(tries=1))
        ids = bench.enqueue(*(NewStep(f"a{n}", lane="a") for n in range(3)))
        assert bench.retry(bench.leased()) == "dead"
        for _ in range(3):
            bench.harmed(bench.leased())
            bench.clock.advance(3600)
        assert bench.states(*ids) == ["dead", "parked", "waiting"]
        assert kinds(bench.lease()) == ["a2"]

    def test_a_cancelled_one_holds_no_lane_and_an_old_one_put_back_goes_first(self, bench: Bench) -> None:
        first, second, third = bench.enqueue(*(NewStep(f"a{n}", lane="a") for n in range(3)))
        assert first
        assert second
        assert third
        bench.queue = StepQueue(Rules(tries=1))
        bench.retry(bench.leased())
        bench.do(lambda transaction: again(transaction, bench.queue, first, ME))
        assert bench.states(first, second, third) == ["waiting", "behind", "behind"]
        bench.do(lambda transaction: cancel(transaction, bench.queue, first, "not wanted", ME))
        assert bench.states(first, second, third) == ["cancelled", "waiting", "behind"]
        bench.finish(bench.leased())
        assert kinds(bench.lease()) == ["a2"]

    def test_an_old_one_put_back_waits_for_what_is_being_worked(self, bench: Bench) -> None:
        bench.queue = StepQueue(Rules(tries=1))
        first, _ = bench.enqueue(NewStep("a0", lane="a"), NewStep("a1", lane="a"))
        assert first
        bench.retry(bench.leased())
        worked = bench.leased()
        bench.do(lambda transaction: again(transaction, bench.queue, first, ME))
        assert bench.lease() == ()
        bench.finish(worked)
        assert kinds(bench.lease()) == ["a0"]

    def test_who_lost_a_lease_cannot_end_the_step(self, bench: Bench) -> None:
        bench.add(NewStep("a"))
        lost = bench.lease(by=EARLIER)[0]
        assert bench.release() == 1
        mine = bench.leased()

        def effect(transaction: Transaction) -> None:
            row = {"id": transaction.new_id(), "severity": "s", "code": "effect", "about": "", "text": ""}
            at = {"times": 1, "opened_at": transaction.now, "last_at": transaction.now}
            transaction.insert(Alert, {**row, **at})
            bench.queue.finish(transaction, lost)

        with pytest.raises(LeaseLostError, match=lost.id):
            bench.do(effect)
        for late in (bench.retry, bench.harmed):
            with pytest.raises(LeaseLostError):
                late(lost)
        assert bench.do(lambda transaction: bench.queue.give_back(transaction, lost)) is False
        assert bench.do(lambda transaction: bench.queue.heartbeat(transaction, [lost, mine], 1)) == [lost]
        with bench.store.database.reading() as connection:
            assert connection.execute(select(col(Alert.id)).where(col(Alert.code) == "effect")).all() == []
        bench.finish(mine)
        with pytest.raises(LeaseLostError):
            bench.finish(mine)

    def test_of_steps_ended_together_one_lost_keeps_all_from_ending(self, bench: Bench) -> None:
        ids = bench.enqueue(NewStep("a"), NewStep("b"))
        first, second = bench.lease()
        bench.finish(first)
        with pytest.raises(LeaseLostError):
            bench.finish(first, second)
        assert bench.states(*ids) == ["done", "leased"]

    def test_a_heartbeat_keeps_a_lease_and_without_one_it_runs_out(self, bench: Bench) -> None:
        taken = bench.add(NewStep("a"))
        step = bench.leased()
        bench.clock.advance(SECONDS - 1)
        assert bench.do(lambda transaction: bench.queue.heartbeat(transaction, [step], SECONDS)) == []
        bench.clock.advance(SECONDS - 1)
        assert bench.release() == 0
        bench.clock.advance(2)
        assert bench.release() == 1
        assert (bench.view(taken).state, bench.view(taken).harms) == ("waiting", 1)

    def test_a_step_that_takes_its_process_down_is_parked_the_third_time(self, bench: Bench) -> None:
        taken = bench.add(NewStep("poison"))
        for number in range(3):
            assert len(bench.lease(by=f"process-{number}")) == 1
            assert bench.release(by=f"process-{number + 1}") == 1
        view = bench.view(taken)
        assert (view.state, view.harms) == ("parked", 3)
        assert view.last_error == "the process ended while it was worked on"
        assert bench.lease() == ()

    def test_those_beside_a_poison_are_not_parked_with_it(self, bench: Bench) -> None:
        """The process dies whenever the poison is in hand; all others are done by whoever lives."""
        ids = bench.enqueue(*(NewStep("good") for _ in range(4)), NewStep("poison"), NewStep("good"))
        for number in range(50):
            taken = bench.lease(by=f"process-{number}")
            if "poison" not in kinds(taken):
                if not taken:
                    break
                bench.finish(*taken)
            else:
                assert bench.release(by=f"process-{number + 1}") == len(taken)
        assert bench.states(*ids) == ["done"] * 4 + ["parked", "done"]

    def test_a_suspect_is_worked_alone(self, bench: Bench) -> None:
        bench.enqueue(NewStep("a"), NewStep("b"), NewStep("c"))
        bench.lease(2, by=EARLIER)
        bench.release()
        for wanted in ("a", "b"):
            step = bench.leased()
            assert step.kind == wanted
            assert bench.lease() == ()
            bench.finish(step)
        assert kinds(bench.lease()) == ["c"]

    def test_a_suspect_waits_until_nothing_else_is_in_hand(self, bench: Bench) -> None:
        bench.enqueue(NewStep("a"), NewStep("b"))
        bench.lease(1, by=EARLIER)
        bench.clock.advance(1)
        mine = bench.lease(1)
        assert kinds(mine) == ["b"]
        bench.do(lambda transaction: bench.queue.release_stale(transaction, US, SECONDS))
        assert bench.lease() == ()
        bench.finish(*mine)
        assert kinds(bench.lease()) == ["a"]

    def test_what_is_given_back_counts_for_nothing(self, bench: Bench) -> None:
        taken = bench.add(NewStep("a"))
        for _ in range(5):
            step = bench.leased()
            assert bench.do(partial(bench.queue.give_back, step=step))
        assert (bench.view(taken).tries, bench.view(taken).harms, bench.view(taken).state) == (
            0,
            0,
            "waiting",
        )

    def test_tries_are_counted_until_the_step_is_dead(self, bench: Bench) -> None:
        rules = Rules(tries=4)
        bench.queue = StepQueue(rules)
        taken = bench.add(NewStep("a"))
        waits = []
        for number in range(4):
            step = bench.leased()
            assert step.tries == number
            ended = bench.retry(step, error=f"away {number}\0")
            waits.append(bench.view(taken).run_at - bench.clock.now())
            bench.clock.advance(3600)
        assert ended == "dead"
        assert bench.lease() == ()
        view = bench.view(taken)
        assert (view.tries, view.last_error) == (4, "away 3\\x00")
        for number, wait in enumerate(waits[:3]):
            whole = rules.first_wait * 2**number
            assert whole / 2 <= wait <= whole

    def test_a_wait_that_was_asked_for_is_kept_up_to_the_longest(self, bench: Bench) -> None:
        taken = bench.add(NewStep("a"))
        bench.retry(bench.leased(), after=timedelta(minutes=10))
        assert bench.view(taken).run_at == bench.clock.now() + timedelta(minutes=10)
        bench.clock.advance(600)
        bench.retry(bench.leased(), after=YEAR)
        assert bench.view(taken).run_at == bench.clock.now() + HOUR

    @pytest.mark.parametrize("jump", [-HOUR, YEAR, timedelta(0)])
    def test_no_jump_of_the_clock_makes_a_storm(self, bench: Bench, jump: timedelta) -> None:
        """A jump makes each step due once more at most, and a clock that stands still none."""
        bench.enqueue(*(NewStep("a") for _ in range(20)))
        for step in bench.lease(50):
            bench.retry(step)
        bench.clock.jump(jump)
        bench.release()
        tried = 0
        while steps := bench.lease(50):
            tried += len(steps)
            for step in steps:
                bench.retry(step)
        assert tried == (20 if jump else 0)

    @pytest.mark.parametrize("ahead", [HOUR * 2, YEAR])
    def test_a_clock_that_was_ahead_puts_nothing_off_for_long(self, bench: Bench, ahead: timedelta) -> None:
        bench.clock.jump(ahead)
        wanted = bench.clock.now() + YEAR
        bench.enqueue(NewStep("tried"), NewStep("held"), NewStep("new"), NewStep("planned", run_at=wanted))
        tried, held = bench.lease(2)
        bench.retry(tried)
        bench.clock.jump(-ahead)
        assert bench.lease() == ()
        assert bench.release() == 1
        assert held.kind == "held"
        assert sorted(kinds(bench.lease())) == ["held", "new", "tried"]

    def test_a_clock_set_back_by_an_hour_holds_nothing_up(self, bench: Bench) -> None:
        bench.enqueue(NewStep("a"))
        bench.clock.jump(-HOUR)
        bench.release()
        assert kinds(bench.lease()) == ["a"]

    def test_a_live_process_does_not_lose_its_leases_by_a_jump(self, bench: Bench) -> None:
        """It says in the same change what is still worked on."""
        bench.add(NewStep("a"))
        step = bench.leased()

        def a_round(transaction: Transaction) -> int:
            bench.queue.heartbeat(transaction, [step], SECONDS)
            return bench.queue.release_stale(transaction, US, SECONDS)

        for jump in (YEAR, -YEAR, HOUR, -HOUR):
            bench.clock.jump(jump)
            assert bench.do(a_round) == 0
        bench.finish(step)

    def test_the_time_of_what_follows_is_told(self, bench: Bench) -> None:
        soon = bench.clock.now() + timedelta(seconds=7)
        bench.enqueue(NewStep("now"), NewStep("soon", run_at=soon), NewStep("late", run_at=soon + HOUR))
        hand = bench.do(lambda transaction: bench.queue.lease(transaction, US, 5, SECONDS))
        assert (kinds(hand.steps), hand.following) == (["now"], soon)

    def test_a_burial_is_in_the_ledger_and_told_in_the_same_change(self, bench: Bench) -> None:
        told: list[tuple[str, str]] = []

        def after_burial(transaction: Transaction, step: Leased, state: Buried) -> None:
            told.append((step.id, state))

        bench.queue = StepQueue(Rules(tries=1), after_burial)
        message = bench.store.intake.receive(Arrival("amazon", ME, "amazon", "o.850"), [b"ISA*"]).message
        before = len(bench.leaves("step-dead"))
        taken = bench.add(NewStep("send", message=message))
        bench.retry(bench.leased(), error="no answer of Otto Beispiel")
        leaf = bench.leaves("step-dead")[before]
        assert told == [(taken, "dead")]
        assert leaf.message == message
        assert leaf.record is not None
        assert bench.do(lambda transaction: actor_id(transaction, SERVICE)) == leaf.who
        with bench.store.database.reading() as connection:
            sealed = connection.execute(
                select(col(LedgerRecord.sealed)).where(col(LedgerRecord.n) == leaf.n)
            ).scalar_one()
        assert sealed is not None
        assert b"Otto" not in sealed

    def test_a_step_can_die_whose_message_nobody_can_read_any_more(self, bench: Bench) -> None:
        bench.queue = StepQueue(Rules(tries=1))
        message = bench.store.intake.receive(Arrival("amazon", ME, "amazon", "o.850"), [b"ISA*"]).message
        taken = bench.add(NewStep("send", message=message))
        bench.do(lambda transaction: bench.store.keys.destroy(transaction, message))
        assert bench.retry(bench.leased()) == "dead"
        leaf = bench.leaves("step-dead")[-1]
        with bench.store.database.reading() as connection:
            row = connection.execute(
                select(col(LedgerRecord.owner), col(LedgerRecord.sealed)).where(col(LedgerRecord.n) == leaf.n)
            ).one()
            key = bench.store.keys.of(connection, STORE)
        assert (row.owner, open_record(key, leaf, row.sealed).details) == (STORE, {})
        assert bench.states(taken) == ["dead"]

    def test_a_person_puts_back_what_is_dead_and_nothing_else(self, bench: Bench) -> None:
        bench.queue = StepQueue(Rules(tries=1))
        taken = bench.add(NewStep("a"))
        with pytest.raises(UsageError, match="waiting"):
            bench.do(lambda transaction: again(transaction, bench.queue, taken, ME))
        bench.retry(bench.leased())
        bench.do(lambda transaction: again(transaction, bench.queue, taken, Who("user", "rita")))
        leaf = bench.leaves("step-put-back")[-1]
        assert leaf.who == bench.do(lambda transaction: actor_id(transaction, Who("user", "rita")))
        step = bench.leased()
        assert (step.id, step.tries, step.harms) == (taken, 0, 0)
        with pytest.raises(UsageError, match="no step"):
            bench.do(lambda transaction: again(transaction, bench.queue, "nothing", ME))

    def test_what_is_done_for_a_cancelled_step_is_not_kept(self, bench: Bench) -> None:
        taken = bench.add(NewStep("a"))
        step = bench.leased()
        with pytest.raises(UsageError, match="why"):
            bench.do(lambda transaction: cancel(transaction, bench.queue, taken, " ", ME))
        bench.do(lambda transaction: cancel(transaction, bench.queue, taken, "a test order", ME))
        assert bench.leaves("step-cancelled")[-1].record is not None
        with pytest.raises(LeaseLostError):
            bench.finish(step)
        with pytest.raises(UsageError, match="cancelled"):
            bench.do(lambda transaction: cancel(transaction, bench.queue, taken, "again", ME))
        assert bench.states(taken) == ["cancelled"]

    def test_steps_are_listed_and_counted(self, bench: Bench) -> None:
        bench.queue = StepQueue(Rules(tries=1))
        dead, _, behind = bench.enqueue(NewStep("a"), NewStep("b", lane="l"), NewStep("c", lane="l"))
        bench.retry(bench.lease(1)[0])
        with bench.store.database.reading() as connection:
            assert [each.id for each in list_steps(connection, Wanted(states=("dead",)))] == [dead]
            assert [each.kind for each in list_steps(connection, Wanted())] == ["c", "b", "a"]
            assert [each.kind for each in list_steps(connection, Wanted(before=behind, limit=1))] == ["b"]
            assert [each.id for each in list_steps(connection, Wanted(kind="c"))] == [behind]
            assert count_steps(connection) == {"waiting": 1, "behind": 1, "leased": 0, "dead": 1, "parked": 0}

    def test_what_ended_long_ago_is_removed_and_nothing_else(self, bench: Bench) -> None:
        bench.queue = StepQueue(Rules(tries=1))
        bench.enqueue(*(NewStep("old", dedupe=f"d{n}") for n in range(3)), NewStep("dead"))
        steps = bench.lease()
        bench.finish(*steps[:3])
        bench.retry(steps[3])
        bench.clock.advance(10)
        limit = bench.clock.now()
        recent, waiting = bench.enqueue(NewStep("recent"), NewStep("waiting"))
        bench.finish(*bench.lease(1))
        purged = [bench.do(lambda transaction: purge_done(transaction, limit, 2)) for _ in range(3)]
        assert purged == [2, 1, 0]
        assert bench.states(recent, waiting) == ["done", "waiting"]
        with bench.store.database.reading() as connection:
            assert count_steps(connection)["dead"] == 1
        assert bench.enqueue(NewStep("old", dedupe="d0")) != [None]

    def test_each_statement_finds_its_steps_by_an_index(self, bench: Bench) -> None:
        """Of 20,000 steps that are done and 2,000 of one lane, none is looked at."""
        bench.do(_fill)
        now = bench.clock.now()
        lease = {"by": US, "until": now, "now": now}
        looks: tuple[tuple[ClauseElement, dict[str, object], str], ...] = (
            (LOOK, {"now": now}, "ix_step_suspect"),
            *((each, {**lease, "limit": 10}, "ix_step_due") for each in LEASE.values()),
            (LEASE_SUSPECT, lease, "ix_step_suspect"),
            *((each, {}, "ix_step_due") for each in FOLLOWING.values()),
            (PROMOTE, {"lane": "l"}, "ix_step_behind"),
            (STALE, {"by": US, "now": now, "too_late": now}, "ix_step_leased"),
            (COUNTS, {}, "ix_step_buried"),
        )
        for statement, given, index in looks:
            with bench.store.database.reading() as connection:
                plan = _plan(connection, str(statement.compile(dialect=connection.dialect)), given)
            assert index in plan, plan
            assert "SCAN step\n" not in plan
            assert "Seq Scan on step" not in plan
        assert "step WHERE lane = :lane AND state IN ('waiting', 'leased')" in str(ENQUEUE)


def _fill(transaction: Transaction) -> None:
    row = {"priority": 0, "run_at": transaction.now, "tries": 0, "harms": 0, "deaths": 0, "leases": 0}
    row |= {"kind": "k", "body": "{}", "made_at": transaction.now, "ended_at": transaction.now}
    done = ({"id": transaction.new_id(), "state": "done", "lane": None, **row} for _ in range(20_000))
    behind = ({"id": transaction.new_id(), "state": "behind", "lane": "l", **row} for _ in range(2000))
    transaction.insert(Step, *done, *behind)
    if transaction.connection.dialect.name == "postgresql":
        transaction.connection.exec_driver_sql("ANALYZE step")


def _plan(connection: Connection, sql: str, given: dict[str, object]) -> str:
    """How the database goes about a statement, in lines."""
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    values: object = {name: f"{value}" for name, value in given.items()}
    if connection.dialect.name == "sqlite":
        values = tuple("1" for _ in range(sql.count("?")))
    elif "limit" in given:
        values = {**given, **{name: f"{value}" for name, value in given.items() if name != "limit"}}
    rows = connection.exec_driver_sql(explain + sql, values)  # type: ignore[arg-type]  # of either style
    return "".join(f"{row[-1]}\n" for row in rows)
