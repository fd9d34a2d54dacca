"""Writes what is expected of the golden cases: `python -m tests.golden.write_cases`. Read the difference."""

from __future__ import annotations

from gateway.documents.codec import encode
from tests.golden.cases import CASES, read, written

if __name__ == "__main__":
    for case in CASES:
        documents = [each.document for each in read(case.source.read_bytes(), case.source_form).documents]
        case.canonical.write_bytes(encode(documents))
        for form, path in case.others.items():
            made = written(documents, form).data
            if made is not None:
                path.write_bytes(made)
            else:
                path.unlink(missing_ok=True)
