"""The commands that change messages: one, or with --where those that the same command showed first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.asked import changed, reading
from gateway.cli.messages_shown import print_messages, view_json
from gateway.cli.options import Json
from gateway.cli.screen import Screen, counted, printable, tell_json, tied
from gateway.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.service.connection.frames import Answer

FIRST = 10  # of those that are meant; as many are shown
AT_MOST, HIGHEST = 100, 1000

One = Annotated[
    str | None,
    typer.Argument(metavar="[MESSAGE]", help="The id of a message, or how it begins.", show_default=False),
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; the ledger keeps it.", show_default=False)
]
Where = Annotated[
    str | None,
    typer.Option(
        "--where",
        metavar="WORD=VALUE,…",
        help="In place of one message, all that are so: state=failed,partner=amazon. Words: state, partner, "
        "kind, channel, document, why, onward, since, until. Shows them, and how to go on.",
    ),
]
AtMost = Annotated[
    int, typer.Option("--at-most", metavar="N", help=f"With --where: so many, up to {HIGHEST}.")
]
Yes = Annotated[
    str | None,
    typer.Option(
        "--yes", metavar="SET", help="With --where: do it, to the set that was shown under this name."
    ),
]


def command(deed: str, did: str, says: str, *, in_bulk: bool) -> Callable[..., None]:
    """The command for a deed; `did` is what is told of a message, `says` the help."""

    def one(message: Message, reason: Reason, as_json: Json = False) -> None:
        _tell(_changed(deed, message, reason), did, as_json=as_json)

    def one_or_many(
        reason: Reason,
        message: One = None,
        where: Where = None,
        at_most: AtMost = AT_MOST,
        yes: Yes = None,
        as_json: Json = False,
    ) -> None:
        if (message is None) == (where is None):
            raise UsageError("Name one message, or say with --where which are meant")
        if where is None and yes is not None:
            raise UsageError("--yes belongs to --where; leave it out for one message")
        if message is not None:
            _tell(_changed(deed, message, reason), did, as_json=as_json)
        elif where is not None and yes is None:
            _show(where, at_most, as_json=as_json)
        else:
            given = {"where": where, "confirmation": yes, "reason": reason}
            _tell(changed(f"message-{deed}", {**given}), did, as_json=as_json)

    made = one_or_many if in_bulk else one
    made.__doc__ = says
    return made


Message = Annotated[
    str,
    typer.Argument(metavar="MESSAGE", help="The id of a message, or how it begins.", show_default=False),
]


def _changed(deed: str, message: str, reason: str) -> Answer:
    from gateway.store.views import message_called

    with reading() as connection:
        one = message_called(connection, message)
    return changed(f"message-{deed}", {"message": one, "reason": reason})


def _show(where: str, at_most: int, *, as_json: bool) -> None:
    """What would be changed; nothing is."""
    from gateway.store.chosen import choose, read_where
    from gateway.store.views import views

    if not 1 <= at_most <= HIGHEST:
        raise UsageError(f"--at-most takes a number from 1 to {HIGHEST}")
    with reading() as connection:
        chosen = choose(connection, read_where(where), at_most)
        first = views(connection, chosen.messages[:FIRST])
    if as_json:
        told = {"total": chosen.total, "messages": list(chosen.messages), "confirmation": chosen.confirmation}
        tell_json({**told, "first": [view_json(each) for each in first]})
        return
    screen = Screen()
    if not chosen.messages:
        screen.line("No message is like that; nothing was changed.")
        return
    print_messages(screen, first)
    if len(chosen.messages) > len(first):
        screen.line((f"and {len(chosen.messages) - len(first):,} more", "dim"))
    if chosen.total > len(chosen.messages):
        screen.line(
            f"{chosen.total:,} are so; the oldest {len(chosen.messages):,} are taken (--at-most).", hang=4
        )
    screen.line(
        f"Nothing was changed yet. To do it to {counted(len(chosen.messages), 'message')}, give the same "
        f"command with {tied(f'--yes {chosen.confirmation}')}",
        hang=4,
    )


def _tell(answer: Answer, did: str, *, as_json: bool) -> None:
    if as_json:
        tell_json(answer)
        return
    messages, left_out = _texts(answer["messages"]), _texts(answer["left_out"])
    screen = Screen()
    if len(messages) == 1 and not left_out:
        screen.line(f"The message {messages[0]} {did}.")
        return
    screen.line(f"{counted(len(messages), 'message')}: each {did}.")
    for each in left_out:
        screen.line(("left out ", "yellow"), printable(each), hang=4)


def _texts(told: object) -> Sequence[str]:
    return [str(each) for each in told] if isinstance(told, list) else []
