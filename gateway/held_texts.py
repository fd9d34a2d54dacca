"""A workspace as it was at one moment: its texts are held, whatever happens to its files meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from gateway.code_cache import CodeCache
from gateway.errors import UsageError
from gateway.workspace import DATA_FOLDERS, Workspace


class HeldTexts(Workspace):
    """The texts of a workspace by relative path, defaults included; generated code goes to `cache`."""

    def __init__(self, texts: Mapping[str, str], cache: CodeCache | None = None) -> None:
        """Nothing is read from the disk any more."""
        super().__init__()
        self._texts = dict(sorted(texts.items()))
        self._cache = cache

    @property
    def code_cache(self) -> CodeCache | None:
        """The cache that was handed in."""
        return self._cache

    def list(self, folder: str, pattern: str = "**/*") -> tuple[str, ...]:
        """As `Workspace.list`."""
        fits = _compiled(f"{folder}/{pattern}")
        return tuple(path for path in self._texts if fits.fullmatch(path))

    def texts(self, folder: str, pattern: str = "**/*", apart_from: str | None = None) -> dict[str, str]:
        """As `Workspace.texts`."""
        found = self.list(folder, pattern)
        return {
            path: self._texts[path]
            for path in found
            if apart_from is None or not path.startswith(f"{apart_from}/")
        }

    def read(self, relative: str) -> str:
        """As `Workspace.read`."""
        if relative not in self._texts:
            raise UsageError(f"There was no file {relative} when the configuration was taken")
        return self._texts[relative]

    @cached_property
    def held(self) -> Mapping[str, str]:
        """All texts by path."""
        return self._texts


def all_texts(workspace: Workspace) -> dict[str, str]:
    """Every text of a workspace that a translation may depend on. Raises as `Workspace.texts` does."""
    return {path: text for folder in DATA_FOLDERS for path, text in workspace.texts(folder).items()}


def _compiled(pattern: str) -> re.Pattern[str]:
    """A glob of whole paths: `**/` is any folders or none, `*` anything within a name."""
    parts = re.split(r"(\*\*/|\*)", pattern)
    words = {"**/": "(?:.*/)?", "*": "[^/]*"}
    return re.compile("".join(words.get(part, re.escape(part)) for part in parts))
