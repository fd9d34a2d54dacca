"""Guides that widen the standard, contradict it, or are no guides: told with line and remedy."""

from __future__ import annotations

import pytest

from gateway.schema.guides.load import load_guides
from gateway.schema.guides.read import MAX_STATEMENTS
from gateway.schema.guides.show import merged, narrowed_text
from tests.schema.definitions import release
from tests.schema.guides import FILE, FIRST_LINE, guide_text, loaded

# Statement -> what its mistake says.
WIDER = {
    "BEG03 optional": "widens: it makes BEG03 optional, which the standard makes mandatory; leave",
    "BEG optional": "widens: it makes BEG optional, which the standard makes mandatory; leave",
    "PO1 optional": "widens: it makes PO1 optional, which the standard makes mandatory; leave",
    "CSH at most 6": "CSH 6 times, the standard at most 5; a guide can only narrow, so write 5 or less",
    "N1 at most 201": "widens: it allows N1 201 times, the standard at most 200",
    "REF02 at most 2": "widens: it allows REF02 2 times, the standard at most 1",
    "BEG03 length 1/23": "widens: it gives BEG03 lengths 1/23, the standard 1/22",
    "N103 length 1/3": "widens: it gives N103 lengths 1/3, the standard 1/2",
    "N1/N301 length 0/3": "says 'length 0/3' of N1/N301",
    "BEG02 codes NE QQ": "widens: BEG02 holds QQ, which is no code of element 92 in the standard",
    "BEG01 is 99": "widens: BEG01 holds 99, which is no code of element 353 in the standard",
    "BEG03 is 12345678901234567890123": "widens: BEG03 holds 12345678901234567890123, and the standard gives",
    "FOB[XX] required": "widens: FOB01 holds XX, which is no code of element 146 in the standard",
}
CONTRADICTIONS = {
    "BEG not used": "says BEG is not used, which the standard makes mandatory; no document could keep both",
    "BEG05 not used": "says BEG05 is not used, which the standard makes mandatory",
    "PO1 not used": "says PO1 is not used, which the standard makes mandatory",
    "CUR optional": "says CUR is optional, as the standard does; leave the statement out",
    "XYZ required": "names XYZ, which the 850 of 004010 does not have",
    "N3 required": "names N3, which the 850 of 004010 does not have; did you mean `N1/N3`?",
    "PO1/PO104 required": "PO1 opens that loop, so write `PO1` for it",
    "N1/XX/N3 required": "names N1/XX/N3, which the 850 of 004010 does not have",
    "BEG13 required": "names BEG13, but BEG has elements 01 to 12",
    "REF04-09 required": "names REF04-09, but REF04 has components 01 to 06",
    "BEG01-01 required": "names a component of BEG01, which is no composite; leave it out",
    "REF04 codes CR": "says 'codes' of REF04, a composite; name a component, such as REF04-01",
    "REF[04=CR] required": "asks for REF04, which is a composite; name a plain element in the brackets",
    "REF[05=CR] required": "asks for REF05, but REF has elements 01 to 04",
    "REF[CR]01 codes CR": "asks for REF01 in brackets and speaks of REF01 too; write `REF01` alone",
    "REF04-01 at most 1": "components do not repeat; name the whole element",
    "REF codes CR": "says 'codes CR' of the segment REF; name one of its elements, such as REF01",
    "PO104 is 5": "fixes PO104, a number, which can be written in many ways",
    "BEG03 length 9/8": "gives BEG03 lengths 9/8; write the shortest, then the longest",
}
FORM = {
    "required": "begins with 'required', which is no place; write one such as `REF[CR] required`",
    "beg01 required": "begins with 'beg01', which is no place",
    "BEG00 required": "begins with 'BEG00', which is no place",
    "REF[] required": "begins with 'REF[]', which is no place",
    "BEG01": "says nothing of BEG01; write required, not used, at most NUMBER",
    "BEG01 requird": "says 'requird' of BEG01; write required, not used, at most NUMBER",
    "BEG01 at most 0": "says 'at most 0' of BEG01",
    "BEG01 codes": "says 'codes' of BEG01",
    "BEG01 required // why: so": "has the unknown key 'why'; under a statement stand note, source",
    "BEG01 required // unverified:": "says nothing behind `unverified:`",
    "BEG01 required // source: S9": "names the source 'S9', which `sources:` does not have",
}


@pytest.mark.parametrize(("statement", "said"), (WIDER | CONTRADICTIONS | FORM).items())
def test_a_mistake_is_told_with_file_line_and_remedy(statement: str, said: str) -> None:
    _, mistakes = loaded("850", "BEG05 required", statement)
    assert mistakes, "no mistake was told"
    file, line, text = mistakes[0]
    assert (file, line - FIRST_LINE) in {(FILE.format("850"), 1), (FILE.format("850"), 2)}
    assert said in text


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("REF[CR] required", "REF[CR] required", "says 'required' of REF[CR] again, as line 5 does"),
        ("CUR required", "CUR not used", "says 'not used' of CUR, and line 5 says 'required'; keep one"),
        ("BEG02 codes NE", "BEG02 codes RO", "says 'codes' of BEG02 again, as line 5 does; keep one of them"),
    ],
)
def test_statements_must_not_contradict_each_other(first: str, second: str, said: str) -> None:
    _, mistakes = loaded("850", first, second)
    assert [(line, said in text) for _, line, text in mistakes] == [(FIRST_LINE + 1, True)]


def test_a_code_beyond_a_partial_list_is_no_mistake() -> None:
    _, mistakes = loaded("850", "REF01 codes CR Q9Z", "DTM[999] required")
    assert mistakes == ()


def head(**changes: str) -> str:
    text = guide_text("850", "BEG01 is 00")
    for old, new in changes.items():
        text = text.replace({"guide": "guide: 850", "releases": 'releases: "004010"'}.get(old, old), new)
    return text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must say `guide:`"),
        (head(guide="guide: 851"), "is a guide to the 851; name the file 851.yaml"),
        (head(guide="guide: 999"), "is for the set 999, which 004010 does not have"),
        (head(releases='releases: "005099"'), "is for release 005099, which is not installed"),
        (head(inbound="sideways"), "has the direction 'sideways'; write inbound"),
        (head(guide="guid: 850"), "has the unknown key 'guid'; did you mean `guide`?"),
        (head().replace("statements:", "statements: none"), "cannot have lines under it"),
        ("guide: 850\nreleases: 004010\ndirection: inbound\nstatements:\n", "states nothing"),
        (head().replace("  - BEG01", "\t- BEG01"), "has a tab"),
        (head() + "sources:\n  - S1\n", "is no source; write a short name and what it is"),
        ("[1, 2]\n", "is neither `key: value` nor a list item"),
        ("\x00\x07: \x1b[31m\n", "has the unknown key"),
    ],
)
def test_a_file_that_is_no_guide_is_refused(text: str, said: str) -> None:
    _, mistakes = load_guides({FILE.format("850"): text}, {"004010": release()})
    assert any(said in each for _, _, each in mistakes), mistakes


def test_two_guides_to_one_set_and_other_files_are_refused() -> None:
    text = guide_text("850", "BEG01 is 00")
    files = dict.fromkeys(("p/guides/850-new.yaml", "p/guides/850.yaml", "p/guides/notes.txt"), text)
    _, mistakes = load_guides(files, {"004010": release()})
    assert [file for file, _, _ in mistakes] == ["p/guides/850.yaml", "p/guides/notes.txt"]
    assert "beside p/guides/850-new.yaml; keep one" in mistakes[0][2]


@pytest.mark.parametrize(
    "statement",
    [
        "/".join(["PO1"] * 20_000) + " required",
        "REF[" + "A" * 100_000 + "] required",
        "BEG02 codes " + "NE " * 50_000,
        "BEG02 codes '; import os; '",
        'BEG03 is ")+__import__("os")',
        "REF[\\n'''] required",
        "BEG01 at most 99999999999999999999",
        "HL[03=S/REF required",
        "BEG99-99 required",
    ],
)
def test_hostile_statements_are_told_in_few_words_or_do_no_harm(statement: str) -> None:
    _, mistakes = loaded("850", statement)
    assert all(len(text) < 600 for _, _, text in mistakes)


def test_more_statements_than_a_guide_may_have_are_refused() -> None:
    many = [f"BEG03 // note: {n}" for n in range(MAX_STATEMENTS + 1)]
    _, mistakes = loaded("850", *many)
    assert [text for _, _, text in mistakes] == [
        f"is more than the {MAX_STATEMENTS} statements a guide may have; remove some"
    ]


def test_a_narrowed_set_is_shown_with_what_is_left_of_it() -> None:
    narrowed, _ = loaded(
        "850",
        "CUR not used",
        "N1 at most 3",
        "N1/N2 not used",
        "DTM required",
        "FOB required // unverified: heard once",
        "REF[CR] required // note: The vendor code.",
    )
    assert narrowed is not None
    rows = [(row.tag, row.path, row.use.requirement.value) for row in merged(narrowed).rows()]
    assert ("CUR", "", "O") not in rows and ("N2", "N1", "O") not in rows and ("N3", "N1", "O") in rows
    assert ("DTM", "", "M") in rows and ("FOB", "", "O") in rows
    lines = narrowed_text(narrowed).splitlines()
    assert "  loop N1, optional, up to 3" in lines
    assert "  REF[CR] required" in lines and "      The vendor code." in lines
    assert "      not verified: heard once" in lines
