"""Runs one hostile XML file in a process of its own and tells what came of it, how long and how large.

`python -m tests.hostile.watch_xml NAME` prints one JSON object. Files are made as they are read.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import msgspec

from gateway.formats.detect import Format
from gateway.pipeline.sources import receive
from tests.hostile.samples import addresses
from tests.hostile.watch import (
    CHUNK_BYTES,
    HARD_LIMIT_BYTES,
    MEGABYTE,
    ROOT,
    Watched,
    repeated,
    resident_peak,
)
from tests.pipeline.knowledge import knowledge

__all__ = ["CHUNK_BYTES", "FILES", "watched"]

OPENED = '<order xmlns="urn:acorn-gateway:documents">'
HEADER = "<header><orderNumber>1</orderNumber><orderDate>2026-11-02</orderDate></header>"
CLOSED = "</order>"


def watched(name: str) -> Watched:
    """What a file of this module comes to, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.watch_xml", name],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    return msgspec.json.decode(done.stdout, type=Watched)


def _around(inner: Iterator[bytes], opened: str = OPENED, closed: str = CLOSED) -> Iterator[bytes]:
    yield opened.encode()
    yield from inner
    yield closed.encode()


def _text(megabytes: int, piece: str = "x") -> Iterator[bytes]:
    return _around(
        repeated(piece, megabytes * MEGABYTE // len(piece)), f"{OPENED}<header>", "</header></order>"
    )


def a_text_of_100_megabytes() -> Iterator[bytes]:
    return _text(100)


def a_text_of_60_megabytes() -> Iterator[bytes]:
    return _text(60)


def a_text_of_wide_characters() -> Iterator[bytes]:
    """Each takes four bytes in the file, and one of them makes every character of a text as wide."""
    wide = "\U0001f4e6".encode()
    return _around(wide * 250_000 for _ in range(60))


def attributes_of_100_megabytes() -> Iterator[bytes]:
    return _around(repeated(' a=""', 20_000_000), "<order", "/>")


def attributes_of_44_megabytes() -> Iterator[bytes]:
    named = "".join(f' a{number}=""' for number in range(10_000))
    return _around(repeated(named, 500), "<order", "/>")


def as_many_attributes_as_may_be() -> Iterator[bytes]:
    """Nearly 5,000 in each of 390 elements, and nearly 2,000,000 in the file."""
    attributes = "".join(f' a{number}=""' for number in range(4_990))
    return _around(repeated(f"<header{attributes}/>", 390))


def depth_of_100_megabytes() -> Iterator[bytes]:
    return _around(repeated("<order>", 14_000_000))


def depth_within_the_marks() -> Iterator[bytes]:
    return _around(repeated("<order>", 1_900_000))


def as_many_elements_as_may_be() -> Iterator[bytes]:
    return _around(repeated("<header/>", 1_900_000))


def comments_of_56_megabytes() -> Iterator[bytes]:
    return _around(repeated("<!--x-->", 7_000_000), "", f"{OPENED}{CLOSED}")


def line_ends_of_60_megabytes() -> Iterator[bytes]:
    return _around(repeated("\n", 60 * MEGABYTE), OPENED, "&x;</order>")


def a_namespace_for_each_element() -> Iterator[bytes]:
    """Beyond what a document of ours can be, and within the number of marks."""
    return _around(
        "".join(f'<a{n}:b xmlns:a{n}="urn:{n}"/>' for n in range(start, start + 1_000)).encode()
        for start in range(0, 600_000, 1_000)
    )


FILES: dict[str, Callable[[], Iterator[bytes]]] = {
    each.__name__: each
    for each in (
        a_text_of_100_megabytes,
        a_text_of_60_megabytes,
        a_text_of_wide_characters,
        attributes_of_100_megabytes,
        attributes_of_44_megabytes,
        as_many_attributes_as_may_be,
        depth_of_100_megabytes,
        depth_within_the_marks,
        as_many_elements_as_may_be,
        comments_of_56_megabytes,
        line_ends_of_60_megabytes,
        a_namespace_for_each_element,
    )
}


def main(name: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (HARD_LIMIT_BYTES, HARD_LIMIT_BYTES))
    known = knowledge()
    receive("first", [f"{OPENED}{HEADER}{CLOSED}".encode()], Format.XML, known)  # loaded once, not counted
    read = 0

    def counted() -> Iterator[bytes]:
        nonlocal read
        for chunk in FILES[name]():
            read += len(chunk)
            yield chunk

    before = resident_peak()
    began = time.process_time()
    report = receive("hostile", counted(), Format.XML, known).report
    shown = Watched(
        verdict=report.verdict,
        complete=report.complete,
        sets=len(report.sets),
        findings=addresses((*report.findings[:20], *report.findings[20:][-2:])),
        bytes_read=read,
        seconds=time.process_time() - began,
        peak=resident_peak() - before,
    )
    print(json.dumps(msgspec.to_builtins(shown)))


if __name__ == "__main__":
    main(sys.argv[1])
