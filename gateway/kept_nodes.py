"""YAML that was read once: its nodes are kept in the cache, so that an unchanged file is not parsed again.

To load the parser of YAML and to read one table with it takes longer than to check a small document.
"""

from __future__ import annotations

from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from gateway import __version__
from gateway.code_cache import CodeCache, content_key
from gateway.errors import Mistake
from gateway.formats import yaml_nodes
from gateway.formats.yaml_nodes import Mapping, pack, read_nodes, unpack

__all__ = ["KeptNodes"]

READER = "yaml_reader.py"
PARSER = "ruamel.yaml"


class KeptNodes:
    """Reads YAML as `read_nodes` does; files without a mistake are kept under a digest of their text."""

    def __init__(self, cache: CodeCache | None) -> None:
        self._cache = cache

    def read(self, file: str, text: str, keys: str) -> tuple[Mapping | None, list[Mistake]]:
        """See `read_nodes`; mistakes are found anew each time."""
        if self._cache is None:
            return read_nodes(file, text, keys)
        key = content_key(b"nodes", self._program, text.encode())
        kept = self._cache.load(key)
        nodes = unpack(kept) if kept is not None else None
        if nodes is not None:
            return nodes, []
        nodes, mistakes = read_nodes(file, text, keys)
        packed = pack(nodes) if nodes is not None and not mistakes else None
        if packed is not None:
            self._cache.store(key, packed)
        return nodes, mistakes

    @cached_property
    def _program(self) -> bytes:
        """The program that reads YAML: what another version of it, or of the parser, read is not taken."""
        nodes = Path(yaml_nodes.__file__)
        parser = find_spec(PARSER)
        told = [parser.origin] if parser is not None and parser.origin is not None else []
        paths = [nodes, nodes.with_name(READER), *map(Path, told)]  # the parser's own file tells its version
        return b"".join((__version__.encode(), *(path.read_bytes() for path in paths)))
