"""Where the command line starts, and how it ends.

Exit codes: 0 all is well, 1 findings of severity error, 2 the command was used wrongly, a file cannot be read
or written, or a data file of the workspace (a partner, table, code list or schema) has mistakes, 3 a fault of
ours, 75 not now, such as when the disk is full or the store is busy: the same command may do later, 130 the
command was interrupted, 141 whoever reads the output stopped reading it.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from io import TextIOWrapper
from types import TracebackType

from gateway.cli.files import refusal
from gateway.cli.plain_words import plain_command
from gateway.cli.screen import echo, printable
from gateway.errors import (
    DataFileError,
    GatewayError,
    StorageFullError,
    StoreBusyError,
    UnreadableFileError,
    UsageError,
)

EXIT_INTERRUPTED = 128 + 2  # as a shell tells of SIGINT
LOOK = "`gateway --help` shows the commands, and each has its --help"
EXIT_USAGE = 2
EXIT_OUR_FAULT = 3
EXIT_NOT_NOW = 75  # EX_TEMPFAIL of sysexits.h, by which programs that deliver know to try again
# What a shell reports of a program that SIGPIPE (13) ended, as it ends `cat` or `grep` before `head`.
# Not 1: no document is at fault. Not 0: not all that was to be told has been.
EXIT_NOBODY_READS = 128 + 13
YOUNG_OBJECTS = 50_000  # new ones among which cycles are looked for; some megabytes


def main() -> None:
    """Run the command line; every fault of ours ends with one plain message and no traceback."""
    sys.excepthook = _unforeseen
    spare_the_collector()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a document may hold what a terminal cannot show
    try:
        _run()
    except BrokenPipeError:
        _let_go()
        sys.exit(EXIT_NOBODY_READS)


def spare_the_collector() -> None:
    """Let the search for cycles pass over what a start loads, all of which stays until the end.

    With the usual settings it takes a sixth of the time of a short command, half of that when it ends.
    """
    gc.set_threshold(YOUNG_OBJECTS)
    atexit.register(gc.freeze)


def _run() -> None:
    try:
        plain = plain_command(sys.argv[1:])
        if plain is not None:
            sys.exit(plain())
        from gateway.cli.application import run

        run()
    except KeyboardInterrupt:
        _interrupted()
    except DataFileError as fault:
        fail(EXIT_USAGE, "A data file has mistakes:", *str(fault).splitlines(), kind="data-file")
    except UnreadableFileError as fault:
        fail(EXIT_USAGE, *(f"gateway: {each}" for each in fault.faults))
    except UsageError as fault:
        fail(EXIT_USAGE, f"gateway: {fault}")
    except (StorageFullError, StoreBusyError) as fault:
        fail(EXIT_NOT_NOW, f"gateway: {fault}", kind=_kind(fault))
    except GatewayError as fault:
        fail(EXIT_OUR_FAULT, f"gateway: {fault}", kind=_kind(fault))
    except BrokenPipeError:
        raise
    except OSError as fault:
        fail(EXIT_USAGE, f"gateway: the output cannot be written: {refusal(fault)}")


def wants_json() -> bool:
    """Whether the report is asked for as JSON; told before the arguments are read, which may be wrong."""
    given = sys.argv[1:]
    return "--json" in given[: given.index("--")] if "--" in given else "--json" in given


def fail(code: int, *lines: str, kind: str = "usage") -> None:
    """Tell what went wrong, for people or as JSON, and end.

    `kind` is for programs: usage, data-file, interrupted, or a fault as `service.connection.frames` calls it.
    """
    if wants_json():
        message, _, remedy = "\n".join(line.removeprefix("gateway: ") for line in lines).rpartition("; ")
        told = (message, remedy) if message else (remedy, LOOK)
        error = {"kind": kind, "message": told[0], "remedy": told[1]}
        import json

        echo(json.dumps({"error": error}, indent=2), err=True)
    else:
        _say(*lines)
    sys.exit(code)


def _let_go() -> None:
    """Send to nowhere what is still to be written; else the end of the program would complain about it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _interrupted() -> None:
    if sys.stderr is not None and sys.stderr.isatty():
        echo(err=True)  # the terminal has written ^C where the message would begin
    fail(EXIT_INTERRUPTED, "gateway: interrupted before the end; run the command again", kind="interrupted")


def _say(*lines: str) -> None:
    """Lines for people on standard error. File names and data files may hold what a terminal would obey."""
    for line in lines:
        echo(printable(line), err=True)


def _unforeseen(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """A mistake in the gateway itself: say so, and where, and end with the exit code that means it."""
    if issubclass(kind, KeyboardInterrupt):
        _interrupted()
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_qualname}, line {trace.tb_lineno}" if trace else "unknown"
    fail(
        EXIT_OUR_FAULT,
        f"gateway: a mistake in the gateway itself ({kind.__name__}: {fault}; at {place}). "
        "Nothing is wrong with your file because of it; please report it with the file that caused it.",
        kind="fault",
    )


def _kind(fault: GatewayError) -> str:
    from gateway.service.connection.frames import kind_of

    return kind_of(fault)
