"""`gateway codes`, `schemas` and `detect`: what the gateway knows, for people and for programs."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from gateway.codes import CATALOGUE
from tests.cli.command import GOOD, ROOT, run, saved


class Listed(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    severity: str
    title: str
    why: str
    remedy: str
    tolerable: bool
    guide: bool
    ak304: str | None = None
    ak403: str | None = None
    ak502: str | None = None
    ak905: str | None = None
    ta105: str | None = None


class Codes(msgspec.Struct, forbid_unknown_fields=True):
    codes: list[Listed]


class Schema(msgspec.Struct, forbid_unknown_fields=True):
    release: str
    set: str
    name: str


class Schemas(msgspec.Struct, forbid_unknown_fields=True):
    schemas: list[Schema]


class Mistake(msgspec.Struct, forbid_unknown_fields=True):
    file: str
    line: int
    mistake: str


class Partial(msgspec.Struct, forbid_unknown_fields=True):
    release: str
    element: str
    name: str
    codes: int


class Checked(msgspec.Struct, forbid_unknown_fields=True):
    mistakes: list[Mistake]
    partial_code_lists: list[Partial]


def test_codes_lists_the_whole_catalogue() -> None:
    ran = run("codes", "--json")
    listed = msgspec.json.decode(ran.out, type=Codes).codes
    assert ran.code == 0
    assert [each.code for each in listed] == list(CATALOGUE)
    for each in listed:
        code = CATALOGUE[each.code]
        assert (each.severity, each.tolerable, each.ak403) == (code.severity, code.tolerable, code.ak403)
        assert each.title
        assert each.why
        assert each.remedy


def test_codes_for_people_names_each_once() -> None:
    text = run("codes").out.decode()
    words = text.split()
    assert [code for code in CATALOGUE if words.count(code) < 1] == []
    assert text.count("(tolerable)") == sum(code.tolerable for code in CATALOGUE.values())


def test_schemas_list() -> None:
    listed = msgspec.json.decode(run("schemas", "list", "--json").out, type=Schemas).schemas
    assert [each.set for each in listed if each.release == "004010"] == [
        "810",
        "850",
        "855",
        "856",
        "860",
        "865",
        "997",
    ]
    text = run("schemas", "list").out.decode()
    for each in listed:
        assert f"{each.release}  {each.set}  {each.name}\n" in text


def test_schemas_check_finds_nothing_and_tells_the_partial_lists() -> None:
    ran = run("schemas", "check", "--json")
    checked = msgspec.json.decode(ran.out, type=Checked)
    assert (ran.code, checked.mistakes) == (0, [])
    assert {"66", "128", "355", "374"} <= {each.element for each in checked.partial_code_lists}
    assert ("353", "004010") not in {(each.element, each.release) for each in checked.partial_code_lists}
    text = run("schemas", "check").out.decode()
    assert "128" in text
    assert "warning" in text


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with definitions of its own."""
    for folder in ("partners", "mappings", "inbound", "outbound"):
        (tmp_path / folder).mkdir()
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    return tmp_path


def test_schemas_check_tells_a_mistake_with_file_and_line(workspace: Path) -> None:
    path = workspace / "schemas" / "x12" / "004010" / "997.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(index for index, line in enumerate(lines) if "AK5" in line)
    lines[number] = lines[number].replace("AK5", "AQ5")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = run("schemas", "check", "--json", cwd=workspace)
    assert ran.code == 1
    mistakes = msgspec.json.decode(ran.out, type=Checked).mistakes
    assert ("schemas/x12/004010/997.yaml", number + 1) in [(each.file, each.line) for each in mistakes]
    assert any("AQ5" in each.mistake for each in mistakes)
    assert (
        f"schemas/x12/004010/997.yaml:{number + 1}: " in run("schemas", "check", cwd=workspace).out.decode()
    )


def test_definitions_with_mistakes_are_told_as_such_not_as_faults_of_the_document(
    workspace: Path,
) -> None:
    (workspace / "schemas" / "x12" / "004010" / "850.yaml").write_text("set: [\n", encoding="utf-8")
    ran = run("validate", saved(workspace, GOOD), cwd=workspace)
    assert (ran.code, ran.out) == (2, b"")
    assert "schemas/x12/004010/850.yaml" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("850", ["850 Purchase order", "loop PO1", "BEG", "mandatory"]),
        ("PO1", ["PO1 Order line", "PO101     350", "AN 1/20"]),
        ("po1", ["PO1"]),
        ("ISA", ["ISA Interchange header", "ISA05     I05"]),
        ("353", ["353 Purpose of the transaction set, whole list of ", "\n00    Original\n"]),
        ("i05", ["I05 Kind of interchange identification", "\n01    DUNS\n"]),
        ("324", ["324 Purchase order number has no code list"]),
    ],
)
def test_schemas_show(name: str, shown: list[str]) -> None:
    ran = run("schemas", "show", name)
    assert ran.code == 0
    text = ran.out.decode()
    assert [each for each in shown if each not in text] == []
    as_json = run("schemas", "show", name, "--json").json
    assert as_json == {"release": "004010", "name": name, "text": text.removesuffix("\n")}


@pytest.mark.parametrize("arguments", [("999",), ("850", "--release", "009010"), ("",)])
def test_schemas_show_of_what_is_not_there(arguments: tuple[str, ...]) -> None:
    ran = run("schemas", "show", *arguments)
    assert (ran.code, ran.out) == (2, b"")
    assert "gateway schemas list" in ran.err


@pytest.mark.parametrize(
    ("content", "form", "code"),
    [
        (GOOD.encode(), "x12", 0),
        (b"\xef\xbb\xbf\r\n " + GOOD.encode(), "x12", 0),
        (b'{"nothing": "known"}', "json", 0),
        (b"\x00\x01\x02\x03", "unknown", 1),
        (b"", "unknown", 1),
    ],
)
def test_detect(tmp_path: Path, content: bytes, form: str, code: int) -> None:
    path = saved(tmp_path, content)
    assert run("detect", path).out.decode() == f"{form}\n"
    ran = run("detect", path, "--json")
    assert ran.json == {"file": str(path), "format": form}
    assert ran.code == code


@pytest.mark.parametrize("name", ["nothing-there", "."])
def test_detect_of_what_cannot_be_read(tmp_path: Path, name: str) -> None:
    ran = run("detect", tmp_path / name)
    assert (ran.code, ran.out) == (2, b"")
    assert "cannot be read" in ran.err


@pytest.mark.parametrize(
    ("content", "form", "kind"),
    [
        (b'{"payload": {"orders": []}}', "spapi", "order"),
        (b'{"shipmentConfirmations": [{"shipmentIdentifier": "', "spapi", "shipment_confirmation"),
        (b'{"invoiceType": "Invoice", "id": "7", "items": [', "spapi", "invoice"),
        (b'[{"document": "Invoice"}, {"document": "PurchaseOrder"}]', "canonical", "Invoice, PurchaseOrder"),
        (b'[{"document": "Invoice", "number": "1"}, {"numb', "canonical", "Invoice"),
        (b'[{"purchaseOrderNumber": "A", "orderDetails": {}}, {"purchaseOrd', "spapi", "order"),
        (b'{"orders": [' + b'{"purchaseOrderNumber": "A"},' * 9000 + b"{}]}", "spapi", "order"),
        (b"[" + b'{"document": "Invoice", "x": "\\"]}"},' * 3000, "canonical", "Invoice"),
    ],
)
def test_detect_tells_which_documents_json_holds(
    tmp_path: Path, content: bytes, form: str, kind: str
) -> None:
    path = saved(tmp_path, content)
    assert run("detect", path).out.decode() == f"{form}  {kind}\n"
    assert run("detect", path, "--json").json == {"file": str(path), "format": form, "kind": kind}


@pytest.mark.parametrize("content", [b"{}", b" { }\n"])
def test_detect_says_of_empty_json_that_nothing_is_in_it(tmp_path: Path, content: bytes) -> None:
    path = saved(tmp_path, content)
    ran = run("detect", path)
    assert (ran.code, ran.out) == (1, b"json\n")
    assert ran.err == f"{path} is JSON without anything in it; look where it was written\n"


@pytest.mark.parametrize("content", [b'{"a": 1}', b"[1, 2]", b'["document"]', b'{"document": 1}', b"[[[[[["])
def test_detect_of_other_json_claims_nothing(tmp_path: Path, content: bytes) -> None:
    ran = run("detect", saved(tmp_path, content))
    assert (ran.code, ran.out, ran.err) == (0, b"json\n", "")
