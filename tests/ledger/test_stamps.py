"""Time stamps, held against the `openssl ts` of this machine, and answers that are none."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509

from gateway.errors import UsageError
from gateway.ledger import der
from gateway.ledger.der import NotDerError
from gateway.ledger.stamp_signatures import check_signature
from gateway.ledger.stamps import StampError, read_answer, stamp_request
from gateway.store.surroundings import SystemClock, SystemRandomness
from gateway.store.witnesses.stamping import MOST_BYTES, request_stamp
from tests.ledger.authority import OPENSSL, Authority, Reply, serving

DIGEST = hashlib.sha256(b"example.org/epoch-1\n").digest()
NONCE = 0xF123456789ABCDEF
REPLY = "application/timestamp-reply"
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed on this machine")


@pytest.fixture(autouse=True)
def without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if OPENSSL is None:
        pytest.skip("openssl is not installed on this machine")
    return Authority(tmp_path_factory.mktemp("stamps") / "tsa")


@pytest.fixture(scope="module")
def answer(authority: Authority) -> bytes:
    return authority.answer(stamp_request(DIGEST, NONCE))


def certificate(authority: Authority, name: str = "tsa.crt") -> x509.Certificate:
    return x509.load_pem_x509_certificate((authority.folder / name).read_bytes())


def test_a_request_is_read_by_openssl_as_it_was_meant(authority: Authority) -> None:
    (authority.folder / "ours.tsq").write_bytes(stamp_request(DIGEST, NONCE))
    lines = authority.run("ts", "-query", "-in", "ours.tsq", "-text")
    assert "Hash Algorithm: sha256" in lines
    assert f"Nonce: 0x{NONCE:X}" in lines
    assert "Certificate required: yes" in lines
    assert DIGEST[:8].hex(" ") in lines.replace("-", " ")


def test_an_answer_got_over_http_is_kept_as_it_came_and_openssl_verifies_it(authority: Authority) -> None:
    before = datetime.now(UTC)
    with serving(authority) as server:
        kept, stamp = request_stamp(server.url, DIGEST, SystemClock(), SystemRandomness())
    assert "Verification: OK" in authority.verify(kept, DIGEST)
    assert read_answer(kept, DIGEST, None) == stamp
    assert stamp.digest == DIGEST
    assert stamp.policy == "1.3.6.1.4.1.99999.1"
    assert stamp.serial > 0
    assert timedelta(seconds=-1) < stamp.at - before < timedelta(seconds=60)
    check_signature(stamp, certificate(authority))


@needs_openssl
@pytest.mark.parametrize(
    ("key", "signed_with", "named_with"),
    [
        (("rsa:2048",), "sha512", "sha1"),
        (("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "sha256", "sha256"),
        (("ec", "-pkeyopt", "ec_paramgen_curve:P-384"), "sha384", "sha384"),
    ],
)
def test_signatures_of_the_usual_kinds_are_checked(
    tmp_path: Path, key: tuple[str, ...], signed_with: str, named_with: str
) -> None:
    authority = Authority(tmp_path / "tsa", key, signed_with, named_with)
    stamp = read_answer(authority.answer(stamp_request(DIGEST, NONCE)), DIGEST, NONCE)
    check_signature(stamp, certificate(authority))
    (authority.folder / "tsa.crt").write_bytes((authority.folder / "ca.crt").read_bytes())
    with pytest.raises(StampError, match="not one for time stamps"):
        check_signature(stamp, certificate(authority))


@needs_openssl
def test_a_stamp_of_another_authority_is_refused(tmp_path: Path, authority: Authority) -> None:
    other = Authority(tmp_path / "tsa")
    stamp = read_answer(other.answer(stamp_request(DIGEST, NONCE)), DIGEST, NONCE)
    with pytest.raises(StampError, match="names another certificate"):
        check_signature(stamp, certificate(authority))


@pytest.mark.parametrize("name", ["other.crt", "lax.crt", "wide.crt"])
def test_only_a_certificate_for_time_stamps_alone_may_be_pinned(
    authority: Authority, answer: bytes, name: str
) -> None:
    stamp = read_answer(answer, DIGEST, NONCE)
    with pytest.raises(StampError, match="not one for time stamps"):
        check_signature(stamp, certificate(authority, name))


@pytest.mark.parametrize("days", [-2, 60])
def test_a_stamp_from_outside_the_life_of_the_certificate_is_refused(
    authority: Authority, answer: bytes, days: int
) -> None:
    stamp = read_answer(answer, DIGEST, NONCE)
    moved = msgspec.structs.replace(stamp, at=stamp.at + timedelta(days=days))
    with pytest.raises(StampError, match="was not valid at the time"):
        check_signature(moved, certificate(authority))


def test_an_answer_to_something_else_is_refused(authority: Authority, answer: bytes) -> None:
    with pytest.raises(StampError, match="nonce"):
        read_answer(answer, DIGEST, NONCE + 1)
    with pytest.raises(StampError, match="another digest"):
        read_answer(answer, hashlib.sha256(b"").digest(), NONCE)
    with serving(Reply(200, REPLY, answer)) as server, pytest.raises(StampError, match="nonce"):
        request_stamp(server.url, DIGEST, SystemClock(), SystemRandomness())


def test_a_refusal_is_told_in_the_words_of_the_authority(authority: Authority) -> None:
    sha1 = der.write(der.SEQUENCE, der.write_identifier("1.3.14.3.2.26"), der.write(der.NULL))
    imprint = der.write(der.SEQUENCE, sha1, der.write(der.OCTET_STRING, bytes(20)))
    refused = authority.answer(der.write(der.SEQUENCE, der.write_integer(1), imprint))
    with pytest.raises(StampError, match="rejected: it does not know the hash; it says '"):
        read_answer(refused, DIGEST, NONCE)


@pytest.mark.parametrize(("status", "word"), [(3, "waiting"), (5, "revoked"), (77, "unknown status 77")])
def test_every_status_but_granted_is_refused(status: int, word: str) -> None:
    told = der.write(der.SEQUENCE, der.write_integer(status))
    with pytest.raises(StampError, match=word):
        read_answer(der.write(der.SEQUENCE, told), DIGEST, NONCE)


def test_an_answer_cut_at_any_byte_is_refused(answer: bytes) -> None:
    for end in range(len(answer)):
        with pytest.raises(StampError):
            read_answer(answer[:end], DIGEST, NONCE)
    with pytest.raises(StampError, match="1 bytes follow"):
        read_answer(answer + b"\x00", DIGEST, NONCE)


def test_a_changed_answer_is_refused_or_says_the_same_and_never_anything_else(
    authority: Authority, answer: bytes
) -> None:
    pinned = certificate(authority)
    stamp = read_answer(answer, DIGEST, NONCE)
    chance = random.Random(20261123)
    let_through = 0
    for _ in range(1500):
        changed = bytearray(answer)
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(len(changed))] ^= chance.randint(1, 255)
        try:
            got = read_answer(bytes(changed), DIGEST, NONCE)
            check_signature(got, pinned)
        except StampError:
            continue
        let_through += 1
        assert got.info == stamp.info
    assert (
        let_through < 1500 * 0.8
    )  # much of an answer is certificates that are not read, since one is pinned


def test_any_changed_bit_of_what_was_signed_is_found(authority: Authority, answer: bytes) -> None:
    pinned = certificate(authority)
    info = read_answer(answer, DIGEST, NONCE).info
    start = answer.index(info)
    for bit in range(8 * len(info)):
        changed = bytearray(answer)
        changed[start + bit // 8] ^= 1 << bit % 8
        with pytest.raises(StampError):
            check_signature(read_answer(bytes(changed), DIGEST, NONCE), pinned)


def test_any_changed_byte_of_the_signature_and_of_what_it_covers_is_found(
    authority: Authority, answer: bytes
) -> None:
    pinned = certificate(authority)
    stamp = read_answer(answer, DIGEST, NONCE)
    attributes = next(
        one for one in der.parts(der.read(stamp.signer), der.SEQUENCE) if one.tag == der.context(0)
    )
    for at in range(stamp.signer.index(attributes.whole), len(stamp.signer)):
        changed = bytearray(stamp.signer)
        changed[at] ^= 1
        with pytest.raises(StampError):
            check_signature(msgspec.structs.replace(stamp, signer=bytes(changed)), pinned)


def test_random_bytes_are_refused() -> None:
    chance = random.Random(20261123)
    for _ in range(5000):
        head = chance.choice(
            (b"", b"\x30\x80", b"\x30\x03\x02\x01\x00", b"\x30\x82\x00\x40\x30\x03\x02\x01\x00")
        )
        with pytest.raises(StampError):
            read_answer(head + chance.randbytes(chance.randrange(80)), DIGEST, NONCE)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x30\x80\x00\x00", "indefinite"),
        (b"\x30\x81\x01\x00", "longer than it is"),
        (b"\x30\x82\x00\x80" + bytes(128), "longer than it is"),
        (b"\x30\x85\x00\x00\x00\x00\x01\x00", "too long"),
        (b"\x30\x84\xff\xff\xff\xff\x00", "cut off"),
        (b"\x1f\x81\x00\x00", "several octets"),
        (bytes(MOST_BYTES + 1), "more than"),
        (b"", "cut off"),
    ],
)
def test_what_is_not_der_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(NotDerError, match=words):
        der.read(data)


def test_depth_and_number_of_elements_are_limited() -> None:
    nested = b""
    for _ in range(40):
        nested = der.write(der.SEQUENCE, nested)
    element = der.read(nested)
    with pytest.raises(NotDerError, match="16 levels"):
        for _ in range(40):
            (element,) = der.parts(element, der.SEQUENCE)
    with pytest.raises(NotDerError, match="more than 1000 elements"):
        der.parts(der.read(der.write(der.SEQUENCE, bytes(2 * 1001))), der.SEQUENCE)


@pytest.mark.parametrize(
    ("contents", "wanted"),
    [
        (b"20261123161229Z", datetime(2026, 11, 23, 16, 12, 29, tzinfo=UTC)),
        (b"20261123161229.5Z", datetime(2026, 11, 23, 16, 12, 29, 500000, tzinfo=UTC)),
        (b"20261123161229.123456789Z", datetime(2026, 11, 23, 16, 12, 29, 123456, tzinfo=UTC)),
        (b"20261123161229.50Z", None),
        (b"20261123161229", None),
        (b"20261123161229+0100", None),
        (b"20261323161229Z", None),
        (b"00000101000000Z", None),
        (b"20261123161229.Z", None),
    ],
)
def test_times_are_read_strictly(contents: bytes, wanted: datetime | None) -> None:
    element = der.read(der.write(der.GENERALIZED_TIME, contents))
    if wanted:
        assert der.time(element) == wanted
    else:
        with pytest.raises(NotDerError, match="a time"):
            der.time(element)


@pytest.mark.parametrize("number", [0, 1, 127, 128, 255, 256, 2**64 - 1, 2**128 - 1])
def test_numbers_are_written_as_they_are_read(number: int) -> None:
    assert der.integer(der.read(der.write_integer(number))) == number


@pytest.mark.parametrize(
    "name", ["1.2.840.113549.1.9.16.1.4", "2.16.840.1.101.3.4.2.1", "0.9.2342", "2.999.1"]
)
def test_identifiers_are_written_as_they_are_read(name: str) -> None:
    assert der.identifier(der.read(der.write_identifier(name))) == name


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(302, "text/plain", b"", Location="/elsewhere"), "HTTP status 302"),
        (Reply(503, "text/plain", b"busy"), "HTTP status 503"),
        (Reply(200, "text/html", b"<p>log in</p>"), "text/html"),
        (Reply(200, REPLY, bytes(MOST_BYTES + 1)), "longer than"),
        (Reply(200, REPLY, b""), "cannot be read"),
    ],
)
def test_a_server_that_gives_no_stamp_is_told_apart(reply: Reply, words: str) -> None:
    with serving(reply) as server, pytest.raises(StampError, match=words):
        request_stamp(server.url, DIGEST, SystemClock(), SystemRandomness())
    assert server.paths == ["/tsa"]


def test_only_web_addresses_are_asked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="over http or https"):
        request_stamp(f"file://{tmp_path}", DIGEST, SystemClock(), SystemRandomness())
    with pytest.raises(StampError, match="no time stamp was got"):
        request_stamp("http://127.0.0.1:1/tsa", DIGEST, SystemClock(), SystemRandomness())


class LateClock:
    """A clock on which an hour passes between two looks."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC)

    def monotonic(self) -> float:
        self.seconds += 3600
        return self.seconds


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    reply = Reply(200, REPLY, bytes(100))
    with serving(reply) as server, pytest.raises(StampError, match="longer than 20 seconds"):
        request_stamp(server.url, DIGEST, LateClock(), SystemRandomness())
