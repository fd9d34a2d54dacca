"""Cases of the conformance tests: changes of orders and the answers to them."""

from __future__ import annotations

from tests.schema.cases import Case, Found, add, at, both, cut

CHANGES = (
    Case(
        "860: a change begins with BCH",
        "860",
        cut(2, 2),
        (Found("segment-missing", 2, "BCH"),),
    ),
    Case(
        "860: the date of the order is mandatory",
        "860",
        at(2, "BCH*04*CP*4500012345**2"),
        (Found("element-missing", 2, "BCH", 6),),
        (at(2, "BCH*01*NE*4500012345***20260105"),),
    ),
    Case(
        "860: the number of a change has eight characters at most",
        "860",
        at(2, "BCH*04*CP*4500012345**123456789*20260105"),
        (Found("element-too-long", 2, "BCH", 5, value="123456789"),),
        (at(2, "BCH*04*CP*4500012345**12345678*20260105"),),
    ),
    Case(
        "860: the lines may be left out",
        "860",
        at(13, "CTT*4*18"),
        (Found("total-lines", 13, "CTT", 1, "CTT", "4"),),
        (both(at(13, "CTT*0"), cut(8, 12)), cut(8, 13)),
    ),
    Case(
        "860: the kind of change is mandatory and one of its list",
        "860",
        both(at(8, "POC*1**12*12*EA"), at(10, "POC*2*CD")),
        (
            Found("element-missing", 8, "POC", 2, "POC"),
            Found("element-code", 10, "POC", 2, "POC", "CD"),
        ),
        (at(10, "POC*2*RZ"),),
    ),
    Case(
        "860: a quantity comes with what is left of it and its unit",
        "860",
        at(8, "POC*1*QD*12"),
        (
            Found("element-conditional-missing", 8, "POC", 4, "POC"),
            Found("element-conditional-missing", 8, "POC", 5, "POC"),
        ),
        (at(8, "POC*1*QD*12*0*EA"), both(at(8, "POC*1*QD**12"), at(13, "CTT*3*6"))),
    ),
    Case(
        "860: a basis comes with its price, an item number with its kind",
        "860",
        at(8, "POC*1*QD*12*12*EA**PE*UP"),
        (
            Found("element-conditional-missing", 8, "POC", 6, "POC"),
            Found("element-conditional-missing", 8, "POC", 9, "POC"),
        ),
    ),
    Case(
        "860: CTT02 adds up the quantities",
        "860",
        at(13, "CTT*3*19"),
        (Found("total-hash", 13, "CTT", 2, "CTT", "19"),),
        (at(13, "CTT*3"),),
    ),
    Case(
        "860: no answer stands in a change",
        "860",
        add(9, "ACK*IA"),
        (Found("segment-not-in-set", 9, "ACK", loop="POC"),),
        (add(9, "CTP**LPR*4"),),
    ),
    Case(
        "865: the kind of answer is optional and one of its list",
        "865",
        at(2, "BCA*06*XX*4500012345***20260105"),
        (Found("element-code", 2, "BCA", 2, value="XX"),),
        (at(2, "BCA*06**4500012345***20260105"),),
    ),
    Case(
        "865: an answer follows its line",
        "865",
        add(4, "ACK*IA"),
        (Found("segment-unexpected", 4, "ACK"),),
        (add(6, "ACK*IB"), cut(5, 5)),
    ),
    Case(
        "865: one date follows an answer",
        "865",
        add(10, "DTM*002*20260202"),
        (Found("segment-too-many", 10, "DTM", loop="POC/ACK"),),
    ),
)
