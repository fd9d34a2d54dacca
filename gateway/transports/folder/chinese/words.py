"""What is said in Chinese of one kind of fault."""

from __future__ import annotations

from typing import NamedTuple


class Chinese(NamedTuple):
    """The texts of one code; `message` has the placeholders of the English one, and no others."""

    title: str
    message: str
    remedy: str
