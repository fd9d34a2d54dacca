"""By what messages are found: kinds of keys, and the form in which spellings of one key are equal."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from gateway.store.columns import storable

LONGEST = 200
WITHOUT_DASHES = dict.fromkeys(map(ord, "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"))


class KeyKind(StrEnum):
    """What a key of a message is."""

    PURCHASE_ORDER = "po"
    INVOICE = "invoice"
    SHIPMENT = "shipment"
    INTERCHANGE = "isa13"
    GROUP = "gs06"
    SET = "st02"
    MESSAGE_ID = "message-id"
    FILE_NAME = "file"


class Key(NamedTuple):
    """One key, as it was written."""

    kind: KeyKind
    written: str

    @property
    def normalised(self) -> str:
        """The form that other spellings of it have too."""
        return normalised(self.written)


def normalised(written: str) -> str:
    """A text in upper case, without leading zeros, blanks and dashes: `po-0 12` is `PO012`, `0042` is `42`.

    What has nothing else keeps its last character, so that no key is empty.
    """
    told = storable(written[:LONGEST]).upper()
    kept = "".join(told.split()).translate(WITHOUT_DASHES)
    return kept.lstrip("0") or kept[-1:] or told[-1:]
