"""The real service under strace, what it is asked, and whether what is left of it holds what it answered."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from gateway.errors import GatewayError
from gateway.ledger.leaf import read_leaf
from gateway.ledger.tree import Frontier, leaf_hashes
from gateway.service.around import real_surroundings
from gateway.service.parts import parts_of
from gateway.service.starting import make
from gateway.settings import read_settings
from gateway.store.payloads.reading import read_payload
from gateway.store.search_keys import KeyKind
from gateway.store.store import Store, open_store
from gateway.store.tables import LedgerLeaf, Message, SearchKey
from gateway.store.writing.books import frontier_of
from gateway.workspace import is_workspace
from gateway.workspace_making import is_unfinished
from tests.faults.events import Event, Kind
from tests.faults.powerloss import Image
from tests.faults.recording import Recording
from tests.faults.tracing import Traced, traced
from tests.kills.work import Deed, Told, attempts, receiving

CHECKOUT = Path(__file__).resolve().parents[2]
DEADLINE = 60.0  # seconds; a busy machine is no fault of what is tested
SMALL, LARGE = 900, 70_000  # bytes: one stands in its row, one in the vault
DATABASE = "ws/var/gateway.db"
HARMLESS = (DATABASE, f"{DATABASE}-wal", "ws/var/lock", "ws/var/reserve", "ws/var/doubt")
CACHE = "ws/var/cache"
SIGNED = "ws/var/ledger"  # written by a thread that signs now and then; no file that is received waits for it


def deeds(count: int, name: str, large_every: int = 4) -> list[Deed]:
    """Files to receive, most of them small, each with a key of its own; the size stands in the name."""
    sizes = [LARGE if at % large_every == 2 else SMALL for at in range(count)]
    return [receiving(f"{name}-{at}-{size}", size) for at, size in enumerate(sizes)]


class Traceable:
    """Commands of the gateway under strace, by the launcher; they work in `folder`/kept."""

    def __init__(
        self,
        folder: Path,
        *commands: str,
        fault: str = "none",
        injected: Sequence[str] = (),
        program: str = "tests.faults.launcher",
    ) -> None:
        self.folder = folder
        self.root = folder / "kept" / "ws"
        self.root.parent.mkdir(exist_ok=True)
        one_stream = ["sh", "-c", 'exec "$@" 2>&1', "sh"]
        command = [
            *one_stream,
            sys.executable,
            "-m",
            program,
            fault,
            str(self.root),
            *commands,
        ]
        prefixed = traced(command, folder / "calls")
        prefixed[1:1] = injected
        self._process = Traced(prefixed, stdout=subprocess.PIPE, cwd=CHECKOUT)
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.lines: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> Traceable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(_below(self._process.strace.pid)):  # what the launcher started goes first
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.__exit__(kind, fault, trace)

    def ready(self) -> int | None:
        """The number of the next service that takes commands; None when there is none any more."""
        while (line := self._said.get(timeout=DEADLINE)) is not None:
            if '"ready"' in line:
                return int(json.loads(line)["process"])
        return None

    def end(self) -> int:
        """Wait for the end of the last command; its exit code."""
        status = self._process.strace.wait(DEADLINE)
        self._listener.join(DEADLINE)
        return status

    def _listen(self) -> None:
        stream = self._process.strace.stdout
        assert stream is not None
        for line in stream:
            self.lines.append(line.decode())
            self._said.put(line.decode())
        self._said.put(None)


def _below(process: int) -> list[int]:
    """The processes that one started, and those that these started."""
    try:
        own = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [each for child in own for each in (int(child), *_below(int(child)))]


class Recorded(NamedTuple):
    """A recording of the service, and what its clients were told: who came alone, then those at once."""

    recording: Recording
    alone: list[Told]
    together: list[Told]


def recorded(folder: Path, fault: str, alone: int, together: int, *, killed: bool = False) -> Recorded:
    """A new workspace is made, and its service receives files; `killed`: in between it is, and goes on.

    First one client waits for each answer, then eight send at the same time.
    """
    folder.mkdir(exist_ok=True)
    commands = ("init", "serve", "serve") if killed else ("init", "serve")
    with Traceable(folder, *commands, fault=fault) as running:
        process = running.ready()
        assert process is not None, running.lines
        singly = [told for deed in deeds(alone, "alone") for told in attempts(running.root, [deed])]
        many = deeds(together, "together")
        told = []
        if killed:
            told = killed_among(running.root, process, many)
            process = running.ready()
            assert process is not None, running.lines
        told += attempts(running.root, many, 8)
        assert all(each.answer is not None for each in (*singly, *told[-together:]))
        os.kill(process, signal.SIGTERM)
        assert running.end() == 0, running.lines
    recording = Recording(folder / "calls", folder / "kept", cwd=CHECKOUT)
    cut = {event.path for event in recording.events if event.end is None}  # by the kill: done or not
    assert set(recording.differences(folder / "kept")) <= cut
    return Recorded(recording, singly, told)


def killed_among(root: Path, process: int, many: Sequence[Deed]) -> list[Told]:
    """Clients send at the same time; when a quarter of it is answered the service is killed."""
    quarter = len(many) // 4

    def kill_soon() -> list[Told]:
        told = attempts(root, many[:quarter], 4)
        os.kill(process, signal.SIGKILL)
        return told

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(kill_soon)
        return attempts(root, many[quarter:], 4) + first.result()


def harmless(path: str) -> bool:
    """Whether a file may be in doubt when an answer leaves.

    Nothing depends on it; or, of the log of the database, others write there meanwhile, and the token tells
    whether the answer's own part was synced.
    """
    return path in HARMLESS or path.startswith((CACHE, SIGNED))


def is_answer(event: Event) -> bool:
    """Whether it is an answer to a client: the log goes to a pipe."""
    return event.kind is Kind.ANSWERED and event.path.startswith("UNIX")


def message_of(answer: bytes) -> str | None:
    """The message that an answer says is kept."""
    told = json.loads(answer).get("answer")
    return None if told is None else str(told["message"])


def token_of(answer: bytes) -> bytes | None:
    """What stands in the log of the database when what an answer promises does."""
    message = message_of(answer)
    return None if message is None else message.encode()


def wrong(image: Image, folder: Path) -> list[str]:
    """What an image of a workspace lacks of what was answered, and what of it does not fit together."""
    image.write_to(folder)
    root = folder / "ws"
    for key in root.glob("var/keys/*"):
        key.chmod(0o600)  # images know of no modes
    answered = {message for answer in image.acknowledged if (message := message_of(answer)) is not None}
    try:
        if not answered and (is_unfinished(root) or not is_workspace(root)):
            make(root, real_surroundings())  # it was being made: that can be finished
    except (GatewayError, SQLAlchemyError) as error:
        return [f"it cannot be made whole: {error}"]
    return held(root, answered)


def held(root: Path, answered: set[str]) -> list[str]:
    """The same of a workspace whose service is down; its own store opens it."""
    try:
        store = open_store(parts_of(root, read_settings(root), real_surroundings()), _unexpected)
    except (GatewayError, SQLAlchemyError) as error:
        return [f"it cannot be opened: {error}"]
    try:
        with store.database.reading() as connection:
            return [*_lost(store, connection, answered), *_torn(connection)]
    except (GatewayError, SQLAlchemyError) as error:
        return [f"it cannot be read: {error}"]
    finally:
        store.close()


def _lost(store: Store, connection: Connection, answered: set[str]) -> list[str]:
    found = []
    named = select(col(SearchKey.message_id), col(SearchKey.written))
    names = connection.execute(named.where(col(SearchKey.kind) == KeyKind.FILE_NAME.value)).all()
    kept: dict[str, str] = {message: name for message, name in names}  # noqa: C416 - rows are no pairs to mypy
    for message in sorted({*answered, *kept}):  # also what nobody was told of must be whole
        try:
            data = b"".join(read_payload(connection, store.keys, store.vault, message, "raw"))
        except GatewayError as error:
            found.append(f"{message}: {error}")
            continue
        name = kept.get(message, "")
        if data != receiving(name, int(name.rpartition("-")[2] or 0)).data:
            found.append(f"{message}: its bytes are others")
    doubled = len(kept) - len(set(kept.values()))
    return [*found, f"{doubled} files are there twice"] if doubled else found


def _torn(connection: Connection) -> list[str]:
    """Rows without leaves, leaves without rows, and whether the log is whole."""
    found = []
    if connection.exec_driver_sql("PRAGMA integrity_check").fetchall() != [("ok",)]:
        found.append("the database is damaged")
    rows = connection.execute(
        select(col(LedgerLeaf.n), col(LedgerLeaf.body), col(LedgerLeaf.hash)).order_by(col(LedgerLeaf.n))
    ).all()
    leaves = [read_leaf(row.body) for row in rows]
    hashes = leaf_hashes([row.body for row in rows])
    if [row.n for row in rows] != list(range(len(rows))) or [leaf.n for leaf in leaves] != list(
        range(len(rows))
    ):
        found.append("leaves are missing")
    elif [row.hash for row in rows] != hashes:
        found.append("a leaf has another hash")
    elif frontier_of(connection, len(rows)) != Frontier().extended(hashes)[0]:
        found.append("the tree is another")
    entered = sorted(leaf.message for leaf in leaves if leaf.what == "message-received" and leaf.message)
    messages = sorted(connection.execute(select(col(Message.id))).scalars())
    if entered != messages:
        found.append(f"{len(messages)} rows of messages and {len(entered)} leaves do not belong together")
    numbers = [leaf.partner_n for leaf in leaves if leaf.partner is not None]
    if numbers != list(range(1, len(numbers) + 1)):
        found.append("leaves of the partner are missing")
    return found


def _unexpected(doubt: GatewayError) -> None:
    raise AssertionError(doubt)
