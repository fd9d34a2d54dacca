"""Messages as `gateway messages`, `held` and `quarantine` show them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.cli.screen import Part, Screen, counted, moment, printable, tied

if TYPE_CHECKING:
    from gateway.store.timeline import Happened, Timeline
    from gateway.store.views import MessageView

HANG = 4
CAPITAL = re.compile("(?<=[a-z])(?=[A-Z])")
KINDS = {"arrival": "file", "sending": "sent"}
STYLES = {
    **dict.fromkeys(("rejected", "failed", "undeliverable", "refused"), "bold red"),
    **dict.fromkeys(("quarantined", "held", "unknown", "overdue"), "yellow"),
    **dict.fromkeys(("delivered", "accepted"), "green"),
}
HIDDEN = frozenset({"kind", "keys", "content", "request"})
"""Details that say nothing to people: digests of what is told elsewhere."""


def print_messages(screen: Screen, found: Sequence[MessageView], *, why: bool = False) -> None:
    """A line for each: its id, when it came, whose and what it is, and where it stands or why."""
    if not found:
        screen.line("No message is like that.")
        return
    rows = [
        (
            each.id,
            f"{each.arrived_at:%m-%d %H:%M:%S}",
            printable(f"{each.partner or each.channel} {what_of(each)}"),
            printable(each.why or "") if why else each.state,
        )
        for each in found
    ]
    screen.table(("Message", "UTC", "What", "Why" if why else "State"), [*map(_tied, rows)], indent=0)


def what_of(each: MessageView) -> str:
    """What a message is, in a few words: `purchase order 4711`, `file order.850`, `sent 997`."""
    if each.document is None:
        return " ".join(filter(None, (KINDS.get(each.kind, each.kind), each.file_name)))
    sent = f"{KINDS['sending']} " if each.kind == "sending" else ""
    return " ".join(filter(None, (f"{sent}{words_of(each.document)}", each.number)))


def words_of(document: str) -> str:
    """The name of a kind of document as words: `PurchaseOrder` is a purchase order."""
    return CAPITAL.sub(" ", document).lower() if document.isalpha() else document


def print_message(screen: Screen, each: MessageView, others: Mapping[str, Sequence[MessageView]]) -> None:
    """All that its row says, and the messages that belong to it, by what they are to it."""
    screen.line(
        (each.id, "bold"), "  ", printable(what_of(each)), "  ", (each.state, STYLES.get(each.state, ""))
    )
    told = {name.replace("_", " "): _shown(value) for name, value in asdict(each).items()}
    rows = [
        (name, printable(text))
        for name, text in told.items()
        if text and name not in ("id", "document", "number", "state")
    ]
    screen.table(("", ""), rows, headed=False)
    for word, several in others.items():
        for one in several:
            screen.line(
                f"  {word:<10}  ", (one.id, "bold"), f"  {printable(what_of(one))}  {one.state}", hang=HANG
            )


def print_timeline(screen: Screen, story: Timeline) -> None:
    """Each leaf: when, of which message, what happened, who did it, and what is told beside."""
    names = {each.id: what_of(each) for each in story.messages}
    screen.line((story.message.id, "bold"), f"  {printable(what_of(story.message))}  ", story.message.state)
    about = ""
    for each in story.happened:
        if each.message != about:
            about = each.message
            screen.line((about, "bold"), f"  {printable(names.get(about, ''))}")
        screen.line(*_head(each), hang=HANG)
        for words in _told(each):
            screen.line(" " * HANG, words, hang=HANG + 2)
    count = counted(len(story.happened), "entry of the ledger", "entries of the ledger")
    screen.line((f"{count}, about {counted(len(story.messages), 'message')}.", "dim"))


def view_json(each: MessageView) -> dict[str, object]:
    """A message as `--json` has it: times in UTC, null where something does not apply."""
    return {name: _json(value) for name, value in asdict(each).items()}


def happened_json(each: Happened) -> dict[str, object]:
    """An entry of a timeline as `--json` has it."""
    return {name: _json(value) for name, value in asdict(each).items()}


def _tied(row: tuple[str, ...]) -> tuple[str, ...]:
    """The time in one piece."""
    return (row[0], tied(row[1]), *row[2:])


def _head(each: Happened) -> tuple[Part, ...]:
    change = f"  {each.before or '-'} > " if each.after else ""
    after = each.after or ""
    return (
        f"  {tied(moment(each.at))}  ",
        each.what,
        change,
        (after, STYLES.get(after, "")),
        f"  by {printable(each.who)}",
    )


def _told(each: Happened) -> list[str]:
    if each.damage is not None:
        return [printable(f"damaged: {each.damage}")]
    if each.details is None:
        return ["what it told beside was erased"]
    short = [
        tied(f"{name.replace('_', ' ')} {printable(str(value))}")
        for name, value in each.details.items()
        if name not in HIDDEN and name != "findings" and value != ""
    ]
    return [*filter(None, [", ".join(short)]), *_findings(each.details.get("findings"))]


def _findings(text: object) -> list[str]:
    """The findings that a leaf tells, one in a line."""
    if not isinstance(text, str):
        return []
    told = json.loads(text)
    lines = [f"{one['severity']} {one['code']} {one['place']}: {one['message']}" for one in told["findings"]]
    more = told["count"] - len(lines)
    return [*map(printable, lines), *([f"and {more} more"] if more > 0 else [])]


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return moment(value)
    return "" if value is None else f"{value:,}" if isinstance(value, int) and value > 9999 else str(value)


def _json(value: object) -> object:
    from gateway.store.columns import moment_text

    return (
        moment_text(value)
        if isinstance(value, datetime)
        else dict(value)
        if isinstance(value, Mapping)
        else value
    )
