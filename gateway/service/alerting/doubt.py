"""That the disk could not be trusted is told at the next start: the process that saw it ends at once."""

from __future__ import annotations

import threading
from pathlib import Path

from gateway.attempt import attempt
from gateway.errors import StorageDoubtError
from gateway.one_line import one_line
from gateway.service.opened import Opened
from gateway.store.alerts import LONGEST_TEXT, alert, raise_alert
from gateway.store.disk import Disk
from gateway.workspace import VAR

NAME = "doubt"
PATIENCE = 1.0  # seconds; a disk that hangs must not keep the process from ending


def note_doubt(folder: Path, disk: Disk, doubt: StorageDoubtError) -> None:
    """Leave a note in `var/`, if the disk still takes one; nothing depends on it, and nothing is synced."""
    writing = threading.Thread(target=lambda: attempt(lambda: _write(folder, disk, doubt)), daemon=True)
    writing.start()
    writing.join(PATIENCE)


def tell_of_doubt(opened: Opened) -> None:
    """Put what an earlier process noted on the list of alerts. Raises `StoreError`."""
    path, disk = opened.root / VAR / NAME, opened.around.disk
    if not disk.exists(path):
        return
    said = b"".join(disk.read(path)).decode("utf-8", "replace")
    raised = alert("storage-doubt", "var", said or "The note of it is empty; see the log.")
    opened.store.writer.do(lambda transaction: raise_alert(transaction, raised, opened.notices))
    disk.remove(path)
    disk.sync_folder(path.parent)


def _write(folder: Path, disk: Disk, doubt: StorageDoubtError) -> None:
    disk.remove(folder / NAME)
    file = disk.open_new(folder / NAME)
    try:
        disk.write(file, one_line(str(doubt), LONGEST_TEXT).encode())
    finally:
        disk.close(file)
