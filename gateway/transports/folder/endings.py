"""Whether the beginning and the end of a file say that all of it is there."""

from __future__ import annotations

from collections.abc import Callable

EndsWhole = Callable[[bytes, bytes], bool | None]
"""From the first and the last bytes of a file: True when its end is there, False when it is cut off there,
None when they tell nothing. A table of flat files that names a trailer makes one."""

HEAD_BYTES = TAIL_BYTES = 4096
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ISA_ELEMENTS = 16
FILLERS = b" \t\r\n\x00\x1a"  # what old systems pad or end a file with


def ends_whole(head: bytes, tail: bytes, others: EndsWhole | None = None) -> bool | None:
    """What X12 says of itself; for other files what `others` says, when it is handed in."""
    start = head.removeprefix(BYTE_ORDER_MARK).lstrip()
    if start in (b"I", b"IS"):
        return False
    if not start.startswith(b"ISA"):
        return others(head, tail) if others is not None else None
    return _x12_ends(start, tail)


def _x12_ends(head: bytes, tail: bytes) -> bool | None:
    if len(head) < 4:
        return False
    separator = head[3:4]
    parts = head.split(separator, ISA_ELEMENTS)
    if len(parts) <= ISA_ELEMENTS:
        return False
    last = parts[ISA_ELEMENTS].replace(b"\r", b"").replace(b"\n", b"") if _wrapped(head) else parts[-1]
    if len(last) < 2:
        return False
    terminator = last[1:2]
    end = tail.rstrip(FILLERS.replace(terminator, b""))
    closed = end.endswith(terminator)
    end = end.rstrip(terminator + FILLERS)
    if terminator not in b"\r\n":
        end = end.replace(b"\r", b"").replace(b"\n", b"")
    trailer = end.rpartition(terminator)[2].lstrip(FILLERS).split(separator)
    if trailer[0] != b"IEA" or len(trailer) < 3:
        return False
    if closed:
        return True
    # some never end the last segment: then the number of the header shows that nothing is missing
    number = parts[13].replace(b"\r", b"").replace(b"\n", b"")
    return None if trailer[2] == number else False


def _wrapped(head: bytes) -> bool:
    """Whether lines of a fixed width were made of it, so that one ends inside the header."""
    return any(end in head[:105] for end in (b"\r", b"\n"))
