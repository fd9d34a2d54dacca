"""`gateway check` tells every mistake of a workspace; the samples of `gateway init` have none."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from gateway.bootstrap import Library
from gateway.errors import UsageError
from gateway.samples import sample_files, sample_names
from gateway.workspace import Workspace
from tests.cli.command import ROOT, run

FAULTS = {
    "gateway.yaml": ("  name:", "  nmae:", "unknown key `nmae`; did you mean `name`?"),
    "partners/amazon/partner.yaml": (
        "[erp/order-changes]",
        "[erp/odrer-changes]",
        "did you mean `erp/order-changes`?",
    ),
    "partners/erp/partner.yaml": ("in: inbound/erp ", "in: inbound/amazon/erp ", "lie in each other"),
    "partners/amazon/guides/850.yaml": ("BEG01 is 00", "BEG99 is 00", "BEG"),
}
ADDED = {
    "partners/erp/mappings/10-store.yaml": (
        "overlay: csv-order\nrows:\n  references.stroe: store\n",
        "`store`",
    ),
    "mappings/codes/colour.csv": ("canonical,x12\nred,R\n", "no table uses this code list"),
    "mappings/crossrefs/items.csv": ("a,a\n1,2\n", "`a`"),
}


def workspace(folder: Path, *samples: str) -> Path:
    """A new workspace with samples."""
    named = [word for sample in samples for word in ("--sample", sample)]
    ran = run("init", "acorn", *named, cwd=folder)
    assert ran.code == 0, ran.err
    return folder / "acorn"


def test_every_kind_of_mistake_is_told_at_once(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "amazon")
    assert run("check", cwd=folder).out.endswith(b" files checked, 0 mistakes found.\n")
    for name, (before, after, _) in FAULTS.items():
        text = (folder / name).read_text(encoding="utf-8")
        assert before in text, name
        (folder / name).write_text(text.replace(before, after), encoding="utf-8")
    for name, (text, _) in ADDED.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    ran = run("check", "--json", cwd=folder)
    assert ran.code == 1
    told = json.loads(ran.out)["mistakes"]
    for name, words in {name: fault[-1] for name, fault in (FAULTS | ADDED).items()}.items():
        assert [each for each in told if each["file"] == name and words in each["mistake"]], (name, told)
    lines = run("check", cwd=folder).out.decode().splitlines()
    assert lines[:-1] == [f"{each['file']}:{each['line']}: {each['mistake']}" for each in told]
    assert lines[-1].endswith(f"files checked, {len(told)} mistakes found.")


def test_a_code_list_that_cannot_be_read_hides_no_mistake_of_partners(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "amazon")
    (folder / "mappings/codes").mkdir()
    (folder / "mappings/codes/item-id.csv").write_text("word\nx\n", encoding="utf-8")
    path = folder / "partners/erp/partner.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("format: csv", "format: csw"), encoding="utf-8")
    told = json.loads(run("check", "--json", cwd=folder).out)["mistakes"]
    assert {each["file"] for each in told} >= {"mappings/codes/item-id.csv", "partners/erp/partner.yaml"}


def test_partners_check_tells_of_mistakes_between_partners(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "amazon")
    path = folder / "partners/erp/partner.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("inbound/erp ", "inbound/amazon "), encoding="utf-8"
    )
    ran = run("partners", "check", cwd=folder)
    assert ran.code == 1
    assert b"is also that of amazon/edi" in ran.out


@pytest.mark.parametrize("samples", [*((name,) for name in sample_names()), *combinations(sample_names(), 2)])
def test_samples_alone_and_together_have_no_mistake(tmp_path: Path, samples: tuple[str, ...]) -> None:
    for name, text in sample_files(samples).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "mappings").mkdir()
    held = Library(Workspace(tmp_path)).configuration()
    assert held.agreements
    assert {held.usage_of(each) for each in held.agreements.values()} == {"test"}
    assert {partner.x12.usage for partner in held.partners.values()} == {"T"}
    for channel in held.channels.values():
        if channel.folder is not None:
            for path in (channel.folder.into, channel.folder.out):
                assert path is None or (tmp_path / path).is_dir()


def test_the_amazon_sample_exchanges_all_documents_both_ways(tmp_path: Path) -> None:
    held = Library(Workspace(workspace(tmp_path, "amazon"))).configuration()
    ways = {
        each.id: tuple(target.id for target in held.targets_of(each)) for each in held.agreements.values()
    }
    assert {name: targets for name, targets in ways.items() if targets} == {
        "amazon/orders": ("erp/orders", "erp/order-changes"),
        "amazon/changes": ("erp/order-changes",),
        "erp/acknowledgments": ("amazon/acknowledgments",),
        "erp/ship-notices": ("amazon/ship-notices",),
        "erp/invoices": ("amazon/invoices",),
    }


def test_a_partner_that_no_envelope_names_is_nobodys_stranger_and_names_nobody(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "amazon")
    orders, invoice = ROOT / "examples/purchase-orders.850", ROOT / "examples/invoice.csv"
    assert (
        "partner-differs" not in run("translate", orders, "--to", "csv", "--partner", "erp", cwd=folder).err
    )
    written = run("translate", invoice, "--to", "x12", "--partner", "erp", cwd=folder)
    assert written.code == 0
    assert "identities-assumed" in written.err


@pytest.mark.parametrize("sample", ["erp-csv", "erp-fixed", "erp-xml"])
def test_an_erp_alone_is_joined_to_a_customer_by_taking_out_the_marks(sample: str) -> None:
    text = sample_files([sample])[f"partners/{sample}/partner.yaml"]
    assert text.count("    #to: [amazon/") == 3


def test_an_unknown_sample_is_told_and_nothing_is_made(tmp_path: Path) -> None:
    ran = run("init", "acorn", "--sample", "amzon", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, b"")
    assert "there is no sample `amzon`; did you mean `amazon`?" in ran.err
    assert not (tmp_path / "acorn").exists()
    with pytest.raises(UsageError):
        sample_files(["../samples/amazon"])


def test_partners_are_listed_and_shown_with_what_is_agreed(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "amazon")
    path = folder / "partners/amazon/partner.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("#hold:", "hold:"), encoding="utf-8")
    listed = json.loads(run("partners", "list", "--json", cwd=folder).out)["partners"]
    own = [each for each in listed if each["partner"] in ("amazon", "erp")]
    assert [(each["partner"], each["identity"], each["channels"], each["agreements"]) for each in own] == [
        ("amazon", "ZZ/AMAZON", 1, 5),
        ("erp", "", 1, 5),
    ]
    lines = [
        " ".join(line.split())
        for line in run("partners", "show", "amazon", cwd=folder).out.decode().splitlines()
    ]
    assert "edi test inbound/amazon outbound/amazon rename" in lines
    assert "orders in PurchaseOrder x12 erp/orders, erp/order-changes" in lines
    assert "invoices hold.above 50000" in lines
    assert "acknowledge" not in "".join(lines).replace("x12.acknowledge", "")
