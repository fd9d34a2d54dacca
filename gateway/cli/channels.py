"""The commands about channels: list, pause, resume."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.asked import changed, reading
from gateway.cli.options import Json
from gateway.cli.reading import workspace_library
from gateway.cli.screen import Screen, moment, printable, tell_json

channels = typer.Typer(help="Show the ways in and out, and pause them.", no_args_is_help=True)

ChannelId = Annotated[
    str, typer.Argument(metavar="CHANNEL", help="One of `gateway channels list`.", show_default=False)
]
Reason = Annotated[str, typer.Option("--reason", help="Why; the ledger keeps it.", show_default=False)]


@channels.command("list")
def list_channels(as_json: Json = False) -> None:
    """List the channels, and who paused which."""
    from gateway.store.channels import pauses
    from gateway.store.columns import moment_text

    described = workspace_library().configuration().channels
    with reading() as connection:
        paused = {each.channel: each for each in pauses(connection)}
    listed = []
    for name in sorted(described.keys() | paused.keys()):
        channel, pause = described.get(name), paused.get(name)
        folder = None if channel is None else channel.folder
        listed.append(
            {
                "channel": name,
                "usage": None if channel is None else channel.usage.value,
                "in": None if folder is None else folder.into,
                "out": None if folder is None else folder.out,
                "description": "" if channel is None else channel.description,
                "paused_at": None if pause is None else moment_text(pause.at),
                "paused_by": None if pause is None else pause.by,
                "reason": None if pause is None else pause.reason,
            }
        )
    if as_json:
        tell_json({"channels": listed})
        return
    if not listed:
        Screen().line("No partner file describes a channel; see docs/partners.md.")
    columns = ("channel", "usage", "in", "out")
    rows = [
        (*(printable(str(each[name] or "")) for name in columns), _stands(each["reason"])) for each in listed
    ]
    Screen().table(("Channel", "Usage", "In", "Out", "Now"), rows, indent=0)
    for each in paused.values():
        Screen().line(
            printable(f"{each.channel}: paused by {each.by}, {moment(each.at)}: {each.reason}"), hang=4
        )


@channels.command("pause")
def pause(channel: ChannelId, reason: Reason, as_json: Json = False) -> None:
    """Let nothing come or go over a channel; what is for it waits."""
    _tell(
        changed("pause", {"channel": channel, "reason": reason}), f"The channel {channel} is paused.", as_json
    )


@channels.command("resume")
def resume(channel: ChannelId, reason: Reason, as_json: Json = False) -> None:
    """Let a paused channel be used again."""
    answer = changed("resume", {"channel": channel, "reason": reason})
    _tell(answer, f"The channel {channel} is used again.", as_json)


def _tell(answer: object, words: str, as_json: bool) -> None:
    if as_json:
        tell_json(answer)
    else:
        Screen().line(printable(words))


def _stands(reason: object) -> str:
    return "" if reason is None else "paused"
