"""Writes the printed pages of `docs/`: `python -m tests.docs.write_pages`."""

from __future__ import annotations

from tests.docs.pages import DOCS, PAGES

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
