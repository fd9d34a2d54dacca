"""The command line, run as its users run it: arguments in; exit code, standard output and error out."""

from __future__ import annotations

import io
import json
import sys
from contextlib import chdir
from pathlib import Path
from unittest import mock

import msgspec

from gateway.cli import main
from tests.hostile.samples import group, interchange, order_file, transaction_set

ROOT = Path(__file__).resolve().parents[2]

GOOD = order_file()
FAULTY = GOOD.replace("*20261122~PO1", "*20260230~PO1")
CUT_OFF = GOOD[: GOOD.index("CTT")]
UNDEFINED = interchange(group(transaction_set(("BMG*00*TEXT*03", "MIT*1"), "864"), identifier="TX"))
MIXED = interchange(group(transaction_set(number="0001"), transaction_set(number="0002"))).replace(
    "ST*850*0002~BEG*00", "ST*850*0002~BEG*99"
)


class Ran(msgspec.Struct, frozen=True):
    """What came of one command."""

    code: int
    out: bytes
    err: str

    @property
    def json(self) -> object:
        return json.loads(self.out)


def run(*arguments: str | Path, cwd: Path = ROOT) -> Ran:
    """Run `gateway` with these arguments in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    code = 0
    with (
        chdir(cwd),
        mock.patch.object(sys, "argv", ["gateway", *map(str, arguments)]),
        mock.patch.object(sys, "stdout", out),
        mock.patch.object(sys, "stderr", err),
        mock.patch.object(sys, "excepthook", sys.excepthook),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return Ran(code, _written(out), _written(err).decode())


def _written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()


def saved(folder: Path, text: str | bytes, name: str = "file.edi") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(text.encode("latin-1") if isinstance(text, str) else text)
    return path
