"""Cases of the conformance tests: the order of segments, and the tree of levels."""

from __future__ import annotations

from tests.schema.cases import ALLOWANCE, LINE, Case, Found, add, at, both, cut

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
        "a stray segment does not hide what is wrong with the levels",
        "856",
        both(at(18, "HL*6*9*I*0"), add(4, "XQQ*1")),
        (
            Found("segment-unknown", 4, "XQQ", loop="HL", value="XQQ"),
            Found("hl-parent", 19, "HL", 2, "HL", "9"),
        ),
    ),
    Case(
        "a lost level is one fault",
        "856",
        at(9, "LH*2*1*O*1"),
        (Found("segment-unknown", 9, "LH", loop="HL/N1", value="LH"),),
    ),
)
