"""What goes together: by count, by size, by how long the first has waited; in order, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.agreements.agreement import Batch
from gateway.exchange.batching import Due, Waiting, due

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def waiting(*sizes: int, seconds: int = 0) -> list[Waiting]:
    """Documents a, b, c, … of which the first has waited for so long, and each next one a second less."""
    first = NOW - timedelta(seconds=seconds)
    return [
        Waiting("abcdefgh"[place], size, first + timedelta(seconds=place)) for place, size in enumerate(sizes)
    ]


def ids(outcome: Due) -> list[str]:
    return ["".join(batch) for batch in outcome.batches]


def test_each_goes_alone_unless_more_is_agreed() -> None:
    assert due(waiting(1, 1), Batch(), NOW) == Due((("a",), ("b",)))


@pytest.mark.parametrize(
    ("batch", "sizes", "gone"),
    [
        (Batch(documents=2), (1,), []),
        (Batch(documents=2), (1, 1), ["ab"]),
        (Batch(documents=2), (1, 1, 1, 1, 1), ["ab", "cd"]),
        (Batch(bytes=100), (50, 49), []),
        (Batch(bytes=100), (50, 50), ["ab"]),
        (Batch(bytes=100), (60, 60), ["a"]),  # the second would make it too big, and begins the next
        (Batch(bytes=100), (10, 500, 10), ["a", "b"]),
        (Batch(documents=3, bytes=100), (1, 1, 1, 90, 20), ["abc", "d"]),
        (Batch(seconds=60), (1, 1, 1), []),  # a time alone sets no count
    ],
)
def test_a_batch_goes_when_it_is_full(batch: Batch, sizes: tuple[int, ...], gone: list[str]) -> None:
    assert ids(due(waiting(*sizes), batch, NOW)) == gone


def test_what_is_not_full_goes_when_its_first_has_waited_long_enough() -> None:
    batch = Batch(documents=3, seconds=60)
    assert due(waiting(1, 1, seconds=59), batch, NOW) == Due((), NOW + timedelta(seconds=1))
    assert due(waiting(1, 1, seconds=60), batch, NOW) == Due((("a", "b"),))


def test_it_is_looked_at_again_when_the_rest_has_waited_long_enough() -> None:
    outcome = due(waiting(1, 1, 1, seconds=10), Batch(documents=2, seconds=60), NOW)
    assert outcome == Due((("a", "b"),), NOW + timedelta(seconds=52))


def test_without_a_time_only_another_document_makes_it_go() -> None:
    assert due(waiting(1, seconds=10**6), Batch(documents=2), NOW) == Due(())


@given(
    st.lists(st.integers(0, 200), max_size=8),
    st.builds(Batch, documents=st.integers(1, 4), bytes=st.integers(0, 300), seconds=st.integers(0, 20)),
    st.integers(0, 30),
)
def test_each_goes_once_in_its_order_and_no_batch_is_bigger_than_agreed(
    sizes: list[int], batch: Batch, seconds: int
) -> None:
    documents = waiting(*sizes, seconds=seconds)
    outcome = due(documents, batch, NOW)
    gone = [one for together in outcome.batches for one in together]
    assert gone == [each.id for each in documents][: len(gone)]
    size_of = {each.id: each.size for each in documents}
    for together in outcome.batches:
        assert together
        assert batch.documents == 1 or len(together) <= batch.documents
        assert len(together) == 1 or not batch.bytes or sum(size_of[one] for one in together) <= batch.bytes
    if outcome.again_at is not None:
        assert outcome.again_at > NOW
        assert due(documents[len(gone) :], batch, outcome.again_at).batches
    elif batch.seconds or batch.is_of_one:
        assert len(gone) == len(documents)
