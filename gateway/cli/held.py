"""The commands about what waits for a person: `held` and `quarantine`."""

from __future__ import annotations

import typer

from gateway.cli.asked import opening
from gateway.cli.changing import command
from gateway.cli.messages import Before, Limit, MessageId, show
from gateway.cli.messages_shown import print_messages, view_json
from gateway.cli.options import Json
from gateway.cli.screen import Screen, tell_json

held = typer.Typer(help="Show what is held, and release or refuse it.", no_args_is_help=True)
quarantine = typer.Typer(help="Show what could not be placed, and take it up again.", no_args_is_help=True)


@held.command("list")
def list_held(limit: Limit = 50, before: Before = None, as_json: Json = False) -> None:
    """List what is held, the latest first, and by what rule."""
    _list("held", limit, before, as_json=as_json)


@held.command("show")
def show_held(message: MessageId, as_json: Json = False) -> None:
    """Show what is known of a message that is held."""
    show(message, as_json)


@quarantine.command("list")
def list_quarantined(limit: Limit = 50, before: Before = None, as_json: Json = False) -> None:
    """List what could not be placed, the latest first, and why."""
    _list("quarantined", limit, before, as_json=as_json)


def _list(state: str, limit: int, before: str | None, *, as_json: bool) -> None:
    from gateway.store.messages import Search
    from gateway.store.timeline import waiting
    from gateway.store.views import message_called

    with opening() as looked:
        last = None if before is None else message_called(looked.connection, before)
        wanted = Search(state=state, before=last, limit=limit)
        found = waiting(looked.connection, looked.means.keys, wanted)
    if as_json:
        tell_json({"messages": [view_json(each) for each in found]})
    elif found:
        print_messages(Screen(), found, why=True)
    else:
        Screen().line(f"Nothing is {state}.")


for deed, did, says in (
    ("release", "goes on", "Let what is held go on: it is sent."),
    ("refuse", "goes nowhere", "See that what is held goes nowhere."),
):
    held.command(deed)(command(deed, did, says, in_bulk=False))
quarantine.command("replay")(
    command("replay", "is taken up again", "Take up what was quarantined again.", in_bulk=True)
)
