"""Real files of other people, read in place, each with what an independent look at it noted."""

from __future__ import annotations

import csv
from functools import cache

import msgspec
import pytest

from gateway.acknowledgments.received import ReceivedInterchange
from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake
from gateway.report import FileReport
from gateway.schema.validator import Validator
from tests.schema.definitions import RELEASES, envelope, release
from tests.shared import SHARED

CORPUS = SHARED / "x12" / "corpus"
INDEX = SHARED / "x12" / "INDEX.csv"


if not INDEX.is_file():
    pytest.skip(
        "the corpus of real files is not there (shared/x12 beside the checkout)", allow_module_level=True
    )


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the index; `verdict` (good, bad, unknown) is about the envelope alone."""

    file: str
    sets: tuple[str, ...]
    version: str
    verdict: str
    notes: str

    @property
    def data(self) -> bytes:
        return (CORPUS / self.file).read_bytes()

    @property
    def is_defined(self) -> bool:
        """Whether the installed definitions cover every set in it."""
        versions = self.version.split()
        return bool(versions) and all(
            version[:6] in RELEASES and set(self.sets) <= set(release(version[:6]).sets)
            for version in versions
        )


class Taken(msgspec.Struct, frozen=True):
    """What the gateway made of a file."""

    report: FileReport
    interchanges: tuple[ReceivedInterchange, ...]


@cache
def samples() -> tuple[Sample, ...]:
    with INDEX.open(encoding="utf-8", newline="") as file:
        return tuple(
            Sample(
                file=row["file"],
                sets=tuple(row["transaction_sets"].split()),
                version=row["version_gs08"],
                verdict=row["verdict"],
                notes=row["notes"],
            )
            for row in csv.DictReader(file)
        )


def of_verdict(verdict: str) -> list[Sample]:
    return [sample for sample in samples() if sample.verdict == verdict]


def name(sample: Sample) -> str:
    return sample.file


@cache
def validator() -> Validator:
    return Validator({name: release(name) for name in RELEASES}, envelope())


@cache
def taken(sample: Sample) -> Taken:
    return take(sample.file, sample.data)


def take(file: str, data: bytes, *, tolerant: bool = False) -> Taken:
    intake = Intake(validator(), tolerant=tolerant)
    for event in read([data]):
        intake.take(event)
    return Taken(intake.report(file), tuple(intake.interchanges))
