"""The commands about control numbers: list, show, set, take."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from gateway.cli.asked import changed, reading
from gateway.cli.control_numbers_shown import print_stream, print_streams, stream_json, streams_json
from gateway.cli.options import Json
from gateway.cli.screen import Screen, echo, tell_json
from gateway.errors import UsageError

control_numbers = typer.Typer(help="Show and set the control numbers of envelopes.", no_args_is_help=True)

FOUND_GAPS = 1

Sender = Annotated[
    str, typer.Argument(metavar="SENDER", help="Who sends, such as ZZ/ACORN.", show_default=False)
]
Receiver = Annotated[
    str, typer.Argument(metavar="RECEIVER", help="Who receives, such as ZZ/AMAZON.", show_default=False)
]
Counted = Annotated[
    str, typer.Argument(metavar="FUNCTION", help="interchange, group or set.", show_default=False)
]
Reason = Annotated[str, typer.Option("--reason", help="Why; the ledger keeps it.", show_default=False)]
New = Annotated[
    bool, typer.Option("--new", help="The stream is a new one: else names that are not known are refused.")
]

RequestKey = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="KEY",
        help="Your name for this change: the same key again changes nothing and gets the first answer.",
    ),
]


@control_numbers.command("list")
def list_streams(as_json: Json = False) -> None:
    """List where each stream of numbers stands.

    Tells what is missing or doubled in it too, and ends with 1 when anything is.
    """
    from gateway.store.control_numbers.history import gaps, streams

    with reading() as connection:
        found, amiss = streams(connection), gaps(connection)
    if as_json:
        tell_json(streams_json(found, amiss))
    else:
        print_streams(Screen(), found, amiss)
    if amiss:
        raise typer.Exit(FOUND_GAPS)


@control_numbers.command("show")
def show(sender: Sender, receiver: Receiver, function: Counted, as_json: Json = False) -> None:
    """Show one stream of numbers, and those that were used up last."""
    from gateway.service.commands.operating import stream_of
    from gateway.store.control_numbers.history import state_of, uses

    key = stream_of({"sender": sender, "receiver": receiver, "function": function})
    with reading() as connection:
        found, used = state_of(connection, key), uses(connection, key)
    if found is None:
        raise UsageError(f"No {key} were given yet; `gateway control-numbers list` shows those that were")
    if as_json:
        tell_json(stream_json(found, used))
    else:
        print_stream(Screen(), found, used)


@control_numbers.command("set")
def set_stream(
    sender: Sender,
    receiver: Receiver,
    function: Counted,
    reason: Reason,
    following: Annotated[int | None, typer.Option("--next", help="The number to go on at.")] = None,
    first: Annotated[int | None, typer.Option("--first", help="The number each cycle begins with.")] = None,
    last: Annotated[int | None, typer.Option("--last", help="The number each cycle ends with.")] = None,
    new_cycle: Annotated[
        bool, typer.Option("--new-cycle", help="Begin anew at a lower number; it ends this cycle.")
    ] = False,
    new: New = False,
    key: RequestKey = None,
    as_json: Json = False,
) -> None:
    """Go on at another number, or within other limits.

    What is skipped becomes void.
    """
    stream = {"sender": sender, "receiver": receiver, "function": function}
    going_on = {"next": following, "first": first, "last": last, "new_cycle": new_cycle, "new": new}
    answer = changed("set-numbers", {**stream, **going_on, "reason": reason, "key": key})
    if as_json:
        tell_json(answer)
        return
    skipped, one = answer["voided"], answer["voided"] == 1
    void = f"; {skipped} {'was skipped and is' if one else 'were skipped and are'} void" if skipped else ""
    limits = f"of those from {answer['first']} to {answer['last']}"
    Screen().line(f"The next number is {answer['following']}, {limits}{void}.")


@control_numbers.command("take")
def take(
    sender: Sender,
    receiver: Receiver,
    function: Counted,
    reason: Reason,
    new: New = False,
    key: RequestKey = None,
    as_json: Json = False,
) -> None:
    """Take the next number for what is sent by other means.

    So it is not given twice.
    """
    stream = {"sender": sender, "receiver": receiver, "function": function}
    answer = changed("take-number", {**stream, "reason": reason, "new": new, "key": key})
    echo(json.dumps(answer, indent=2) if as_json else str(answer["written"]))
