"""Partners are judged together: where documents go on, and that no two channels share a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.agreements.channel import Use
from gateway.agreements.configuration import Configuration
from gateway.agreements.parse import ReadPartner
from gateway.configured import across, configuration_of
from gateway.errors import DataFileError
from tests.agreements.files import SOUND, read

BUYER = SOUND.replace("channel: edi}\n", "channel: edi, to: [erp/orders]}\n", 1)
ERP = """\
terms: {zone: America/Chicago}
channels:
  files: {folder: {out: outbound/erp, in: inbound/erp}}
agreements:
  orders: {direction: out, document: PurchaseOrder, format: csv, channel: files}
  invoices: {direction: in, document: Invoice, format: csv, channel: files}
"""


def files(buyer: str = BUYER, erp: str = ERP) -> list[ReadPartner]:
    """Both partners as they are read."""
    return [read(buyer), read(erp, "partners/erp/partner.yaml")]


def told(buyer: str = BUYER, erp: str = ERP) -> list[tuple[str, int, str]]:
    """What is wrong between the two; each by itself is right, unless a test says otherwise."""
    return [(file.split("/")[1], line, text) for file, line, text in across(files(buyer, erp), None)]


def test_agreements_and_channels_are_known_by_their_ids() -> None:
    held = configuration_of(files(), None)
    assert list(held.agreements) == ["buyer/orders", "buyer/notices", "erp/orders", "erp/invoices"]
    assert list(held.channels) == ["buyer/edi", "buyer/live", "erp/files"]
    assert held.targets_of(held.agreements["buyer/orders"]) == (held.agreements["erp/orders"],)


def test_what_an_agreement_leaves_out_is_resolved() -> None:
    text = (
        ERP.replace("channel: files}", "channel: files, zone: UTC, calendar: c}", 1)
        + "calendars: {c: {days: [mon]}}\n"
    )
    held = configuration_of(files(erp=text), None)
    orders, invoices = held.agreements["erp/orders"], held.agreements["erp/invoices"]
    assert (held.zone_of(orders), held.zone_of(invoices)) == ("UTC", "America/Chicago")
    assert (held.calendar_of(orders), held.calendar_of(invoices)) == (
        held.partners["erp"].calendars["c"],
        None,
    )
    assert held.channel_of(orders) is held.channels["erp/files"]
    assert held.usage_of(orders) is Use.TEST


TARGETS = [
    (
        "erp/order",
        "`to` `erp/order` is no agreement; name one as PARTNER/AGREEMENT; did you mean `erp/orders`?",
    ),
    ("orders", "`to` `orders` is no agreement; name one as PARTNER/AGREEMENT; did you mean `erp/orders`?"),
    ("erp/invoices", "`to` `erp/invoices` is about what comes in; name one with `direction: out`"),
    ("buyer/notices", "`to` `buyer/notices` takes ShipNotice, and this agreement gives PurchaseOrder or "),
]


@pytest.mark.parametrize(("target", "words"), TARGETS)
def test_a_document_goes_on_by_an_agreement_that_takes_it(target: str, words: str) -> None:
    ((partner, line, text),) = told(BUYER.replace("erp/orders", target))
    assert (partner, line) == ("buyer", 8)
    assert text.startswith(words)
    assert told() == []


def test_an_order_may_go_on_as_a_change_too_and_a_change_not_as_an_order() -> None:
    change = "  changes: {direction: out, document: PurchaseOrderChange, format: csv, channel: files}\n"
    assert told(BUYER.replace("[erp/orders]", "[erp/orders, erp/changes]"), ERP + change) == []
    as_order = BUYER.replace("document: PurchaseOrder,", "document: PurchaseOrderChange,")
    assert "`erp/orders` takes PurchaseOrder" in told(as_order, ERP + change)[0][2]


def test_test_and_production_never_meet() -> None:
    live = ERP.replace("files: {folder", "files: {usage: production, folder")
    assert [text for _, _, text in told(erp=live)] == [
        "`to` `erp/orders` is for production, and this agreement for test; both must be for the same"
    ]


def test_a_target_with_a_mistake_of_its_own_is_not_called_unknown() -> None:
    for erp in (ERP.replace("direction: out", "direction: up"), "agreements: [", "agreements: []\n"):
        assert told(erp=erp) == []


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("inbound/buyer", "`in` inbound/buyer is also that of buyer/edi"),
        ("inbound/buyer/erp", "`in` inbound/buyer/erp and inbound/buyer of buyer/edi lie in each other"),
    ],
)
def test_no_two_channels_share_a_folder(folder: str, words: str) -> None:
    ((partner, line, text),) = told(erp=ERP.replace("inbound/erp", folder))
    assert (partner, line) == ("erp", 3)
    assert text.startswith(words)
    within = told(BUYER.replace("inbound/live", "inbound/buyer"))
    assert [each[:2] for each in within] == [("buyer", 6)]
    assert told(erp=ERP.replace("inbound/erp", "inbound/buyers")) == []


@pytest.mark.parametrize("link", ["inbound", "inbound/erp"])
def test_a_folder_is_no_link_and_is_reached_by_none(tmp_path: Path, link: str) -> None:
    (tmp_path / "elsewhere/erp").mkdir(parents=True)
    (tmp_path / link).parent.mkdir(exist_ok=True)
    (tmp_path / link).symlink_to(tmp_path / "elsewhere")
    found = [(file, text) for file, _, text in across(files(), tmp_path) if "partners/erp/" in file]
    text = f"`in` leads through {link}, which is a link; make it a folder, or name another one"
    assert found == [("partners/erp/partner.yaml", text)]


def test_every_mistake_of_all_partners_is_told_at_once() -> None:
    buyer = BUYER.replace("erp/orders", "erp/nothing").replace("ShipNotice", "ShipNote")
    with pytest.raises(DataFileError) as refused:
        configuration_of(files(buyer, ERP.replace("files}", "file}")), None)
    assert [(file.split("/")[1], line) for file, line, _ in refused.value.mistakes] == [
        ("buyer", 8),
        ("buyer", 9),
        ("erp", 5),
        ("erp", 6),
    ]


def test_an_empty_configuration_has_nothing() -> None:
    assert configuration_of([], None) == Configuration()
