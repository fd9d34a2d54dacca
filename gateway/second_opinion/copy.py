"""The copy of a file that pyx12 is given: one interchange at a time, with a header that it reads.

pyx12 reads a header of fixed lengths, in the interchange versions 00401 and 00501. So the names in the header
of the copy have the blanks that fill them to their lengths, and ISA12 says 00401, or 00501 where ISA11 holds
the repetition separator (from 00402 on). Nothing else is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gateway.formats.x12.delimiters import has_repetition
from gateway.formats.x12.header import ISA_LENGTHS
from gateway.formats.x12.model import InterchangeStart
from gateway.formats.x12.reader import read
from gateway.schema.pyx12_maps import VERSIONS

_PADDED = (2, 4, 6, 8)  # text of a fixed length
_VERSION = 12
_COMPONENT_SEPARATOR = 16


def interchanges(data: bytes) -> Iterator[tuple[int, str]]:
    """The interchanges of a file as pyx12 is given them, with their numbers from 1; see `with_its_header`."""
    starts = [event for event in read([data]) if isinstance(event, InterchangeStart)]
    ends = [*(start.location.byte or 0 for start in starts), len(data)]
    for start, (begin, end) in zip(starts, pairwise(ends), strict=True):
        yield start.location.interchange or 0, with_its_header(_text(data[begin:end]))


def with_its_header(interchange: str) -> str:
    """The interchange with a header that pyx12 reads; "" when that takes more than blanks."""
    *header, rest = interchange.split(interchange[3], _COMPONENT_SEPARATOR)
    if len(header) < _COMPONENT_SEPARATOR:
        return ""
    for position in _PADDED:
        header[position] = header[position].rstrip(" ").ljust(ISA_LENGTHS[position - 1])
    if header[_VERSION] not in VERSIONS:
        header[_VERSION] = VERSIONS[has_repetition(header[_VERSION].strip())]
    lengths = tuple(len(element) for element in header[1:])
    return interchange[3].join((*header, rest)) if lengths == ISA_LENGTHS[:-1] else ""


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
