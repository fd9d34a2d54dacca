"""pyx12's validation against the maps made from our definitions, behind one call."""

from __future__ import annotations

import io
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


class Pyx12:
    """pyx12 with the maps of a folder."""

    def __init__(self, maps: Path) -> None:
        self._maps = str(maps)

    def validate(self, data: bytes) -> int:
        """How many transaction sets it accepts, as the 997 says that it writes meanwhile."""
        answer = io.StringIO()
        document = io.StringIO(data.decode("ascii"))
        x12n_document(ParamsBase(), document, answer, None, map_path=self._maps)
        return answer.getvalue().count("\nAK5*A")

    def load(self, data: bytes) -> int:
        """What it does anew for every file it is given: reads the index, the maps of envelope and set."""
        map_index(self._maps)
        for name in ("x12.control.00401.xml", f"850.{RELEASE}.xml"):
            load_map_file(name, ParamsBase(), self._maps)
        return bool(data)
