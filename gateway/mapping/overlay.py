"""Overlays: a second file with the same grammar that replaces, adds or takes away rows of a table."""

from __future__ import annotations

import msgspec

from gateway.errors import Mistake
from gateway.mapping.plan import Block, Derivation, Entry, Removal, Table
from gateway.suggestions import suggestion

__all__ = ["merge_tables"]

_MERGED = ("rows", "derived", "crossrefs", "order")


def merge_tables(base: Table, change: Table, mistakes: list[Mistake]) -> Table:
    """`base` with `change` on top; every row keeps the file and line it came from.

    Same path replaces, in its old position; a new path is added at the end; `null` takes away; blocks merge
    by their key, cross-references and what is taken from the order by the records they are for. A removal
    of something that is not there is a
    mistake.
    """
    heads = {
        **base.heads,
        **{head: at for head, at in change.heads.items() if head not in _MERGED},
    }
    return msgspec.structs.replace(
        base,
        root=_merge_blocks(base.root, change.root, mistakes),
        derived=_merge_derived(base.derived, change.derived, mistakes),
        crossrefs={**base.crossrefs, **change.crossrefs},
        order={**base.order, **change.order},
        settings=change.settings,
        shape=change.shape or base.shape,
        via=change.via or base.via,
        overlays=(*base.overlays, change.origin.file),
        heads=heads,
    )


def _merge_blocks(base: Block, change: Block, mistakes: list[Mistake]) -> Block:
    entries: dict[str, Entry] = {entry.key: entry for entry in base.entries}
    for entry in change.entries:
        old = entries.get(entry.key)
        if isinstance(entry, Removal):
            if old is None:
                hint = suggestion(entry.key, entries)
                text = f"`{entry.key}` cannot be taken away: the table has no such row{hint}"
                mistakes.append((entry.origin.file, entry.origin.line, text))
            entries.pop(entry.key, None)
        elif isinstance(entry, Block) and isinstance(old, Block):
            entries[entry.key] = _merge_blocks(old, entry, mistakes)
        else:
            if isinstance(entry, Block) and entry.at is None:
                text = f"block `{entry.key}` is new here and has no `at`{suggestion(entry.key, entries)}"
                mistakes.append((entry.origin.file, entry.origin.line, text))
            entries[entry.key] = entry
    return msgspec.structs.replace(
        base,
        at=change.at or base.at,
        writes=change.writes or base.writes,
        entries=tuple(entries.values()),
    )


def _merge_derived(
    base: tuple[Derivation, ...], change: tuple[Derivation, ...], mistakes: list[Mistake]
) -> tuple[Derivation, ...]:
    derived = {str(item.place): item for item in base}
    for item in change:
        key = str(item.place)
        if item.removed and key not in derived:
            text = f"`{key}` cannot be taken away: the table derives no such place{suggestion(key, derived)}"
            mistakes.append((item.origin.file, item.origin.line, text))
        derived[key] = item
    return tuple(item for item in derived.values() if not item.removed)
