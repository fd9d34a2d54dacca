"""What must hold when a scenario is over: nothing lost, nothing doubled, the ledger clean."""

from __future__ import annotations

from collections import Counter

from gateway.lifecycle import Account, Kind, State
from gateway.service.ledger import check
from gateway.store.balance import balance, balance_of_leaves, differences
from gateway.store.sendings import SENT
from tests.exchange.world import World

DELIVERED = (State.DELIVERED, State.ACCEPTED, State.REFUSED, State.OVERDUE)
BURIED = (" dead", " parked")


def account_for(world: World) -> None:
    """Fail with the first thing that does not hold."""
    ledger_is_clean(world)
    every_file_is_accounted_for(world)
    balance_adds_up(world)
    every_delivery_is_one_file(world)
    control_numbers_rise(world)
    nothing_went_wrong_unseen(world)


def ledger_is_clean(world: World) -> None:
    """The deep check finds nothing, and what messages say is what their leaves say."""
    report = check(world.root, world.around, deep=True)
    assert not report.faults, report.faults[:5]


def every_file_is_accounted_for(world: World) -> None:
    """Each file that was taken is one arrival, and all of them are in one of the accounts."""
    arrivals = Counter(each.channel.partition("/")[0] for each in world.arrivals())
    taken = world.dropped - Counter({partner: world.lying(partner) for partner in world.dropped})
    assert arrivals - world.handed_in == taken, "a file was taken and not kept, or was kept twice"
    split = Counter(each.within for each in world.documents())
    told = {}
    for each in world.arrivals():
        if each.state is State.PROCESSED:
            (record,) = world.records("arrival-processed", each.id)
            assert record["documents"] == split[each.id], "a document of a file was lost"
            told[each.id] = record["documents"]
    accepted = sum(int(told.get(each.id) or 1) for each in world.arrivals())
    accounts = world.accounts()
    assert accepted == accounts.total(), accounts
    assert set(accounts) <= {each.value for each in Account}


def balance_adds_up(world: World) -> None:
    """What was accepted is accounted for by partner and day, in the rows and in the ledger alike."""
    with world.store.database.reading() as connection:
        found = balance(connection)
        assert not differences(found, balance_of_leaves(connection))
    assert all(line.balances for line in found.values()), found


def every_delivery_is_one_file(world: World) -> None:
    """What was delivered lay in a pick-up folder, once, byte for byte; and nothing else lay there."""
    world.note_out()
    files = Counter((partner, data) for (partner, _), data in world.out.items())
    again = Counter(
        each.id for each in world.sendings() for _ in world.records("sending-queued", each.id)[1:]
    )
    sent: Counter[tuple[str, bytes]] = Counter()
    for each in world.sendings():
        times = len(world.records("sending-delivered", each.id))
        assert times <= 1 + again[each.id], "it was delivered more often than it was to be sent"
        assert (times > again[each.id]) == (each.state in DELIVERED), each
        sent[each.channel.partition("/")[0], world.payload(each.id, SENT)] += times
    assert files == sent, "files in pick-up folders are not what was delivered"
    carried = Counter(document for document, _ in world.carried())
    for each in world.documents():
        if each.state in (*DELIVERED, State.QUEUED, State.UNDELIVERABLE):
            assert carried[each.id] == 1 or each.state is State.QUEUED, (
                "a document is in several sendings, or none"
            )
        else:
            assert not carried[each.id], "a document was sent that is not to be"


def control_numbers_rise(world: World) -> None:
    """No two interchanges of one direction have the same number, and later ones have higher ones."""
    given: dict[str, list[int]] = {}
    for each in world.messages(Kind.SENDING):
        if each.isa13 is not None:
            given.setdefault(each.channel.partition("/")[0], []).append(each.isa13)
    for numbers in given.values():
        assert sorted(set(numbers)) == list(range(1, len(numbers) + 1)), numbers


def nothing_went_wrong_unseen(world: World) -> None:
    """No step died and no part of ours failed, unless the scenario says so."""
    buried = Counter({name: count for name, count in world.steps().items() if name.endswith(BURIED)})
    assert buried == world.buried_on_purpose
    assert [type(each).__name__ for each in world.faults if not isinstance(each, world.expected)] == []
