"""Explanations as one HTML page that needs nothing else: both documents side by side, each place a link.

Every text of a document is escaped, and characters that no page should obey are shown by their number. The
policy of the page lets nothing be loaded and no program run but its own, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from gateway.cli.explanation_document import DocumentSection, text_in_page
from gateway.cli.explanation_style import SCRIPT, STYLE
from gateway.mapping.explain.model import Explanation

__all__ = ["page"]

LEGEND = (
    ("", "carried over: choose it to see its places in the other document"),
    ("given", "given by the table or made by the writer"),
    ("form", "tells values apart, or is counted and checked"),
    ("unwritten", "read, and not carried over"),
    ("unread", "read by no row"),
    ("lit", "chosen, and where it comes from or goes to"),
)


def page(file: str, explanations: Sequence[Explanation]) -> str:
    """The page for the documents of a file."""
    title = f"Where {text_in_page(file)} goes"
    policy = (
        f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = [
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{STYLE}</style>\n</head>\n<body>\n<header><h1>{title}</h1>",
        "<p>Choose a value on either side: its places on the other side light up, and the rows that made it "
        "are told below. Arrow keys go from value to value, Escape lets go. The address of the page names "
        "the chosen place.</p>",
        _legend(),
        "</header>\n<main>",
    ]
    if len(explanations) > 1:
        parts.append(_contents(explanations))
    if not explanations:
        parts.append("<p>No document of this file could be translated.</p>")
    for number, explanation in enumerate(explanations, 1):
        parts += DocumentSection(f"d{number}", explanation).html()
    parts.append(f"</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n")
    return "\n".join(parts)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _legend() -> str:
    shown = (f'<li><span class="v {mark}">value</span> {words}</li>' for mark, words in LEGEND)
    return f'<ul class="legend" aria-label="Legend">{"".join(shown)}</ul>'


def _contents(explanations: Sequence[Explanation]) -> str:
    links = "".join(
        f'<li><a href="#d{number}">{text_in_page(each.document)} {text_in_page(each.number)}</a></li>'
        for number, each in enumerate(explanations, 1)
    )
    return f'<nav aria-label="Documents"><ul>{links}</ul></nav>'
