"""What the reader bears before it stops keeping: each limit with its reason, and the options of a reading."""

from __future__ import annotations

import msgspec

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE

# Splitting at terminators is done a block at a time; larger blocks were not faster, smaller ones were slower.
BLOCK_BYTES = 256 * KIBIBYTE

# The longest segments of the standard (SDQ, MTX) stay below 10 KiB; only binary data in BIN or BDS is longer.
MAX_SEGMENT_BYTES = MEBIBYTE

# No segment of the standard has 100 elements; more separators are damage, and each costs an object later.
MAX_ELEMENTS_PER_SEGMENT = 10_000

# A set is checked as a whole and so held in memory; 100,000 order lines with descriptions need about 14 MiB.
# Cut into elements it takes up to 25 times as much.
MAX_SET_BYTES = 32 * MEBIBYTE

# Each segment costs about 60 bytes beside its text, so that very short ones would outgrow the limit on bytes;
# 100,000 order lines of six segments each are well below.
MAX_SEGMENTS_PER_SET = 1_000_000

# Control numbers are remembered to find duplicates, those of digits in 8 bytes each: as many as there may be
# envelopes.
MAX_REMEMBERED_NUMBERS = 5_000_000

# Other control numbers, and the senders that ISA13 is unique for, are remembered as they are: so many need
# about 12 MiB.
MAX_REMEMBERED_TEXTS = 100_000

# Interchanges, groups and sets are remembered until the file is answered, in some 5 bytes for a set and 40
# for an interchange; segments between them are judged one by one. A file of MAX_FILE_BYTES has as many orders
# of five lines.
MAX_ENVELOPES = 5_000_000

# Padding and stray text between interchanges: fill of old record formats has some KiB, a protocol printed
# before the data perhaps a few MiB. What holds no interchange for longer is no X12, or has no end.
MAX_BYTES_OUTSIDE = 64 * MEBIBYTE

# What is beyond the limits of a segment or a set is passed over, so that the sets behind it are still read;
# so are line ends and stray segments. Eight of the largest sets are more than any document came to.
MAX_BYTES_WITHOUT_ENVELOPE = 256 * MEBIBYTE

# The same where it consists of very short segments or empty lines: each costs time. Ten of the largest sets.
MAX_SEGMENTS_WITHOUT_ENVELOPE = 10_000_000

# Files of 1 GiB are sent where a day's orders are put together; to judge so much takes some minutes.
MAX_FILE_BYTES = 4 * 1024 * MEBIBYTE

# The header has 106 bytes; wrapped in very short lines, or with overlong unpadded names, it may have more.
MAX_HEADER_BYTES = 512

# The header is judged with what follows it: one segment, to tell a missing ISA16 from a line-end terminator.
HEADER_LOOKAHEAD_BYTES = 4 * MAX_HEADER_BYTES

# What follows a terminator is a line end and perhaps some blanks; more is padding and not worth repeating.
MAX_LINE_END_LENGTH = 8

# A control number has 9 characters at most; a longer one would be repeated in the location of every finding.
MAX_CONTROL_NUMBER_LENGTH = 40


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one reading bears; see the constants of this module for reasons."""

    segment_bytes: int = MAX_SEGMENT_BYTES
    elements_per_segment: int = MAX_ELEMENTS_PER_SEGMENT
    set_bytes: int = MAX_SET_BYTES
    segments_per_set: int = MAX_SEGMENTS_PER_SET
    remembered_numbers: int = MAX_REMEMBERED_NUMBERS
    remembered_texts: int = MAX_REMEMBERED_TEXTS
    envelopes: int = MAX_ENVELOPES
    bytes_outside: int = MAX_BYTES_OUTSIDE
    bytes_without_envelope: int = MAX_BYTES_WITHOUT_ENVELOPE
    segments_without_envelope: int = MAX_SEGMENTS_WITHOUT_ENVELOPE
    file_bytes: int = MAX_FILE_BYTES
    block_bytes: int = BLOCK_BYTES

    def shown(self, limit: str) -> str:
        """A limit in words for the message of its finding, by the code of that."""
        return {
            "segment-too-long": _size(self.segment_bytes),
            "segment-too-many-elements": f"{self.elements_per_segment:,}",
            "set-too-large": _size(self.set_bytes),
            "segments-per-set": f"{self.segments_per_set:,} segments",
            "file-too-many-envelopes": f"{self.envelopes:,}",
            "interchange-not-found": _size(self.bytes_outside),
            "envelope-without-end": _size(self.bytes_without_envelope),
            "segments-without-envelope": f"{self.segments_without_envelope:,} segments",
            "file-too-large": _size(self.file_bytes),
        }[limit]


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to read: `charset` is the declared character set, UTF-8 or one of single bytes that holds ASCII.

    A segment that is not in it is read as Latin-1, which every sequence of bytes is, and a finding says so.
    """

    charset: str = "utf-8"
    limits: Limits = Limits()


DEFAULT_OPTIONS = ReadOptions()


def _size(size: int) -> str:
    return f"{size:,} bytes" if size % MEBIBYTE else f"{size // MEBIBYTE:,} MiB"
