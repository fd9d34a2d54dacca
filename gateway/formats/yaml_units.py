"""Sizes and lengths of time as they are written in files: `512 MB`, `90 s`, `3 days`."""

from __future__ import annotations

import re

__all__ = ["duration", "duration_text", "size", "size_text"]

_SIZES = {
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}
_TIMES = {"s": 1, "min": 60, "h": 3600, "day": 86_400, "days": 86_400}
_SIZE = re.compile(rf"([0-9]{{1,15}}) ?({'|'.join(_SIZES)})")
_DURATION = re.compile(rf"([0-9]{{1,9}}) ?({'|'.join(_TIMES)})")


def size(text: str) -> int | None:
    """The bytes that a text such as `64 KiB` says; None when it says none."""
    match = _SIZE.fullmatch(text)
    return int(match[1]) * _SIZES[match[2]] if match else None


def size_text(size: int) -> str:
    """A size in bytes as it is written in a file, in the unit that takes the fewest digits: `64 KiB`."""
    units = {unit: factor for unit, factor in _SIZES.items() if unit != "KB" and size % factor == 0}
    unit, factor = max(units.items(), key=lambda each: each[1]) if size else ("B", 1)
    return f"{size // factor} {unit}"


def duration(text: str) -> int | None:
    """The seconds that a text such as `5 min` says; None when it says none."""
    match = _DURATION.fullmatch(text)
    return int(match[1]) * _TIMES[match[2]] if match else None


def duration_text(seconds: int) -> str:
    """A length of time as it is written in a file, in the largest unit that leaves no rest: `24 h`, `3 days`.

    One day is told in hours, as people do.
    """
    if seconds and seconds % _TIMES["days"] == 0 and seconds > _TIMES["days"]:
        return f"{seconds // _TIMES['days']} days"
    unit = next((each for each in ("h", "min") if seconds and seconds % _TIMES[each] == 0), "s")
    return f"{seconds // _TIMES[unit]} {unit}"
