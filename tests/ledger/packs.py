"""Logs and proof packs made from a seed, for the tests of both verifiers."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from gateway.ledger.checkpoint import Checkpoint, sign_checkpoint
from gateway.ledger.layout import PartnerRange
from gateway.ledger.leaf import Leaf, commitment, leaf_bytes, record_bytes
from gateway.ledger.notes import COSIGNATURE, SigningKey, cosign
from gateway.ledger.pack import EarlierCheckpoint, Pack, ShownLeaf, ShownPayload, ShownRecord, pack_files
from gateway.ledger.pack_words import Summary
from gateway.ledger.proof import ConsistencyProof, InclusionProof
from gateway.ledger.tiles import Tiles
from gateway.ledger.tree import Frontier, consistency_proof, inclusion_proof, leaf_hashes

PROGRAM = Path(__file__).resolve().parents[2] / "gateway" / "ledger" / "standalone" / "verify.py"
ORIGIN = "acorn.example/log/epoch-1"
ULID_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
Files = dict[str, bytes]


def ulid(rng: random.Random) -> str:
    return "01" + "".join(rng.choice(ULID_DIGITS) for _ in range(24))


class Log:
    """A log of messages of two partners; the leaves in `shown` go into packs."""

    def __init__(self, seed: int, size: int = 45, old_size: int = 17) -> None:
        self.rng = random.Random(seed)
        self.key = SigningKey(ORIGIN, self.rng.randbytes(32))
        self.witness = SigningKey("witness.example/w1", self.rng.randbytes(32), COSIGNATURE)
        self.partners = [ulid(self.rng) for _ in range(2)]
        self.messages = [ulid(self.rng) for _ in range(4)]
        self.actor = ulid(self.rng)
        self.old_size = old_size
        self.contents: dict[int, tuple[dict[str, ShownPayload], ShownRecord | None]] = {}
        self.bodies = [self._body(number) for number in range(size)]
        self.shown = sorted(self.rng.sample(range(size), min(size, 7)))

    def _body(self, number: int) -> bytes:
        rng = self.rng
        payloads = {
            name: ShownPayload(rng.randbytes(32), rng.randbytes(rng.randrange(60)), "edi")
            for name in rng.sample(["raw", "translated", "receipt-997"], rng.randrange(3))
        }
        record = None
        if rng.random() < 0.8:
            name = rng.choice(["order.edi", "Übung «1»\n.xml", "<b>&.csv"])
            record = ShownRecord(rng.randbytes(32), {"file": name, "count": rng.randrange(-5, 99)})
        self.contents[number] = payloads, record
        mine = number % 2
        leaf = Leaf(
            at=f"2026-11-23T16:12:{number % 60:02}.123456Z",
            build="0.3.0",
            digests={name: commitment(one.salt, one.data) for name, one in payloads.items()} or None,
            epoch=1,
            from_=rng.choice(["received", "translated"]) if number > 4 else None,
            message=rng.choice(self.messages) if number % 11 else None,
            n=number,
            partner=self.partners[mine] if number % 7 else None,
            partner_n=number + 1 if number % 7 else None,
            record=commitment(record.salt, record_bytes(record.details)) if record else None,
            to=rng.choice(["translated", "sent"]),
            version=1,
            what=rng.choice(["message-received", "message-translated"]),
            who=self.actor,
        )
        return leaf_bytes(leaf)

    def checkpoint(self, size: int, key: SigningKey | None = None, bodies: Sequence[bytes] = ()) -> bytes:
        frontier, _ = Frontier().extended(leaf_hashes((bodies or self.bodies)[:size]))
        key = key or self.key
        return sign_checkpoint(Checkpoint(key.name, size, frontier.root), key)

    def head(self, key: SigningKey | None = None, bodies: Sequence[bytes] = ()) -> bytes:
        note = self.checkpoint(len(self.bodies), key, bodies)
        return cosign(note, self.witness, 1_790_000_000)

    def tiles(self, bodies: Sequence[bytes] = ()) -> Tiles:
        rows = {0: leaf_hashes(bodies or self.bodies)}
        for node in Frontier().extended(rows[0])[1]:
            rows.setdefault(node.level, []).append(node.hash)
        return Tiles(lambda ranges: [rows.get(level, [])[at : at + count] for level, at, count in ranges])

    def pack(self) -> Files:
        """A good pack, with everything that one may have."""
        size, subtrees = len(self.bodies), self.tiles().subtrees
        first = min((n for n in self.shown if n % 7), default=0)
        return pack_files(
            Pack(
                leaves=tuple(
                    ShownLeaf(self.bodies[n], inclusion_proof(n, size, subtrees), *self.contents[n])
                    for n in self.shown
                ),
                checkpoint=self.head(),
                public_key=self.key.verifier.text,
                summary=Summary("Order 4711 <of> Acorn", "2026-11-24", {self.actor: "Anna & Co"}),
                program=PROGRAM.read_bytes(),
                witness_keys=(self.witness.verifier.text,),
                earlier=EarlierCheckpoint(
                    self.checkpoint(self.old_size),
                    self.old_size,
                    consistency_proof(self.old_size, size, subtrees),
                ),
                ranges=(PartnerRange(first + 1, first + 1, self.partners[first % 2]),) if first else (),
            )
        )

    def forged(self, files: Mapping[str, bytes], bodies: Sequence[bytes], key: SigningKey) -> Files:
        """The pack of a log that signs other leaves: all proofs and signatures are right again."""
        size, subtrees, note = len(bodies), self.tiles(bodies).subtrees, self.head(key, bodies)
        made = {**files, "checkpoint": note, "public-key": f"{key.verifier.text}\n".encode()}
        made["earlier-checkpoint"] = self.checkpoint(self.old_size, key, bodies)
        hashes = consistency_proof(self.old_size, size, subtrees)
        made["consistency-proof"] = ConsistencyProof(self.old_size, hashes, note).data
        for n in self.shown:
            made[f"leaves/{n:09}.json"] = bodies[n]
            made[f"proofs/{n:09}.tlog-proof"] = InclusionProof(
                n, inclusion_proof(n, size, subtrees), note
            ).data
        return listed(made)


def listed(files: Mapping[str, bytes]) -> Files:
    """The pack with a manifest that fits, as somebody would make it who changed a file."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {
        path: {"bytes": len(data), "sha256": sha256(data).hexdigest()}
        for path, data in files.items()
        if path != "manifest.json"
    }
    return {**files, "manifest.json": as_json(manifest)}


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
