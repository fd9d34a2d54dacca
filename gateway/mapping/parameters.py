"""What an agreement fills in where a format is silent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo

import msgspec

__all__ = ["PARAMETERS", "Parameters"]

PARAMETERS: Mapping[str, str] = {
    "currency": "the currency of the agreement, ISO 4217",
    "vendor_code": "the code under which the buyer keeps this vendor",
    "vendor_item_id": "the identifier scheme of the vendor's own item number, such as vendor_sku",
}
"""The names a table may use after `$`, and what they mean."""


class Parameters(msgspec.Struct, frozen=True):
    """Values by name (see `PARAMETERS`), and the time zone in which plain days and local times are meant.

    `dates` are the patterns of dates in delimited files, where an agreement has its own: the first is
    written. `crossrefs` are the cross-references that are used, where not all are.
    """

    values: Mapping[str, str] = msgspec.field(default_factory=dict)
    zone: tzinfo = UTC
    dates: tuple[str, ...] = ()
    crossrefs: tuple[str, ...] = ()
