"""The commands `backup` and `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.asked import changed
from gateway.cli.options import Json
from gateway.cli.screen import Screen, counted, printable, tell_json

if TYPE_CHECKING:
    from gateway.service.connection.frames import Answer
    from gateway.store.backup.restoring import RestoreReport

KEYS_MISSING = 1

NewFolder = Annotated[
    Path,
    typer.Argument(metavar="FOLDER", help="A new folder, outside the workspace.", show_default=False),
]
BackupFolder = Annotated[
    Path, typer.Argument(metavar="BACKUP", help="The folder of a backup.", show_default=False)
]


def register(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("backup")(backup)
    application.command("restore")(restore)


def backup(
    folder: NewFolder,
    as_json: Json = False,
) -> None:
    """Take a backup while everything goes on; it holds no key."""
    answer = changed("back-up", {"folder": str(folder.absolute())})
    if as_json:
        tell_json(answer)
        return
    screen = Screen()
    screen.line(printable(f"The backup {answer['folder']} is whole."))
    screen.line(
        f"It has {_counted(answer, 'messages', 'message')} and "
        f"{_counted(answer, 'leaves', 'leaf', 'leaves')} of the ledger: "
        f"{_counted(answer, 'files', 'file')}, {_counted(answer, 'size', 'byte')}."
    )
    keys = answer["keys"]
    named = ", ".join(str(key) for key in keys) if isinstance(keys, list) else ""
    screen.line(f"It can be read only with the workspace key {named}, which is not in it: keep that apart.")


def restore(
    folder: BackupFolder,
    into: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder, or an empty workspace.", show_default=False)
    ],
    last: Annotated[
        Path | None,
        typer.Option("--last-checkpoint", metavar="FILE", help="The latest checkpoint that a witness kept."),
    ] = None,
    log_key: Annotated[
        str | None,
        typer.Option("--log-key", metavar="KEY", help="The public key to check that by, or a file with it."),
    ] = None,
    epoch_above: Annotated[
        int, typer.Option("--epoch-above", help="The highest epoch that was ever opened by a restore.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Make a workspace of a backup.

    Put its keys into it first, as its settings name them.
    """
    import msgspec

    from gateway.service.around import real_surroundings
    from gateway.service.restoring import Known, reaches, restored
    from gateway.store.backup.restoring import RestoreReport

    known = Known(last, log_key, epoch_above)
    report = restored(folder.absolute(), into.absolute(), known, real_surroundings())
    done = isinstance(report, RestoreReport)
    if as_json:
        told = msgspec.to_builtins(report) if isinstance(report, RestoreReport) else report._asdict()
        tell_json({"restored": done, **told, "reaches": reaches(into)})
    elif isinstance(report, RestoreReport):
        _print_restored(Screen(), into, report, reaches(into))
    else:
        screen = Screen()
        screen.line("The files are laid out. Now put the keys where its gateway.yaml names them:")
        screen.line(printable(report.missing), hang=2)
        screen.line("Then run this command again.")
    if not done:
        raise typer.Exit(KEYS_MISSING)


def _print_restored(screen: Screen, into: Path, report: RestoreReport, reached: tuple[str, ...]) -> None:
    screen.line(
        printable(f"{into} is restored as of {report.taken_at}: {counted(report.messages, 'message')}.")
    )
    screen.line(
        f"Epoch {report.epoch} of the ledger begins behind {counted(report.leaves, 'leaf', 'leaves')}."
    )
    if report.lost is not None:
        first, end = report.lost
        screen.line(f"The leaves {first:,} to {end:,} of the epoch before are lost.")
    ahead = counted(len(report.skipped), "stream")
    screen.line(f"{ahead} of control numbers went ahead; the numbers between are void.")
    if report.skipped:
        screen.line(
            "Where this backup was restored before, that is too little: restore it anew with --epoch-above "
            "and the highest epoch there was."
        )
    wait = "waits" if report.parked == 1 else "wait"
    screen.line(f"{counted(report.parked, 'step')} {wait} for you: `gateway queue list --failed` shows them.")
    if reached:
        screen.line("Before `gateway serve`, look at gateway.yaml. As in the old workspace, it names:")
        for each in reached:
            screen.line(printable(f"  {each}"), hang=4)
        screen.line("If the old service may still run, or this is a rehearsal, take these out first.")


def _counted(answer: Answer, name: str, word: str, several: str = "") -> str:
    number = answer[name]
    return counted(number if isinstance(number, int) else 0, word, several)
