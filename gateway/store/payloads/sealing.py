"""Payloads sealed so that only the holder of the key reads them, and so that no change goes unseen.

The format AGW1, one for rows and for the vault: the magic `AGW1`, 7 random bytes, then chunks of 1 MiB, each
AES-256-GCM (NIST SP 800-38D) with its tag of 16 bytes. The nonce of a chunk is the 7 bytes, its number from 0
in 4 bytes, most significant first, and one byte that is 1 for the last chunk; the associated data is the
payload's id. So chunks cannot be dropped, swapped, added, or taken from another payload (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). All chunks but the last are full; only nothing
at all has an empty last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.errors import StoreError, TamperedError
from gateway.ports import Randomness

MAGIC = b"AGW1"
PREFIX_LENGTH = 7
HEADER_LENGTH = len(MAGIC) + PREFIX_LENGTH
CHUNK = 1024 * 1024
TAG_LENGTH = 16
KEY_LENGTH = 32


def seal(key: bytes, payload_id: str, parts: Iterable[bytes], random: Randomness) -> Iterator[bytes]:
    """The sealed form of the bytes of `parts`, however they are cut; a few chunks are held at a time.

    Every call gives other bytes for the same content.
    """
    cipher = _cipher(key)
    prefix = random.bytes(PREFIX_LENGTH)
    bound_to = payload_id.encode()
    yield MAGIC + prefix
    for number, (chunk, last) in enumerate(_chunks(parts, CHUNK)):
        yield cipher.encrypt(_nonce(prefix, number, last), chunk, bound_to)


def sealed_whole(key: bytes, payload_id: str, data: bytes, random: Randomness) -> bytes:
    """The same in one piece, for bytes that one chunk holds; `ValueError` for more."""
    if len(data) > CHUNK:
        raise ValueError(f"{len(data)} bytes are more than one chunk holds")
    prefix = random.bytes(PREFIX_LENGTH)
    return MAGIC + prefix + _cipher(key).encrypt(_nonce(prefix, 0, True), data, payload_id.encode())


def unseal(key: bytes, payload_id: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    """The content of what `seal` gave, however it is cut; a few chunks are held at a time.

    What it gives is as it was written, but a cut is known only at the end: whoever acts on the content waits
    until then. Raises TamperedError where the bytes are not those that were sealed for this payload.
    """
    cipher = _cipher(key)
    prefix, rest = _header(payload_id, parts)
    bound_to = payload_id.encode()
    for number, (chunk, last) in enumerate(_chunks(rest, CHUNK + TAG_LENGTH)):
        try:
            content = cipher.decrypt(_nonce(prefix, number, last), chunk, bound_to)
        except InvalidTag:
            raise _tampered(payload_id, f"chunk {number + 1} is changed, cut or not its own") from None
        if not content and number:
            raise _tampered(payload_id, f"chunk {number + 1} is empty")
        yield content


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_LENGTH:
        raise StoreError(f"A key for payloads has {KEY_LENGTH} bytes, this one has {len(key)}.")
    return AESGCM(key)


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + last.to_bytes(1, "big")


def _header(payload_id: str, parts: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The random bytes of the header, and all that follows it."""
    coming = iter(parts)
    held = bytearray()
    for part in coming:
        held += part
        if len(held) >= HEADER_LENGTH:
            break
    if not held.startswith(MAGIC):
        raise _tampered(payload_id, "it does not begin as a sealed payload does")
    if len(held) < HEADER_LENGTH:
        raise _tampered(payload_id, "it ends within its first bytes")
    return bytes(held[len(MAGIC) : HEADER_LENGTH]), chain((bytes(held[HEADER_LENGTH:]),), coming)


def _chunks(parts: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """The bytes of `parts` in chunks of `size`, each with whether it is the last; there is always one."""
    held = bytearray()
    for part in parts:
        left = memoryview(part)
        while left:
            if len(held) == size:
                yield bytes(held), False
                held.clear()
            taken = left[: size - len(held)]
            held += taken
            left = left[len(taken) :]
    yield bytes(held), True


def _tampered(payload_id: str, what: str) -> TamperedError:
    return TamperedError(
        f"The payload {payload_id} is not what was kept: {what}. Do not use it. Bring it back from a backup, "
        f"and find out who could write where it is kept."
    )
