"""What belongs together is found together: timelines, orders, and what is erased with a file."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gateway.errors import UsageError
from gateway.lifecycle import Event, State
from gateway.store.erasing import erase
from gateway.store.messages import Search
from gateway.store.orders import order
from gateway.store.signing.signer import Signer
from gateway.store.store import Store
from gateway.store.timeline import timeline, waiting
from gateway.store.verifying.known_keys import LogKeys
from gateway.store.verifying.log import verify
from gateway.store.verifying.opened import DeepMeans
from gateway.store.verifying.report import VerifyReport
from gateway.store.views import listed, message_called, view_of
from tests.store.days import INVOICE, Day, orders_day
from tests.store.stores import ME, SEED

WHY = "the partner asked for it"


def check(store: Store) -> VerifyReport:
    keys = LogKeys("gateway.test/log", Signer(store, SEED).verifier_of(1).public)
    with store.database.reading() as connection:
        return verify(connection, keys, (), None, DeepMeans(store.keys, store.vault))


def count(store: Store, words: str) -> int:
    with store.database.reading() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {words}")).scalar_one())


def test_a_day_of_an_order_holds_against_its_leaves(store: Store) -> None:
    day = Day(store)
    one = orders_day(day)
    receipt = day.arrive("997.x12")
    day.split(receipt)
    day.receipt(one.file, one.order, receipt)
    assert check(store).faults == ()


def test_every_message_of_a_story_tells_all_of_it_in_its_order(store: Store) -> None:
    day = Day(store)
    one, other = orders_day(day), orders_day(day, "PO-9")
    receipt = day.arrive("997.x12")
    day.receipt(one.file, one.order, receipt)
    for message in (one.arrival, one.order, one.file):
        with store.database.reading() as connection:
            story = timeline(connection, store.keys, message)
        about = {each.id for each in story.messages}
        assert about >= {one.arrival, one.order, one.file, receipt}
        assert not about & {other.arrival, other.order, other.file}
        assert [each.n for each in story.happened] == sorted({each.n for each in story.happened})
        first, last = story.happened[0], story.happened[-1]
        assert (first.what, first.who, first.details) == (
            "message-received",
            "otto",
            {"channel": "amazon/edi", "size": 8, "file": "order.850"},
        )
        assert (last.what, last.before, last.after) == ("document-accepted", "delivered", "accepted")
        assert last.details == {"event": "its receipt accepts it", "receipt": receipt}


def test_of_a_file_of_many_documents_one_tells_nothing_of_the_others(store: Store) -> None:
    day = Day(store)
    arrival = day.arrive()
    first, second = day.split(arrival, day.document(arrival), day.document(arrival, place=2, number="PO-2"))
    sent = day.send(first, second)
    with store.database.reading() as connection:
        about = {each.id for each in timeline(connection, store.keys, first).messages}
        assert about == {arrival, first, sent}
        about = {each.id for each in timeline(connection, store.keys, sent).messages}
        assert about == {arrival, first, second, sent}


def test_a_leaf_that_was_changed_is_told_as_damage(store: Store) -> None:
    one = orders_day(Day(store))
    flip = text("UPDATE ledger_record SET sealed = NULL WHERE owner = :owner")
    store.writer.do(lambda transaction: transaction.connection.execute(flip, {"owner": one.order}))
    with store.database.reading() as connection:
        happened = timeline(connection, store.keys, one.order).happened
    damaged = [each for each in happened if each.damage is not None]
    assert {each.message for each in damaged} == {one.order}
    assert all(each.details is None for each in damaged)


def test_an_id_may_be_cut_as_long_as_it_is_of_one_message(store: Store) -> None:
    one = orders_day(Day(store))
    with store.database.reading() as connection:
        assert message_called(connection, one.order.lower()) == one.order
        assert view_of(connection, one.order[:-1]).number == "PO-4711"
        with pytest.raises(UsageError, match=f"Several messages begin with '01': {one.arrival}, "):
            message_called(connection, "01")
        for wrong in ("", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "%", one.order + "0", "ÄÖ"):
            with pytest.raises(UsageError):
                message_called(connection, wrong)


def test_an_order_is_a_tree_of_what_came_and_what_was_sent_and_tells_what_is_awaited(store: Store) -> None:
    day = Day(store)
    one = orders_day(day)
    orders_day(day, "PO-9")
    billed = day.arrive("invoice.csv", "erp/files")
    invoice = day.document(billed, State.HELD, kind=INVOICE, partner="erp", why="amount-above")
    (held,) = day.split(billed, invoice)
    with store.database.reading() as connection:
        found = order(connection, "po 4711")
    tree = [
        (each.message.id, [(below.message.id, len(below.branches)) for below in each.branches])
        for each in found.branches
    ]
    assert tree == [(one.arrival, [(one.order, 1), (one.acknowledgment, 0)]), (billed, [(held, 0)])]
    awaited = [(each.message, each.what) for each in found.awaited]
    assert awaited == [
        (one.acknowledgment, "its receipt"),
        (one.file, "its receipt"),
        (held, "a person: `gateway held release` or `refuse` (amount-above)"),
        (None, "OrderAcknowledgment"),
        (None, "ShipNotice"),
    ]
    assert found.awaited[0].until is not None
    with store.database.reading() as connection, pytest.raises(UsageError, match="Nothing is known of"):
        order(connection, "PO-1")


def test_lists_have_names_pages_and_why(store: Store) -> None:
    day = Day(store)
    strange = day.arrive("strange.edi")
    day.happens(strange, Event.CANNOT_BE_PLACED, {"why": "identity-mismatch"})
    one = orders_day(day)
    with store.database.reading() as connection:
        (found,) = waiting(connection, store.keys, Search(state="quarantined"))
        assert (found.id, found.why, found.file_name) == (strange, "identity-mismatch", "strange.edi")
        every = [each.id for each in listed(connection, Search(limit=3))]
        more = [each.id for each in listed(connection, Search(before=every[-1]))]
        assert (every + more)[-1] == strange
        assert sorted(every + more) == sorted([strange, *vars_of(one)])
        documents = listed(connection, Search(message_kind="document", key="po4711"))
        assert [each.id for each in documents] == [one.order]


def vars_of(one: object) -> list[str]:
    return [getattr(one, name) for name in ("arrival", "order", "file", "acknowledgment")]


def test_with_a_file_goes_all_that_was_made_of_it_alone(store: Store) -> None:
    day = Day(store)
    one, other = orders_day(day), orders_day(day, "PO-9")
    done = erase(store, one.arrival, ME, WHY)
    assert set(done.others) == {one.order, one.file, one.acknowledgment}
    assert (done.left, done.payloads) == ((), 3)
    for message in vars_of(one):
        assert count(store, f"message_key WHERE message_id = '{message}' AND wrapped IS NOT NULL") == 0
        assert count(store, f"seen WHERE message_id = '{message}'") == 0
        assert count(store, f"search_key WHERE message_id = '{message}'") == 0
        assert count(store, f"message WHERE id = '{message}' AND state = 'erased'") == 1
    assert count(store, "document WHERE number LIKE '%4711%' OR order_number LIKE '%4711%'") == 0
    assert count(store, f"sending WHERE message_id = '{one.file}' AND file_name <> ''") == 0
    for message in vars_of(other):
        assert count(store, f"message_key WHERE message_id = '{message}' AND wrapped IS NOT NULL") == 1
    report = check(store)
    assert report.faults == ()
    assert report.looked.erased == 4


def test_what_was_sent_with_others_is_left_and_told(store: Store) -> None:
    day = Day(store)
    arrival, next_one = day.arrive(), day.arrive()
    (first,) = day.split(arrival, day.document(arrival))
    (second,) = day.split(next_one, day.document(next_one, number="PO-2"))
    both = day.send(first, second)
    done = erase(store, arrival, ME, WHY)
    assert (done.others, done.left) == ((first,), (both,))
    rest = erase(store, next_one, ME, WHY)
    assert (rest.others, rest.left) == ((second,), (both,))
    assert erase(store, both, ME, WHY).left == ()
    assert check(store).faults == ()


def test_a_document_by_itself_goes_with_what_was_sent_of_it_and_its_file_is_told(store: Store) -> None:
    day = Day(store)
    one = orders_day(day)
    (again,) = day.split_more(one.arrival, day.document(one.arrival, parent=one.order))
    done = erase(store, one.order, ME, WHY)
    assert (set(done.others), done.left) == ({one.file, again}, (one.arrival,))
    assert check(store).faults == ()
