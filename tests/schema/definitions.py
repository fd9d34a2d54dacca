"""The definitions of the project, read from disk as the workspace reads them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gateway.formats.x12.definitions import Release
from gateway.schema.load import load_envelope, load_release

ROOT = Path(__file__).resolve().parents[2]


@cache
def schema_files() -> dict[str, str]:
    """The texts of `schemas/x12` by their path in the project."""
    found = sorted((ROOT / "schemas" / "x12").rglob("*.yaml"))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}


@cache
def envelope() -> Release:
    return load_envelope(schema_files())


RELEASES = ("004010", "005010")


@cache
def release(name: str = "004010") -> Release:
    return load_release(schema_files(), name)
