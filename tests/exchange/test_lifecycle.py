"""The life of a message: each state can be reached, is accounted for, and is left only as the table says."""

from __future__ import annotations

import pytest

from gateway.lifecycle import (
    ACCOUNTS,
    TABLE,
    WITHOUT_DOCUMENTS,
    Account,
    Event,
    Kind,
    State,
    WrongStateError,
    after,
    allows,
)

BY_A_PERSON = frozenset(
    (Event.IS_TAKEN_UP_AGAIN, Event.IS_RELEASED, Event.IS_CALLED_OFF, Event.IS_SENT_AGAIN, Event.WAS_ERASED)
)
WAITS_FOR_A_PERSON = frozenset(
    (State.QUARANTINED, State.FAILED, State.HELD, State.UNDELIVERABLE, State.UNKNOWN)
)
DELIVERED = frozenset((State.DELIVERED, State.ACCEPTED, State.REFUSED, State.OVERDUE))


def _states(kind: Kind) -> set[State]:
    return {state for row in TABLE if row.kind is kind for state in (row.before, row.after) if state}


@pytest.mark.parametrize("kind", Kind)
def test_every_state_is_reached_from_the_beginning(kind: Kind) -> None:
    reached: set[State | None] = {None}
    while more := {row.after for row in TABLE if row.kind is kind and row.before in reached} - reached:
        reached |= more
    assert reached - {None} == _states(kind)


def test_no_state_is_without_a_kind_and_none_without_an_account() -> None:
    used = {state for kind in Kind for state in _states(kind)}
    assert used | {State.ERASED} == set(State)
    assert set(ACCOUNTS) == set(State)
    assert set(ACCOUNTS.values()) == set(Account)


def test_no_event_leads_from_one_state_to_two() -> None:
    causes = [(row.kind, row.before, row.event) for row in TABLE]
    assert len(causes) == len(set(causes))


@pytest.mark.parametrize("kind", Kind)
def test_a_message_comes_to_be_in_one_way(kind: Kind) -> None:
    assert len([row for row in TABLE if row.kind is kind and row.before is None]) == 1


def test_every_event_but_erasure_has_a_row() -> None:
    assert {row.event for row in TABLE} == set(Event) - {Event.WAS_ERASED}


@pytest.mark.parametrize(
    ("ending", "event"),
    [
        (State.REJECTED, Event.IS_AT_FAULT),
        (State.FAILED, Event.WE_FAILED),
        (State.QUARANTINED, Event.CANNOT_BE_PLACED),
        (State.DUPLICATE, Event.CAME_BEFORE),
        (State.HELD, Event.IS_KEPT_BACK),
        (State.CANCELLED, Event.IS_CALLED_OFF),
        (State.ACCEPTED, Event.RECEIPT_ACCEPTS),
        (State.REFUSED, Event.RECEIPT_REFUSES),
        (State.OVERDUE, Event.RECEIPT_IS_LATE),
    ],
)
def test_an_ending_has_one_event_and_an_event_one_ending(ending: State, event: Event) -> None:
    assert {row.event for row in TABLE if row.after is ending} == {event}
    assert {row.after for row in TABLE if row.event is event} == {ending}


def test_what_was_rejected_and_what_came_twice_is_over() -> None:
    over = (State.REJECTED, State.DUPLICATE, State.CANCELLED)
    assert [row for row in TABLE if row.before in over] == []


@pytest.mark.parametrize("kind", Kind)
def test_a_person_can_lead_on_and_call_off_whatever_waits_for_one(kind: Kind) -> None:
    for state in WAITS_FOR_A_PERSON & _states(kind):
        events = {row.event for row in TABLE if row.kind is kind and row.before is state}
        assert Event.IS_CALLED_OFF in events, state
        assert events & (BY_A_PERSON | {Event.WAS_DELIVERED}) - {Event.IS_CALLED_OFF}, state


def test_nothing_that_was_delivered_is_called_off_or_comes_back_as_open_but_to_be_sent_again() -> None:
    back = [row for row in TABLE if row.before in DELIVERED and row.after not in DELIVERED]
    assert {(row.kind, row.event) for row in back} == {(Kind.SENDING, Event.IS_SENT_AGAIN)}


def test_refused_beats_accepted_and_a_late_receipt_still_counts() -> None:
    assert after(Kind.SENDING, State.ACCEPTED, Event.RECEIPT_REFUSES) is State.REFUSED
    assert not allows(Kind.SENDING, State.REFUSED, Event.RECEIPT_ACCEPTS)
    assert after(Kind.SENDING, State.OVERDUE, Event.RECEIPT_ACCEPTS) is State.ACCEPTED


def test_accounts_tell_what_needs_somebody_from_what_is_done() -> None:
    assert {state for state, account in ACCOUNTS.items() if account is Account.DELIVERED} == {
        *DELIVERED,
        WITHOUT_DOCUMENTS,
    }
    assert all(ACCOUNTS[state] in (Account.OPEN, Account.HELD) for state in WAITS_FOR_A_PERSON)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("state", State)
def test_whatever_is_there_can_be_erased_and_what_is_erased_stays_so(kind: Kind, state: State) -> None:
    assert allows(kind, state, Event.WAS_ERASED)
    assert after(kind, state, Event.WAS_ERASED) is State.ERASED
    assert not any(allows(kind, State.ERASED, each) for each in set(Event) - {Event.WAS_ERASED})
    assert not allows(kind, None, Event.WAS_ERASED)


def test_what_cannot_happen_is_told_in_words() -> None:
    with pytest.raises(WrongStateError) as refused:
        after(Kind.SENDING, State.ACCEPTED, Event.IS_CALLED_OFF)
    assert str(refused.value) == "A sending that is accepted cannot take the event `is called off`"
    with pytest.raises(WrongStateError) as absent:
        after(Kind.DOCUMENT, None, Event.WAS_ERASED)
    assert str(absent.value) == "A document that is not there yet cannot take the event `was erased`"
