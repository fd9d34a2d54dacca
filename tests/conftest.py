"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no fault of what is tested; time is judged where a test says how long something may take.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

pytest_plugins = ("tests.postgresql", "tests.processes", "tests.thoroughness")
