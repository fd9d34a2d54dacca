"""Identifiers that cost a chargeback keep a document from a partner, and from no file of our own."""

from __future__ import annotations

import pytest

from gateway.findings import Severity
from gateway.formats.detect import Format
from tests.pipeline.knowledge import EXAMPLES, received, translated

BAD = b"6.14141E+16"


@pytest.mark.parametrize(("target", "sent"), [(Format.X12, 1), (Format.SPAPI, 1), (Format.CSV, 2)])
def test_a_notice_with_a_label_that_is_none_is_not_sent(target: Format, sent: int) -> None:
    data = (EXAMPLES / "ship-notice.csv").read_bytes().replace(b"006141412087200019", BAD)
    (warning,) = [each for each in received(data).report.findings if each.code == "sscc-malformed"]
    assert warning.severity is Severity.WARNING
    written = translated(data, target)
    assert written.data is not None
    assert (b"SH-20872" in written.data, b"SH-20871" in written.data) == (sent == 2, True)
    errors = [each for each in written.findings if each.severity is Severity.ERROR]
    assert [each.code for each in errors] == ["sscc-malformed"] * (2 - sent)
    for error in errors:
        assert (error.location.set, error.location.field) == (2, "/cartons/0/marks/0/value")
        assert error.location.line == 5
