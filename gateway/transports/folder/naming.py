"""Names of files that are delivered: made of a pattern and of what documents say, safe on any system."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.transports.folder.names import NEVER_TAKEN

LONGEST_NAME = 200  # bytes
FIELD = re.compile(r"\{([a-z]+)\}")
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)  # no file on Windows
FIELDS = ("document", "number", "control", "message", "date", "extension")


def file_name(pattern: str, values: Mapping[str, str]) -> str:
    """The name by `Folders.file_name`; a field without a value is left out with nothing in its place.

    What is no letter, digit, dot, dash or underscore of ASCII becomes a dash. It is never hidden, and never
    ends like a reply, a marker or a file that is still written.
    """
    made = FIELD.sub(lambda field: _safe(values.get(field[1], "")), pattern)
    name = re.sub(r"-{2,}", "-", UNSAFE.sub("-", made)).lstrip(".-").rstrip(".-")
    name = name.replace("-.", ".") or "document"
    if name.lower().encode().endswith(NEVER_TAKEN):
        name += ".out"
    if DEVICE.match(name):
        name = "_" + name
    return _cut(name)


def _safe(value: str) -> str:
    # a dot of a value could begin another ending
    return UNSAFE.sub("-", value).replace("..", "-").strip(".-")


def _cut(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 16:
        return name[:LONGEST_NAME].rstrip(".-")
    return stem[: LONGEST_NAME - len(ending) - 1].rstrip(".-") + dot + ending
