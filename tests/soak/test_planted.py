"""A harness that hunts faults first catches planted ones: in each target's subject, faults of every kind."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

import msgspec
import pytest

from gateway.errors import Mistake
from gateway.findings import Finding, Location, found
from gateway.formats.xlsx import Sheet, read_xlsx
from gateway.mapping import code_lists
from gateway.mapping.sheets.rows import FileRows
from gateway.mapping.sheets.workbook import CheckedIn, check_in
from gateway.pipeline import sources
from gateway.pipeline.sources import Received
from gateway.report import FileReport
from tests.soak import tables, workbooks
from tests.soak.mutation import Mutator
from tests.soak.promise import Target
from tests.soak.targets import TARGETS
from tests.soak.watch import Crasher, Status, Watch

READERS = {
    "x12": "receive_x12",
    "csv": "_receive_flat",
    "fixed": "_receive_fixed",
    "xml": "_receive_xml",
    "json": "_receive_json",
}
BEYOND = {
    "x12": Location(byte=10**6),
    "csv": Location(line=10**6),
    "fixed": Location(line=1, column=10**6),
    "xml": Location(xpath="/nowhere", line=1),
    "json": Location(byte=10**6),
}
INPUTS = 400
LISTS = b"mappings/codes/"
SLOW = 0.4

Fault = Callable[[Received, str, str], Received]
"""What a faulty reader makes of what was read, given the name of the target and that of the file."""


def raising(received: Received, _target: str, _file: str) -> Received:
    """As a reader that takes something for granted, in a file with faults."""
    for finding in received.report.findings[:1]:
        raise IndexError(finding.code)
    return received


def astray(received: Received, target: str, _file: str) -> Received:
    """As a reader that counts wrong."""
    findings = received.report.findings
    moved = [msgspec.structs.replace(each, location=BEYOND[target]) for each in findings]
    return _with(received, findings=tuple(moved))


def endless(received: Received, _target: str, _file: str) -> Received:
    """As a reader without a limit."""
    findings = received.report.findings
    return _with(received, findings=findings * 20_000)


def silent(received: Received, _target: str, _file: str) -> Received:
    """As a reader that refuses and does not say why."""
    return _with(received, findings=() if not received.report.sets else received.report.findings)


def forgetful(received: Received, _target: str, file: str) -> Received:
    """As a reader that does not understand all that the writer writes."""
    if file != "again":
        return received
    kept = [
        msgspec.structs.replace(each, document=msgspec.structs.replace(each.document, number="0"))
        for each in received.documents
    ]
    return msgspec.structs.replace(received, documents=tuple(kept))


def strict(received: Received, _target: str, file: str) -> Received:
    """As a reader that refuses what the writer writes."""
    more = (*received.report.findings, found("format-unknown"))
    return _with(received, findings=more) if file == "again" else received


def slow(received: Received, _target: str, _file: str) -> Received:
    """As a reader that takes long where much is wrong."""
    if received.report.findings:
        sum(number * number for number in range(8_000_000))
    return received


FAULTS: dict[str, tuple[Fault, str]] = {
    "raises": (raising, "IndexError at"),
    "tells a wrong place": (astray, "a finding stands in the document"),
    "has no end": (endless, "findings have an end"),
    "gives no reason": (silent, "a refusal has a reason"),
    "reads back something else": (forgetful, "read back it is the same"),
    "refuses its own": (strict, "what we write we accept"),
    "is slow": (slow, "slow"),
}


def _with(received: Received, **changes: object) -> Received:
    report: FileReport = msgspec.structs.replace(received.report, **changes)
    return msgspec.structs.replace(received, report=report)


def searched(target: Target, fault: str, slowest: float = 60, only: bytes = b"") -> Crasher | None:
    """The first crasher of this fault among the seeds (that begin with `only`) and changed ones."""
    watch = Watch(target, None, Status(target.name, "none", 0), slow=slowest)
    chance = random.Random(850)
    seeds = [seed for seed in target.seeds() if seed.startswith(only)]
    mutator = Mutator(target.marks, seeds)
    for number in range(INPUTS):
        data = mutator.changed(chance.choice(seeds), chance, 20_000) if number % 4 else chance.choice(seeds)
        crasher = watch.look(data)
        if crasher is not None and crasher.fault.startswith(fault):
            return crasher
    return None


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("kind", FAULTS)
def test_a_planted_fault_of_a_reader_is_found(name: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, fault = FAULTS[kind]
    sound: Callable[..., Received] = getattr(sources, READERS[name])

    def faulty(file: str, *rest: object) -> Received:
        return plant(sound(file, *rest), name, file)

    monkeypatch.setattr(sources, READERS[name], faulty)
    crasher = searched(TARGETS[name], fault, SLOW if kind == "is slow" else 60)
    assert crasher is not None
    assert crasher.said


def test_a_loader_that_raises_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def first_code(_name: str, _file: str, text: str) -> tuple[None, tuple[Mistake, ...]]:
        return None, ((text.splitlines()[1].split(",")[1], 1, "said"),)[:0]

    monkeypatch.setattr(tables, "parse_code_list", first_code)
    assert searched(TARGETS["tables"], "IndexError at", only=LISTS) is not None


def test_a_loader_that_tells_a_wrong_line_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = code_lists.parse_code_list

    def faulty(name: str, file: str, text: str) -> tuple[object, tuple[Mistake, ...]]:
        held, mistakes = sound(name, file, text)
        return held, tuple((file, line + 500, said) for file, line, said in mistakes)

    monkeypatch.setattr(tables, "parse_code_list", faulty)
    assert searched(TARGETS["tables"], "a mistake stands in its file", only=LISTS) is not None


def test_a_list_that_does_not_read_what_it_writes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_lists.CodeList, "readers", lambda _list, _column: {})
    assert searched(TARGETS["tables"], "what a list writes it reads", only=LISTS) is not None


def test_a_loader_that_is_not_the_same_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def faulty(file: str, text: str) -> tuple[object, Iterable[Mistake]]:
        calls.append(text)
        return None, ((file, 1, f"call {len(calls)}"),)

    monkeypatch.setattr(tables, "parse_layout", faulty)
    assert searched(TARGETS["tables"], "the same file has", only=b"schemas/flat/") is not None


BookRead = tuple[tuple[Sheet, ...], tuple[Finding, ...]]


def raising_of_a_book(read: BookRead) -> BookRead:
    for finding in read[1][:1]:
        raise IndexError(finding.code)
    return read


def astray_in_a_book(read: BookRead) -> BookRead:
    nowhere = Location(cell="nowhere!B5")
    return read[0], tuple(msgspec.structs.replace(each, location=nowhere) for each in read[1])


def placeless_in_a_book(read: BookRead) -> BookRead:
    unplaced = [msgspec.structs.replace(each, location=Location()) for each in read[1]]
    return read[0], tuple(unplaced)


def endless_in_a_book(read: BookRead) -> BookRead:
    return read[0], read[1] * 1_000


def forgetful_of_a_book(read: BookRead) -> BookRead:
    return read[0][:-1] if len(read[0]) > 3 else read[0], read[1]


def unclean_in_a_book(read: BookRead) -> BookRead:
    return tuple(
        msgspec.structs.replace(
            sheet,
            rows=tuple(
                msgspec.structs.replace(row, cells=(*row.cells[:-1], f"{row.cells[-1]} "))
                for row in sheet.rows
            ),
        )
        for sheet in read[0]
    ), read[1]


def slow_in_a_book(read: BookRead) -> BookRead:
    if read[1]:
        sum(number * number for number in range(8_000_000))
    return read


OF_BOOKS: dict[str, tuple[Callable[[BookRead], BookRead], str]] = {
    "raises": (raising_of_a_book, "IndexError at"),
    "tells a wrong cell": (astray_in_a_book, "a finding stands in the workbook"),
    "tells no cell": (placeless_in_a_book, "a finding stands in the workbook"),
    "has no end": (endless_in_a_book, "findings have an end"),
    "forgets a sheet": (forgetful_of_a_book, "every sheet is read"),
    "keeps blanks": (unclean_in_a_book, "a cell holds a text of a table"),
    "is slow": (slow_in_a_book, "slow"),
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("kind", OF_BOOKS)
def test_a_planted_fault_of_the_reader_of_workbooks_is_found(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant, fault = OF_BOOKS[kind]
    monkeypatch.setattr(workbooks, "read_xlsx", lambda data: plant(read_xlsx(data)))
    crasher = searched(TARGETS["xlsx"], fault, SLOW if kind == "is slow" else 60)
    assert crasher is not None
    assert crasher.said


Checked = tuple[CheckedIn | None, tuple[Finding, ...]]


def mute(checked: Checked) -> Checked:
    """As a check-in that refuses and does not say why."""
    return (None, ()) if checked[0] is None or checked[0].changes else checked


def careless(checked: Checked) -> Checked:
    """As a check-in that writes something else than the sheet says."""
    if checked[0] is None or not checked[0].changes:
        return checked
    text = checked[0].text.replace("e", "E")
    return msgspec.structs.replace(checked[0], text=text), checked[1]


def discreet(checked: Checked) -> Checked:
    """As a check-in that does not tell all it changes."""
    return (None if checked[0] is None else msgspec.structs.replace(checked[0], changes=())), checked[1]


@pytest.mark.parametrize(
    ("plant", "fault"),
    [
        (mute, "a refusal has a reason"),
        (careless, "what is checked in is what the sheet says"),
        (discreet, "what changes is told"),
    ],
)
def test_a_planted_fault_of_the_check_in_is_found(
    plant: Callable[[Checked], Checked], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:

    def faulty(file: str, sheet: Sheet, rows: FileRows) -> Checked:
        return plant(check_in(file, sheet, rows))

    monkeypatch.setattr(workbooks, "check_in", faulty)
    assert searched(TARGETS["xlsx"], fault) is not None
