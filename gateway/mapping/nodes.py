"""The former home of `Mistake`; take it from `gateway.errors`."""

from __future__ import annotations

from gateway.errors import Mistake

__all__ = ["Mistake"]
