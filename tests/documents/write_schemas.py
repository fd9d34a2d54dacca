"""Writes the JSON Schemas of the canonical documents: `python -m tests.documents.write_schemas`."""

from __future__ import annotations

from pathlib import Path

from gateway.documents import DOCUMENTS, Document
from gateway.documents.schema import FILE_NAMES, schema_of
from gateway.formats.json import render

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "canonical"


def text_of(document: type[Document]) -> bytes:
    return render(schema_of(document))


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for each in DOCUMENTS:
        (FOLDER / FILE_NAMES[each]).write_bytes(text_of(each))
        print(f"wrote {FOLDER / FILE_NAMES[each]}")
