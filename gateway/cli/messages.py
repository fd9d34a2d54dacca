"""The commands about messages: list, show, timeline, raw, and those that change one or several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import files
from gateway.cli.asked import changed, opening, reading
from gateway.cli.changing import command
from gateway.cli.messages_shown import (
    happened_json,
    print_message,
    print_messages,
    print_timeline,
    view_json,
)
from gateway.cli.option_texts import utc_moment
from gateway.cli.options import Json, Output
from gateway.cli.screen import Screen, echo, printable, tell_json
from gateway.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from gateway.store.views import MessageView

messages = typer.Typer(help="Show what is carried, and what became of it.", no_args_is_help=True)

MOST = 1000
KINDS = ("arrival", "document", "sending")

MessageId = Annotated[
    str,
    typer.Argument(metavar="MESSAGE", help="The id of a message, or how it begins.", show_default=False),
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="From this time on: 2026-11-03T09:15 (UTC).")
]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Before this time (UTC).")]
Limit = Annotated[int, typer.Option("--limit", metavar="N", help="At most so many.")]
Before = Annotated[
    str | None, typer.Option("--before", metavar="ID", help="Behind this one: the last of the page before.")
]


@messages.command("list")
def list_messages(
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="ANY", help="A number or name: order, invoice, ISA13, file …"),
    ] = None,
    partner: Annotated[str | None, typer.Option("--partner", metavar="NAME", help="Of this partner.")] = None,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help="In this state.")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="arrival, document or sending.")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    before: Before = None,
    as_json: Json = False,
) -> None:
    """List messages, the latest first."""
    from gateway.lifecycle import State
    from gateway.store.messages import Search
    from gateway.store.views import listed, message_called

    _one_of(state, [each.value for each in State], "state")
    _one_of(kind, KINDS, "kind")
    if not 1 <= limit <= MOST:
        raise UsageError(f"--limit takes a number from 1 to {MOST}; ask for more with --before")
    with reading() as connection:
        wanted = Search(
            key=key,
            partner=partner,
            state=state,
            since=utc_moment(since),
            until=utc_moment(until),
            before=None if before is None else message_called(connection, before),
            limit=limit,
            message_kind=kind,
        )
        found = listed(connection, wanted)
    if as_json:
        tell_json({"messages": [view_json(each) for each in found]})
        return
    print_messages(Screen(), found)
    if len(found) == limit:
        Screen(stderr=True).line(f"There may be more: go on with --before {found[-1].id}")


@messages.command("show")
def show(message: MessageId, as_json: Json = False) -> None:
    """Show what is known of one message, and what belongs to it."""
    from gateway.store.views import view_of

    with reading() as connection:
        found = view_of(connection, message)
        others = dict(_beside(connection, found))
    if as_json:
        told = {word: [view_json(one) for one in several] for word, several in others.items()}
        tell_json({**view_json(found), "related": told})
        return
    print_message(Screen(), found, others)


@messages.command("timeline")
def show_timeline(message: MessageId, as_json: Json = False) -> None:
    """Tell the story of a message: who did what, and when."""
    from gateway.store.timeline import timeline

    with opening() as looked:
        story = timeline(looked.connection, looked.means.keys, message)
    if as_json:
        told = [happened_json(each) for each in story.happened]
        about = [view_json(each) for each in story.messages]
        tell_json({"message": view_json(story.message), "messages": about, "happened": told})
        return
    print_timeline(Screen(), story)


@messages.command("raw")
def raw(
    message: MessageId,
    role: Annotated[
        str | None,
        typer.Option("--role", metavar="ROLE", help="Which bytes: raw as it came, sent, canonical, reply."),
    ] = None,
    output: Output = None,
) -> None:
    """Give the bytes of a message; the ledger tells who read them.

    They are written as they are. A terminal gets what could move its cursor as numbers.
    """
    from gateway.store.payloads.reading import read_payload

    if output is not None:
        files.refuse_link(output)  # before the ledger says that they were read
    with opening() as looked:
        one, chosen = _payload(looked.connection, message, role)
        changed("read-payload", {"message": one, "role": chosen})
        means = looked.means
        parts = read_payload(looked.connection, means.keys, means.vault, one, chosen)
        if output is not None:
            files.write_private(parts, output)
        elif Screen().is_terminal:
            text = b"".join(parts).decode("utf-8", "backslashreplace")
            echo("\n".join(printable(line) for line in text.splitlines()))
        else:
            files.write_parts(parts, None)


for deed, did, says in (
    ("cancel", "is cancelled", "Call a message off: it goes nowhere."),
    ("requeue", "is taken up again", "Take up again what failed, is held, or was not delivered."),
    ("resend", "is sent again", "Deliver once more: the same bytes, the same control numbers."),
    ("reprocess", "is read again", "Read again by the tables of today: a new one beside it."),
):
    messages.command(deed)(command(deed, did, says, in_bulk=True))


def _payload(connection: Connection, message: str, role: str | None) -> tuple[str, str]:
    """The message, and the role of the bytes that are asked for. Raises `UsageError`."""
    from gateway.store.payloads.reading import roles_of
    from gateway.store.views import view_of

    one = view_of(connection, message)
    roles = roles_of(connection, one.id)
    if role is not None and role not in roles:
        known = f"it has {', '.join(roles)}" if roles else "it has none"
        raise UsageError(f"The message {one.id} has no bytes called {printable(role)}; {known}")
    if not roles:
        over = f": they came in {one.within}, `gateway messages raw {one.within}`" if one.within else ""
        raise UsageError(
            f"The message {one.id} has no bytes of its own{over or '; look at what it belongs to'}"
        )
    return one.id, role or roles[0]


def _beside(connection: Connection, found: MessageView) -> Iterator[tuple[str, tuple[MessageView, ...]]]:
    from gateway.store.related import answers_to, documents_in, documents_of, sendings_with
    from gateway.store.views import views

    ids = {
        "came in": [each for each in (found.within,) if each],
        "read from": [each for each in (found.parent,) if each],
        "document": documents_of(connection, (found.id,)) | documents_in(connection, (found.id,)),
        "sent in": sendings_with(connection, (found.id,)),
        "answers": [each for each in (found.answers,) if each],
        "answered by": answers_to(connection, (found.id,)),
    }
    for word, several in ids.items():
        if several:
            yield word, views(connection, several)


def _one_of(given: str | None, known: list[str] | tuple[str, ...], word: str) -> None:
    if given is not None and given not in known:
        raise UsageError(f"{given!r} is no {word} of a message; there are {', '.join(known)}")
