"""pyx12, with maps made from our definitions, accepts the generated orders and finds planted faults."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pyx12.params import ParamsBase
from pyx12.x12n_document import x12n_document

from bench import faults, orders, with_pyx12
from bench.ours import Ours

ORDER = orders.interchange(850, 1, 2).decode("ascii")


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("maps")
    with_pyx12.prepare(folder)
    return folder


def faults_of(text: str, maps: Path) -> list[str]:
    """The AK3, AK4 and AK5 segments of the 997 that pyx12 writes."""
    acknowledgment = io.StringIO()
    x12n_document(ParamsBase(), io.StringIO(text), acknowledgment, None, map_path=str(maps))
    written = (segment.strip() for segment in acknowledgment.getvalue().split("~"))
    return [segment for segment in written if segment[:3] in ("AK3", "AK4", "AK5")]


def test_generated_orders_are_accepted_one_by_one(maps: Path) -> None:
    theirs = with_pyx12.Pyx12(maps)
    assert theirs.validate(orders.interchange(850, 5, 5)) == 5
    assert [theirs.validate(data) for data in orders.files(850, 2, 10)] == [1, 1]


@pytest.mark.parametrize("what", faults.PLANTED)
def test_each_planted_fault_is_refused_by_pyx12_and_by_us(maps: Path, ours: Ours, what: str) -> None:
    assert with_pyx12.Pyx12(maps).validate(faults.order(850)) == ours.validate(faults.order(850)) == 1
    assert with_pyx12.Pyx12(maps).validate(faults.planted(850, what)) == 0
    assert ours.validate(faults.planted(850, what)) == 0


@pytest.mark.parametrize(
    ("good", "bad", "faults"),
    [
        ("CUR*BY*USD", "CUR*BY*US", ["AK3*CUR*3**8", "AK4*2*100*4*US", "AK5*R*5"]),
        ("CTT*2*", "CTT*A*", ["AK3*CTT*25**8", "AK4*1*354*6*A", "AK5*R*5"]),
        ("CSH*", "CSX*", ["AK3*CSX*8**1", "AK5*R*5"]),
        ("SE*27*", "SE*26*", ["AK5*R*4"]),
        ("**10*", "***", ["AK3*ITD*10**8", "AK5*R*5"]),
    ],
)
def test_a_planted_fault_is_found_by_our_definitions(
    maps: Path, good: str, bad: str, faults: list[str]
) -> None:
    assert good in ORDER
    assert faults_of(ORDER.replace(good, bad, 1), maps) == faults
