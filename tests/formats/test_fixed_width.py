"""Fixed-width files: records, groups, fields, and every fault at its line and column."""

from __future__ import annotations

import pytest

from gateway.findings import Finding, Severity
from gateway.formats.detect import Format, detect
from gateway.formats.fixed_layout import Layout
from gateway.formats.fixed_layout_parse import parse_layout
from gateway.formats.fixed_width import fits_layout, read_fixed
from gateway.formats.fixed_width_writer import write_fixed
from gateway.formats.json import JsonObject

TEXT = """\
layout: small
tag: 1 3
length: 30
records:
  TOP:
    use: file required
    fields:
      kind:      4 5 constant(SMALL)
  HDR:
    use: document
    fields:
      number:    4 6 required
      day:      10 8 date(YYYYMMDD) zeros-empty
  TXT:
    use: once
    fields:
      text:      4 20
  LIN:
    use: many required
    fields:
      item:      4 6 required
      quantity: 10 8 number(2) sign=trailing
      price:    20 6 number(3) sign=overpunch
  SUB:
    use: many in LIN
    fields:
      lot:       4 5
  TRL:
    use: once required
    fields:
      lines:     4 3 count(LIN)
      records:   7 3 count(records)
  END:
    use: file required
    fields:
      documents: 4 3 count(HDR)
"""


def layout(**changes: str) -> Layout:
    text = TEXT
    for head, value in changes.items():
        text = f"{head}: {value}\n{text}"
    made, mistakes = parse_layout("schemas/flat/small.yaml", text)
    assert made is not None, mistakes
    return made


SMALL = layout(line_end="lf")
LINES = (
    "TOPSMALL",
    "HDRA1    20260131",
    "TXTfor the north gate",
    "LINB-7   0000250-  00012}",
    "SUBL1",
    "SUBL2",
    "LINB-8",
    "TRL002007",
    "HDRA2    00000000",
    "LINB-9   0000100 ",
    "TRL001003",
    "END002",
)
TREES: list[JsonObject] = [
    {
        "HDR": {"number": "A1", "day": "2026-01-31"},
        "TXT": {"text": "for the north gate"},
        "LIN": [
            {
                "LIN": {"item": "B-7", "quantity": "-2.5", "price": "-0.12"},
                "SUB": [{"SUB": {"lot": "L1"}}, {"SUB": {"lot": "L2"}}],
            },
            {"LIN": {"item": "B-8"}},
        ],
    },
    {"HDR": {"number": "A2"}, "LIN": [{"LIN": {"item": "B-9", "quantity": "1"}}]},
]


def padded(*lines: str) -> bytes:
    return "".join(f"{line:<30}\n" for line in lines).encode()


def changed(line: int, text: str | None) -> bytes:
    """The file with another text in one line (from 1), or without it."""
    lines = list(LINES)
    lines[line - 1 : line] = [] if text is None else [text]
    return padded(*lines)


def told(findings: tuple[Finding, ...]) -> list[tuple[str, int | None, int | None]]:
    return [(each.code, each.location.line, each.location.column) for each in findings]


def test_records_become_a_tree_for_each_document() -> None:
    documents, whole = read_fixed(padded(*LINES), SMALL)
    assert whole == ()
    assert [each.tree for each in documents] == TREES
    assert [told(each.findings) for each in documents] == [[], []]


def test_the_trees_are_written_as_the_file_that_was_read() -> None:
    data, findings = write_fixed(TREES, SMALL)
    assert findings == ()
    assert data is not None
    assert data.decode().splitlines() == padded(*LINES).decode().splitlines()


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_line_ends_and_blank_lines_mean_nothing(end: str) -> None:
    data = padded(*LINES).decode().replace("\n", end) + end + " " + end + "\x1a"
    documents, whole = read_fixed(data.encode(), SMALL)
    assert whole == ()
    assert [each.tree for each in documents] == TREES


def test_records_without_line_ends() -> None:
    endless = layout(line_end="none")
    data, _ = write_fixed(TREES, endless)
    assert data == padded(*LINES).replace(b"\n", b"")
    assert [each.tree for each in read_fixed(data, endless)[0]] == TREES
    assert [each.tree for each in read_fixed(data + b"\r\n", endless)[0]] == TREES
    documents, whole = read_fixed(data[:-1], endless)
    assert told(whole) == [("fixed-short", 12, 30)]
    assert documents == ()


FAULTS = [
    # the line to change, its new text, the document held back, what is told
    (4, "LINB-7   000025X-  00012}", 0, [("fixed-field", 4, 10)]),
    (4, "LINB-7   0000250-  00012!", 0, [("fixed-field", 4, 20)]),
    (4, "LIN      0000250-  00012}", 0, [("fixed-field-missing", 4, 4)]),
    (4, "LINB-7   0000250-x 00012}", 0, [("fixed-between-fields", 4, 18)]),
    (2, "HDRA1    2026013 ", 0, [("fixed-field", 2, 10)]),
    (3, "TXTfor the \x0c gate", 0, [("fixed-field", 3, 4)]),
    (5, "SUXL1", 0, [("fixed-record-unknown", 5, 1), ("fixed-count-differs", 8, 7)]),
    (5, "TXTtoo late", 0, [("fixed-record-order", 5, 1)]),
    (4, "SUBL1", 0, [("fixed-record-order", 4, 1), ("fixed-record-order", 5, 1)]),
    (8, "TRL003007", 0, [("fixed-count-differs", 8, 4)]),
    (8, "TRL   007", 0, [("fixed-count-differs", 8, 4)]),
    (10, "TRL000002", 1, [("fixed-record-order", 11, 1), ("fixed-record-missing", 9, None)]),
    (9, "HDR      20260131", 1, [("fixed-field-missing", 9, 4)]),
    (11, None, 1, [("fixed-record-missing", 9, None)]),
    (9, f"{'HDRA2':<30}LINX", 1, [("fixed-long", 9, 31)]),
]


@pytest.mark.parametrize(("line", "text", "held", "expected"), FAULTS)
def test_a_faulty_record_holds_its_document_back(
    line: int, text: str | None, held: int, expected: list[tuple[str, int, int | None]]
) -> None:
    documents, whole = read_fixed(changed(line, text), SMALL)
    assert told(whole) == []
    assert len(documents) == 2
    assert told(documents[1 - held].findings) == []
    assert [each for each in told(documents[held].findings) if each in expected] == expected


@pytest.mark.parametrize("sign", ["leading", "trailing", "overpunch"])
def test_a_number_of_nothing_but_filling_is_no_number(sign: str) -> None:
    text = TEXT.replace("number(2) sign=trailing", f"number(2) fill=* sign={sign}")
    made, mistakes = parse_layout("schemas/flat/small.yaml", text)
    assert made is not None, mistakes
    documents, whole = read_fixed(changed(4, "LINB-7   ********"), made)
    assert (told(whole), told(documents[0].findings)) == ([], [])
    assert documents[0].tree["LIN"] == [
        {"LIN": {"item": "B-7"}, "SUB": [{"SUB": {"lot": "L1"}}, {"SUB": {"lot": "L2"}}]},
        {"LIN": {"item": "B-8"}},
    ]


FAULTS_OF_THE_FILE = [
    (1, None, [("fixed-record-missing", 1, None)]),
    (1, "TOPLARGE", [("fixed-constant-differs", 1, 4)]),
    (12, "END003", [("fixed-count-differs", 12, 4)]),
    (12, None, [("fixed-record-missing", 1, None)]),
    (2, "LINB-7", [("fixed-record-order", 2, 1)]),
    (12, f"{'END002':<30}\n{'HDRA3':<30}", [("fixed-record-order", 13, 1)]),
]


@pytest.mark.parametrize(("line", "text", "expected"), FAULTS_OF_THE_FILE)
def test_where_it_cannot_be_told_whose_a_fault_is_the_file_is_refused(
    line: int, text: str | None, expected: list[tuple[str, int, int | None]]
) -> None:
    documents, whole = read_fixed(changed(line, text), SMALL)
    assert documents == ()
    assert [each for each in told(whole) if each in expected] == expected


def test_short_records_are_refused_unless_blanks_may_be_missing() -> None:
    data = "".join(f"{line}\n" for line in LINES).encode()
    assert {code for each in read_fixed(data, SMALL)[0] for code, _, _ in told(each.findings)} <= {
        "fixed-short"
    }
    assert read_fixed(data, SMALL)[0] == ()
    trimmed = layout(line_end="lf", trimmed="true")
    documents, whole = read_fixed(data, trimmed)
    assert whole == ()
    assert [each.tree for each in documents] == TREES
    cut = data.replace(b"00012}", b"00012")
    documents, whole = read_fixed(cut, trimmed)
    assert told(documents[0].findings) == [("fixed-short", 4, 25)]


def test_text_where_no_field_stands_is_told() -> None:
    documents, _ = read_fixed(changed(5, "SUBL1     seal 7"), SMALL)
    (finding,) = documents[0].findings
    assert finding.severity is Severity.ERROR
    assert finding.message == "line 5, column 11: seal 7 stands in SUB where the layout small has no field"


def test_what_is_no_character_is_told_at_its_place() -> None:
    data = changed(4, "LINB-7").replace(b"B-7", b"B\xff7")
    documents, whole = read_fixed(data, SMALL)
    assert told(documents[0].findings)[0] == ("flat-charset", 4, 5)
    assert told(documents[1].findings) == []
    documents, _ = read_fixed(changed(5, "SUBL\x001"), SMALL)
    assert told(documents[0].findings)[0] == ("flat-nul", 5, 5)
    documents, whole = read_fixed(data, layout(charset="gb18030"))
    assert (documents, told(whole)) == ((), [("flat-charset", 4, 5)])


@pytest.mark.parametrize(
    ("record", "field", "text", "reason"),
    [
        ("LIN", "item", "B-7000000", "it needs 9 characters, and the field has 6"),
        ("LIN", "item", " B-7", "it would be read back as B-7"),
        ("LIN", "item", "B\n7", "it holds a line end or another control character"),
        ("LIN", "item", None, "the layout requires it"),
        ("LIN", "quantity", "1.255", "the field has room for 2 digits behind the decimal point"),
        ("LIN", "quantity", "123456.00", "it needs 9 characters, and the field has 8"),
        ("LIN", "quantity", "007", "it is no plain number, and zeros before one would be lost"),
        ("LIN", "quantity", "1E3", "it is no plain number, and zeros before one would be lost"),
        ("HDR", "day", "20260131", "it is no date"),
    ],
)
def test_what_does_not_fit_is_refused_and_never_cut(
    record: str, field: str, text: str | None, reason: str
) -> None:
    fields: JsonObject = {"HDR": {"number": "A1"}, "LIN": {"item": "B-7"}}
    held = fields[record]
    assert isinstance(held, dict)
    held |= {field: text}
    data, findings = write_fixed([{"HDR": fields["HDR"], "LIN": [{"LIN": fields["LIN"]}]}], SMALL)
    assert data is None
    ((finding, path),) = findings
    assert finding.code == "fixed-not-written"
    assert dict(finding.details)["reason"] == reason
    assert path[-1] == field
    assert finding.location.line == (2 if record == "HDR" else 3)


def test_what_the_layout_lacks_is_told_and_left_out() -> None:
    tree: JsonObject = {
        "HDR": {"number": "A1", "colour": "red"},
        "LIN": [{"LIN": {"item": "B"}}],
        "SET": ["x"],
    }
    data, findings = write_fixed([tree], SMALL)
    assert data is not None
    assert {finding.code for finding, _ in findings} == {"fixed-not-in-layout"}
    assert sorted(".".join(map(str, path)) for _, path in findings) == ["HDR.colour", "SET"]


def test_a_beginning_tells_the_layout_and_nothing_is_guessed() -> None:
    data = padded(*LINES)
    assert detect(data) is Format.UNKNOWN
    assert fits_layout(data, SMALL, whole=True)
    assert fits_layout(data[:100], SMALL, whole=False)
    assert not fits_layout(data[62:], SMALL, whole=True)
    assert not fits_layout(b"TOP\nTOP\n", SMALL, whole=True)
    assert not fits_layout(padded("TOPSMALL", "XXX"), SMALL, whole=True)
    assert not fits_layout(b"", SMALL, whole=True)
    assert not fits_layout(b"\xff\xfe\x00", SMALL, whole=True)


MISTAKES = [
    ("length: 30", "length: thirty", "`length`: `thirty` is no number from 1 to 10000"),
    ("tag: 1 3", "tag: 3", "`tag`: takes start and length: `1 3`"),
    ("  SUB:\n", "  LIN2:\n", "the tag `LIN2` is longer than the 3 characters of `tag`"),
    ("many in LIN", "many in TXT", "`SUB` stands in `TXT`; that must stand above it and be `many`"),
    ("many in LIN", "always", "`use`: `always` is no use"),
    ("use: document", "use: once", "one record has `use: document`: it opens each document of the file"),
    ("lot:       4 5", "lot:       2 5", "`SUB.lot` overlaps the tag"),
    ("lot:       4 5", "lot:       4 50", "`SUB` needs 53 characters; records have 30"),
    ("lot:       4 5", "lot:       4 5 txet", "`lot`: `txet` is no word of a field; did you mean `text`?"),
    ("count(LIN)", "count(LINE)", "`TRL.lines` counts `LINE`, no record; did you mean `LIN`?"),
    ("date(YYYYMMDD)", "date(YYMMDD)", "`day`: the pattern YYMMDD has 6 characters, the field 8"),
    ("number(2)", "number(x)", "`quantity`: `number(2)` has 0 to 9 digits behind an unwritten decimal point"),
    ("layout: small", "layout: large", "the file of the layout `large` must be named large.yaml"),
    ("tag: 1 3", "tag: 1 3\ncharset: klingon", "`charset`: `klingon` is no charset of text files"),
    ("length: 30", "line_end: none", "records without line ends need one `length:` for all"),
]


@pytest.mark.parametrize(("text", "instead", "expected"), MISTAKES)
def test_a_mistake_in_a_layout_is_told(text: str, instead: str, expected: str) -> None:
    made, mistakes = parse_layout("schemas/flat/small.yaml", TEXT.replace(text, instead, 1))
    assert made is None
    assert any(expected in told for _, _, told in mistakes), mistakes
