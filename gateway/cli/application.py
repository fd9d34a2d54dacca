"""The application: its options, and what an exit code means.

0 all is well, 1 findings of severity error, 2 the command was used wrongly, a file cannot be read or written,
or a data file of the workspace (a partner, table, code list or schema) has mistakes, 3 a fault of ours,
130 the command was interrupted, 141 whoever reads the output stopped reading it.
"""

from __future__ import annotations

import json
import os
import sys
from io import TextIOWrapper
from types import TracebackType
from typing import Annotated

import typer

from gateway import __version__
from gateway.cli import exchange, explain, knowledge
from gateway.cli.files import refusal
from gateway.cli.mappings import mappings
from gateway.cli.partners import partners
from gateway.cli.screen import printable
from gateway.errors import DataFileError, GatewayError, UnreadableFileError, UsageError

EXIT_INTERRUPTED = 128 + 2  # as a shell tells of SIGINT
# What typer raises of arguments that it cannot take; it has no public name of its own there.
_MISUSE: type[Exception] = next(each for each in typer.BadParameter.__mro__ if each.__name__ == "UsageError")
LOOK = "`gateway --help` shows the commands, and each has its --help"
EXIT_USAGE = 2
EXIT_OUR_FAULT = 3
# What a shell reports of a program that SIGPIPE (13) ended, as it ends `cat` or `grep` before `head`.
# Not 1: no document is at fault. Not 0: not all that was to be told has been.
EXIT_NOBODY_READS = 128 + 13

application = typer.Typer(
    name="gateway",
    help="Checks, translates and acknowledges business documents: X12, SP-API vendor JSON and flat files.",
    epilog="Exit codes: 0 all is well, 1 errors in a document, 2 wrong use, a file that cannot be read or "
    "written, or mistakes in a partner file or table, 3 a fault of ours. With --json, "
    "what ends with 2 or 3 is an object on standard error: error, with message and remedy.",
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
    """Checks, translates and acknowledges business documents."""


exchange.register(application)
explain.register(application)
knowledge.register(application)
application.add_typer(mappings, name="mappings")
application.add_typer(partners, name="partners")


def main() -> None:
    """Run the command line; every fault of ours ends with one plain message and no traceback."""
    sys.excepthook = _unforeseen
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a document may hold what a terminal cannot show
    try:
        _run()
    except BrokenPipeError:
        _let_go()
        sys.exit(EXIT_NOBODY_READS)


def _run() -> None:
    command = typer.main.get_command(application)  # calling `application` itself would replace the hook
    try:
        if _wants_json():
            sys.exit(command(standalone_mode=False))
        command()
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # typer and rich would end with 1, as for an error
            raise ended.__context__ from None
        raise
    except _MISUSE as fault:  # raised with --json alone; without it typer tells it itself
        _fail(EXIT_USAGE, f"{getattr(fault, 'format_message', fault.__str__)()}; {LOOK}")
    except typer.Abort:
        sys.exit(EXIT_INTERRUPTED)
    except DataFileError as fault:
        _fail(EXIT_USAGE, "A data file has mistakes:", *str(fault).splitlines())
    except UnreadableFileError as fault:
        _fail(EXIT_USAGE, *(f"gateway: {each}" for each in fault.faults))
    except UsageError as fault:
        _fail(EXIT_USAGE, f"gateway: {fault}")
    except GatewayError as fault:
        _fail(EXIT_OUR_FAULT, f"gateway: {fault}")
    except OSError as fault:
        _fail(EXIT_USAGE, f"gateway: the output cannot be written: {refusal(fault)}")


def _wants_json() -> bool:
    """Whether the report is asked for as JSON; told before the arguments are read, which may be wrong."""
    given = sys.argv[1:]
    return "--json" in given[: given.index("--")] if "--" in given else "--json" in given


def _fail(code: int, *lines: str) -> None:
    """Tell what went wrong, for people or as JSON, and end."""
    if _wants_json():
        message, _, remedy = "\n".join(line.removeprefix("gateway: ") for line in lines).rpartition("; ")
        error = {"message": message, "remedy": remedy} if message else {"message": remedy, "remedy": LOOK}
        typer.echo(json.dumps({"error": error}, indent=2), err=True)
    else:
        _say(*lines)
    sys.exit(code)


def _let_go() -> None:
    """Send to nowhere what is still to be written; else the end of the program would complain about it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _say(*lines: str) -> None:
    """Lines for people on standard error. File names and data files may hold what a terminal would obey."""
    for line in lines:
        typer.echo(printable(line), err=True)


def _unforeseen(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """A mistake in the gateway itself: say so, and where, and end with the exit code that means it."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_qualname}, line {trace.tb_lineno}" if trace else "unknown"
    _fail(
        EXIT_OUR_FAULT,
        f"gateway: a mistake in the gateway itself ({kind.__name__}: {fault}; at {place}). "
        "Nothing is wrong with your file because of it; please report it with the file that caused it.",
    )
