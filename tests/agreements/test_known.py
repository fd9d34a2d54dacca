"""What a partner file names is looked up when the file is read: with its file, line and a suggestion."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.bootstrap import Library, parameters_of
from gateway.errors import DataFileError
from gateway.workspace import Workspace
from tests.cli.command import GOOD, run, saved

FILE = "partners/buyer/partner.yaml"
SIDES = "partner: {qualifier: ZZ, id: BUYER}\nown: {qualifier: ZZ, id: SELLER}\n"


def workspace(folder: Path, text: str) -> Path:
    """A workspace with one partner, `buyer`."""
    (folder / "mappings").mkdir()
    path = folder / FILE
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_what_is_known_is_taken(tmp_path: Path) -> None:
    text = (
        "partner: {qualifier: 01, id: BUYER}\nown: {qualifier: ZZ, id: SELLER}\n"
        "x12: {release: 004010, interchange_version: 00501, charset: cp1252}\n"
        "terms: {zone: Europe/Berlin, currency: EUR, vendor_item_id: gtin}\n"
    )
    partner = Library(Workspace(workspace(tmp_path, text))).partner("buyer")
    assert partner.partner is not None
    assert (partner.partner.qualifier, partner.x12.interchange_version) == ("01", "00501")
    assert str(parameters_of(partner).zone) == "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "line", "mistake"),
    [
        ("terms:\n  zone: Europe/Berlni\n", 4, "America/Los_Angeles; did you mean `Europe/Berlin`?"),
        ("terms:\n  zone: Europe\n", 4, "`zone` `Europe` is no time zone of the IANA list"),
        ("terms:\n  zone: ../etc/passwd\n", 4, "`zone` `../etc/passwd` is no time zone of the IANA list"),
        ("terms:\n  zone: ''\n", 4, "`zone` `` is no time zone of the IANA list"),
        (f"terms:\n  zone: {'x' * 5000}\n", 4, "is no time zone of the IANA list"),
        ("terms:\n  vendor_item_id: upcc\n", 4, "did you mean `upc`?"),
        ("x12:\n  release: 005011\n", 4, "`release` `005011` is not installed; did you mean `005010`?"),
        ("x12:\n  releases: {856: 5010}\n", 4, "`856` `5010` is not installed; did you mean `005010`?"),
        ("x12:\n  releases: {865: 005010}\n", 4, "release 005010 has no transaction set `865`"),
        ("x12:\n  interchange_version: 0401\n", 4, "is no code of ISA12; did you mean `00401`?"),
        ("x12:\n  charset: latin-klingon\n", 4, "there is no character set"),
        ("x12:\n  segment_terminator: A\n", 4, "neither letter nor digit nor blank, such as ~"),
    ],
)
def test_what_is_not_known_is_told_when_the_file_is_read(
    tmp_path: Path, text: str, line: int, mistake: str
) -> None:
    library = Library(Workspace(workspace(tmp_path, SIDES + text)))
    with pytest.raises(DataFileError) as refused:
        library.partner("buyer")
    ((file, at, told),) = refused.value.mistakes
    assert (file, at) == (FILE, line)
    assert mistake in told


def test_qualifiers_are_codes_of_the_standard(tmp_path: Path) -> None:
    text = SIDES.replace("own: {qualifier: ZZ", "own: {qualifier: Z")
    with pytest.raises(DataFileError) as refused:
        Library(Workspace(workspace(tmp_path, text))).partner("buyer")
    ((_, line, told),) = refused.value.mistakes
    assert line == 2
    assert told.startswith("`qualifier` `Z` is no code of ISA05; ZZ is the one that two partners agree on")


@pytest.mark.parametrize("command", [("translate", "--to", "canonical"), ("view",)])
def test_a_command_tells_every_mistake_and_writes_nothing(tmp_path: Path, command: tuple[str, ...]) -> None:
    text = f"{SIDES}terms:\n  zone: Mars\n  currency: eur\nx12: {{release: 9}}\n"
    folder = workspace(tmp_path, text)
    ran = run(*command, saved(tmp_path, GOOD), "--partner", "buyer", cwd=folder)
    assert (ran.code, ran.out) == (2, b"")
    head, *told = ran.err.splitlines()
    assert head == "A data file has mistakes:"
    assert [each.split(": ")[0] for each in told] == [f"{FILE}:4", f"{FILE}:5", f"{FILE}:6"]
