"""The closed catalogue of alerts: what a person who runs the gateway should know of, and what to do then."""

from __future__ import annotations

from types import MappingProxyType

import msgspec

from gateway.codes.model import Severity

__all__ = ["ALERTS", "AlertCode"]


class AlertCode(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of alert. An error needs somebody now, a warning soon; a note is to be known."""

    code: str
    severity: Severity
    title: str
    why: str
    remedy: str


_CODES = (
    AlertCode(
        code="disk-low",
        severity=Severity.WARNING,
        title="The disk is nearly full",
        why="When less is free than the settings keep free, files are refused, and partners have to retry.",
        remedy="Make room on the disk of the workspace, before it is full.",
    ),
    AlertCode(
        code="disk-full",
        severity=Severity.ERROR,
        title="The disk is full",
        why="Nothing can be written, so nothing is taken and no work is done. What was taken is not lost.",
        remedy="Make room on the disk of the workspace. The gateway goes on by itself, without a restart.",
    ),
    AlertCode(
        code="storage-doubt",
        severity=Severity.ERROR,
        title="The gateway stopped since the disk could not be trusted",
        why="The disk failed to say that something is kept; going on could have lost what was acknowledged.",
        remedy=(
            "Look at the log of the system for faults of the disk, and run `gateway ledger verify --deep`. "
            "Move the workspace to another disk if there are any."
        ),
    ),
    AlertCode(
        code="database-away",
        severity=Severity.ERROR,
        title="The database could not be written for a while",
        why="While it is away, files are refused and no work is done. Nothing that was taken is lost.",
        remedy="Find out why the database server was away, or which program held var/gateway.db.",
    ),
    AlertCode(
        code="clock-jumped",
        severity=Severity.WARNING,
        title="The clock of the machine jumped",
        why="Times in the ledger and in envelopes may be wrong, and work may have waited longer or shorter.",
        remedy="See that the clock is right and is kept right by a time service.",
    ),
    AlertCode(
        code="key-file-open",
        severity=Severity.ERROR,
        title="Others may read the file of a key",
        why="With the key of the workspace all that was kept can be read; that of the ledger signs for it.",
        remedy="Take the rights from others (chmod 600). If somebody may have read it, change the key.",
    ),
    AlertCode(
        code="step-dead",
        severity=Severity.ERROR,
        title="Work was given up after its last try",
        why="A message is not where it should be, and nothing will be tried again by itself.",
        remedy="See what failed with `gateway queue show`, mend it, and run `gateway queue retry`.",
    ),
    AlertCode(
        code="step-parked",
        severity=Severity.ERROR,
        title="Work was put aside, as it harms the gateway",
        why="It ran into a fault of the gateway, or ended its process, three times. All other work goes on.",
        remedy="Look at it with `gateway queue show`, and report the fault. It waits until somebody decides.",
    ),
    AlertCode(
        code="checkpoint-overdue",
        severity=Severity.WARNING,
        title="The ledger has had no checkpoint for too long",
        why="What was entered since the last one could be rewritten without anybody outside noticing.",
        remedy="Run `gateway ledger checkpoint`; it says what is in the way, such as the signing key.",
    ),
    AlertCode(
        code="witness-failed",
        severity=Severity.WARNING,
        title="A checkpoint could not be handed to a witness",
        why="A checkpoint protects the ledger only where those who run the gateway cannot change it.",
        remedy="See that the folder or the program of ledger.witnesses in gateway.yaml can be used.",
    ),
    AlertCode(
        code="ledger-damaged",
        severity=Severity.ERROR,
        title="The ledger is not what it was",
        why="Entries were changed, removed or exchanged, by a fault of the disk or by somebody.",
        remedy=(
            "Run `gateway ledger verify --deep`, which names each place. Keep the database as it is for "
            "those who look into it, and go back to a backup that is whole."
        ),
    ),
    AlertCode(
        code="payload-damaged",
        severity=Severity.ERROR,
        title="A kept file is not what it was",
        why="Its bytes were changed or cut since they were kept, so they are not handed out.",
        remedy="Ask the partner to send it again, or take it from a backup. Look at the disk.",
    ),
    AlertCode(
        code="backup-failed",
        severity=Severity.ERROR,
        title="A backup could not be made",
        why="The last backup gets older; what came since would be lost with the disk.",
        remedy="See that there is room where backups go, and run `gateway backup`.",
    ),
    AlertCode(
        code="backup-overdue",
        severity=Severity.WARNING,
        title="There is no new backup",
        why="What came since the last one would be lost with the disk.",
        remedy=(
            "Run `gateway backup`, or see why what runs it does not. Where other programs take backups of "
            "the database and of var/, set `alerts.backup_days: 0` in gateway.yaml."
        ),
    ),
    AlertCode(
        code="backup-restored",
        severity=Severity.WARNING,
        title="A backup was restored",
        why=(
            "What came after it was made is not known here any more. The ledger began a new epoch, and "
            "control numbers were skipped so that none is used twice."
        ),
        remedy="Tell partners that the numbers jump, and ask them what they sent since the backup was made.",
    ),
    AlertCode(
        code="control-numbers-gap",
        severity=Severity.ERROR,
        title="Control numbers are missing or doubled",
        why="Each number of a stream is given or void; one that is neither, or both, is a fault of ours.",
        remedy="`gateway control-numbers list` names them. Report it, with the number and the stream.",
    ),
    AlertCode(
        code="notify-failed",
        severity=Severity.ERROR,
        title="Alerts do not reach anybody",
        why="An alert was given up by the way it should take, by mail or by a program; others may be too.",
        remedy="See `alerts` in gateway.yaml and what the log says; `gateway alerts list` has all alerts.",
    ),
    AlertCode(
        code="configuration-refused",
        severity=Severity.ERROR,
        title="A change of partners or tables has mistakes and was refused",
        why="What was in force before goes on. Nothing of the change is used, not even what has no mistake.",
        remedy="Run `gateway check`, mend what it tells, and save; it is taken by itself.",
    ),
    AlertCode(
        code="message-quarantined",
        severity=Severity.WARNING,
        title="A message cannot be placed",
        why="No agreement fits it, or it names another sender or receiver. It waits, unanswered till then.",
        remedy="Look at it with `gateway messages show`, mend the partner file, and replay it.",
    ),
    AlertCode(
        code="message-failed",
        severity=Severity.ERROR,
        title="A message could not be translated",
        why="The fault is ours or in a table, and its sender was told that it came. It waits.",
        remedy="Look at its findings, mend the table, then `gateway messages requeue` takes it up again.",
    ),
    AlertCode(
        code="message-held",
        severity=Severity.WARNING,
        title="A message is held",
        why="It waits for a person, for a row of a cross-reference, or for the order that it answers.",
        remedy="`gateway held list` shows what waits, and why. Release it, refuse it, or add what it lacks.",
    ),
    AlertCode(
        code="message-undeliverable",
        severity=Severity.ERROR,
        title="A message could not be delivered for days",
        why="The partner or its folder was away for longer than is waited. It is not tried any more.",
        remedy="Find out why the other side is away, then let it go with `gateway messages requeue`.",
    ),
    AlertCode(
        code="message-refused",
        severity=Severity.ERROR,
        title="A partner refused what we sent",
        why="Its receipt says so: what was in the message is not being processed there.",
        remedy="See the receipt with `gateway messages timeline`, mend what it names, and send it anew.",
    ),
    AlertCode(
        code="receipt-unmatched",
        severity=Severity.WARNING,
        title="A receipt is about nothing that was sent",
        why="A partner acknowledged what we do not know of: perhaps another sends under our name.",
        remedy="Ask the partner what it answered; `gateway messages show` has the receipt.",
    ),
    AlertCode(
        code="receipt-ambiguous",
        severity=Severity.WARNING,
        title="A receipt may be about several messages",
        why="Control numbers came twice, so nobody can tell which message it acknowledges; none is changed.",
        remedy="Compare both with the partner, and see `gateway control-numbers list`.",
    ),
    AlertCode(
        code="receipt-contradicts",
        severity=Severity.WARNING,
        title="Receipts of one message contradict each other",
        why="It was both accepted and refused. It counts as refused, until a person has asked.",
        remedy="Ask the partner which holds; send the document again if it was refused.",
    ),
    AlertCode(
        code="receipt-unclear",
        severity=Severity.WARNING,
        title="A receipt does not say what became of a message",
        why="It has faults of its own, or does not tell; the message still waits for its receipt.",
        remedy="Ask the partner for a receipt that is whole.",
    ),
    AlertCode(
        code="receipt-set-unknown",
        severity=Severity.WARNING,
        title="A receipt names a transaction set that was never sent",
        why="The partner answers for more than it got from us.",
        remedy="Ask the partner what it received.",
    ),
    AlertCode(
        code="receipt-overdue",
        severity=Severity.WARNING,
        title="A receipt is late",
        why="What was delivered was not acknowledged in the agreed time; the partner may not have it.",
        remedy="Ask the partner. `gateway messages resend` sends the same bytes once more.",
    ),
    AlertCode(
        code="folder-unusable",
        severity=Severity.ERROR,
        title="A drop folder cannot be used",
        why="It is missing, or the gateway may not read and write there. Nothing is taken from it.",
        remedy="See that it is there, and who owns it. It is tried again by itself.",
    ),
    AlertCode(
        code="file-refused",
        severity=Severity.WARNING,
        title="Something in a drop folder is not taken",
        why="It is a link, a pipe or a device, or it stayed cut until the patience of the channel was over.",
        remedy="Put the whole file itself into the folder, and remove what stands there.",
    ),
)

ALERTS = MappingProxyType({each.code: each for each in _CODES})
