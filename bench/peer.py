"""pyx12's validation against the maps made from our definitions, behind one call."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from pyx12.map_if import load_map_file
from pyx12.map_index import map_index
from pyx12.params import ParamsBase
from pyx12.x12n_document import x12n_document

from bench.pyx12_map import write_maps
from gateway.schema.load import load_release
from gateway.workspace import Workspace

RELEASE = "004010"
SETS = ("810", "850", "855", "856", "997")


def prepare(folder: Path) -> None:
    """Writes the maps into the folder."""
    files = Workspace().texts("schemas", "**/*.yaml")
    write_maps(folder, load_release(files, RELEASE), SETS)


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
