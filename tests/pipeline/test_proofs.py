"""What was read back of one document holds for all of its outline: the file and the findings are those of
reading back each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.documents import Document
from gateway.documents.outline import NO_OUTLINE, outline_of
from gateway.documents.parts import Contact, Freight, Moment, Note, Party
from gateway.documents.purchase_order import PurchaseOrder
from gateway.findings import Location
from gateway.formats import json
from gateway.formats.detect import Format
from gateway.formats.json_accept import Accepting
from gateway.mapping.compiled import program, verified
from gateway.mapping.compiled.doubt import Doubt
from gateway.mapping.compiled.uniform import telling_of
from gateway.mapping.engine import COMPILE_AFTER
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.tables import JsonTable, Sourced
from gateway.pipeline.targets import FirstNumbers, Written, write
from gateway.pipeline.templates import Templates
from tests.golden.cases import AT, CASES, Case
from tests.golden.reach import plan_of
from tests.golden.within import documents
from tests.pipeline.knowledge import knowledge, library, received
from tests.thoroughness import examples

TABLES = ("spapi-order", "spapi-acknowledgment", "spapi-invoice")
LOST = (Contact(name="A"), Contact(phone="1"))


def written(plain: Sequence[Document], known: Knowledge) -> Written:
    """All of them, after so many of the first that generated functions and proofs are at work."""
    every = [*[plain[0]] * (COMPILE_AFTER + 2), *plain, *plain]
    sourced = [Sourced(document, Location(set=number)) for number, document in enumerate(every, 1)]
    return write(sourced, Format.SPAPI, known, FirstNumbers(), AT)


def differs(plain: Sequence[Document], known: Knowledge | None = None) -> bool:
    """Whether the fast way and the full one come to different results."""
    fast = written(plain, known or knowledge())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Templates, "entry", lambda *_: None)
        patch.setattr(JsonTable, "write_uniformly", lambda *_: None)
        patch.setattr(Accepting, "accepts", lambda *_: False)
        return fast != written(plain, knowledge())


def varied(document: Document) -> Iterator[Document]:
    """The document with something that a format cannot carry, a line less, its parties in another order, and
    other values where they decide what a table does."""
    yield document
    yield msgspec.structs.replace(document, parties=document.parties[::-1])
    yield msgspec.structs.replace(document, lines=document.lines[:1])
    lines = tuple(msgspec.structs.replace(line, ext={"x12": {"LIN01": "1"}}) for line in document.lines)
    yield msgspec.structs.replace(document, lines=lines)
    for party in document.parties:
        yield msgspec.structs.replace(document, parties=(msgspec.structs.replace(party, name="N"),))
        yield msgspec.structs.replace(document, parties=(*document.parties, party))
    if isinstance(document, PurchaseOrder):
        for lost in LOST:
            yield msgspec.structs.replace(document, contacts=(lost,))
        for payment in ("collect", "prepaid"):
            yield msgspec.structs.replace(document, freight=Freight(payment=payment))
        for kind in ("shipping", "general"):
            yield msgspec.structs.replace(document, notes=(Note(text="T", kind=kind),))
        for state in ("new", "acknowledged"):
            yield msgspec.structs.replace(document, state=state)


ORDERS = [
    document.document
    for case in CASES
    if case.folder.parent.name == "purchase-order"
    for document in received(case.source.read_bytes(), form=case.source_form).documents
]
VARIED = [each for document in ORDERS for each in varied(document)]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("case", [case for case in CASES if "change" not in case.name], ids=lambda c: c.name)
def test_golden_documents_are_written_as_if_each_was_read_back(case: Case) -> None:
    received_documents = received(case.source.read_bytes(), form=case.source_form).documents
    plain = [sourced.document for sourced in received_documents]
    assert not plain or not differs([each for document in plain for each in varied(document)])


@pytest.mark.one_in(3)
@pytest.mark.parametrize("table", TABLES)
@settings(max_examples=examples(8), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_drawn_documents_are_written_as_if_each_was_read_back(table: str, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(documents(plan_of(table)), min_size=1, max_size=3))
    assert not differs([each for document in drawn for each in varied(document)])  # type: ignore[arg-type]  # what is drawn is any record to a checker


def test_the_proofs_are_used() -> None:
    table = knowledge().written_json_table(PurchaseOrder)
    assert table is not None
    written(ORDERS, knowledge())
    used = [table.write_uniformly(order) for order in ORDERS]
    assert sum(each is not None and each[-1] is not None for each in used) > len(ORDERS) / 2


def test_an_outline_that_says_too_little_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "outline_of", lambda *_: lambda _: ())
    assert differs(VARIED, library().knowledge("amazon", None))


def test_a_steering_value_that_is_left_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "telling_of", lambda _: frozenset())
    assert differs(VARIED, library().knowledge("amazon", None))


def test_a_value_that_steers_a_table_is_part_of_the_outline() -> None:
    telling = telling_of(plan_of("spapi-order"))
    assert telling is not None
    assert {(Party, "role"), (Note, "kind"), (Freight, "payment")} <= telling
    outline = outline_of(PurchaseOrder, telling)
    one, other = (msgspec.structs.replace(ORDERS[0], freight=Freight(payment=p)) for p in ("collect", "paid"))
    assert outline(one) != outline(other)
    assert outline_of(PurchaseOrder)(one) == outline_of(PurchaseOrder)(other)


def test_tables_that_other_things_steer_are_read_back_in_full() -> None:
    assert telling_of(plan_of("spapi-shipment")) is None or plan_of("spapi-shipment").pair is None
    assert telling_of(plan_of("csv-order")) is None
    assert telling_of(plan_of("x12-850")) is None


def test_a_codec_that_does_not_give_back_what_it_got_is_doubted() -> None:
    plan = plan_of("spapi-order")
    saying = next(saying for row in plan.root.rows for saying in row.sayings if saying.codec.name == "code")
    held = verified.verified(saying, exact=True)
    assert held.codec.write("new") == "New"
    faulty = msgspec.structs.replace(saying.codec, read=lambda _: "closed")
    for exact in (True, False):
        lying = verified.verified(msgspec.structs.replace(saying, codec=faulty), exact=exact)
        with pytest.raises(Doubt):
            lying.codec.write("new")


def test_an_empty_text_has_no_outline() -> None:
    for order in (
        msgspec.structs.replace(ORDERS[0], release=""),
        msgspec.structs.replace(ORDERS[0], references={"deal": ""}),
        msgspec.structs.replace(ORDERS[0], parties=(Party(role="buyer", street=("",)),)),
    ):
        with pytest.raises(NO_OUTLINE):
            outline_of(PurchaseOrder)(order)


def test_a_day_that_only_the_judge_accepts_is_written_with_the_others() -> None:
    leap = msgspec.structs.replace(ORDERS[0], date=Moment(date=date(2024, 2, 29)))
    done = written([*ORDERS, leap], knowledge())
    assert done.data is not None
    assert b"2024-02-29" in done.data
    assert not differs([*ORDERS, leap])


@pytest.mark.parametrize("day", [date(2024, 2, 28), date(2024, 2, 29)])
def test_a_file_that_says_something_else_is_not_sent(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(ORDERS[0], PurchaseOrder)
    order = msgspec.structs.replace(ORDERS[0], date=Moment(date=day))
    indented = json.indented
    for old, new in ((order.number, "SOMETHING"), (f"{day}T", "2024-02-27T")):
        monkeypatch.setattr(
            json,
            "indented",
            lambda text, o=old, n=new: indented(text).replace(o.encode(), n.encode(), 1),
        )
        done = written([order], knowledge())
        assert done.data is None
        assert done.findings[-1].code == "read-back-differs"


def test_a_list_of_entries_is_rendered_as_the_object_that_holds_it() -> None:
    trees: list[json.Json] = [{"a": "é\n\\ud83d", "b": [1, True, None, {}]}, {}, [], "0"]
    for held in (trees, trees[:1], trees[3:]):
        for key in ('the "list"', "0"):
            listing = json.Listing(key)
            for tree in held:
                listing.add(listing.entry(tree))
            assert listing.text() == json.render({key: held})
    listing = json.Listing("list")
    assert listing.text() is None
    assert [listing.entry_of(json.packed(tree)) for tree in trees] == [listing.entry(tree) for tree in trees]
    assert listing.entry_of(b'{"a": 1}') is None


def test_a_list_of_packed_entries_is_rendered() -> None:
    trees: list[json.Json] = [{"a": "é\n\\ud83d", "b": [1, True, None, {}]}, {}, []]
    packed = [json.packed(tree) for tree in trees]
    for held, parts in ((trees, packed), ([], []), (trees[:1], packed[:1])):
        assert json.listed([*parts]) == json.render([*held])


def test_a_list_that_the_parser_would_not_read_is_not_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "MAX_JSON_VALUES", 20)
    for length, is_read in ((15, True), (30, False)):
        listing = json.Listing("list")
        for _ in range(length):
            listing.add(b"1")
        assert (listing.text() is not None) is is_read
        assert (json.listed([b"1"] * length) is not None) is is_read
