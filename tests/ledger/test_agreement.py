"""Both verifiers judge every pack alike: good ones, and hundreds that were spoiled on purpose."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha512
from itertools import pairwise
from pathlib import Path

import pytest

from gateway.ledger import ed25519
from gateway.ledger.checkpoint import Checkpoint, sign_checkpoint
from gateway.ledger.leaf import commitment
from gateway.ledger.notes import COSIGNATURE, SigningKey, VerifierKey, cosign
from gateway.ledger.pack_check import verify_pack
from gateway.ledger.standalone import verify as standalone
from tests.ledger.packs import ORIGIN, Files, Log, as_json, listed, ulid

LOGS = [Log(seed, size, old) for seed, size, old in ((11, 45, 17), (12, 1, 1), (13, 64, 32), (14, 300, 256))]
LOGS[3].shown += [299]  # right of a whole tile
PACKS = [log.pack() for log in LOGS]
Spoil = Callable[[Log, Files, random.Random], Files | None]
"""Gives the spoiled pack, or None when this pack has nothing that could be spoiled so."""


def judged(files: Files, key: str | None = None, earlier: bytes | None = None) -> tuple[bool, bool]:
    trusted = VerifierKey.from_text(key) if key else None
    ours = verify_pack(files, trusted, earlier).holds
    return ours, not standalone.verify(files, key, earlier).faults


def pick(files: Files, rng: random.Random, *starts: str) -> str | None:
    paths = [path for path in files if path.startswith(starts)]
    return rng.choice(paths) if paths else None


def flipped(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes((data[at] ^ 1 << rng.randrange(8),)) + data[at + 1 :]


PROVEN: tuple[str, ...] = (
    "leaves/",
    "proofs/",
    "records/",
    "payloads/",
    "checkpoint",
    "public-key",
    "witness-keys",
)
PROVEN += ("earlier-checkpoint", "consistency-proof")


FOREIGN_NAMES: tuple[str, ...] = (
    "x",
    "leaves/1.json",
    "leaves/0000000001.json",
    "payloads/000000001-new",
    "verify.pyc",
)
FOREIGN_NAMES += (
    "leaves/000000999.json",
    "records/../checkpoint",
    "Leaves/000000001.json",
    "payloads/1-raw.EDI",
)


def bit_without_manifest(log: Log, files: Files, rng: random.Random) -> Files | None:
    path = pick(files, rng, "")
    return {**files, path: flipped(files[path], rng)} if path and files[path] else None


def bit_with_manifest(log: Log, files: Files, rng: random.Random) -> Files | None:
    path = pick(files, rng, *PROVEN)
    return listed({**files, path: flipped(files[path], rng)}) if path and files[path] else None


def cut(log: Log, files: Files, rng: random.Random) -> Files | None:
    path = pick(files, rng, *PROVEN)
    return (
        listed({**files, path: files[path][: rng.randrange(len(files[path]))]})
        if path and files[path]
        else None
    )


def lengthened(log: Log, files: Files, rng: random.Random) -> Files | None:
    path = pick(files, rng, *PROVEN)
    return (
        listed({**files, path: files[path] + rng.choice([b"\n", b" ", b"\0", b"a", b"{}"])}) if path else None
    )


def lost(log: Log, files: Files, rng: random.Random) -> Files | None:
    path = pick(files, rng, *PROVEN[:-1], "README", "summary", "verify")
    left = {name: data for name, data in files.items() if name != path}
    needless = path is None or path == "witness-keys" or path.startswith("payloads/")
    return left if needless or rng.random() < 0.5 else listed(left)


def added(log: Log, files: Files, rng: random.Random) -> Files:
    name = rng.choice(FOREIGN_NAMES)
    more = {**files, name: b"{}"}
    return more if rng.random() < 0.3 else listed(more)


def manifest_respelled(log: Log, files: Files, rng: random.Random) -> Files:
    text = files["manifest.json"]
    value = json.loads(text)
    choices = [
        b" " + text,
        text.replace(b'"v":1', b'"v":1.0'),
        text.replace(b'"v":1', b'"v":1,"v":1'),
        text.replace(b'"v":1', b'"v":true'),
        text.replace(b'"v":1', b'"v":2'),
        text.replace(b'"format"', b'"f\\u006frmat"'),
        text.replace(b'"ranges":[', b'"ranges":[[],'),
        as_json({**value, "more": 1}),
        as_json({name: one for name, one in value.items() if name != "format"}),
        as_json({**value, "format": "zip"}),
        as_json({**value, "files": {}}),
        as_json({**value, "files": []}),
        as_json({**value, "ranges": {}}),
        as_json({**value, "ranges": [{"first": 1, "last": 10**6, "partner": log.partners[0]}]}),
        as_json({**value, "ranges": [{"first": 9, "last": 8, "partner": log.partners[0]}]}),
        as_json({**value, "ranges": [{"first": 0, "last": 0, "partner": log.partners[0]}]}),
        as_json({**value, "ranges": [{"first": 1, "last": 1, "partner": "x"}]}),
        as_json({**value, "ranges": [{"first": 10**30, "last": 1, "partner": log.partners[0]}]}),
        as_json([value]),
        b"[" * 100_000,
        b'{"files":' * 50_000,
        b"9" * 100_000,
        b"\xff" + text,
        b"",
        b"null",
    ]
    return {**files, "manifest.json": rng.choice(choices)}


def proof_lines_changed(log: Log, files: Files, rng: random.Random) -> Files | None:
    path = pick(files, rng, "proofs/", "consistency")
    assert path
    head, blank, note = files[path].partition(b"\n\n")
    lines = head.split(b"\n")
    first = next((at for at, line in enumerate(lines) if len(line) == 44), len(lines))
    hashes = lines[first:]
    number = int(lines[first - 1].split()[1])
    word = lines[first - 1].split()[0]
    changed = [
        [*lines, b64encode(rng.randbytes(32))],
        [*lines, hashes[0]] if hashes else [*lines, b"AAAA"],
        [*lines[:first], b64encode(rng.randbytes(32)), *hashes],
        [*lines[: first - 1], b"%s %d" % (word, number + rng.choice([1, 2, 2**63])), *hashes],
        [*lines[: first - 1], b"%s -%d" % (word, number), *hashes],
        [*lines[: first - 1], b"%s 0%d" % (word, number), *hashes],
        [*lines[: first - 1], "index ٣".encode(), *hashes],
        lines[: first - 1],
        [*lines[: first - 1], *hashes],
        [lines[0], b"extra AAAA", *lines[1:]],
        [lines[0], b"extra ", *lines[1:]],
        [b"c2sp.org/tlog-proof@v2", *lines[1:]],
        [*lines, *[b64encode(bytes(32))] * 70],
        [line + b"\r" for line in lines],
    ]
    if hashes:
        swapped = hashes[:]
        rng.shuffle(swapped)
        if swapped != hashes:
            changed += [[*lines[:first], *swapped]] * 4
        changed += [lines[:-1], [*lines[:first], *hashes[1:]]] * 2
        changed += [[*lines[:-1], hashes[-1][:-2] + bytes((hashes[-1][-2] + 1,)) + b"="]]
    return listed({**files, path: b"\n".join(rng.choice(changed)) + blank + note})


def two_files_swapped(log: Log, files: Files, rng: random.Random) -> Files | None:
    folder = rng.choice(["leaves/", "proofs/", "payloads/", "records/"])
    paths = [path for path in files if path.startswith(folder)]
    if len(paths) < 2:
        return None
    one, other = rng.sample(paths, 2)
    if files[one] == files[other]:
        return None
    return listed({**files, one: files[other], other: files[one]})


def note_replaced(log: Log, files: Files, rng: random.Random, note: bytes) -> Files:
    """Replaces the checkpoint wherever it stands, so that only its own check can find it."""
    old = files["checkpoint"]
    changed = {
        path: data.replace(old, note) if path.startswith(("proofs/", "consistency")) else data
        for path, data in files.items()
    }
    return listed({**changed, "checkpoint": note})


def checkpoint_text_changed(log: Log, files: Files, rng: random.Random) -> Files:
    note = files["checkpoint"].decode()
    origin, size, root, *rest = note.split("\n")
    choices = [
        [origin, str(int(size) + 1), root, *rest],
        [origin, "0" + size, root, *rest],
        [ORIGIN[:-1] + "2", size, root, *rest],
        [origin, size, b64encode(bytes(32)).decode(), *rest],
        [origin, size, root, "more", *rest],
        [origin, size, root],
        [origin + "\r", size, root, *rest],
        [origin, size, root, *[one.replace("—", "-") for one in rest]],
        [origin, size, root, *[one.replace("= ", "=") + " " for one in rest]],
        [origin, size, root, "", *[one for one in rest if one and "acorn" not in one], ""],
        [origin, size, root, "", *[one for one in rest if one and "witness" not in one], ""],
        [origin, size, root, "", *[one for one in rest if one] * 60, ""],
    ]
    return note_replaced(log, files, rng, "\n".join(rng.choice(choices)).encode())


def signature_changed(log: Log, files: Files, rng: random.Random) -> Files | None:
    """Other signatures over the same text: S + L (malleable), S of another key, other points, bits."""
    note = files["checkpoint"]
    head, _, tail = note.partition("— ".encode())
    lines = [line for line in tail.decode().split("\n") if line]
    at = rng.randrange(len(lines))
    name, _, encoded = lines[at].removeprefix("— ").partition(" ")
    blob = b64decode(encoded)
    start, r, s = blob[:-64], blob[-64:-32], int.from_bytes(blob[-32:], "little")
    forms = [
        start + r + (s + ed25519.ORDER).to_bytes(32, "little"),
        start + r + ((ed25519.ORDER - s) % ed25519.ORDER).to_bytes(32, "little"),
        start + r + s.to_bytes(32, "big"),
        start + flipped(r, rng) + blob[-32:],
        start + (ed25519.FIELD + 1).to_bytes(32, "little") + blob[-32:],
        start + (1).to_bytes(32, "little") + bytes(32),
        start + bytes(64),
        start[:4] + flipped(blob[4:], rng),
        blob[:-1],
        blob + b"\0",
        blob[:4],
    ]
    lines[at] = f"{name} {b64encode(rng.choice(forms)).decode()}"
    shown = "".join(f"— {line.removeprefix('— ')}\n" for line in lines)
    return note_replaced(log, files, rng, head + shown.encode())


def key_replaced(log: Log, files: Files, rng: random.Random) -> Files:
    other = SigningKey(ORIGIN, rng.randbytes(32))
    weak = [VerifierKey(ORIGIN, y.to_bytes(32, "little")).text for y in sorted(ed25519.SMALL_ORDER)]
    texts = [
        other.verifier.text,
        SigningKey(ORIGIN, log.key.seed, COSIGNATURE).verifier.text,
        SigningKey("acorn.example/log", log.key.seed).verifier.text,
        log.key.verifier.text.replace("+", "+0", 1),
        log.key.verifier.text.upper(),
        log.key.verifier.text + "\n" + other.verifier.text,
        VerifierKey(ORIGIN, (ed25519.FIELD + 3).to_bytes(32, "little")).text,
        log.key.text,
        *weak,
    ]
    return listed({**files, "public-key": rng.choice(texts).encode() + b"\n"})


def signed_by_weak_key(log: Log, files: Files, rng: random.Random) -> Files:
    """A key of small order for which S = 0 with R neutral would verify without the check of small order."""
    weak = VerifierKey(ORIGIN, (1).to_bytes(32, "little"))
    text = files["checkpoint"].decode().partition("\n\n")[0] + "\n"
    signature = weak.key_id + (1).to_bytes(32, "little") + bytes(32)
    note = f"{text}\n— {ORIGIN} {b64encode(signature).decode()}\n".encode()
    changed = {path: data for path, data in files.items() if path != "witness-keys"}
    changed["public-key"] = f"{weak.text}\n".encode()
    return note_replaced(log, changed, rng, note)


def witness_replaced(log: Log, files: Files, rng: random.Random) -> Files:
    good = log.witness.verifier.text
    other = SigningKey("witness.example/w2", rng.randbytes(32), COSIGNATURE)
    texts = [
        other.verifier.text,
        f"{good}\n{other.verifier.text}",
        f"{good}\n{good}",
        SigningKey(log.witness.name, log.witness.seed).verifier.text,
        SigningKey(log.witness.name, log.key.seed, COSIGNATURE).verifier.text,
        good + "\n",
        "",
    ]
    return listed({**files, "witness-keys": rng.choice(texts).encode() + b"\n"})


def earlier_replaced(log: Log, files: Files, rng: random.Random) -> Files:
    other_root = sign_checkpoint(Checkpoint(ORIGIN, log.old_size, rng.randbytes(32)), log.key)
    notes = [
        log.checkpoint(max(0, log.old_size - 1)),
        other_root,
        log.checkpoint(log.old_size, SigningKey(ORIGIN, rng.randbytes(32))),
        log.checkpoint(log.old_size, SigningKey("acorn.example/log/epoch-2", log.key.seed)),
        sign_checkpoint(Checkpoint(ORIGIN, len(log.bodies) + 5, rng.randbytes(32)), log.key),
    ]
    return listed({**files, "earlier-checkpoint": rng.choice(notes)})


def record_respelled(log: Log, files: Files, rng: random.Random) -> Files | None:
    path = pick(files, rng, "records/")
    assert path
    value = json.loads(files[path])
    details = value.get("record", {"details": {"a": 1}, "salt": "0" * 64})
    text = files[path]
    choices = [
        text.replace(b":", b": ", 1) if b":" in text else b"{ }",
        as_json({**value, "payloads": {}}),
        as_json({**value, "payloads": {"raw": {"file": "payloads/000000001-raw.edi", "salt": "0" * 64}}}),
        as_json({**value, "payloads": {"raw": {"file": "checkpoint", "salt": "0" * 64}}}),
        as_json({**value, "payloads": {"raw": {"file": "README.txt", "salt": "zz"}}}),
        as_json({**value, "payloads": {"raw": 1}}),
        as_json({**value, "payloads": []}),
        as_json({**value, "record": None}),
        as_json({**value, "more": 1}),
        as_json({**value, "record": {**details, "more": 1}}),
        as_json({**value, "record": {"salt": "0" * 64}}),
        as_json({**value, "record": {"details": {}, "salt": "0" * 64}}),
        as_json(
            {**value, "record": {"details": {**details["details"], "count": 1.0}, "salt": details["salt"]}}
        ),
        as_json(
            {**value, "record": {"details": {**details["details"], "count": True}, "salt": details["salt"]}}
        ),
        as_json({**value, "record": {"details": {**details["details"], "UP": 1}, "salt": details["salt"]}}),
        as_json({**value, "record": {"details": {"a": 2**60}, "salt": details["salt"]}}),
        as_json({**value, "record": {"details": {"a": {"b": []}}, "salt": details["salt"]}}),
        b'{"record":{"details":{"a":"\\ud800"},"salt":"' + b"0" * 64 + b'"}}',
        b'{"record":{"details":{"a":NaN},"salt":"' + b"0" * 64 + b'"}}',
        b'{"record":{"details":{"a":-0},"salt":"' + b"0" * 64 + b'"}}',
        b'{"record":' * 20_000,
        text[:-1] + b"," + text[1:] if len(text) > 2 else b"{},{}",
    ]
    chosen = rng.choice(choices)
    return None if chosen == text else listed({**files, path: chosen})


def wrong_salt(log: Log, files: Files, rng: random.Random) -> Files | None:
    path = pick(files, rng, "records/")
    assert path
    value = json.loads(files[path])
    opened = [*value.get("payloads", {}).values(), *([value["record"]] if "record" in value else [])]
    if not opened:
        return None
    one = rng.choice(opened)
    one["salt"] = rng.choice([rng.randbytes(32).hex(), one["salt"].upper(), one["salt"][:-2], ""])
    changed = as_json(value)
    return None if changed == files[path] else listed({**files, path: changed})


def log_that_lies(log: Log, files: Files, rng: random.Random) -> Files | None:
    """The log itself signs a leaf that no gateway writes; all proofs are right."""
    n = rng.choice(log.shown)
    body = log.bodies[n]
    value = json.loads(body)
    changes: list[dict[str, object]] = [
        {"at": "2026-13-23T16:12:29.123456Z"},
        {"at": "2026-11-23T16:12:29Z"},
        {"at": "٢026-11-23T16:12:29.123456Z"},
        {"epoch": 2},
        {"epoch": 0},
        {"n": n + 1},
        {"n": -1},
        {"n": 10**40},
        {"who": ulid(rng).lower()},
        {"who": "Anna"},
        {"message": "4711"},
        {"message": None},
        {"partner": ulid(rng), "partner_n": 0},
        {"what": "Message received"},
        {"what": "a" * 41},
        {"what": "a--b"},
        {"what": "message-received\n"},
        {"to": "sent "},
        {"build": "0.3.0 beta"},
        {"record": "0" * 63},
        {"record": "A" * 64},
        {"digests": {}},
        {"digests": {"raw": commitment(bytes(32), b""), "Raw": "0" * 64}},
        {"digests": {"raw": 5}},
        {"v": 2},
        {"v": True},
        {"more": "x"},
        {"build": "x" * 20_000},
    ]
    bodies_made = [as_json({**value, **one}) for one in changes]
    bodies_made += [
        as_json({k: v for k, v in value.items() if k != gone}) for gone in ("at", "n", "v", "who", "epoch")
    ]
    bodies_made += [
        body.replace(b'"v":1', b'"v":1.0'),
        body.replace(b'"v":1', b'"v":1,"v":1'),
        body.replace(b'"build"', b'"b\\u0075ild"'),
        body + b"\n",
        b" " + body,
        json.dumps(value).encode(),
        json.dumps(dict(reversed(value.items())), separators=(",", ":")).encode(),
        b"",
        b"\xff",
        b"[" * 9_000,
        b'"leaf"',
    ]
    bodies = list(log.bodies)
    bodies[n] = rng.choice(bodies_made)
    return log.forged(files, bodies, log.key)


def other_epoch(log: Log, files: Files, rng: random.Random) -> Files:
    names = ["acorn.example/log", "/epoch-1", "acorn/epoch-0", "acorn/epoch-01", "acorn/epoch-1/x"]
    return log.forged(files, log.bodies, SigningKey(rng.choice(names), rng.randbytes(32)))


def partner_numbers_repeated(log: Log, files: Files, rng: random.Random) -> Files | None:
    counted = [n for n in log.shown if b'"partner_n"' in log.bodies[n]]
    for first, second in pairwise(counted):
        one, other = json.loads(log.bodies[first]), json.loads(log.bodies[second])
        bodies = list(log.bodies)
        other["partner"], other["partner_n"] = one["partner"], rng.choice([one["partner_n"], 1])
        bodies[second] = as_json(other)
        return log.forged(files, bodies, log.key)
    return None


SPOILS: list[tuple[Spoil, int]] = [
    (bit_without_manifest, 60),
    (bit_with_manifest, 100),
    (cut, 40),
    (lengthened, 30),
    (lost, 25),
    (added, 25),
    (manifest_respelled, 60),
    (proof_lines_changed, 80),
    (two_files_swapped, 30),
    (checkpoint_text_changed, 40),
    (signature_changed, 60),
    (key_replaced, 35),
    (signed_by_weak_key, 3),
    (witness_replaced, 25),
    (earlier_replaced, 25),
    (record_respelled, 60),
    (wrong_salt, 25),
    (log_that_lies, 100),
    (other_epoch, 15),
    (partner_numbers_repeated, 10),
]


def spoiled(spoil: Spoil, count: int, seed: int) -> list[Files]:
    rng = random.Random(f"{spoil.__name__} {seed}")
    made = []
    for attempt in range(count):
        which = attempt % len(LOGS)
        files = spoil(LOGS[which], PACKS[which], rng)
        if files is not None and files != PACKS[which]:
            made.append(files)
    return made


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("spoil", "count"), SPOILS, ids=lambda one: getattr(one, "__name__", str(one)))
def test_both_verifiers_refuse_every_spoiled_pack(spoil: Spoil, count: int) -> None:
    packs = spoiled(spoil, count, 1)
    assert len(packs) >= min(count, 3)
    for number, files in enumerate(packs):
        assert judged(files) == (False, False), f"{spoil.__name__} {number}"


def test_both_verifiers_accept_every_good_pack() -> None:
    for log, files in zip(LOGS, PACKS, strict=True):
        assert judged(files) == (True, True)
        assert judged(files, log.key.verifier.text, log.checkpoint(log.old_size)) == (True, True)
        assert judged(files, log.key.verifier.text, log.head()) == (True, True)
        assert judged(files, LOGS[0].key.verifier.text) == (log is LOGS[0],) * 2
        assert judged(files, earlier=log.checkpoint(0)) == (False, False)
        assert judged(files, earlier=b"") == (False, False)


def test_signatures_of_others_below_a_checkpoint_do_not_count() -> None:
    log = LOGS[0]
    stranger = SigningKey("stranger.example", bytes(32), COSIGNATURE)
    files = PACKS[0]
    note = cosign(files["checkpoint"], stranger, 5)
    assert judged(note_replaced(log, files, log.rng, note)) == (True, True)


@pytest.mark.parametrize("seed", range(6))
def test_the_real_program_agrees(seed: int, tmp_path: Path) -> None:
    """A process of its own, without the libraries of this one, on a good pack and on spoiled ones."""
    rng = random.Random(seed)
    candidates = [PACKS[seed % len(PACKS)]]
    for spoil, _ in rng.sample(SPOILS, 4):
        candidates += spoiled(spoil, 4, seed)[:1]
    program = standalone.__file__
    for number, files in enumerate(candidates):
        folder = tmp_path / str(number)
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        command = [sys.executable, "-I", "-S", program, str(folder)]
        ended = subprocess.run(command, capture_output=True, check=False, timeout=60)
        assert ended.returncode == (0 if number == 0 else 1), ended.stdout[-500:]
        assert ended.stderr == b""


def test_signatures_are_judged_alike_one_by_one() -> None:
    """Random signatures with random damage, and keys with a part of small order."""
    rng = random.Random(5)
    right = 0
    for _ in range(150):
        seed, message = rng.randbytes(32), rng.randbytes(rng.randrange(50))
        public, signature = ed25519.public_key(seed), ed25519.sign(seed, message)
        damage = rng.randrange(6)
        if damage == 1:
            public = flipped(public, rng)
        elif damage == 2:
            signature = flipped(signature, rng)
        elif damage == 3:
            s = int.from_bytes(signature[32:], "little") + ed25519.ORDER * rng.randrange(1, 16)
            signature = signature[:32] + (s % 2**256).to_bytes(32, "little")
        elif damage == 4:
            signature = signature[: rng.randrange(70)]
        ours = ed25519.verifies(public, signature, message)
        assert ours == standalone.signature_is_right(public, signature, message)
        right += ours
    assert 20 < right < 90


def test_a_key_with_a_part_of_small_order_is_judged_alike() -> None:
    """Only the check without the cofactor and the one with it would differ on these."""
    rng = random.Random(6)
    order_8 = torsion()
    verdicts = set()
    for _ in range(60):
        scalar, nonce = rng.randrange(1, ed25519.ORDER), rng.randrange(1, ed25519.ORDER)
        assert standalone.BASE is not None
        public = encoded(standalone.add(standalone.times(scalar, standalone.BASE), order_8))
        r = encoded(standalone.times(nonce, standalone.BASE))
        message = rng.randbytes(8)
        h = int.from_bytes(sha512(r + public + message).digest(), "little") % ed25519.ORDER
        signature = r + ((nonce + h * scalar) % ed25519.ORDER).to_bytes(32, "little")
        ours = ed25519.verifies(public, signature, message)
        assert ours == standalone.signature_is_right(public, signature, message)
        verdicts.add(ours)
    assert verdicts == {False, True}


def encoded(point: standalone.Point) -> bytes:
    inverse = pow(point[2], -1, standalone.P)
    x, y = point[0] * inverse % standalone.P, point[1] * inverse % standalone.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def torsion() -> standalone.Point:
    """A point of order 8: L times any point that is not in the group of the base point."""
    y = 2
    while True:
        point = standalone.point_of(y.to_bytes(32, "little"))
        if point:
            small = standalone.times(ed25519.ORDER, point)
            if not standalone.same(standalone.times(4, small), standalone.NEUTRAL):
                return small
        y += 1


@pytest.mark.parametrize("y", sorted(ed25519.SMALL_ORDER))
def test_points_of_small_order_are_the_ones_that_are_refused(y: int) -> None:
    data = y.to_bytes(32, "little")
    assert not ed25519.is_sound_point(data)
    assert standalone.point_of(data) is None
