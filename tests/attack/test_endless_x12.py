"""The commands on X12 without end: each ends by itself, in little memory, and says why.

`detect` reads the beginning alone. The others read to a limit of the reader, tell it, and end with code 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, count, repeat

import msgspec
import pytest

from gateway.formats.detect import HEAD_BYTES, MAX_BLANK_BYTES
from tests.cli.command import ROOT
from tests.hostile.samples import group, interchange, transaction_set
from tests.hostile.watch import MEGABYTE, OPENED

MEMORY_BYTES = 1 << 30
PIPE_BYTES = 2 * MEGABYTE  # what may lie in pipes and buffers when the reader ends
CHUNK_BYTES = 1 << 16
LIMITED = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}))
from gateway.cli import main
main()
"""


class Came(msgspec.Struct, frozen=True):
    """What came of a command, and how many bytes it let be written to it."""

    code: int
    out: bytes
    err: bytes
    fed: int


def fed(chunks: Iterator[bytes], *command: str) -> Came:
    """Run a command on standard input without end, in a process with little memory."""
    process = subprocess.Popen(
        [sys.executable, "-c", LIMITED, *command, "/dev/stdin"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    written = 0
    with suppress(BrokenPipeError):
        for chunk in chunks:
            process.stdin.write(chunk)
            written += len(chunk)
    with suppress(BrokenPipeError):
        process.stdin.close()
    process.stdin = None
    out, err = process.communicate(timeout=60)
    return Came(process.returncode, out, err, written)


def again(piece: bytes, opened: bytes = b"") -> Iterator[bytes]:
    return chain([opened], repeat(piece * (CHUNK_BYTES // len(piece))))


def interchanges() -> Iterator[bytes]:
    for number in count(1):
        yield interchange(group(transaction_set(), number=number), number=number).encode()


COMMANDS = (
    ("validate",),
    ("ack",),
    ("view", "--from", "x12"),
    ("translate", "--from", "x12", "--to", "canonical"),
)


# Of zeros `validate` tells by the beginning that they are no X12: the test below.
WITHOUT_INTERCHANGE = [
    *((command, b"ISA*") for command in COMMANDS),
    *((command, b"\0") for command in COMMANDS if command != ("validate",)),
]


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("command", "piece"), WITHOUT_INTERCHANGE)
def test_what_holds_no_interchange_ends_the_command(command: tuple[str, ...], piece: bytes) -> None:
    came = fed(again(piece), *command)
    assert came.code == 1
    assert b"interchange-not-found" in came.out + came.err
    assert b"64 MiB hold no interchange" in came.out + came.err
    assert b"Traceback" not in came.err
    assert 64 * MEGABYTE < came.fed < 68 * MEGABYTE + PIPE_BYTES


def test_validate_reports_zeros_without_end_as_unreadable() -> None:
    came = fed(again(b"\0"), "validate", "--json")
    (file,) = json.loads(came.out)["files"]
    assert (came.code, file["verdict"], file["format"]) == (1, "unreadable", "unknown")
    assert [each["code"] for each in file["findings"]] == ["format-unknown"]
    assert came.fed < MAX_BLANK_BYTES + PIPE_BYTES


def test_a_report_on_junk_without_end_is_not_complete() -> None:
    came = fed(again(b"GS*PO*SENDER*RECEIVER~"), "validate", "--json")
    (file,) = json.loads(came.out)["files"]
    assert (came.code, file["verdict"], file["complete"]) == (1, "unreadable", False)
    assert file["findings"][-1]["code"] == "interchange-not-found"
    assert file["findings"][-1]["location"] == {"byte": 0}


def test_one_good_segment_without_end_ends_the_command() -> None:
    came = fed(again(b"PO1*1*12*EA*3.5**BP*4006381333931~", f"{OPENED}ST*850*0001~".encode()), "ack")
    assert came.code == 1
    assert b"envelope-without-end" in came.err
    assert b"256 MiB" in came.err
    assert came.out.startswith(b"ISA*")  # the interchange is answered, and refused
    assert b"*R*023~" in came.out


@pytest.mark.parametrize("chunks", [again(b"\0"), again(b"ISA*00*"), interchanges()])
def test_detect_reads_the_beginning_alone(chunks: Iterator[bytes]) -> None:
    came = fed(chunks, "detect")
    assert came.out in (b"x12\n", b"unknown\n")
    assert came.fed < HEAD_BYTES + PIPE_BYTES
