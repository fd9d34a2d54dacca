"""The commands of the ledger: verify, checkpoint, prove, export, witness."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import files
from gateway.cli.options import Json, Output
from gateway.cli.screen import Screen, echo, printable
from gateway.errors import UsageError

if TYPE_CHECKING:
    from gateway.store.verifying.report import VerifyReport
    from gateway.store.witnesses.folder import WitnessReport

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
        typer.Option("--key", metavar="KEY", help="The public key of an earlier epoch, or a file with it."),
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
        echo(json.dumps({"holds": report.holds, **msgspec.to_builtins(report)}, indent=2))
    else:
        _tell(report, outside=len(checkpoint or ()))
    if not report.holds:
        raise typer.Exit(DOES_NOT_HOLD)


@ledger.command("checkpoint")
def checkpoint(output: Output = None, as_json: Json = False) -> None:
    """Sign the ledger as it is, and show the checkpoint: keep it out of reach of this machine."""
    answer = _asked("checkpoint", {})
    if as_json:
        echo(json.dumps(answer, indent=2))
        return
    note = str(answer["note"])
    if output is None:
        echo(note, end="")
    else:
        files.write_output(note.encode(), output)
    again = "" if answer["new"] else "; nothing was entered since it was signed"
    Screen(stderr=True).line(f"{answer['size']:,} leaves of epoch {answer['epoch']}{again}")


@ledger.command("prove")
def prove(
    message: Annotated[
        str | None, typer.Argument(metavar="MESSAGE", help="The id of a message.", show_default=False)
    ] = None,
    purchase_order: Annotated[
        str | None, typer.Option("--po", metavar="NUMBER", help="All messages with this purchase order.")
    ] = None,
    invoice: Annotated[
        str | None, typer.Option("--invoice", metavar="NUMBER", help="All messages with this invoice.")
    ] = None,
    shipment: Annotated[
        str | None, typer.Option("--shipment", metavar="NUMBER", help="All messages with this shipment.")
    ] = None,
    partner: Annotated[
        str | None, typer.Option("--partner", metavar="NAME", help="All that was entered of a partner.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="With --partner: from this time on (UTC).")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="With --partner: before this time (UTC).")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The pack; else proof-pack.zip.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a proof pack: files, timeline, proofs, and a program that checks them without the gateway."""
    from gateway.service.around import real_surroundings, workspace_root
    from gateway.service.ledger import pack, read_prepared

    numbers = {"po": purchase_order, "invoice": invoice, "shipment": shipment}
    asked: dict[str, str | None] = {"message": message, "partner": partner}
    for kind, number in numbers.items():
        if number is not None:
            asked |= {"kind": kind, "number": number}
    given = [each for each in (message, partner, *numbers.values()) if each is not None]
    if len(given) != 1:
        raise UsageError("Name one thing to prove: a MESSAGE, --po, --invoice, --shipment, or --partner")
    if partner is None and (since or until):
        raise UsageError("--from and --to belong to --partner")
    asked |= {"since": _moment(since), "until": _moment(until)}
    answer = _asked("prove", {name: value for name, value in asked.items() if value is not None})
    prepared = read_prepared(answer)
    path = output or Path("proof-pack.zip")
    data = pack(workspace_root(Path.cwd()), real_surroundings(), prepared)
    files.write_output(data, path)
    leaves = len(prepared.chosen.leaves)
    if as_json:
        told = {"file": str(path), "bytes": len(data), "leaves": leaves, "checkpoint": prepared.size}
        echo(json.dumps(told, indent=2))
        return
    Screen().line(
        (printable(str(path)), "bold"),
        f"  proves {leaves:,} leaves under the checkpoint of {prepared.size:,}; {len(data):,} bytes",
    )
    Screen().line("Whoever gets it unpacks it and runs `python3 verify.py`; README.txt in it tells the rest.")


@ledger.command("export")
def export(output: Output = None) -> None:
    """Write the whole ledger as lines of JSON: leaves, tree, checkpoints. Nothing sealed is in it."""
    from gateway.service.around import real_surroundings, workspace_root
    from gateway.service.ledger import exported

    files.write_parts(exported(workspace_root(Path.cwd()), real_surroundings()), output)


@ledger.command("witness")
def witness(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where checkpoints are handed over.", show_default=False)
    ],
    memory: Annotated[
        Path | None, typer.Option("--memory", metavar="DIR", help="Where the witness remembers what it saw.")
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
    """Countersign the checkpoints of a gateway, on another machine; ends with 1 when one was refused."""
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
        key=_text_of(key),
        accept_epoch=accept_epoch,
    )
    if as_json:
        echo(json.dumps(msgspec.to_builtins(report), indent=2))
    else:
        _tell_witness(report)
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def _tell(report: VerifyReport, outside: int) -> None:
    looked = report.looked
    rows = [
        ("leaves", f"{looked.leaves:,}"),
        ("checkpoints", f"{looked.checkpoints:,} kept, {looked.outside:,} from outside"),
    ]
    if report.deep:
        erased = f", {looked.erased:,} erased on purpose" if looked.erased else ""
        rows.append(("messages", f"{looked.messages:,}{erased}"))
        rows.append(("opened", f"{looked.records:,} records, {looked.payloads:,} payloads"))
    rows.append(("root", report.root))
    Screen().table(("", ""), rows, indent=0, headed=False)
    if report.faults:
        found = [(each.code.value, printable(each.place), printable(each.text)) for each in report.faults]
        Screen().table(("Kind", "Where", "What does not hold"), found, indent=0)
    if not report.holds:
        Screen().line((f"{report.total:,} of what was looked at does not hold.", "bold red"))
        return
    Screen().line(("Everything that was looked at holds.", "bold"))
    if not outside:
        Screen().line("Only a checkpoint from outside (--checkpoint) shows that nobody signed another past.")


def _tell_witness(report: WitnessReport) -> None:
    Screen().line(f"Witness: {report.witness}")
    for key in report.newly_pinned:
        Screen().line(f"Pinned: {key}")
        Screen().line("Compare this key with the one that the operator gave you another way.")
    rows = [
        (
            "REFUSED" if each.refused else "countersigned",
            printable(each.file),
            each.standing.value,
            each.words,
        )
        for each in report.judged
    ]
    Screen().table(("", "File", "Standing", "What it means"), rows, indent=0)
    if not rows:
        Screen().line(f"Nothing new; {report.unchanged:,} checkpoints are as they were.")


def _asked(command: str, arguments: dict[str, str | None]) -> dict[str, object]:
    from gateway.service.around import real_surroundings, workspace_root
    from gateway.service.connection.client import carry_out
    from gateway.service.connection.frames import Request

    root = workspace_root(Path.cwd())
    return dict(carry_out(root, Request(command, {**arguments}), (), real_surroundings()))


def _moment(text: str | None) -> str | None:
    """A time as `2026-11-03` or `2026-11-03T09:15`, in UTC where it names no zone."""
    if text is None:
        return None
    from datetime import UTC

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise UsageError(f"{text} is no time; write it like 2026-11-03 or 2026-11-03T09:15") from fault
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()


def _text_of(key: str | None) -> str | None:
    """A key as it was given, or what the file of that name holds."""
    if key is None or not Path(key).is_file():
        return key
    return Path(key).read_text("utf-8", "replace").strip()
