"""The files that spreadsheets are made of and checked in to: tables, code lists and cross-references."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from gateway.errors import DataFileError, Mistake, UsageError
from gateway.suggestions import suggestion

if TYPE_CHECKING:
    from gateway.bootstrap import Library

__all__ = ["TableFile", "check_changed", "files_named", "known_files", "place_to_write", "table_file"]

SUFFIXES = (".csv", ".yaml", ".yml")


class TableFile(msgspec.Struct, frozen=True):
    """A file as it lies there: its path in the workspace, its text with all its signs, its digest."""

    file: str
    text: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, in hexadecimal digits."""
        return hashlib.sha256(self.data).hexdigest()


def known_files(library: Library) -> tuple[str, ...]:
    """Every table, overlay, code list and cross-reference, those of partners too."""
    return tuple(
        sorted((*_shared(library), *(each for p in library.partner_names for each in _own(library, p))))
    )


def _shared(library: Library) -> Iterator[str]:
    for file in (*library.mapping_texts, *library.crossref_files()):
        if file.endswith(SUFFIXES):
            yield file


def _own(library: Library, partner: str) -> Iterator[str]:
    for file in (*library.overlay_texts(partner), *library.crossref_files(partner)):
        if file.endswith(SUFFIXES):
            yield file


def files_named(library: Library, names: list[str], partner: str | None) -> tuple[str, ...]:
    """The files that are meant by names, paths and folders, each once, in the order they are named.

    With a partner names are those of its own files. `UsageError` for one that means none, or several.
    """
    every = known_files(library)
    near = tuple(_shared(library)) if partner is None else tuple(_own(library, partner))
    found: dict[str, None] = {}
    for name in names:
        path = name.rstrip("/")
        held = [file for file in every if file == path or file.startswith(f"{path}/")]
        held = held or [file for file in near if PurePosixPath(file).stem == name]
        if not held:
            whose = f"the partner {partner} has" if partner is not None else "there is"
            known = {PurePosixPath(file).stem for file in near}
            raise UsageError(
                f"{whose} no table, code list or cross-reference {name[:80]}{suggestion(name, known)}; "
                "`gateway mappings list` shows the tables, and a path such as mappings/codes takes them all"
            )
        if len(held) > 1 and not held[0].startswith(f"{path}/"):
            raise UsageError(f"{name} is the name of several files; name one by its path: {', '.join(held)}")
        found |= dict.fromkeys(held)
    return tuple(found)


def table_file(library: Library, file: str) -> TableFile:
    """The file as it lies there. Raises `UsageError` when it cannot be read, `DataFileError` if not UTF-8."""
    path = library.workspace.path(file)
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise UsageError(f"{file} cannot be read: {fault.strerror}; check {path}") from fault
    try:
        return TableFile(file, data.decode(), data)
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        text = f"byte {data[fault.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise DataFileError(((file, line, text),)) from fault


def check_changed(library: Library, changed: Mapping[str, str]) -> tuple[Mistake, ...]:
    """The mistakes that `gateway mappings check` would tell if these files had these texts."""
    from gateway.mapping.check import check_mappings

    def now(texts: Mapping[str, str]) -> dict[str, str]:
        return {file: changed.get(file, text).removeprefix("\ufeff") for file, text in texts.items()}

    agreements = []
    for name in library.partner_names:
        held = library.agreement(name)
        agreements.append(
            msgspec.structs.replace(held, overlays=now(held.overlays), crossrefs=now(held.crossrefs))
        )
    texts, crossrefs = now(library.mapping_texts), now(library.crossref_texts())
    return check_mappings(texts, library.mapping_ground, agreements, crossrefs)


def place_to_write(library: Library, file: str) -> Path:
    """Where the workspace has the file, or is to have it in place of the shipped one."""
    root = library.workspace.root
    if root is None:
        raise UsageError(
            "there is no workspace here to check in to; "
            "change to the folder that holds partners/ and mappings/"
        )
    return root / PurePosixPath(file)
