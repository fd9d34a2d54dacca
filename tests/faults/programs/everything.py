"""Writes files in every way that a recording follows; run in the folder that is recorded."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

MAKE = os.O_RDWR | os.O_CREAT


def places() -> None:
    """Writes at the place where the file stands, at others, and at its end."""
    first = os.open("plain é x>y", MAKE | os.O_TRUNC)
    os.write(first, b"hello\n\0\xff" * 100)
    os.writev(first, [b"ab", b"", b"cd"])
    os.pwritev(first, [b"zz", b"yy"], 3)
    os.pwrite(first, b"far", 5000)
    os.lseek(first, 10, os.SEEK_SET)
    os.write(first, b"after a seek")
    os.fsync(first)
    again = os.dup2(first, 40)
    os.write(again, b"shares the place")
    os.ftruncate(first, 4000)
    os.posix_fallocate(first, 0, 6000)
    Path("plain é x>y").rename("renamed")
    os.write(first, b"under its new name")
    os.close(first)
    os.write(again, b"and still open")
    os.close(again)
    for mode in ("wb", "ab", "r+b"):
        with Path("modes").open(mode) as opened:
            opened.write(b"buffered " + mode.encode())
    Path("modes").write_bytes(b"short")
    os.truncate("modes", 3)


def names() -> None:
    """Makes, renames, links and removes, by whole paths and by relative ones."""
    Path("one/two/three").mkdir(parents=True)
    Path("one/two/three/file").write_text("deep")
    Path("one/two").rename("moved")
    os.link("moved/three/file", "linked")
    Path("linked").write_text("through the link")
    os.chdir("moved")
    Path("three/other").write_text("relative")
    os.chdir("..")
    Path("moved/three/other").replace("moved/three/file")
    Path("gone").write_text("gone")
    Path("gone").unlink()
    Path("empty").mkdir()
    Path("empty").rmdir()


def others() -> None:
    """Threads and a child that write into files opened before."""
    shared = os.open("shared", MAKE | os.O_APPEND)

    def write(number: int) -> None:
        for _ in range(20):
            os.pwrite(own, bytes([number]) * 700, number * 700)
            os.fdatasync(own)

    own = os.open("threads", MAKE)
    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    child = os.fork()
    if child == 0:
        os.write(shared, b"child")
        os._exit(0)
    os.waitpid(child, 0)
    os.write(shared, b"parent")


def answers() -> None:
    """Answers on sockets and a pipe."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind("answers")
    listening.listen()
    client = socket.socket(socket.AF_UNIX)
    client.connect("answers")
    service, _ = listening.accept()
    service.sendall(b"sent")
    service.sendmsg([b"in ", b"parts"])
    os.write(1, b"printed")
    for each in (service, client, listening):
        each.close()
    Path("answers").unlink()


if __name__ == "__main__":
    places()
    names()
    others()
    answers()
