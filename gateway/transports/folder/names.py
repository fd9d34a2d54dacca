"""What the name of a file in a drop folder says, and names that fit with what is put around them."""

from __future__ import annotations

import hashlib

TEMPORARY = (b".tmp", b".part", b".filepart")
MARKERS = (b".ok", b".done")
REPLIES = (b".ok", b".err")
NEVER_TAKEN = tuple({*TEMPORARY, *MARKERS, *REPLIES})
LONGEST = 170  # bytes; a claim's id and an ending around it stay below the 255 of file systems


def may_be_taken(name: bytes) -> bool:
    """Whether a file of this name is somebody's document: not hidden, temporary, a marker or a reply."""
    return not name.startswith(b".") and not name.lower().endswith(NEVER_TAKEN)


def fitted(name: bytes) -> bytes:
    """The name, shortened where it is too long: its beginning, a digest of all of it, and its ending.

    The same for the same name, so that a reply is found whenever it was written.
    """
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(b".")
    kept = dot + ending if stem and len(ending) <= 16 else b""
    digest = hashlib.sha256(name).hexdigest()[:8].encode()
    beginning = name[: LONGEST - len(kept) - len(digest) - 1]
    try:
        name.decode()
    except UnicodeDecodeError:
        pass
    else:
        beginning = beginning.decode("utf-8", "ignore").encode()  # no half character
    return beginning + b"~" + digest + kept


def numbered(name: bytes, number: int) -> bytes:
    """A name of its own beside others: `NAME-2.ext`."""
    stem, dot, ending = name.rpartition(b".")
    if not stem:
        return name + b"-%d" % number
    return stem + b"-%d" % number + dot + ending
