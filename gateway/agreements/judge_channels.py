"""What is wrong with the channels and calendars of a partner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from string import Formatter

from gateway.agreements.channel import Channel, Folders
from gateway.agreements.known import SHOWN, Path, Problem, shown
from gateway.agreements.partner import Calendar
from gateway.suggestions import suggestion

__all__ = ["NAME", "PLACEHOLDERS", "calendar_problems", "channel_problems", "name_problem", "nested"]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLACEHOLDERS = ("document", "number", "control", "message", "date", "extension")
TELLING = ("number", "control", "message")  # what differs from one file to the next
MEANING_MORE = (".tmp", ".part", ".filepart", ".ok", ".done", ".err")
LONGEST_FILE_NAME = 120  # a name of 255 bytes leaves room for what placeholders stand for
LONGEST_PATH = 200
_FILE_NAME = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|]*")
_PART = re.compile(r"[^.\s\x00-\x1f\x7f/\\:*?\"<>|][^\x00-\x1f\x7f/\\:*?\"<>|]*")


def name_problem(path: Path) -> Iterator[Problem]:
    """A name is part of an id, so it holds nothing that parts one."""
    if not NAME.fullmatch(path[-1]):
        text = f"{shown(path[-1])} is no name; it has letters, digits, `-` and `_`, and begins with a letter"
        yield (path,), f"{text} or digit"


def channel_problems(name: str, channel: Channel) -> Iterator[Problem]:
    """Every setting of a channel that could not be used."""
    at = ("channels", name)
    yield from name_problem(at)
    if channel.folder is None:
        return
    folder, inner = channel.folder, (*at, "folder")
    if folder.into is None and folder.out is None:
        yield (inner,), "`folder` names no folder; say `in:`, where files arrive, or `out:`, where they leave"
    for key, path, root in (("in", folder.into, "inbound"), ("out", folder.out, "outbound")):
        problem = None if path is None else _folder(key, path, root)
        if problem is not None:
            yield ((*inner, key),), problem
    yield from _file_name(folder, inner)


def _folder(key: str, path: str, root: str) -> str | None:
    first, *rest = path.split("/")
    such = f"`{key}` is a folder below {root}/ of the workspace, such as `{root}/amazon`"
    if first != root or not any(rest):
        return f"{such}, not {shown(path)}"
    if len(path) > LONGEST_PATH or not all(_PART.fullmatch(part) for part in rest):
        return f"{such}; {shown(path)} has a part that is empty, hidden, `..` or no name of a folder"
    return None


def nested(one: str, other: str) -> bool:
    """Whether two folders are the same, or one lies in the other."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _file_name(folder: Folders, at: Path) -> Iterator[Problem]:
    place = ((*at, "file_name"),)
    try:
        parts = list(Formatter().parse(folder.file_name))
    except ValueError:
        yield place, f"`file_name` {shown(folder.file_name)} has a brace without its other one"
        return
    used = [name for _, name, _, _ in parts if name is not None]
    for _, name, form, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or form or conversion):
            written = name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            text = f"`file_name` has an unknown placeholder `{{{written[:SHOWN]}}}`"
            yield place, f"{text}{suggestion(name, PLACEHOLDERS)}"
    literal = "".join(text for text, _, _, _ in parts)
    ends = parts[-1][0].lower() if parts and parts[-1][1] is None else ""
    if not _FILE_NAME.fullmatch(literal) or len(folder.file_name) > LONGEST_FILE_NAME:
        text = (
            '`file_name` is the name of a file, not a path, without control characters and any of `\\:*?"<>|`'
        )
        yield place, f"{text}; it is at most {LONGEST_FILE_NAME} characters long"
    elif folder.file_name.startswith((".", " ", "~")):
        yield place, "`file_name` begins with a dot, a blank or `~`, by which a file is hidden or unfinished"
    elif ends.endswith(MEANING_MORE):
        text = (
            f"`file_name` ends as files do that are not whole, or tell of others: {', '.join(MEANING_MORE)}"
        )
        yield place, f"{text}; use another end"
    elif not set(used) & set(TELLING):
        text = "`file_name` would be the same for many documents; put one of "
        yield place, text + ", ".join(f"{{{each}}}" for each in TELLING) + " into it"


def calendar_problems(name: str, calendar: Calendar) -> Iterator[Problem]:
    """Every setting of a calendar that could not be used."""
    at = ("calendars", name)
    yield from name_problem(at)
    if not calendar.days:
        yield (
            ((*at, "days"),),
            "`days` is empty, so there would be no business day; name one, or leave it out",
        )
    for index, day in enumerate(calendar.days):
        if day not in WEEKDAYS:
            yield ((*at, "days", str(index)),), f"`days` has no day {shown(day)}{suggestion(day, WEEKDAYS)}"
    for (first, one), (second, other) in combinations(enumerate(calendar.days), 2):
        if one == other:
            yield ((*at, "days", str(first)), (*at, "days", str(second))), f"`days` has {shown(one)} twice"
