"""Reads the definitions of `schemas/x12`: the envelope, and releases with their elements, segments and sets.

Pure: the caller hands in the texts of the files, keyed by their path in the workspace, such
as `schemas/x12/004010/850.yaml`. `docs/schemas.md` describes the form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from gateway.errors import DataFileError, Mistake
from gateway.formats.x12.definitions import Element, Release, SetDefinition
from gateway.schema.bases import (
    BASE_FILE,
    Parts,
    base_named,
    inherited_elements,
    renewed_composites,
    renewed_segments,
)
from gateway.schema.dictionary import read_codes, read_elements, with_codes
from gateway.schema.directory import read_composites, read_segments
from gateway.schema.lines import Line, read_lines
from gateway.schema.sets import read_set

FOLDER = "schemas/x12"
ENVELOPE = f"{FOLDER}/envelope.yaml"


class InstalledReleases(Mapping[str, Release]):
    """The releases that have files, each read (by `read`) when it is first asked for: most runs need one.

    Asking for a release raises DataFileError when its files have mistakes.
    """

    def __init__(self, files: Mapping[str, str], read: Callable[[str], Release]) -> None:
        self._files = files
        self._reader = read
        self._names = releases(files)
        self._read: dict[str, Release] = {}  # at most one for each folder

    def __getitem__(self, name: str) -> Release:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = self._reader(name)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def sets(self, name: str) -> tuple[str, ...]:
        """The sets of a release by the names of their files, none of which is read."""
        paths = [PurePosixPath(file) for file in self._files]
        return tuple(
            path.stem for path in paths if str(path.parent) == f"{FOLDER}/{name}" and path.stem.isdigit()
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class InstalledSets(Mapping[tuple[str, str], SetDefinition]):
    """The transaction sets of releases, by set and release such as ("850", "004010")."""

    def __init__(self, installed: Mapping[str, Release]) -> None:
        self._installed = installed

    def __getitem__(self, key: tuple[str, str]) -> SetDefinition:
        name, release = key
        return self._installed[release].sets[name]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((name, release) for release, each in self._installed.items() for name in each.sets)

    def __len__(self) -> int:
        return sum(len(each.sets) for each in self._installed.values())


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


def lineage(files: Mapping[str, str], release: str) -> tuple[str, ...]:
    """A release and those it is based on, as far as they are there; mistakes are told when it is read."""
    found = [release]
    while (name := f"{FOLDER}/{found[-1]}/{BASE_FILE}") in files:
        line = read_lines(name, files[name])[0].find("base")
        if line is None or not line.value or line.value in found:
            break
        found.append(line.value)
    return tuple(found)


def build_envelope(files: Mapping[str, str]) -> tuple[Release, list[Mistake]]:
    """The envelope with what can be read of it, and the mistakes."""
    root, mistakes = _read(files, ENVELOPE)
    elements = _dictionary(ENVELOPE, root.find("elements"), ENVELOPE, root.find("codes"), mistakes)
    segments = _section(root, "segments", ENVELOPE, mistakes)
    known = read_segments(ENVELOPE, segments, elements, {}, mistakes)
    return Release("envelope", elements, known, {}), mistakes


def build_release(files: Mapping[str, str], release: str) -> tuple[Release, list[Mistake]]:
    """The release with what can be read of it, and the mistakes.

    Elements of the envelope (control numbers, set and group identifiers) are known in every release. Where
    `release.yaml` names a base, what the release's own files do not state is as it is there; sets are not
    taken over.
    """
    folder = f"{FOLDER}/{release}"
    envelope, mistakes = build_envelope(files)
    parts = _parts(files, release, envelope.elements, (), mistakes)
    sets: dict[str, SetDefinition] = {}
    for name in sorted(files):
        path = PurePosixPath(name)
        if str(path.parent) == folder and path.stem.isdigit() and path.suffix == ".yaml":
            root, found = _read(files, name)
            mistakes += found
            sets[path.stem] = read_set(name, root, release, parts.segments, mistakes)
    return Release(release, parts.elements, parts.segments, sets), mistakes


def _parts(
    files: Mapping[str, str],
    release: str,
    shared: Mapping[str, Element],
    above: tuple[str, ...],
    mistakes: list[Mistake],
) -> Parts:
    """All but the sets. `shared` are the elements of the envelope, `above` what is based on it."""
    folder = f"{FOLDER}/{release}"
    based_on = _base(files, release, above, mistakes)
    base = _parts(files, based_on, shared, (*above, release), mistakes) if based_on else Parts({}, {}, {})
    texts = {part: _read(files, f"{folder}/{part}.yaml") for part in ("elements", "codes", "segments")}
    for _, found in texts.values():
        mistakes += found
    own = read_elements(f"{folder}/elements.yaml", texts["elements"][0], mistakes)
    unlisted = inherited_elements(base, own, shared)
    lists = read_codes(f"{folder}/codes.yaml", texts["codes"][0], unlisted, mistakes)
    elements = {**shared, **with_codes(unlisted, lists)}
    name, root = f"{folder}/segments.yaml", texts["segments"][0]
    listed = root.find("composites") or Line(0, "")
    composites = renewed_composites(base, elements) | read_composites(name, listed, elements, mistakes)
    listed = _section(root, "segments", name, mistakes)
    segments = renewed_segments(base, elements, composites)
    return Parts(elements, composites, segments | read_segments(name, listed, elements, composites, mistakes))


def _base(
    files: Mapping[str, str], release: str, above: tuple[str, ...], mistakes: list[Mistake]
) -> str | None:
    name = f"{FOLDER}/{release}/{BASE_FILE}"
    if name not in files:
        return None
    root, found = _read(files, name)
    mistakes += found
    return base_named(name, root, releases(files), (*above, release), mistakes)


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
