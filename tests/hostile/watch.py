"""Runs one hostile stream in a process of its own and tells what came of it, how long and how large.

`python -m tests.hostile.watch NAME` prints one JSON object. The process has a hard limit of memory, so that
a mistake ends the test and not the machine.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake
from tests.hostile.samples import addresses, group, interchange, isa, take, transaction_set, validator

ROOT = Path(__file__).resolve().parents[2]
HARD_LIMIT_BYTES = 2 << 30
MEGABYTE = 1_000_000
CHUNK_BYTES = 1 << 18
MANY_SETS = 100_000
MANY_INTERCHANGES = 10_000

OPENED = f"{isa()}GS*PO*SENDER*RECEIVER*20261122*1305*1*X*004010~"
OPENED_856 = f"{isa()}GS*SH*SENDER*RECEIVER*20261122*1305*1*X*004010~"


class Watched(msgspec.Struct, frozen=True):
    """What came of a stream: the first and the last findings; processor time; bytes the process grew by."""

    verdict: str
    complete: bool
    sets: int
    findings: list[tuple[str, dict[str, int | str]]]
    bytes_read: int
    seconds: float
    peak: int


def watched(name: str) -> Watched:
    """What a stream of this module comes to, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.watch", name],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    return msgspec.json.decode(done.stdout, type=Watched)


def repeated(piece: str, times: int) -> Iterator[bytes]:
    """A text so many times, in chunks that are made as they are asked for."""
    at_once = max(1, CHUNK_BYTES // len(piece))
    chunk = (piece * at_once).encode("latin-1")
    for _ in range(times // at_once):
        yield chunk
    yield (piece * (times % at_once)).encode("latin-1")


def closing(segments: int) -> bytes:
    return f"SE*{segments}*0001~GE*1*1~IEA*1*000000001~".encode()


def one_set(segments: Iterator[bytes], count: int, kind: str = "850") -> Iterator[bytes]:
    """An interchange with one set, which has `count` segments between ST and SE."""
    yield f"{OPENED_856 if kind == '856' else OPENED}ST*{kind}*0001~".encode()
    yield from segments
    yield closing(count + 2)


def a_segment_of_200_megabytes() -> Iterator[bytes]:
    yield f"{OPENED}ST*850*0001~BEG*00*SA*4711**20261122~PO1*1*12*EA*3.5~MSG*".encode()
    yield from repeated("x", 200 * MEGABYTE)
    yield b"~" + closing(5)


def a_million_elements_in_a_segment() -> Iterator[bytes]:
    yield f"{OPENED}ST*850*0001~BEG*00*SA*4711**20261122~PO1*1*12*EA*3.5~REF".encode()
    yield from repeated("*", 1_000_000)
    yield b"~" + closing(5)


def a_million_elements_in_many_segments() -> Iterator[bytes]:
    lines = 95_000
    yield f"{OPENED}ST*850*0001~BEG*00*SA*4711**20261122~".encode()
    yield from repeated("PO1*1*12*EA*3.5**BP*4006381333931*VP*V1*PI*P1~", lines)
    yield closing(lines + 3)


def a_set_of_elements_only() -> Iterator[bytes]:
    """More elements than fit into the largest set."""
    segment = "REF" + "*ab" * 9_000 + "~"
    count = 35_000_000 // len(segment)
    return one_set(repeated(segment, count), count)


def levels(parent: Callable[[int], str], count: int) -> Iterator[bytes]:
    yield from one_set(
        (
            text.encode()
            for text in (
                "BSN*00*SHIP1*20261122*1305*0001~",
                *(f"HL*{number}*{parent(number)}*I~" for number in range(1, count + 1)),
            )
        ),
        count + 1,
        "856",
    )


def a_cycle_of_levels() -> Iterator[bytes]:
    """Each level names the next as its parent, the last one the first."""
    return levels(lambda number: str(number % 100_000 + 1), 100_000)


def half_a_cycle_of_levels() -> Iterator[bytes]:
    return levels(lambda number: str(number % 50_000 + 1), 50_000)


def a_ladder_of_levels() -> Iterator[bytes]:
    """Each level stands in the one before it."""
    return levels(lambda number: str(number - 1 or ""), 100_000)


def junk_that_is_a_segment_everywhere() -> Iterator[bytes]:
    return one_set(repeated("X~", 900_000), 900_000)


def sets_full_of_faults() -> Iterator[bytes]:
    yield OPENED.encode()
    for number in range(1, 201):
        yield (f"ST*850*{number:04d}~" + "X~" * 1000 + f"SE*1002*{number:04d}~").encode()
    yield b"GE*200*1~IEA*1*000000001~"


def groups_full_of_faults() -> Iterator[bytes]:
    yield isa().encode()
    for number in range(1, 20_001):
        yield f"GS*XX*S*R*1*1*{number}*Y*4~GE*1*0~".encode()
    yield b"IEA*20000*000000001~"


def strays_without_end() -> Iterator[bytes]:
    yield isa().encode()
    yield from repeated("TA1*x~", 300_000)
    yield b"IEA*0*000000001~"


def strays_in_a_group_without_end() -> Iterator[bytes]:
    yield OPENED.encode()
    yield from repeated("~X~", 300_000)
    yield b"GE*0*1~IEA*1*000000001~"


def sets_in_great_number() -> Iterator[bytes]:
    yield OPENED.encode()
    for number in range(1, MANY_SETS + 1):
        yield f"ST*850*{number:09d}~BEG*00*SA*1**20261122~PO1*1*1*EA*1~SE*4*{number:09d}~".encode()
    yield f"GE*{MANY_SETS}*1~IEA*1*000000001~".encode()


def interchanges_in_great_number() -> Iterator[bytes]:
    for number in range(1, MANY_INTERCHANGES + 1):
        yield interchange(group(transaction_set(number=f"{number:09d}")), number=number).encode()


def nothing_but_noise() -> Iterator[bytes]:
    yield from repeated("\xff\xfe\x00ISA\x00", 5 * MEGABYTE)


STREAMS: dict[str, Callable[[], Iterator[bytes]]] = {
    stream.__name__: stream
    for stream in (
        a_segment_of_200_megabytes,
        a_million_elements_in_a_segment,
        a_million_elements_in_many_segments,
        a_set_of_elements_only,
        a_cycle_of_levels,
        half_a_cycle_of_levels,
        a_ladder_of_levels,
        junk_that_is_a_segment_everywhere,
        sets_full_of_faults,
        groups_full_of_faults,
        strays_without_end,
        strays_in_a_group_without_end,
        sets_in_great_number,
        interchanges_in_great_number,
        nothing_but_noise,
    )
}


def resident_peak() -> int:
    """The most memory this process has had, in bytes; not that of the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def main(name: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (HARD_LIMIT_BYTES, HARD_LIMIT_BYTES))
    came = 0

    def counted() -> Iterator[bytes]:
        nonlocal came
        for chunk in STREAMS[name]():
            came += len(chunk)
            yield chunk

    take(interchange(group(transaction_set())).encode())  # what is loaded once is not counted
    before = resident_peak()
    began = time.process_time()
    intake = Intake(validator())
    for event in read(counted()):
        intake.take(event)
    report = intake.report(name)
    seconds = time.process_time() - began
    shown = Watched(
        verdict=report.verdict,
        complete=report.complete,
        sets=len(report.sets),
        findings=addresses((*report.findings[:20], *report.findings[20:][-2:])),
        bytes_read=came,
        seconds=seconds,
        peak=resident_peak() - before,
    )
    print(json.dumps(msgspec.to_builtins(shown)))


if __name__ == "__main__":
    main(sys.argv[1])
