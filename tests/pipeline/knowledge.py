"""The shipped knowledge, and short ways to carry files of ours through it."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from gateway.bootstrap import Library
from gateway.documents import Document
from gateway.formats.detect import Format, detect
from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.sources import Received, receive
from gateway.pipeline.targets import FirstNumbers, Written, write
from gateway.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
AT = datetime(2026, 11, 5, 10, 0)


@cache
def library() -> Library:
    return Library(Workspace(ROOT))


@cache
def knowledge(partner: str | None = "amazon") -> Knowledge:
    return library().knowledge(partner, None)


def example(name: str) -> bytes:
    return (EXAMPLES / name).read_bytes()


def received(data: bytes, partner: str | None = "amazon", form: Format | None = None) -> Received:
    return receive("file", [data], form or detect(data), knowledge(partner))


def documents_of(data: bytes) -> list[Document]:
    return [each.document for each in received(data).documents]


def translated(data: bytes, to: Format, partner: str | None = "amazon") -> Written:
    return write(received(data, partner).documents, to, knowledge(partner), FirstNumbers(), AT)


def judged(data: bytes, *, tolerant: bool = False) -> Intake:
    intake = Intake(library().validator, tolerant=tolerant)
    for event in read([data]):
        intake.take(event)
    return intake
