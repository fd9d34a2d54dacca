"""pyx12's judgment on the acknowledgments we write: another program's reading of the same standard.

pyx12 comes with the maps of the health-care guides only, so its 997 map, copied at test time from the
installed package, is taught the codes of commerce, and its 999 map likewise. It reads interchange versions
00401 and 00501 and knows fixed pairs of GS01 and GS08; so it is given copies of the interchange whose version
fields say 00401 and 004010 with the groups of 997s, and 00501 and 005010X231 with those of 999s. Nothing else
of the interchange is touched.
"""

from __future__ import annotations

import io
import logging
import shutil
from importlib.resources import as_file, files
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

import pyx12.error_handler
import pyx12.errors
import pyx12.map_if
import pyx12.params
import pyx12.x12n_document

ISA_LENGTH = 106  # with the terminator
MAP_997 = "997.4010.xml"
MAP_999 = "999.5010.xml"
CONTROL_MAP = "x12.control.00401.xml"
CONTROL_MAP_00501 = "x12.control.00501.xml"
CHANGED_MAPS = (CONTROL_MAP, CONTROL_MAP_00501, MAP_997, MAP_999)
MAP_FILES = ("maps.xml", "dataele.xml", "codes.xml", *CHANGED_MAPS)
GUIDE_OF_999 = "005010X231"  # pyx12 knows the 999 by the guide of its industry alone

FUNCTIONAL_IDENTIFIERS = ("PO", "PR", "SH", "IN", "PC", "CA", "IB", "PS", "SC", "TX", "PD", "AG", "OW")
TRANSACTION_SETS = (
    "850",
    "855",
    "856",
    "810",
    "860",
    "865",
    "846",
    "830",
    "832",
    "864",
    "852",
    "824",
    "997",
    "999",
)
ADDED_CODES = {
    "ISA15": ("I",),
    "AK101": FUNCTIONAL_IDENTIFIERS,
    "AK201": (*TRANSACTION_SETS, "000"),  # 000: ours for a set whose ST01 is none
    "AK403": ("12", "13"),  # from 005010 on
    **{f"AK90{position}": ("19",) for position in range(5, 10)},  # in the standard, not in the guides
}
WITHOUT_CODES = ("ISA05", "ISA07")  # the guides list few qualifiers; ours are those that were received

# The third part of AK401, which came with 004030; the data element is in pyx12's dictionary.
REPETITION_POSITION = (
    '<element xid="AK401-03"><data_ele>1686</data_ele><name>Repeating Data Element Position</name>'
    "<usage>S</usage><seq>03</seq></element>"
)


class SecondOpinion:
    """pyx12 with its maps loaded once; `folder` is an empty one in which they are prepared."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        prepare_maps(folder)
        logging.getLogger("pyx12").setLevel(logging.CRITICAL)  # it logs each fault that we collect
        self._parameters = pyx12.params.params()
        load = pyx12.map_if.load_map_file
        self._maps = {name: load(name, self._parameters, self._folder) for name in CHANGED_MAPS}

    def faults(self, interchange: bytes) -> list[str]:
        """What pyx12 has against one interchange of acknowledgments; empty when nothing."""
        copies = in_the_versions_pyx12_reads(interchange.decode("latin-1"))
        return [fault for copy in copies for fault in self._faults(copy)]

    def _faults(self, interchange: str) -> list[str]:
        source = io.StringIO(interchange)
        recorder = _Recorder()
        with (
            mock.patch.object(pyx12.map_if, "load_map_file", self._loaded),
            mock.patch.object(pyx12.error_handler, "err_handler", lambda: recorder),
        ):
            try:
                valid = pyx12.x12n_document.x12n_document(
                    self._parameters, source, None, None, map_path=self._folder
                )
            except pyx12.errors.EngineError as error:
                return [f"pyx12 could not go on: {error}"]
        return recorder.faults if recorder.faults or valid else ["pyx12 refuses it without a reason"]

    def _loaded(self, name: str, _parameters: object, _folder: str | None = None) -> object:
        return self._maps[name]


class _Recorder(pyx12.error_handler.err_handler):  # type: ignore[misc]  # pyx12 has no type information
    """Notes every fault pyx12 reports: its own reports leave some out (those of ISA, GS and ST elements)."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def isa_error(self, code: str, text: str) -> None:
        self.faults.append(f"ISA {code}: {text}")
        super().isa_error(code, text)

    def gs_error(self, code: str, text: str) -> None:
        self.faults.append(f"GS {code}: {text}")
        super().gs_error(code, text)

    def st_error(self, code: str, text: str) -> None:
        self.faults.append(f"ST {code}: {text}")
        super().st_error(code, text)

    def seg_error(self, code: str, text: str, value: str | None = None, line: int | None = None) -> None:
        self.faults.append(f"segment {code}: {text}")
        if self.cur_st_node is not None:  # a fault of a TA1 has no set that pyx12 could note it under
            super().seg_error(code, text, value, line)

    def ele_error(self, code: str, text: str, value: str | None, place: str | None = None) -> None:
        self.faults.append(f"element {code}: {text}")
        if self.cur_st_node is not None:
            super().ele_error(code, text, value, place)


def in_the_versions_pyx12_reads(interchange: str) -> list[str]:
    """The interchange with its 997s in the versions pyx12 knows them in, and with its 999s in theirs.

    pyx12 takes ISA16 for data, in which some characters must not stand; it is given another in their place.
    """
    if len(interchange) < ISA_LENGTH:
        return [interchange]
    element, component, terminator = interchange[3], interchange[104], interchange[105]
    if component in "^`" or not component.isprintable():
        other = next((one for one in ":>\\!<" if one not in interchange), component)
        interchange = interchange.replace(component, other)
    segments = [segment.split(element) for segment in interchange.split(terminator)]
    groups = _groups(segments)
    newer = [group for group in groups if [one.strip() for one in group[1][:2]] == ["ST", "999"]]
    older = [group for group in groups if group not in newer]
    copies = []
    if older or not newer:
        copies.append(_copy(segments, newer, ("U", "00401"), "004010"))
    if newer:
        copies.append(_copy(segments, older, (segments[0][11], "00501"), GUIDE_OF_999))
    return [terminator.join(element.join(elements) for elements in copy) for copy in copies]


def _groups(segments: list[list[str]]) -> list[list[list[str]]]:
    """The segments of each group, GS to GE, of an interchange that is whole."""
    groups: list[list[list[str]]] = []
    for segment in segments:
        tag = segment[0].strip()
        if tag == "GS":
            groups.append([])
        if groups and tag and tag != "IEA":
            groups[-1].append(segment)
    return groups


def _copy(
    segments: list[list[str]], left_out: list[list[list[str]]], isa: tuple[str, str], gs08: str
) -> list[list[str]]:
    """The segments without some groups, with ISA11, ISA12, GS08 as given, and GS04 with its century."""
    gone = {id(segment) for group in left_out for segment in group}
    copy = [list(segment) for segment in segments if id(segment) not in gone]
    for elements in copy:
        tag = elements[0].strip()
        if tag == "ISA":
            elements[11:13] = isa
        elif tag == "GS":
            elements[4] = elements[4].rjust(8, "0") if len(elements[4]) != 6 else f"20{elements[4]}"
            elements[8] = gs08
        elif tag == "IEA" and left_out:
            elements[1] = str(int(elements[1]) - len(left_out))
    return copy


def prepare_maps(folder: Path) -> None:
    """Copies pyx12's 997 map and its helpers to `folder`, with the codes of commerce added."""
    with as_file(files("pyx12").joinpath("map")) as installed:
        for name in MAP_FILES:
            shutil.copyfile(installed / name, folder / name)
    for name in CHANGED_MAPS:
        tree = ElementTree.parse(folder / name)
        for element in tree.iter("element"):
            _change_codes(element)
        for composite in tree.iter("composite") if name == MAP_997 else ():
            composite.append(ElementTree.fromstring(REPETITION_POSITION))
        for loop in tree.iter("loop"):
            if loop.get("xid") == "GS_LOOP":  # an interchange of a TA1 has no group
                _part(loop, "usage").text = "S"
        tree.write(folder / name)


def _change_codes(element: ElementTree.Element) -> None:
    name = element.get("xid", "")
    if name == "ST03":  # the guide wants itself named; the standard does not
        _part(element, "usage").text = "S"
    listed = element.find("valid_codes")
    if listed is None:  # the maps of 00501 leave more to the standard
        return
    if name in WITHOUT_CODES:
        element.remove(listed)
    for code in ADDED_CODES.get(name, ()):
        ElementTree.SubElement(listed, "code").text = code


def _part(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    part = parent.find(name)
    assert part is not None, f"pyx12's maps have changed: no {name} in {parent.get('xid')}"
    return part
