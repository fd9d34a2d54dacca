"""Whether a time stamp was signed by the authority whose certificate was pinned (RFC 5652, 3161, 5816).

The certificate is trusted because somebody put it there: no chain is followed and no revocation is looked up.
`openssl ts -verify` does the first. RSA (PKCS #1 v1.5) and ECDSA with SHA-256, SHA-384 or SHA-512 are known;
anything else is refused.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import Certificate, ExtendedKeyUsage, ExtensionNotFound
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.ledger import der
from gateway.ledger.der import Element, Fields, NotDerError
from gateway.ledger.stamps import SHA256, STAMP_INFO, Stamp, StampError, algorithm

_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_CERTIFICATE, _CERTIFICATE_2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    SHA256: hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_RSA = "1.2.840.113549.1.1.1"  # tells no hash: that of the digest holds
_SIGNATURES = {
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}


def check_signature(stamp: Stamp, certificate: Certificate) -> None:
    """Raises StampError unless the authority of this certificate signed the stamp while it was valid."""
    _check_certificate(certificate, stamp)
    try:
        attributes, hashing, signature = _signer(stamp.signer)
        _check_attributes(der.parts(attributes, der.context(0)), stamp, certificate, hashing)
    except NotDerError as fault:
        raise StampError(f"the signature of the time stamp cannot be read: {fault}") from fault
    # RFC 5652, section 5.4: signed is the SET OF, whose tag the implicit [0] replaced
    signed = bytes((der.SET,)) + attributes.whole[1:]
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), hashing)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(hashing))
        else:
            raise StampError("the pinned certificate holds neither an RSA key nor one of an elliptic curve")
    except InvalidSignature as fault:
        raise StampError("the time stamp was not signed with the key of the pinned certificate") from fault


def _check_certificate(certificate: Certificate, stamp: Stamp) -> None:
    """RFC 3161, section 2.3: the certificate is for time stamps alone, and says so as critical."""
    try:
        use = certificate.extensions.get_extension_for_class(ExtendedKeyUsage)
    except ExtensionNotFound as fault:
        raise StampError("the pinned certificate is not one for time stamps") from fault
    if not use.critical or list(use.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise StampError("the pinned certificate is not one for time stamps alone")
    if not certificate.not_valid_before_utc <= stamp.at <= certificate.not_valid_after_utc:
        raise StampError(f"the pinned certificate was not valid at the time of the stamp, {stamp.at}")


def _signer(signer: bytes) -> tuple[Element, hashes.HashAlgorithm, bytes]:
    """The signed attributes of a SignerInfo (RFC 5652, section 5.3), the hash, and the signature."""
    fields = Fields(der.read(signer))
    der.integer(fields.next())
    fields.next()
    hashing = _hash(algorithm(fields.next()))
    attributes = fields.next(der.context(0))
    how = algorithm(fields.next())
    signature = der.octets(fields.next())
    fields.maybe(der.context(1))
    fields.end()
    if how != _RSA and _SIGNATURES.get(how) != hashing.name:
        raise NotDerError(f"the signature algorithm {how} is not one that is checked here; use openssl ts")
    return attributes, hashing, signature


def _check_attributes(
    attributes: tuple[Element, ...], stamp: Stamp, certificate: Certificate, hashing: hashes.HashAlgorithm
) -> None:
    found: dict[str, Element] = {}
    for attribute in attributes:
        fields = Fields(attribute)
        name, values = der.identifier(fields.next()), der.parts(fields.next(), der.SET)
        fields.end()
        if name in found or len(values) != 1:
            raise NotDerError(f"the attribute {name} is not there just once with just one value")
        found[name] = values[0]
    if _CONTENT_TYPE not in found or der.identifier(found[_CONTENT_TYPE]) != STAMP_INFO:
        raise StampError("what was signed is not said to be a time stamp")
    if _MESSAGE_DIGEST not in found or der.octets(found[_MESSAGE_DIGEST]) != _digest(hashing, stamp.info):
        raise StampError("what was signed is another time stamp")
    named = [
        _is_named(found[name], certificate, usual)
        for name, usual in ((_CERTIFICATE, hashes.SHA1()), (_CERTIFICATE_2, hashes.SHA256()))
        if name in found
    ]
    if not named or not all(named):
        raise StampError("the time stamp names another certificate than the pinned one as that of its signer")


def _is_named(attribute: Element, certificate: Certificate, usual: hashes.HashAlgorithm) -> bool:
    """Whether the first ESSCertID or ESSCertIDv2 (RFC 5035, RFC 5816) is that of the certificate.

    The first form knows SHA-1 alone: enough here, where it chooses among no others than the pinned one.
    """
    listed = Fields(Fields(attribute).next(der.SEQUENCE))
    fields = Fields(listed.next())
    other = fields.maybe(der.SEQUENCE)
    hashing = _hash(algorithm(other)) if other else usual
    return der.octets(fields.next()) == certificate.fingerprint(hashing)


def _hash(name: str) -> hashes.HashAlgorithm:
    if name not in _HASHES:
        raise NotDerError(f"the hash {name} is not one that is checked here; use openssl ts")
    return _HASHES[name]


def _digest(hashing: hashes.HashAlgorithm, data: bytes) -> bytes:
    digest = hashes.Hash(hashing)
    digest.update(data)
    return digest.finalize()
