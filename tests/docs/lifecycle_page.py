"""`docs/lifecycle.md`, printed from `gateway/lifecycle.py` and from what is said here of each state."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import NamedTuple

from gateway.lifecycle import ACCOUNTS, TABLE, Event, Kind, State

CREATED = "[*]"  # how Mermaid writes what is not there yet


class Told(NamedTuple):
    """What a person is told of a state: what it means, whose fault it is, and what to do then."""

    means: str
    fault: str
    then: str


TOLD = MappingProxyType(
    {
        State.RECEIVED: Told("it is kept, and will be read", "–", "nothing; the queue has its step"),
        State.PROCESSED: Told(
            "a file was read, and its documents go on by themselves; or a document ends with us",
            "–",
            "nothing",
        ),
        State.QUARANTINED: Told(
            "it cannot be placed yet: no agreement fits, or it names others than it may; not answered yet",
            "nobody's yet",
            "see why, mend the partner file, and take it up again; or call it off",
        ),
        State.REJECTED: Told(
            "it is not as the standard or the agreement wants it",
            "the sender's",
            "nothing; the sender is told by its 997 or its reply, and sends it anew",
        ),
        State.FAILED: Told(
            "nothing could be made of it, though it is right",
            "ours, or a table's",
            "mend the table, and take it up again",
        ),
        State.DUPLICATE: Told("it came before, and is dropped as agreed", "–", "nothing"),
        State.HELD: Told(
            "it waits: for a person, a row of a cross-reference, an order, or a word about a revision",
            "–",
            "release or refuse it, or add what it lacks; then it goes on by itself",
        ),
        State.QUEUED: Told(
            "it is ready and on its way out", "–", "nothing; it may wait for a window, others, or a partner"
        ),
        State.UNKNOWN: Told(
            "it may have been delivered; nobody can tell. Only ways over a network bring it: folders tell",
            "–",
            "ask the partner, then send it again or call it off",
        ),
        State.UNDELIVERABLE: Told(
            "it could not be delivered for days, and is tried no more",
            "the way's",
            "find out why the other side is away, then take it up again",
        ),
        State.DELIVERED: Told("the other side has it", "–", "nothing"),
        State.ACCEPTED: Told("the other side has it, and its receipt accepts it", "–", "nothing"),
        State.REFUSED: Told(
            "the other side has it, and its receipt refuses it",
            "ours",
            "read the receipt, mend what it names, and send the document anew",
        ),
        State.OVERDUE: Told(
            "it was delivered, and its receipt is late; one that comes later still counts",
            "the receiver's, perhaps",
            "ask the partner; send the same bytes again if it was lost",
        ),
        State.CANCELLED: Told("a person called it off, with a reason", "–", "nothing"),
        State.ERASED: Told("a person made it unreadable for good; its row stays", "–", "nothing"),
    }
)

KINDS = MappingProxyType(
    {
        Kind.ARRIVAL: "A file as it came. When it has documents, these go on by themselves.",
        Kind.DOCUMENT: "One document of a file. It goes as far as what is sent of it.",
        Kind.SENDING: "What is sent: an interchange or a file with its documents, or an acknowledgment.",
    }
)

HEAD = """# The life of a message

Printed from `gateway/lifecycle.py`, the one table by which states change: what has no row there cannot
happen. `python -m tests.docs.write_pages` writes this page anew.

Everything that is carried is a *message* of one of three kinds. Three endings are never confused:
**rejected** is the fault of the sender, who is told; **failed** is ours, and we are told; **quarantined**
cannot be placed yet, and is answered when it was. Each change of a state is one row and one leaf of the
[ledger](ledger.md), in one commit.
"""

ERASED = """From every state a message may be erased (`gateway erase`) for good; no drawing shows it.
"""

ACCOUNT = """## The states

At every moment *accepted = delivered + rejected + duplicate + cancelled + held + open*. The account says
under which of these a state is counted. Counted are documents, and files that were not split into any: a
file that is `processed` is counted by its documents. What is sent is not counted; its documents are.

| state | of | means | whose fault | what a person does | account |
|---|---|---|---|---|---|"""


def lifecycle_page() -> str:
    """`docs/lifecycle.md`: the states of messages of each kind, drawn and told."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield HEAD
    for kind, says in KINDS.items():
        yield f"## {kind.value.capitalize()}"
        yield ""
        yield says
        yield ""
        yield from _drawing(kind)
        yield ""
    yield ERASED
    yield ACCOUNT
    for state, told in TOLD.items():
        kinds = ", ".join(kind for kind in Kind if state is State.ERASED or state in states_of(kind))
        yield (
            f"| `{state}` | {kinds} | {told.means} | {told.fault} | {told.then} | {ACCOUNTS[state].value} |"
        )
    yield ""


def _drawing(kind: Kind) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    arrows: dict[tuple[str, str], list[Event]] = {}
    for row in TABLE:
        if row.kind is kind:
            before = CREATED if row.before is None else row.before.value
            arrows.setdefault((before, row.after.value), []).append(row.event)
    for (before, after), events in arrows.items():
        yield f"    {before} --> {after}: {', '.join(events)}"
    for state in sorted(states_of(kind) - {row.before for row in TABLE if row.kind is kind}):
        yield f"    {state.value} --> {CREATED}"
    yield "```"


def states_of(kind: Kind) -> frozenset[State]:
    """The states that messages of a kind can come to, apart from being erased."""
    return frozenset(row.after for row in TABLE if row.kind is kind)
