"""The page that keeps what a run printed: between two marks, with prose by hand around them."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


def marks(name: str) -> tuple[str, str]:
    """The lines before and after what a run of this name printed."""
    return f"<!-- printed by make {name} -->", f"<!-- end of what make {name} printed -->"


def with_printed(text: str, name: str, printed: str) -> str:
    """The text of the page with what a run printed in place of what stood there."""
    begin, end = marks(name)
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"the page has no place for make {name}: write `{begin}` and `{end}` into it")
    return f"{before}{begin}\n\n```text\n{printed.strip()}\n```\n\n{end}{after}"


def keep(name: str, printed: str) -> None:
    """Write what a run printed into the page."""
    PAGE.write_text(with_printed(PAGE.read_text("utf-8"), name, printed), encoding="utf-8")
