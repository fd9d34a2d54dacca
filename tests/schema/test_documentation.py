"""The example of `docs/schemas.md` is read by the program, and its statements hold."""

from __future__ import annotations

import re

from gateway.formats.x12.definitions import Composite
from gateway.schema.check import check, partial_lists
from gateway.schema.load import ENVELOPE, load_release
from tests.schema.definitions import ROOT, schema_files

BLOCK = re.compile(r"```yaml\n# (\S+)\n(.*?)```", re.DOTALL)


def test_the_example_of_the_documentation_is_a_release_without_mistakes() -> None:
    blocks = BLOCK.findall((ROOT / "docs" / "schemas.md").read_text(encoding="utf-8"))
    files = {ENVELOPE: schema_files()[ENVELOPE], **dict(blocks)}
    assert check(files) == ()
    release = load_release(files, "004099")
    order = release.sets["850"]
    assert [row.tag for row in order.rows()] == ["ST", "BEG", "QTY", "SE"]
    assert [row.path for row in order.rows()] == ["", "", "QTY", ""]
    assert [str(note) for note in order.segments["QTY"].notes] == ["R0102"]
    assert isinstance(order.segments["QTY"].uses[1].content, Composite)
    assert [(row.element, row.count) for row in partial_lists(release)] == [("92", 4)]
    codes = release.elements["353"].codes
    assert codes is not None
    assert codes.whole
    assert list(codes.codes) == ["00", "01", "04", "05", "06", "07", "08"]


def test_the_files_named_in_the_documentation_are_there() -> None:
    text = (ROOT / "docs" / "schemas.md").read_text(encoding="utf-8")
    named = re.findall(r"^schemas/\S+", text, re.MULTILINE)
    assert len(named) == 6
    assert set(named) <= set(schema_files())
