"""The commands about proof packs: `ledger prove` and `ledger verify-pack`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import files
from gateway.cli.asked import changed
from gateway.cli.option_texts import utc_moment
from gateway.cli.options import Json
from gateway.cli.screen import Screen, counted, printable, tell_json
from gateway.errors import TamperedError, UsageError

if TYPE_CHECKING:
    from gateway.ledger.pack_check import PackVerdict
    from gateway.service.connection.frames import Json as Value

DO_NOT_RELY = 1
KeptCheckpoint = Annotated[
    Path | None,
    typer.Option("--earlier", metavar="FILE", help="A checkpoint that was kept: the pack leads on from it."),
]


def register(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("prove")(prove)
    application.command("verify-pack")(verify_pack)


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
    earlier: KeptCheckpoint = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The pack, for you alone to read.")
    ] = Path("proof-pack.zip"),
    as_json: Json = False,
) -> None:
    """Write a proof pack, to show what happened.

    It holds files, timeline, proofs, and a program that checks them without the gateway.
    """
    from gateway.service.around import real_surroundings, workspace_root
    from gateway.service.given import read_note
    from gateway.service.ledger import earlier_size, pack, read_prepared

    numbers = {"po": purchase_order, "invoice": invoice, "shipment": shipment}
    asked: dict[str, Value] = {"message": message, "partner": partner}
    for kind, number in numbers.items():
        if number is not None:
            asked |= {"kind": kind, "number": number}
    given = [each for each in (message, partner, *numbers.values()) if each is not None]
    if len(given) != 1:
        raise UsageError("Name one thing to prove: a MESSAGE, --po, --invoice, --shipment, or --partner")
    if partner is None and (since or until):
        raise UsageError("--from and --to belong to --partner")
    times = {"since": utc_moment(since), "until": utc_moment(until)}
    asked |= {name: None if time is None else time.isoformat() for name, time in times.items()}
    files.refuse_link(output)  # before the ledger says that a pack was given out
    root, around = workspace_root(Path.cwd()), real_surroundings()
    note = None if earlier is None else read_note(earlier)
    if note is not None:
        asked["least"] = earlier_size(root, around, note)
    prepared = read_prepared(changed("prove", asked))
    data = pack(root, around, prepared, note)
    files.write_private([data], output)
    leaves = len(prepared.chosen.leaves)
    if as_json:
        told = {"file": str(output), "bytes": len(data), "leaves": leaves, "checkpoint": prepared.size}
        tell_json(told)
        return
    screen = Screen()
    screen.line(
        (printable(str(output)), "bold"),
        f"  proves {counted(leaves, 'leaf', 'leaves')} of the {prepared.size:,} under the checkpoint; "
        f"{counted(len(data), 'byte')}",
    )
    screen.line("Whoever gets it unpacks it and runs `python3 -I verify.py`; its README.txt tells the rest.")


def verify_pack(
    file: Annotated[
        Path, typer.Argument(metavar="PACK", help="A proof pack: the zip file, or its folder unpacked.")
    ],
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="KEY", help="The public key that you were given, or a file with it."),
    ] = None,
    earlier: Annotated[
        Path | None,
        typer.Option(
            "--earlier", metavar="FILE", help="A checkpoint that you kept: the log must continue it."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a proof pack that somebody gave you.

    Does as verify.py in it, and ends with 1 when it does not hold. Needs no workspace.
    """
    from gateway.cli.ledger_shown import tell_pack
    from gateway.ledger.layout import PUBLIC_KEY
    from gateway.ledger.pack_check import MAX_KEY_FILE_LENGTH, PackFault, PackVerdict
    from gateway.ledger.pack_check import verify_pack as checked
    from gateway.service.given import keys_given, read_note
    from gateway.store.proving.pack_reading import open_pack

    keys = () if key is None else keys_given(key)
    note = None if earlier is None else read_note(earlier)
    own = ""
    try:
        with open_pack(file) as held:
            if PUBLIC_KEY in held and held.length_of(PUBLIC_KEY) <= MAX_KEY_FILE_LENGTH:
                own = held[PUBLIC_KEY].decode("utf-8", "replace").strip()
            trusted = next((each for each in keys if each.text == own), keys[0] if keys else None)
            verdict = checked(held, trusted, note)
    except TamperedError as fault:
        verdict = PackVerdict((PackFault(str(file), str(fault)),))
    if as_json:
        tell_json(_as_json(verdict, own, bool(keys)))
    else:
        tell_pack(verdict, own, trusted=bool(keys), kept=note is not None)
    if not verdict.holds:
        raise typer.Exit(DO_NOT_RELY)


def _as_json(verdict: PackVerdict, key: str, given: bool) -> dict[str, object]:
    head = verdict.checkpoint
    log = {} if head is None else {"log": head.origin, "size": head.size, "root": head.root.hex()}
    return {
        "holds": verdict.holds,
        **log,
        "key": key,
        "key_given": given,
        "witnesses": [each.key.name for each in verdict.witnesses],
        "leaves": [leaf.n for leaf in verdict.leaves],
        "faults": [{"file": fault.file, "text": fault.text} for fault in verdict.faults],
    }
