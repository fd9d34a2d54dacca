"""Templates write what the full way writes: of golden documents, variations of them, and drawn ones."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from datetime import date
from decimal import Decimal
from typing import cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.documents import Document
from gateway.documents.parts import Freight, Moment, Party, Window
from gateway.documents.purchase_order import PurchaseOrder, PurchaseOrderLine
from gateway.errors import GatewayError
from gateway.formats import json
from gateway.mapping.compiled import marks, program, template
from gateway.mapping.compiled.likeness import Likeness
from gateway.mapping.compiled.template import Template, _Fitting
from gateway.mapping.compiled.verified import Verified
from gateway.pipeline import templates
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.proofs import Proof
from tests.golden.cases import CASES, Case
from tests.golden.reach import plan_of
from tests.golden.within import documents
from tests.pipeline.knowledge import library, received
from tests.pipeline.test_proofs import TABLES, differs, varied, written
from tests.thoroughness import examples

COUNTED = [case for case in CASES if "change" not in case.name]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "AFTER", 1)


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[Document]:
    """The documents that templates wrote."""
    by_template: list[Document] = []
    entry = Template.entry

    def noted(self: Template, document: Document) -> bytes | None:
        made = entry(self, document)
        if made is not None:
            by_template.append(document)
        return made

    monkeypatch.setattr(Template, "entry", noted)
    return by_template


def with_other_values(document: Document) -> Iterator[Document]:
    """Documents of the same outline, lines more or less apart."""
    yield from varied(document)
    name = "number" if hasattr(document, "number") else "order_number"
    number = getattr(document, name)
    for text in ("OTHER", "É", "\u00a0", "%s{0}", '"', "\\", "\\u0041", "\n", "\x7f", "N" * 3000):
        yield msgspec.structs.replace(document, **{name: text})
    yield msgspec.structs.replace(document, lines=document.lines * 3)
    yield msgspec.structs.replace(document, **{name: f"{number}1"}, lines=document.lines[::-1])
    for changes in (
        {"ids": {"upc": '"'}},
        {"quantity": Decimal("1.50")},
        {"price": Decimal("1E+3")},
        {"unit": "?"},
    ):
        if document.lines and all(hasattr(document.lines[0], name) for name in changes):
            changed = msgspec.structs.replace(document.lines[-1], **changes)
            yield msgspec.structs.replace(document, lines=(*document.lines, changed))
    parties = document.parties
    abroad = tuple(msgspec.structs.replace(each, country="USA" if each.country else None) for each in parties)
    yield msgspec.structs.replace(document, parties=abroad)
    for text in ("Other", '"', "", "É" * 90):
        moved = tuple(
            msgspec.structs.replace(each, street=(text, *each.street[1:])) if each.street else each
            for each in parties
        )
        yield msgspec.structs.replace(document, parties=moved)
    if isinstance(document, PurchaseOrder) and document.delivery_window is not None:
        start = Moment(date=date(2026, 2, 28))
        later = (start, Moment(date=date(2028, 2, 29))), (start, start), (start, None)
        for first, last in later:
            yield msgspec.structs.replace(document, delivery_window=Window(start=first, end=last))


@pytest.mark.one_in(3)
@pytest.mark.parametrize("case", COUNTED, ids=lambda case: case.name)
def test_golden_documents_are_written_as_in_full(case: Case) -> None:
    plain = [
        sourced.document for sourced in received(case.source.read_bytes(), form=case.source_form).documents
    ]
    assert not plain or not differs(
        [each for document in plain for each in with_other_values(document)], fresh()
    )


@pytest.mark.one_in(3)
@pytest.mark.parametrize("table", TABLES)
@settings(max_examples=examples(8), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_drawn_documents_are_written_as_in_full(table: str, data: st.DataObject) -> None:
    drawn = cast("list[Document]", data.draw(st.lists(documents(plan_of(table)), min_size=1, max_size=3)))
    others = [each for document in drawn for each in with_other_values(document)]
    assert not differs(others, fresh())


def fresh() -> Knowledge:
    """What has not written a document yet."""
    return library().knowledge("amazon", None)


def every(kind: str) -> list[Document]:
    cases = [case for case in COUNTED if case.folder.parent.name == kind]
    found = [received(case.source.read_bytes(), form=case.source_form).documents for case in cases]
    return [sourced.document for documents in found for sourced in documents]


@pytest.mark.parametrize("kind", ["purchase-order", "invoice"])
def test_templates_are_used(kind: str, used: list[Document]) -> None:
    plain = every(kind)
    written([*plain, *plain], fresh())
    assert len(used) > len(plain) / 2


LINE = PurchaseOrderLine(
    number="1", quantity=Decimal("5"), unit="each", price=Decimal("12.50"), ids={"upc": "1"}, description="D"
)
ORDER = PurchaseOrder(
    number="P1",
    date=Moment(date=date(2026, 11, 2)),
    type="stand_alone",
    currency="USD",
    freight=Freight(payment="collect"),
    delivery_window=Window(start=Moment(date=date(2026, 11, 9)), end=Moment(date=date(2026, 11, 16))),
    parties=(
        Party(role="seller", ids={"assigned": "V1"}),
        Party(
            role="ship_to",
            ids={"assigned": "S1"},
            name="N",
            street=("A", "B"),
            city="C",
            region="R",
            country="US",
        ),
    ),
    lines=(LINE, msgspec.structs.replace(LINE, number="2", price=Decimal("3"), unit="case")),
)
OTHERS = [*with_other_values(ORDER), *with_other_values(every("purchase-order")[0])]


def test_values_of_all_kinds_are_written_by_a_template(used: list[Document]) -> None:
    assert not differs([*with_other_values(ORDER)], fresh())
    used.clear()
    known = fresh()
    written([ORDER] * 3, known)
    for changed in (
        msgspec.structs.replace(ORDER, number="É{0}%s"),
        msgspec.structs.replace(ORDER, lines=ORDER.lines * 100),
        msgspec.structs.replace(ORDER, lines=(msgspec.structs.replace(LINE, price=Decimal("1E+3")),)),
    ):
        used.clear()
        written([ORDER, changed], known)
        assert changed in used


def test_a_steering_value_that_is_not_compared_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not differs(OTHERS, fresh())
    of = template.template_of

    def careless(document: Document, entry: bytes, table: template.Table, place: object) -> Template | None:
        table = msgspec.structs.replace(table, telling=frozenset())
        return of(document, entry, table, cast("template.JsonPlace", place))

    monkeypatch.setattr(program, "template_of", careless)
    assert differs(OTHERS, fresh())


def test_a_template_that_compares_too_little_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    flush = Likeness._flush

    def without_absent(self: Likeness) -> None:
        self._tests = [test for test in self._tests if " is not None" not in test]
        flush(self)

    monkeypatch.setattr(Likeness, "_flush", without_absent)
    assert differs(OTHERS, fresh())


def test_a_value_that_breaks_a_rule_of_the_schema_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Fitting, "text", lambda _, value: json.packed(value).decode().strip('"'))
    assert differs(OTHERS, fresh())


def test_a_text_that_has_to_be_escaped_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "_are_plain", lambda _: True)
    assert differs(OTHERS, fresh())


def test_days_that_are_taken_for_others_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    of_days = marks._of_days

    def too_late(write: Callable[..., object], days: Hashable) -> object:
        assert isinstance(days, tuple)
        return of_days(write, tuple(max(day, date(2026, 3, 1)) for day in days))

    monkeypatch.setattr(marks, "_of_days", too_late)
    assert differs(OTHERS, fresh())


def test_texts_that_are_not_written_as_they_are_make_no_template(
    monkeypatch: pytest.MonkeyPatch, used: list[Document]
) -> None:
    written([ORDER] * 3, fresh())
    assert used
    used.clear()
    call = Verified.__call__

    def loud(self: Verified, *values: object) -> object:
        done = call(self, *values)
        if not isinstance(done, tuple):
            return done
        return tuple(each.upper() if isinstance(each, str) else each for each in done)

    monkeypatch.setattr(Verified, "__call__", loud)
    written([msgspec.structs.replace(ORDER, parties=abc(ORDER))] * 3, fresh())
    assert not used


def abc(order: PurchaseOrder) -> tuple[Party, ...]:
    """The parties of an order with streets that small letters are in."""
    return tuple(
        msgspec.structs.replace(each, street=tuple("abc")[: len(each.street)]) for each in order.parties
    )


def test_digits_that_do_not_stay_as_they_are_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "SHORT_NUMBER", "(digits := {})")
    assert differs(OTHERS, fresh())


def test_plain_texts_are_those_that_json_has_as_they_are() -> None:
    for number in range(0x110000):
        character = chr(number)
        if template._are_plain([character]):
            assert json.packed(character).decode() == f'"{character}"'


def test_of_many_templates_those_that_are_used_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Template] = []

    def make(document: Document, *_: object) -> Template:
        lines = len(document.lines)
        made.append(Template(lambda each: b"" if len(each.lines) == lines else None))
        return made[-1]

    kept = templates.Templates(make)
    monkeypatch.setattr(templates, "AFTER", 2)
    place, proof = cast("template.JsonPlace", None), Proof((), ())
    orders = [msgspec.structs.replace(ORDER, lines=ORDER.lines[:1] * n) for n in range(1, 12)]
    for number, order in enumerate(orders):
        for count in range(2):
            assert len(made) == number, count
            kept.take_example(number, templates.Example(order, b"", place, proof))
        assert kept.entry(orders[0]) is not None
    found = [kept.entry(order) is not None for order in orders]
    assert found == [number == 0 or number > len(orders) - templates.MOST for number in range(len(orders))]


def test_half_a_character_is_told_as_without_templates() -> None:
    known = fresh()
    written([ORDER] * 3, known)
    with pytest.raises(GatewayError, match="JSON cannot say"):
        written([msgspec.structs.replace(ORDER, currency="U\ud800D")], known)
