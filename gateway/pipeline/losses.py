"""What a document loses on its way into a format: what it said before and does not when it is read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType

import msgspec

from gateway.documents import Document
from gateway.findings import KEPT_VALUE_LENGTH, NOWHERE, Finding, found
from gateway.mapping.filled import DefaultRow

__all__ = ["ToldOnce", "losses", "told_once"]

MOMENT = {"date", "time"}  # a day read back as a time, or a time as a day, is told on the round-trip page
WINDOWS = MappingProxyType({"ship_window": "window", "delivery_window": "window"})  # freight terms tell which
MOST_NOTES = 10  # of one document; each names a dozen fields, and no document of a partner has as many
Loss = tuple[tuple[str, str], ...]
MOST_AGAIN = 64  # ways in which the documents of a file lose something that are known by what they share
ROOM_FOR_MORE = len(" and 1,000,000 more")


def losses(
    document: Document, read_back: Document, form: str, rows: Sequence[DefaultRow]
) -> tuple[Finding, ...]:
    """Notes that name the fields of a document which its written form does not carry; none when it has all.

    Fields are counted by their path, so that the order of parties or charges does not matter. Every path is
    named, in as many notes as that takes, up to a limit that only a hostile document reaches. A field that
    one of the table's `rows` with a default put in another place is carried there.
    """
    before, after = _fields(document), _fields(read_back)
    lost = [path for path, count in before.items() if after[path] < count]
    if lost:
        elsewhere = {row.source for row in rows if row.source in lost and row.filled(document, read_back)}
        lost = [path for path in lost if path not in elsewhere]
    parts = list(_in_notes(lost))
    named = [", ".join(part) for part in parts[:MOST_NOTES]]
    unnamed = sum(map(len, parts[MOST_NOTES:]))
    if unnamed:
        named[-1] += f" and {unnamed:,} more"
    return tuple(found("not-carried", fields=each, format=form, documents="the document") for each in named)


class _Again(msgspec.Struct):
    """Findings that many documents share, and how often they came again."""

    findings: tuple[Finding, ...]
    times: int = 0


class ToldOnce:
    """Takes the findings of a file's documents in turn; `findings` has one note for all documents that leave
    the same fields behind.

    It stands where the first of them stood, without the place of any one document when there are several.
    """

    def __init__(self) -> None:
        self._told: list[Finding] = []
        self._counts: Counter[Loss] = Counter()
        self._again: dict[int, _Again] = {}

    def again(self, findings: tuple[Finding, ...]) -> bool:
        """Counts these very findings of one more document; False where they have to be added."""
        known = self._again.get(id(findings))
        if known is None:
            return False
        known.times += 1
        return True

    def add(
        self,
        findings: tuple[Finding, ...],
        placed: Callable[[tuple[Finding, ...]], tuple[Finding, ...]] = tuple,
    ) -> None:
        """The findings of one document; `placed` gives them their place, which is all that it changes."""
        if self.again(findings):
            return
        if len(self._again) < MOST_AGAIN and all(each.code == "not-carried" for each in findings):
            self._again[id(findings)] = _Again(findings)
        for finding in placed(findings):
            if finding.code == "not-carried":
                self._counts[finding.details] += 1
                if self._counts[finding.details] > 1:
                    continue
            self._told.append(finding)

    def findings(self) -> tuple[Finding, ...]:
        """What is to be told."""
        for each in self._again.values():
            for finding in each.findings:
                self._counts[finding.details] += each.times
            each.times = 0
        return tuple(map(self._of_all, self._told))

    def _of_all(self, finding: Finding) -> Finding:
        count = self._counts[finding.details] if finding.code == "not-carried" else 1
        if count == 1:
            return finding
        details = {**dict(finding.details), "documents": f"{count:,} documents"}
        return msgspec.structs.replace(finding, location=NOWHERE, details=tuple(details.items()))


def told_once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings of many documents as `ToldOnce` tells them."""
    told = ToldOnce()
    told.add(tuple(findings))
    return told.findings()


def _in_notes(lost: Sequence[str]) -> Iterator[list[str]]:
    """The paths in parts, each short enough that a finding keeps it whole."""
    part: list[str] = []
    length = ROOM_FOR_MORE
    for path in lost:
        if part and length + len(path) > KEPT_VALUE_LENGTH:
            yield part
            part, length = [], ROOM_FOR_MORE
        part.append(path)
        length += len(path) + len(", ")
    if part:
        yield part


def _fields(document: Document) -> Counter[str]:
    paths: list[str] = []
    _add_paths(paths, msgspec.to_builtins(document), "")
    return Counter(paths)


def _add_paths(paths: list[str], tree: object, path: str) -> None:
    if isinstance(tree, dict):
        if tree and tree.keys() <= MOMENT:
            paths.append(path)
            return
        for key, value in tree.items():
            name = WINDOWS.get(key, key)
            below = f"{path}.{name}" if path else name
            if type(value) is str:  # what most of it is
                paths.append(below)
            else:
                _add_paths(paths, value, below)
    elif isinstance(tree, list | tuple):
        for item in tree:
            _add_paths(paths, item, f"{path}[]")
    else:
        paths.append(path)
