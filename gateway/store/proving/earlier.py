"""A checkpoint that somebody kept, and the proof that the log of a pack only grew since then."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.errors import TamperedError, UsageError
from gateway.ledger.checkpoint import open_checkpoint, parse_checkpoint
from gateway.ledger.notes import VerifierKey, parse_note
from gateway.ledger.pack import EarlierCheckpoint, Pack
from gateway.ledger.tree import consistency_proof, verify_consistency
from gateway.store.writing.books import tiles_of


def read_earlier(note: bytes, key: VerifierKey) -> int:
    """The size of a checkpoint that this key signed. Raises `UsageError` for any other."""
    try:
        origin = parse_checkpoint(parse_note(note).text).origin
        if origin != key.name:
            raise UsageError(
                f"The checkpoint that was given is of {origin[:100]}, and a pack is under {key.name}: it can "
                f"hold only one of the same epoch. `gateway ledger verify --checkpoint` takes any"
            )
        return open_checkpoint(note, key).size
    except TamperedError as fault:
        raise UsageError(f"What was given is no checkpoint of {key.name}: {fault}") from fault


def with_earlier(connection: Connection, pack: Pack, note: bytes, key: VerifierKey) -> Pack:
    """The pack with a checkpoint of before and its proof. Raises `TamperedError` when there is none."""
    old, head = open_checkpoint(note, key), open_checkpoint(pack.checkpoint, key)
    hashes: tuple[bytes, ...] = ()
    if 0 < old.size < head.size:
        hashes = consistency_proof(old.size, head.size, tiles_of(connection).subtrees)
    if not verify_consistency(old.size, old.root, head.size, head.root, hashes):
        raise TamperedError(
            f"The log does not go on from the checkpoint of {old.size} that was given: it was cut, or its "
            f"past was rewritten. No pack was written; run `gateway ledger verify --checkpoint` with it"
        )
    return replace(pack, earlier=EarlierCheckpoint(note, old.size, hashes))
