"""Time stamps of an authority outside (RFC 3161): what is asked of it, and whether an answer answers it.

An answer is kept as it came; `openssl ts -verify -digest HEX -in ANSWER -CAfile AUTHORITIES` checks it by
other hands, its chain of certificates as well. `gateway.ledger.stamp_signatures` checks its signature against
one pinned certificate.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from gateway.errors import GatewayError
from gateway.ledger import der
from gateway.ledger.der import Element, Fields, NotDerError

SHA256 = "2.16.840.1.101.3.4.2.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
STAMP_INFO = "1.2.840.113549.1.9.16.1.4"
MOST_NONCE = (1 << 128) - 1

_SERIAL_LIMIT = 1 << 160  # RFC 3161, section 2.4.2: users must be ready for 160 bits
_STATUSES = ("granted", "granted with changes", "rejected", "waiting", "about to be revoked", "revoked")
_FAILURES = {
    0: "it does not know the hash",
    2: "it does not accept the request",
    5: "the request has the wrong form",
    14: "its source of time is not there",
    15: "it does not have the policy",
    16: "it does not have the extension",
    17: "it cannot give the additional information",
    25: "it failed inside",
}


class StampError(GatewayError):
    """An answer that is no time stamp for what was asked; the message says why."""


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """A time stamp that was read: `at` says when the authority saw `digest` (SHA-256), in UTC.

    `policy` is the policy it stamps by (an object identifier), `serial` its number of the stamp. `info` holds
    the signed bytes (TSTInfo), `signer` the SignerInfo over them.
    """

    digest: bytes
    at: datetime
    policy: str
    serial: int
    nonce: int | None
    info: bytes
    signer: bytes


def stamp_request(digest: bytes, nonce: int) -> bytes:
    """A TimeStampReq (RFC 3161, section 2.4.1) for a SHA-256 digest; the answer is to bring the certificate.

    `nonce` is a number nobody can foresee, from 0 to `MOST_NONCE`.
    """
    if len(digest) != 32 or not 0 <= nonce <= MOST_NONCE:
        raise StampError(
            "a time stamp is asked for a SHA-256 digest (32 bytes) with a nonce of 128 bits at most"
        )
    algorithm = der.write(der.SEQUENCE, der.write_identifier(SHA256), der.write(der.NULL))
    imprint = der.write(der.SEQUENCE, algorithm, der.write(der.OCTET_STRING, digest))
    asked = (der.write_integer(1), imprint, der.write_integer(nonce), der.write(der.BOOLEAN, b"\xff"))
    return der.write(der.SEQUENCE, *asked)


def read_answer(response: bytes, digest: bytes, nonce: int | None) -> Stamp:
    """The time stamp of a TimeStampResp (RFC 3161, section 2.4.2), which must answer just what was asked.

    `nonce` is the one of the request; None when a kept answer is read again and nobody knows it any more.
    The signature is not checked here. Raises StampError alone, whatever the bytes are.
    """
    try:
        stamp = _read(response)
    except NotDerError as fault:
        raise StampError(f"the answer of the time stamp authority cannot be read: {fault}") from fault
    if stamp.digest != digest:
        raise StampError("the time stamp is for another digest than the one that was asked for")
    if nonce is not None and stamp.nonce != nonce:
        raise StampError("the time stamp does not carry the nonce of the request: it may be an old answer")
    return stamp


def _read(response: bytes) -> Stamp:
    fields = Fields(der.read(response))
    _check_status(fields.next())
    token = fields.next(der.SEQUENCE)
    fields.end()
    content = Fields(token)
    _expect(der.identifier(content.next()), SIGNED_DATA, "signed data")
    (signed,) = _exactly(1, der.parts(content.next(), der.context(0)), "signed data")
    content.end()
    info, signer = _signed_parts(signed)
    return _stamp(der.read(info), signer)


def _check_status(element: Element) -> None:
    """PKIStatusInfo: 0 and 1 come with a token, all others tell why there is none."""
    fields = Fields(element)
    status = der.integer(fields.next())
    free_text = fields.maybe(der.SEQUENCE)
    failure = fields.maybe(der.BIT_STRING)
    fields.end()
    words = [der.text(part) for part in der.parts(free_text, der.SEQUENCE)] if free_text else []
    if status in (0, 1):
        return
    reasons = _failures(failure.contents) if failure else []
    name = _STATUSES[status] if 0 <= status < len(_STATUSES) else f"of the unknown status {status}"
    told = "; ".join([*reasons, *(f"it says {word[:200]!r}" for word in words[:5])])
    raise StampError(
        f"the time stamp authority gave no time stamp: the request is {name}{told and ': '}{told}"
    )


def _failures(bits: bytes) -> list[str]:
    """PKIFailureInfo: the octet of unused bits, then the bits counted from the left."""
    count = min(8 * (len(bits) - 1), 32)
    found = [bit for bit in range(count) if bits[1 + bit // 8] & (0x80 >> bit % 8)]
    return [_FAILURES.get(bit, f"failure {bit}") for bit in found]


def _signed_parts(signed: Element) -> tuple[bytes, bytes]:
    """The TSTInfo and the SignerInfo of a SignedData (RFC 5652, section 5.1), of which there is one each."""
    fields = Fields(signed)
    der.integer(fields.next())
    fields.next(der.SET)
    inside = Fields(fields.next(der.SEQUENCE))
    _expect(der.identifier(inside.next()), STAMP_INFO, "a time stamp")
    (info,) = _exactly(1, der.parts(inside.next(), der.context(0)), "time stamp")
    inside.end()
    fields.maybe(der.context(0))
    fields.maybe(der.context(1))
    (signer,) = _exactly(1, der.parts(fields.next(), der.SET), "signature")
    fields.end()
    return der.octets(info), signer.whole


def _stamp(element: Element, signer: bytes) -> Stamp:
    """The Stamp of a TSTInfo (RFC 3161, section 2.4.2)."""
    fields = Fields(element)
    if der.integer(fields.next()) != 1:
        raise NotDerError("a time stamp of another version than 1")
    policy = der.identifier(fields.next())
    digest = _digest(fields.next())
    serial = der.integer(fields.next())
    if not 0 <= serial < _SERIAL_LIMIT:
        raise NotDerError("a serial number below 0 or above 160 bits")
    at = der.time(fields.next())
    fields.maybe(der.SEQUENCE)
    ordering = fields.maybe(der.BOOLEAN)
    if ordering:
        der.boolean(ordering)
    nonce = fields.maybe(der.INTEGER)
    fields.maybe(der.context(0))
    if fields.maybe(der.context(1)):
        raise NotDerError("a time stamp with an extension, of which none was asked for")
    fields.end()
    number = der.integer(nonce) if nonce else None
    return Stamp(
        digest=digest, at=at, policy=policy, serial=serial, nonce=number, info=element.whole, signer=signer
    )


def _digest(element: Element) -> bytes:
    """The digest of a MessageImprint, which must be SHA-256."""
    fields = Fields(element)
    _expect(algorithm(fields.next()), SHA256, "SHA-256")
    digest = der.octets(fields.next())
    fields.end()
    if len(digest) != 32:
        raise NotDerError(f"a digest of {len(digest)} bytes, where SHA-256 has 32")
    return digest


def algorithm(element: Element) -> str:
    """The identifier of an AlgorithmIdentifier whose parameters are absent or NULL."""
    fields = Fields(element)
    name = der.identifier(fields.next())
    parameters = fields.maybe(der.NULL)
    fields.end()
    if parameters and parameters.contents:
        raise NotDerError("a NULL that holds something")
    return name


def _expect(found: str, wanted: str, words: str) -> None:
    if found != wanted:
        raise NotDerError(f"{found} stands where {words} ({wanted}) should")


def _exactly(count: int, found: tuple[Element, ...], words: str) -> tuple[Element, ...]:
    if len(found) != count:
        raise NotDerError(f"{len(found)} elements where one {words} should be")
    return found
