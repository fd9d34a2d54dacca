"""The commands of the service: init, serve, receive, status."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.asked import here
from gateway.cli.options import Json
from gateway.cli.screen import Screen, printable, tell_json

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
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            help="A PostgreSQL database, empty, in place of a file: postgresql://user@host:port/name.",
        ),
    ] = None,
    sample: Annotated[
        list[str] | None,
        typer.Option(
            "--sample",
            metavar="NAME",
            help="Begin with sample partners: amazon (with an ERP), erp-csv, erp-fixed or erp-xml. It may be "
            "given several times.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a workspace: its folders, settings, keys and store."""
    from gateway.service.around import real_surroundings
    from gateway.service.starting import make

    made = make(folder, real_surroundings(), database, sample or ())
    if as_json:
        told = {"workspace": str(folder.absolute()), "made": list(made.made), "finished": made.finished}
        tell_json(told)
        return
    begun = "was finished" if made.finished else "is made"
    Screen().line(f"The workspace {printable(str(folder))} {begun}.")
    Screen().line(
        "Keep a copy of var/keys/workspace.key in a safe place: without it nothing kept can be read."
    )
    if sample:
        Screen().line("Put your own names into partners/*/partner.yaml; `gateway check` tells what is wrong.")
        Screen().line("Then run `gateway serve` in the workspace.")
    else:
        Screen().line(
            "Describe a partner in partners/NAME/partner.yaml, then run `gateway serve` in the workspace."
        )


def serve() -> None:
    """Run the service of a workspace, until it is stopped.

    Ctrl-C or SIGTERM stops it: what was taken is answered first.
    """
    from gateway.service.logging import service_log
    from gateway.service.serving import serve as run

    raise typer.Exit(run(*here(), service_log()))


def receive(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file; - is standard input.", show_default=False)
    ],
    channel: ChannelName,
    key: RequestKey = None,
    as_json: Json = False,
) -> None:
    """Hand a file to the gateway, beside its drop folders.

    When this ends well the file is kept, whatever happens then.
    """
    from gateway.cli.serviced import received

    raise typer.Exit(received(path, channel, key, as_json=as_json))


def status(as_json: Json = False) -> None:
    """Show the service, the queue, the disk, and open alerts."""
    from gateway.cli.serviced import status_shown

    raise typer.Exit(status_shown(as_json=as_json))
