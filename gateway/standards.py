"""The definitions of X12 that a workspace has: all that checking and acknowledging an X12 file needs.

They stand apart from the rest of a workspace so that `gateway validate` starts without the mapping tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath

import gateway.schema
from gateway import __version__
from gateway.code_cache import content_key
from gateway.formats.x12 import definitions
from gateway.formats.x12.definitions import Release
from gateway.schema.load import InstalledReleases, lineage, load_envelope, load_release
from gateway.schema.packed import pack, unpack
from gateway.schema.validator import Validator
from gateway.workspace import Workspace

X12_SCHEMAS = "schemas/x12"


class Standards:
    """The X12 definitions of a workspace, read when they are first asked for; faulty: `DataFileError`."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @cached_property
    def x12_texts(self) -> dict[str, str]:
        """The schema files of X12 by path."""
        return self.workspace.texts(X12_SCHEMAS)

    @cached_property
    def releases(self) -> InstalledReleases:
        """The installed releases of X12, each read when it is first asked for."""
        return InstalledReleases(self.x12_texts, self._release)

    @cached_property
    def envelope(self) -> Release:
        """The segments of X12 envelopes, which belong to no release."""
        return self._kept("", load_envelope)

    @cached_property
    def validator(self) -> Validator:
        """The checks of X12 against every installed release."""
        return Validator(self.releases, self.envelope)

    def _release(self, name: str) -> Release:
        return self._kept(name, lambda texts: load_release(texts, name))

    def _kept(self, name: str, read: Callable[[Mapping[str, str]], Release]) -> Release:
        """A release (the envelope when it has no name) out of the cache, or read from its files and kept."""
        folders = {X12_SCHEMAS, *(f"{X12_SCHEMAS}/{each}" for each in lineage(self.x12_texts, name))}
        texts = {
            path: text for path, text in self.x12_texts.items() if str(PurePosixPath(path).parent) in folders
        }
        cache = self.workspace.code_cache
        if cache is None:
            return read(texts)
        said = (part.encode() for each in texts.items() for part in each)
        key = content_key(b"definitions", name.encode(), self._program, *said)
        kept = cache.load(key)
        release = unpack(kept) if kept is not None else None
        if release is None:
            release = read(texts)
            cache.store(key, pack(release))
        return release

    @cached_property
    def _program(self) -> bytes:
        """The program that reads definitions: what another version of it made of them is not taken."""
        folder = Path(gateway.schema.__file__).parent
        paths = [*sorted(folder.glob("*.py")), Path(definitions.__file__)]
        return b"".join((__version__.encode(), *(path.read_bytes() for path in paths)))
