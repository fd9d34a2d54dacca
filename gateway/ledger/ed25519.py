"""Ed25519 (RFC 8032) as strict as the stand-alone verifier: what one accepts, the other accepts too."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY_LENGTH = 32
SIGNATURE_LENGTH = 64
FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_OF_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL_ORDER = frozenset({0, 1, FIELD - 1, _OF_ORDER_8, FIELD - _OF_ORDER_8})
"""The y of the eight points that the cofactor undoes; a key among them signs everything."""


def public_key(seed: bytes) -> bytes:
    """The public key of a private one (the 32 byte seed of RFC 8032 section 5.1.5)."""
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64 bytes of the one signature that this key makes of this message."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is right, in its only spelling.

    Refuses S of L or more, points that are not in their shortest spelling, points of small order, and checks
    without the cofactor (RFC 8032 section 5.1.7 permits both ways; this one accepts less).
    """
    if len(public) != KEY_LENGTH or len(signature) != SIGNATURE_LENGTH:
        return False
    if not is_sound_point(public) or not is_sound_point(signature[:32]):
        return False
    if int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_sound_point(encoded: bytes) -> bool:
    """Whether the 32 bytes spell a y below the prime, and none of small order."""
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    return y < FIELD and y not in SMALL_ORDER
