"""Builds proof packs: values in, the bytes of every file out; the same values give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from hashlib import sha256

import msgspec

from gateway.ledger import layout
from gateway.ledger.layout import ListedFile, Manifest, OpenedPayload, OpenedRecord, Opening, PartnerRange
from gateway.ledger.leaf import read_leaf
from gateway.ledger.pack_words import Summary, readme_text, summary_page
from gateway.ledger.proof import ConsistencyProof, InclusionProof

ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the first that the format knows; a real one would make each pack differ
UNIX = 3
PLAIN_FILE = 0o100644 << 16


class ShownPayload(msgspec.Struct, frozen=True):
    """The bytes of a payload and the salt of its commitment; `ending` names the file, such as `edi`."""

    salt: bytes
    data: bytes
    ending: str = "bin"


class ShownRecord(msgspec.Struct, frozen=True):
    """A side record and the salt of its commitment."""

    salt: bytes
    details: Mapping[str, str | int]


class ShownLeaf(msgspec.Struct, frozen=True):
    """One leaf with the hashes of its inclusion proof, and as much of what it commits to as is shown.

    What was destroyed is left out of `payloads`, or is no `record`; the proof of the leaf holds without it.
    """

    leaf: bytes
    hashes: tuple[bytes, ...]
    payloads: Mapping[str, ShownPayload] = msgspec.field(default_factory=dict)
    record: ShownRecord | None = None


class EarlierCheckpoint(msgspec.Struct, frozen=True):
    """A checkpoint that was handed out before, its size, and the hashes that prove that the log only grew."""

    note: bytes
    size: int
    hashes: tuple[bytes, ...]


class Pack(msgspec.Struct, frozen=True):
    """All that goes into a pack. `checkpoint` is the signed note with the lines of witnesses, of whom
    `witness_keys` are those to be checked; `program` is the source of the stand-alone verifier."""

    leaves: tuple[ShownLeaf, ...]
    checkpoint: bytes
    public_key: str
    summary: Summary
    program: bytes
    witness_keys: tuple[str, ...] = ()
    earlier: EarlierCheckpoint | None = None
    ranges: tuple[PartnerRange, ...] = ()


def pack_files(pack: Pack) -> dict[str, bytes]:
    """The files of a pack by path, in the order of their paths. TamperedError when a leaf cannot be read."""
    files = {
        layout.CHECKPOINT: pack.checkpoint,
        layout.PUBLIC_KEY: f"{pack.public_key}\n".encode(),
        layout.PROGRAM: pack.program,
    }
    if pack.witness_keys:
        files[layout.WITNESS_KEYS] = "".join(f"{key}\n" for key in pack.witness_keys).encode()
    if pack.earlier:
        files[layout.EARLIER] = pack.earlier.note
        proof = ConsistencyProof(pack.earlier.size, pack.earlier.hashes, pack.checkpoint)
        files[layout.CONSISTENCY] = proof.data
    leaves = tuple(read_leaf(shown.leaf) for shown in pack.leaves)
    known: dict[tuple[bytes, bytes], str] = {}
    for leaf, shown in zip(leaves, pack.leaves, strict=True):
        files[layout.leaf_path(leaf.n)] = shown.leaf
        files[layout.proof_path(leaf.n)] = InclusionProof(leaf.n, shown.hashes, pack.checkpoint).data
        files[layout.record_path(leaf.n)] = layout.json_bytes(_opening(leaf.n, shown, files, known))
    details = {
        leaf.n: shown.record.details for leaf, shown in zip(leaves, pack.leaves, strict=True) if shown.record
    }
    files[layout.README] = readme_text(pack.checkpoint, pack.public_key, pack.summary).encode()
    files[layout.SUMMARY] = summary_page(leaves, details, pack.checkpoint, pack.summary).encode()
    files[layout.MANIFEST] = layout.json_bytes(_manifest(files, pack.ranges))
    return dict(sorted(files.items()))


def zip_bytes(files: Mapping[str, bytes], folder: str = "proof-pack") -> bytes:
    """The pack as a zip file, the same bytes for the same files: sorted, one fixed time, not compressed.

    It is not compressed since compressors of other versions write other bytes.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{path}", ZIP_TIME)
            entry.create_system = UNIX
            entry.external_attr = PLAIN_FILE
            archive.writestr(entry, files[path])
    return target.getvalue()


def _opening(
    number: int, shown: ShownLeaf, files: dict[str, bytes], known: dict[tuple[bytes, bytes], str]
) -> Opening:
    """What is shown of a leaf; a payload that an earlier leaf showed is not written twice."""
    payloads = {}
    for name, payload in sorted(shown.payloads.items()):
        identity = (payload.salt, sha256(payload.data).digest())
        path = known.setdefault(identity, layout.payload_path(number, name, payload.ending))
        if not layout.PAYLOAD.fullmatch(path):
            raise ValueError(f"{path!r} cannot be a file of a proof pack")
        files[path] = payload.data
        payloads[name] = OpenedPayload(path, payload.salt.hex())
    if shown.record is None:
        return Opening(payloads or None)
    return Opening(payloads or None, OpenedRecord(shown.record.details, shown.record.salt.hex()))


def _manifest(files: Mapping[str, bytes], ranges: tuple[PartnerRange, ...]) -> Manifest:
    listed = {path: ListedFile(len(data), sha256(data).hexdigest()) for path, data in files.items()}
    return Manifest(files=listed, ranges=ranges)
