"""The commands about alerts: list, ack."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.alerts_shown import alerts_json, print_alerts
from gateway.cli.asked import changed, reading
from gateway.cli.options import Json
from gateway.cli.screen import Screen, printable, tell_json

alerts = typer.Typer(help="Show and acknowledge what a person should know.", no_args_is_help=True)


@alerts.command("list")
def list_alerts(
    past: Annotated[bool, typer.Option("--past", help="Those that were acknowledged.")] = False,
    as_json: Json = False,
) -> None:
    """List the alerts that nobody acknowledged: errors first."""
    from gateway.store.alerts import open_alerts, past_alerts

    with reading() as connection:
        found = past_alerts(connection) if past else open_alerts(connection)
    if as_json:
        tell_json(alerts_json(found))
    else:
        print_alerts(Screen(), found, past=past)


@alerts.command("ack")
def acknowledge(
    alert: Annotated[
        str, typer.Argument(metavar="ALERT", help="One of `gateway alerts list`.", show_default=False)
    ],
    as_json: Json = False,
) -> None:
    """Take an alert off the list; the same thing again is a new one."""
    answer = changed("acknowledge", {"alert": alert})
    if as_json:
        tell_json(answer)
        return
    before = " It had been before." if answer["again"] else ""
    Screen().line(printable(f"{answer['code']} of {answer['about']} is acknowledged.{before}"))
