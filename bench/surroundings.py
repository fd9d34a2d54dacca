"""Where a run was made: versions and the machine, without a name that tells whose it is."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Sequence
from pathlib import Path

from gateway import __version__

CPU_FACTS = Path("/proc/cpuinfo")


def surroundings(names: Sequence[str]) -> list[str]:
    """Lines for the head of a report; `names` are libraries to tell the versions of."""
    libraries = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return [
        f"gateway {__version__}, {libraries}, {python}",
        f"{platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} cores, one of them used",
    ]


def _processor() -> str:
    """The model of the processor, as the system names it."""
    lines = CPU_FACTS.read_text(encoding="utf-8").splitlines() if CPU_FACTS.is_file() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or "processor not named")
