"""The command about orders: show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.asked import reading
from gateway.cli.messages_shown import STYLES, view_json, what_of, words_of
from gateway.cli.options import Json
from gateway.cli.screen import Screen, moment, printable, tell_json, tied

if TYPE_CHECKING:
    from gateway.store.orders import Awaited, Branch

orders = typer.Typer(help="Show what belongs to an order.", no_args_is_help=True)

DEEPER = 2  # columns


@orders.command("show")
def show(
    number: Annotated[
        str, typer.Argument(metavar="PO", help="The number of a purchase order.", show_default=False)
    ],
    as_json: Json = False,
) -> None:
    """Show all that belongs to an order, and what is awaited."""
    from gateway.store.orders import order

    with reading() as connection:
        found = order(connection, number)
    if as_json:
        awaited = [_awaited_json(each) for each in found.awaited]
        tell_json(
            {"order": number, "messages": [_branch_json(each) for each in found.branches], "awaited": awaited}
        )
        return
    screen = Screen()
    for branch in found.branches:
        _print_branch(screen, branch, 0)
    if not found.awaited:
        screen.line("Nothing is awaited.")
    for each in found.awaited:
        until = "" if each.until is None else f", until {tied(moment(each.until))}"
        what = f"{each.message}  {each.what}" if each.message else f"no {words_of(each.what)} came yet"
        screen.line(("awaited ", "yellow"), f"{printable(what)}{until}", hang=4)


def _print_branch(screen: Screen, branch: Branch, indent: int) -> None:
    each = branch.message
    why = f" ({each.why})" if each.why else ""
    screen.line(
        " " * indent,
        (each.id, "bold"),
        f"  {tied(f'{each.changed_at:%m-%d %H:%M:%S}')}  {printable(what_of(each))}  ",
        (each.state, STYLES.get(each.state, "")),
        printable(why),
        hang=indent + 4,
    )
    for below in branch.branches:
        _print_branch(screen, below, indent + DEEPER)


def _branch_json(branch: Branch) -> dict[str, object]:
    return {**view_json(branch.message), "below": [_branch_json(each) for each in branch.branches]}


def _awaited_json(each: Awaited) -> dict[str, object]:
    from gateway.store.columns import moment_text

    until = None if each.until is None else moment_text(each.until)
    return {"message": each.message, "what": each.what, "until": until}
