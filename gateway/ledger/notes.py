"""Signed notes (C2SP signed-note) and the cosignatures of witnesses (C2SP tlog-cosignature, Ed25519).

A note is text that ends with a newline, an empty line, and a line for each signature. Here every base64 text
must be in its only spelling, and a wrong signature of a known key spoils the whole note.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256

import msgspec

from gateway.errors import TamperedError
from gateway.ledger import ed25519

PLAIN = 0x01  # Ed25519 over the text
COSIGNATURE = 0x04  # Ed25519 over `cosignature/v1`, a time and the text
KINDS = frozenset({PLAIN, COSIGNATURE})
KEY_ID_LENGTH = 4
MAX_NOTE_LENGTH = 1_000_000
MAX_SIGNATURES = 100
MAX_KEY_TEXT_LENGTH = 1_000
MAX_TIMESTAMP = 2**63 - 1
PRIVATE = "PRIVATE+KEY+"
DASH = "— "


class VerifierKey(msgspec.Struct, frozen=True):
    """A public key with its name; `kind` is `PLAIN` or `COSIGNATURE`."""

    name: str
    public: bytes
    kind: int = PLAIN

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, kind, public key)."""
        return sha256(self.name.encode() + b"\n" + bytes((self.kind,)) + self.public).digest()[:KEY_ID_LENGTH]

    @property
    def text(self) -> str:
        """The key as it is handed on: `<name>+<key id in hex>+<base64 of kind and key>`."""
        return f"{self.name}+{self.key_id.hex()}+{in_base64(bytes((self.kind,)) + self.public)}"

    @classmethod
    def from_text(cls, text: str) -> VerifierKey:
        """Reads `text` back; TamperedError when it is no Ed25519 key, or its id is not its own."""
        name, key_id, material = _parts_of_key(text, "a public key")
        key = cls(name, material[1:], material[0])
        if key.key_id.hex() != key_id:
            raise TamperedError(f"the key of {name!r} has not the id {key_id!r} that it is given with")
        if not ed25519.is_sound_point(key.public):
            raise TamperedError(f"the key of {name!r} is one that anybody can sign for; do not use it")
        return key


class SigningKey(msgspec.Struct, frozen=True):
    """A private key with its name. The seed is 32 random bytes (RFC 8032 section 5.1.5)."""

    name: str
    seed: bytes
    kind: int = PLAIN

    def __post_init__(self) -> None:
        if not is_key_name(self.name) or self.kind not in KINDS or len(self.seed) != ed25519.KEY_LENGTH:
            raise ValueError(f"a signing key needs a name without blanks or +, and 32 bytes ({self.name!r})")

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"  # the seed must never reach a log

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, ed25519.public_key(self.seed), self.kind)

    @property
    def text(self) -> str:
        """The secret as it is kept: `PRIVATE+KEY+<name>+<key id in hex>+<base64 of kind and seed>`."""
        material = in_base64(bytes((self.kind,)) + self.seed)
        return f"{PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{material}"

    @classmethod
    def from_text(cls, text: str) -> SigningKey:
        """Reads `text` back; TamperedError when it is no such key. The message never holds the secret."""
        if not text.startswith(PRIVATE):
            raise TamperedError(f"a private key starts with {PRIVATE}; this text does not")
        name, key_id, material = _parts_of_key(text[len(PRIVATE) :], "a private key")
        key = cls(name, material[1:], material[0])
        if key.verifier.key_id.hex() != key_id:
            raise TamperedError(
                f"the private key of {name!r} has not the id {key_id!r} that it is given with"
            )
        return key


class Signature(msgspec.Struct, frozen=True):
    """One line below a note: the name and id of its key, and what follows the id."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line, with its newline."""
        return f"{DASH}{self.name} {in_base64(self.key_id + self.signature)}\n"


class Note(msgspec.Struct, frozen=True):
    """A note as it was read; nothing of it may be believed before `open_note`."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def data(self) -> bytes:
        """The bytes of the note."""
        return f"{self.text}\n{''.join(one.line for one in self.signatures)}".encode()


class Verified(msgspec.Struct, frozen=True):
    """A key whose signature is right; `timestamp` is what a witness says, in seconds since 1970."""

    key: VerifierKey
    timestamp: int | None = None


class OpenedNote(msgspec.Struct, frozen=True):
    """The text of a note, and who signed it, in the order of the lines."""

    text: str
    verified: tuple[Verified, ...]


def sign_note(text: str, *keys: SigningKey) -> bytes:
    """A note signed by plain keys, in their order."""
    _check_text(text)
    signatures = []
    for key in keys:
        if key.kind != PLAIN:
            raise ValueError(f"{key.name} is the key of a witness, which signs with `cosign`")
        made = ed25519.sign(key.seed, text.encode())
        signatures.append(Signature(key.name, key.verifier.key_id, made))
    return Note(text, tuple(signatures)).data


def cosign(note: bytes, key: SigningKey, timestamp: int) -> bytes:
    """The note with the line of a witness added: it saw this text at the time (seconds since 1970)."""
    if key.kind != COSIGNATURE or not 0 <= timestamp <= MAX_TIMESTAMP:
        raise ValueError(f"{key.name} cannot cosign with the time {timestamp}")
    parsed = parse_note(note)
    made = ed25519.sign(key.seed, _cosigned(parsed.text, timestamp))
    added = Signature(key.name, key.verifier.key_id, timestamp.to_bytes(8, "big") + made)
    return Note(parsed.text, (*parsed.signatures, added)).data


def parse_note(data: bytes) -> Note:
    """The parts of a note; TamperedError when it is none. Believe nothing of it yet."""
    if len(data) > MAX_NOTE_LENGTH:
        raise TamperedError(f"a note of {len(data)} bytes is longer than {MAX_NOTE_LENGTH}")
    try:
        whole = data.decode()
    except UnicodeDecodeError as fault:
        raise TamperedError(f"a note is UTF-8 text; byte {fault.start} is none") from None
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not text or not lines.endswith("\n"):
        raise TamperedError("a note is text, an empty line, and lines of signatures; this is none")
    _check_text(text + "\n")
    rows = lines[:-1].split("\n")
    if len(rows) > MAX_SIGNATURES:
        raise TamperedError(f"a note with {len(rows)} signatures has more than {MAX_SIGNATURES}")
    return Note(text + "\n", tuple(_read_signature(row) for row in rows))


def open_note(data: bytes, keys: Iterable[VerifierKey]) -> OpenedNote:
    """The text of a note that at least one of these keys signed; lines of other keys do not count.

    TamperedError when it is no note, when no known key signed it, or when the signature of one is wrong.
    """
    note = parse_note(data)
    known = {(key.name, key.key_id): key for key in keys}
    verified = []
    for one in note.signatures:
        key = known.get((one.name, one.key_id))
        if key:
            verified.append(_verify(note.text, one, key))
    if not verified:
        names = ", ".join(sorted({key.name for key in known.values()}))
        raise TamperedError(f"none of the known keys signed this note ({names})")
    return OpenedNote(note.text, tuple(verified))


def is_key_name(name: str) -> bool:
    """Whether a key may be called so: not empty, no blanks, control characters, plus, half characters."""
    return bool(name) and not any(
        one.isspace() or one == "+" or one < " " or "\ud800" <= one <= "\udfff" for one in name
    )


def in_base64(data: bytes) -> str:
    """RFC 4648 section 4, with padding."""
    return b64encode(data).decode()


def from_base64(text: str) -> bytes | None:
    """The bytes, or None when this is not the only spelling of them."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if in_base64(data) == text else None


def _verify(text: str, one: Signature, key: VerifierKey) -> Verified:
    timestamp, signature, message = None, one.signature, text.encode()
    if key.kind == COSIGNATURE:
        timestamp = int.from_bytes(signature[:8], "big")
        signature, message = signature[8:], _cosigned(text, timestamp)
    if not ed25519.verifies(key.public, signature, message) or (timestamp or 0) > MAX_TIMESTAMP:
        raise TamperedError(
            f"the signature of {key.name!r} is wrong: the text was changed, or it never signed"
        )
    return Verified(key, timestamp)


def _cosigned(text: str, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(one < " " and one != "\n" for one in text):
        raise TamperedError("the text of a note ends with a newline and holds no other control character")


def _read_signature(row: str) -> Signature:
    name, _, encoded = row[len(DASH) :].partition(" ")
    blob = from_base64(encoded)
    if not row.startswith(DASH) or not is_key_name(name) or blob is None or len(blob) <= KEY_ID_LENGTH:
        raise TamperedError(f"{row[:60]!r} is no line of a signature")
    return Signature(name, blob[:KEY_ID_LENGTH], blob[KEY_ID_LENGTH:])


def _parts_of_key(text: str, what: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    material = from_base64(encoded) if len(text) <= MAX_KEY_TEXT_LENGTH else None
    if not is_key_name(name) or material is None or len(material) != 1 + ed25519.KEY_LENGTH:
        raise TamperedError(f"this is not {what}: it must read name+id+base64 and be one of Ed25519")
    if material[0] not in KINDS:
        raise TamperedError(f"{what} of the kind {material[0]} is not known here; it must be Ed25519")
    return name, key_id, material
