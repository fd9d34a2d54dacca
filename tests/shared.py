"""The reference material beside the checkout, read in place; tests skip when it is absent."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the reference material is not there (a folder `shared` beside the checkout)"
)
