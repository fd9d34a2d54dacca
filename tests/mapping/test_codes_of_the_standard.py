"""The code lists of the mapping tables against those of X12: what a table writes, the standard knows."""

from __future__ import annotations

import pytest

from gateway.mapping.code_lists import parse_code_list
from tests.schema.definitions import ROOT, release

ELEMENTS = {
    "acknowledgment-type": "587",
    "charge-kind": "248",
    "charge-type": "1300",
    "contact-role": "366",
    "date-kind": "374",
    "equipment": "40",
    "freight-payment": "146",
    "handling-method": "331",
    "incoterm": "335",
    "invoice-note": "363",
    "invoice-type": "640",
    "item-id": "235",
    "length-unit": "355",
    "levels": "1005",
    "line-change": "670",
    "line-status": "668",
    "location": "309",
    "mark": "88",
    "note": "128",
    "order-type": "92",
    "party-id": "66",
    "percent-basis": "378",
    "price-basis": "639",
    "purpose": "353",
    "reference": "128",
    "role": "98",
    "service": "284",
    "tax-registration": "128",
    "tax-type": "963",
    "terms-basis": "333",
    "terms-type": "336",
    "transport-mode": "91",
    "unit": "355",
    "volume-unit": "355",
    "weight-unit": "355",
}
"""The X12 element whose codes a list has in its column `x12`."""


def codes_of(name: str) -> dict[str, str]:
    path = ROOT / "mappings" / "codes" / f"{name}.csv"
    parsed, mistakes = parse_code_list(name, path.name, path.read_text(encoding="utf-8"))
    assert parsed is not None, mistakes
    return parsed.readers("x12")


def test_every_list_for_x12_names_its_element() -> None:
    names = {path.stem for path in (ROOT / "mappings" / "codes").glob("*.csv")}
    assert {name for name in names if codes_of(name)} == set(ELEMENTS)


@pytest.mark.parametrize("name", ELEMENTS)
def test_a_table_writes_no_code_that_our_own_check_does_not_know(name: str) -> None:
    known = release().elements[ELEMENTS[name]].codes
    assert known is not None
    assert {code for code in codes_of(name) if code not in known.codes} == set()


@pytest.mark.parametrize(
    ("name", "code", "word"),
    [
        ("acknowledgment-type", "RJ", "rejected_without_detail"),
        ("acknowledgment-type", "RO", "rejected_with_counter_offer"),
        ("date-kind", "511", "best_before"),
        ("party-id", "24", "ein"),
        ("party-id", "FI", "tax_number"),
        ("reference", "YD", "buyer_number"),
        ("role", "DS", "distributor"),
        ("terms-basis", "15", "receipt_of_goods"),
        ("transport-mode", "S", "ocean"),
    ],
)
def test_codes_that_are_easily_mistaken(name: str, code: str, word: str) -> None:
    assert codes_of(name)[code] == word
