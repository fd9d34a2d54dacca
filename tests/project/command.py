"""Whether the command line can be tried yet."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

needs_command = pytest.mark.skipif(
    not any((ROOT / "gateway" / name).is_file() for name in ("cli.py", "cli/__init__.py")),
    reason="the command line is not there yet",
)
