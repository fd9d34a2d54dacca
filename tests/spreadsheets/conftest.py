"""A workspace to edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spreadsheets.books import workspace_in


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return workspace_in(tmp_path)
