"""The generated orders are what the figures say they are: always the same, well counted, varied and good."""

from __future__ import annotations

from decimal import Decimal

from bench import orders
from bench.ours import Ours


def segments(data: bytes) -> list[list[str]]:
    return [segment.split("*") for segment in data.decode("ascii").split("~\n") if segment]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    assert orders.interchange(7, 20, 5) == orders.interchange(7, 20, 5)
    assert orders.interchange(7, 20, 5) != orders.interchange(8, 20, 5)
    assert list(orders.files(7, 3, 10)) == list(orders.files(7, 5, 10))[:3]


def test_a_shorter_interchange_holds_the_first_orders_of_a_longer_one() -> None:
    few, many = segments(orders.interchange(7, 2, 5)), segments(orders.interchange(7, 9, 5))
    assert few[2:-2] == many[2 : len(few) - 2]


def test_an_order_of_five_lines_has_33_segments_and_its_sums_are_right() -> None:
    inner = segments(orders.interchange(7, 40, 5))[2:-2]
    assert len(inner) == 40 * 33
    for start in range(0, len(inner), 33):
        order = inner[start : start + 33]
        lines = [segment for segment in order if segment[0] == "PO1"]
        (count,), (amount,) = ([s for s in order if s[0] == tag] for tag in ("CTT", "AMT"))
        assert order[-1] == ["SE", "33", order[0][2]]
        assert count == ["CTT", "5", str(sum(int(line[2]) for line in lines))]
        assert Decimal(amount[2]) == sum(Decimal(line[2]) * Decimal(line[4]) for line in lines)


def test_orders_differ_in_number_date_address_item_and_price() -> None:
    inner = segments(orders.interchange(7, 200, 5))
    assert len({segment[3] for segment in inner if segment[0] == "BEG"}) == 200
    assert len({segment[5] for segment in inner if segment[0] == "BEG"}) > 100
    assert len({segment[1] for segment in inner if segment[0] == "N3"}) > 380
    assert len({segment[4] for segment in inner if segment[0] == "N1"}) > 380
    assert len({segment[7] for segment in inner if segment[0] == "PO1"}) == 1000
    assert len({segment[4] for segment in inner if segment[0] == "PO1"}) > 950


def test_the_envelope_counts_what_it_holds() -> None:
    everything = segments(orders.interchange(7, 12, 5))
    assert everything[-2] == ["GE", "12", "1"]
    assert everything[-1] == ["IEA", "1", "000000001"]
    assert all(data.count(b"\nST*") == 1 for data in orders.files(7, 4, 10))


def test_every_order_is_accepted_made_canonical_and_written_for_sp_api(ours: Ours) -> None:
    data = orders.interchange(850, 30, 5)
    assert ours.validate(data) == ours.canonical(data) == ours.translate(data) == 30
    assert [ours.canonical(each) for each in orders.files(850, 3, 10)] == [1, 1, 1]


def test_a_faulty_order_does_not_come_through(ours: Ours) -> None:
    data = orders.interchange(850, 3, 5).replace(b"CUR*BY*USD", b"CUR*BY*USDX", 1)
    assert ours.validate(data) == ours.canonical(data) == ours.translate(data) == 2


def test_a_huge_interchange_is_one_with_order_numbers_of_its_own_in_each_group(ours: Ours) -> None:
    pieces = list(orders.endless(7, 20, 5, at_least=60_000))
    data = b"".join(pieces)
    assert len(data) > 60_000
    assert len(pieces) > 4
    assert ours.canonical(data) == data.count(b"\nSE*") == 20 * (len(pieces) - 2)
    numbers = {segment[3] for segment in segments(data) if segment[0] == "BEG"}
    assert len(numbers) == 20 * (len(pieces) - 2)
