"""Loads the guides of one partner: each file bound to every release it names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from gateway.errors import Mistake
from gateway.formats.x12.definitions import Release
from gateway.schema.guides.model import Guide
from gateway.schema.guides.narrow import Narrowed, narrowed
from gateway.schema.guides.read import SHOWN, read_guide
from gateway.suggestions import suggestion


def load_guides(
    files: Mapping[str, str], releases: Mapping[str, Release]
) -> tuple[dict[tuple[str, str], Narrowed], tuple[Mistake, ...]]:
    """The narrowed sets by release and set, and every mistake; `files` are texts by path in the workspace."""
    loaded: dict[tuple[str, str], Narrowed] = {}
    mistakes: list[Mistake] = []
    for name in sorted(files):
        path = PurePosixPath(name)
        if path.suffix != ".yaml":
            mistakes.append((name, 0, "is not read; a guide is a file such as 850.yaml"))
            continue
        guide, found = read_guide(name, files[name])
        mistakes += found
        if guide.set and path.stem.partition("-")[0] != guide.set:
            text = f"is a guide to the {guide.set[:SHOWN]}; name the file {guide.set[:SHOWN]}.yaml"
            mistakes.append((name, 0, text))
        for release in guide.releases:
            mistakes += _load(guide, release, releases, loaded)
    return loaded, tuple(dict.fromkeys(mistakes))


def _load(
    guide: Guide,
    release: str,
    releases: Mapping[str, Release],
    loaded: dict[tuple[str, str], Narrowed],
) -> list[Mistake]:
    known = releases.get(release)
    if known is None:
        text = f"is for release {release[:SHOWN]}, which is not installed{suggestion(release, releases)}"
        return [(guide.file, 0, text)]
    definition = known.sets.get(guide.set)
    if definition is None:
        hint = suggestion(guide.set, known.sets)
        text = f"is for the set {guide.set[:SHOWN]}, which {release} does not have{hint}"
        return [(guide.file, 0, text)] if guide.set else []
    before = loaded.get((release, guide.set))
    if before is not None:
        text = (
            f"is a second guide to the {guide.set} of {release}, beside {before.guide.file}; keep one of them"
        )
        return [(guide.file, 0, text)]
    loaded[release, guide.set], mistakes = narrowed(guide, definition)
    return mistakes
