"""The pages of `docs/` that are printed from code, so that they cannot drift from it.

`python -m tests.docs.write_pages` writes them anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.codes import FAMILIES, Code
from tests.docs.lifecycle_page import lifecycle_page

DOCS = Path(__file__).resolve().parents[2] / "docs"

ACKNOWLEDGED_AS = (
    ("ak304", "AK304"),
    ("ak403", "AK403"),
    ("ak502", "AK502"),
    ("ak905", "AK905"),
    ("ta105", "TA105"),
)


def codes_page() -> str:
    """`docs/codes.md`: every kind of finding."""
    return "\n".join(_codes_lines())


def _codes_lines() -> Iterator[str]:
    yield "# Findings"
    yield ""
    yield "Every fault the gateway can find in a document. An **error** stops or rejects; a **warning** or a"
    yield "**note** never does. `--tolerant` lowers a code marked *tolerable* to a warning when the structure"
    yield "of its transaction set stands. Codes that begin with `guide-` reject where the agreement with the"
    yield "partner lets them. Beside each code stands how an acknowledgment reports it."
    for family, codes in FAMILIES:
        yield ""
        yield f"## {family}"
        yield ""
        for code in codes:
            yield from _code_lines(code)
    yield ""


def _code_lines(code: Code) -> Iterator[str]:
    marks = [code.severity.value]
    if code.tolerable:
        marks.append("tolerable")
    marks += [f"{name} {value}" for field, name in ACKNOWLEDGED_AS if (value := getattr(code, field))]
    yield f"### `{code.code}`"
    yield ""
    yield f"**{code.title}** · {' · '.join(marks)}"
    yield ""
    yield code.why
    yield f"*{code.remedy}*"
    yield ""


PAGES = {"codes.md": codes_page, "lifecycle.md": lifecycle_page}
