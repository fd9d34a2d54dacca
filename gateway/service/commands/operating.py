"""What a person changes by hand: steps of the queue, control numbers, alerts; and backups."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gateway.errors import StorageDoubtError, StoreError, UsageError
from gateway.service.commands.arguments import Arguments, number, text, yes
from gateway.service.commands.once import changed_once
from gateway.service.connection.frames import Answer
from gateway.service.opened import Opened
from gateway.store.alerts import acknowledge, alert, raise_alert
from gateway.store.backup.taking import back_up, enter_backup
from gateway.store.control_numbers.allotting import Function, StreamKey, allot, set_next
from gateway.store.people import Who, actor_id
from gateway.store.queue.operators import again, cancel
from gateway.store.writing.transaction import Entry, Transaction

BY_HAND = "by hand"


def put_back(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Let a dead or parked step be worked again."""
    step = text(arguments, "step")
    opened.store.writer.do(lambda transaction: again(transaction, opened.queue, step, who))
    return {"step": step}


def cancel_step(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """See that a step is not worked any more."""
    step, reason = text(arguments, "step"), text(arguments, "reason")
    opened.store.writer.do(lambda transaction: cancel(transaction, opened.queue, step, reason, who))
    return {"step": step}


def set_numbers(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Let control numbers go on at another one."""
    key, following, reason = stream_of(arguments), number(arguments, "next"), text(arguments, "reason")
    anew = yes(arguments, "new_cycle")

    def change(transaction: Transaction) -> Answer:
        return dict(set_next(transaction, key, following, reason, actor_id(transaction, who), new_cycle=anew))

    return changed_once(opened, "set-numbers", arguments, change)


def take_number(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Take the next control number for a document that is sent by other means than the gateway."""
    key, reason = stream_of(arguments), text(arguments, "reason")

    def change(transaction: Transaction) -> Answer:
        given = allot(transaction, key, BY_HAND)
        names: dict[str, str | int] = {
            "sender": key.sender,
            "receiver": key.receiver,
            "function": key.function.value,
            "number": given,
        }
        entry = Entry("control-number-taken", actor_id(transaction, who), details={**names, "reason": reason})
        transaction.record(entry)
        return {**names, "written": key.function.written(given)}

    return changed_once(opened, "take-number", arguments, change)


def stream_of(arguments: Arguments) -> StreamKey:
    """The stream that a command names. Raises `UsageError`."""
    function = text(arguments, "function")
    if function not in set(Function):
        known = ", ".join(each.value for each in Function)
        raise UsageError(f"Control numbers are counted for {known}; `{function}` is none of them")
    return StreamKey(text(arguments, "sender"), text(arguments, "receiver"), Function(function))


def acknowledge_alert(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Take an alert off the list."""
    wanted = text(arguments, "alert")

    def change(transaction: Transaction) -> Answer:
        return dict(acknowledge(transaction, wanted, actor_id(transaction, who)))

    return opened.store.writer.do(change)


def take_backup(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Take a backup into a new folder, beside everything else that goes on."""
    folder = Path(text(arguments, "folder"))
    try:
        report = back_up(opened.store.parts, opened.root, folder)
    except StorageDoubtError:
        raise
    except StoreError as fault:
        raised = alert("backup-failed", "store", str(fault))
        opened.store.writer.do(lambda transaction: raise_alert(transaction, raised, opened.notices))
        raise
    opened.store.writer.do(lambda transaction: enter_backup(transaction, report, who))
    return {
        "folder": str(report.folder),
        "taken_at": report.taken_at,
        "epoch": report.epoch,
        "leaves": report.leaves,
        "root": report.root,
        "messages": report.messages,
        "files": report.files,
        "size": report.size,
        "keys": list(report.keys),
    }
