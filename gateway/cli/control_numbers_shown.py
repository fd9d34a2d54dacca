"""Control numbers as `gateway control-numbers list` and `show` have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gateway.cli.screen import Screen, moment, printable

if TYPE_CHECKING:
    from gateway.store.control_numbers.history import Gap, NumberUse, StreamState

NUMBERS = frozenset({"Next", "Cycle", "First", "Last"})


def print_streams(screen: Screen, streams: Sequence[StreamState], gaps: Sequence[Gap] = ()) -> None:
    """Where each stream stands, and what is amiss."""
    if not streams:
        screen.line("No control numbers were given yet.")
        return
    rows = [
        (
            printable(each.key.sender),
            printable(each.key.receiver),
            each.key.function.value,
            each.key.function.written(each.following),
            str(each.cycle),
            str(each.first),
            str(each.last),
        )
        for each in streams
    ]
    header = ("Sender", "Receiver", "Function", "Next", "Cycle", "First", "Last")
    screen.table(header, rows, numeric=NUMBERS, indent=0)
    for gap in gaps:
        numbers = _range(gap.first, gap.last)
        place = f"{numbers} in cycle {gap.cycle} of the {printable(str(gap.key))}"
        screen.line((f"{gap.fault}: {place}", "bold red"), hang=4)


def print_stream(screen: Screen, stream: StreamState, uses: Sequence[NumberUse]) -> None:
    """One stream, and the numbers that were used up last, each with its message or why it is void."""
    print_streams(screen, (stream,))
    if not uses:
        return
    screen.line()
    rows = [
        (
            _range(each.first, each.last),
            str(each.cycle),
            each.use,
            moment(each.at),
            each.message or "",
            printable(each.reason or ""),
        )
        for each in uses
    ]
    header = ("Number", "Cycle", "Use", "When", "Message", "Reason")
    screen.table(header, rows, numeric=frozenset({"Number", "Cycle"}), indent=0)


def streams_json(streams: Sequence[StreamState], gaps: Sequence[Gap] = ()) -> dict[str, object]:
    """The streams as `--json` has them; `next` is the number that is given next."""
    told = [
        {**_stream(each), "fault": each.fault, "cycle": each.cycle, "first": each.first, "last": each.last}
        for each in gaps
    ]
    return {"streams": [_state(each) for each in streams], "gaps": told}


def stream_json(stream: StreamState, uses: Sequence[NumberUse]) -> dict[str, object]:
    """One stream as `--json` has it, with the numbers that were used up last; times are UTC."""
    from gateway.store.columns import moment_text

    told = [
        {
            "cycle": each.cycle,
            "first": each.first,
            "last": each.last,
            "use": each.use,
            "at": moment_text(each.at),
            "message": each.message,
            "reason": each.reason,
        }
        for each in uses
    ]
    return {**_state(stream), "uses": told}


def _state(each: StreamState) -> dict[str, object]:
    return {
        **_stream(each),
        "next": each.following,
        "cycle": each.cycle,
        "first": each.first,
        "last": each.last,
    }


def _stream(each: StreamState | Gap) -> dict[str, object]:
    return {
        "sender": each.key.sender,
        "receiver": each.key.receiver,
        "function": each.key.function.value,
    }


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
