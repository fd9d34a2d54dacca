"""What `gateway receive` and `gateway status` do, without the parser of arguments."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import msgspec

from gateway.cli import files
from gateway.cli.asked import here
from gateway.cli.screen import Screen, counted, printable, tell_json

GIB = 1 << 30
LONGEST_NAME = 200  # characters


def received(path: Path, channel: str, key: str | None, *, as_json: bool) -> int:
    """Hand a file to the gateway, and tell under which id it is kept; the exit code."""
    from gateway.service.connection.client import carry_out
    from gateway.service.connection.frames import Request

    root, around = here()
    parts = _parts(path)
    begun = next(parts, b"")  # a file that cannot be read is told before the service is troubled
    name = None if path == files.STANDARD_INPUT else _keepable(path.name)
    given = {"channel": channel, "file": name, "key": key}
    request = Request("receive", {word: value for word, value in given.items() if value is not None})
    answer = carry_out(root, request, chain([begun], parts), around)
    if as_json:
        tell_json(answer)
        return 0
    size = counted(int(str(answer["size"])), "byte")
    again = "  (kept before, under this key)" if answer["again"] else ""
    Screen().line((str(answer["message"]), "bold"), f"  {size} from {channel}{again}")
    if answer["partner"] is None:
        Screen(stderr=True).line(
            f"The channel {channel} belongs to no partner of partners/ yet. The file is kept all the same."
        )
    return 0


def _parts(path: Path) -> Iterator[bytes]:
    """The bytes of a file; of standard input as they come, since whoever writes them may take long."""
    return files.coming() if path == files.STANDARD_INPUT else files.chunks(path)


def _keepable(name: str) -> str:
    """The name of a file as text: a byte that is none, or a control character, as its number."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(printable(each) if each < " " or each == "\x7f" else each for each in text)[:LONGEST_NAME]


def status_shown(*, as_json: bool) -> int:
    """Show how things stand; the exit code."""
    from gateway.service.status import status_of

    told = status_of(*here())
    if as_json:
        tell_json(msgspec.to_builtins(told))
        return 0
    rows = [
        ("service", "running" if told.running else "not running"),
        ("messages", f"{told.messages:,}"),
        ("ledger", f"{counted(told.leaves, 'leaf', 'leaves')}, {_checkpoint(told.checkpoint)}"),
        ("queue", _counts(told.steps, "nothing waits")),
        ("alerts", _counts(told.alerts, "none open")),
        ("disk", f"{told.disk_free / GIB:,.1f} of {told.disk_total / GIB:,.1f} GiB free"),
        ("database", told.remark or ""),
    ]
    Screen().table(("", ""), [row for row in rows if row[1]], indent=0, headed=False)
    return 0


def _checkpoint(size: int | None) -> str:
    return "no checkpoint yet" if size is None else f"the last checkpoint at {size:,}"


def _counts(counts: Mapping[str, int], none: str) -> str:
    return ", ".join(f"{count:,} {word}" for word, count in sorted(counts.items())) or none
