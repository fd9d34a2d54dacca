"""Files as the commands read and write them."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from io import BufferedReader
from itertools import chain
from pathlib import Path
from stat import S_IMODE, S_ISREG
from types import MappingProxyType
from typing import BinaryIO

from gateway.cli.watch import Watch
from gateway.errors import UnreadableFileError, UsageError

STANDARD_INPUT = Path("-")

OWNER_ONLY = 0o600
CHUNK_BYTES = 1 << 20  # large enough that a call costs nothing beside the work, small beside the memory

# What to do when the system refuses to read or write, beside the words that it has for it.
READING = MappingProxyType(
    {
        errno.ENOENT: "correct the path, or look whether the file was moved",
        errno.EISDIR: "name the files in it, such as {path}/*",
        errno.ENOTDIR: "a part of the path is no folder; correct it",
        errno.EACCES: "let your user read it, with `chmod` or as its owner",
        errno.EPERM: "let your user read it, with `chmod` or as its owner",
    }
)
WRITING = MappingProxyType(
    {
        errno.ENOENT: "create the folder first, or correct the path",
        errno.EISDIR: "name a file in it",
        errno.ENOTDIR: "a part of the path is no folder; correct it",
        errno.EACCES: "let your user write to the folder, or name another one",
        errno.EPERM: "let your user write to the folder, or name another one",
        errno.EROFS: "name a folder on another disk",
        errno.ENOSPC: "make room on the disk and run the command again",
        errno.EDQUOT: "make room on the disk and run the command again",
        errno.ENAMETOOLONG: "choose a shorter name",
    }
)


def name_of(path: Path) -> str:
    """The name of a file in a report."""
    return "<stdin>" if path == STANDARD_INPUT else str(path)


def head_and_chunks(path: Path, length: int, watch: Watch) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes of a file, to look at, and all of its bytes; it is read once, as a pipe can be."""
    rest = _chunks(path, watch)
    begun = b""
    while len(begun) < length and (block := next(rest, b"")):
        begun += block
    return begun[:length], chain([begun], rest)


def head(path: Path, length: int) -> bytes:
    """The first bytes of a file."""
    with _opened(path) as file:
        return _read(file, path, length)


def read_once(paths: list[Path]) -> None:
    """`UsageError` when standard input is named twice: after the first time there is nothing left in it."""
    if paths.count(STANDARD_INPUT) > 1:
        raise UsageError("standard input (-) can be read but once; name it once")


def not_over_input(path: Path, output: Path | None) -> None:
    """`UsageError` when `output` is the file that is read, by whatever name, which writing would destroy."""
    if output is None:
        return
    try:
        there = output.stat()
        read = os.fstat(_standard_input().fileno()) if path == STANDARD_INPUT else path.stat()
    except OSError:  # one of them is not there; reading or writing it tells what is to be told
        return
    if S_ISREG(there.st_mode) and os.path.samestat(there, read):
        raise UsageError(
            f"{output} is the file that is read, and writing would destroy it; name another file with -o"
        )


def _chunks(path: Path, watch: Watch) -> Iterator[bytes]:
    """The bytes of a file, while `watch` shows how far it is."""
    with _opened(path) as file:
        size = 0 if path == STANDARD_INPUT else os.fstat(file.fileno()).st_size
        yield from watch.reading(_blocks(file, path), path.name, size)


def chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, or of standard input."""
    with _opened(path) as file:
        yield from _blocks(file, path)


def coming() -> Iterator[bytes]:
    """The bytes of standard input, each as soon as it is there."""
    stream = _standard_input()
    if not isinstance(stream, BufferedReader):  # one that is in memory has all of it
        yield from _blocks(stream, STANDARD_INPUT)
        return
    try:
        while block := stream.read1(CHUNK_BYTES):
            yield block
    except OSError as fault:
        raise UnreadableFileError(f"{name_of(STANDARD_INPUT)} cannot be read: {refusal(fault)}") from fault


def write_output(data: bytes, path: Path | None) -> None:
    """Write to a file, whole or not at all, or to standard output.

    A device or pipe is written to as it stands, and a link leads to the file behind it.
    """
    if path is None:
        stream: BinaryIO | None = getattr(sys.stdout, "buffer", None)
        if stream is None:
            raise UsageError("standard output is closed; name a file with -o")
        stream.write(data)
        stream.flush()
        return
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as fault:
        raise UsageError(f"{path} cannot be written: {refusal(fault)}") from fault
    except RuntimeError as fault:  # a link that leads to itself
        raise UsageError(f"{path} cannot be written: {fault}; correct the link") from fault


def write_parts(parts: Iterable[bytes], path: Path | None) -> None:
    """Write what comes in pieces to a file, whole or not at all, or to standard output as it comes."""
    if path is None:
        for part in parts:
            write_output(part, None)
        return
    try:
        target = path.resolve()
        aside = target.with_name(f".{os.urandom(8).hex()}.part")
        try:
            with aside.open("xb") as file:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(target)
        finally:
            _away(aside)
    except OSError as fault:
        raise UsageError(f"{path} cannot be written: {refusal(fault)}") from fault


def refuse_link(path: Path) -> None:
    """`UsageError` where `write_private` would not write."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UsageError(f"{path} is a link, a folder or a device, and is not written; name a file with -o")


def write_private(data: Iterable[bytes], path: Path | None) -> None:
    """Write what is not for everybody to a file that its owner alone may read, whole or not at all.

    What stands there must be a plain file: a link that somebody put into a shared folder would otherwise
    choose which file is replaced. Without a path it goes to standard output as it comes.
    """
    if path is None:
        write_parts(data, None)
        return
    refuse_link(path)
    aside = path.with_name(f".{os.urandom(8).hex()}.part")
    try:
        try:
            number = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ONLY)
            with os.fdopen(number, "wb") as file:
                file.writelines(data)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)  # of a link that came meanwhile, the link itself
        finally:
            _away(aside)
    except OSError as fault:
        raise UsageError(f"{path} cannot be written: {refusal(fault)}") from fault


def refusal(fault: OSError, path: Path | None = None) -> str:
    """Why the system refused to write (to read, when the `path` to read is given), and what to do."""
    advice = (WRITING if path is None else READING).get(fault.errno or 0, "check the disk and permissions")
    return f"{fault.strerror}; {advice.format(path=path)}"


def replace_together(files: Sequence[tuple[Path, bytes]]) -> None:
    """Give files new bytes: all of them, or none when one cannot be written (`UsageError`).

    All are written aside before the first is replaced, each by a rename, so that no file is ever half
    written; where a rename fails, the files that were replaced before get their bytes back.
    """
    aside: list[tuple[Path, Path]] = []
    kept: list[tuple[Path, bytes | None]] = []
    path = Path()
    try:
        for path, data in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            target = path.resolve()
            aside.append((_written_aside(target, data), target))
            if target.exists():
                aside[-1][0].chmod(S_IMODE(target.stat().st_mode))
        for part, path in aside:
            kept.append((path, path.read_bytes() if path.exists() else None))
            part.replace(path)
    except (OSError, KeyboardInterrupt) as fault:
        for done, data_before in kept:
            _put_back(done, data_before)
        if isinstance(fault, KeyboardInterrupt):
            raise
        raise UsageError(f"{path} cannot be written: {refusal(fault)}; nothing was changed") from fault
    finally:
        for part, _ in aside:
            _away(part)


def _put_back(path: Path, data: bytes | None) -> None:
    with suppress(OSError):  # the fault that led here is the one to tell
        if data is None:
            path.unlink()
        elif path.read_bytes() != data:
            _replace(path, data)


def _replace(target: Path, data: bytes) -> None:
    aside = _written_aside(target, data)
    try:
        aside.replace(target)
    finally:
        _away(aside)


def _written_aside(target: Path, data: bytes) -> Path:
    """A file with these bytes beside the one it is to replace."""
    aside = target.with_name(f".{os.urandom(8).hex()}.part")
    with ExitStack() as undone:
        undone.callback(_away, aside)
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        undone.pop_all()
    return aside


def _away(aside: Path) -> None:
    with suppress(OSError):
        aside.unlink(missing_ok=True)


def _opened(path: Path) -> AbstractContextManager[BinaryIO]:
    if path == STANDARD_INPUT:
        return nullcontext(_standard_input())
    try:
        return path.open("rb")
    except OSError as fault:
        raise UnreadableFileError(f"{name_of(path)} cannot be read: {refusal(fault, path)}") from fault


def _standard_input() -> BinaryIO:
    stream: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise UsageError("standard input is closed; name a file, or send one with `<` or a pipe")
    return stream


def _blocks(file: BinaryIO, path: Path) -> Iterator[bytes]:
    while block := _read(file, path, CHUNK_BYTES):
        yield block


def _read(file: BinaryIO, path: Path, length: int) -> bytes:
    try:
        return file.read(length)
    except OSError as fault:
        raise UnreadableFileError(f"{name_of(path)} cannot be read: {refusal(fault, path)}") from fault
