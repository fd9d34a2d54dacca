"""Partner files that change while the service runs, and translations that are done again alike."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.exchange.reading import read_file
from gateway.exchange.writing import ReadyFile, ReadyX12, X12Numbers, prepare
from gateway.formats.detect import Format
from gateway.service.exchange.in_force import InForce
from gateway.store.configurations import texts_of
from gateway.store.receiving import RAW
from gateway.store.sendings import SENT
from tests.exchange.files import acknowledgment, orders
from tests.exchange.partners import ALL, amazon
from tests.exchange.sight import Told
from tests.exchange.world import World

OTHER_NAMES = ALL["erp"].replace("replies: {form: text}", 'file_name: "po-{number}.{extension}"')


def test_a_change_is_taken_without_a_restart(world: World) -> None:
    first = world.in_force.digest
    world.drop("amazon", "1.850", orders("ORDER001", control=1))
    world.run()
    world.taken("erp")
    world.write_partner("erp", OTHER_NAMES)
    world.drop("amazon", "2.850", orders("ORDER002", control=2))
    world.run()

    assert [*world.taken("erp")] == ["po-ORDER002.csv"]
    assert [each.configuration for each in world.documents()] == [first, world.in_force.digest]
    assert not world.alerts()
    change = world.records("configuration-changed")[-1]
    assert (change["before"], change["after"]) == (first, world.in_force.digest)
    changed = json.loads(str(change["files"]))
    assert [*changed] == ["partners/erp/partner.yaml"]
    with world.store.database.reading() as connection:
        digests = [
            texts_of(connection, digest).digests["partners/erp/partner.yaml"]
            for digest in (first, world.in_force.digest)
        ]
    assert changed["partners/erp/partner.yaml"] == digests


def test_a_bad_change_is_refused_whole_and_what_was_in_force_goes_on(world: World) -> None:
    first = world.in_force.digest
    world.write_partner("erp", OTHER_NAMES)
    world.write_partner("amazon", amazon().replace("direction: in", "direktion: in"))
    world.drop("amazon", "1.850", orders("ORDER001"))
    world.run()

    (name,) = world.taken("erp")
    assert not name.startswith("po-"), "half of a change was used"
    assert world.in_force.digest == first
    assert world.alerts() == {"configuration-refused": 1}
    assert world.leaves().count("configuration-changed") == 1

    world.write_partner("amazon", amazon())
    world.drop("amazon", "2.850", orders("ORDER002", control=42))
    world.run()
    assert [*world.taken("erp")] == ["po-ORDER002.csv"]


def test_a_partner_file_that_is_gone_is_a_change_too(world: World) -> None:
    (world.root / "partners" / "erp" / "partner.yaml").unlink()
    world.drop("amazon", "1.850", orders("ORDER001"))
    world.run()

    assert world.alerts() == {"configuration-refused": 1}, "amazon/orders names an agreement of it"
    assert world.accounts() == {"delivered": 1}


def test_a_start_with_mistakes_goes_on_under_what_was_adopted_last(world: World) -> None:
    first = world.in_force.digest
    world.write_partner("amazon", "nonsense: [")
    world.restart()
    world.drop("amazon", "1.850", orders("ORDER001"))
    world.run()

    assert world.in_force.digest == first
    assert len(world.taken("erp")) == 1
    assert world.alerts() == {"configuration-refused": 1}
    world.write_partner("amazon", amazon(duplicates="content: hold"))
    world.run()
    assert world.in_force.digest != first


def test_what_comes_after_a_start_is_known_from_before_it(world: World) -> None:
    world.drop("amazon", "1.850", orders("ORDER001"))
    world.run()
    world.restart()
    world.drop("amazon", "2.850", orders("ORDER001"))
    world.run()

    assert world.accounts() == {"delivered": 1, "duplicate": 1}
    assert len(world.taken("erp")) == 1


def translated_again(world: World, in_force: InForce, document: Told, sending: Told) -> bytes:
    """What a document is translated to, from its raw bytes, by a configuration and the numbers it had."""
    (arrival,) = (each for each in world.arrivals() if each.id == document.within)
    channel = in_force.channel(arrival.channel)
    onward = in_force.configuration.agreements[str(document.onward)]
    assert channel is not None
    form = Format(str(world.records("arrival-processed", arrival.id)[0]["format"]))
    read = read_file("again", [world.payload(arrival.id, RAW)], form, in_force.reading(channel))
    (sourced,) = (each.sourced for each in read.documents if each.sourced is not None)
    numbers, written_at = world.numbers_of(sending.id)
    zone = ZoneInfo(in_force.partner(onward.partner).terms.zone)
    at = world.clock.now() if written_at is None else datetime.strptime(written_at, "%y%m%d %H%M")
    prepared = prepare((sourced,), Format(onward.format), in_force.writing(onward), at.replace(tzinfo=zone))
    if isinstance(prepared.ready, ReadyX12):
        return prepared.ready.written(X12Numbers(numbers[0], numbers[1], (numbers[2],)))
    assert isinstance(prepared.ready, ReadyFile)
    return prepared.ready.data


def test_a_translation_can_be_done_again_byte_for_byte_after_its_tables_were_changed(world: World) -> None:
    world.drop("amazon", "order.850", orders("ORDER001"))
    world.run()
    world.drop("erp", "answer.csv", acknowledgment("ORDER001"))
    world.run()
    other = (
        amazon()
        .replace("vendor_item_id: upc", "vendor_item_id: ean")
        .replace("id: AMAZON}", "id: AMAZON, group: AMZ}")
    )
    world.write_partner("amazon", other)
    world.clock.advance(40 * 24 * 3600)
    world.run()
    assert not world.alerts()

    carried = dict(world.carried())
    sendings = {each.id: each for each in world.sendings()}
    assert len(world.documents()) == 2
    for document in world.documents():
        sending = sendings[carried[document.id]]
        assert document.configuration == sending.configuration != world.in_force.digest
        with world.store.database.reading() as connection:
            kept = InForce(texts_of(connection, str(document.configuration)), None, world.in_force._order_of)
        sent = world.payload(sending.id, SENT)
        assert translated_again(world, kept, document, sending) == sent
    (answer,) = (each for each in world.documents() if each.document == "OrderAcknowledgment")
    sending = sendings[carried[answer.id]]
    now = translated_again(world, world.in_force, answer, sending)
    assert now != world.payload(sending.id, SENT), "the change is not one, and proves nothing"
