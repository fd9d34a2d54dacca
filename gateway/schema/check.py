"""Checks the data of `schemas/x12` and says which code lists are whole: `gateway schemas check`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

import msgspec

from gateway.errors import Mistake
from gateway.formats.x12.definitions import Composite, ElementUse, Release, Requirement, Segment
from gateway.schema.lines import read_lines
from gateway.schema.load import ENVELOPE, FOLDER, build_envelope, build_release, releases
from gateway.suggestions import suggestion

PARTS = ("elements", "codes", "segments", "release")


class CodeListUse(msgspec.Struct, frozen=True):
    """A code list, how many codes it has, and where its element stands, such as BEG02 or REF04-01."""

    element: str
    name: str
    whole: bool
    count: int
    places: tuple[str, ...]


def check(files: Mapping[str, str]) -> tuple[Mistake, ...]:
    """Every mistake in the files of `schemas/x12`, each once, by file and line.

    `files` are texts by path in the workspace, as for `load_release`.
    """
    envelope, found = build_envelope(files)
    found += _consistent(ENVELOPE, files, envelope)
    for release in releases(files):
        built, mistakes = build_release(files, release)
        found += mistakes
        found += _consistent(f"{FOLDER}/{release}/segments.yaml", files, built)
        found += _sets(files, built)
    found += _strangers(files)
    return tuple(sorted(set(found)))


def code_lists(release: Release) -> tuple[CodeListUse, ...]:
    """Every code list that segments of the release use, in the order of the element numbers."""
    places: dict[str, list[str]] = {}
    for segment in release.segments.values():
        for place, number in _places(segment):
            places.setdefault(number, []).append(place)
    return tuple(
        CodeListUse(
            number, element.name, element.codes.whole, len(element.codes.codes), tuple(places[number])
        )
        for number, element in sorted(release.elements.items(), key=lambda item: item[0].rjust(4))
        if element.codes is not None and number in places
    )


def partial_lists(release: Release) -> tuple[CodeListUse, ...]:
    """The code lists in which a missing code is a remark and no error."""
    return tuple(row for row in code_lists(release) if not row.whole)


def _places(segment: Segment) -> Iterator[tuple[str, str]]:
    for position, use in enumerate(segment.uses, 1):
        place = f"{segment.tag}{position:02d}"
        if isinstance(use.content, Composite):
            for component, part in enumerate(use.content.components, 1):
                yield f"{place}-{component:02d}", part.content.number
        else:
            yield place, use.content.number


def _consistent(file: str, files: Mapping[str, str], release: Release) -> list[Mistake]:
    """An element is conditional exactly because a syntax note names it.

    What comes from the base of the release is judged in the file of the base.
    """
    if file not in files:
        return []
    root, _ = read_lines(file, files[file])
    lines = {line.text: line.number for section in root.children for line in section.children}
    found: list[Mistake] = []
    composites: dict[str, Composite] = {}
    for segment in release.segments.values():
        composites.update(
            (use.content.number, use.content) for use in segment.uses if isinstance(use.content, Composite)
        )
        found += [
            (file, lines[segment.tag], text)
            for text in _conditions(segment.tag, segment.uses, segment)
            if segment.tag in lines
        ]
    for number, composite in composites.items():
        found += [
            (file, lines[number], text)
            for text in _conditions(number, composite.components, composite)
            if number in lines
        ]
    return found


def _conditions(name: str, uses: tuple[ElementUse, ...], owner: Segment | Composite) -> Iterator[str]:
    named = {position for note in owner.notes for position in note.positions}
    for position, use in enumerate(uses, 1):
        if use.requirement is Requirement.CONDITIONAL and position not in named:
            yield (
                f"makes position {position:02d} of {name} conditional (X), but none of its notes names it; "
                "write O, or add the note"
            )


def _sets(files: Mapping[str, str], release: Release) -> Iterator[Mistake]:
    for stem, definition in release.sets.items():
        file = f"{FOLDER}/{release.release}/{stem}.yaml"
        root, _ = read_lines(file, files[file])
        for key, value, number in (("set", definition.set, "143"), ("group", definition.group, "479")):
            line = root.find(key)
            element = release.elements.get(number)
            known = element.codes.codes if element is not None and element.codes is not None else {}
            if line is not None and value and value not in known:
                text = (
                    f"has the {key} {value}, which element {number} does not list{suggestion(value, known)}"
                )
                yield file, line.number, text
        if definition.set and definition.set != stem:
            line = root.find("set")
            yield (
                file,
                line.number if line else 0,
                f"defines set {definition.set}; name the file {definition.set}.yaml",
            )
    if not release.sets:
        yield f"{FOLDER}/{release.release}", 0, "defines no transaction set; add one, such as 850.yaml"


def _strangers(files: Mapping[str, str]) -> Iterator[Mistake]:
    for name in files:
        path = PurePosixPath(name)
        if not path.is_relative_to(FOLDER) or name == ENVELOPE:
            continue
        read = path.suffix == ".yaml" and (path.stem in PARTS or path.stem.isdigit())
        if not read or str(path.parent.parent) != FOLDER:
            hint = suggestion(path.stem, PARTS)
            yield name, 0, f"is not read: neither a set such as 850.yaml nor a part of a release{hint}"
