"""Conformance cases of the envelope: one rule each, a file that breaks it and one that does not.

A case names each finding it expects with its whole address. `byte` is given as a text that begins there.
"""

from __future__ import annotations

from dataclasses import dataclass

ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*261122*1305*U*00401*000000001*0*T*>~"
)
ISA_501 = ISA.replace("*U*00401*", "*^*00501*")
GS = "GS*PO*SENDER*RECEIVER*20261122*1305*1*X*004010~"
ST = "ST*850*0001~BEG*00*SA*4711**20261122~"
SE = "SE*3*0001~"
GE = "GE*1*1~"
IEA = "IEA*1*000000001~"
CLEAN = ISA + GS + ST + SE + GE + IEA
END = "<end of the file>"

Place = dict[str, "int | str"]


@dataclass(frozen=True)
class Case:
    name: str
    data: bytes
    findings: tuple[tuple[str, Place], ...] = ()

    def expected(self) -> list[tuple[str, Place]]:
        return [(code, {**place, "byte": self.byte(str(place["byte"]))}) for code, place in self.findings]

    def byte(self, begins: str) -> int:
        return len(self.data) if begins == END else self.data.index(begins.encode("latin-1"))


def case(name: str, text: str | bytes, *findings: tuple[str, Place]) -> Case:
    return Case(name, text if isinstance(text, bytes) else text.encode("latin-1"), findings)


def interchange(segment: int, tag: str, byte: str, **more: int | str) -> Place:
    place: Place = {"interchange": 1, "isa13": "000000001", "segment": segment, "tag": tag, "byte": byte}
    return {**place, **more}


def group(segment: int, tag: str, byte: str, **more: int | str) -> Place:
    return interchange(segment, tag, byte, **{"group": 1, "gs06": "1", **more})


def in_set(position: int, tag: str, byte: str, **more: int | str) -> Place:
    parts: Place = {"set": 1, "st02": "0001", "segment_in_set": position, **more}
    return group(position + 2, tag, byte, **parts)


TRAILERS = (
    case("a clean interchange", CLEAN),
    case("SE01 with leading zeros", CLEAN.replace("SE*3*", "SE*0000000003*")),
    case(
        "SE01 too low",
        CLEAN.replace("SE*3*", "SE*2*"),
        ("se-segment-count", in_set(3, "SE", "SE*2", element=1)),
    ),
    case(
        "SE01 not a number",
        CLEAN.replace("SE*3*", "SE*+3*"),
        ("se-segment-count", in_set(3, "SE", "SE*+3", element=1)),
    ),
    case(
        "SE01 of many digits",
        CLEAN.replace("SE*3*", f"SE*{'9' * 5000}*"),
        ("se-segment-count", in_set(3, "SE", "SE*99", element=1)),
    ),
    case(
        "SE without elements",
        CLEAN.replace(SE, "SE~"),
        ("se-segment-count", in_set(3, "SE", "SE~", element=1)),
        ("se-control-number", in_set(3, "SE", "SE~", element=2)),
    ),
    case(
        "SE02 differs",
        CLEAN.replace(SE, "SE*3*0002~"),
        ("se-control-number", in_set(3, "SE", "SE*3", element=2)),
    ),
    case(
        "SE02 with other zeros: ST02 is text",
        CLEAN.replace(SE, "SE*3*00001~"),
        ("se-control-number", in_set(3, "SE", "SE*3", element=2)),
    ),
    case("SE02 with blanks", CLEAN.replace(SE, "SE*3*0001 ~")),
    case("GE01 too high", CLEAN.replace(GE, "GE*2*1~"), ("ge-set-count", group(6, "GE", "GE*2", element=1))),
    case("GE01 empty", CLEAN.replace(GE, "GE**1~"), ("ge-set-count", group(6, "GE", "GE**", element=1))),
    case(
        "GE02 differs", CLEAN.replace(GE, "GE*1*2~"), ("ge-control-number", group(6, "GE", "GE*1", element=2))
    ),
    case(
        "GE02 the same number with other zeros",
        CLEAN.replace(GE, "GE*1*0001~"),
        ("control-number-padding", group(6, "GE", "GE*1", element=2)),
    ),
    case(
        "IEA01 too high",
        CLEAN.replace(IEA, "IEA*2*000000001~"),
        ("iea-group-count", interchange(7, "IEA", "IEA*2", element=1)),
    ),
    case(
        "IEA02 differs",
        CLEAN.replace(IEA, "IEA*1*000000002~"),
        ("iea-control-number", interchange(7, "IEA", "IEA*1", element=2)),
    ),
    case(
        "IEA02 the same number without zeros",
        CLEAN.replace(IEA, "IEA*1*1~"),
        ("control-number-padding", interchange(7, "IEA", "IEA*1", element=2)),
    ),
    case(
        "IEA02 empty",
        CLEAN.replace(IEA, "IEA*1~"),
        ("iea-control-number", interchange(7, "IEA", "IEA*1", element=2)),
    ),
    case(
        "several faults at once",
        ISA + GS + ST + "SE*9*0009~GE*9*9~IEA*9*000000009~",
        ("se-segment-count", in_set(3, "SE", "SE*9", element=1)),
        ("se-control-number", in_set(3, "SE", "SE*9", element=2)),
        ("ge-set-count", group(6, "GE", "GE*9", element=1)),
        ("ge-control-number", group(6, "GE", "GE*9", element=2)),
        ("iea-group-count", interchange(7, "IEA", "IEA*9", element=1)),
        ("iea-control-number", interchange(7, "IEA", "IEA*9", element=2)),
    ),
)

MISSING = (
    case("SE missing before GE", ISA + GS + ST + GE + IEA, ("se-missing", in_set(3, "SE", "GE*"))),
    case(
        "SE missing before ST",
        ISA + GS + ST + "ST*850*0002~SE*2*0002~GE*2*1~" + IEA,
        ("se-missing", in_set(3, "SE", "ST*850*0002")),
    ),
    case(
        "SE and GE missing before GS",
        ISA + GS + ST + "GS*PO*SENDER*RECEIVER*20261122*1305*2*X*004010~GE*0*2~IEA*2*000000001~",
        ("se-missing", in_set(3, "SE", "GS*PO*SENDER*RECEIVER*20261122*1305*2")),
        ("ge-missing", group(5, "GE", "GS*PO*SENDER*RECEIVER*20261122*1305*2")),
    ),
    case("GE missing before IEA", ISA + GS + ST + SE + IEA, ("ge-missing", group(6, "GE", "IEA*"))),
    case(
        "SE and GE missing before IEA",
        ISA + GS + ST + IEA,
        ("se-missing", in_set(3, "SE", "IEA*")),
        ("ge-missing", group(5, "GE", "IEA*")),
    ),
    case(
        "all trailers missing at the end of the file",
        ISA + GS + ST,
        ("se-missing", in_set(3, "SE", END)),
        ("ge-missing", group(5, "GE", END)),
        ("iea-missing", interchange(5, "IEA", END)),
    ),
    case(
        "the file is cut off inside a segment",
        (ISA + GS + ST)[:-9],
        ("se-missing", in_set(3, "SE", END)),
        ("ge-missing", group(5, "GE", END)),
        ("iea-missing", interchange(5, "IEA", END)),
    ),
    case("IEA missing at the end of the file", ISA, ("iea-missing", interchange(2, "IEA", END))),
    case(
        "all trailers missing before ISA",
        ISA + GS + ST + CLEAN.replace("000000001", "000000002"),
        (
            "se-missing",
            in_set(
                3,
                "SE",
                "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
                "*261122*1305*U*00401*000000002",
            ),
        ),
        (
            "ge-missing",
            group(
                5,
                "GE",
                "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
                "*261122*1305*U*00401*000000002",
            ),
        ),
        (
            "iea-missing",
            interchange(
                5,
                "IEA",
                "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
                "*261122*1305*U*00401*000000002",
            ),
        ),
    ),
    case(
        "all trailers missing before an ISA with other separators",
        ISA + GS + ST + CLEAN.replace("000000001", "000000002").replace("*", "|").replace("~", "!"),
        ("se-missing", in_set(3, "SE", "ISA|00")),
        ("ge-missing", group(5, "GE", "ISA|00")),
        ("iea-missing", interchange(5, "IEA", "ISA|00")),
    ),
    case(
        "only IEA lacks its terminator", CLEAN[:-1], ("segment-unterminated", interchange(7, "IEA", "IEA*1"))
    ),
    case("the last line lacks its end, and lines end segments", CLEAN.replace("~", "\n")[:-1]),
    case(
        "IEA runs into the next ISA",
        CLEAN[:-1] + "\r\n" + CLEAN.replace("000000001", "000000002"),
        ("segment-unterminated", interchange(7, "IEA", "IEA*1")),
    ),
)

MISPLACED = (
    case(
        "a set outside a group is one fault",
        ISA + ST + SE + "IEA*0*000000001~",
        ("segment-outside-group", interchange(2, "ST", "ST*")),
    ),
    case(
        "GE without GS",
        ISA + GE + "IEA*0*000000001~",
        ("segment-outside-group", interchange(2, "GE", "GE*")),
    ),
    case(
        "a segment between GS and ST",
        ISA + GS + "REF*DP*1~" + ST + SE + GE + IEA,
        ("segment-outside-set", group(3, "REF", "REF*")),
    ),
    case(
        "SE without ST, after segments without one",
        ISA + GS + ST + SE + "BEG*00*NE*1~REF*DP*1~SE*3*0002~" + GE + IEA,
        ("segment-outside-set", group(6, "BEG", "BEG*00*NE")),
        ("segment-outside-set", group(8, "SE", "SE*3*0002")),
    ),
    case(
        "TA1 inside a group",
        ISA + GS + "TA1*000000009*261122*1305*A*000~" + ST + SE + GE + IEA,
        ("segment-outside-set", group(3, "TA1", "TA1*")),
    ),
    case(
        "TA1 after a group",
        ISA + GS + ST + SE + GE + "TA1*000000009*261122*1305*A*000~" + IEA,
        ("interchange-segment-misplaced", interchange(7, "TA1", "TA1*")),
    ),
    case(
        "an empty segment between groups",
        ISA + GS + ST + SE + GE + "~" + IEA,
        ("segment-empty", interchange(7, "", "~IEA")),
    ),
    case(
        "a segment that only begins like an envelope segment",
        ISA + GS + "GSX*1~STX*1~IEAX*1~ISABEL*1~" + ST + SE + GE + IEA,
        ("segment-outside-set", group(3, "GSX", "GSX*")),
    ),
    case("an empty segment in a set that SE01 does not count", ISA + GS + ST + "~" + SE + GE + IEA),
    case("an empty segment in a set that SE01 counts", ISA + GS + ST + "~SE*4*0001~" + GE + IEA),
    case(
        "an empty segment in a set, and SE01 is wrong either way",
        ISA + GS + ST + "~SE*5*0001~" + GE + IEA,
        ("se-segment-count", in_set(4, "SE", "SE*5", element=1)),
    ),
    case(
        "data after IEA",
        CLEAN + "\nEND OF FILE\n",
        ("data-outside-interchange", {"byte": "END OF FILE"}),
    ),
    case("blanks, line ends, NUL and Ctrl-Z after IEA", CLEAN + "\r\n  \0\0\x1a"),
    case(
        "data between interchanges",
        CLEAN + "--\r\n" + CLEAN.replace("000000001", "000000002"),
        ("data-outside-interchange", {"byte": "--"}),
    ),
    case("data before the first ISA", "HEADER\n" + CLEAN, ("not-an-interchange", {"byte": "HEADER"})),
    case("no interchange at all", "GS*PO*A*B~", ("not-an-interchange", {"byte": "GS*"})),
    case("words that begin with ISA", "ISABEL, ISA 1\n", ("not-an-interchange", {"byte": "ISABEL"})),
    case("TA1 only, IEA01 is 0", ISA + "TA1*000000009*261122*1305*A*000~IEA*0*000000001~"),
    case(
        "TA1 only, IEA01 is 1",
        ISA + "TA1*000000009*261122*1305*A*000~" + IEA,
        ("iea-group-count", interchange(3, "IEA", "IEA*1", element=1)),
    ),
    case(
        "ISB, ISE and TA1 before a group", ISA + "ISB*1~ISE*261122*1305*ET~TA1*1~" + GS + ST + SE + GE + IEA
    ),
)

DUPLICATES = (
    case(
        "the same ISA13 twice from one sender",
        CLEAN + "\n" + CLEAN.replace("*T*", "*P*"),
        ("isa13-duplicate", interchange(8, "ISA", ISA.replace("*T*", "*P*"), element=13, interchange=2)),
    ),
    case("the same ISA13 from two senders", CLEAN + CLEAN.replace("SENDER ", "OTHER  ")),
    case(
        "the same ISA13 from one sender with two qualifiers",
        CLEAN + CLEAN.replace("*ZZ*SENDER", "*01*SENDER"),
    ),
    case(
        "the same GS06 twice, with other zeros",
        ISA + GS + "GE*0*1~" + GS.replace("*1*X*", "*01*X*") + "GE*0*01~IEA*2*000000001~",
        (
            "gs06-duplicate",
            group(4, "GS", "GS*PO*SENDER*RECEIVER*20261122*1305*01*", group=2, gs06="01", element=6),
        ),
    ),
    case(
        "the same GS06 in two interchanges",
        CLEAN + CLEAN.replace("000000001", "000000002"),
    ),
    case(
        "the same ST02 twice in a group",
        ISA + GS + ST + SE + "ST*855*0001~SE*2*0001~GE*2*1~" + IEA,
        (
            "st02-duplicate",
            group(6, "ST", "ST*855", set=2, st02="0001", segment_in_set=1, element=2),
        ),
    ),
    case(
        "the same number with other zeros in ST02",
        ISA + GS + ST + SE + "ST*855*00001~SE*2*00001~GE*2*1~" + IEA,
    ),
    case(
        "the same ST02 in two groups",
        ISA + GS + ST + SE + GE + GS.replace("*1*X*", "*2*X*") + ST + SE + "GE*1*2~IEA*2*000000001~",
    ),
)


def unpadded(isa: str) -> str:
    return "*".join(element.strip() or " " for element in isa.split("*"))


WRAPPED = "\n".join(CLEAN[start : start + 80] for start in range(0, len(CLEAN), 80))
UNPADDED = tuple(("isa-not-padded", interchange(1, "ISA", "ISA*", element=number)) for number in (2, 4, 6, 8))

HEADERS = (
    case("ISA is not padded", unpadded(ISA) + CLEAN[106:], *UNPADDED),
    case(
        "ISA08 is too long",
        CLEAN.replace("RECEIVER       ", "RECEIVER WITH A LONG NAME"),
        ("isa-not-padded", interchange(1, "ISA", "ISA*", element=8)),
    ),
    case(
        "ISA16 is missing",
        CLEAN.replace("*T*>~", "*T*~"),
        ("isa-component-separator", interchange(1, "ISA", "ISA*", element=16)),
    ),
    case(
        "ISA16 is missing, and line ends follow the terminators",
        CLEAN.replace("*T*>~", "*T*~").replace("~", "~\r\n"),
        ("isa-component-separator", interchange(1, "ISA", "ISA*", element=16)),
    ),
    case(
        "ISA16 is missing, and line ends are the terminators",
        CLEAN.replace("*T*>~", "*T*~").replace("~", "\n"),
        ("isa-component-separator", interchange(1, "ISA", "ISA*", element=16)),
    ),
    case(
        "ISA16 is missing, and ISA is not padded",
        unpadded(ISA).replace("*T*>~", "*T*~") + CLEAN[106:],
        *UNPADDED,
        ("isa-component-separator", interchange(1, "ISA", "ISA*", element=16)),
    ),
    case(
        "ISA16 is a blank",
        CLEAN.replace("*T*>~", "*T* ~"),
        ("isa-component-separator", interchange(1, "ISA", "ISA*", element=16)),
    ),
    case(
        "the segment terminator is a letter",
        CLEAN.replace("*T*>~", "*T*>X"),
        ("isa-terminator-invalid", interchange(1, "ISA", "ISA*")),
    ),
    case(
        "ISA ends before its terminator", ISA[:-1], ("isa-terminator-invalid", interchange(1, "ISA", "ISA*"))
    ),
    case(
        "ISA is cut off",
        ISA[:40],
        ("isa-unreadable", {"interchange": 1, "segment": 1, "tag": "ISA", "byte": "ISA*"}),
    ),
    case(
        "ISA has too few elements",
        ISA.replace("*0*T*>", "") + CLEAN[106:],
        ("isa-unreadable", {"interchange": 1, "segment": 1, "tag": "ISA", "byte": "ISA*"}),
    ),
    case(
        "ISA has too few elements, and lines end segments",
        (ISA.replace("*0*T*>", "") + CLEAN[106:]).replace("~", "\n"),
        ("isa-unreadable", {"interchange": 1, "segment": 1, "tag": "ISA", "byte": "ISA*"}),
    ),
    case(
        "after an ISA that cannot be read the next one is",
        ISA[:40] + "~" + CLEAN,
        ("isa-unreadable", {"interchange": 1, "segment": 1, "tag": "ISA", "byte": "ISA*"}),
    ),
    case(
        "element and component separator are equal",
        CLEAN.replace("*T*>~", "*T**~"),
        ("isa-separators-clash", interchange(1, "ISA", "ISA*")),
    ),
    case(
        "element separator and terminator are equal",
        CLEAN.replace("*T*>~", "*T*>*"),
        ("isa-separators-clash", interchange(1, "ISA", "ISA*")),
    ),
    case(
        "component separator and terminator are equal",
        CLEAN.replace("*T*>~", "*T*~~"),
        ("isa-separators-clash", interchange(1, "ISA", "ISA*")),
    ),
    case(
        "repetition and component separator are equal",
        CLEAN.replace(ISA, ISA_501.replace("^", ">")),
        ("isa-separators-clash", interchange(1, "ISA", "ISA*")),
    ),
    case("ISA11 equals the component separator before repetition came", CLEAN.replace("*U*", "*>*")),
    case("wrapped at 80 columns", WRAPPED, ("interchange-wrapped", interchange(1, "ISA", "ISA*"))),
    case(
        "wrapped at 80 columns with CRLF",
        WRAPPED.replace("\n", "\r\n"),
        ("interchange-wrapped", interchange(1, "ISA", "ISA*")),
    ),
    case(
        "a name that is not in the character set",
        CLEAN.replace("SENDER   ", "M\xdcLLER   "),
        ("charset-fallback", interchange(1, "ISA", "ISA*", element=6)),
    ),
    case("a name in UTF-8", CLEAN.replace("SENDER   ", "MÜLLER   ").encode()),
)

CHARSETS = (
    case("text in UTF-8", CLEAN.replace("4711", "4711-Ü-€").encode()),
    case(
        "text that is not UTF-8 is told once a set",
        CLEAN.replace(SE, "MSG*M\xfcller~MSG*M\xfcller~SE*5*0001~"),
        ("charset-fallback", in_set(3, "MSG", "MSG*")),
    ),
)

EMPTY = (
    case("an empty file", "", ("file-empty", {})),
    case("blanks and line ends only", " \r\n\t", ("file-empty", {})),
)

CASES = (*TRAILERS, *MISSING, *MISPLACED, *DUPLICATES, *HEADERS, *CHARSETS)
