"""Cases of the conformance tests: what 005010 has otherwise than 004010."""

from __future__ import annotations

from tests.schema.cases import LINE, Case, Found, add, at, both, cut

RELEASE = "005010"
REPEATING = ("11=^", "12=00501")

IN_TEXT = both(cut(9, 9), add(9, "MTX**DELIVER TO DOCK 4"))  # MSG has gone, MTX stands in its place

RELEASE_005010 = (
    Case(
        "MSG has given way to MTX behind N9",
        "850",
        lambda segments: None,
        (Found("segment-not-in-set", 9, "MSG", loop="N9"),),
        (IN_TEXT,),
        release=RELEASE,
    ),
    Case(
        "a reference has fifty characters",
        "850",
        both(IN_TEXT, at(4, f"REF*CR*{'X' * 51}")),
        (Found("element-too-long", 4, "REF", 2, value="X" * 51),),
        (both(IN_TEXT, at(4, f"REF*CR*{'X' * 50}")),),
        release=RELEASE,
    ),
    Case(
        "N4: a state and a part of the country exclude each other",
        "850",
        both(IN_TEXT, at(12, "N4*PHOENIX*AZ*85001*US***X")),
        (Found("element-exclusion", 12, "N4", 7, "N1", "X"),),
        (both(IN_TEXT, at(12, "N4*PHOENIX**85001*US***AZ")),),
        release=RELEASE,
    ),
    Case(
        "a number of type R may have an exponent",
        "850",
        both(IN_TEXT, at(13, LINE.replace("*24*", "*2E*"))),
        (Found("element-character", 13, "PO1", 2, "PO1", "2E"),),
        (both(IN_TEXT, at(13, LINE.replace("*24*", "*2.4E1*"))),),
        release=RELEASE,
    ),
    Case(
        "a line keeps its paired identifiers",
        "850",
        both(IN_TEXT, at(13, "PO1*1*24*EA*3.5*PE*UP")),
        (Found("element-conditional-missing", 13, "PO1", 7, "PO1"),),
        release=RELEASE,
    ),
    Case(
        "a code of a list that may have grown is a remark",
        "850",
        both(IN_TEXT, at(2, "BEG*ZW*NE*4500012345**20260105")),
        (Found("code-not-listed", 2, "BEG", 1, value="ZW"),),
        release=RELEASE,
    ),
    Case(
        "856: equipment is a loop with dimensions",
        "856",
        add(6, "AT9*4800"),
        (Found("segment-missing", 6, "TD3", loop="HL/TD3"),),
        (add(6, "TD3*TL", "AT9*4800*9.5"),),
        release=RELEASE,
    ),
    Case(
        "810: charges of the summary have dates, and their taxes too",
        "810",
        add(9, "DTM*007*20260101"),
        (Found("segment-out-of-order", 9, "DTM"),),
        (add(11, "DTM*007*20260101"), add(11, "TXI*ST*5", "DTM*007*20260101")),
        release=RELEASE,
    ),
    Case(
        "997: AK4 knows repetitions and their error codes",
        "997",
        at(5, "AK4*2>1>3*330*11"),
        (Found("element-code", 5, "AK4", 3, "AK2/AK3", "11"),),
        (at(5, "AK4*2>1>3*330*12"), at(5, "AK4*2*330*13")),
        release=RELEASE,
    ),
    Case(
        "999: the context repeats up to ten times",
        "999",
        at(5, f"CTX*{'^'.join(['A>1'] * 11)}"),
        (Found("element-repetitions", 5, "CTX", 1, "AK2/IK3", "A>1", repetition=11),),
        (at(5, f"CTX*{'^'.join(['A>1'] * 10)}"), cut(5, 5)),
        isa=REPEATING,
        release=RELEASE,
    ),
    Case(
        "999: codes of guides are known in their places",
        "999",
        at(4, "IK3*PO1*13*PO1*I5"),
        (Found("element-code", 4, "IK3", 4, "AK2/IK3", "I5"),),
        (at(4, "IK3*PO1*13*PO1*I6"), at(6, "IK4*2*330*I13"), at(8, "IK5*R*I5")),
        isa=REPEATING,
        release=RELEASE,
    ),
    Case(
        "999: the verdict on a set is IK5",
        "999",
        at(10, "AK5*A"),
        (Found("segment-not-in-set", 10, "AK5", loop="AK2"), Found("segment-missing", 11, "IK5", loop="AK2")),
        isa=REPEATING,
        release=RELEASE,
    ),
)
