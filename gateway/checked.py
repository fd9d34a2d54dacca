"""Every mistake of a workspace at once, from its settings to its cross-references."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from gateway.bootstrap import Library
from gateway.errors import DataFileError, Mistake
from gateway.mapping.check import check_mappings
from gateway.schema.check import check as check_schemas
from gateway.settings import read_settings
from gateway.standards import X12_SCHEMAS
from gateway.workspace import SETTINGS_FILE

__all__ = ["Checked", "check_workspace"]


class Checked(msgspec.Struct, frozen=True):
    """How many files were looked at, and every mistake by file and line."""

    files: int
    mistakes: tuple[Mistake, ...]


def check_workspace(library: Library) -> Checked:
    """Every mistake in the data files of a workspace, and in those we ship where it has none of its own."""
    mistakes = _settings(library.workspace.root)
    unsound = check_schemas(library.workspace.texts(X12_SCHEMAS))
    mistakes += unsound
    for each in (_guides, _tables, _partners):
        if not unsound:  # they are held against definitions that are sound
            mistakes += _told(each, library)
    ordered = sorted(dict.fromkeys(mistakes))
    return Checked(_count(library), tuple(ordered))


def _settings(root: Path | None) -> list[Mistake]:
    if root is None:
        return []
    try:
        read_settings(root)
    except DataFileError as fault:
        return list(fault.mistakes)
    return []


def _told(find: Callable[[Library], Iterable[Mistake]], library: Library) -> list[Mistake]:
    """What one check finds, or the mistakes without which it cannot begin."""
    try:
        return list(find(library))
    except DataFileError as fault:
        return list(fault.mistakes)


def _guides(library: Library) -> Iterable[Mistake]:
    for name in library.partner_names:
        yield from library.guide_mistakes(name)


def _tables(library: Library) -> Iterable[Mistake]:
    agreements = [library.agreement(name) for name in library.partner_names]
    return check_mappings(library.mapping_texts, library.mapping_ground, agreements, library.crossref_texts())


def _partners(library: Library) -> Iterable[Mistake]:
    for name in library.partner_names:
        yield from library.read_partner(name).mistakes
    yield from library.mistakes_across()


def _count(library: Library) -> int:
    root = library.workspace.root
    settings = root is not None and (root / SETTINGS_FILE).exists()
    folders = ("schemas", "mappings", "partners")
    return settings + sum(len(library.workspace.list(folder)) for folder in folders)
