"""The application: its commands and their options, and the parser of arguments."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gateway import __version__
from gateway.cli import backups, balance, check, erasing, exchange, explain, knowledge, service
from gateway.cli.alerts import alerts
from gateway.cli.channels import channels
from gateway.cli.control_numbers import control_numbers
from gateway.cli.held import held, quarantine
from gateway.cli.ledger import ledger
from gateway.cli.manual import Manual
from gateway.cli.mappings import mappings
from gateway.cli.messages import messages
from gateway.cli.order_story import orders
from gateway.cli.partners import partners
from gateway.cli.queue import queue
from gateway.cli.service_unit import service as service_of_the_system
from gateway.cli.start import EXIT_INTERRUPTED, EXIT_USAGE, LOOK, fail, wants_json

# What typer raises of arguments that it cannot take; it has no public name of its own there.
_MISUSE: type[Exception] = next(each for each in typer.BadParameter.__mro__ if each.__name__ == "UsageError")

application = typer.Typer(
    name="gateway",
    cls=Manual,
    help="Exchanges business documents between trading partners and an ERP through drop folders: checks, "
    "translates, acknowledges, delivers and keeps X12, SP-API vendor JSON, flat files and XML. "
    "Begin with `gateway init DIR --sample amazon`.",
    epilog="Exit codes: 0 all is well, 1 errors in a document, 2 wrong use, a file that cannot be read or "
    "written, or mistakes in a partner file or table, 3 a fault of ours, 75 not now, try again later, "
    "130 interrupted. With --json, what ends with 2, 3, 75 or 130 is an object on standard error: error, "
    "with kind, message and remedy.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gateway {__version__}")
        raise typer.Exit


@application.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Exchanges business documents."""


exchange.register(application)
explain.register(application)
knowledge.register(application)
service.register(application)
check.register(application)
backups.register(application)
balance.register(application)
erasing.register(application)
application.add_typer(ledger, name="ledger")
application.add_typer(mappings, name="mappings")
application.add_typer(partners, name="partners")
application.add_typer(service_of_the_system, name="service")
application.add_typer(messages, name="messages")
application.add_typer(orders, name="orders")
application.add_typer(held, name="held")
application.add_typer(quarantine, name="quarantine")
application.add_typer(channels, name="channels")
application.add_typer(queue, name="queue")
application.add_typer(control_numbers, name="control-numbers")
application.add_typer(alerts, name="alerts")


def run() -> None:
    """Parse the arguments and run what they name."""
    command = typer.main.get_command(application)  # calling `application` itself would replace the hook
    try:
        if wants_json():
            sys.exit(command(standalone_mode=False))
        command()
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # typer and rich would end with 1, as for an error
            raise ended.__context__ from None
        if ended.code == EXIT_INTERRUPTED:  # typer says nothing then
            raise KeyboardInterrupt from None
        raise
    except _MISUSE as fault:  # raised with --json alone; without it typer tells it itself
        fail(EXIT_USAGE, f"{getattr(fault, 'format_message', fault.__str__)()}; {LOOK}")
    except typer.Abort:
        raise KeyboardInterrupt from None
