"""Keeps rows in SQLite and files in a folder, and answers `kept <name>` on standard output once each is safe.

Each way to do it wrong can be chosen, so that the harnesses can show that they find it.
"""

from __future__ import annotations

import argparse
import os
import queue
import sqlite3
import sys
import threading
from pathlib import Path

FILES = ("none", "careful", "no-sync", "no-folder-sync", "renamed-first", "new-folder")


def answer(name: str) -> None:
    """Tells that something is safe."""
    os.write(1, f"kept {name}\n".encode())


def keep_file(folder: Path, name: str, how: str) -> None:
    """Writes a file aside, syncs it, renames it and syncs the folder, or leaves one of these out."""
    vault = folder / "vault"
    if how == "new-folder":
        vault /= name
        vault.mkdir()
    aside, final = vault / f"{name}.part", vault / name
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(descriptor, name.encode() * 200)
    if how == "renamed-first":
        aside.rename(final)
    if how != "no-sync":
        os.fsync(descriptor)
    os.close(descriptor)
    if how != "renamed-first":
        aside.rename(final)
    if how != "no-folder-sync":
        sync_folder(vault)


def sync_folder(folder: Path) -> None:
    """Syncs the entries of a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def opened(folder: Path, synchronous: str) -> sqlite3.Connection:
    """The database of a folder, ready for rows."""
    connection = sqlite3.connect(folder / "rows.db", isolation_level=None, check_same_thread=False)
    if connection.execute("PRAGMA journal_mode=WAL").fetchone() != ("wal",):
        sys.exit("disk I/O error: no write-ahead log")  # SQLite tells a failed sync here by the mode alone
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("PRAGMA wal_autocheckpoint=50")
    connection.execute("CREATE TABLE IF NOT EXISTS row (name TEXT PRIMARY KEY, filling BLOB)")
    return connection


def one_by_one(folder: Path, options: argparse.Namespace) -> None:
    """Rows, each in its own transaction."""
    connection = opened(folder, options.synchronous)
    for number in range(options.rows):
        name = f"row-{number:06}"
        if options.files != "none":
            keep_file(folder, name, options.files)
        if options.answer_early:
            answer(name)
        try:
            connection.execute("INSERT INTO row VALUES (?, zeroblob(?))", (name, options.size))
        except sqlite3.OperationalError as fault:
            # nothing was promised: the next row is tried once there is room
            os.write(1, f"refused {name} {fault}\n".encode())
            if options.ballast is None or not options.ballast.exists():
                sys.exit(3)
            options.ballast.unlink()
            continue
        if not options.answer_early:
            answer(name)
    connection.close()


def together(folder: Path, options: argparse.Namespace) -> None:
    """Rows of several producers; one writer commits whatever has come in, in one transaction."""
    connection = opened(folder, options.synchronous)
    waiting: queue.Queue[tuple[str, threading.Event]] = queue.Queue()

    def produce(producer: int) -> None:
        for number in range(options.rows // options.producers):
            name, safe = f"row-{producer:02}-{number:06}", threading.Event()
            waiting.put((name, safe))
            if not options.answer_early:
                safe.wait()
            answer(name)

    producers = [threading.Thread(target=produce, args=(number,)) for number in range(options.producers)]
    for producer in producers:
        producer.start()
    missing = options.rows // options.producers * options.producers
    while missing:
        batch = [waiting.get()]
        while not waiting.empty():
            batch.append(waiting.get())
        write(connection, batch)
        missing -= len(batch)
    for producer in producers:
        producer.join()
    connection.close()


def write(connection: sqlite3.Connection, batch: list[tuple[str, threading.Event]]) -> None:
    """One transaction, then the word to each that waits for it."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO row VALUES (?, NULL)", [(name,) for name, _ in batch])
    connection.execute("COMMIT")
    for _, safe in batch:
        safe.set()


def main() -> None:
    """Reads the command line and keeps what it says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--size", type=int, default=0, help="bytes that fill each row")
    parser.add_argument("--synchronous", choices=("FULL", "NORMAL"), default="FULL")
    parser.add_argument("--files", choices=FILES, default="none")
    parser.add_argument("--producers", type=int, default=1)
    parser.add_argument("--answer-early", action="store_true")
    parser.add_argument("--ballast", type=Path, help="a file that is removed when the disk is full")
    options = parser.parse_args()
    if options.files != "none":
        (options.folder / "vault").mkdir(exist_ok=True)
        sync_folder(options.folder)
    (together if options.producers > 1 else one_by_one)(options.folder, options)


if __name__ == "__main__":
    main()
