"""Takes commands from the local socket, each connection in a thread of its own, and answers them."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from gateway.attempt import Done, Failed, attempt
from gateway.errors import GatewayError, StorageDoubtError, UsageError
from gateway.service.commands import COMMANDS
from gateway.service.frames import answer_line, fault_line, read_pieces, read_request
from gateway.service.local_socket import NAME, PATIENCE, listening, peer_user
from gateway.service.opening import user_of
from gateway.store.store import Store

AT_ONCE = 64  # connections that are served at a time; others wait to be taken
ROOT = 0


class Listener:
    """From `start` to `stop`; what is being answered when it stops is still answered."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        log: FilteringBoundLogger,
        watch: Callable[[GatewayError], None] = lambda fault: None,
    ) -> None:
        """`watch` is told of each fault of ours that a command meets, before whoever gave it is."""
        self._folder = folder
        self._store = store
        self._log = log
        self._watch = watch
        self._given_up = False
        self._socket: socket.socket | None = None
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._thread = threading.Thread(target=self._take, name="listener", daemon=True)

    def start(self) -> None:
        """Take connections from now on."""
        self._socket = listening(self._folder)
        self._thread.start()

    def stop(self) -> None:
        """Take no more, and wait until those that were taken are answered."""
        if self._socket is not None:
            self._socket.shutdown(socket.SHUT_RDWR)
            self._thread.join()
            self._socket.close()
            (self._folder / NAME).unlink(missing_ok=True)
        for _ in range(AT_ONCE):
            self._places.acquire(timeout=PATIENCE)

    def give_up(self) -> None:
        """Say of nothing any more that it is kept: that is in doubt, and the process ends."""
        self._given_up = True

    def _take(self) -> None:
        listener = self._socket
        while listener is not None:
            self._places.acquire()
            try:
                link, _ = listener.accept()
            except OSError:  # it was shut down
                self._places.release()
                return
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        try:
            with link, link.makefile("rb") as stream:
                link.settimeout(PATIENCE)
                if stream.peek(1):  # else somebody only looked whether the service runs
                    told = attempt(lambda: self._answered(link, stream))
                    line = told.value if isinstance(told, Done) else self._fault_of(told.error)
                    if isinstance(told, Failed) or not self._given_up:
                        link.sendall(line)
        except OSError as error:
            self._log.info("connection-lost", why=str(error))
        finally:
            self._places.release()

    def _answered(self, link: socket.socket, stream: BufferedReader) -> bytes:
        user = peer_user(link)
        if user not in (os.geteuid(), ROOT):
            raise UsageError("This workspace belongs to another user; run the command as that one")
        request = read_request(stream)
        command = COMMANDS.get(request.command)
        if command is None:
            raise UsageError(f"The service knows no `{request.command}`; start it anew after an update")
        return answer_line(command(self._store, request.arguments, user_of(user), read_pieces(stream)))

    def _fault_of(self, error: Exception) -> bytes:
        """Why nothing came of a command, for whoever gave it."""
        if isinstance(error, GatewayError):
            if isinstance(error, StorageDoubtError):
                self.give_up()
            self._watch(error)
            return fault_line(error)
        if isinstance(error, OSError):
            raise error
        self._log.error("command-failed", error=repr(error))
        return fault_line(GatewayError("The command met a mistake in the gateway itself; its log tells more"))
