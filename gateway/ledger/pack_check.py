"""The gateway's own verifier of proof packs. It and the stand-alone one share no code, and always agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Protocol, runtime_checkable

import msgspec

from gateway.errors import TamperedError
from gateway.ledger import layout
from gateway.ledger.checkpoint import Checkpoint, epoch_of, log_and_epoch, open_checkpoint
from gateway.ledger.layout import Manifest, Opening, PartnerRange, leaf_path, proof_path, record_path
from gateway.ledger.leaf import MAX_RECORD_LENGTH, Leaf, commitment, read_leaf, record_bytes
from gateway.ledger.notes import COSIGNATURE, PLAIN, Verified, VerifierKey, open_note
from gateway.ledger.proof import parse_consistency_proof, parse_inclusion_proof
from gateway.ledger.tree import leaf_hash, verify_consistency, verify_inclusion

Files = Mapping[str, bytes]
MAX_KEY_FILE_LENGTH = 2_000
MAX_KEYS_FILE_LENGTH = 1_000_000


@runtime_checkable
class Measured(Protocol):
    """Files whose length is known before they are read."""

    def length_of(self, path: str) -> int:
        """The bytes of a file."""


class PackFault(msgspec.Struct, frozen=True):
    """What does not hold, and in which file of the pack."""

    file: str
    text: str


class PackVerdict(msgspec.Struct, frozen=True):
    """What was found. Without faults, all `leaves` stand in the log of `checkpoint`, and all that the pack
    shows of them is what was recorded; `witnesses` signed the checkpoint."""

    faults: tuple[PackFault, ...]
    checkpoint: Checkpoint | None = None
    leaves: tuple[Leaf, ...] = ()
    witnesses: tuple[Verified, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything in the pack is true."""
        return not self.faults


def verify_pack(files: Files, key: VerifierKey | None = None, earlier: bytes | None = None) -> PackVerdict:
    """Checks a pack, given as the bytes of each path in it.

    `key` is the key of the log that is trusted, `earlier` a checkpoint that somebody kept: the pack must lead
    from it. Without them, the pack is judged by its own key, which proves less.
    """
    faults: list[PackFault] = []
    checking = layout.MANIFEST
    try:
        manifest, indexes = _check_files(files)
        checking = layout.PUBLIC_KEY
        log = _log_key(files[checking], key)
        checking = layout.CHECKPOINT
        head, witnesses = _check_head(files, log)
        checking = layout.EARLIER
        _check_growth(files, log, head, earlier)
    except TamperedError as fault:
        return PackVerdict((PackFault(checking, str(fault)),))
    leaves = _check_leaves(files, indexes, head, faults)
    _check_partners(leaves, manifest.ranges, faults)
    return PackVerdict(tuple(faults), head, tuple(leaves), witnesses)


def _check_files(files: Files) -> tuple[Manifest, tuple[int, ...]]:
    if layout.MANIFEST not in files:
        raise TamperedError("it is missing: this is no proof pack, or not all of it")
    if _length(files, layout.MANIFEST) > layout.MAX_MANIFEST_LENGTH:
        raise TamperedError(f"it is longer than {layout.MAX_MANIFEST_LENGTH} bytes")
    manifest = layout.read_json(files[layout.MANIFEST], Manifest, layout.MAX_MANIFEST_LENGTH)
    indexes = layout.numbers(manifest.files)
    missing = sorted(manifest.files.keys() - files.keys())
    extra = sorted(files.keys() - manifest.files.keys() - {layout.MANIFEST})
    if missing or extra:
        raise TamperedError(f"files are missing ({missing[:3]}) or do not belong to the pack ({extra[:3]})")
    if sum(listed.length for listed in manifest.files.values()) > layout.MAX_PACK_LENGTH:
        raise TamperedError("its files are larger than those of any pack")
    for path, listed in manifest.files.items():
        if _length(files, path) != listed.length or sha256(files[path]).hexdigest() != listed.sha256:
            raise TamperedError(f"the file {path} was changed after the pack was made")
    return manifest, indexes


def _length(files: Files, path: str) -> int:
    """The bytes of a file, before it is read where that can be known."""
    return files.length_of(path) if isinstance(files, Measured) else len(files[path])


def _log_key(data: bytes, trusted: VerifierKey | None) -> VerifierKey:
    log, *others = _keys(data, MAX_KEY_FILE_LENGTH)
    if others or log.kind != PLAIN or log_and_epoch(log.name) is None:
        raise TamperedError("it is not the key of a log of the gateway, whose name ends with an epoch")
    if trusted is not None and log != trusted:
        raise TamperedError(
            f"it is that of {log.name}, and not one that you trust: somebody else made this pack, the key "
            f"was changed, or a restore opened a new epoch; ask for the key of that"
        )
    return log


def _check_head(files: Files, log: VerifierKey) -> tuple[Checkpoint, tuple[Verified, ...]]:
    note = files[layout.CHECKPOINT]
    head = open_checkpoint(note, log)
    if layout.WITNESS_KEYS not in files:
        return head, ()
    keys = _keys(files[layout.WITNESS_KEYS], MAX_KEYS_FILE_LENGTH)
    publics = {key.public for key in keys}
    if any(key.kind != COSIGNATURE for key in keys) or log.public in publics:
        raise TamperedError("a key among those of the witnesses is not one of a witness")
    if len({key.name for key in keys}) != len(keys):
        raise TamperedError("two keys of witnesses have one name")
    verified = open_note(note, keys).verified
    if {one.key for one in verified} != set(keys):
        raise TamperedError("a witness whose key is in the pack did not sign the checkpoint")
    return head, verified


def _keys(data: bytes, limit: int) -> tuple[VerifierKey, ...]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise TamperedError("it is not UTF-8 text") from None
    if len(data) > limit or not text.endswith("\n"):
        raise TamperedError(f"it must be lines, of {limit} bytes at most")
    return tuple(VerifierKey.from_text(line) for line in text[:-1].split("\n"))


def _check_growth(files: Files, log: VerifierKey, head: Checkpoint, kept: bytes | None) -> None:
    known = {(head.size, head.root)}
    if layout.EARLIER in files:
        old = open_checkpoint(files[layout.EARLIER], log)
        proof = parse_consistency_proof(files[layout.CONSISTENCY])
        if proof.old != old.size or proof.checkpoint != files[layout.CHECKPOINT]:
            raise TamperedError("its proof is one between other checkpoints")
        if not verify_consistency(old.size, old.root, head.size, head.root, proof.hashes):
            raise TamperedError("the log was rewritten since then, or the proof is false")
        known.add((old.size, old.root))
    if kept is not None:
        old = open_checkpoint(kept, log)
        if (old.size, old.root) not in known:
            raise TamperedError(
                f"the pack does not lead from the checkpoint of {old.size} leaves that was kept"
            )


def _check_leaves(
    files: Files, indexes: Sequence[int], head: Checkpoint, faults: list[PackFault]
) -> list[Leaf]:
    leaves: list[Leaf] = []
    unused = {path for path in files if layout.PAYLOAD.fullmatch(path)}
    epoch = 1
    for index in indexes:
        checking = leaf_path(index)
        try:
            leaf = _leaf(files, index, head, epoch)
            epoch = leaf.epoch
            checking = proof_path(index)
            _check_proof(files, index, head)
            checking = record_path(index)
            unused -= _check_opening(files, leaf)
        except TamperedError as fault:
            faults.append(PackFault(checking, str(fault)))
        else:
            leaves.append(leaf)
    if not faults:
        faults += [PackFault(path, "no leaf tells what this file is") for path in sorted(unused)]
    return leaves


def _leaf(files: Files, index: int, head: Checkpoint, least_epoch: int) -> Leaf:
    leaf = read_leaf(files[leaf_path(index)])
    if leaf.n != index:
        raise TamperedError(f"it is leaf {leaf.n}, not {index}")
    if not least_epoch <= leaf.epoch <= epoch_of(head.origin):
        raise TamperedError(f"epoch {leaf.epoch} is before that of an earlier leaf, or after that of the log")
    return leaf


def _check_proof(files: Files, index: int, head: Checkpoint) -> None:
    proof = parse_inclusion_proof(files[proof_path(index)])
    if proof.index != index or proof.extra is not None or proof.checkpoint != files[layout.CHECKPOINT]:
        raise TamperedError("it is for another leaf or checkpoint, or holds what nothing proves")
    leaf = leaf_hash(files[leaf_path(index)])
    if not verify_inclusion(leaf, index, head.size, proof.hashes, head.root):
        raise TamperedError(
            "the leaf does not stand in the log at this number: it was changed, or never there"
        )


def _check_opening(files: Files, leaf: Leaf) -> set[str]:
    """The payloads that are what the leaf commits to; TamperedError when one is not, or the record is not."""
    opening = layout.read_json(files[record_path(leaf.n)], Opening, 2 * MAX_RECORD_LENGTH)
    if opening.payloads == {}:
        raise TamperedError("it has an empty list of payloads")
    used = set()
    for name, shown in (opening.payloads or {}).items():
        if not layout.PAYLOAD.fullmatch(shown.file) or shown.file not in files:
            raise TamperedError(f"the pack has no payload {shown.file[:100]!r}")
        if commitment(bytes.fromhex(shown.salt), files[shown.file]) != (leaf.digests or {}).get(name):
            raise TamperedError(f"{shown.file} is not what was recorded as {name[:40]!r}")
        used.add(shown.file)
    if opening.record:
        try:
            data = record_bytes(opening.record.details)
        except ValueError as fault:
            raise TamperedError(str(fault)) from None
        if commitment(bytes.fromhex(opening.record.salt), data) != leaf.record:
            raise TamperedError("the details are not what was recorded")
    return used


def _check_partners(leaves: Sequence[Leaf], ranges: Sequence[PartnerRange], faults: list[PackFault]) -> None:
    seen: dict[str, list[int]] = {}
    for leaf in leaves:
        if leaf.partner is not None and leaf.partner_n is not None:
            counted = seen.setdefault(leaf.partner, [])
            if counted and leaf.partner_n <= counted[-1]:
                faults.append(PackFault(leaf_path(leaf.n), "the number of its partner does not rise"))
            counted.append(leaf.partner_n)
    for one in ranges:
        inside = {number for number in seen.get(one.partner, ()) if one.first <= number <= one.last}
        if one.last < one.first or len(inside) != one.last - one.first + 1:
            text = f"numbers {one.first} to {one.last} of partner {one.partner} are not all there"
            faults.append(PackFault(layout.MANIFEST, text))
