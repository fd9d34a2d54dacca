"""The command about the service of the operating system: unit."""

from __future__ import annotations

import shlex
import sysconfig
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.screen import Screen, echo, printable
from gateway.cli.systemd_unit import Unit, unit_text
from gateway.errors import UsageError

__all__ = ["service"]

ROOT_USER = "root"

service = typer.Typer(help="Run the service under the system's service manager.", no_args_is_help=True)


@service.callback()
def _group() -> None:
    """Keep `unit` a command of its own while it is the only one."""


@service.command("unit")
def unit(
    user: Annotated[
        str | None,
        typer.Option(
            "--user", metavar="NAME", help="Who runs it; else the user to whom the workspace belongs."
        ),
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", metavar="DIR", help="The workspace; else the one around this folder."),
    ] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option(
            "--writes",
            metavar="DIR",
            help="Another folder in which the service writes, as for backups. It may be given several times.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print a systemd unit for the service of a workspace.

    It names the absolute paths of this installation and of the workspace, and the folders of witnesses.
    """
    from gateway.service.around import refuse_without_store, user_name, workspace_root
    from gateway.settings import read_settings
    from gateway.workspace import VAR

    root = workspace_root((workspace or Path.cwd()).resolve())
    refuse_without_store(root / VAR)
    owner = user_name((root / VAR).stat().st_uid)
    witnesses = [root / each.folder for each in read_settings(root).ledger.witnesses if each.folder]
    writable = tuple(dict.fromkeys(path.resolve() for path in (*witnesses, *(also or ()))))
    outside = tuple(path for path in writable if not path.is_relative_to(root))
    echo(unit_text(Unit(_program(), root, user or owner, outside)), end="")
    if user and user != owner:
        Screen(stderr=True).line(
            f"The workspace belongs to {owner}, and only its owner can serve it; "
            + printable(f"`chown -R {user}: {shlex.quote(str(root))}` gives it to {user}")
        )
    elif owner == ROOT_USER:
        Screen(stderr=True).line(
            "The workspace belongs to root; better give it to a user who has nothing else, and name that "
            "user by --user"
        )


def _program() -> Path:
    """The `gateway` of this installation."""
    program = Path(sysconfig.get_path("scripts")) / "gateway"
    if not program.is_file():
        raise UsageError(
            f"There is no program {program}, which the unit would start; install the gateway with pip"
        )
    return program
