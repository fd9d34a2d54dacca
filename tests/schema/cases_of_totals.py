"""Cases of the conformance tests: totals, beside faults that silence them and faults that do not."""

from __future__ import annotations

from tests.schema.cases import ALLOWANCE, LINE, Case, Found, add, at, both, cut

WRONG_TOTALS = (
    Found("total-lines", 17, "CTT", 1, "CTT", "3"),
    Found("total-hash", 17, "CTT", 2, "CTT", "35"),
    Found("total-amount", 18, "AMT", 2, "CTT", "203"),
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
    Case(
        "the amount of a promotion is part of no total",
        "850",
        both(add(6, ALLOWANCE.replace("*A*", "*P*")), at(19, "AMT*TT*1")),
        (),
    ),
    Case(
        "a bad date silences no total",
        "850",
        both(at(6, "DTM*064*20260230"), at(17, "CTT*3*35"), at(18, "AMT*TT*203")),
        (Found("element-date", 6, "DTM", 2, value="20260230"), *WRONG_TOTALS),
    ),
    Case(
        "an unknown code silences no total",
        "850",
        both(at(10, "N1*S?*DEPOT WEST*92*PHX3"), at(17, "CTT*3*35"), at(18, "AMT*TT*203")),
        (Found("code-not-listed", 10, "N1", 1, "N1", "S?"), *WRONG_TOTALS),
    ),
    Case(
        "an unknown segment silences no total",
        "850",
        both(at(5, "XQQ*1"), at(17, "CTT*3*35"), at(18, "AMT*TT*203")),
        (Found("segment-unknown", 5, "XQQ", value="XQQ"), *WRONG_TOTALS),
    ),
    Case(
        "an unknown segment between totals silences none of them",
        "850",
        both(at(17, "CTT*3*35"), at(18, "AMT*TT*203"), add(18, "XQQ*1")),
        (
            *WRONG_TOTALS[:2],
            Found("segment-unknown", 18, "XQQ", loop="CTT", value="XQQ"),
            WRONG_TOTALS[2]._replace(segment=19),
        ),
    ),
    Case(
        "a segment of no part in them that is missing silences no total",
        "850",
        both(at(17, "CTT*3*35"), at(18, "AMT*TT*203"), cut(2, 2)),
        (
            Found("segment-missing", 2, "BEG"),
            *(found._replace(segment=found.segment - 1) for found in WRONG_TOTALS),
        ),
    ),
    Case(
        "a segment of no part in them that cannot be placed silences no total",
        "850",
        both(at(17, "CTT*3*35"), at(18, "AMT*TT*203"), add(8, "FOB*CC"), cut(5, 5)),
        (Found("segment-out-of-order", 7, "FOB"), *WRONG_TOTALS),
    ),
    Case(
        "a line that may be misspelled silences its totals",
        "850",
        both(at(15, "PO!*2*10*CA*12*PE*UP*012345678912*VN*B-200"), at(17, "CTT*3*35"), at(18, "AMT*TT*203")),
        (Found("segment-unknown", 15, "PO!", loop="PO1/PID", value="PO!"),),
    ),
    Case(
        "a line that may have lost its first separator silences its totals",
        "850",
        both(at(15, "PO12*10*CA*12*PE*UP*012345678912*VN*B-200"), at(17, "CTT*3*35"), at(18, "AMT*TT*203")),
        (Found("segment-unknown", 15, "PO12", loop="PO1/PID", value="PO12"),),
    ),
    Case(
        "a segment without a tag silences every total",
        "850",
        both(add(14, "*F****HAMMER"), at(18, "CTT*3*35"), at(19, "AMT*TT*203")),
        (Found("segment-empty", 14, "", loop="PO1"),),
    ),
    Case(
        "a line that is missing silences its totals",
        "850",
        both(at(17, "CTT*3*35"), at(18, "AMT*TT*203"), cut(13, 16)),
        (Found("segment-missing", 13, "PO1", loop="PO1"),),
    ),
    Case(
        "a charge that cannot be placed silences the amount only",
        "850",
        both(at(17, "CTT*3*35"), at(18, "AMT*TT*203"), add(18, ALLOWANCE)),
        (
            *WRONG_TOTALS[:2],
            Found("segment-out-of-order", 18, "SAC", loop="SAC"),
        ),
    ),
    Case(
        "a quantity that is no number silences the sums and not the count",
        "850",
        both(at(13, LINE.replace("*24*", "*Z4*")), at(17, "CTT*3*35"), at(18, "AMT*TT*203")),
        (Found("element-character", 13, "PO1", 2, "PO1", "Z4"), WRONG_TOTALS[0]),
    ),
    Case(
        "a total that is no number of its type is not judged, the others are",
        "850",
        both(at(17, "CTT*3.0*35"), at(18, "AMT*TT*203")),
        (Found("element-character", 17, "CTT", 1, "CTT", "3.0"), *WRONG_TOTALS[1:]),
    ),
    Case(
        "totals that stand twice are not judged",
        "850",
        both(at(17, "CTT*3*35"), at(18, "CTT*3*35")),
        (Found("loop-too-many", 18, "CTT", loop="CTT"),),
    ),
    Case(
        "a level that may be misspelled silences the count of levels, not the sum of quantities",
        "856",
        both(at(21, "CTT*2*35"), at(17, "HX*6*5*I*0")),
        (
            Found("segment-unknown", 17, "HX", loop="HL", value="HX"),
            Found("total-hash", 21, "CTT", 2, value="35"),
        ),
    ),
    Case(
        "a quantity of a ship notice that is missing silences its sum only",
        "856",
        both(at(21, "CTT*2*35"), at(20, "SN1***CA")),
        (
            Found("element-missing", 20, "SN1", 2, "HL"),
            Found("total-lines", 21, "CTT", 1, value="2"),
        ),
    ),
    Case(
        "an amount with a decimal point that its type has not is not judged",
        "810",
        both(at(8, "TDS*200.00"), at(11, "CTT*3")),
        (
            Found("element-character", 8, "TDS", 1, value="200.00"),
            Found("total-lines", 11, "CTT", 1, value="3"),
        ),
    ),
    Case(
        "a tax that is missing its amount silences the amount only",
        "810",
        both(at(8, "TDS*20000"), at(9, "TXI*ST"), at(11, "CTT*3")),
        (
            Found("element-conditional-missing", 9, "TXI", 2),
            Found("total-lines", 11, "CTT", 1, value="3"),
        ),
    ),
    Case(
        "an invoice with a segment out of order has its amount judged",
        "810",
        both(at(8, "TDS*20000"), add(6, "REF*IA*1")),
        (
            Found("segment-out-of-order", 6, "REF"),
            Found("total-amount", 9, "TDS", 1, value="20000"),
        ),
    ),
)
