"""Canonical JSON: what is written is read back the same, and bad files give findings at their places."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.documents import DOCUMENTS, Document, Invoice, PurchaseOrder
from gateway.documents.codec import decode, encode
from gateway.documents.parts import Note
from gateway.errors import GatewayError
from tests.documents.samples import ORDER
from tests.documents.strategies import documents
from tests.thoroughness import examples

TEXT = """{
  "document": "PurchaseOrder",
  "number": "PO1",
  "date": {
    "date": "2026-01-31"
  },
  "currency": "USD",
  "parties": [
    {
      "role": "ship_to",
      "ids": {
        "assigned": "PHX3"
      },
      "street": [
        "1 Main St",
        "Dock 4"
      ]
    }
  ],
  "terms": [
    {
      "type": "basic",
      "net_days": 30
    }
  ],
  "lines": [
    {
      "quantity": "12",
      "unit": "each",
      "number": "1",
      "price": "9.25",
      "ids": {
        "upc": "012345678905"
      }
    },
    {
      "quantity": "1",
      "unit": "x12:PE",
      "number": "2",
      "ext": {
        "x12": {
          "SAC14": "T",
          "REF": [
            "REF*ZZ*1"
          ]
        }
      }
    }
  ]
}
"""


def changed(**fields: object) -> bytes:
    return json.dumps({**json.loads(TEXT), **fields}).encode()


def told(data: bytes) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.location.pointer) for finding in decode(data).findings]


def test_an_order_is_written_for_people_and_without_what_says_nothing() -> None:
    assert encode(ORDER).decode() == TEXT


def test_it_is_read_back() -> None:
    decoded = decode(TEXT.encode())
    assert decoded.documents == (ORDER,)
    assert decoded.findings == ()


@given(documents())
@settings(max_examples=examples(80), deadline=None)
def test_every_document_is_read_back_as_it_was_written(document: Document) -> None:
    decoded = decode(encode(document))
    assert decoded.findings == ()
    assert decoded.documents == (document,)


def test_a_file_may_hold_several_documents_and_the_good_ones_are_read() -> None:
    bad = {**json.loads(TEXT), "currency": "dollar"}
    decoded = decode(json.dumps([json.loads(TEXT), bad, {"document": "Parcel"}, json.loads(TEXT)]).encode())
    assert decoded.documents == (ORDER, None, None, ORDER)
    assert [(fault.code, fault.location.pointer) for fault in decoded.findings] == [
        ("canonical-value", "/1/currency"),
        ("canonical-document", "/2/document"),
    ]


def test_several_documents_are_written_as_an_array() -> None:
    assert decode(encode([ORDER, ORDER])).documents == (ORDER, ORDER)
    assert encode([]) == b"[]\n"


@pytest.mark.parametrize(
    ("data", "findings"),
    [
        (changed(number=""), [("canonical-type", "/number")]),
        (changed(number=None), [("canonical-type", "/number")]),
        (changed(date=None), [("canonical-type", "/date")]),
        (changed(total=12.5), [("canonical-type", "/total")]),
        (changed(total=" 12.5"), [("canonical-value", "/total")]),
        (changed(total="1_000"), [("canonical-value", "/total")]),
        (changed(total="١"), [("canonical-value", "/total")]),
        (changed(total="NaN"), [("canonical-value", "/total")]),
        (changed(total="1e5"), [("canonical-value", "/total")]),
        (changed(release=None), [("canonical-type", "/release")]),
        (changed(price="1"), [("canonical-unknown-field", "/price")]),
        (changed(date={"date": "2026-02-30"}), [("canonical-value", "/date/date")]),
        (changed(date={"date": "2026-2-3"}), [("canonical-value", "/date/date")]),
        (changed(date={"time": "2026-02-03T10:00:00"}), [("canonical-value", "/date/time")]),
        (changed(date={"time": "2026-02-03 10:00:00Z"}), [("canonical-value", "/date/time")]),
        (changed(date={"time": "2026-02-03T25:00:00Z"}), [("canonical-value", "/date/time")]),
        (changed(date={}), [("canonical-one-of", "/date")]),
        (changed(date="2026-02-03"), [("canonical-type", "/date")]),
        (changed(terms=[{"net_days": "30"}]), [("canonical-type", "/terms/0/net_days")]),
        (changed(terms=[{"net_days": 30.5}]), [("canonical-type", "/terms/0/net_days")]),
        (changed(lines=[{}]), [("canonical-missing", "/lines/0/quantity")]),
        (changed(lines=[{"quantity": "x", "unit": 3}, []]), [
            ("canonical-value", "/lines/0/quantity"),
            ("canonical-type", "/lines/0/unit"),
            ("canonical-type", "/lines/1"),
        ]),
        (changed(ext={"x12": {"REF": 1}}), [("canonical-type", "/ext/x12/REF")]),
        (changed(document="Order"), [("canonical-document", "/document")]),
        (b'{"document": "Invoice", "number": "1"}', [
            ("canonical-missing", "/type"),
            ("canonical-missing", "/date"),
        ]),
        (b"{}", [("canonical-document", "/document")]),
        (b"[[]]", [("canonical-document", "/0")]),
        (b"null", [("canonical-document", "")]),
        (b"3", [("canonical-document", "")]),
    ],
)  # fmt: skip
def test_what_the_schema_forbids_is_found(data: bytes, findings: list[tuple[str, str]]) -> None:
    assert told(data) == findings
    assert all(document is None for document in decode(data).documents)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a": NaN}', b'{"document": 1, "document": 2}']
)
def test_what_is_no_json_holds_no_document(data: bytes) -> None:
    decoded = decode(data)
    assert decoded.documents == ()
    assert decoded.findings


def test_a_time_may_be_written_with_any_offset() -> None:
    (document,) = decode(changed(date={"time": "2026-02-03T10:00:00+00:00"})).documents
    assert isinstance(document, PurchaseOrder)
    assert document.date.time is not None
    assert document.date.time.isoformat() == "2026-02-03T10:00:00+00:00"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["12", "each", "USD"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["number", "date", "lines", "ids", "time", "ext", "é/~"]), inner)
    ),
    max_leaves=8,
)


@given(
    st.sampled_from([kind.__name__ for kind in DOCUMENTS]), st.dictionaries(st.text(max_size=3), json_values)
)
@settings(max_examples=examples(100), deadline=None)
def test_no_json_raises(name: str, members: dict[str, object]) -> None:
    tree = {"document": name, "type": "invoice", **members}
    decoded = decode(json.dumps(tree).encode())
    assert bool(decoded.findings) == (decoded.documents in ((None,), ()))


def test_half_a_character_is_a_fault_of_ours() -> None:
    with pytest.raises(GatewayError, match="cannot be written"):
        encode(PurchaseOrder("PO1", ORDER.date, notes=(Note("\ud800"),)))


def test_the_kind_of_a_document_is_its_own_name() -> None:
    invoice = Invoice("credit_note", "C1", ORDER.date)
    assert b'"document": "Invoice"' in encode(invoice)
    assert decode(encode(invoice)).documents == (invoice,)
