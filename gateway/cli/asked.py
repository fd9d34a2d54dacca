"""How commands reach a workspace: to read beside its service, or to change something by way of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.service.around import Surroundings
    from gateway.service.connection.frames import Answer, Json
    from gateway.service.looking import Looking


def here() -> tuple[Path, Surroundings]:
    """The workspace around the current folder, and the world that this process sees."""
    from gateway.service.around import real_surroundings, workspace_root

    return workspace_root(Path.cwd()), real_surroundings()


def changed(command: str, arguments: dict[str, Json], parts: Iterable[bytes] = ()) -> Answer:
    """Carry out a command that changes something in the workspace around the current folder."""
    from gateway.service.connection.client import carry_out
    from gateway.service.connection.frames import Request

    given: dict[str, Json] = {name: value for name, value in arguments.items() if value is not None}
    root, around = here()
    return carry_out(root, Request(command, given), parts, around)


@contextmanager
def reading() -> Iterator[Connection]:
    """The database of the workspace around the current folder, to read."""
    from gateway.service.around import refuse_without_store
    from gateway.service.parts import database_of
    from gateway.settings import read_settings
    from gateway.workspace import VAR

    root, around = here()
    refuse_without_store(root / VAR)
    database = database_of(root, read_settings(root), around)
    try:
        with database.reading() as connection:
            yield connection
    finally:
        database.close()


@contextmanager
def opening() -> Iterator[Looking]:
    """The same with the keys of the workspace, for what is sealed."""
    from gateway.service.looking import looking

    with looking(*here()) as found:
        yield found
