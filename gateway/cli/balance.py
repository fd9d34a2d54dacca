"""The command `balance`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.asked import reading
from gateway.cli.messages import Since, Until
from gateway.cli.option_texts import utc_moment
from gateway.cli.options import Json
from gateway.cli.screen import Screen, printable, tell_json
from gateway.errors import UsageError

if TYPE_CHECKING:
    from gateway.store.balance import Balance

DOES_NOT_BALANCE = 1
NUMBERS = ("accepted", "delivered", "rejected", "duplicate", "cancelled", "held", "open")
SHORT = {"accepted": "In", "duplicate": "Twice", "cancelled": "Off"}


def register(application: typer.Typer) -> None:
    """Add the command of this module."""
    application.command("balance")(balance)


def balance(
    since: Since = None,
    until: Until = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Count by the entries of the ledger, too, and compare.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show where all is that was accepted, by partner and day.

    Ends with 1 when something is not accounted for. Documents are counted, and files that were not split into
    any. Days are those of UTC on which the file came.
    """
    from gateway.store.balance import balance as balance_of
    from gateway.store.balance import balance_of_leaves, differences

    times = utc_moment(since), utc_moment(until)
    if None not in times and times[0] >= times[1]:  # type: ignore[operator] # neither is None
        raise UsageError("--since is not before --until; nothing lies between them")
    with reading() as connection:
        found = balance_of(connection, *times)
        off = differences(found, balance_of_leaves(connection, *times)) if deep else ()
    if as_json:
        tell_json({"balances": not off and _holds(found), "days": _days(found), "differences": list(off)})
    else:
        _print(Screen(), found, off)
    if off or not _holds(found):
        raise typer.Exit(DOES_NOT_BALANCE)


def _print(screen: Screen, found: Balance, off: tuple[str, ...]) -> None:
    header = ("Day", "Partner", *(SHORT.get(name, name.capitalize()) for name in NUMBERS), "Missing")
    rows = [
        (
            str(day["day"]),
            printable(str(day["partner"] or "-")),
            *(f"{day[name]:,}" for name in NUMBERS),
            "" if day["balances"] else f"{day['missing']:+,}",
        )
        for day in _days(found)
    ]
    if not rows:
        screen.line("Nothing was accepted then.")
    else:
        screen.table(header, rows, numeric=frozenset(header[2:]), indent=0)
    for words in off:
        screen.line((printable(words), "bold red"), hang=4)
    if not _holds(found) or off:
        screen.line("It does not balance: `gateway ledger verify --deep` names rows that are not as told.")
    elif rows:
        screen.line("It balances: all that was accepted is accounted for.")


def _days(found: Balance) -> list[dict[str, object]]:
    return [
        {
            "day": day.day,
            "partner": day.partner or None,
            "accepted": line.accepted,
            **{account.value: count for account, count in line.accounts.items()},
            "nowhere": line.nowhere,
            "missing": -line.off,
            "balances": line.balances,
        }
        for day, line in sorted(found.items(), key=lambda each: (each[0].day, each[0].partner))
    ]


def _holds(found: Balance) -> bool:
    return all(line.balances for line in found.values())
