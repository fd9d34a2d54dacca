"""Guides of partners on the command line: where they judge, and where they are shown and checked."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from tests.cli.command import ROOT, run

ORDERS = ROOT / "examples" / "purchase-orders.850"
NOTICE = ROOT / "examples" / "ship-notice.csv"
PLACE = "interchange 000000041, group 41, set 0001, segment 4 (2 in the set), BEG02"


class Statement(msgspec.Struct):
    place: str
    asks: str
    sources: list[str]
    unverified: str | None


class Shown(msgspec.Struct):
    text: str
    partner: str
    statements: list[Statement]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with the partner amazon, and an order of a kind that its guide does not name."""
    for folder in ("partners", "mappings", "schemas"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    text = ORDERS.read_text().replace("BEG*00*NE", "BEG*00*BK")
    (tmp_path / "order.850").write_text(text)
    return tmp_path


def partner_says(workspace: Path, old: str, new: str) -> None:
    path = workspace / "partners" / "amazon" / "partner.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def guide_says(workspace: Path, kind: str, old: str, new: str) -> None:
    path = workspace / "partners" / "amazon" / "guides" / f"{kind}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_validate_judges_by_the_guide_of_the_partner_and_only_then(workspace: Path) -> None:
    assert run("validate", "order.850", cwd=workspace).code == 0
    ran = run("validate", "order.850", "--partner", "amazon", cwd=workspace)
    text = ran.out.decode()
    assert ran.code == 1
    assert "order.850  x12  accepted with errors" in text
    assert f"error   guide-element-code  {PLACE}" in text
    assert "holds BK, and the guide allows only NE, CN, NP, RO (partners/amazon/guides/850.yaml:" in text


def test_an_agreement_lets_guide_errors_reject(workspace: Path) -> None:
    partner_says(workspace, "  usage: T", "  usage: T\n  guide_errors: reject")
    text = run("validate", "order.850", "--partner", "amazon", cwd=workspace).out.decode()
    assert "order.850  x12  partially accepted" in text
    assert "850 0001  004010  rejected" in text and "850 0002  004010  accepted" in text


@pytest.mark.parametrize(
    ("key", "set_code", "group_code"),
    [("tell", "AK5*E*5~", "AK9*E*2*2*2~"), ("reject", "AK5*R*5~", "AK9*P*2*2*1~")],
)
def test_ack_notes_what_breaks_the_guide(workspace: Path, key: str, set_code: str, group_code: str) -> None:
    partner_says(workspace, "  usage: T", f"  usage: T\n  guide_errors: {key}")
    text = run("ack", "order.850", "--partner", "amazon", cwd=workspace).out.decode()
    told = text[text.index("AK2*850*0001") : text.index("AK2*850*0002")].split()
    assert told == ["AK2*850*0001~", "AK3*BEG*2**8~", "AK4*2*92*7*BK~", set_code]
    assert "AK2*850*0002~\nAK5*A~" in text and group_code in text
    assert "AK5*A~\nAK2*850*0002~\nAK5*A~" in run("ack", "order.850", cwd=workspace).out.decode()


def test_what_is_not_verified_stands_in_no_997(workspace: Path) -> None:
    text = (workspace / "order.850").read_text().replace("DTM*064", "DTM*037")
    (workspace / "order.850").write_text(text)
    ran = run("ack", "order.850", "--partner", "amazon", cwd=workspace)
    assert "warning guide-segment-missing" in ran.err
    assert "AK3*DTM" not in ran.out.decode() and "AK3*BEG*2**8~" in ran.out.decode()


def test_an_order_with_an_error_against_the_guide_is_told_and_goes(workspace: Path) -> None:
    guide_says(workspace, "850", "codes NE CN NP RO", "codes CN NP RO")
    ran = run("translate", ORDERS, "--to", "spapi", "--partner", "amazon", cwd=workspace)
    assert ran.code == 1 and "guide-element-code" in ran.err
    assert ran.out.count(b'"purchaseOrderNumber"') == 2


def test_what_breaks_the_guide_is_not_sent(workspace: Path) -> None:
    guide_says(workspace, "856", "  - BSN01 codes 00 05:", "  - HL[03=S]/REF[BM]02 is NONE:")
    out = workspace / "notice.856"
    ran = run("translate", NOTICE, "--to", "x12", "--partner", "amazon", "-o", out, cwd=workspace)
    assert ran.code == 1 and not out.exists()
    assert "written-not-valid" in ran.err
    assert "and the guide allows only NONE (partners/amazon/guides/856.yaml:" in " ".join(ran.err.split())


def test_what_is_not_verified_is_sent_and_told(workspace: Path) -> None:
    guide_says(
        workspace,
        "856",
        "  - BSN01 codes 00 05:",
        "  - HL[03=S]/REF[BM]02 is NONE:\n      unverified: heard once",
    )
    out = workspace / "notice.856"
    ran = run("translate", NOTICE, "--to", "x12", "--partner", "amazon", "-o", out, cwd=workspace)
    assert ran.code == 0 and out.read_text().startswith("ISA")
    assert "warning guide-element-code" in ran.err
    assert "not verified: heard once" in " ".join(ran.err.split())


def test_schemas_show_of_a_set_as_a_guide_leaves_it() -> None:
    text = run("schemas", "show", "850", "--partner", "amazon").out.decode()
    assert "850 Purchase order (release 004010, group PO)" in text
    assert "CUR       040" not in text and "CUR       125" in text and "CUR not used" in text
    assert "REF[CR] required" in text and "not verified: " in text and "C850" in text
    shown = msgspec.json.decode(
        run("schemas", "show", "850", "--partner", "amazon", "--json").out, type=Shown
    )
    assert shown.partner == "amazon"
    assert ("REF[CR]", "required", ["S850", "C850"], None) in [
        (each.place, each.asks, each.sources, each.unverified) for each in shown.statements
    ]


def test_schemas_show_of_a_guide_that_is_not_there() -> None:
    ran = run("schemas", "show", "997", "--partner", "amazon")
    assert ran.code == 2
    said = "amazon has no guide to a set 997 of 004010; it has guides to the 810 of 004010, 850 of 004010"
    assert said in " ".join(ran.err.split())


@pytest.mark.parametrize("command", [("schemas", "check"), ("partners", "check")])
def test_a_guide_that_widens_is_refused_with_its_place_and_remedy(
    workspace: Path, command: tuple[str, str]
) -> None:
    assert run(*command, cwd=workspace).code == 0
    guide_says(workspace, "850", "  - BEG03 length 8/8:", "  - BEG03 length 8/30:")
    ran = run(*command, cwd=workspace)
    line = (workspace / "partners/amazon/guides/850.yaml").read_text().split("\n").index(
        "  - BEG03 length 8/30:"
    ) + 1
    said = f"partners/amazon/guides/850.yaml:{line}: widens: it gives BEG03 lengths 8/30, the standard 1/22; "
    assert ran.code == 1
    assert said + "a guide can only narrow, so write lengths within these" in ran.out.decode()
    for use in (("validate", "order.850"), ("translate", "order.850", "--to", "spapi"), ("ack", "order.850")):
        used = run(*use, "--partner", "amazon", cwd=workspace)
        assert used.code not in (0, 1) and said in used.err


def test_partners_show_names_the_guides() -> None:
    assert "partners/amazon/guides/855.yaml" in run("partners", "show", "amazon").out.decode()
