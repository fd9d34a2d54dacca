"""Checks the whole ledger against itself, against its checkpoints, and against those that were kept outside.

Without a checkpoint from outside this shows what somebody without the signing key changed. Who has the key
can write everything anew: only a checkpoint that was out of reach shows that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from cryptography.x509 import Certificate
from sqlalchemy import Connection, text

from gateway.errors import TamperedError
from gateway.ledger.checkpoint import Checkpoint, epoch_of, open_checkpoint, origin_of, parse_checkpoint
from gateway.ledger.notes import parse_note
from gateway.ledger.tree import Frontier
from gateway.store.signing.signed_file import NO_CHAIN, chained, open_signed, parse_signed
from gateway.store.verifying.control_numbers import COUNTED, check_counted
from gateway.store.verifying.known_keys import KnownKeys, LogKeys
from gateway.store.verifying.opened import DeepMeans
from gateway.store.verifying.report import Faults, Flaw, Looked, VerifyReport
from gateway.store.verifying.stamps import check_stamps
from gateway.store.verifying.state import check_state
from gateway.store.writing.leaf_rows import LeafRow, Walked, extent_of, node_count, walk


class _Head(msgspec.Struct, gc=False):
    """Of a leaf, what its place in the log is judged by."""

    epoch: int
    n: int
    what: str
    message: str | None = None
    partner: str | None = None
    partner_n: int | None = None


class _Stated(msgspec.Struct, frozen=True):
    """A checkpoint whose signature is right: the tree of its size must have its root."""

    place: str
    code: Flaw
    checkpoint: Checkpoint


_HEADS = msgspec.json.Decoder(_Head)


def verify(
    connection: Connection,
    keys: LogKeys,
    outside: Sequence[bytes] = (),
    signed: bytes | None = None,
    deep: DeepMeans | None = None,
    certificates: Sequence[Certificate] = (),
) -> VerifyReport:
    """Checks everything that this reading connection sees.

    `outside` are checkpoints that were kept elsewhere, be they countersigned; `signed` is the file of the
    signer, `b""` when it is missing, None when it is not looked at; with `deep`, everything is opened and the
    state compared with the leaves. `certificates` are those of authorities of time stamps.
    """
    checking = _Checking(connection, keys)
    stated = [*checking.kept_checkpoints(signed), *checking.outside(outside)]
    checking.log(stated)
    check_counted(connection, checking.counted, checking.faults)
    check_stamps(connection, certificates, checking.faults, checking.looked)
    if deep is not None:
        check_state(connection, deep, checking.faults, checking.looked)
    return VerifyReport(
        origin=origin_of(keys.log, checking.extent.epoch),
        size=checking.frontier.size,
        root=checking.frontier.root.hex(),
        deep=deep is not None,
        keys=checking.keys.used(),
        faults=tuple(checking.faults.kept),
        total=checking.faults.total,
        looked=checking.looked,
    )


class _Checking:
    """One run over the log."""

    def __init__(self, connection: Connection, keys: LogKeys) -> None:
        self._connection, self.keys = connection, KnownKeys(connection, keys)
        self.extent = extent_of(connection)
        self.frontier = Frontier()
        self.faults, self.looked = Faults(), Looked()
        self._epochs = self._read_epochs()
        for epoch, fault in self.keys.faults():
            self.faults.add(Flaw.EPOCH, f"epoch {epoch}", fault)
        self._partners: dict[str, int] = {}
        self.counted: dict[str, int] = dict.fromkeys(COUNTED, 0)

    def kept_checkpoints(self, signed: bytes | None) -> Iterator[_Stated]:
        """Those in the database whose signature is right."""
        rows = self._connection.execute(
            text("SELECT epoch, size, note FROM checkpoint ORDER BY epoch, size")
        ).all()
        chain, count = NO_CHAIN, 0
        for epoch, size, note in rows:
            place = f"checkpoint {size} of epoch {epoch}"
            self.looked.checkpoints += 1
            if not isinstance(epoch, int) or not isinstance(size, int) or not isinstance(note, str):
                self.faults.add(Flaw.CHECKPOINT, place, "a value of its row has another type than it must")
                continue
            data = note.encode("utf-8", "replace")
            if epoch == self.extent.epoch:
                chain, count = chained(chain, data), count + 1
            try:
                checkpoint = self._opened(data, epoch)
            except TamperedError as fault:
                self.faults.add(Flaw.CHECKPOINT, place, f"{fault}")
                continue
            if checkpoint.size != size:
                self.faults.add(Flaw.CHECKPOINT, place, f"its row says another size than {checkpoint.size}")
            yield _Stated(place, Flaw.CHECKPOINT, checkpoint)
        yield from self._signed(signed, chain, count)

    def outside(self, notes: Sequence[bytes]) -> Iterator[_Stated]:
        """Those from elsewhere; one that cannot be checked is a fault, as somebody relies on it."""
        for number, note in enumerate(notes, 1):
            place = f"checkpoint {number} from outside"
            try:
                origin = parse_checkpoint(parse_note(note).text).origin
                checkpoint = self._opened(note, epoch_of(origin))
            except TamperedError as fault:
                self.faults.add(Flaw.OUTSIDE, place, f"{fault}")
                continue
            self.looked.outside += 1
            yield _Stated(f"checkpoint {checkpoint.size} from outside", Flaw.OUTSIDE, checkpoint)

    def log(self, stated: Sequence[_Stated]) -> None:
        """All leaves from the first to the last, and what was stated of them on the way."""
        wanted: dict[int, list[_Stated]] = {}
        for each in stated:
            wanted.setdefault(each.checkpoint.size, []).append(each)
            self._check_reach(each)
        if self.extent.first < 0:
            self.faults.add(Flaw.LEAF, f"leaf {self.extent.first}", "the numbers of leaves begin at 0")
        self._compare(wanted.pop(0, ()))
        stops = sorted(size for size in wanted if size <= self.extent.size)
        for stretch in walk(self._connection, self.frontier, self.extent.size, stops):
            self._look_at(stretch)
            self.frontier = stretch.frontier
            self._compare(wanted.pop(self.frontier.size, ()))
        for missing in wanted.values():
            for each in missing:
                self.faults.add(
                    each.code,
                    each.place,
                    f"the log has {self.frontier.size} leaves that can be read, fewer than were signed: it "
                    f"was cut, or set back",
                )
        self._check_ends()

    def _opened(self, note: bytes, epoch: int) -> Checkpoint:
        keys = self.keys.of(epoch)
        parsed = parse_note(note)
        for key in keys:
            if any((one.name, one.key_id) == (key.name, key.key_id) for one in parsed.signatures):
                return open_checkpoint(note, key)
        raise TamperedError(f"no known key of epoch {epoch} signed it")

    def _signed(self, data: bytes | None, chain: bytes, count: int) -> Iterator[_Stated]:
        """What the signer remembers: it knows how many checkpoints there are in this epoch."""
        if data is None or (not data and not count):
            return
        try:
            epoch = parse_signed(data).epoch
            if epoch < self.extent.epoch:
                return
            signed = open_signed(data, self.keys.of(epoch))
        except TamperedError as fault:
            self.faults.add(Flaw.SIGNED, "var/ledger/signed", f"{fault}")
            return
        if epoch == self.extent.epoch and (signed.chain, signed.count) != (chain, count):
            self.faults.add(
                Flaw.CHECKPOINT,
                f"epoch {epoch}",
                f"{signed.count} checkpoints were signed, and the {count} in the database are not they. "
                f"Where only the last is missing, a stop came between: `gateway ledger checkpoint` keeps it",
            )
        if signed.count:
            yield _Stated("what was signed last", Flaw.SIGNED, signed.checkpoint)

    def _check_reach(self, stated: _Stated) -> None:
        """That a checkpoint speaks of no leaf that came after its epoch."""
        epoch = epoch_of(stated.checkpoint.origin)
        following = [first for number, first in self._epochs if number == epoch + 1]
        if epoch > self.extent.epoch:
            why = f"it is of epoch {epoch}, and the database knows {self.extent.epoch}: it was set back"
        elif following and stated.checkpoint.size > following[0]:
            why = (
                f"epoch {epoch + 1} began from a backup with {following[0]} leaves: those after it, which "
                f"this checkpoint speaks of, are lost"
            )
        else:
            return
        self.faults.add(stated.code, stated.place, why)

    def _compare(self, stated: Sequence[_Stated]) -> None:
        for each in stated:
            if each.checkpoint.root != self.frontier.root:
                self.faults.add(
                    each.code,
                    each.place,
                    f"the first {each.checkpoint.size} leaves are not those that were signed: the past was "
                    f"rewritten",
                )

    def _look_at(self, stretch: Walked) -> None:
        """What the walk found of some leaves, and what their bodies say."""
        for n in stretch.changed:
            self.faults.add(Flaw.LEAF, f"leaf {n}", "its body was changed, or its hash")
        self._check_heads(stretch.rows)
        if stretch.missing is not None:
            place = f"leaf {stretch.missing}"
            self.faults.add(Flaw.LEAF, place, "it is missing, so no leaf from here on can be checked")
        for node in stretch.wrong:
            self.faults.add(
                Flaw.NODE,
                f"node {node.index} of level {node.level}",
                "what is kept of the tree is not what its leaves give",
            )
        self.looked.leaves += len(stretch.rows)
        self.looked.nodes += stretch.nodes

    def _check_heads(self, rows: Sequence[LeafRow]) -> None:
        """Numbers, epochs and numbers of partners, as the bodies say them."""
        decode, partners, faults = _HEADS.decode, self._partners, self.faults
        several_epochs = len(self._epochs) > 1
        for n, message, body, _ in rows:
            try:
                head = decode(body)
            except (msgspec.DecodeError, TypeError):
                faults.add(Flaw.LEAF, f"leaf {n}", "it cannot be read")
                continue
            if head.n != n or head.message != message:
                faults.add(Flaw.LEAF, f"leaf {n}", "its row says another number or message than the leaf")
            if several_epochs or head.epoch != 1:
                self._check_epoch(n, head.epoch)
            if head.what in self.counted:
                self.counted[head.what] += 1
            partner = head.partner
            if partner is not None:
                count = partners.get(partner, 0) + 1
                partners[partner] = count
                if head.partner_n != count:
                    faults.add(
                        Flaw.PARTNER_NUMBER,
                        f"leaf {n}",
                        f"it is number {head.partner_n} of its partner, and {count} of them are there",
                    )

    def _check_epoch(self, n: int, epoch: int) -> None:
        belongs = [number for number, first in self._epochs if first <= n]
        if not belongs or belongs[-1] != epoch:
            self.faults.add(Flaw.EPOCH, f"leaf {n}", f"it says epoch {epoch}, which does not reach here")

    def _read_epochs(self) -> list[tuple[int, int]]:
        rows = self._connection.execute(text("SELECT number, first_leaf FROM epoch ORDER BY number")).all()
        epochs = [(row[0], row[1]) for row in rows if isinstance(row[0], int) and isinstance(row[1], int)]
        firsts = [first for _, first in epochs]
        sound = len(rows) == len(epochs) and [number for number, _ in epochs] == list(range(1, len(rows) + 1))
        if not sound or firsts[:1] != [0] or sorted(set(firsts)) != firsts or firsts[-1] > self.extent.size:
            self.faults.add(Flaw.EPOCH, "epochs", "they do not follow one another from the first leaf on")
        return epochs

    def _check_ends(self) -> None:
        """How many leaves each partner has, and that no node is kept beside those of the tree."""
        rows = self._connection.execute(text("SELECT id, leaves FROM partner ORDER BY id")).all()
        for partner, leaves in rows:
            if self._partners.get(partner, 0) != leaves:
                self.faults.add(
                    Flaw.PARTNER_NUMBER,
                    f"partner {partner}",
                    f"its row counts {leaves} leaves, and there are {self._partners.get(partner, 0)}",
                )
        unknown = self._partners.keys() - {row[0] for row in rows}
        for partner in sorted(unknown):
            self.faults.add(Flaw.PARTNER, f"partner {partner}", "leaves name it, and it has no row")
        kept = self._connection.execute(text("SELECT count(*) FROM ledger_node")).scalar_one()
        if kept != node_count(self.frontier.size):
            self.faults.add(
                Flaw.NODE,
                "nodes",
                f"{kept} are kept, and the tree of {self.frontier.size} leaves has "
                f"{node_count(self.frontier.size)}",
            )
