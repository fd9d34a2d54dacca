"""Files that are dropped into folders: looked for, claimed, kept, and archived when they are durable."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from structlog.typing import FilteringBoundLogger

from gateway.agreements.channel import Channel, Folders
from gateway.attempt import Failed, attempt
from gateway.errors import GatewayError, TransportError, UsageError
from gateway.findings import found
from gateway.ports import Clock, Randomness
from gateway.service.alerting.notices import Notices
from gateway.service.exchange.in_force import InForce
from gateway.store.alerts import alert, raise_alert
from gateway.store.channels import paused_channels
from gateway.store.ids import new_id
from gateway.store.open_folders import FolderDisk, printable
from gateway.store.people import SERVICE
from gateway.store.receiving import Arrival, Coming, Intake
from gateway.store.store import Store
from gateway.store.writing.transaction import Transaction
from gateway.transports.folder.claims import Claim, Claims, DropFolder
from gateway.transports.folder.incoming import GivenUp, Incident, Incoming, Kind
from gateway.transports.folder.replies import reply
from gateway.transports.folder.replying import Reply, Replying
from gateway.transports.folder.watching import HINT_SECONDS, Watching, last_change

AT_ONCE = 200  # files that are kept before the next folder has its turn


class _Watched(NamedTuple):
    """A drop folder that is looked at."""

    channel: Channel
    folders: Folders
    incoming: Incoming
    claims: Claims


class DropFolders:
    """One thread that looks at the drop folders of all channels; `start` and `stop` it."""

    def __init__(
        self,
        root: Path,
        store: Store,
        clock: Clock,
        random: Randomness,
        disk: FolderDisk,
        in_force: Callable[[], InForce],
        notices: Notices,
        on_fault: Callable[[Exception], None],
        log: FilteringBoundLogger,
    ) -> None:
        self._root = root
        self._store = store
        self._clock = clock
        self._random = random
        self._disk = disk
        self._in_force = in_force
        self._notices = notices
        self._on_fault = on_fault
        self._log = log
        self._watching = Watching(last_change)
        self._watched: dict[str, _Watched] = {}  # by the id of the channel
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drop-folders", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; what is in hand is kept first."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        pause = HINT_SECONDS
        while not self._stopping.wait(pause):
            looked = attempt(self.look)
            if isinstance(looked, Failed):
                self._on_fault(looked.error)
            pause = 0.0 if not isinstance(looked, Failed) and looked.value else HINT_SECONDS

    def look(self) -> bool:
        """Look once at each folder that is due; whether one of them held more than was taken at once."""
        self._follow()
        paths = {name: str(self._root / str(each.folders.into)) for name, each in self._watched.items()}
        due = self._watching.due(paths, self._clock.monotonic())
        if not due:
            return False
        with self._store.database.reading() as connection:
            paused = paused_channels(connection)
        were_full = [self._look_at(self._watched[name]) for name in due if name not in paused]
        return any(were_full)

    def _follow(self) -> None:
        """Look at the folders of the channels that are in force, and at no others."""
        wanted = {
            name: (channel, channel.folder)
            for name, channel in self._in_force().configuration.channels.items()
            if channel.folder is not None and channel.folder.into is not None
        }
        for name in [*self._watched]:
            if name not in wanted or wanted[name][0] != self._watched[name].channel:
                del self._watched[name]
        for name, (channel, folders) in wanted.items():
            if name not in self._watched and folders is not None:
                self._watched[name] = self._taken_over(channel, folders)

    def _taken_over(self, channel: Channel, folders: Folders) -> _Watched:
        """A folder, when what an earlier process had claimed in it was kept."""
        place = DropFolder.of(self._root, str(folders.into))
        incoming = Incoming(place, folders.whole, self._disk, self._new_id)
        watched = _Watched(channel, folders, incoming, Claims(place, self._disk))
        left = attempt(watched.claims.left)
        if not isinstance(left, Failed):
            self._keep(watched, left.value, anew=True)
        elif not isinstance(left.error, TransportError):
            raise left.error
        return watched

    def _new_id(self) -> str:
        return new_id(self._clock.now(), self._random)

    def _look_at(self, watched: _Watched) -> bool:
        began = self._clock.monotonic()
        look = watched.incoming.look(began, AT_ONCE)
        self._watching.took(watched.channel.id, self._clock.monotonic() - began)
        self._keep(watched, look.claims)
        for incident in look.incidents:
            self._tell(watched, incident)
        self._answer_cut(watched, look.given_up)
        return len(look.claims) == AT_ONCE

    def _keep(self, watched: _Watched, claims: Sequence[Claim], *, anew: bool = False) -> None:
        """Keep claimed files, all in few commits, and archive them when they are durable.

        `anew` where an earlier process may have kept them already.
        """
        intake, channel = self._store.intake, watched.channel
        coming: list[tuple[Claim, Coming]] = []
        for claim in claims:
            begun = attempt(partial(self._begin, intake, watched, claim, anew=anew))
            if isinstance(begun, Failed):
                self._refused(watched, claim, begun.error)
            else:
                coming.append((claim, begun.value))
        kept: list[Claim] = []
        for claim, each in coming:
            received = attempt(each.result)
            if isinstance(received, Failed):
                self._refused(watched, claim, received.error)
            else:
                kept.append(claim)
        if kept:
            watched.claims.archive(kept, self._clock.now().date().isoformat())
            self._log.info("files-taken", channel=channel.id, files=len(kept))

    def _begin(self, intake: Intake, watched: _Watched, claim: Claim, *, anew: bool) -> Coming:
        name = os.fsencode(claim.name).decode("utf-8", "backslashreplace")
        arrival = Arrival(
            channel=watched.channel.id,
            who=SERVICE,
            partner=watched.channel.partner,
            file_name=name,
            request=claim.id,
            asked_first=not anew,
        )
        with watched.claims.opened(claim) as pieces:
            return intake.begin(arrival, pieces)

    def _refused(self, watched: _Watched, claim: Claim, error: Exception) -> None:
        """What could not be kept goes back, and is taken another time; what never can be is set aside."""
        if isinstance(error, UsageError):
            watched.claims.set_aside(claim)
            self._tell(watched, Incident(Kind.REFUSED, printable(claim.name), str(error)))
            return
        if isinstance(error, GatewayError):
            watched.claims.give_back(claim)
        self._on_fault(error)

    def _answer_cut(self, watched: _Watched, given_up: Sequence[GivenUp]) -> None:
        """Say beside its place that a file stayed cut, where the channel has replies."""
        replies = watched.folders.replies
        if replies is None or not given_up:
            return
        texts = []
        for each in given_up:
            cut = (found("file-cut", value=printable(each.name)),)
            is_taken, text = reply(printable(each.name), "-", cut, replies)
            texts.append(Reply(each.name, is_taken, text))
        place = DropFolder.of(self._root, str(watched.folders.into))
        Replying(place, self._disk, watched.folders.whole.by).reply(texts)

    def _tell(self, watched: _Watched, incident: Incident) -> None:
        code = "folder-unusable" if incident.kind is Kind.FOLDER else "file-refused"
        raised = alert(code, f"{watched.channel.id} {incident.name}".strip(), incident.text)

        def change(transaction: Transaction) -> str:
            return raise_alert(transaction, raised, self._notices)

        self._store.writer.submit(change)
