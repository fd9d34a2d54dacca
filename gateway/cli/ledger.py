"""The commands of the ledger: verify, checkpoint, key, export and witness."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli import files, packs
from gateway.cli.asked import changed
from gateway.cli.ledger_shown import tell_checked, tell_witness
from gateway.cli.options import Json, Output
from gateway.cli.screen import Screen, counted, echo, tell_json
from gateway.errors import UsageError

DOES_NOT_HOLD = 1

ledger = typer.Typer(help="Check the ledger, sign it, and prove what happened.", no_args_is_help=True)


@ledger.command("verify")
def verify(
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            "--checkpoint",
            metavar="FILE",
            help="A checkpoint that was kept outside, be it countersigned: the ledger must contain it.",
        ),
    ] = None,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="Open every record and payload, and hold the state against the ledger."),
    ] = False,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY", help="A public key that you were given, or a file with some."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check the ledger; ends with 1 when something does not hold."""
    import msgspec

    from gateway.service.around import real_surroundings, workspace_root
    from gateway.service.ledger import check

    root = workspace_root(Path.cwd())
    report = check(root, real_surroundings(), checkpoints=checkpoint or (), keys=key or (), deep=deep)
    if as_json:
        tell_json({"holds": report.holds, **msgspec.to_builtins(report)})
    else:
        tell_checked(report)
    if not report.holds:
        raise typer.Exit(DOES_NOT_HOLD)


@ledger.command("checkpoint")
def checkpoint(output: Output = None, as_json: Json = False) -> None:
    """Sign the ledger as it is, and show the checkpoint.

    Keep it out of reach of this machine.
    """
    answer = changed("checkpoint", {})
    if as_json:
        tell_json(answer)
        return
    note = str(answer["note"])
    if output is None:
        echo(note, end="")
    else:
        files.write_output(note.encode(), output)
    leaves = counted(int(str(answer["size"])), "leaf", "leaves")
    again = "" if answer["new"] else "; nothing was entered since it was signed"
    Screen(stderr=True).line(f"{leaves} of epoch {answer['epoch']}{again}")


@ledger.command("key")
def key(as_json: Json = False) -> None:
    """Print the public key of each epoch.

    One in a line: what an auditor is given, and --key takes.
    """
    from gateway.service.around import real_surroundings, workspace_root
    from gateway.service.ledger import kept_keys

    kept = kept_keys(workspace_root(Path.cwd()), real_surroundings())
    if as_json:
        told = [
            {
                "epoch": each.epoch,
                "key": each.key.text,
                "opened_at": each.opened_at.isoformat(),
                "first_leaf": each.first_leaf,
                "why": each.why,
            }
            for each in kept
        ]
        tell_json({"keys": told})
        return
    for each in kept:
        echo(each.key.text)
    Screen(stderr=True).line(
        "Hand it over once, by another way than checkpoints and packs: read it out, say."
    )


@ledger.command("export")
def export(output: Output = None) -> None:
    """Write the whole ledger as lines of JSON.

    Leaves, tree, checkpoints, and nothing sealed.
    """
    from gateway.service.around import real_surroundings, workspace_root
    from gateway.service.ledger import exported

    files.write_private(exported(workspace_root(Path.cwd()), real_surroundings()), output)


@ledger.command("witness")
def witness(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where checkpoints are handed over.", show_default=False)
    ],
    memory: Annotated[
        Path | None,
        typer.Option(
            "--memory",
            metavar="DIR",
            help="Where the witness remembers what it saw; else in ~/.local/state/acorn-gateway.",
        ),
    ] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", metavar="DIR", help="Where to answer; else in DIR itself.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="KEY", help="The public key of the log, or a file that holds it."),
    ] = None,
    accept_epoch: Annotated[
        int | None,
        typer.Option("--accept-epoch", metavar="N", min=1, help="Go on with this epoch after a restore."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Countersign the checkpoints of a gateway.

    Runs on another machine, and ends with 1 when a checkpoint was refused.
    """
    import msgspec

    from gateway.service.around import real_surroundings
    from gateway.store.witnesses.folder import run
    from gateway.store.witnesses.memory import default_memory

    around = real_surroundings()
    report = run(
        directory,
        memory or default_memory(directory, os.environ),
        disk=around.disk,
        clock=around.clock,
        randomness=around.random,
        answers=answers,
        key=None if key is None else _one_key(key),
        accept_epoch=accept_epoch,
    )
    if as_json:
        tell_json(msgspec.to_builtins(report))
    else:
        tell_witness(report)
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def _one_key(given: str) -> str:
    """The one key that was given. Raises `UsageError` for a file with several."""
    from gateway.service.given import keys_given

    keys = keys_given(given)
    if len(keys) != 1:
        raise UsageError(f"{given[:100]} holds {len(keys)} keys; a witness is given one, of its first epoch")
    return keys[0].text


packs.register(ledger)
