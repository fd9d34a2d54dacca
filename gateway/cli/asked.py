"""How commands reach a workspace: to read beside its service, or to change something by way of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.service.connection.frames import Answer, Json


def changed(command: str, arguments: dict[str, Json], parts: Iterable[bytes] = ()) -> Answer:
    """Carry out a command that changes something in the workspace around the current folder."""
    from gateway.service.around import real_surroundings, workspace_root
    from gateway.service.connection.client import carry_out
    from gateway.service.connection.frames import Request

    given: dict[str, Json] = {name: value for name, value in arguments.items() if value is not None}
    return carry_out(workspace_root(Path.cwd()), Request(command, given), parts, real_surroundings())


@contextmanager
def reading() -> Iterator[Connection]:
    """The database of the workspace around the current folder, to read."""
    from gateway.service.around import real_surroundings, workspace_root
    from gateway.service.parts import database_of
    from gateway.settings import read_settings

    root = workspace_root(Path.cwd())
    database = database_of(root, read_settings(root), real_surroundings())
    try:
        with database.reading() as connection:
            yield connection
    finally:
        database.close()
