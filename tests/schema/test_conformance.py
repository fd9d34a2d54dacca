"""One rule of the standard after another, broken and kept, each finding at its full address."""

from __future__ import annotations

import pytest

from gateway.codes import CATALOGUE, Severity
from gateway.report import Verdict
from tests.schema.cases import Case, Found, add, address_problems, as_found, at, both, cut, document
from tests.schema.samples import SETS, checked, interchange

ALLOWANCE = "SAC*A*C310***100"
LINE = "PO1*1*24*EA*3.5*PE*UP*012345678905*VN*A-100"

ELEMENTS = (
    Case(
        "a mandatory element is there",
        "850",
        at(2, "BEG*00*NE***20260105"),
        (Found("element-missing", 2, "BEG", 3),),
        (at(2, "BEG*00*NE*X**20260105"),),
    ),
    Case(
        "all mandatory elements of a segment without any are named",
        "850",
        at(2, "BEG"),
        tuple(Found("element-missing", 2, "BEG", element) for element in (1, 2, 3, 5)),
    ),
    Case(
        "P: paired elements come together",
        "850",
        at(13, "PO1*1*24*EA*3.5*PE*UP**VN*A-100"),
        (Found("element-conditional-missing", 13, "PO1", 7, "PO1"),),
        (at(13, "PO1*1*24*EA*3.5*PE"), at(13, "PO1*1*24*EA*3.5*PE***VN*A-100")),
    ),
    Case(
        "P: the first of a pair is missing",
        "850",
        at(13, "PO1*1*24*EA*3.5*PE**012345678905"),
        (Found("element-conditional-missing", 13, "PO1", 6, "PO1"),),
    ),
    Case(
        "P: the pair lies behind the end of the segment",
        "850",
        at(13, "PO1*1*24*EA*3.5*PE*UP"),
        (Found("element-conditional-missing", 13, "PO1", 7, "PO1"),),
    ),
    Case(
        "R: at least one element is there",
        "850",
        at(10, "N1*ST"),
        (Found("element-conditional-missing", 10, "N1", 2, "N1"),),
        (at(10, "N1*ST*DEPOT"), at(10, "N1*ST**92*PHX3")),
    ),
    Case(
        "E: at most one element is there",
        "850",
        add(8, "MEA*WT*G*5*LB****03"),
        (Found("element-exclusion", 8, "MEA", 8, value="03"),),
        (add(8, "MEA*WT*G******03"),),
    ),
    Case(
        "C: an element brings another",
        "850",
        at(5, "FOB*CC**TEXT"),
        (Found("element-conditional-missing", 5, "FOB", 2),),
        (at(5, "FOB*CC*OR*TEXT"),),
    ),
    Case(
        "L: an element brings one of others",
        "850",
        add(8, "MEA*WT*G*****03*03"),
        (Found("element-conditional-missing", 8, "MEA", 3),),
        (add(8, "MEA*WT*G*5*LB***03"),),
    ),
    Case(
        "there are no more elements than the segment has",
        "850",
        at(9, "MSG*TEXT***X"),
        (Found("element-too-many", 9, "MSG", 4, "N9", "X"),),
    ),
    Case(
        "text is as long as it must be",
        "850",
        at(10, "N1*ST*DEPOT WEST*92*P"),
        (Found("element-too-short", 10, "N1", 4, "N1", "P"),),
        (at(10, "N1*ST*DEPOT WEST*92*PH"),),
    ),
    Case(
        "text is no longer than it may be",
        "850",
        at(4, f"REF*CR*{'V' * 31}"),
        (Found("element-too-long", 4, "REF", 2, value="V" * 31),),
        (at(4, f"REF*CR*{'V' * 30}"),),
    ),
    Case(
        "length counts characters, not bytes",
        "850",
        at(4, f"REF*CR*{'é' * 31}"),
        (Found("element-too-long", 4, "REF", 2, value="é" * 31),),
    ),
    Case(
        "sign and point of a number do not count",
        "850",
        both(at(13, LINE.replace("*24*", "*1234567890123456*")), cut(17, 18)),
        (Found("element-too-long", 13, "PO1", 2, "PO1", "1234567890123456"),),
        (both(at(13, LINE.replace("*24*", "*-12345678901234.5*")), cut(17, 18)),),
    ),
    Case(
        "a decimal number has one point",
        "850",
        both(at(13, LINE.replace("3.5", "3.5.0")), cut(17, 18)),
        (Found("element-character", 13, "PO1", 4, "PO1", "3.5.0"),),
        tuple(both(at(13, LINE.replace("3.5", price)), cut(17, 18)) for price in (".5", "5.", "0", "-3")),
    ),
    Case(
        "a decimal number has no comma",
        "850",
        both(at(13, LINE.replace("3.5", "3,5")), cut(17, 18)),
        (Found("element-character", 13, "PO1", 4, "PO1", "3,5"),),
    ),
    Case(
        "a decimal number has no exponent in 004010",
        "850",
        both(at(13, LINE.replace("3.5", "3E5")), cut(17, 18)),
        (Found("element-character", 13, "PO1", 4, "PO1", "3E5"),),
    ),
    Case(
        "a point alone is no number",
        "850",
        both(at(13, LINE.replace("3.5", ".")), cut(17, 18)),
        (Found("element-character", 13, "PO1", 4, "PO1", "."),),
    ),
    Case(
        "digits are those of ASCII",
        "850",
        both(at(13, LINE.replace("3.5", "²")), cut(17, 18)),
        (Found("element-character", 13, "PO1", 4, "PO1", "²"),),
    ),
    Case(
        "implied decimals have no point",
        "850",
        add(6, "SAC*A*C310***1.00"),
        (Found("element-character", 6, "SAC", 5, "SAC", "1.00"),),
        (add(6, ALLOWANCE), add(6, "SAC*A*C310***-100")),
    ),
    Case(
        "text holds no control character",
        "850",
        at(9, "MSG*RING\x07TWICE"),
        (Found("element-character", 9, "MSG", 1, "N9", "RING\x07TWICE"),),
        (at(9, "MSG*RÏNG TWICE"),),
    ),
    Case(
        "text is more than blanks",
        "850",
        at(10, "N1*ST*   *92*PHX3"),
        (Found("element-character", 10, "N1", 2, "N1", "   "),),
        (at(10, "N1*ST*   DEPOT *92*PHX3"),),
    ),
    Case(
        "a code is one of a whole list",
        "850",
        at(2, "BEG*Q9*NE*4500012345**20260105"),
        (Found("element-code", 2, "BEG", 1, value="Q9"),),
        (at(2, "BEG*01*NE*4500012345**20260105"),),
    ),
    Case(
        "a code is of the length of its element",
        "850",
        at(2, "BEG*000*NE*4500012345**20260105"),
        (Found("element-too-long", 2, "BEG", 1, value="000"),),
    ),
    Case(
        "a date is a day of the calendar",
        "850",
        at(6, "DTM*064*20260229"),
        (Found("element-date", 6, "DTM", 2, value="20260229"),),
        (at(6, "DTM*064*20240229"), at(6, "DTM*064*20000229")),
    ),
    Case(
        "a date has eight digits",
        "850",
        at(6, "DTM*064*260112"),
        (Found("element-too-short", 6, "DTM", 2, value="260112"),),
    ),
    Case(
        "there is no year 0",
        "850",
        at(6, "DTM*064*00000101"),
        (Found("element-date", 6, "DTM", 2, value="00000101"),),
        (at(6, "DTM*064*00010101"),),
    ),
    Case(
        "a time is a time of day",
        "850",
        at(6, "DTM*064*20260112*2400"),
        (Found("element-time", 6, "DTM", 3, value="2400"),),
        tuple(at(6, f"DTM*064*20260112*{time}") for time in ("2359", "000059", "1200599", "12005999")),
    ),
    Case(
        "a time has four, six, seven or eight digits",
        "850",
        at(6, "DTM*064*20260112*12005"),
        (Found("element-time", 6, "DTM", 3, value="12005"),),
    ),
    Case(
        "a component follows the rules of its element",
        "850",
        add(8, "MEA*WT*G*5*LB>X"),
        (Found("element-character", 8, "MEA", 4, value="X", component=2),),
        (add(8, "MEA*WT*G*5*LB>2"),),
    ),
    Case(
        "a mandatory component is there",
        "850",
        add(8, "MEA*WT*G*5*>2"),
        (Found("element-missing", 8, "MEA", 4, component=1),),
    ),
    Case(
        "there are no more components than the composite has",
        "850",
        add(8, f"MEA*WT*G*5*LB{'>' * 15}LB"),
        (Found("element-components", 8, "MEA", 4, value=f"LB{'>' * 15}LB", component=16),),
    ),
    Case(
        "a simple element has no components",
        "850",
        at(10, "N1*ST*DEPOT>WEST*92*PHX3"),
        (Found("element-components", 10, "N1", 2, "N1", "DEPOT>WEST"),),
        (at(10, "N1*ST*DEPOT^WEST*92*PHX3"),),
    ),
    Case(
        "an element does not repeat where it may not",
        "850",
        at(10, "N1*ST*DEPOT^WEST*92*PHX3"),
        (Found("element-repetitions", 10, "N1", 2, "N1", "WEST", repetition=2),),
        (at(10, "N1*ST*DEPOT*92*PHX3"),),
        isa=("11=^", "12=00402"),
    ),
    Case(
        "faults in several elements of a segment are all told",
        "850",
        at(12, f"N4*{'X' * 31}*A*85001*"),
        (
            Found("element-too-long", 12, "N4", 1, "N1", "X" * 31),
            Found("element-too-short", 12, "N4", 2, "N1", "A"),
            Found("segment-trailing-separator", 12, "N4", 4, "N1"),
        ),
    ),
    Case(
        "855: status and quantity follow their lists and notes",
        "855",
        at(5, "ACK*XX*20"),
        (
            Found("element-code", 5, "ACK", 1, "PO1/ACK", "XX"),
            Found("element-conditional-missing", 5, "ACK", 3, "PO1/ACK"),
        ),
    ),
    Case(
        "810: quantity, unit and price of a line come together",
        "810",
        at(6, "IT1*1*24**3.5"),
        (Found("element-conditional-missing", 6, "IT1", 3, "IT1"),),
    ),
    Case(
        "997: an error code is one of its list",
        "997",
        at(5, "AK4*2*330*11*1O"),
        (Found("element-code", 5, "AK4", 3, "AK2/AK3", "11"),),
        (at(5, "AK4*2>1*330*6*1O"),),
    ),
)

STRUCTURE = (
    Case(
        "a segment is one of the release",
        "850",
        add(5, "XQQ*1"),
        (Found("segment-unknown", 5, "XQQ", value="XQQ"),),
        (add(5, "TAX*1"),),
    ),
    Case(
        "a misspelled segment is one fault: mandatory",
        "850",
        at(2, "BGE*00*NE*4500012345**20260105"),
        (Found("segment-unknown", 2, "BGE", value="BGE"),),
    ),
    Case(
        "a misspelled segment is one fault: lower case",
        "850",
        at(2, "beg*00*NE*4500012345**20260105"),
        (Found("segment-unknown", 2, "beg", value="beg"),),
    ),
    Case(
        "a misspelled segment is one fault: opens the first loop",
        "850",
        at(13, LINE.replace("PO1", "P01")),
        (Found("segment-unknown", 13, "P01", loop="N1", value="P01"),),
    ),
    Case(
        "a segment belongs to the set",
        "850",
        add(3, "BIG*20260105*7"),
        (Found("segment-not-in-set", 3, "BIG"),),
    ),
    Case(
        "a mandatory segment is there",
        "850",
        cut(2, 2),
        (Found("segment-missing", 2, "BEG"),),
    ),
    Case(
        "a mandatory loop is there",
        "850",
        cut(13, 18),
        (Found("segment-missing", 13, "PO1", loop="PO1"),),
    ),
    Case(
        "a mandatory segment and a mandatory loop are there",
        "850",
        cut(2, 18),
        (Found("segment-missing", 2, "BEG"), Found("segment-missing", 2, "PO1", loop="PO1")),
    ),
    Case(
        "a loop starts with its first segment",
        "850",
        both(add(15, "PO4*1"), cut(13, 13)),
        (Found("segment-missing", 13, "PO1", loop="PO1"),),
    ),
    Case(
        "an optional loop starts with its first segment",
        "850",
        cut(10, 10),
        (Found("segment-missing", 10, "N1", loop="N1"),),
    ),
    Case(
        "a mandatory segment of an optional loop is there",
        "850",
        add(13, "LM*VI"),
        (Found("segment-missing", 14, "LQ", loop="LM"),),
        (add(13, "LM*VI", "LQ*ZZ*A"),),
    ),
    Case(
        "a bounded loop is closed",
        "850",
        add(15, "LS*LDT", "LDT*AF*2*DA"),
        (Found("segment-missing", 17, "LE", loop="PO1/LS"),),
        (add(15, "LS*LDT", "LDT*AF*2*DA", "LE*LDT"), add(15, "LS*LDT", "LE*LDT")),
    ),
    Case(
        "a segment that stands once does not come twice",
        "850",
        add(3, "CUR*BY*USD"),
        (Found("segment-too-many", 4, "CUR"),),
    ),
    Case(
        "a segment that stands once does not come again later",
        "850",
        add(6, "BEG*00*NE*4500012345**20260105"),
        (Found("segment-too-many", 6, "BEG"),),
    ),
    Case(
        "a segment comes as often as it may",
        "850",
        add(5, *["PER*BD*DESK"] * 5),
        (Found("segment-too-many", 8, "PER"),),
        (add(5, *["PER*BD*DESK"] * 3),),
    ),
    Case(
        "a loop comes as often as it may",
        "850",
        add(6, *[ALLOWANCE] * 27),
        (Found("loop-too-many", 31, "SAC", loop="SAC"),),
        (add(6, *[ALLOWANCE] * 25),),
    ),
    Case(
        "a loop that stands once does not come twice",
        "850",
        add(15, "LS*A", "LE*A", "LS*B", "LE*B"),
        (Found("loop-too-many", 17, "LS", loop="PO1/LS"),),
    ),
    Case(
        "segments keep their order",
        "850",
        both(cut(3, 3), add(7, "CUR*BY*USD")),
        (Found("segment-out-of-order", 7, "CUR"),),
    ),
    Case(
        "a loop in a wrong place is one fault",
        "850",
        add(13, ALLOWANCE, "CUR*BY*USD"),
        (Found("segment-out-of-order", 13, "SAC", loop="SAC"),),
    ),
    Case(
        "lines behind the totals are one fault",
        "850",
        both(cut(17, 18), add(15, "CTT*2*34")),
        (Found("segment-out-of-order", 16, "PO1", loop="PO1"),),
    ),
    Case(
        "a segment stands in its loop",
        "850",
        add(8, "N3*2 MILL LANE"),
        (Found("segment-unexpected", 8, "N3"),),
    ),
    Case(
        "totals do not stand before the lines",
        "850",
        both(cut(17, 18), add(10, "CTT*2")),
        (Found("segment-unexpected", 10, "CTT", loop="N9"),),
    ),
    Case(
        "there is no empty segment",
        "850",
        add(5, ""),
        (Found("segment-empty", 5, ""),),
    ),
    Case(
        "separators at the end are left out",
        "850",
        at(5, "FOB*CC**"),
        (Found("segment-trailing-separator", 5, "FOB", 2),),
    ),
    Case(
        "component separators at the end are left out",
        "850",
        add(8, "MEA*WT*G*5*LB>>"),
        (Found("segment-trailing-separator", 8, "MEA", 4),),
    ),
    Case(
        "faults far apart are all told",
        "850",
        both(at(16, "PID*Q****SAW"), cut(9, 9), at(3, "CUR*BY*US"), cut(2, 2)),
        (
            Found("segment-missing", 2, "BEG"),
            Found("element-too-short", 2, "CUR", 2, value="US"),
            Found("element-code", 14, "PID", 1, "PO1/PID", "Q"),
        ),
    ),
    Case(
        "997: each set acknowledged has a verdict",
        "997",
        cut(6, 6),
        (Found("segment-missing", 6, "AK5", loop="AK2"),),
    ),
    Case(
        "997: the group has a verdict",
        "997",
        cut(9, 9),
        (Found("segment-missing", 9, "AK9"),),
    ),
    Case(
        "810: the total is there",
        "810",
        cut(8, 8),
        (Found("segment-missing", 10, "TDS"),),
    ),
    Case(
        "856: there is a level",
        "856",
        cut(3, 21),
        (Found("segment-missing", 3, "HL", loop="HL"),),
    ),
)

LEVELS = (
    Case(
        "numbers of levels are unique",
        "856",
        at(16, "HL*4*2*P*1"),
        (Found("hl-id", 16, "HL", 1, "HL", "4"), Found("hl-parent", 18, "HL", 2, "HL", "5")),
    ),
    Case(
        "the level above exists",
        "856",
        at(18, "HL*6*9*I*0"),
        (Found("hl-parent", 18, "HL", 2, "HL", "9"),),
        (at(18, "HL*6*5*I"),),
    ),
    Case(
        "no level is above itself",
        "856",
        at(18, "HL*6*6*I*0"),
        (Found("hl-parent", 18, "HL", 2, "HL", "6"),),
    ),
    Case(
        "the level above comes earlier, so that there is no cycle",
        "856",
        at(9, "HL*2*6*O*1"),
        (Found("hl-parent", 9, "HL", 2, "HL", "6"),),
    ),
    Case(
        "an item does not stand above an order",
        "856",
        at(9, "HL*2*1*I*1"),
        (Found("hl-level", 9, "HL", 3, "HL", "I"),),
        (at(9, "HL*2*1*Q*1"),),
    ),
    Case(
        "a shipment is at the top",
        "856",
        at(3, "HL*1**O*1"),
        (Found("hl-level", 3, "HL", 3, "HL", "O"),),
    ),
    Case(
        "the child code is true",
        "856",
        both(at(13, "HL*4*3*I*1"), at(9, "HL*2*1*O*0")),
        (Found("hl-child-flag", 9, "HL", 4, "HL", "0"), Found("hl-child-flag", 13, "HL", 4, "HL", "1")),
        (both(at(13, "HL*4*3*I"), at(9, "HL*2*1*O")),),
    ),
    Case(
        "a lost level is one fault",
        "856",
        at(9, "LH*2*1*O*1"),
        (Found("segment-unknown", 9, "LH", loop="HL/N1", value="LH"),),
    ),
)

TOTALS = (
    Case(
        "CTT01 counts the lines",
        "850",
        at(17, "CTT*3*34"),
        (Found("total-lines", 17, "CTT", 1, "CTT", "3"),),
        (at(17, "CTT*02*34"),),
    ),
    Case(
        "CTT01 of a ship notice counts the levels",
        "856",
        at(21, "CTT*2*34"),
        (Found("total-lines", 21, "CTT", 1, value="2"),),
    ),
    Case(
        "CTT02 adds up the quantities",
        "850",
        at(17, "CTT*2*35"),
        (Found("total-hash", 17, "CTT", 2, "CTT", "35"),),
        (at(17, "CTT*2*34.0"), both(at(13, LINE.replace("*24*", "*2.4*")), at(17, "CTT*2*34"), cut(18, 18))),
    ),
    Case(
        "AMT adds up the lines",
        "850",
        at(18, "AMT*TT*203"),
        (Found("total-amount", 18, "AMT", 2, "CTT", "203"),),
        (
            both(add(6, ALLOWANCE), at(19, "AMT*TT*203")),
            both(add(6, ALLOWANCE), at(19, "AMT*TT*204")),
            at(18, "AMT*1*203"),
        ),
    ),
    Case(
        "TDS adds up the lines",
        "810",
        at(8, "TDS*20000"),
        (Found("total-amount", 8, "TDS", 1, value="20000"),),
        (at(8, "TDS*20400"), at(8, "TDS*20900"), at(8, "TDS*20402")),
    ),
    Case(
        "a total that cannot be judged is not",
        "850",
        both(at(13, LINE.replace("*PE*", "*HP*")), at(18, "AMT*TT*1")),
        (),
    ),
)

CASES = (*ELEMENTS, *STRUCTURE, *LEVELS, *TOTALS)


def ids(case: Case) -> str:
    return case.rule.replace(" ", "-")


@pytest.mark.parametrize("set_type", sorted(SETS))
def test_the_samples_are_good(set_type: str) -> None:
    result = checked(interchange(set_type, SETS[set_type]))
    assert (result.verdict, result.findings) == (Verdict.ACCEPTED, ())
    assert result.rows[0] == 0
    assert min(result.rows) == 0


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_a_broken_rule_is_found_at_its_place(case: Case) -> None:
    data = document(case, case.broken)
    result = checked(data)
    assert tuple(as_found(finding) for finding in result.findings) == case.found
    assert [address_problems(finding, data) for finding in result.findings] == [[]] * len(case.found)
    assert all(finding.message and "{" not in finding.message for finding in result.findings)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_the_verdict_follows_from_the_severity(case: Case) -> None:
    severe = any(CATALOGUE[found.code].severity is Severity.ERROR for found in case.found)
    verdict = checked(document(case, case.broken)).verdict
    assert verdict is (Verdict.REJECTED if severe else Verdict.ACCEPTED)


@pytest.mark.parametrize(
    ("case", "number"),
    [pytest.param(case, n, id=f"{ids(case)}-{n}") for case in CASES for n in range(len(case.fine))],
)
def test_a_kept_rule_is_not_complained_of(case: Case, number: int) -> None:
    result = checked(document(case, case.fine[number]))
    assert (result.findings, result.verdict) == ((), Verdict.ACCEPTED)
