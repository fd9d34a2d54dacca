"""Changes an input as its format is built: pieces between separators are moved, doubled, lost and exchanged.

A change that keeps the structure reaches further into the gateway than one of single bytes does. Of an
archive the pieces of one part are changed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import lru_cache

from tests.soak.archives import changed_archive, unpacked

__all__ = ["Mutator"]

MOST_CHANGES = 4
AS_BYTES = 0.05  # of the changes of an archive
SURPRISES = (
    *(b"", b"0", b"-1", b"00", b"1.50", b"1e9", b"999999999999999999", b"0.0000000000000001", b"-0", b" "),
    *(b"20260230", b"00010101", b"99991231", b"2026-11-02", b"2026-11-02T08:30:00Z", b"240000", b"2400"),
    *(b"\x00", b"\x1b", b"\xff", b"\xc3\xa9", b"\xe2\x80\xae", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x85"),
    *(b"EA", b"each", b"ZZ", b"x12:ZZ", b"true", b"null", b'"', b"'", b"\\", b"&amp;", b"&#1;", b"&x;"),
    *(b"~", b"*", b">", b"^", b"\n", b"\r\n", b"\r", b"\t", b",", b";", b"|", b"<", b"{", b"[", b":", b"#"),
    *(b"ISA*", b"IEA*", b"ST*", b"SE*", b"GS*", b"GE*", b"LX*1", b"HL*1**S", b"CTT*1", b"A" * 300),
    *(b"<!DOCTYPE a>", b"<![CDATA[", b"]]>", b"<!--", b"?>", b"&a", b"*a", b"!!int", b"<<:", b"- ", b"|"),
)


class Mutator:
    """Changes inputs of one format by chance; `others` lend their pieces."""

    def __init__(self, marks: bytes, others: Sequence[bytes]) -> None:
        self._marks = re.compile(b"(" + marks + b")")
        self._others = [
            part for other in others for part in (unpacked(other) or {"": other}).values() if part
        ]
        self._cut = lru_cache(maxsize=1024)(self._pieces)

    def changed(self, data: bytes, chance: random.Random, longest: int) -> bytes:
        """The input with up to `MOST_CHANGES` changes, at most `longest` bytes of it."""
        parts = unpacked(data) if chance.random() >= AS_BYTES else None
        if parts is not None:
            archive = changed_archive(parts, chance, lambda part: self._changed(part, chance))
            if len(archive) <= longest:
                return archive
        return self._changed(data, chance)[:longest]

    def _changed(self, data: bytes, chance: random.Random) -> bytes:
        pieces = self._pieces(data)
        for _ in range(chance.randint(1, MOST_CHANGES)):
            self._change(pieces, chance)
        changed = b"".join(pieces)
        if chance.random() < 0.5:
            changed = _recounted(changed)
        return changed

    def _pieces(self, data: bytes) -> list[bytes]:
        return self._marks.split(data)

    def _change(self, pieces: list[bytes], chance: random.Random) -> None:
        at = chance.randrange(len(pieces))
        size = chance.choice((1, 1, 2, 4, 16))
        match chance.randrange(8):
            case 0:
                del pieces[at : at + size]
            case 1:
                pieces[at:at] = pieces[at : at + size]
            case 2:
                moved = pieces[at : at + size]
                del pieces[at : at + size]
                there = chance.randrange(len(pieces) + 1)
                pieces[there:there] = moved
            case 3:
                pieces[at] = chance.choice(SURPRISES)
            case 4:
                pieces[at] += chance.choice(SURPRISES)
            case 5:
                pieces[at] = _byte_changed(pieces[at], chance)
            case 6:
                other = self._cut(chance.choice(self._others))
                start = chance.randrange(len(other))
                pieces[at : at + size] = other[start : start + size]
            case _:
                pieces[at] = chance.choice(pieces)
        if not pieces:
            pieces.append(b"")


def _byte_changed(piece: bytes, chance: random.Random) -> bytes:
    changed = bytearray(piece or b" ")
    at = chance.randrange(len(changed))
    match chance.randrange(3):
        case 0:
            changed[at] = chance.randrange(256)
        case 1:
            del changed[at]
        case _:
            changed.insert(at, chance.randrange(256))
    return bytes(changed)


def _recounted(data: bytes) -> bytes:
    """X12 with the counts of its trailers set right, so that a change is not refused for them alone."""
    if not data.startswith(b"ISA*"):
        return data
    segments, sets, groups = 0, 0, 0
    terminator = b"~" if b"~" in data else b"\n"
    counted = []
    for text in data.split(terminator):
        segment, segments = text.lstrip(b"\r\n"), segments + 1
        if segment.startswith(b"ST*"):
            segments, sets = 1, sets + 1
        elif segment.startswith(b"GS*"):
            sets, groups = 0, groups + 1
        elif segment.startswith(b"ISA*"):
            groups = 0
        parts = text.split(b"*")
        for tag, count in ((b"SE*", segments), (b"GE*", sets), (b"IEA*", groups)):
            if segment.startswith(tag):
                parts[1] = b"%d" % count
        counted.append(b"*".join(parts))
    return terminator.join(counted)
