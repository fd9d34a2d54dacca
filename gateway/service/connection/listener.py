"""Takes commands from the local socket, each place in a thread of its own, and answers them."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from functools import partial

from gateway.attempt import Failed, attempt
from gateway.errors import GatewayError, StorageDoubtError, StoreBusyError, UsageError
from gateway.service.commands.table import COMMANDS
from gateway.service.connection.frames import (
    MalformedError,
    answer_line,
    fault_line,
    read_pieces,
    read_request,
)
from gateway.service.connection.incoming import Incoming, Patience
from gateway.service.connection.local_socket import NAME, listening, peer_user
from gateway.service.logging import place_of
from gateway.service.opened import Opened
from gateway.service.parts import user_of
from gateway.workspace import VAR

AT_ONCE = 64  # connections that are served at a time; others wait to be taken
ROOT = 0
ANSWERING = 10.0  # seconds until who asked has taken the answer
STOPPING = 60.0  # seconds in which what was taken must be done when the service stops
PAUSE = 1.0  # seconds until another is taken where the system had no means to take one


class Listener:
    """From `start` to `stop`; what has come to its end when it stops is still done and answered."""

    def __init__(
        self,
        opened: Opened,
        patience: Patience | None = None,
        watch: Callable[[GatewayError], None] = lambda fault: None,
    ) -> None:
        """`watch` is told of each fault of ours that a command meets, before whoever gave it is."""
        self._folder = opened.root / VAR
        self._opened = opened
        self._clock = opened.around.clock
        self._log = opened.log
        self._patience = patience or Patience()
        self._watch = watch
        self._given_up = False
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._links: set[socket.socket] = set()
        self._socket: socket.socket | None = None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Take connections from now on."""
        self._socket = listening(self._folder)
        for number in range(AT_ONCE):
            thread = threading.Thread(
                target=self._take, args=(self._socket,), name=f"commands-{number}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Take no more; what has come whole is answered, what has not is refused."""
        listener, self._socket = self._socket, None
        if listener is None:
            return
        with self._guard:
            self._stopping.set()
            for link in self._links:
                _hear_no_more(link)
        listener.shutdown(socket.SHUT_RDWR)  # those that wait to be taken are taken all the same
        until = self._clock.monotonic() + STOPPING
        for thread in self._threads:
            thread.join(max(0.0, until - self._clock.monotonic()))
        listener.close()
        (self._folder / NAME).unlink(missing_ok=True)
        left = sum(thread.is_alive() for thread in self._threads)
        if left:
            self._log.error("commands-left", commands=left, waited_seconds=STOPPING)

    def give_up(self) -> None:
        """Say of nothing any more that it is kept: that is in doubt, and the process ends."""
        self._given_up = True

    def _take(self, listener: socket.socket) -> None:
        while True:
            try:
                link, _ = listener.accept()
            except OSError as error:
                if self._stopping.is_set():
                    return
                self._log.error("connection-not-taken", why=error.strerror)
                self._stopping.wait(PAUSE)
                continue
            served = attempt(partial(self._serve, link))
            if isinstance(served, Failed):
                self._log.info("connection-lost", **place_of(served.error))

    def _serve(self, link: socket.socket) -> None:
        with link:
            with self._guard:
                self._links.add(link)
                if self._stopping.is_set():
                    _hear_no_more(link)
            try:
                line = self._line(link)
                if line:
                    link.settimeout(ANSWERING)
                    link.sendall(line)
            finally:
                with self._guard:
                    self._links.discard(link)

    def _line(self, link: socket.socket) -> bytes:
        """The answer to what comes over a connection; nothing where nothing comes."""
        incoming = Incoming(link, self._patience, self._clock)
        told = attempt(lambda: self._answered(link, incoming))
        if isinstance(told, Failed):
            return self._fault_of(told.error)
        return b"" if self._given_up else told.value

    def _answered(self, link: socket.socket, incoming: Incoming) -> bytes:
        user = peer_user(link)
        if user not in (os.geteuid(), ROOT):
            raise UsageError("This workspace belongs to another user; run the command as that user")
        if not incoming.begins():
            return b""
        request = read_request(incoming)
        command = COMMANDS.get(request.command)
        if command is None:
            raise UsageError(f"The service knows no `{request.command[:40]}`; start it anew after an update")
        return answer_line(command(self._opened, request.arguments, user_of(user), read_pieces(incoming)))

    def _fault_of(self, error: Exception) -> bytes:
        """Why nothing came of a command, for whoever gave it."""
        if isinstance(error, MalformedError):
            if self._stopping.is_set():
                return fault_line(StoreBusyError("The service stops; nothing was kept, try again later"))
            self._log.info("command-refused", why=str(error))
        if isinstance(error, StorageDoubtError):
            self.give_up()
        if isinstance(error, GatewayError):
            self._watch(error)
            return fault_line(error)
        self._log.error("command-failed", **place_of(error))
        return fault_line(
            GatewayError(
                "The command met a mistake in the gateway itself; the log of the service tells where"
            )
        )


def _hear_no_more(link: socket.socket) -> None:
    """End what comes over a connection; what has come already can still be read."""
    attempt(lambda: link.shutdown(socket.SHUT_RD))  # the other side may be gone
