"""The bytes of a file as a window of text that moves forward; one character stands for one byte (Latin-1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

PADDING = " \t\r\n\0\x1a"  # blanks, line ends, and the fill of old record formats

_BETWEEN_INTERCHANGES = re.compile("(?:[" + PADDING + "]++|\xef\xbb\xbf)*+")  # and a byte order mark (UTF-8)
_BYTE_ORDER_MARK_LENGTH = 3


class Source:
    """A window over a file; `text[position:]` is what was not consumed yet.

    The window grows by blocks of one size, whatever the chunks are, so that chunks never change what is read.
    Once it reaches the offset `until` it does not grow, and the file seems to end: so every loop over endless
    input has an end. `refused` tells this from the end of the file.
    """

    def __init__(self, chunks: Iterable[bytes], block_bytes: int) -> None:
        self._blocks = _blocks(chunks, block_bytes)
        self._waiting = ""
        self._start = 0
        self.until = 0
        self.refused = False
        self.text = ""
        self.position = 0

    @property
    def offset(self) -> int:
        """The offset of `position` in the file."""
        return self._start + self.position

    def move_to(self, offset: int) -> None:
        """Go to an offset of the file that lies in the window."""
        self.position = offset - self._start

    def next_block(self) -> str:
        """The block that the window grows by next, "" at the end of the file."""
        self._waiting = self._waiting or next(self._blocks, "")
        return self._waiting

    def grow(self) -> bool:
        """Let go of what was consumed and add the next block; false at the end of the file, or at `until`."""
        if not self.next_block():
            self.refused = False
            return False
        self.refused = self._start + len(self.text) >= self.until
        block = ""
        if not self.refused:
            block, self._waiting = self._waiting, block
        self._start += self.position
        self.text = self.text[self.position :] + block
        self.position = 0
        return bool(block)

    def hold(self, size: int) -> bool:
        """See to it that `size` characters are in the window, or all that are left; false when none are."""
        while len(self.text) - self.position < size and self.grow():
            pass
        return self.position < len(self.text)

    def skip_padding(self) -> None:
        """Consume blanks, line ends and byte order marks."""
        while self.hold(_BYTE_ORDER_MARK_LENGTH):
            padding = _BETWEEN_INTERCHANGES.match(self.text, self.position)
            if padding is None or padding.end() == self.position:
                return
            self.position = padding.end()


def _blocks(chunks: Iterable[bytes], size: int) -> Iterator[str]:
    pending = bytearray()
    for chunk in chunks:
        view = memoryview(chunk)
        start = 0
        while start < len(view):
            taken = view[start : start + size - len(pending)]
            pending += taken
            start += len(taken)
            if len(pending) == size:
                yield pending.decode("latin-1")
                pending.clear()
    if pending:
        yield pending.decode("latin-1")
