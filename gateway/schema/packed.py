"""A release as bytes for a cache, and back: many times as fast as reading its files again.

The bytes are a pickle, since only that keeps an element that many segments share one object. What could run a
program in one is shut out: nothing but the classes of `gateway.formats.x12.definitions` comes from it.
"""

from __future__ import annotations

import io
import pickle

from gateway.formats.x12 import definitions
from gateway.formats.x12.definitions import Release

_CLASSES = {
    each.__name__: each
    for each in (
        definitions.CodeList,
        definitions.Composite,
        definitions.Element,
        definitions.ElementUse,
        definitions.Loop,
        definitions.Release,
        definitions.Requirement,
        definitions.Segment,
        definitions.SegmentUse,
        definitions.SetDefinition,
        definitions.SyntaxNote,
    )
}
_BROKEN = (
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    ImportError,
    IndexError,
    KeyError,
    MemoryError,
    OverflowError,
    TypeError,
    ValueError,
)


def pack(release: Release) -> bytes:
    """The release as bytes that `unpack` takes."""
    return pickle.dumps(release, protocol=5)


def unpack(data: bytes) -> Release | None:
    """The release that `pack` made these bytes of; None when they hold anything else."""
    try:
        release = _Definitions(io.BytesIO(data)).load()
    except _BROKEN:
        return None
    return release if isinstance(release, Release) else None


class _Definitions(pickle.Unpickler):
    """Takes definitions alone out of a pickle."""

    def find_class(self, module: str, name: str) -> object:
        if module != definitions.__name__ or name not in _CLASSES:
            raise pickle.UnpicklingError(f"{module}.{name} is no definition")
        return _CLASSES[name]
