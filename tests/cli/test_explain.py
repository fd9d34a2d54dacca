"""`gateway explain`: text, JSON and the page."""

from __future__ import annotations

import json
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gateway.cli.explanation_page import page
from gateway.pipeline import explaining
from tests.cli.command import GOOD, ROOT, run, saved

ORDERS = ROOT / "examples" / "purchase-orders.850"
ENDING = "</script><script>alert(2)</script><style><!--"
HOSTILE = "\"><script>alert(1)</script>&amp;'\x1b[31m\u202e"


class Page(HTMLParser):
    """The elements, texts and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.identifiers: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.attributes += attrs
        held = dict(attrs)
        self.identifiers += [held["id"] or ""] if "id" in held else []
        self.links += [held["href"] or ""] if "href" in held else []
        self.links += [f"#{name}" for name in (held.get("data-to") or "").split()]
        self.links += [f"#{held['data-row']}"] if "data-row" in held else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(path: Path) -> Page:
    parsed = Page()
    parsed.feed(path.read_text(encoding="utf-8"))
    assert parsed.open == []
    return parsed


def test_the_table_tells_value_source_and_rows() -> None:
    ran = run("explain", ORDERS, "--to", "spapi", "--partner", "amazon")
    assert ran.code == 0
    text = ran.out.decode()
    line = next(line for line in text.splitlines() if line.strip().startswith("methodOfPayment"))
    told = "4 FOB01 = CC; spapi-order.yaml:17 freight-payment.csv:3 x12-850.yaml:24"
    assert line.split() == ["methodOfPayment", "CollectOnDelivery", *told.split()]
    assert "PurchaseOrder 5JM81KPD" in text


def test_json_follows_a_value_through_both_tables() -> None:
    ran = run("explain", ORDERS, "--to", "spapi", "--partner", "amazon", "--json")
    tree = ran.json
    assert isinstance(tree, dict)
    assert [each["number"] for each in tree["documents"]] == ["7XQ4RT2B", "5JM81KPD"]
    places = {each["location"]["pointer"]: each for each in tree["documents"][0]["places"]}
    unit = places["/orderDetails/items/0/orderedQuantity/unitOfMeasure"]
    assert (unit["value"], unit["kind"]) == ("Cases", "value")
    assert unit["row"] == {"file": "mappings/spapi-order.yaml", "line": 51}
    assert unit["code"] == {"file": "mappings/codes/unit.csv", "line": 4}
    (field,) = unit["fields"]
    assert (field["pointer"], field["value"]) == ("/lines/0/unit", "case")
    (source,) = field["sources"]
    assert source["value"] == "CA"
    assert {**source["location"]}.items() >= {"segment_in_set": 9, "tag": "PO1", "element": 3}.items()
    assert source["row"]["file"] == "mappings/x12-850.yaml"
    assert source["code"] == {"file": "mappings/codes/unit.csv", "line": 4}


def test_what_nothing_read_and_what_stays_empty_are_told(tmp_path: Path) -> None:
    order = saved(tmp_path, GOOD)
    ran = run("explain", order, "--to", "spapi", "--partner", "amazon", "--json")
    tree = ran.json
    assert isinstance(tree, dict)
    coverage = tree["documents"][0]["coverage"]
    unfilled = coverage["unfilled"]
    assert [each["mandatory"] for each in unfilled] == sorted(
        (each["mandatory"] for each in unfilled), reverse=True
    )
    assert "orderDetails.dealCode" in [each["place"] for each in unfilled]
    for each in (*coverage["unread"], *coverage["unwritten"]):
        assert each["location"]["tag"]


def test_the_page_links_both_documents_and_nothing_leads_out(tmp_path: Path) -> None:
    html = tmp_path / "page.html"
    ran = run("explain", ORDERS, "--to", "spapi", "--partner", "amazon", "--html", html)
    assert (ran.code, ran.out) == (0, b"")
    parsed = read(html)
    assert len(parsed.identifiers) == len(set(parsed.identifiers))
    assert parsed.links
    assert {link for link in parsed.links if link.removeprefix("#") not in parsed.identifiers} == set()
    assert parsed.tags.count("script") == 1
    assert "http" not in re.sub(r"http-equiv", "", html.read_text(encoding="utf-8"))
    assert "Where" in parsed.text


@pytest.mark.parametrize("target", ["spapi", "csv", "canonical", "x12", "fixed", "xml"])
def test_hostile_values_stay_text(tmp_path: Path, target: str) -> None:
    order = saved(tmp_path, '{"document": "PurchaseOrder"}', "plain.json")
    made = run("translate", ORDERS, "--to", "canonical", "--partner", "amazon", "-o", order)
    assert made.code == 0
    held = order.read_text(encoding="utf-8").replace('"7XQ4RT2B"', json_text(HOSTILE))
    order.write_text(held.replace('"ACRN1"', json_text("a</code><img src=x onerror=alert(1)>")))
    html = tmp_path / "page.html"
    run("explain", order, "--to", target, "--partner", "amazon", "--html", html)
    parsed = read(html)
    assert parsed.tags.count("script") == 1
    assert "img" not in parsed.tags
    assert not [name for name, _ in parsed.attributes if name.startswith("on")]
    text = html.read_text(encoding="utf-8")
    assert not [character for character in text if not character.isprintable() and character != "\n"]


@pytest.mark.parametrize("target", ["spapi", "csv", "canonical", "x12", "fixed", "xml"])
def test_an_address_that_ends_the_program_of_the_page_is_shown_as_it_stands(
    tmp_path: Path, target: str
) -> None:
    columns = (
        "order_number,order_date,ship_to_code,ship_to_name,ship_to_street,line_number,quantity,unit,asin"
    )
    row = f'P1,2026-11-03,PHX3,Acorn,"{ENDING}",1,12,CA,B0ACRN0001'
    order, html = saved(tmp_path, f"{columns}\n{row}\n", "order.csv"), tmp_path / "page.html"
    run("explain", order, "--to", target, "--partner", "amazon", "--html", html)
    parsed = read(html)
    assert (parsed.tags.count("script"), parsed.tags.count("style")) == (1, 1)
    told = 3 if target in ("csv", "canonical") else 1
    assert html.read_text(encoding="utf-8").count(escape(ENDING)) >= told
    assert ENDING in parsed.text


ROW = "P1,2026-11-03,PHX3,{n},12,CA,B0ACRN{n:04d}"
HEADER = "order_number,order_date,ship_to_code,line_number,quantity,unit,asin"


def test_two_files_are_explained_together(tmp_path: Path) -> None:
    orders = saved(tmp_path, "order_number,order_date,ship_to_code\nP1,2026-11-03,PHX3\n", "orders.csv")
    lines = saved(
        tmp_path, "order_number,line_number,quantity,unit,asin\nP1,1,12,CA,B0ACRN0001\n", "lines.csv"
    )
    ran = run("explain", orders, lines, "--to", "xml", "--partner", "amazon")
    assert ran.code == 0
    told = [" ".join(line.split()) for line in ran.out.decode().splitlines()]
    assert any(f"line 2, {lines} quantity = 12" in line for line in told)
    assert any(f"line 2, {orders} ship_to_code = PHX3" in line for line in told)


def test_fields_and_elements_are_told_by_their_names(tmp_path: Path) -> None:
    order = saved(tmp_path, f"{HEADER}\n{ROW.format(n=1)}\n", "order.csv")
    fixed = run("explain", order, "--to", "fixed", "--partner", "amazon").out.decode()
    assert re.search(r"ORL quantity +0000000012000 +line 2, quantity = 12; fixed-order.yaml:43 ", fixed)
    assert re.search(r"ORT records +\d+ +made by the writer: number of records\n", fixed)
    assert re.search(r"ORT quantity_total +\d+ +made by the writer: \S+; fixed-order.yaml:61\n", fixed)
    xml = run("explain", order, "--to", "xml", "--partner", "amazon").out.decode()
    assert re.search(r"  /order/lines/line\n( .*\n)* +quantity/@unit +case +line 2, unit = CA; ", xml)


def test_rows_that_repeat_each_other_do_not_multiply(tmp_path: Path) -> None:
    rows = "".join(f"{ROW.format(n=n)}\n" for n in range(1, 121))
    order, html = saved(tmp_path, f"{HEADER}\n{rows}", "order.csv"), tmp_path / "page.html"
    run("explain", order, "--to", "csv", "--partner", "amazon", "--html", html)
    parsed = read(html)
    linked = [len((value or "").split()) for name, value in parsed.attributes if name == "data-to"]
    assert max(linked) == 50
    assert "(and in 119 more rows)" in parsed.text
    ran = run("explain", order, "--to", "csv", "--partner", "amazon", "--json")
    tree = ran.json
    assert isinstance(tree, dict)
    (source,) = tree["documents"][0]["places"][0]["fields"][0]["sources"]
    assert source["rows"] == 120


def json_text(text: str) -> str:
    return json.dumps(text)


def test_a_file_name_is_text_too() -> None:
    assert "<b>" not in page("<b>.850", ())


def test_a_document_too_big_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining, "MAX_PLACES", 10)
    ran = run("explain", ORDERS, "--to", "spapi", "--partner", "amazon")
    assert ran.code == 0
    assert ran.out == b""
    assert ran.err.count("explanation-too-big") == 2
    assert "more than 10 places" in ran.err


def test_more_documents_than_are_explained_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining, "MAX_DOCUMENTS", 1)
    ran = run("explain", ORDERS, "--to", "spapi", "--partner", "amazon")
    assert "the first 1 of 2 documents are explained" in ran.err
    assert "5JM81KPD" not in ran.out.decode()


def test_a_file_that_cannot_be_translated_explains_nothing(tmp_path: Path) -> None:
    broken = saved(tmp_path, GOOD.replace("BEG*00", "BEG*99"))
    ran = run("explain", broken, "--to", "spapi", "--partner", "amazon", "--html", tmp_path / "e.html")
    assert ran.code == 1
    assert "No document of this file could be translated" in (tmp_path / "e.html").read_text()


def test_the_page_does_not_overwrite_the_file(tmp_path: Path) -> None:
    order = saved(tmp_path, GOOD)
    ran = run("explain", order, "--to", "spapi", "--html", order)
    assert ran.code == 2
    assert order.read_text() == GOOD
