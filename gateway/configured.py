"""The configuration of a workspace: all its partners together, with every mistake of their files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from gateway.agreements.configuration import Configuration, Unread, problems
from gateway.agreements.known import Problem
from gateway.agreements.parse import ReadPartner
from gateway.errors import DataFileError, Mistake

__all__ = ["across", "configuration_of"]


def configuration_of(read: Sequence[ReadPartner], root: Path | None) -> Configuration:
    """What the files of all partners agree on; raises `DataFileError` with every mistake of theirs.

    `root` is the folder of the workspace, in which drop folders lie.
    """
    mistakes = [mistake for each in read for mistake in each.mistakes] + list(across(read, root))
    if mistakes:
        raise DataFileError(tuple(sorted(dict.fromkeys(mistakes))))
    return _together(read)


def across(read: Sequence[ReadPartner], root: Path | None) -> tuple[Mistake, ...]:
    """What is wrong between partners, and between their folders and those that there are."""
    by_name = {each.name: each for each in read}
    configuration = _together(read)
    found = list(problems(configuration, _unread(read)))
    if root is not None:
        found += _links(configuration, root)
    return tuple(dict.fromkeys(by_name[name].told(problem) for name, problem in found))


def _together(read: Sequence[ReadPartner]) -> Configuration:
    return Configuration.of({each.name: each.partner for each in read if each.partner is not None})


def _unread(read: Sequence[ReadPartner]) -> Unread:
    unread = {(each.name, place) for each in read for place in each.unread}
    return unread | {(each.name, ()) for each in read if each.partner is None}


def _links(configuration: Configuration, root: Path) -> Iterator[tuple[str, Problem]]:
    """A folder that is a link, or is reached by one, would lead files out of the workspace."""
    for channel in configuration.channels.values():
        folder = channel.folder
        for key, path in (("in", folder.into), ("out", folder.out)) if folder is not None else ():
            link = _link(root, path) if path is not None else None
            if link is not None:
                text = f"`{key}` leads through {link}, which is a link; make it a folder, or name another one"
                yield channel.partner, ((("channels", channel.name, "folder", key),), text)


def _link(root: Path, path: str) -> str | None:
    parts = PurePosixPath(path).parts
    if ".." in parts or PurePosixPath(path).is_absolute() or "\0" in path:
        return None  # told already
    inner = ("/".join(parts[:length]) for length in range(1, len(parts) + 1))
    return next((each for each in inner if (root / each).is_symlink()), None)
