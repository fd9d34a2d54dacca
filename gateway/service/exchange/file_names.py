"""The names of the files that are delivered, as a channel wants them."""

from __future__ import annotations

import re

from gateway.agreements.channel import Channel, Folders

UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST_PART = 60


def file_name(
    channel: Channel, message: str, document: str, number: str, control: int | None, extension: str
) -> str:
    """The name of a file by the pattern of its channel; what no file system would like is a dash."""
    pattern = (channel.folder or Folders()).file_name
    values = {
        "document": document,
        "number": _fit(number),
        "control": f"{control:09d}" if control is not None else "",
        "message": message,
        "extension": extension,
        "date": "",
    }
    return pattern.format_map(values)


def _fit(text: str) -> str:
    return UNFIT.sub("-", text).strip("-.")[:LONGEST_PART] or "0"
