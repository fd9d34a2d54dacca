"""What the commands of the ledger found, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.cli.screen import Screen, counted, printable

if TYPE_CHECKING:
    from gateway.ledger.pack_check import PackVerdict
    from gateway.store.verifying.report import Looked, VerifyReport
    from gateway.store.witnesses.folder import WitnessReport

SECONDS = len("2026-11-23T21:02:19")
SOURCES = {
    "given": "the one that was given",
    "settings": "that of ledger.signing_key",
    "database": "as the database has it",
}


def tell_checked(report: VerifyReport) -> None:
    """What a check of the ledger came to."""
    looked = report.looked
    outside = f"{looked.checkpoints:,} kept, {looked.outside:,} from outside"
    rows = [("leaves", f"{looked.leaves:,}"), ("checkpoints", outside), *_stamps(looked)]
    if report.deep:
        erased = f", {looked.erased:,} erased on purpose" if looked.erased else ""
        opened = f"{counted(looked.records, 'record')}, {counted(looked.payloads, 'payload')}"
        rows += [("messages", f"{looked.messages:,}{erased}"), ("opened", opened)]
    rows.append(("root", report.root))
    rows += [(f"key of epoch {each.epoch}", SOURCES[each.source]) for each in report.keys]
    screen = Screen()
    screen.table(("", ""), rows, indent=0, headed=False)
    if report.faults:
        found = [(each.code.value, printable(each.place), printable(each.text)) for each in report.faults]
        screen.table(("Kind", "Where", "What does not hold"), found, indent=0)
    if not report.holds:
        verb = "does" if report.total == 1 else "do"
        screen.line((f"{counted(report.total, 'thing')} that {verb} not hold.", "bold red"))
        return
    screen.line(("Everything that was looked at holds.", "bold"))
    if not looked.outside:
        screen.line("Only a checkpoint from outside (--checkpoint) shows that nobody signed another past.")
    elif any(each.source == "database" for each in report.keys):
        screen.line(
            "A key that the database has could be changed with it: --key names the one you were given."
        )


def _stamps(looked: Looked) -> list[tuple[str, str]]:
    if not looked.stamps:
        return []
    checked = "signatures checked" if looked.stamp_signatures else "no certificate to check signatures by"
    return [("time stamps", f"{looked.stamps:,}, {checked}")]


def tell_witness(report: WitnessReport) -> None:
    """What a run of the witness came to."""
    screen = Screen()
    screen.line(f"Witness: {report.witness}")
    for key in report.newly_pinned:
        screen.line(f"Pinned: {key}")
        screen.line("Compare this key with the one that the operator gave you another way.")
    rows = [
        (
            "REFUSED" if each.refused else "countersigned",
            printable(each.file),
            each.standing.value,
            each.words,
        )
        for each in report.judged
    ]
    screen.table(("", "File", "Standing", "What it means"), rows, indent=0)
    if not rows:
        screen.line(f"Nothing new; {counted(report.unchanged, 'checkpoint')} as before.")


def tell_pack(verdict: PackVerdict, key: str, *, trusted: bool, kept: bool) -> None:
    """What a check of a proof pack came to, in the words of the program that comes with it."""
    screen = Screen()
    if verdict.checkpoint is not None:
        head = verdict.checkpoint
        screen.line(printable(f"Log {head.origin}, public key {key}"))
        if trusted:
            screen.line("  It is the key that you gave.")
        else:
            screen.line("  CAUTION: the key came with the pack. Give the one you have with --key;")
            screen.line("  otherwise anybody could have made this pack.")
        screen.line(f"  It signed that the log had {counted(head.size, 'record')}.")
        screen.line(f"  Their root: {head.root.hex()}")
        for each in verdict.witnesses:
            screen.line(printable(f"  The witness {each.key.name} signed that it saw this."))
        if kept and verdict.holds:
            screen.line("  It continues the checkpoint that you kept.")
        rows = [
            (f"{leaf.n}", _to_the_second(leaf.at), leaf.what, leaf.message or "") for leaf in verdict.leaves
        ]
        screen.table(("Record", "Time", "What happened", "Message"), rows, numeric=frozenset({"Record"}))
    if verdict.holds:
        messages = len({leaf.message for leaf in verdict.leaves if leaf.message})
        found = f"{counted(len(verdict.leaves), 'record')}, {counted(messages, 'message')}"
        screen.line((f"EVERYTHING HOLDS: {found}.", "bold"))
        return
    screen.line(
        (f"DO NOT RELY ON THIS PACK. What is wrong ({len(verdict.faults)}):", "bold red"),
    )
    for fault in verdict.faults:
        screen.line(printable(f"  {fault.file}: {fault.text}"), hang=4)


def _to_the_second(at: str) -> str:
    """A time of a leaf, short enough for a row of 80 columns; `verify.py` and `--json` have all of it."""
    return f"{at[:SECONDS].replace('T', ' ')} UTC"
