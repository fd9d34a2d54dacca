"""`check` finds every mistake of tables, overlays and code lists, with file and line and a suggestion."""

from __future__ import annotations

import msgspec
import pytest

from gateway.mapping.check import Agreement, check_mappings
from gateway.mapping.code_lists import parse_code_list
from gateway.mapping.describe import describe, statistics, unmapped
from gateway.mapping.library import Library
from gateway.mapping.load import load_mappings, parse_mapping
from gateway.mapping.parameters import Parameters
from gateway.mapping.plan import Row
from tests.mapping.small import AGREED, HEADS, LIBRARY, NUMBER, mistakes_of, plan_of

GOOD = {
    "mappings/x.yaml": HEADS["x12"] + "rows:\n  number: BEG03\n  purpose: BEG01 code(purpose)\n",
    "mappings/codes/purpose.csv": "canonical,x12\noriginal,00\n",
}


def checked(files: dict[str, str]) -> list[tuple[str, int, str]]:
    """The mistakes of good files with these added or in their place."""
    return list(check_mappings({**GOOD, **files}, LIBRARY))


def test_good_files_have_no_mistakes() -> None:
    assert checked({}) == []


BOUND = [
    ("rows:\n  numbr: BEG03\n", 2, "Order has no field `numbr`; did you mean `number`?"),
    ("rows:\n  __class__: BEG03\n", 2, "Order has no field `__class__`"),
    ("rows:\n  ext: BEG03\n", 2, "Order has no field `ext`"),
    ("rows:\n  freight: FOB01\n", 2, "is a record; name one of its fields: payment"),
    ("rows:\n  lines.number: BEG03\n", 2, "`lines` is a list; write `lines[]`"),
    ("rows:\n  number[]: BEG03\n", 2, "takes no brackets"),
    ("rows:\n  number.x: BEG03\n", 2, "nothing stands below `number`"),
    ("rows:\n  references.a.b: BEG03\n", 2, "nothing stands below `a`"),
    ("rows:\n  ^number: BEG03\n", 2, "no block around"),
    ("rows:\n  references.$currenci: BEG03\n", 2, "did you mean `currency`?"),
    ("rows:\n  currency: CUR02 default=$currenci\n", 2, "there is no parameter `$currenci`"),
    ("rows:\n  total: BEG04 decimal default=abc\n", 2, "`abc` is no decimal number"),
    ("rows:\n  date: BEG05 date default=.number\n", 2, "must name"),
    ("rows:\n  total: =x\n", 2, "is no decimal number"),
    ("rows:\n  a+b: =x\n", 2, "has no field"),
    ("rows:\n  number+note: =x\n", 2, "a constant stands for one field"),
    ("rows:\n  number: BEH03\n", 2, "no BEH in the header or summary; did you mean `BEG`?"),
    ("rows:\n  number: AMT02\n", 2, "did you mean `CTT/AMT`?"),
    ("rows:\n  number: CTX/AMT02\n", 2, "has no loop CTX; did you mean `CTT`?"),
    ("rows:\n  number: ST02\n", 2, "belongs to the envelope"),
    ("rows:\n  number: BEG09\n", 2, "BEG has elements 01 to 06"),
    ("rows:\n  number: BEG[09=1]03\n", 2, "BEG has elements 01 to 06"),
    ("rows:\n  number: BEG[01=99]03\n", 2, "`99` is no code of BEG01 (Purpose Code)"),
    ("rows:\n  number: REF[01=A,01=B]02\n", 2, "qualifies element 01 twice"),
    ("rows:\n  number: REF04\n", 2, "is a composite; name a component: `REF04-01` to `-04`"),
    ("rows:\n  number: REF04-05\n", 2, "components 01 to 04"),
    ("rows:\n  number: REF[04=x]02\n", 2, "is a composite; name a component"),
    ("rows:\n  number: REF[01-02=x]02\n", 2, "has no components"),
    ("rows:\n  references: PO106-25 pairs(item-id)\n", 2, "has elements 01 to 13"),
    ("rows:\n  references: PO107-06 pairs(item-id)\n", 2, "a range ends behind its start"),
    ("rows:\n  cartons: BEG03+PO106-07 list\n", 2, "a range stands alone"),
    ("rows:\n  cartons: N1/N301+REF02* list\n", 2, "stand in one segment"),
    ("rows:\n  number: BEG03 cod(purpose)\n", 2, "there is no codec `cod`; did you mean `code`?"),
    ("rows:\n  purpose: BEG01 code(purpos)\n", 2, "did you mean `purpose`?"),
    ("rows:\n  total: BEG04\n", 2, "write `decimal`"),
    ("rows:\n  parties[rol=x]: {at: N1}\n", 2, "Party has no field `rol`; did you mean `role`?"),
    ("rows:\n  nodes[]: {at: N1}\n", 2, "Order has no field `nodes`"),
    ("rows:\n  number: {at: N1}\n", 2, "holds a single value"),
    ("rows:\n  lines[]: {at: PO2}\n", 2, "has no PO2"),
    ("rows:\n  lines[]:\n    at: TD1\n    number: BEG03\n", 4, "stands on the single segment TD1"),
    ("rows:\n  number: BEG03\nderived: {CTT01: line_cnt}\n", 3, "did you mean `line_count`?"),
    ("rows:\n  number: BEG03\nderived: {CTT01: count(lins)}\n", 3, "did you mean `lines`?"),
    ("rows:\n  number: BEG03\nderived: {CTT01: total(lines)}\n", 3, "is no number"),
    ("rows:\n  number: BEG03\nvia: pair\n", 3, "there is no pair `pair`"),
    ("rows:\n  number: BEG03\nshape: Levels\n", 3, "`shape` needs `via`"),
]


@pytest.mark.parametrize(("text", "line", "mistake"), BOUND)
def test_what_does_not_fit_records_and_schema(text: str, line: int, mistake: str) -> None:
    found = mistakes_of(HEADS["x12"] + text)
    assert [(file, at) for file, at, said in found if mistake in said] == [("t.yaml", line + 3)], found


def test_mixed_lists_name_the_type() -> None:
    head = "table: t\ndocument: Levels\nformat: x12 900 004010\n"
    found = mistakes_of(head + "rows:\n  nodes[]: {at: HL}\n  nodes[Heed]: {at: HL}\n")
    assert [(at, said) for _, at, said in found] == [
        (5, "`nodes` is a list of several types; write one of [Head], [Leaf]"),
        (6, "`nodes` holds no `Heed`; did you mean `Head`?"),
    ]


def test_unknown_documents_and_schemas() -> None:
    found = mistakes_of("table: t\ndocument: Ordr\nformat: x12 901 004010\n")
    assert [at for _, at, _ in found] == [2, 3]
    assert "did you mean `Order`?" in found[0][2]
    assert "did you mean `900 004010`?" in found[1][2]
    assert "known: order" in mistakes_of("table: t\ndocument: Order\nformat: json x\n")[0][2]


CLAIMED = [
    (
        "x12",
        "rows:\n  number: BEG03\n  note: BEG03\n",
        3,
        "is named by the row in t.yaml:5 already (`number`)",
    ),
    ("x12", "rows:\n  number: BEG03\n  note: BEG04\nderived: {BEG04: =x}\n", 4, "t.yaml:6"),
    (
        "x12",
        "rows:\n  number: BEG03\n  parties[role=seller]: {at: '.', name: BEG03}\n",
        3,
        "is named by the row in t.yaml:5",
    ),
    (
        "x12",
        "rows:\n  number: BEG03\n  note: N102\n  parties[]: {at: N1, role: N101}\n",
        3,
        "which the block in t.yaml:7 reads",
    ),
    ("json", "rows:\n  number: id\n  note: id\n", 3, "is named by the row in t.yaml:5"),
    (
        "csv",
        "rows:\n  number: a\n  lines[]: {at: rows, number: a}\n",
        3,
        "the column `a` is named by the row",
    ),
    (
        "csv",
        "rows:\n  number: a\n  lines[]: {at: rows, number: b}\n  parties[]: {at: rows, role: c}\n",
        4,
        "two lists beside each other",
    ),
    ("csv", "settings: {document_key: b}\nrows:\n  number: a\n", 1, "`b` tells documents apart"),
]


@pytest.mark.parametrize(("kind", "text", "line", "mistake"), CLAIMED)
def test_places_claimed_twice(kind: str, text: str, line: int, mistake: str) -> None:
    found = checked({"t.yaml": HEADS[kind].replace("table: t", "table: u") + text})
    assert [(file, at) for file, at, said in found if mistake in said] == [("t.yaml", line + 3)], found


@pytest.mark.parametrize(
    "rows",
    [
        "  note: [BEG04, BEG02 read-only]\n  state: BEG02 write-only\n",
        "  references: REF01+REF02* pairs(purpose)\n  note: REF[ZZ]02\n",
        "  note: FOB[04=01]05\n  state: FOB[04=02]05\n",
        "  references.a: REF[AA]04-01\n  references.b: REF[AA]04-02\n",
    ],
)
def test_places_that_only_look_claimed_twice(rows: str) -> None:
    assert (
        checked({"t.yaml": HEADS["x12"].replace("table: t", "table: u") + "rows:\n  number: BEG03\n" + rows})
        == []
    )


REQUIRED = [
    ("x12", "rows:\n  note: CUR02\n", [(5, "900 needs the segment BEG"), (5, "Order must have `number`")]),
    ("x12", "rows:\n  number: BEG04\n", [(5, "BEG needs `BEG03` (Order Number)")]),
    (
        "x12",
        "rows:\n  number: BEG03\n  parties[]: {at: N1, name: N102}\n",
        [(6, "Party must have `role`"), (6, "N1 needs `N101` (Name 01)")],
    ),
    (
        "x12",
        "rows:\n  number: BEG03\n  note: N9/N901\n",
        [(5, "the loop N9 needs the segment MSG (Message Text)")],
    ),
    ("json", "rows:\n  note: type\n  number: kind\n", [(5, "the schema requires `id`")]),
    (
        "json",
        "rows:\n  number: id\n  lines[]:\n    at: details.items[]\n    price: netCost.amount decimal\n",
        [(8, "the schema requires `netCost.currencyCode`")],
    ),
    (
        "json",
        "rows:\n  number: id\n  lines[]: {at: 'details.items[]', quantity: unit integer}\n",
        [(6, "`unit` is a string in the schema, and `integer` makes an integer")],
    ),
    (
        "json",
        "rows:\n  number: id\n  lines[]: {at: 'details.items[]', weight.value: unit decimal}\n",
        [(6, "`weight` must have `weight.unit` beside its other fields")],
    ),
]


@pytest.mark.parametrize(("kind", "text", "expected"), REQUIRED)
def test_required_places_and_fields_without_a_row(
    kind: str, text: str, expected: list[tuple[int, str]]
) -> None:
    found = checked({"t.yaml": HEADS[kind].replace("table: t", "table: u") + text})
    for line, mistake in expected:
        assert [at for _, at, said in found if mistake in said] == [line], found
    assert len(found) == len(expected), found


OVERLAY = "partners/p/mappings/o.yaml"


def overlaid(*overlays: str, parameters: Parameters = AGREED) -> list[tuple[str, int, str]]:
    """The mistakes of good files and of one partner's overlays."""
    files = {OVERLAY.replace("o.yaml", f"o{number}.yaml"): text for number, text in enumerate(overlays, 1)}
    return list(check_mappings(GOOD, LIBRARY, [Agreement(files, parameters)]))


@pytest.mark.parametrize(
    ("overlay", "line", "mistake"),
    [
        ("overlay: t\nrows:\n  number: BEG03\n  state: BEG0\n", 4, "BEG0"),
        ("overlay: tt\n", 1, "there is no table `tt`; did you mean `t`?"),
        ("rows: {}\n", 1, "neither `table: NAME` nor `overlay: NAME`"),
        (HEADS["x12"] + NUMBER, 1, "it begins with `overlay: NAME`"),
        ("overlay: t\nrows:\n  note: BEG03\n", 3, "is named by the row in mappings/x.yaml:5 already"),
        ("overlay: t\nrows:\n  number: null\n", 1, "with this overlay: Order must have `number`"),
        ("overlay: t\nrows:\n  numbr: null\n", 3, "did you mean `number`?"),
    ],
)
def test_mistakes_of_overlays_name_the_overlay(overlay: str, line: int, mistake: str) -> None:
    found = overlaid(overlay)
    assert {file for file, _, _ in found} == {"partners/p/mappings/o1.yaml"}
    assert line in [at for _, at, said in found if mistake in said], found


def test_overlays_of_a_partner_are_merged_in_the_order_of_their_names() -> None:
    take, give = "overlay: t\nrows:\n  purpose: null\n", "overlay: t\nrows:\n  state: BEG01\n"
    assert overlaid(take, give) == []
    assert [file for file, _, _ in overlaid(give)] == ["partners/p/mappings/o1.yaml"]


def test_overlays_are_checked_with_the_terms_of_their_partner() -> None:
    overlay = "overlay: t\nrows:\n  number: null\n  references.$vendor_code: CUR02\n  note: BEG03\n"
    told = [said for _, _, said in overlaid(overlay.replace("  number: null\n", ""))]
    assert any("is named by the row" in said for said in told)
    assert overlaid("overlay: t\nrows:\n  currency: BEG04 default=$currency\n", parameters=Parameters()) == []


def test_an_overlay_among_the_tables_is_a_mistake_since_nobody_would_use_it() -> None:
    ((file, line, said),) = checked({"mappings/o.yaml": "overlay: t\n"})
    assert (file, line) == ("mappings/o.yaml", 1)
    assert "partners/NAME/mappings/" in said


WORDS = {
    "mappings/codes/item-id.csv": "canonical,x12\nasin,BP\nupc,UP\n",
    "mappings/codes/role.csv": "canonical,x12\nseller,SE\nbuyer,BY\n",
    "mappings/u.yaml": HEADS["x12"].replace("table: t", "table: u")
    + "rows:\n  number: BEG03\n  lines[]:\n    at: PO1\n    ids: PO106-13 pairs(item-id)\n"
    + "  parties[]:\n    at: N1\n    role: N101 code(role)\n",
}


@pytest.mark.parametrize(
    ("rows", "line", "mistake"),
    [
        ("  lines[]:\n    at: PO1\n    ids.asni: PO107\n", 8, "`asni` is no word of `ids`"),
        ("  parties[role=sellr]:\n    at: '.'\n    name: BEG04\n", 6, "did you mean `seller`?"),
        ("  parties[role!=sellr]:\n    at: N1\n    role: N101\n", 6, "did you mean `seller`?"),
    ],
)
def test_keys_and_filters_are_words_of_the_code_lists(rows: str, line: int, mistake: str) -> None:
    head = HEADS["x12"].replace("table: t", "table: v")
    found = checked({**WORDS, "mappings/v.yaml": head + "rows:\n  number: BEG03\n" + rows})
    assert [(file, at) for file, at, said in found if mistake in said] == [("mappings/v.yaml", line)]
    assert checked(WORDS) == []


def test_keys_of_the_agreement_and_of_fields_without_a_list_are_free() -> None:
    head = HEADS["x12"].replace("table: t", "table: v")
    rows = "rows:\n  number: BEG03\n  references.anything: BEG04\n  lines[]:\n    at: PO1\n"
    own = "    quantity: PO102 decimal\n    ids.$vendor_item_id: PO107\n"
    assert checked({**WORDS, "mappings/v.yaml": head + rows + own}) == []


RELEASES = {
    "mappings/x.yaml": GOOD["mappings/x.yaml"].replace("004010", "004010 005010") + "  state: BEG02\n",
    "mappings/y.yaml": "overlay: t\nformat: x12 900 005010\nrows:\n  state: BEG04\n",
}


def of_two_releases() -> Library:
    """The small library, its set in a second release where BEG has four elements."""
    older = LIBRARY.sets["900", "004010"]
    beg = older.segments["BEG"]
    shorter = {**older.segments, "BEG": msgspec.structs.replace(beg, uses=beg.uses[:4])}
    newer = msgspec.structs.replace(older, release="005010", segments=shorter)
    return msgspec.structs.replace(LIBRARY, sets={**LIBRARY.sets, ("900", "005010"): newer})


def test_a_table_is_checked_in_each_of_its_releases_with_the_overlay_of_that_release() -> None:
    library = of_two_releases()
    assert check_mappings({**GOOD, **RELEASES}, library) == ()
    table = RELEASES["mappings/x.yaml"] + "  note: BEG06\n"
    ((file, _, said),) = check_mappings({**GOOD, **RELEASES, "mappings/x.yaml": table}, library)
    assert (file, said) == ("mappings/x.yaml", "`BEG06`: BEG has elements 01 to 04")
    overlay = RELEASES["mappings/y.yaml"] + "  note: BEG06\n"
    ((file, line, _),) = check_mappings({**GOOD, **RELEASES, "mappings/y.yaml": overlay}, library)
    assert (file, line) == ("mappings/y.yaml", 5)


def test_a_table_bound_to_a_release_has_the_rows_of_that_release() -> None:
    mappings, _ = load_mappings({**GOOD, **RELEASES})
    for release, place in (("004010", "BEG02"), ("005010", "BEG04")):
        table, mistakes = parse_mapping(mappings, "t", release=release)
        assert table is not None
        assert not mistakes
        assert str(table.format) == f"x12 900 {release}"
        (state,) = [row for row in table.root.entries if isinstance(row, Row) and row.key == "state"]
        assert str(state.sayings[0].places[0]) == place
    first, _ = parse_mapping(mappings, "t")
    assert first is not None
    assert first.format.releases == ("004010",)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("900 005010", "900 006010", "is for `x12 900 006010`, but the table is for `x12 900 004010 005010`"),
        ("900 005010", "855 005010", "is for `x12 855 005010`, but the table is for `x12 900 004010 005010`"),
        ("x12 900 005010", "x12 900", "one for a release says `format: x12 850 005010`"),
        ("900 005010", "900 005010 005010", "one for a release says `format: x12 850 005010`"),
    ],
)
def test_an_overlay_of_a_release_that_the_table_is_not_for_is_told(old: str, new: str, mistake: str) -> None:
    overlay = RELEASES["mappings/y.yaml"].replace(old, new)
    found = check_mappings({**GOOD, **RELEASES, "mappings/y.yaml": overlay}, of_two_releases())
    assert [file for file, _, said in found if mistake in said] == ["mappings/y.yaml"]


def test_files_that_are_neither_table_nor_overlay_and_names_used_twice() -> None:
    found = checked({"mappings/y.yaml": "rows: {}\n", "mappings/z.yaml": GOOD["mappings/x.yaml"]})
    assert [(file, at) for file, at, _ in found] == [("mappings/y.yaml", 1), ("mappings/z.yaml", 1)]


def test_a_code_list_no_table_uses() -> None:
    found = checked({"mappings/codes/extra.csv": "canonical,x12\na,b\n"})
    assert found == [("mappings/codes/extra.csv", 1, "no table uses this code list")]


@pytest.mark.parametrize(
    ("text", "line", "mistake"),
    [
        ("", 1, "empty"),
        ("code,x12\n", 1, "the first column is `canonical`"),
        ("canonical,x13\na,b\n", 1, "unknown column `x13`; did you mean `x12`?"),
        ("canonical,x12,x12\na,b,c\n", 1, "stands twice"),
        ("canonical\na\n", 1, "no column for a format"),
        ("canonical,x12\n# note\na,b\nc\n", 4, "1 cells where the first line names 2 columns"),
        ('canonical,x12\na,"b\n', 2, "cells where"),
        ("canonical,x12\n,b\n", 2, "no canonical word"),
        ("canonical,x12\na,b\na,b\n", 3, "says the same as line 2"),
        ("canonical,x12\na,\n", 2, "has no code in any format"),
        ("canonical,x12\na," + "x" * 300 + "\n", 2, "more than 200 characters"),
    ],
)
def test_mistakes_of_code_lists(text: str, line: int, mistake: str) -> None:
    _, found = parse_code_list("l", "l.csv", text)
    assert [(file, at) for file, at, said in found if mistake in said] == [("l.csv", line)], found


def test_a_table_is_described_by_the_standards_names() -> None:
    plan = plan_of(
        "x12",
        "rows:\n  number: BEG03 required\n  state: =new\n  lines[]:\n    at: PO1\n"
        "    ids: PO106-13 pairs(item-id)\n    unit: PO103 code(unit) default=each\n"
        "derived: {CTT01: line_count}\n",
    )
    told = [
        (row.depth, row.field, row.place, row.name, row.codec, row.words, row.at, row.line)
        for row in describe(plan)
    ]
    assert told == [
        (0, "number", "BEG03", "Order Number", "", "required", "", 5),
        (0, "state", "", "", "", "=new", "", 6),
        (0, "lines[]", "", "", "", "", "PO1", 7),
        (1, "ids", "PO106-13", "Baseline Item Data 06", "pairs(item-id)", "", "", 9),
        (1, "unit", "PO103", "Baseline Item Data 03", "code(unit)", "default=each", "", 10),
        (0, "line_count", "CTT01", "Transaction Totals 01", "", "derived", "", 11),
    ]
    counts = statistics(plan)
    assert (counts.table, counts.rows, counts.fields, counts.functions) == ("t", 4, 4, 1)
    assert counts.share == pytest.approx(0.2)


def test_fields_no_row_names_are_listed() -> None:
    plan = plan_of(
        "x12",
        "rows:\n  number: BEG03\n  references.vendor: REF[CR]02\n  lines[].backorder: CSH01 flag(Y,N)\n"
        "  parties[role=seller]: {at: '.', name: 'REF[SE]02'}\n"
        "  parties[role!=seller]: {at: N1, role: N101, street: N301+N302 list}\n",
    )
    listed = unmapped(plan)
    assert {"date", "purpose", "cartons", "parties[].ids", "lines[].number"} <= set(listed)
    assert not {"number", "references", "lines", "lines[].backorder", "parties", "parties[].name"} & set(
        listed
    )
    assert not {"parties[].role", "parties[].street", "ext", "lines[].ext"} & set(listed)
