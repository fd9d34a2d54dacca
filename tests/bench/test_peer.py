"""pyx12, with maps made from our definitions, accepts the generated orders and finds planted faults."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pyx12.params import ParamsBase
from pyx12.x12n_document import x12n_document

from bench import corpus, peer

ORDER = corpus.interchange(850, 1, 2).decode("ascii")


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("maps")
    peer.prepare(folder)
    return folder


def faults_of(text: str, maps: Path) -> list[str]:
    """The AK3, AK4 and AK5 segments of the 997 that pyx12 writes."""
    acknowledgment = io.StringIO()
    x12n_document(ParamsBase(), io.StringIO(text), acknowledgment, None, map_path=str(maps))
    written = (segment.strip() for segment in acknowledgment.getvalue().split("~"))
    return [segment for segment in written if segment[:3] in ("AK3", "AK4", "AK5")]


def test_generated_orders_are_accepted(maps: Path) -> None:
    validate = peer.validator(maps)
    assert validate(corpus.interchange(850, 5, 5)) == 1
    assert [validate(data) for data in corpus.files(850, 2, 10)] == [1, 1]


@pytest.mark.parametrize(
    ("good", "bad", "faults"),
    [
        ("CUR*BY*USD", "CUR*BY*US", ["AK3*CUR*3**8", "AK4*2*100*4*US", "AK5*R*5"]),
        ("CTT*2*", "CTT*A*", ["AK3*CTT*23**8", "AK4*1*354*6*A", "AK5*R*5"]),
        ("CSH*", "CSX*", ["AK3*CSX*8**1", "AK5*R*5"]),
        ("SE*25*", "SE*24*", ["AK5*R*4"]),
        ("**10*", "***", ["AK3*ITD*10**8", "AK5*R*5"]),
    ],
)
def test_a_planted_fault_is_found_by_our_definitions(
    maps: Path, good: str, bad: str, faults: list[str]
) -> None:
    assert good in ORDER
    assert faults_of(ORDER.replace(good, bad, 1), maps) == faults
