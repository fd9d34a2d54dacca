"""The stores of `tests.store`, for what works on them."""

from __future__ import annotations

from tests.store.conftest import database, doubts, parts, store

__all__ = ["database", "doubts", "parts", "store"]
