"""pyx12's validation against the maps made from our definitions, behind one call."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from pyx12.map_if import load_map_file
from pyx12.map_index import map_index
from pyx12.params import ParamsBase
from pyx12.x12n_document import x12n_document

from gateway.schema.load import load_envelope, load_release
from gateway.schema.pyx12_maps import pyx12_maps
from gateway.workspace import Workspace

RELEASE = "004010"


def prepare(folder: Path) -> None:
    """Writes the maps into the folder."""
    files = Workspace().texts("schemas", "**/*.yaml")
    for name, text in pyx12_maps(load_envelope(files), load_release(files, RELEASE)).items():
        (folder / name).write_text(text, encoding="utf-8")


def validator(maps: Path) -> Callable[[bytes], int]:
    """A function that validates the bytes of one file: 1 when pyx12 finds it good, else 0.

    Map validation alone is asked for: no 997, no report.
    """

    def validate(data: bytes) -> int:
        document = io.StringIO(data.decode("ascii"))
        return int(x12n_document(ParamsBase(), document, None, None, map_path=str(maps)))

    return validate


def load_maps(maps: Path) -> None:
    """What pyx12 does anew for every file it is given: the index, the maps of the envelope and of the set."""
    map_index(str(maps))
    for name in ("x12.control.00401.xml", f"850.{RELEASE}.xml"):
        load_map_file(name, ParamsBase(), str(maps))
