"""pyx12's judgment on the acknowledgments we write: another program's reading of the same standard.

pyx12 comes with the maps of the health-care guides only, so its 997 map, copied at test time from the
installed package, is taught the codes of commerce. It reads interchange versions 00401 and 00501 and knows
fixed pairs of GS01 and GS08; so it is given a copy of the interchange whose version fields say 00401 and
004010. Nothing else of the interchange is touched.
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
CONTROL_MAP = "x12.control.00401.xml"
MAP_FILES = ("maps.xml", "dataele.xml", "codes.xml", CONTROL_MAP, MAP_997)

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
        self._maps = {name: load(name, self._parameters, self._folder) for name in (CONTROL_MAP, MAP_997)}

    def faults(self, interchange: bytes) -> list[str]:
        """What pyx12 has against one interchange of acknowledgments; empty when nothing."""
        source = io.StringIO(in_the_version_pyx12_reads(interchange.decode("latin-1")))
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


def in_the_version_pyx12_reads(interchange: str) -> str:
    """The interchange with 00401 in ISA12, U in ISA11, 004010 in GS08, and GS04 with its century.

    pyx12 takes ISA16 for data, in which some characters must not stand; it is given another in their place.
    """
    if len(interchange) < ISA_LENGTH:
        return interchange
    element, component, terminator = interchange[3], interchange[104], interchange[105]
    if component in "^`" or not component.isprintable():
        other = next((one for one in ":>\\!<" if one not in interchange), component)
        interchange = interchange.replace(component, other)
    segments = interchange.split(terminator)
    for index, segment in enumerate(segments):
        elements = segment.split(element)
        if elements[0].strip() == "ISA":
            elements[11:13] = ["U", "00401"]
        elif elements[0].strip() == "GS":
            elements[4] = elements[4].rjust(8, "0") if len(elements[4]) != 6 else f"20{elements[4]}"
            elements[8] = "004010"
        segments[index] = element.join(elements)
    return terminator.join(segments)


def prepare_maps(folder: Path) -> None:
    """Copies pyx12's 997 map and its helpers to `folder`, with the codes of commerce added."""
    with as_file(files("pyx12").joinpath("map")) as installed:
        for name in MAP_FILES:
            shutil.copyfile(installed / name, folder / name)
    for name in (CONTROL_MAP, MAP_997):
        tree = ElementTree.parse(folder / name)
        for element in tree.iter("element"):
            _change_codes(element)
        for composite in tree.iter("composite"):
            composite.append(ElementTree.fromstring(REPETITION_POSITION))
        for loop in tree.iter("loop"):
            if loop.get("xid") == "GS_LOOP":  # an interchange of a TA1 has no group
                _part(loop, "usage").text = "S"
        tree.write(folder / name)


def _change_codes(element: ElementTree.Element) -> None:
    name = element.get("xid", "")
    if name in WITHOUT_CODES:
        element.remove(_part(element, "valid_codes"))
    for code in ADDED_CODES.get(name, ()):
        ElementTree.SubElement(_part(element, "valid_codes"), "code").text = code


def _part(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    part = parent.find(name)
    assert part is not None, f"pyx12's maps have changed: no {name} in {parent.get('xid')}"
    return part
