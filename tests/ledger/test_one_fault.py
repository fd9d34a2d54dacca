"""Packs in which all is right but one thing, so that no other check can stand in for the right one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

import pytest

from gateway.ledger import ed25519
from gateway.ledger.checkpoint import parse_checkpoint
from gateway.ledger.notes import COSIGNATURE, Note, Signature, SigningKey, cosign, parse_note, sign_note
from gateway.ledger.pack_check import verify_pack
from gateway.ledger.standalone import verify as standalone
from tests.ledger.packs import ORIGIN, Files, Log, as_json, listed

LOG = Log(21)
NUMBER = next(n for n in LOG.shown if b'"partner_n"' in LOG.bodies[n] and b'"message"' in LOG.bodies[n])
RECORD = f"records/{NUMBER:09}.json"
LEAF: dict[str, object] = {**json.loads(LOG.bodies[NUMBER]), "digests": {"raw": "a" * 64}, "record": "b" * 64}
TEXT = parse_note(LOG.head()).text
ROOT = TEXT.split("\n")[2]


def bare() -> Files:
    """A good pack of proofs alone: no contents are shown, nobody else signed."""
    files = {
        path: b"{}" if path.startswith("records/") else data
        for path, data in LOG.pack().items()
        if not path.startswith(("payloads/", "witness"))
    }
    manifest = json.loads(files["manifest.json"])
    return listed({**files, "manifest.json": as_json({**manifest, "ranges": []})})


BARE = bare()


def judged(files: Files) -> tuple[bool, bool]:
    return verify_pack(files).holds, not standalone.verify(files).faults


def with_leaf(body: bytes, opening: bytes = b"{}") -> Files:
    """The log itself recorded this leaf."""
    bodies = list(LOG.bodies)
    bodies[NUMBER] = body
    return LOG.forged({**BARE, RECORD: opening}, bodies, LOG.key)


def with_note(note: bytes, **others: bytes) -> Files:
    """The pack with this checkpoint everywhere, and other files by name (with - written as _)."""
    old = BARE["checkpoint"]
    files = {path: data.replace(old, note) if path != "checkpoint" else note for path, data in BARE.items()}
    return listed({**files, **{name.replace("_", "-"): data for name, data in others.items()}})


def signed(text: str, key: SigningKey = LOG.key) -> bytes:
    """Any text signed, also one that the gateway refuses to sign."""
    signature = ed25519.sign(key.seed, text.encode())
    return Note(text, (Signature(key.name, key.verifier.key_id, signature),)).data


def test_without_a_fault_all_of_these_hold() -> None:
    assert judged(BARE) == (True, True)
    assert judged(with_leaf(as_json(LEAF))) == (True, True)
    assert judged(with_note(signed(TEXT))) == (True, True)
    assert judged(with_note(signed(TEXT + "more\n"))) == (True, True)
    assert judged(with_leaf(*committed({"a": 1}))) == (True, True)
    witnessed = cosign(signed(TEXT), LOG.witness, 9)
    assert judged(with_note(witnessed, witness_keys=lines(LOG.witness))) == (True, True)


@pytest.mark.parametrize(
    "change",
    [
        {"at": "2026-13-23T16:12:29.123456Z"},
        {"at": "2026-11-23T16:12:29.12345Z"},
        {"at": "٢026-11-23T16:12:29.123456Z"},
        {"at": "2026-11-23T16:12:29.123456Z\n"},
        {"epoch": 0},
        {"epoch": 2},
        {"epoch": True},
        {"epoch": 1.0},
        {"n": NUMBER + 1},
        {"n": str(NUMBER)},
        {"partner_n": 0},
        {"partner_n": 10**17},
        {"partner_n": 2**53},
        {"partner": "x"},
        {"message": "4711"},
        {"message": None},
        {"who": "Anna"},
        {"what": "Message received"},
        {"what": "a" * 41},
        {"what": "a--b"},
        {"what": ""},
        {"from": "sent "},
        {"to": "Sent"},
        {"build": "0.3.0 beta"},
        {"record": "B" * 64},
        {"record": "b" * 63},
        {"digests": {}},
        {"digests": []},
        {"digests": {"raw": 5}},
        {"digests": {"raw": "a"}},
        {"digests": {"Raw": "a" * 64}},
        {"digests": {"a" * 41: "a" * 64}},
        {"digests": None},
        {"v": 2},
        {"v": 1.0},
        {"v": "1"},
        {"more": 1},
    ],
    ids=str,
)
def test_a_leaf_that_no_gateway_writes_is_refused(change: dict[str, object]) -> None:
    assert judged(with_leaf(as_json({**LEAF, **change}))) == (False, False)


@pytest.mark.parametrize("missing", ["at", "build", "epoch", "n", "partner", "partner_n", "v", "what", "who"])
def test_a_leaf_that_lacks_a_part_is_refused(missing: str) -> None:
    body = as_json({name: value for name, value in LEAF.items() if name != missing})
    assert judged(with_leaf(body)) == (False, False)


@pytest.mark.parametrize("missing", ["digests", "from", "message", "record", "to"])
def test_a_leaf_without_what_it_need_not_have_holds(missing: str) -> None:
    body = as_json({name: value for name, value in LEAF.items() if name != missing})
    assert judged(with_leaf(body)) == (True, True)


def committed(details: object, salt: str = "0" * 64) -> tuple[bytes, bytes]:
    """A leaf that commits to these details, and what shows them."""
    digest = sha256(bytes.fromhex(salt) + as_json(details)).hexdigest()
    return as_json({**LEAF, "record": digest}), as_json({"record": {"details": details, "salt": salt}})


@pytest.mark.parametrize(
    "details",
    [
        {"a": 1.5},
        {"a": 1.0},
        {"a": True},
        {"a": None},
        {"a": []},
        {"A": 1},
        {"": 1},
        {"a": 2**53},
        [],
        "a",
        5,
    ],
    ids=str,
)
def test_details_that_no_gateway_records_are_refused(details: object) -> None:
    assert judged(with_leaf(*committed(details))) == (False, False)


@pytest.mark.parametrize(
    "details", [{}, {"a": -5}, {"a": ""}, {"a": "\x00\u2028😀"}, {"a": 2**53 - 1}], ids=ascii
)
def test_details_that_a_gateway_may_record_hold(details: object) -> None:
    assert judged(with_leaf(*committed(details))) == (True, True)


@pytest.mark.parametrize(
    "opening",
    [
        {"payloads": {}},
        {"record": {"salt": "0" * 64}},
        {"record": {"details": {}, "more": 1, "salt": "0" * 64}},
        {"record": None},
        {"record": {}},
        {"payloads": None},
        {"payloads": []},
        {"more": {}},
    ],
    ids=str,
)
def test_an_opening_that_says_nothing_or_too_much_is_refused(opening: Mapping[str, object]) -> None:
    body, _ = committed({})
    assert judged(with_leaf(body, as_json(opening))) == (False, False)


def payload_shown(path: str, name: str = "raw", salt: str = "0" * 64) -> Files:
    data = b"ISA*00*"
    digest = sha256(bytes.fromhex("0" * 64) + data).hexdigest()
    opening = as_json({"payloads": {name: {"file": path, "salt": salt}}})
    files = with_leaf(as_json({**LEAF, "digests": {"raw": digest}}), opening)
    return listed({**files, path: data})


def test_a_payload_is_shown_under_its_own_name_in_its_own_folder() -> None:
    assert judged(payload_shown("payloads/000000001-raw.edi")) == (True, True)
    assert judged(payload_shown("payloads/000000001-raw")) == (True, True)
    assert judged(payload_shown("payloads/000000001-raw.edi", name="translated")) == (False, False)
    assert judged(payload_shown("payloads/000000001-raw.edi", salt="0" * 62 + "zz")) == (False, False)
    assert judged(payload_shown("payloads/000000001-raw.edi\n")) == (False, False)
    assert judged(payload_shown("payloads/1-raw.edi")) == (False, False)
    assert judged(payload_shown("../raw.edi")) == (False, False)


@pytest.mark.parametrize(
    "text",
    [
        TEXT + "\x01\n",
        TEXT + "more\r\n",
        TEXT + "\nmore\n",
        "else" + TEXT,
        TEXT.replace("\n45\n", "\n045\n"),
        TEXT.replace("\n45\n", "\n+45\n"),
        TEXT.replace(ROOT, ROOT[:-1]),
        f"{ORIGIN}\n45\n",
        f"{ORIGIN}\n0\n{ROOT}\n",
        TEXT + "x" * 1_000_000 + "\n",
    ],
    ids=lambda text: ascii(text[-60:]),
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    assert judged(with_note(signed(text))) == (False, False)


def lines(*keys: SigningKey) -> bytes:
    return "".join(f"{key.verifier.text}\n" for key in keys).encode()


def test_a_key_of_a_witness_is_not_that_of_a_log() -> None:
    key = SigningKey(ORIGIN, LOG.key.seed, COSIGNATURE)
    note = cosign(sign_note(TEXT, SigningKey("else", bytes(32))), key, 5)
    assert judged(with_note(note, public_key=lines(key))) == (False, False)


def test_a_witness_is_one_somebody_else_with_one_key() -> None:
    twin = SigningKey(LOG.witness.name, bytes(range(32)), COSIGNATURE)
    other = SigningKey("witness.example/w2", bytes(range(32)), COSIGNATURE)
    itself = SigningKey("witness.example/w3", LOG.key.seed, COSIGNATURE)
    plain = SigningKey("witness.example/w4", bytes(range(32)))
    note = sign_note(TEXT, LOG.key, plain)
    for at, key in enumerate((LOG.witness, twin, other, itself)):
        note = cosign(note, key, at)
    assert judged(with_note(note, witness_keys=lines(LOG.witness, other))) == (True, True)
    assert judged(with_note(note, witness_keys=lines(LOG.witness, twin))) == (False, False)
    assert judged(with_note(note, witness_keys=lines(LOG.witness, LOG.witness))) == (False, False)
    assert judged(with_note(note, witness_keys=lines(itself))) == (False, False)
    assert judged(with_note(note, witness_keys=lines(plain))) == (False, False)
    assert judged(with_note(note, witness_keys=lines(other)[:-1])) == (False, False)
    assert judged(with_note(note, public_key=lines(LOG.key)[:-1])) == (False, False)
    assert judged(with_note(note, public_key=lines(LOG.key) * 2)) == (False, False)


def test_the_number_of_a_file_has_one_spelling() -> None:
    wide = f"{NUMBER:010}"
    names = {path: path.replace(f"{NUMBER:09}", wide) for path in BARE if f"{NUMBER:09}" in path}
    files = {names.get(path, path): data for path, data in BARE.items()}
    assert judged(listed(files)) == (False, False)


def test_the_time_of_a_witness_has_an_end() -> None:
    assert parse_checkpoint(TEXT).size == 45
    late = (2**63).to_bytes(8, "big")
    message = f"cosignature/v1\ntime {2**63}\n{TEXT}".encode()
    signature = late + ed25519.sign(LOG.witness.seed, message)
    parsed = parse_note(signed(TEXT))
    line = Signature(LOG.witness.name, LOG.witness.verifier.key_id, signature)
    note = Note(TEXT, (*parsed.signatures, line)).data
    assert judged(with_note(note, witness_keys=lines(LOG.witness))) == (False, False)
    soon = cosign(signed(TEXT), LOG.witness, 2**63 - 1)
    assert judged(with_note(soon, witness_keys=lines(LOG.witness))) == (True, True)
