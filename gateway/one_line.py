"""Text of others in one line, where it goes into a log, a list or a mail."""

from __future__ import annotations


def one_line(text: str, most: int) -> str:
    """At most so many characters of it, without what a terminal obeys or a mail header or a line ends at.

    What cannot be printed is a blank, and there are none at its ends.
    """
    return "".join(each if each.isprintable() else " " for each in text[: 4 * most]).strip()[:most]
