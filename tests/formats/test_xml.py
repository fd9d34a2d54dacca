"""XML to elements and trees and back: safe, within limits, every refusal at its line and XPath."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from lxml import etree

from gateway.errors import DataFileError
from gateway.findings import Finding, Location
from gateway.formats import xml_text
from gateway.formats.json import JsonObject
from gateway.formats.xml import local_name, parse
from gateway.formats.xml_judge import faults
from gateway.formats.xml_schema import XmlSchema, xml_schema
from gateway.formats.xml_tree import render, tree_of, unwritable
from tests.thoroughness import examples

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {f"schemas/xml/{path.name}": path.read_text() for path in (ROOT / "schemas/xml").glob("*.xsd")}
NAMES = ("order", "acknowledgment", "shipment", "invoice")
HEADER = "<header><orderNumber>1</orderNumber><orderDate>2026-11-02</orderDate></header>"
XSD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{}</xs:schema>'
WITH_ALL = (
    '<xs:element name="broken"><xs:complexType><xs:all/></xs:complexType></xs:element>'
    '<xs:element name="brokens"/>'
)
LINE = '<line><quantity unit="each">1</quantity></line>'


def schema(name: str = "order") -> XmlSchema:
    return xml_schema(f"schemas/xml/{name}.xsd", TEXTS)


def order(inner: str, attributes: str = "") -> bytes:
    return f'<order xmlns="urn:acorn-gateway:documents"{attributes}>\n{inner}\n</order>'.encode()


def violations(data: bytes) -> tuple[Finding, ...]:
    root, findings = parse(data)
    assert root is not None, findings
    return schema().violations(root)


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"<a><b></a>", "xml-syntax", Location(line=1)),
        (b"<a>\n</b>", "xml-syntax", Location(line=2)),
        (b'<a b="1" b="2"/>', "xml-syntax", Location(line=1)),
        (b"<a/><b/>", "xml-syntax", Location(line=1)),
        (b"hello", "xml-syntax", Location(line=1)),
        (b"<a>&#1;</a>", "xml-syntax", Location(line=1)),
        (b"<!-- x -->\n<!DOCTYPE a>\n<a/>", "xml-doctype", Location(line=2)),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "xml-doctype", Location(line=1)),
        (b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>', "xml-doctype", Location(line=1)),
        (b"<a>\n&c;</a>", "xml-entity", Location(line=2)),
        (b"<a>" * 100_000, "xml-too-deep", Location(line=1)),
        (b"<a>" * 101 + b"</a>" * 101, "xml-too-deep", Location()),
        (b"<a>" + b"x" * 10_100_000 + b"</a>", "xml-too-large", Location(line=1)),
        (b"<a/>" * 2_000_001, "xml-too-large", Location()),
        (b"<a " + b'b="" ' * 5_001 + b"/>", "xml-too-large", Location()),
        (b"", "file-empty", Location()),
        (b"<a>\xff</a>", "xml-bytes", Location(byte=3)),
        (b"<a>\n\x01</a>", "xml-character", Location(line=2)),
        (b'<?xml version="1.0" encoding="shift-jis"?><a/>', "xml-charset", Location()),
        ('<?xml version="1.0" encoding="utf-8"?><a/>'.encode("utf-16"), "xml-charset", Location()),
        ("<a/>".encode("utf-32"), "xml-charset", Location()),
    ],
)
def test_what_is_no_safe_xml_is_refused(data: bytes, code: str, place: Location) -> None:
    root, findings = parse(data)
    assert root is None
    assert [(finding.code, finding.location) for finding in findings] == [(code, place)]
    assert findings[0].message
    assert findings[0].remedy


def test_a_file_beyond_the_limit_is_not_even_decoded() -> None:
    _, findings = parse(b"\xff" * (xml_text.MAX_XML_BYTES + 1))
    assert [finding.code for finding in findings] == ["xml-too-large"]


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("UTF-8", "utf-8-sig"), ("utf-16", "utf-16"), ("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252"),
     ("GB18030", "gb18030")],
)  # fmt: skip
def test_a_declared_character_set_is_read(charset: str, codec: str) -> None:
    root, findings = parse(f'<?xml version="1.0" encoding="{charset}"?><a>café</a>'.encode(codec))
    assert root is not None, findings
    assert root.text == "café"


def test_every_fault_is_told_at_its_place() -> None:
    inner = (
        "<header><orderNumber>1</orderNumber><orderDate>2026-02-30</orderDate>\n<colour/><type>X</type></header>"
        "\n<lines>so\n"
        f'<line><quantity unit="EA">1,5</quantity></line>\n{LINE}\n'
        "<line><price/><price>1</price><quantity>2</quantity></line>"
        "<line>\n<weight>1</weight></line></lines>"
    )
    told = violations(order(inner, ' x="1"'))
    assert [(each.code, each.location.line, each.location.xpath) for each in told] == [
        ("xml-attribute-unknown", 1, "/order/@x"),
        ("xml-value", 2, "/order/header/orderDate"),
        ("xml-unexpected", 3, "/order/header/colour"),
        ("xml-value", 3, "/order/header/type"),
        ("xml-text-misplaced", 4, "/order/lines"),
        ("xml-value", 5, "/order/lines/line[1]/quantity/@unit"),
        ("xml-value", 5, "/order/lines/line[1]/quantity"),
        ("xml-value", 7, "/order/lines/line[3]/price[1]"),
        ("xml-unexpected", 7, "/order/lines/line[3]/price[2]"),
        ("xml-unexpected", 7, "/order/lines/line[3]/quantity"),
        ("xml-attribute-missing", 8, "/order/lines/line[4]/weight/@unit"),
        ("xml-missing", 7, "/order/lines/line[4]"),
    ]  # fmt: skip


OF_INSTANCE = ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:{}="Order"'


def test_mixed_content_another_namespace_and_another_type_are_refused() -> None:
    mixed = violations(order(HEADER + "<lines><line><quantity>1<b/></quantity></line></lines>"))
    assert [each.code for each in mixed] == ["xml-text-misplaced"]
    other = violations(order(HEADER + '<x:lines xmlns:x="urn:other"/>'))
    assert [each.code for each in other] == ["xml-unexpected"]
    assert [each.code for each in violations(order(HEADER, OF_INSTANCE.format("type")))] == [
        "xml-attribute-unknown"
    ]


@pytest.mark.parametrize("name", ["nil", "schemaLocations", "anything"])
def test_of_the_attributes_about_schemas_only_places_of_schemas_may_be_there(name: str) -> None:
    assert not violations(order(HEADER, OF_INSTANCE.format("schemaLocation")))
    assert not violations(order(HEADER, OF_INSTANCE.format("noNamespaceSchemaLocation")))
    (told,) = violations(order(HEADER, OF_INSTANCE.format(name)))
    assert (told.code, told.location.xpath) == ("xml-attribute-unknown", f"/order/@xsi:{name}")


def test_many_faults_end_with_a_word_on_the_limit() -> None:
    told = violations(order(HEADER + f"<lines>{'<line><q/></line>' * 50_000}</lines>"))
    assert len(told) == 201
    assert told[-1].code == "findings-limit"


@pytest.mark.parametrize("name", NAMES)
def test_the_schemas_are_valid_as_files_and_as_they_are_used(name: str) -> None:
    etree.XMLSchema(etree.parse(ROOT / f"schemas/xml/{name}.xsd"))
    used = schema(name)
    assert (used.single, used.several, used.namespace) == (name, f"{name}s", "urn:acorn-gateway:documents")


@pytest.mark.parametrize("name", NAMES)
def test_our_judge_and_libxml2_agree_on_changed_documents(name: str) -> None:
    used, draw = schema(name), random.Random(name)
    folders = {"order": "purchase-order", "acknowledgment": "order-acknowledgment", "shipment": "ship-notice"}
    folder = ROOT / "tests/golden" / folders.get(name, name)
    texts = [path.read_text() for path in sorted(folder.glob("*/target.xml"))]
    texts += [path.read_text() for path in sorted(folder.glob("*/again.xml"))]
    refused = 0
    for _ in range(examples(200)):
        root, _findings = parse(draw.choice(texts).encode())
        assert root is not None
        root = root if local_name(root) == name else root[0]
        alone, _findings = parse(etree.tostring(root))
        assert alone is not None
        _damage(alone, draw)
        told = list(faults(alone, used.shape, used.namespace))
        assert bool(told) is not used.judge.validate(alone), (etree.tostring(alone), used.judge.error_log)
        refused += bool(told)
    assert refused > 20


def _damage(root: etree._Element, draw: random.Random) -> None:
    nodes = list(root.iter())
    node = draw.choice(nodes)
    match draw.randrange(7):
        case 0 if (parent := node.getparent()) is not None:
            parent.remove(node)
        case 1 if node is not root:
            node.addnext(etree.fromstring(etree.tostring(node)))
        case 2:
            node.text = draw.choice(
                ["", " ", "x", "1.50", "-1", "2026-11-02", "2026-02-30", "each", "true", "CA"]
            )
        case 3:
            node.set(draw.choice(["unit", "role", "type", "x"]), draw.choice(["each", "EA", "", "x12:ZZ"]))
        case 4 if node.attrib:
            del node.attrib[draw.choice(list(node.attrib))]
        case 5:
            node.append(etree.Element(draw.choice(nodes).tag))
        case _:
            node[:] = sorted(node, key=lambda each: str(each.tag))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<x", "no XML"),
        (XSD.format(""), "no element `broken`"),
        (XSD.format('<xs:include schemaLocation="no.xsd"/>'), "no file schemas/xml/no.xsd"),
        (XSD.format(WITH_ALL), "more than these schemas may use"),
    ],
)
def test_a_broken_schema_is_a_mistake_with_its_line(text: str, said: str) -> None:
    with pytest.raises(DataFileError) as raised:
        xml_schema("schemas/xml/broken.xsd", {"schemas/xml/broken.xsd": text})
    ((file, line, mistake),) = raised.value.mistakes
    assert (file, line) == ("schemas/xml/broken.xsd", 1)
    assert said in mistake


def test_what_is_written_is_valid_and_read_as_it_was() -> None:
    tree: JsonObject = {
        "total": "1",
        "lines": {
            "line": [{"quantity": {".": "2", "@unit": "each"}, "item": {"description": 'a <b> & "c"\r\nd'}}]
        },
        "header": {"orderNumber": "1 & 2", "orderDate": "2026-11-02"},
        "@currency": "CAD",
    }
    data = render([tree], schema())
    assert data.splitlines()[:3] == [
        b'<?xml version="1.0" encoding="UTF-8"?>',
        b'<order xmlns="urn:acorn-gateway:documents" currency="CAD">',
        b"  <header>",
    ]
    root, findings = parse(data)
    assert root is not None, findings
    assert schema().violations(root) == ()
    assert tree_of(root, schema().shape) == tree
    assert render([tree], schema()) == data


def test_characters_that_xml_cannot_carry_are_refused_by_their_place() -> None:
    tree: JsonObject = {"lines": {"line": [{}, {"lineNumber": "a\x0bb"}]}, "@currency": "\ud800"}
    assert [(each.location.xpath, each.value) for each in unwritable(tree, "order")] == [
        ("/order/lines/line[2]/lineNumber", "U+000B"),
        ("/order/@currency", "U+D800"),
    ]
