"""XML files too large, too wide or too deep: each ends by a limit, in bounded memory and time."""

from __future__ import annotations

import pytest

from gateway.formats.xml_text import MAX_XML_BYTES
from gateway.report import Verdict
from tests.hostile.watch import MEGABYTE
from tests.hostile.watch_xml import CHUNK_BYTES, FILES, watched

Place = dict[str, int | str]

ENDS: dict[str, tuple[int, float, str, Place]] = {
    # megabytes of memory, seconds of the processor, both several times what was measured; finding and place
    "a_text_of_100_megabytes": (200, 5, "xml-too-large", {}),
    "a_text_of_60_megabytes": (500, 10, "xml-too-large", {"line": 1}),
    "a_text_of_wide_characters": (500, 10, "xml-too-large", {"line": 1}),
    "attributes_of_100_megabytes": (200, 5, "xml-too-large", {}),
    "attributes_of_44_megabytes": (300, 5, "xml-too-large", {}),
    "depth_of_100_megabytes": (200, 5, "xml-too-large", {}),
    "depth_within_the_marks": (500, 10, "xml-too-deep", {"line": 1}),
    "comments_of_56_megabytes": (400, 5, "xml-too-large", {}),
    "line_ends_of_60_megabytes": (500, 10, "xml-too-large", {}),
}
MANY_FAULTS = {
    "as_many_attributes_as_may_be": "xml-attribute-unknown",
    "as_many_elements_as_may_be": "xml-missing",
    "a_namespace_for_each_element": "xml-unexpected",
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", ENDS)
def test_a_monstrous_file_ends_by_a_limit(name: str) -> None:
    memory, seconds, code, place = ENDS[name]
    came = watched(name)
    assert came.verdict == Verdict.UNREADABLE
    ((told, where),) = came.findings
    assert (told, {key: where[key] for key in place}) == (code, place)
    assert came.bytes_read <= MAX_XML_BYTES + 2 * CHUNK_BYTES
    assert came.peak < memory * MEGABYTE
    assert came.seconds < seconds


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", MANY_FAULTS)
def test_as_much_as_the_limits_let_through_is_judged_to_a_limit(name: str) -> None:
    came = watched(name)
    assert came.verdict == Verdict.REJECTED
    assert came.findings[0][0] == MANY_FAULTS[name]
    assert came.findings[-1][0] == "findings-limit"
    assert came.peak < 1_500 * MEGABYTE
    assert came.seconds < 15


def test_every_file_is_told_what_becomes_of_it() -> None:
    assert {*ENDS, *MANY_FAULTS} == set(FILES)
