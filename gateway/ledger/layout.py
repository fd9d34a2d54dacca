"""What a proof pack is made of: the names of its files, and the forms of those in JSON.

A pack is a folder: `leaves/N.json` are leaves as they were hashed, `proofs/N.tlog-proof` proves each,
`records/N.json` opens what the leaf commits to, as far as the pack shows it, and `payloads/` holds files. N
is the number of the leaf with at least nine digits. `manifest.json` lists every file but itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, TypeVar

import msgspec

from gateway.errors import TamperedError
from gateway.ledger.leaf import MAX_INTEGER, FromOne, FromZero, Hex, Id

README, SUMMARY, PROGRAM, MANIFEST = "README.txt", "summary.html", "verify.py", "manifest.json"
CHECKPOINT, PUBLIC_KEY, WITNESS_KEYS = "checkpoint", "public-key", "witness-keys"
EARLIER, CONSISTENCY = "earlier-checkpoint", "consistency-proof"
ALWAYS = frozenset({README, SUMMARY, PROGRAM, CHECKPOINT, PUBLIC_KEY})
SOMETIMES = frozenset({WITNESS_KEYS, EARLIER, CONSISTENCY})
MAX_MANIFEST_LENGTH = 64_000_000
MAX_PACK_LENGTH = 1 << 30  # bytes of all files; a pack of the gateway has less
PAYLOAD = re.compile(r"payloads/[0-9]{9,16}-[a-z0-9][a-z0-9_-]{0,39}(?:\.[a-z0-9]{1,8})?")
ENDING = re.compile(r"[a-z0-9]{1,8}")
_NUMBERED = re.compile(r"(leaves|proofs|records)/([0-9]{9,16})\.(json|tlog-proof)")
_ENDINGS = {"leaves": "json", "proofs": "tlog-proof", "records": "json"}

DetailName = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9_-]{0,63}\Z")]
DetailNumber = Annotated[int, msgspec.Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]


class ListedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"length": "bytes"}):
    """The length in bytes and the SHA-256 of a file."""

    length: FromZero
    sha256: Hex


class PartnerRange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A leaf of a partner for each number from `first` to `last` is in the pack."""

    first: FromOne
    last: FromOne
    partner: Id


class Manifest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"version": "v"}
):
    """What the pack holds."""

    files: Mapping[str, ListedFile]
    format: Literal["gateway-proof-pack"] = "gateway-proof-pack"
    ranges: tuple[PartnerRange, ...]
    version: Literal[1] = 1


class OpenedPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the bytes of a payload are, and the salt of their commitment."""

    file: str
    salt: Hex


class OpenedRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The side record of a leaf, and the salt of its commitment."""

    details: Mapping[DetailName, str | DetailNumber]
    salt: Hex


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is shown of what a leaf commits to."""

    payloads: Mapping[str, OpenedPayload] | None = None
    record: OpenedRecord | None = None


Kind = TypeVar("Kind", Manifest, Opening)
_ENCODER = msgspec.json.Encoder(order="deterministic")


def json_bytes(value: Manifest | Opening) -> bytes:
    """The one spelling: sorted keys, no blanks."""
    return _ENCODER.encode(value)


def read_json(data: bytes, kind: type[Kind], limit: int) -> Kind:
    """Reads the one spelling; TamperedError for any other."""
    if len(data) > limit:
        raise TamperedError(f"it is longer than {limit} bytes")
    try:
        value = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise TamperedError(f"it cannot be read: {fault}") from None
    if _ENCODER.encode(value) != data:
        raise TamperedError("it is not spelled as the gateway spells it")
    return value


def leaf_path(number: int) -> str:
    """The file of a leaf."""
    return f"leaves/{number:09}.json"


def proof_path(number: int) -> str:
    """The file of the proof of a leaf."""
    return f"proofs/{number:09}.tlog-proof"


def record_path(number: int) -> str:
    """The file that opens what a leaf commits to."""
    return f"records/{number:09}.json"


def payload_path(number: int, name: str, ending: str) -> str:
    """The file of a payload; `ending` is without its dot, and may be empty."""
    return f"payloads/{number:09}-{name}{'.' if ending else ''}{ending}"


def numbers(paths: Iterable[str]) -> tuple[int, ...]:
    """The numbers of the leaves that these files tell of; TamperedError when they do not belong together."""
    found: dict[str, set[int]] = {folder: set() for folder in _ENDINGS}
    paths = frozenset(paths)
    for path in paths - ALWAYS - SOMETIMES:
        match = _NUMBERED.fullmatch(path)
        if match and match[3] == _ENDINGS[match[1]] and match[2] == f"{int(match[2]):09}":
            found[match[1]].add(int(match[2]))
        elif not PAYLOAD.fullmatch(path):
            raise TamperedError(f"{path[:100]!r} is no file of a proof pack")
    leaves = found["leaves"]
    if not paths >= ALWAYS or not leaves or any(others != leaves for others in found.values()):
        raise TamperedError(
            "a pack needs its fixed files, and for each leaf one in leaves, proofs and records"
        )
    if (EARLIER in paths) != (CONSISTENCY in paths):
        raise TamperedError("an earlier checkpoint and its proof belong together")
    return tuple(sorted(leaves))
