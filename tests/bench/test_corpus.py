"""The generated orders are what the figures say they are: always the same, well counted, and varied."""

from __future__ import annotations

from decimal import Decimal

from bench import corpus


def segments(data: bytes) -> list[list[str]]:
    return [segment.split("*") for segment in data.decode("ascii").split("~\n") if segment]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    assert corpus.interchange(7, 20, 5) == corpus.interchange(7, 20, 5)
    assert corpus.interchange(7, 20, 5) != corpus.interchange(8, 20, 5)
    assert corpus.files(7, 3, 10) == corpus.files(7, 5, 10)[:3]


def test_a_shorter_interchange_holds_the_first_orders_of_a_longer_one() -> None:
    few, many = segments(corpus.interchange(7, 2, 5)), segments(corpus.interchange(7, 9, 5))
    assert few[2:-2] == many[2 : len(few) - 2]


def test_an_order_of_five_lines_has_31_segments_and_its_sums_are_right() -> None:
    inner = segments(corpus.interchange(7, 40, 5))[2:-2]
    assert len(inner) == 40 * 31
    for start in range(0, len(inner), 31):
        order = inner[start : start + 31]
        lines = [segment for segment in order if segment[0] == "PO1"]
        (count,), (amount,) = ([s for s in order if s[0] == tag] for tag in ("CTT", "AMT"))
        assert order[-1] == ["SE", "31", order[0][2]]
        assert count == ["CTT", "5", str(sum(int(line[2]) for line in lines))]
        assert Decimal(amount[2]) == sum(Decimal(line[2]) * Decimal(line[4]) for line in lines)


def test_orders_differ_in_number_date_place_and_items() -> None:
    inner = segments(corpus.interchange(7, 200, 5))
    assert len({segment[3] for segment in inner if segment[0] == "BEG"}) == 200
    assert len({segment[5] for segment in inner if segment[0] == "BEG"}) > 100
    assert len({segment[4] for segment in inner if segment[:2] == ["N1", "ST"]}) > 100
    assert len({segment[7] for segment in inner if segment[0] == "PO1"}) > 800


def test_the_envelope_counts_what_it_holds() -> None:
    everything = segments(corpus.interchange(7, 12, 5))
    assert everything[-2] == ["GE", "12", "1"]
    assert everything[-1] == ["IEA", "1", "000000001"]
    assert all(data.count(b"\nST*") == 1 for data in corpus.files(7, 4, 10))
