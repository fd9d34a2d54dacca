"""Terms of agreements as they are seen from outside: each does what its name says, and nothing without it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import col

from gateway.store.channels import pause, resume
from gateway.store.people import Who
from gateway.store.tables import SendingRow
from tests.clocks import NOON
from tests.exchange.conftest import MakeWorld
from tests.exchange.files import acknowledgment, orders, ship_notice
from tests.exchange.partners import ALL, AMAZON, ERP
from tests.exchange.world import World

HOUR = 3600
DAY = 24 * HOUR
GUIDE = """\
guide: 850
releases: "004010"
direction: inbound
about: orders of ours alone
sources:
  W: what they wrote to us
statements:
  - BEG02 codes SA:
      source: W
"""


def amazon(old: str, new: str) -> dict[str, str]:
    """The partners of a scenario, with other words in the file of Amazon."""
    assert old in AMAZON
    return ALL | {"amazon": AMAZON.replace(old, new)}


def erp(old: str, new: str) -> dict[str, str]:
    """The same of the ERP."""
    assert old in ERP
    return ALL | {"erp": ERP.replace(old, new)}


def to_erp(world: World) -> str:
    """All that the ERP got."""
    return b"".join(world.taken("erp").values()).decode()


@pytest.mark.parametrize("tolerated", [True, False])
def test_a_departure_from_the_standard_is_taken_only_where_it_is_named(
    new_world: MakeWorld, tolerated: bool
) -> None:
    """The number of an order is longer than the standard has it, by one character."""
    terms = "to: [erp/orders], tolerances: {form: true}}" if tolerated else "to: [erp/orders]}"
    world = new_world(amazon("to: [erp/orders]}", terms))
    world.drop("amazon", "odd.850", orders("ORDER" + "1" * 18))
    world.run()

    assert world.accounts() == {"delivered" if tolerated else "rejected": 1}
    answer = b"".join(world.taken("amazon").values())
    assert (b"AK5*R" in answer) is not tolerated


def answered_under(world: World, written: str) -> World:
    """The ERP answers an order, and writes the day of it so."""
    world.drop("amazon", "order.850", orders("ORDER001"))
    world.run()
    assert b"2026-11-04" in acknowledgment("ORDER001")
    world.drop("erp", "answer.csv", acknowledgment("ORDER001").replace(b"2026-11-04", written.encode()))
    world.run()
    return world


PATTERNS = "channel: files, date_patterns: [DD.MM.YYYY, YYYY-MM-DD], to: [amazon/acknowledgments]}"


@pytest.mark.parametrize(
    ("agreed", "written", "goes"),
    [
        (True, "04.11.2026", True),
        (True, "2026-11-04", True),
        (True, "11/04/2026", False),
        (False, "04.11.2026", False),
    ],
)
def test_dates_are_read_as_was_agreed(new_world: MakeWorld, agreed: bool, written: str, goes: bool) -> None:
    world = new_world(erp("channel: files, to: [amazon/acknowledgments]}", PATTERNS) if agreed else dict(ALL))
    answered_under(world, written)

    sent = b"".join(data for name, data in world.taken("amazon").items() if name.startswith("order-ack"))
    assert (b"20261104" in sent) is goes
    if not goes:
        (reply,) = world.replies("erp").values()
        assert written in reply
        world.taken("amazon")


def test_dates_are_written_by_the_first_pattern(new_world: MakeWorld) -> None:
    world = new_world(
        erp(
            "document: PurchaseOrder, format: csv,",
            "document: PurchaseOrder, format: csv, date_patterns: [DD.MM.YYYY],",
        )
    )
    world.drop("amazon", "order.850", orders("ORDER001"))
    world.run()
    assert "03.11.2026" in to_erp(world)


@pytest.mark.parametrize(
    ("zone", "there"), [("America/New_York", b"20261109*1230"), ("Asia/Shanghai", b"20261108*2330")]
)
def test_a_time_without_a_zone_is_meant_in_that_of_the_agreement(
    new_world: MakeWorld, zone: str, there: bytes
) -> None:
    """What the ERP tells as 15:30 is told to Amazon as it is then in Los Angeles."""
    known = "document: ShipNotice, format: csv,"
    world = new_world(erp(known, f"{known} zone: {zone},"))
    world.drop("amazon", "order.850", orders("ORDER001"))
    world.run()
    told = ship_notice("ORDER001").replace(b"T15:30:00-08:00", b"T15:30:00")
    world.drop("erp", "notice.csv", told)
    world.run()
    (sent,) = (data for name, data in world.taken("amazon").items() if name.startswith("ship-notice"))
    assert b"BSN*00*SH-ORDER001*" + there in sent


@pytest.mark.parametrize("holds", [True, False])
def test_a_guide_holds_where_it_was_agreed(new_world: MakeWorld, holds: bool) -> None:
    world = new_world(dict(ALL))
    folder = world.root / "partners" / "amazon" / "guides"
    folder.mkdir()
    (folder / "850.yaml").write_text(GUIDE)
    terms = "to: [erp/orders], acknowledge: {rejects: guide}" + ("}" if holds else ", guide: false}")
    world.write_partner("amazon", AMAZON.replace("to: [erp/orders]}", terms))
    world.drop("amazon", "order.850", orders("ORDER001"))
    world.run()

    assert not world.alerts()
    assert world.accounts() == {"rejected" if holds else "delivered": 1}
    world.taken("amazon")


def test_what_is_sent_leaves_within_its_window_and_on_days_of_business(new_world: MakeWorld) -> None:
    assert f"{NOON:%a %H}" == "Mon 12", "the days below are reckoned from there: 7:00 in New York"
    terms = (
        "document: PurchaseOrder, format: csv, zone: America/New_York, windows: ['09:00-10:00'], calendar: c,"
    )
    partners = erp("document: PurchaseOrder, format: csv,", terms)
    partners["erp"] += "calendars: {c: {days: [thu]}}\n"
    world = new_world(partners)
    world.drop("amazon", "order.850", orders("ORDER001"))
    world.run()
    assert b"AK5*A" in b"".join(world.taken("amazon").values()), "the acknowledgment waits for no window"
    world.pass_time(3 * DAY + HOUR)
    assert not world.taken("erp"), "it is Thursday, before nine"
    world.pass_time(HOUR)
    assert len(world.taken("erp")) == 1


@pytest.mark.parametrize(("calendar", "days"), [(False, 1), (True, 3)])
def test_a_receipt_is_asked_for_after_time_of_business(
    new_world: MakeWorld, calendar: bool, days: int
) -> None:
    """Of 24 hours, 12 are left of Monday; with the calendar the next ones are those of Thursday."""
    old = "document: OrderAcknowledgment, format: x12, channel: edi}"
    partners = amazon(old, old[:-1] + ", zone: UTC" + (", calendar: c}" if calendar else "}"))
    partners["amazon"] += "calendars: {c: {days: [mon, thu]}}\n"
    world = answered_under(new_world(partners), "2026-11-04")
    with world.store.database.reading() as connection:
        wanted = select(col(SendingRow.due_at)).where(col(SendingRow.document) == "OrderAcknowledgment")
        due = connection.execute(wanted).scalar_one()
    assert due is not None
    assert (due.date() - NOON.date()).days == days
    world.pass_time((days + 1) * DAY)
    assert world.alerts()["receipt-overdue"] == 1
    world.taken("amazon")


def naming(world: World, *rows: str) -> None:
    """Somebody writes what the ERP calls the items of Amazon."""
    path = world.root / "partners" / "erp" / "crossrefs" / "items.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(("asin,vendor_sku", *rows, "")))


def with_names(new_world: MakeWorld, partners: dict[str, str]) -> World:
    """A world whose ERP wants its own names of items, and has none for that of the orders yet."""
    world = new_world(partners)
    overlay = world.root / "partners" / "erp" / "mappings" / "10-names.yaml"
    overlay.parent.mkdir()
    overlay.write_text("overlay: csv-order\ncrossrefs:\n  lines[]: items(ids.asin -> ids.vendor_sku) hold\n")
    naming(world, "B0ACRN0009,ACS-900")
    return world


def test_what_waits_for_a_row_of_a_cross_reference_goes_on_by_itself(new_world: MakeWorld) -> None:
    world = with_names(new_world, dict(ALL))
    world.drop("amazon", "order.850", orders("ORDER001"))
    world.run()
    (held,) = world.documents()
    assert (held.state, held.why) == ("held", "crossref-missed")
    assert world.accounts() == {"held": 1}
    assert b"AK5*A" in b"".join(world.taken("amazon").values()), "what we lack is no fault of theirs"
    naming(world, "B0ACRN0008,ACS-800")
    world.run()
    assert world.message_states() == {"held": 1}, "this is another row"

    naming(world, "B0ACRN0001,ACS-100")
    world.run()
    assert world.message_states() == {"delivered": 1}
    assert "ACS-100" in to_erp(world)


def test_of_cross_references_those_of_the_agreement_are_used(new_world: MakeWorld) -> None:
    world = with_names(new_world, dict(ALL))
    others = world.root / "partners" / "erp" / "crossrefs" / "others.csv"
    others.write_text("assigned,name\nPHX3,Phoenix\n")
    known = "document: PurchaseOrder, format: csv,"
    world.write_partner("erp", erp(known, f"{known} crossrefs: [others],")["erp"])
    world.drop("amazon", "order.850", orders("ORDER001"))
    world.run()

    assert not world.alerts()
    assert world.message_states() == {"delivered": 1}, "nothing looks for the name of the item"


@pytest.mark.parametrize("channel", ["amazon/edi", "erp/files"])
def test_nothing_comes_or_goes_over_a_channel_while_it_is_paused(world: World, channel: str) -> None:
    person = Who("user", "ann")
    world.store.writer.do(lambda change: pause(change, channel, "stocktaking", person))
    world.drop("amazon", "order.850", orders("ORDER001"))
    world.pass_time(HOUR, stride=600)
    assert not world.taken("erp")
    assert bool(world.waiting("amazon")) == (channel == "amazon/edi")

    world.store.writer.do(lambda change: resume(change, channel, "counted", person))
    world.pass_time(HOUR, stride=600)
    assert len(world.taken("erp")) == 1
    told = [world.records(what)[0]["reason"] for what in ("channel-paused", "channel-resumed")]
    assert told == ["stocktaking", "counted"]
