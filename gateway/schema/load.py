"""Reads the definitions of `schemas/x12`: the envelope, and releases with their elements, segments and sets.

Pure: the caller hands in the texts of the files, keyed by their path in the workspace, such
as `schemas/x12/004010/850.yaml`. `docs/schemas.md` describes the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from gateway.errors import DataFileError, Mistake
from gateway.formats.x12.definitions import Element, Release, Segment, SetDefinition
from gateway.schema.dictionary import read_codes, read_elements, with_codes
from gateway.schema.directory import read_composites, read_segments
from gateway.schema.lines import Line, read_lines
from gateway.schema.sets import read_set

FOLDER = "schemas/x12"
ENVELOPE = f"{FOLDER}/envelope.yaml"


def load_envelope(files: Mapping[str, str]) -> Release:
    """The service segments ISA ISB ISE TA1 GS ST SE GE IEA, which belong to no release, as one without sets.

    ISA11 is defined as it stands up to version 00401 (the code U); from 00402 on it holds the repetition
    separator. GS04 is defined as it stands from 004010 on (eight digits).
    Raises DataFileError with every mistake of the file.
    """
    envelope, mistakes = build_envelope(files)
    if mistakes:
        raise DataFileError(tuple(mistakes))
    return envelope


def load_release(files: Mapping[str, str], release: str) -> Release:
    """A release such as 004010 with all its sets. Raises DataFileError with every mistake of its files."""
    built, mistakes = build_release(files, release)
    if mistakes:
        raise DataFileError(tuple(mistakes))
    return built


def releases(files: Mapping[str, str]) -> tuple[str, ...]:
    """The releases that have files, in order."""
    folders = (PurePosixPath(name).parent for name in files)
    return tuple(sorted({folder.name for folder in folders if str(folder.parent) == FOLDER}))


def build_envelope(files: Mapping[str, str]) -> tuple[Release, list[Mistake]]:
    """The envelope with what can be read of it, and the mistakes."""
    root, mistakes = _read(files, ENVELOPE)
    elements = _dictionary(ENVELOPE, root.find("elements"), ENVELOPE, root.find("codes"), mistakes)
    segments = _section(root, "segments", ENVELOPE, mistakes)
    known = read_segments(ENVELOPE, segments, elements, {}, mistakes)
    return Release("envelope", elements, known, {}), mistakes


def build_release(files: Mapping[str, str], release: str) -> tuple[Release, list[Mistake]]:
    """The release with what can be read of it, and the mistakes.

    Elements of the envelope (control numbers, set and group identifiers) are known in every release.
    """
    folder = f"{FOLDER}/{release}"
    envelope, mistakes = build_envelope(files)
    own, found = _read(files, f"{folder}/elements.yaml")
    mistakes += found
    codes, found = _read(files, f"{folder}/codes.yaml")
    mistakes += found
    inherited = dict(envelope.elements)
    elements = inherited | _dictionary(
        f"{folder}/elements.yaml", own, f"{folder}/codes.yaml", codes, mistakes
    )
    segments = _directory(files, f"{folder}/segments.yaml", elements, mistakes)
    sets: dict[str, SetDefinition] = {}
    for name in sorted(files):
        path = PurePosixPath(name)
        if str(path.parent) == folder and path.stem.isdigit() and path.suffix == ".yaml":
            root, found = _read(files, name)
            mistakes += found
            sets[path.stem] = read_set(name, root, release, segments, mistakes)
    return Release(release, elements, segments, sets), mistakes


def _read(files: Mapping[str, str], name: str) -> tuple[Line, list[Mistake]]:
    text = files.get(name)
    if text is None:
        return Line(0, "", opens=True), [(name, 0, "is missing; put the file back or take the shipped one")]
    return read_lines(name, text)


def _section(root: Line, key: str, file: str, mistakes: list[Mistake]) -> Line:
    section = root.find(key)
    if section is None:
        mistakes.append((file, 0, f"has no section `{key}:`"))
        return Line(0, key, opens=True)
    return section


def _dictionary(
    file: str, elements: Line | None, codes_file: str, codes: Line | None, mistakes: list[Mistake]
) -> dict[str, Element]:
    known = read_elements(file, elements or Line(0, ""), mistakes)
    return with_codes(known, read_codes(codes_file, codes or Line(0, ""), known, mistakes))


def _directory(
    files: Mapping[str, str], name: str, elements: Mapping[str, Element], mistakes: list[Mistake]
) -> dict[str, Segment]:
    root, found = _read(files, name)
    mistakes += found
    composites = read_composites(name, root.find("composites") or Line(0, ""), elements, mistakes)
    return read_segments(name, _section(root, "segments", name, mistakes), elements, composites, mistakes)
