"""The commands of the service: init, serve, receive, status."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli import files
from gateway.cli.options import Json
from gateway.cli.screen import Screen, echo, printable

GIB = 1 << 30

ChannelName = Annotated[
    str,
    typer.Option(
        "--channel",
        metavar="NAME",
        help="The way by which it came: a partner, alone or with more behind a stroke (amazon/sftp).",
        show_default=False,
    ),
]
RequestKey = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="KEY",
        help="Your name for this delivery: the same key again gets the first answer.",
    ),
]


def register(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("init")(init)
    application.command("serve")(serve)
    application.command("receive")(receive)
    application.command("status")(status)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Make a workspace: its folders, settings, keys and store."""
    from gateway.service.opening import real_surroundings
    from gateway.service.starting import make

    made = make(folder, real_surroundings())
    if as_json:
        echo(json.dumps({"workspace": str(folder), "made": list(made.made), "finished": made.finished}))
        return
    begun = "was finished" if made.finished else "is made"
    Screen().line(f"The workspace {printable(str(folder))} {begun}.")
    Screen().line(
        "Keep a copy of var/keys/workspace.key in a safe place: without it nothing kept can be read."
    )
    Screen().line(
        "Describe a partner in partners/NAME/partner.yaml, then run `gateway serve` in the workspace."
    )


def serve() -> None:
    """Run the service of the workspace until it is told to stop (Ctrl-C or SIGTERM)."""
    from gateway.service.logging import service_log
    from gateway.service.opening import real_surroundings, workspace_root
    from gateway.service.serving import serve as run

    root = workspace_root(Path.cwd())
    raise typer.Exit(run(root, real_surroundings(), service_log()))


def receive(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file; - is standard input.", show_default=False)
    ],
    channel: ChannelName,
    key: RequestKey = None,
    as_json: Json = False,
) -> None:
    """Hand a file to the gateway. When this ends well the file is kept, whatever happens then."""
    from gateway.service.asking import carry_out
    from gateway.service.frames import Request
    from gateway.service.opening import real_surroundings, workspace_root

    root = workspace_root(Path.cwd())
    name = None if path == files.STANDARD_INPUT else path.name
    given = {"channel": channel, "file": name, "key": key}
    request = Request("receive", {word: value for word, value in given.items() if value is not None})
    answer = carry_out(root, request, files.chunks(path), real_surroundings())
    if as_json:
        echo(json.dumps(answer, indent=2))
        return
    again = "  (kept before, under this key)" if answer["again"] else ""
    Screen().line((str(answer["message"]), "bold"), f"  {answer['size']:,} bytes from {channel}{again}")
    if answer["partner"] is None:
        Screen(stderr=True).line(
            f"The channel {channel} belongs to no partner of partners/ yet. The file is kept all the same."
        )


def status(as_json: Json = False) -> None:
    """Show how things stand: the service, the queue, the disk, open alerts."""
    from gateway.service.opening import real_surroundings, workspace_root
    from gateway.service.status import status_of

    told = status_of(workspace_root(Path.cwd()), real_surroundings())
    if as_json:
        echo(json.dumps(asdict(told), indent=2))
        return
    rows = [
        ("service", "running" if told.running else "not running"),
        ("messages", f"{told.messages:,}"),
        ("ledger", f"{told.leaves:,} leaves, {_checkpoint(told.checkpoint)}"),
        ("queue", _counts(told.steps, "nothing waits")),
        ("alerts", _counts(told.alerts, "none open")),
        ("disk", f"{told.disk_free / GIB:,.1f} of {told.disk_total / GIB:,.1f} GiB free"),
        ("database", told.remark or ""),
    ]
    Screen().table(("", ""), [row for row in rows if row[1]], indent=0, headed=False)


def _checkpoint(size: int | None) -> str:
    return "no checkpoint yet" if size is None else f"the last checkpoint at {size:,}"


def _counts(counts: Mapping[str, int], none: str) -> str:
    return ", ".join(f"{count:,} {word}" for word, count in sorted(counts.items())) or none
