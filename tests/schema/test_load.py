"""Mistakes in the files of `schemas/x12` are reported with file, line and what to do about them."""

from __future__ import annotations

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from gateway.errors import DataFileError
from gateway.formats.x12.definitions import Composite, Element, Loop, Requirement
from gateway.schema.check import check, code_lists, partial_lists
from gateway.schema.lines import MAX_DEPTH, Line, read_lines
from gateway.schema.load import InstalledReleases, InstalledSets, load_envelope, load_release, releases
from tests.schema.definitions import envelope, release, schema_files

FOLDER = "schemas/x12/004010"


def test_the_shipped_files_have_no_mistake() -> None:
    assert check(schema_files()) == ()
    assert releases(schema_files()) == ("004010", "005010")


def test_a_release_holds_its_sets_segments_and_elements() -> None:
    order = release().sets["850"]
    assert (order.name, order.group, order.release) == ("Purchase order", "PO", "004010")
    assert [area for area, _ in order.areas] == ["heading", "detail", "summary"]
    assert sum(count for _, count in order.areas) == len(order.members)
    line = next(member for member in order.members if isinstance(member, Loop) and member.name == "PO1")
    assert (line.requirement, line.maximum) == (Requirement.MANDATORY, 100000)
    assert order.segments["PO1"] is release().segments["PO1"]
    reference = release().segments["REF"].uses[3].content
    assert isinstance(reference, Composite)
    assert [str(note) for note in reference.notes] == ["P0304", "P0506"]


def test_the_envelope_knows_the_service_segments_and_the_whole_lists() -> None:
    assert set(envelope().segments) == {"ISA", "ISB", "ISE", "TA1", "GS", "ST", "SE", "GE", "IEA"}
    assert len(envelope().segments["ISA"].uses) == 16
    assert all(row.whole for row in code_lists(envelope()))
    versions = envelope().elements["I11"].codes
    assert versions is not None
    assert {"00200", "00401", "00501", "00801"} <= set(versions.codes)
    assert release().elements["143"] is not None


def test_partial_lists_name_where_they_apply() -> None:
    partial = {row.element: row for row in partial_lists(release())}
    assert "353" not in partial
    assert partial["128"].places[:2] == ("CAD07", "ETD03")
    assert "REF04-01" in partial["128"].places
    assert partial["128"].count > 50


def test_reading_is_quick_enough_for_a_command() -> None:
    """A wide bound: the files take about 15 ms; a general YAML reader takes about 1,000 ms."""
    best = min(_seconds() for _ in range(3))
    assert best < 0.15


def _seconds() -> float:
    start = time.process_time()
    load_release(schema_files(), "004010")
    return time.process_time() - start


@pytest.mark.parametrize(
    ("file", "old", "new", "mistake"),
    [
        ("elements.yaml", "353: ID 2/2 ", "353: ID 2/x ", "is not `number: type shortest/longest name`"),
        ("elements.yaml", "353: ID 2/2 ", "353: IX 2/2 ", "has the unknown type 'IX'; types are AN ID"),
        ("elements.yaml", "353: ID 2/2 ", "353: ID 3/2 ", "has lengths 3/2; write the shortest"),
        ("elements.yaml", "353: ID", "35A: ID", "has '35A' for the number of an element"),
        ("elements.yaml", "354: N0", "353: N0", "says `353` again, as line "),
        ("elements.yaml", "353: ID", "\t353: ID", "has a tab"),
        ("elements.yaml", "353: ID", "353 ID", "is neither `key: value` nor a list item"),
        ("elements.yaml", "353: ID 2/2 ", "353: [ID] ", "begins with '['"),
        ("codes.yaml", "\n353:  #", "\n35399:  #", "lists codes of element 35399, which is not defined"),
        ("codes.yaml", "\n353:  #", "\n352:  #", "lists codes of element 352, but only elements of type ID"),
        (
            "codes.yaml",
            "\n478:  # Credit or debit\n  list: whole",
            "\n478:\n  list: all",
            "must say `list: whole`",
        ),
        ("codes.yaml", "    D: Debit\n", "    C: Debit\n", "says `C` again, as line "),
        (
            "codes.yaml",
            "    C: Credit\n",
            "    CC: Credit\n",
            "lists the code CC, but element 478 has 1 to 1",
        ),
        (
            "codes.yaml",
            "others: FE IM IR",
            "others: FE IM FE",
            "lists the code FE of element 54 a second time",
        ),
        ("codes.yaml", "others: FE IM IR", "other: FE IM IR", "has the unknown key 'other'; keys are list"),
        (
            "segments.yaml",
            "elements: 353 M, 92 M, 324 M,",
            "elements: 353 M, 92, 324 M,",
            "has '92'; write element",
        ),
        (
            "segments.yaml",
            "elements: 353 M, 92 M, 324 M,",
            "elements: 353 M, 92 Q, 324 M,",
            "has '92 Q'; write",
        ),
        (
            "segments.yaml",
            "elements: 353 M, 92 M, 324 M,",
            "elements: 3533 M, 324 M,",
            "uses element 3533, which is",
        ),
        (
            "segments.yaml",
            "notes: R0203\n",
            "notes: R0205\n",
            "has the note R0205, but REF has positions 01 to 04",
        ),
        ("segments.yaml", "notes: R0203\n", "notes: Q0203\n", "has the note 'Q0203'; write P, R, E, C or L"),
        ("segments.yaml", "notes: R0203\n", "notes: R0202\n", "names a position twice in the note R0202"),
        (
            "segments.yaml",
            "  REF:\n    name:",
            "  REF:\n    title:",
            "has the unknown key 'title'; keys are name",
        ),
        ("segments.yaml", "  REF:\n", "  Ref:\n", "has 'Ref' for the tag of a segment"),
        (
            "850.yaml",
            "- BEG 020 M 1",
            "- BGE 020 M 1",
            "uses segment BGE, which is not defined; did you mean `BEG`?",
        ),
        ("850.yaml", "- BEG 020 M 1", "- BEG 020 X 1", "has 'BEG 020 X 1'; write tag, position, M or O"),
        ("850.yaml", "- BEG 020 M 1", "- BEG 020 M 0", "has 'BEG 020 M 0'; write tag, position"),
        ("850.yaml", "- N1 loop O 200:", "- N2 loop O 200:", "its first member must be the segment N2"),
        (
            "850.yaml",
            "- N1 loop O 200:",
            "- N1 loop X 200:",
            "has 'N1 loop X 200'; write tag, `loop`, M or O",
        ),
        (
            "850.yaml",
            "- N1 310 M 1",
            "- N1 310 O 1",
            "opens loop N1, so it is `M 1`; requirement and repeats",
        ),
        ("850.yaml", "name: Purchase order", "title: Purchase order", "has the unknown key 'title'"),
        ("850.yaml", "set: 850", "set: 851", "defines set 851; name the file 851.yaml"),
        (
            "850.yaml",
            "group: PO",
            "group: P0",
            "has the group P0, which element 479 does not list",
        ),
        ("850.yaml", "  - SE 030 M 1", "", "must end with the segment SE"),
    ],
)
def test_a_mistake_is_named_with_its_line(file: str, old: str, new: str, mistake: str) -> None:
    name = f"{FOLDER}/{file}"
    text = schema_files()[name]
    assert old in text
    at = text.index(old) + (1 if old.startswith("\n") else 0)
    found = check({**schema_files(), name: text.replace(old, new, 1)})
    hits = [(where, line, said) for where, line, said in found if mistake in said]
    assert hits, found
    assert hits[0][0] == name
    first = text.count("\n", 0, at) + 1
    last = first + max(old.strip("\n").count("\n"), new.strip("\n").count("\n"))
    assert hits[0][1] == 0 or first <= hits[0][1] <= last


def test_a_loop_without_members_is_named() -> None:
    head = "set: 850\nname: Purchase order\ngroup: PO\nheading:\n"
    text = head + "  - ST 010 M 1\n  - N1 loop O 2:\n  - SE 020 M 1\n"
    found = check({**schema_files(), f"{FOLDER}/850.yaml": text})
    expected = "opens loop N1 without members; list its segments under it, N1 first"
    assert found == ((f"{FOLDER}/850.yaml", 6, expected),)


def test_a_conditional_element_that_no_note_names_is_reported() -> None:
    name = f"{FOLDER}/segments.yaml"
    text = schema_files()[name].replace("    notes: R0203\n", "", 1)
    found = check({**schema_files(), name: text})
    assert len(found) >= 1
    assert all(where == name and "conditional (X), but none of its notes" in said for where, _, said in found)


def test_a_missing_file_and_an_unknown_one_are_named() -> None:
    files = {name: text for name, text in schema_files().items() if not name.endswith("004010/codes.yaml")}
    files[f"{FOLDER}/code.yaml"] = ""
    found = check(files)
    assert (f"{FOLDER}/codes.yaml", 0, "is missing; put the file back or take the shipped one") in found
    unread = [said for where, _, said in found if where == f"{FOLDER}/code.yaml"]
    assert len(unread) == 1
    assert "is not read" in unread[0]
    assert "did you mean `codes`?" in unread[0]


def test_all_mistakes_are_raised_at_once() -> None:
    name = f"{FOLDER}/elements.yaml"
    text = schema_files()[name].replace("353: ID 2/2", "353: IX 2/2").replace("92: ID 2/2", "92: ID 3/2")
    with pytest.raises(DataFileError) as raised:
        load_release({**schema_files(), name: text}, "004010")
    said = [(file, mistake) for file, _, mistake in raised.value.mistakes]
    assert (name, "has lengths 3/2; write the shortest, at least 1, then the longest") in said
    assert any("unknown type 'IX'" in mistake for _, mistake in said)
    assert all(line > 0 for file, line, _ in raised.value.mistakes if file == name)


def test_an_envelope_without_its_file_is_refused() -> None:
    with pytest.raises(DataFileError, match=r"schemas/x12/envelope\.yaml:0: is missing"):
        load_envelope({})


def test_the_compact_form_is_yaml() -> None:
    """Any YAML reader that takes scalars as text reads the shipped files as we do."""
    reader = YAML(typ="base", pure=True)
    for name, text in schema_files().items():
        root, mistakes = read_lines(name, text)
        assert not mistakes
        assert reader.load(text) == _plain(root), name


def _plain(line: Line) -> object:
    if line.value is not None:
        return line.value
    if not line.children:
        return ""
    if line.children[0].item:
        return [{child.text: _plain(child)} if child.opens else child.text for child in line.children]
    return {child.text: _plain(child) for child in line.children}


@pytest.mark.parametrize(
    ("text", "line", "mistake"),
    [
        ("a:\n  b: 1\n    c: 2\n", 3, "is indented under line 2, which cannot have lines under it"),
        ("a:\n  b: 1\n c: 2\n", 3, "is not indented like its neighbour on line 2"),
        ("a:\n  b: 1\n  - c\n", 3, "mixes list items and keys with its neighbour on line 2"),
        ("a: 'x\n", 1, "has a quoted text that does not end"),
        (
            'a: "x\\n"\n',
            1,
            "has a quoted text that does not end, goes on after the quote, or holds a backslash",
        ),
        ("a: b: c\n", 1, "has a second `:`"),
        ("a: &b c\n", 1, "begins with '&'"),
        ("a: |\n", 1, "begins with '|'"),
        ("- a: b\n", 1, "has a value after a key in a list"),
        ("? a\n", 1, "is neither"),
    ],
)
def test_what_the_compact_form_does_not_know_is_refused(text: str, line: int, mistake: str) -> None:
    _, mistakes = read_lines("x.yaml", text)
    assert [(number, mistake in said) for _, number, said in mistakes] == [(line, True)]


def test_quotes_comments_and_line_ends_are_read() -> None:
    text = "# head\r\n---\r\na: 'it: x' # why\r\n\"b c\": y#z\r\nd:\r\n  - e # f\r\n"
    root, mistakes = read_lines("x.yaml", text)
    assert not mistakes
    assert _plain(root) == {"a": "it: x", "b c": "y#z", "d": ["e"]}


def test_deep_nesting_is_refused_and_not_followed() -> None:
    text = "".join(f"{' ' * depth}k{depth}:\n" for depth in range(2000))
    _, mistakes = read_lines("x.yaml", text)
    assert mistakes[0] == ("x.yaml", MAX_DEPTH + 1, f"is nested deeper than {MAX_DEPTH} levels")


@given(st.text(alphabet="ab01:-# '\"\n\t>[{M/", max_size=200))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    files = {name: said for name, said in schema_files().items() if "/005010/" not in name}
    assert check({**files, f"{FOLDER}/850.yaml": text, f"{FOLDER}/codes.yaml": text})


DERIVED = {
    "schemas/x12/005099/release.yaml": "base: 004010\n",
    "schemas/x12/005099/elements.yaml": "127: AN 1/50 Reference\n738: ID 2/3 Kind of measurement\n",
    "schemas/x12/005099/codes.yaml": "478:\n  list: whole\n723:\n  list: whole\n  codes:\n    12: More\n",
    "schemas/x12/005099/segments.yaml": (
        "segments:\n  SE:\n    name: End\n    elements: 96 M, 329 M, 127 O\n"
        "composites:\n  C001:\n    name: Unit\n    components: 355 M\n"
    ),
    "schemas/x12/005099/850.yaml": (
        "set: 850\nname: Order\ngroup: PO\nheading:\n  - ST - M 1\n  - MEA - O 1\n  - SE - M 1\n"
    ),
}


def test_a_release_states_only_what_differs_from_its_base() -> None:
    """Elements and composites that change are changed in every segment taken over; sets are not."""
    assert check({**schema_files(), **DERIVED}) == ()
    derived = load_release({**schema_files(), **DERIVED}, "005099")
    assert set(derived.sets) == {"850"}
    reference = derived.segments["REF"].uses
    assert isinstance(reference[1].content, Element)
    assert isinstance(reference[3].content, Composite)
    assert reference[1].content.maximum == 50
    assert reference[3].content.components[1].content is derived.elements["127"]
    assert len(derived.segments["SE"].uses) == 3
    unit = derived.segments["MEA"].uses[3].content
    assert isinstance(unit, Composite)
    assert len(unit.components) == 1
    assert derived.elements["373"] == release().elements["373"]


def test_code_lists_of_a_base_are_partial_until_the_release_says_otherwise() -> None:
    derived = load_release({**schema_files(), **DERIVED}, "005099").elements
    base = release().elements
    assert base["353"].codes is not None
    assert derived["353"].codes == msgspec.structs.replace(base["353"].codes, whole=False)
    assert derived["478"].codes == base["478"].codes
    assert derived["143"].codes == base["143"].codes  # the envelope holds for every release
    errors, measures = derived["723"].codes, derived["738"].codes
    assert errors is not None
    assert errors.whole
    assert set(errors.codes) == {*map(str, range(1, 11)), "12"}
    assert measures is not None
    assert "VOL" in measures.codes
    assert "G" not in measures.codes  # too short for the changed element


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", (0, "must say `base:` and a release, such as 004010")),
        ("bases: 004010\n", (1, "has the unknown key 'bases'; the only key is base")),
        ("base: 004011\n", (1, "is based on 004011, which is not there; did you mean `004010`?")),
        ("base: 005099\n", (1, "is based on 005099, which is based on this release")),
    ],
)
def test_a_wrong_base_is_named(text: str, mistake: tuple[int, str]) -> None:
    name = "schemas/x12/005099/release.yaml"
    assert (name, *mistake) in check({**schema_files(), **DERIVED, name: text})


def test_releases_based_on_each_other_are_refused() -> None:
    name = "schemas/x12/004010/release.yaml"
    found = check({**schema_files(), **DERIVED, name: "base: 005099\n"})
    assert (name, 1, "is based on 005099, which is based on this release") in found


def test_releases_are_read_when_they_are_asked_for() -> None:
    broken = {**schema_files(), "schemas/x12/005010/850.yaml": "set: 850\n"}
    installed = InstalledReleases(broken, lambda name: load_release(broken, name))
    assert set(installed) == {"004010", "005010"}
    assert installed["004010"] == release()
    sets = InstalledSets(installed)
    assert sets["850", "004010"] is installed["004010"].sets["850"]
    assert ("850", "004099") not in sets
    with pytest.raises(DataFileError):
        installed["005010"]
