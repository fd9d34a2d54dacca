"""The command `erase`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.asked import changed
from gateway.cli.options import Json
from gateway.cli.screen import Screen, counted, printable, tell_json

if TYPE_CHECKING:
    from gateway.service.connection.frames import Answer


def register(application: typer.Typer) -> None:
    """Add the command of this module."""
    application.command("erase")(erase)


def erase(
    message: Annotated[
        str, typer.Argument(metavar="MESSAGE", help="The id of a message.", show_default=False)
    ],
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="TEXT", help="Why; it stays in the ledger.", show_default=False),
    ],
    as_json: Json = False,
) -> None:
    """Make a message unreadable for good.

    Its key is destroyed, and all that tells of its content is removed; its entries in the ledger stay.
    """
    answer = changed("erase", {"message": message, "reason": reason})
    if as_json:
        tell_json(answer)
        return
    screen = Screen()
    screen.line((printable(f"The message {answer['message']} is erased: nobody can read it again."), "bold"))
    others, left = _texts(answer["others"]), _texts(answer["left"])
    if others:
        screen.line("Erased with it, as made of it alone:")
    for each in others:
        screen.line(f"  {each}")
    screen.line(
        f"Removed: {'their keys' if others else 'its key'}, "
        f"{_counted(answer, 'payloads', 'payload')} ({answer['files']} in files), "
        f"{_counted(answer, 'records', 'side record')}, {_counted(answer, 'search_keys', 'search key')}."
    )
    if left:
        screen.line(("These still hold something of it; erase them, too, where that must go:", "bold red"))
    for each in left:
        screen.line(f"  {each}")
    screen.line("Its entries in the ledger stay; who erased it and why is the last of them.")
    if not answer["wiped"]:
        screen.line(
            "The destroyed key may stay in older pages of the database for a while: see docs/reliability.md."
        )
    screen.line("Backups from before still hold it, with its key: delete them when their time has come.")


def _counted(answer: Answer, name: str, word: str) -> str:
    return counted(int(str(answer[name])), word)


def _texts(told: object) -> list[str]:
    return [printable(str(each)) for each in told] if isinstance(told, list) else []
