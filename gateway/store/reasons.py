"""Why somebody changed something by hand: a few words that are kept for those who look later."""

from __future__ import annotations

from gateway.errors import UsageError

LONGEST_REASON = 500


def reason_of(text: str) -> str:
    """The reason as it is kept, in one line. Raises `UsageError`.

    Nothing in it may move a terminal's cursor or turn the direction of writing, also not unseen.
    """
    told = " ".join(text.split())
    if not told or not told.isprintable() or len(told) > LONGEST_REASON:
        raise UsageError(
            f"Say why, for those who look later: a reason has 1 to {LONGEST_REASON} printable characters"
        )
    return told
