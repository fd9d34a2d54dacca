"""What a person changes by hand: steps of the queue, control numbers, alerts; and backups."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gateway.bootstrap import Library
from gateway.errors import StorageDoubtError, StoreError, UsageError
from gateway.service.commands.arguments import Arguments, number_or_none, text, yes
from gateway.service.commands.once import changed_once
from gateway.service.connection.frames import Answer
from gateway.service.opened import Opened
from gateway.store.alerts import acknowledge, alert, raise_alert
from gateway.store.backup.taking import back_up, enter_backup
from gateway.store.control_numbers.allotting import take
from gateway.store.control_numbers.history import state_of
from gateway.store.control_numbers.names import Function, StreamKey, refuse_alike
from gateway.store.control_numbers.setting import Setting, set_stream
from gateway.store.people import Who, actor_id
from gateway.store.queue.operators import again, cancel
from gateway.store.writing.transaction import Transaction
from gateway.workspace import Workspace


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
    """Let control numbers go on at another one, or within other limits, or begin."""
    key, reason = stream_of(arguments), text(arguments, "reason")
    following, first, last = (number_or_none(arguments, name) for name in ("next", "first", "last"))
    setting = Setting(following, first, last, yes(arguments, "new_cycle"), yes(arguments, "new"))
    if setting == Setting():
        raise UsageError("Say what is to change: the next number, the first or the last one, or a new cycle")
    _refuse_alike_partners(opened, key, setting.new)

    def change(transaction: Transaction) -> Answer:
        return dict(set_stream(transaction, key, setting, reason, actor_id(transaction, who)))

    return changed_once(opened, "set-numbers", arguments, change)


def take_number(opened: Opened, arguments: Arguments, who: Who, parts: Iterable[bytes]) -> Answer:
    """Take the next control number for a document that is sent by other means than the gateway."""
    key, reason, new = stream_of(arguments), text(arguments, "reason"), yes(arguments, "new")
    _refuse_alike_partners(opened, key, new)

    def change(transaction: Transaction) -> Answer:
        given = take(transaction, key, reason, actor_id(transaction, who), new=new)
        names = {"sender": key.sender, "receiver": key.receiver, "function": key.function.value}
        return {**names, "number": given, "written": key.function.written(given)}

    return changed_once(opened, "take-number", arguments, change)


def _refuse_alike_partners(opened: Opened, key: StreamKey, new: bool) -> None:
    """See that a stream that is to begin names no partner in another spelling. Raises `UsageError`."""
    if not new:
        return
    with opened.store.database.reading() as connection:
        if state_of(connection, key) is not None:
            return
    library = Library(Workspace(opened.root))
    partners = [library.partner(name) for name in library.partner_names]
    sides = [side for partner in partners for side in (partner.partner, partner.own)]
    refuse_alike(key, [f"{side.qualifier}/{side.id}" for side in sides if side is not None])


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
