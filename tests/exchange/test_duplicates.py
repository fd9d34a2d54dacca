"""The same is the same however it is written, and nothing else is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.agreements.agreement import Duplicates, OnDuplicate, OnRevision
from gateway.documents import Document, Invoice, OrderAcknowledgment, PurchaseOrder
from gateway.documents.parts import Moment, Party
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.exchange.duplicates import (
    Duplicate,
    First,
    Kind,
    Numbers,
    Revision,
    Scope,
    Seen,
    decide,
    of_content,
    of_file,
    of_number,
    of_numbers,
)
from tests.documents.strategies import documents

LIVE = Scope("shop", is_test=False)
OTHERS = (Scope("mall", is_test=False), Scope("shop", is_test=True))
NUMBERS = Numbers(
    sender_qualifier="ZZ",
    sender="SHOP           ",
    receiver_qualifier="01",
    receiver="US",
    isa13="000000042",
    gs06="7",
    st02="0001",
)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORDER = PurchaseOrder(
    number="PO-1",
    date=Moment(time=NOON),
    references={"deal": "D1", "department": "7"},
    parties=(Party(role="buyer", ids={"gln": "1"}),),
    lines=(PurchaseOrderLine(quantity=Decimal("10"), number="1", price=Decimal("2.50")),),
)
POLICY = Duplicates(
    file=OnDuplicate.DROP, numbers=OnDuplicate.REJECT, content=OnDuplicate.DROP, revision=OnRevision.CHANGE
)


def test_no_identity_reaches_beyond_its_partner_or_from_tests_to_what_is_meant() -> None:
    for scope in OTHERS:
        assert of_file(scope, "d") != of_file(LIVE, "d")
        assert of_numbers(scope, NUMBERS) != of_numbers(LIVE, NUMBERS)
        assert of_content(scope, ORDER) != of_content(LIVE, ORDER)
        assert of_number(scope, ORDER) != of_number(LIVE, ORDER)


def test_kinds_of_identity_never_meet() -> None:
    several = (of_file(LIVE, "d"), of_numbers(LIVE, NUMBERS), of_content(LIVE, ORDER), of_number(LIVE, ORDER))
    assert {each.kind for each in several} == set(Kind)


@pytest.mark.parametrize(
    "field", ["sender_qualifier", "sender", "receiver_qualifier", "receiver", "isa13", "gs06", "st02"]
)
def test_each_control_number_and_each_name_tells_sets_apart(field: str) -> None:
    assert of_numbers(LIVE, replace(NUMBERS, **{field: "99"})) != of_numbers(LIVE, NUMBERS)


def test_blanks_behind_names_and_zeros_before_numbers_do_not() -> None:
    same = replace(NUMBERS, sender="SHOP", isa13="42", gs06="0007", st02="1")
    assert of_numbers(LIVE, same) == of_numbers(LIVE, NUMBERS)


def test_a_part_cannot_run_into_the_next() -> None:
    one = replace(NUMBERS, sender='A","B', receiver_qualifier="C")
    other = replace(NUMBERS, sender="A", receiver_qualifier='B","C')
    assert of_numbers(LIVE, one) != of_numbers(LIVE, other)


@pytest.mark.parametrize(
    "same",
    [
        replace(ORDER, lines=(replace(ORDER.lines[0], quantity=Decimal("10.00"), price=Decimal("2.5")),)),
        replace(ORDER, lines=(replace(ORDER.lines[0], quantity=Decimal("1E+1")),)),
        replace(ORDER, references={"department": "7", "deal": "D1"}),
        replace(ORDER, date=Moment(time=NOON.astimezone(timezone(timedelta(hours=8))))),
        replace(ORDER, changed=Moment(time=NOON), state_changed=Moment(time=NOON)),
    ],
)
def test_content_is_the_same_however_it_is_written(same: PurchaseOrder) -> None:
    assert of_content(LIVE, same) == of_content(LIVE, ORDER)


@pytest.mark.parametrize(
    "other",
    [
        replace(ORDER, lines=(replace(ORDER.lines[0], quantity=Decimal("11")),)),
        replace(ORDER, lines=()),
        replace(ORDER, references={"deal": "D1"}),
        replace(ORDER, date=Moment(date=date(2026, 11, 24))),
        replace(ORDER, ext={"x12": {"REF": ("REF*ZZ*1",)}}),
        replace(ORDER, number="PO-2"),
    ],
)
def test_content_differs_where_a_document_says_something_else(other: PurchaseOrder) -> None:
    assert of_content(LIVE, other) != of_content(LIVE, ORDER)


def test_numbers_are_of_a_kind_of_document_and_of_a_release() -> None:
    answer = OrderAcknowledgment(order_number="PO-1", date=ORDER.date)
    invoice = Invoice(type="invoice", number="PO-1", date=ORDER.date)
    blanket = replace(ORDER, release="2")
    several: list[Document] = [ORDER, answer, invoice, replace(invoice, type="credit_note"), blanket]
    assert len({of_number(LIVE, each).text for each in several}) == len(several)


@given(documents())
def test_a_document_read_back_is_the_same_content(document: Document) -> None:
    again = msgspec.json.decode(msgspec.json.encode(document), type=type(document))
    assert of_content(LIVE, again) == of_content(LIVE, document)


@given(documents(), documents())
def test_two_documents_with_one_content_have_one_number(one: Document, other: Document) -> None:
    if of_content(LIVE, one) == of_content(LIVE, other):
        assert of_number(LIVE, one) == of_number(LIVE, other)


def test_what_was_not_seen_is_the_first() -> None:
    assert decide(POLICY, Seen(), PurchaseOrder) == First()
    assert decide(POLICY, Seen(), None) == First()


@pytest.mark.parametrize("action", list(OnDuplicate))
def test_each_kind_of_duplicate_meets_the_action_agreed_for_it(action: OnDuplicate) -> None:
    others = dict.fromkeys(Kind, OnDuplicate.HOLD if action is not OnDuplicate.HOLD else OnDuplicate.DROP)
    for kind in (Kind.FILE, Kind.NUMBERS, Kind.CONTENT):
        policy = replace(
            Duplicates(file=others[Kind.FILE], numbers=others[Kind.NUMBERS], content=others[Kind.CONTENT]),
            **{kind.value: action},
        )
        seen = replace(Seen(), **{kind.value: "m1"})
        assert decide(policy, seen, PurchaseOrder) == Duplicate("m1", kind, action)


@given(st.sets(st.sampled_from(list(Kind)), min_size=1))
def test_what_has_the_most_in_common_decides(kinds: set[Kind]) -> None:
    outcome = decide(POLICY, replace(Seen(), **{kind.value: kind.value for kind in kinds}), PurchaseOrder)
    closest = next(kind for kind in Kind if kind in kinds)
    if closest is Kind.NUMBER:
        assert outcome == Revision("number", OnRevision.CHANGE)
    else:
        assert isinstance(outcome, Duplicate)
        assert (outcome.by, outcome.of) == (closest, closest.value)


@pytest.mark.parametrize("action", list(OnRevision))
def test_a_known_order_with_other_content_is_a_revision(action: OnRevision) -> None:
    outcome = decide(replace(POLICY, revision=action), Seen(number="m1"), PurchaseOrder)
    assert outcome == Revision("m1", action)


def test_a_known_number_of_another_document_is_no_revision_and_is_told() -> None:
    assert decide(POLICY, Seen(number="m1"), Invoice) == First("m1")


def test_an_order_that_says_again_what_was_revised_since_is_held_and_not_dropped() -> None:
    again = Seen(content="m1", number="m2")
    assert decide(POLICY, again, PurchaseOrder) == Duplicate("m1", Kind.CONTENT, OnDuplicate.HOLD)
    latest = Seen(content="m2", number="m2")
    assert decide(POLICY, latest, PurchaseOrder) == Duplicate("m2", Kind.CONTENT, OnDuplicate.DROP)
    strict = replace(POLICY, content=OnDuplicate.REJECT)
    assert decide(strict, again, PurchaseOrder) == Duplicate("m1", Kind.CONTENT, OnDuplicate.REJECT)
