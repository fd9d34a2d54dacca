"""Tampers with a whole store, by chance and anew, and says what nobody noticed.

Each tampering works on a copy. A third are of leaves and then hash all anew, as far as somebody without the
signing key can. `Thief` has that key too, and writes a history that is sound.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.ledger.checkpoint import Checkpoint, sign_checkpoint
from gateway.ledger.leaf import canonical_json
from gateway.ledger.tree import Frontier
from gateway.store.disk import Disk
from gateway.store.signing.signed_file import Signed, chained, write_signed
from tests.ledger.tampered_store import Hands, World
from tests.ledger.tampering_deeds import KINDS, REHASHED, Deed


@dataclass(frozen=True, slots=True)
class Missed:
    """A tampering that nobody noticed: its number among those of the seed tells how to do it again."""

    number: int
    deed: str


def tamper(
    world: World,
    folder: Path,
    numbers: range,
    seed: int = 0,
    kinds: Sequence[Sequence[Deed]] = KINDS,
    rehashed: Sequence[Deed] = REHASHED,
) -> Iterator[Missed]:
    """Does the tamperings of these numbers, each on a copy of its own; yields those that were not found.

    Every third is one of leaves with all later hashes made anew, and every twentieth sets the files back.
    """
    outside = [world.snapshots[-1].note]
    for number in numbers:
        chance = random.Random(f"{seed}/{number}")
        name = "all files set back"
        if number % 20 == 19 and kinds is KINDS:
            world.copy(folder, chance.randrange(len(world.snapshots) - 1))
        else:
            deed = (
                chance.choice(rehashed)
                if number % 3 == 0 and rehashed
                else chance.choice(chance.choice(kinds))
            )
            name = deed.__name__
            world.copy(folder)
            hands = Hands(folder, chance)
            deed(hands)
            hands.close()
        if world.check(folder, outside).holds:
            yield Missed(number, name)


class Thief:
    """Somebody with all keys, who writes another history and signs it."""

    def __init__(self, world: World, folder: Path, chance: random.Random) -> None:
        self._world, self._folder, self._chance = world, folder, chance

    def rewrite(self) -> tuple[str, int]:
        """What was done, and the first leaf that is another than it was."""
        deed = self._chance.choice([self._set_back, self._other_time, self._forget, self._forget_last])
        return deed()

    def _set_back(self) -> tuple[str, int]:
        earlier = self._chance.randrange(len(self._world.snapshots) - 1)
        self._world.copy(self._folder, earlier)
        return "set back", self._world.snapshots[earlier].size

    def _other_time(self) -> tuple[str, int]:
        hands = self._hands()
        message, at = hands.one("message", "id, arrived_at", "state = 'received'")
        other = f"2026-11-2{self._chance.randint(0, 9)}T09:00:00.{self._chance.randrange(10**6):06}Z"
        n, body = hands.rows.execute(
            "SELECT n, body FROM ledger_leaf WHERE message_id = ? ORDER BY n", (message,)
        ).fetchone()
        hands.rows.execute("UPDATE request SET made_at = ? WHERE answer LIKE ?", (other, f'%"{message}"%'))
        hands.rows.execute(
            "UPDATE message SET arrived_at = ?, changed_at = ? WHERE id = ?", (other, other, message)
        )
        data = canonical_json({**json.loads(body), "at": other})
        assert at != other
        self._world.seal_anew(hands, n, body, data)
        hands.rows.execute("UPDATE ledger_leaf SET body = ? WHERE n = ?", (data, n))
        self._sign(hands)
        return "another time of arrival", n

    def _forget(self) -> tuple[str, int]:
        hands = self._hands()
        (message,) = hands.one("message", "id", "state = 'received'")
        n = self._forgotten(hands, str(message))
        self._sign(hands)
        return "a message never came", n

    def _forget_last(self) -> tuple[str, int]:
        hands = self._hands()
        last = hands.rows.execute("SELECT id FROM message ORDER BY id DESC LIMIT 40").fetchall()
        n = 0
        for (message,) in last[: self._chance.randint(1, 40)]:
            n = self._forgotten(hands, message)
        self._sign(hands)
        return "the last messages never came", n

    def _hands(self) -> Hands:
        return Hands(self._world.copy(self._folder), self._chance)

    @staticmethod
    def _forgotten(hands: Hands, message: str) -> int:
        n = int(
            hands.rows.execute("SELECT min(n) FROM ledger_leaf WHERE message_id = ?", (message,)).fetchone()[
                0
            ]
        )
        told = "SELECT n FROM ledger_leaf WHERE message_id = ?"
        hands.rows.execute(f"DELETE FROM ledger_record WHERE n IN ({told})", (message,))
        hands.rows.execute("DELETE FROM request WHERE answer LIKE ?", (f'%"{message}"%',))
        for table in ("ledger_leaf", "payload", "search_key", "message_key"):
            hands.rows.execute(f"DELETE FROM {table} WHERE message_id = ?", (message,))
        hands.rows.execute("DELETE FROM message WHERE id = ?", (message,))
        return n

    def _sign(self, hands: Hands) -> None:
        """All hashes anew, and all checkpoints of before signed anew over them."""
        hands.rehash()
        hashes = [row[0] for row in hands.rows.execute("SELECT hash FROM ledger_leaf ORDER BY n")]
        sizes = [row[0] for row in hands.rows.execute("SELECT size FROM checkpoint ORDER BY size")]
        hands.rows.execute("DELETE FROM checkpoint")
        hands.rows.execute("DELETE FROM witnessed WHERE outcome <> 'witness-key'")  # no key signs as they did
        key, frontier, chain, count = self._world.key, Frontier(), bytes(32), 0
        for size in sorted({min(size, len(hashes)) for size in sizes}):
            frontier, _ = frontier.extended(hashes[frontier.size : size])
            note = sign_checkpoint(Checkpoint(key.name, size, frontier.root), key)
            chain, count = chained(chain, note), count + 1
            row = (1, size, note.decode())
            hands.rows.execute("INSERT INTO checkpoint (epoch, size, note) VALUES (?, ?, ?)", row)
        hands.close()
        write_signed(Disk(), self._folder, Signed(key.name, frontier, count, chain), key)
