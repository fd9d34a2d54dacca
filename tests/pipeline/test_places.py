"""A finding about a canonical document names its document and, where known, the place in the source."""

from __future__ import annotations

import json

import msgspec

from gateway.documents.codec import encode
from gateway.findings import Finding
from gateway.formats.detect import Format
from tests.golden.cases import FOLDER
from tests.pipeline.knowledge import documents_of, example, received, translated

NOTICE = (FOLDER / "ship-notice" / "x12-s-o-p-i" / "source.856").read_text()
ENVELOPES = {"interchange": 1, "group": 1, "isa13": "000000001", "gs06": "1"}


def twice(source: str) -> bytes:
    """The only set of an interchange, and the same again as set 0002."""
    head, start, rest = source.partition("ST*856*0001~\n")
    body, _, tail = rest.partition("*0001~\nGE*1*")
    second = f"{start.replace('0001', '0002')}{body}*0002~\nGE*2*"
    return f"{head}{start}{body}*0001~\n{second}{tail}".encode()


def places(findings: tuple[Finding, ...], code: str) -> list[dict[str, object]]:
    return [msgspec.to_builtins(finding.location) for finding in findings if finding.code == code]


def told(data: bytes, code: str) -> list[dict[str, object]]:
    return places(received(data).report.findings, code)


def test_the_same_fault_in_two_sets_of_x12_stands_at_two_places() -> None:
    data = twice(NOTICE.replace("MAN*GM*00006141412087100012", "MAN*GM*00006141412087100013"))
    place = {"segment_in_set": 21, "tag": "MAN", "loop": "HL", "element": 2}
    field = {"field": "/cartons/0/marks/0/value"}
    assert told(data, "sscc-check-digit") == [
        {**ENVELOPES, "set": 1, "st02": "0001", "segment": 23, **place, **field},
        {**ENVELOPES, "set": 2, "st02": "0002", "segment": 62, **place, **field},
    ]
    assert data.split(b"~")[22].startswith(b"\nMAN*GM*00006141412087100013")
    assert data.split(b"~")[61].startswith(b"\nMAN*GM*00006141412087100013")


def test_a_field_of_the_shipment_level_is_found_through_the_levels() -> None:
    data = NOTICE.replace("TD1*CTN*2*", "TD1*CTN*3*").encode()
    (finding,) = received(data).report.findings
    assert finding.message == "TD102 is 3, but the notice lists 2"
    assert (finding.location.segment, finding.location.field) == (6, "/carton_count")


def test_levels_that_are_refused_name_their_set() -> None:
    turned = NOTICE.replace("HL*6*2*P*1~", "HL*6*5*P*1~")
    (place,) = told(turned.encode(), "shape-refused")
    assert place == {**ENVELOPES, "set": 1, "st02": "0001"}


def test_spapi_is_told_by_its_own_pointers() -> None:
    tree = json.loads((FOLDER / "ship-notice" / "spapi-full" / "source.json").read_text())
    (notice,) = tree["shipmentConfirmations"]
    notice["shipmentMeasurements"]["cartonCount"] = 77
    notice["shippedItems"][1]["itemSequenceNumber"] = notice["shippedItems"][0]["itemSequenceNumber"]
    tree["shipmentConfirmations"] *= 2
    data = json.dumps(tree).encode()
    at = "/shipmentConfirmations/{}/"
    for code, pointer, field in (
        ("container-count-differs", at + "shipmentMeasurements/cartonCount", "/carton_count"),
        ("number-twice", at + "shippedItems/1/itemSequenceNumber", "/lines/1/number"),
    ):
        assert told(data, code) == [
            {"set": number + 1, "pointer": pointer.format(number), "field": field} for number in range(2)
        ]


def test_a_delimited_file_is_told_by_line_and_column() -> None:
    data = example("ship-notice.csv")
    header, *rows = data.splitlines()
    column = header.split(b",").index(b"sscc") + 1
    first, last = (row.split(b",")[column - 1] for row in (rows[0], rows[-1]))
    wrong = data.replace(first, first[:-1] + b"%d" % ((int(first[-1:]) + 1) % 10))
    wrong = wrong.replace(last, last[:-1] + b"%d" % ((int(last[-1:]) + 1) % 10))
    field = "/cartons/0/marks/0/value"
    begins = next(n for n, row in enumerate(rows, 2) if row.split(b",")[column - 1] == last)
    assert told(wrong, "sscc-check-digit") == [
        {"set": 1, "line": 2, "column": column, "field": field},
        {"set": 2, "line": begins, "column": column, "field": field},
    ]


def spapi_order_with_lines_that_differ() -> bytes:
    tree = json.loads((FOLDER / "purchase-order" / "spapi-full" / "source.json").read_text())
    items = tree["orders"][0]["orderDetails"]["items"]
    items[1]["isBackOrderAllowed"] = not items[0]["isBackOrderAllowed"]
    return json.dumps(tree).encode()


def test_a_finding_of_writing_names_the_item_that_differs_in_the_source() -> None:
    findings = translated(spapi_order_with_lines_that_differ(), Format.X12).findings
    assert places(findings, "lines-differ") == [
        {
            "set": 1,
            "pointer": "/orders/0/orderDetails/items/1/isBackOrderAllowed",
            "field": "/lines/1/backorder_allowed",
        }
    ]


def test_in_a_canonical_file_the_field_is_a_place_of_the_file() -> None:
    tree = json.loads(encode(documents_of(spapi_order_with_lines_that_differ())))
    trees = [*tree, *tree]
    trees[1] = json.loads(json.dumps(trees[1]))
    trees[1]["lines"][1]["number"] = trees[1]["lines"][0]["number"]
    data = json.dumps(trees).encode()
    assert told(data, "number-twice") == [{"set": 2, "pointer": "/1/lines/1/number"}]
    assert places(translated(data, Format.X12).findings, "lines-differ") == [
        {"set": 1, "pointer": "/0/lines/1/backorder_allowed"},
        {"set": 2, "pointer": "/1/lines/1/backorder_allowed"},
    ]
    alone = json.dumps(trees[1]).encode()
    assert told(alone, "number-twice") == [{"set": 1, "pointer": "/lines/1/number"}]


def test_a_set_of_x12_that_cannot_be_written_is_told_at_its_segment_and_element() -> None:
    data = example("purchase-orders.850").replace(b"*EA*6.15*PE*UP*", b"*BX*6.15*PE*UP*")
    segment = 1 + data[: data.index(b"PO1*1*100*BX")].count(b"~")
    (place,) = places(translated(data, Format.SPAPI).findings, "code-unknown")
    names = {"interchange": 1, "group": 1, "set": 2, "isa13": "000000041", "gs06": "41", "st02": "0002"}
    assert place == {
        **names,
        "segment": segment,
        "segment_in_set": 9,
        "tag": "PO1",
        "loop": "PO1",
        "element": 3,
        "field": "/lines/0/unit",
    }
