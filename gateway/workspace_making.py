"""Makes a workspace: its folders, settings and keys. What is there already is never overwritten.

While it is made, a hidden file tells so; a stop at any point leaves either a folder that may be begun anew or
that file, and the next call makes what is still missing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from gateway.errors import UsageError
from gateway.store.disk import OWNER_ONLY_FILE, Disk, OpenFile
from gateway.workspace import (
    DATA_FOLDERS,
    KEYS_FOLDER,
    LEDGER_KEY,
    SETTINGS_FILE,
    VAR,
    WORKSPACE_KEY,
    is_workspace,
)

__all__ = ["Contents", "Made", "is_unfinished", "make_folders", "make_workspace"]

MARKER = ".gateway-init"
MARKER_TEXT = "This workspace is being made. If nobody is at it any more, `gateway init` makes the rest.\n"
FOLDERS = (*DATA_FOLDERS, "inbound", "outbound")
STATE_FOLDERS = (VAR, KEYS_FOLDER)  # the owner's alone
PASSED_OVER_BY_GIT = (f"{VAR}/.gitignore", "*\n")
KEPT_BY_GIT = ".gitkeep"  # git leaves empty folders out, and without them a copy is no workspace
ANY_READER = 0o644
OF_THE_FILE_SYSTEM = frozenset({"lost+found"})
SHOWN = 3  # names of files in a message


class Contents(NamedTuple):
    """The texts of the files that a new workspace begins with; the keys are secrets.

    `samples`: files of sample partners, by path.
    """

    settings: str
    workspace_key: str
    ledger_key: str
    samples: Mapping[str, str] = MappingProxyType({})

    def __repr__(self) -> str:
        return "Contents(***)"


class Made(NamedTuple):
    """The files and folders that were made, relative to the workspace, and whether an earlier call began it.

    A file that an earlier call had written is kept: then it is not in `made`, and the text handed in is not
    used. Settings are written before keys, so a key that bears the ledger's name can be made for the name in
    the settings that are there.
    """

    made: tuple[str, ...]
    finished: bool


def make_workspace(
    folder: Path, contents: Contents, disk: Disk, last: Callable[[], None] = lambda: None
) -> Made:
    """Makes a workspace of the folder, which may be missing, empty, or hold hidden files only.

    `last` makes what else belongs to a whole one; it may find that an earlier call has done so already.
    Everything is on the disk when it returns. A folder that a stopped call left is made whole. Raises
    `UsageError` when the folder is a workspace or holds something else, `StoreError` when the disk refuses.
    """
    unfinished = is_unfinished(folder)
    if not unfinished:
        _refuse_unless_free(folder)
    _make_with_parents(folder, disk)
    made: list[str] = []
    with _marked(folder, disk):
        made += make_folders(folder, disk)
        for name, text, mode in _files(contents):
            if not os.path.lexists(folder / name):
                _make_with_parents((folder / name).parent, disk)
                disk.replace(folder / name, text.encode(), mode)
                made.append(name)
        if unfinished:  # the earlier call may have been stopped between a change and its sync
            for name in ("", *FOLDERS, *STATE_FOLDERS):
                disk.sync_folder(folder / name)
        last()
    return Made(tuple(made), unfinished)


def is_unfinished(folder: Path) -> bool:
    """Whether a workspace was begun in the folder and is not whole."""
    return os.path.lexists(folder / MARKER)


def make_folders(folder: Path, disk: Disk) -> list[str]:
    """Makes the folders of a workspace that are missing, and gives their names; its state is the owner's."""
    missing = [name for name in (*FOLDERS, *STATE_FOLDERS) if not (folder / name).is_dir()]
    for name in missing:
        if name in STATE_FOLDERS:
            disk.make_folder(folder / name)
        else:
            _make_folder(folder / name, disk)
    return missing


def _files(contents: Contents) -> Iterator[tuple[str, str, int]]:
    """Each file with its text and mode. That git passes over the state is said before there are keys."""
    yield *PASSED_OVER_BY_GIT, ANY_READER
    for name in FOLDERS:
        yield f"{name}/{KEPT_BY_GIT}", "", ANY_READER
    for name, text in contents.samples.items():
        yield name, text, ANY_READER
    yield SETTINGS_FILE, contents.settings, ANY_READER
    yield WORKSPACE_KEY, contents.workspace_key, OWNER_ONLY_FILE
    yield LEDGER_KEY, contents.ledger_key, OWNER_ONLY_FILE


def _refuse_unless_free(folder: Path) -> None:
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise UsageError(f"{folder} is a file; name a folder for the workspace") from None
    except OSError as fault:
        raise UsageError(f"{folder} cannot be read: {fault.strerror}; name another folder") from fault
    if is_workspace(folder) or SETTINGS_FILE in names:
        raise UsageError(f"{folder} is a workspace already; nothing was changed")
    found = [name for name in names if not name.startswith(".") and name not in OF_THE_FILE_SYSTEM]
    if found:
        few = ", ".join(found[:SHOWN]) + (", …" if len(found) > SHOWN else "")
        raise UsageError(f"{folder} is not empty: it holds {few}; name a new or an empty folder")


def _make_with_parents(folder: Path, disk: Disk) -> None:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        _make_folder(each, disk)


def _make_folder(folder: Path, disk: Disk) -> None:
    """Unlike folders of the state, these are open to whom the user lets in."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as fault:
        raise UsageError(f"The folder {folder} cannot be made: {fault.strerror}") from fault
    disk.sync_folder(folder.parent)


@contextlib.contextmanager
def _marked(folder: Path, disk: Disk) -> Iterator[None]:
    """Marks the folder as unfinished until the body has ended well. Two calls at once are told apart."""
    marker = folder / MARKER
    file = _opened(marker, disk)
    try:
        _lock(file, folder)
        disk.write(file, MARKER_TEXT.encode())
        disk.sync(file)
        disk.sync_folder(folder)
        yield
        disk.remove(marker)
        disk.sync_folder(folder)
    finally:
        disk.close(file)


def _opened(marker: Path, disk: Disk) -> OpenFile:
    if not os.path.lexists(marker):
        return disk.open_new(marker)
    try:
        return OpenFile(os.open(marker, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC), marker)
    except OSError as fault:
        raise UsageError(f"{marker} cannot be opened: {fault.strerror}; remove it and begin anew") from fault


def _lock(file: OpenFile, folder: Path) -> None:
    try:
        fcntl.flock(file.number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        raise UsageError(
            f"Another program is making {folder} a workspace; wait until it has ended"
        ) from fault
