"""The names of the files that are delivered, as a channel wants them."""

from __future__ import annotations

from datetime import datetime

from gateway.agreements.channel import Channel, Folders
from gateway.transports.folder.naming import file_name as made_by

__all__ = ["file_name"]


def file_name(
    channel: Channel,
    message: str,
    document: str,
    number: str,
    control: int | None,
    extension: str,
    at: datetime,
) -> str:
    """The name of a file by the pattern of its channel."""
    values = {
        "document": document,
        "number": number,
        "control": f"{control:09d}" if control is not None else "",
        "message": message,
        "extension": extension,
        "date": at.date().isoformat(),
    }
    return made_by((channel.folder or Folders()).file_name, values)
