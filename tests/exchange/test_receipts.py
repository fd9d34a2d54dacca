"""Whatever comes as an answer, in whatever order, leads to one final state; and refused is never lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import permutations
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.acknowledgments.answered import (
    Acknowledged,
    AcknowledgedGroup,
    AcknowledgedInterchange,
    AcknowledgedSet,
    Identity,
    Parties,
)
from gateway.agreements.partner import Calendar
from gateway.exchange.receipts import (
    AWAITED,
    Ambiguous,
    Answered,
    Matched,
    SentGroup,
    SentInterchange,
    SentSet,
    Standing,
    State,
    Unmatched,
    apply,
    match,
    problems,
    standing_of,
)
from gateway.findings import found
from gateway.report import Verdict

US, SHOP, MALL = Identity("01", "US"), Identity("ZZ", "SHOP"), Identity("ZZ", "MALL")
SENT = SentInterchange(
    id="i1",
    isa13="000000042",
    date="261123",
    time="1200",
    sender=US,
    receiver=SHOP,
    groups=(
        SentGroup(
            gs01="IN",
            gs06="7",
            sender="USGS",
            receiver="SHOPGS",
            sets=(SentSet("810", "0001", "d1"), SentSet("810", "0002", "d2"), SentSet("810", "0003", "d3")),
        ),
    ),
)
PARTIES = Parties(sender=SHOP, receiver=US, application_sender="SHOPGS", application_receiver="USGS")
FAULT = found("acknowledgment-segment-missing", missing="AK9")
STANDINGS = {
    Verdict.ACCEPTED: Standing.ACCEPTED,
    Verdict.ACCEPTED_WITH_ERRORS: Standing.ACCEPTED_WITH_ERRORS,
    Verdict.REJECTED: Standing.REFUSED,
    Verdict.UNREADABLE: Standing.AWAITED,
}


def ta1(verdict: Verdict) -> AcknowledgedInterchange:
    return AcknowledgedInterchange(
        parties=PARTIES, control_number="000000042", date="261123", time="1200", verdict=verdict, note="000"
    )


def functional(verdict: Verdict, **sets: Verdict) -> AcknowledgedGroup:
    """A 997 for the group that names sets as s0001, s0002, … with their verdicts."""
    named = tuple(AcknowledgedSet(st01="810", st02=name[1:], verdict=each) for name, each in sets.items())
    rejected = sum(each is Verdict.REJECTED for each in sets.values())
    return AcknowledgedGroup(
        parties=PARTIES,
        functional_identifier="IN",
        control_number="7",
        verdict=verdict,
        included=3,
        received=3,
        accepted=3 - rejected,
        sets=named,
    )


ALL_GOOD = functional(Verdict.ACCEPTED)
ALL_BAD = functional(Verdict.REJECTED)
WITH_ERRORS = functional(Verdict.ACCEPTED_WITH_ERRORS, s0002=Verdict.ACCEPTED_WITH_ERRORS)
SECOND_BAD = functional(Verdict.PARTIALLY_ACCEPTED, s0002=Verdict.REJECTED)
UNCLEAR = replace(functional(Verdict.PARTIALLY_ACCEPTED), received=3, accepted=2)
STRANGER = functional(Verdict.ACCEPTED, s0009=Verdict.ACCEPTED)
DAMAGED = replace(ALL_GOOD, findings=(FAULT,))
DAMAGED_REFUSAL = replace(ALL_BAD, findings=(FAULT,))
TA1_GOOD, TA1_BAD = ta1(Verdict.ACCEPTED), ta1(Verdict.REJECTED)
ONE_REFUSED = ["accepted", "refused", "accepted"]
EVERY = (
    *(ALL_GOOD, ALL_BAD, WITH_ERRORS, SECOND_BAD, UNCLEAR, STRANGER, DAMAGED, DAMAGED_REFUSAL),
    *(TA1_GOOD, TA1_BAD),
)


answers_of = st.lists(st.sampled_from(EVERY), max_size=6)


def after(*answers: Acknowledged) -> Answered:
    state = AWAITED
    for answer in answers:
        state = apply(SENT, state, answer).state
    return Answered(state, problems(state))


def standings(outcome: Answered) -> list[str]:
    return [standing_of(outcome.state, each).value for each in ("d1", "d2", "d3")]


def codes(outcome: Answered) -> set[str]:
    return {finding.code for finding in outcome.findings}


@pytest.mark.parametrize(
    ("answers", "standing", "told"),
    [
        ([TA1_GOOD, ALL_GOOD, ALL_GOOD, WITH_ERRORS, TA1_GOOD], ["accepted_with_errors"] * 3, set()),
        ([TA1_GOOD, SECOND_BAD, SECOND_BAD, TA1_GOOD, SECOND_BAD], ONE_REFUSED, set()),
        ([ALL_GOOD, ALL_BAD, TA1_GOOD, WITH_ERRORS, ALL_GOOD], ["refused"] * 3, {"receipt-contradicts"}),
        ([SECOND_BAD, ALL_GOOD, UNCLEAR, TA1_GOOD, ALL_GOOD], ONE_REFUSED, {"receipt-contradicts"}),
        ([TA1_GOOD, TA1_BAD, ALL_GOOD, DAMAGED, ALL_GOOD], ["refused"] * 3, {"receipt-contradicts"}),
        ([TA1_BAD, TA1_BAD, DAMAGED, UNCLEAR, TA1_BAD], ["refused"] * 3, {"receipt-unclear"}),
        ([UNCLEAR, DAMAGED, TA1_GOOD, UNCLEAR, TA1_GOOD], ["awaited"] * 3, {"receipt-unclear"}),
        ([STRANGER, ALL_GOOD, STRANGER, TA1_GOOD, ALL_GOOD], ["accepted"] * 3, {"receipt-set-unknown"}),
        ([DAMAGED_REFUSAL, TA1_GOOD, UNCLEAR, DAMAGED, TA1_GOOD], ["refused"] * 3, set()),
    ],
)
def test_all_orders_of_five_answers_lead_to_one_state(
    answers: Sequence[Acknowledged], standing: list[str], told: set[str]
) -> None:
    outcomes = [after(*order) for order in permutations(answers)]
    assert len(outcomes) == 120
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert standings(outcomes[0]) == standing
    assert codes(outcomes[0]) == told


@given(answers_of.flatmap(lambda answers: st.tuples(st.just(answers), st.permutations(answers * 2))))
def test_neither_order_nor_repetition_changes_what_is_known(
    orders: tuple[list[Acknowledged], list[Acknowledged]],
) -> None:
    answers, again = orders
    assert after(*again) == after(*answers)


@given(st.lists(st.sampled_from(EVERY), max_size=4), st.sampled_from(EVERY))
def test_a_refusal_is_never_undone_and_nothing_that_was_told_is_forgotten(
    answers: list[Acknowledged], more: Acknowledged
) -> None:
    before, then = after(*answers), after(*answers, more)
    ranks = [Standing.AWAITED, Standing.ACCEPTED, Standing.ACCEPTED_WITH_ERRORS, Standing.REFUSED]
    for document in ("d1", "d2", "d3"):
        was, is_now = standing_of(before.state, document), standing_of(then.state, document)
        assert ranks.index(is_now) >= ranks.index(was)
        assert set(before.state.documents.get(document, ())) <= set(then.state.documents.get(document, ()))
    assert set(before.state.envelope) <= set(then.state.envelope)


@pytest.mark.parametrize(("verdict", "standing"), STANDINGS.items())
def test_a_verdict_on_the_group_holds_for_each_set(verdict: Verdict, standing: Standing) -> None:
    assert standings(after(functional(verdict))) == [standing.value] * 3


def test_nothing_is_known_before_an_answer_and_an_accepted_envelope_accepts_no_set() -> None:
    assert standings(after()) == ["awaited"] * 3
    assert standings(after(TA1_GOOD)) == ["awaited"] * 3
    assert standings(after(TA1_BAD)) == ["refused"] * 3


def test_an_answer_to_one_group_says_nothing_of_another() -> None:
    other = replace(SENT.groups[0], gs06="8", sets=(SentSet("810", "0001", "d9"),))
    sent = replace(SENT, groups=(*SENT.groups, other))
    state = apply(sent, AWAITED, ALL_BAD).state
    assert standing_of(state, "d1") is Standing.REFUSED
    assert standing_of(state, "d9") is Standing.AWAITED


def test_a_damaged_answer_is_believed_when_it_refuses_and_not_when_it_accepts() -> None:
    assert standings(after(DAMAGED)) == ["awaited"] * 3
    assert codes(after(DAMAGED)) == {"receipt-unclear"}
    assert standings(after(DAMAGED_REFUSAL)) == ["refused"] * 3


def test_only_who_received_it_can_answer_it() -> None:
    for answer in (ALL_GOOD, TA1_GOOD):
        assert match([SENT], answer) == Matched(SENT)
        from_mall = replace(answer, parties=replace(PARTIES, sender=MALL))
        to_mall = replace(answer, parties=replace(PARTIES, receiver=MALL))
        not_swapped = replace(answer, parties=replace(PARTIES, sender=US, receiver=SHOP))
        for other in (from_mall, to_mall, not_swapped):
            outcome = match([SENT], other)
            assert isinstance(outcome, Unmatched)
            assert outcome.finding.code == "receipt-unmatched"


@pytest.mark.parametrize("side", ["application_sender", "application_receiver"])
def test_a_group_is_answered_by_the_application_that_got_it_where_it_is_named(side: str) -> None:
    other = replace(ALL_GOOD, parties=replace(PARTIES, **{side: "OTHER"}))
    assert isinstance(match([SENT], other), Unmatched)
    unnamed = replace(ALL_GOOD, parties=replace(PARTIES, **{side: ""}))
    assert match([SENT], unnamed) == Matched(SENT)


def test_numbers_are_compared_without_leading_zeros_and_with_the_kind_of_group() -> None:
    assert match([SENT], replace(ALL_GOOD, control_number="0007")) == Matched(SENT)
    assert isinstance(match([SENT], replace(ALL_GOOD, control_number="8")), Unmatched)
    assert isinstance(match([SENT], replace(ALL_GOOD, functional_identifier="SH")), Unmatched)


@pytest.mark.parametrize(("field", "value"), [("control_number", "43"), ("date", "261124"), ("time", "1201")])
def test_a_ta1_is_about_the_interchange_of_its_number_day_and_time(field: str, value: str) -> None:
    assert isinstance(match([SENT], replace(TA1_GOOD, **{field: value})), Unmatched)


def test_an_answer_that_fits_two_sendings_is_taken_for_neither() -> None:
    twin = replace(SENT, id="i2", isa13="000000043")
    outcome = match([SENT, twin], ALL_GOOD)
    assert isinstance(outcome, Ambiguous)
    assert outcome.sent == (SENT, twin)
    assert outcome.finding.code == "receipt-ambiguous"
    assert "i1, i2" in outcome.finding.message
    assert match([SENT, twin], TA1_GOOD) == Matched(SENT)


def test_the_state_of_answers_is_plain_data_that_can_be_kept() -> None:
    state = after(ALL_GOOD, TA1_BAD, STRANGER).state
    assert msgspec.json.decode(msgspec.json.encode(state), type=State) == state


SENT_AT = datetime(2026, 11, 25, 17, tzinfo=UTC)  # noon in New York; the next day is a holiday
NEW_YORK = ZoneInfo("America/New_York")
HOLIDAYS = Calendar(holidays=(date(2026, 11, 26),))
