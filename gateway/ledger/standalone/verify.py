"""Checks a proof pack without the gateway: python3 verify.py [FOLDER] [--key KEY] [--earlier CHECKPOINT]

Needs Python 3.9 or later and nothing else, no network, and changes nothing. FOLDER is the unpacked pack
(the current folder when it is left out). KEY is the public key that you were given before, or a file that
holds it, alone or among those of other epochs; CHECKPOINT is a file with a checkpoint that you kept. Ends
with 0 when everything in the pack holds, else with 1 (2 when it was called wrongly).

When this program came with the pack, it vouches for itself. Get it from a place that you trust, or have
somebody read it: it checks signatures (Ed25519, RFC 8032), trees (RFC 6962), notes and proofs (C2SP
signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof) by itself.
"""

# ruff: noqa: UP045 (Python 3.9 knows no other spelling, and what would make it is not built in)
import sys  # before anything else: it is built in, and all others may be sought in the folder of this file

if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    # a file of the pack must not be taken for a part of Python, nor where PYTHONPATH names its folder
    sys.path[:] = [each for each in sys.path[1:] if each != sys.path[0]]

import base64
import binascii
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Optional


class PackError(Exception):
    """Something in the pack does not hold; the text says what."""


# ---- Ed25519 (RFC 8032 section 5.1), verification only -------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # extended homogeneous coordinates: X, Y, Z, T with x = X/Z, y = Y/Z
NEUTRAL: Point = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    """The sum of two points (section 5.1.4)."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    x, t, z, y = f - e, h - g, h + g, f + e
    return x * t % P, z * y % P, t * z % P, x * y % P


def times(factor: int, point: Point) -> Point:
    """The point added to itself so many times; the factor is public here, so time may tell it."""
    result = NEUTRAL
    while factor:
        if factor & 1:
            result = add(result, point)
        point = add(point, point)
        factor >>= 1
    return result


def negative(point: Point) -> Point:
    """The point that makes the neutral one with this one."""
    return -point[0] % P, point[1], point[2], -point[3] % P


def sum_of_two(s: int, a: Point, t: int, b: Point) -> Point:
    """s times a and t times b, in one go."""
    terms = (NEUTRAL, a, b, add(a, b))
    result = NEUTRAL
    for bit in range(max(s.bit_length(), t.bit_length()) - 1, -1, -1):
        result = add(result, result)
        term = (s >> bit & 1) + 2 * (t >> bit & 1)
        if term:
            result = add(result, terms[term])
    return result


def same(a: Point, b: Point) -> bool:
    """Whether two points are one."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_of(encoded: bytes) -> Optional[Point]:
    """The point of 32 bytes (section 5.1.3); None for other spellings, no point, or one of small order."""
    sign, y = encoded[31] >> 7, int.from_bytes(encoded, "little") & (2**255 - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    point = (x, y, 1, x * y % P)
    return None if same(times(8, point), NEUTRAL) else point


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signature_is_right(public: bytes, signature: bytes, message: bytes) -> bool:
    """Strict: S below L, shortest spellings, no point of small order, compared without the cofactor."""
    if len(public) != 32 or len(signature) != 64 or BASE is None:
        return False
    a, r, s = point_of(public), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return same(sum_of_two(s, BASE, h, negative(a)), r)


# ---- Merkle trees (RFC 6962 section 2.1, checked as RFC 9162 section 2.1.3 and 2.1.4 tell) --------------

EMPTY_ROOT = hashlib.sha256(b"").digest()


def parent(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf_is_in_tree(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf at the index to the root, with no hash too many or too few."""
    if not 0 <= index < size:
        return False
    inner = (index ^ (size - 1)).bit_length()  # levels at which the leaf has a sibling on either side
    border = bin(index >> inner).count("1")  # above them only subtrees to the left
    if len(path) != inner + border:
        return False
    node = hashlib.sha256(b"\x00" + leaf).digest()
    for level, sibling in enumerate(path):
        left = level >= inner or index >> level & 1
        node = parent(sibling, node) if left else parent(node, sibling)
    return node == root


def tree_only_grew(old: int, old_root: bytes, new: int, new_root: bytes, path: list[bytes]) -> bool:
    """Whether the first `old` leaves of the new tree are the old tree."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not path and old_root == (new_root if old == new else EMPTY_ROOT)
    shift = (old & -old).bit_length() - 1  # the old tree ends with a complete subtree of this height
    inner = ((old - 1) ^ (new - 1)).bit_length() - shift
    border = bin((old - 1) >> (inner + shift)).count("1")
    rest = path if old == 1 << shift else path[1:]
    if not path or len(rest) != inner + border:
        return False
    from_old = from_new = old_root if old == 1 << shift else path[0]
    for level, sibling in enumerate(rest):
        if level >= inner or (old - 1) >> (shift + level) & 1:
            from_old, from_new = parent(sibling, from_old), parent(sibling, from_new)
        else:
            from_new = parent(from_new, sibling)
    return from_old == old_root and from_new == new_root


# ---- Texts: base64, numbers, JSON ----------------------------------------------------------------------

MAX_TEXT = 1_000_000  # bytes of a note or a side record
MAX_LEAF = 16_384
MAX_MANIFEST = 64_000_000
MAX_PACK = 1 << 30  # bytes of all files; a pack of the gateway has less
MAX_INTEGER = 2**53 - 1
Json = dict[str, object]


def unbase64(text: str) -> bytes:
    """The bytes of the only base64 spelling of them."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise PackError(f"{text[:60]!r} is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise PackError(f"{text[:60]!r} is not the usual base64 spelling")
    return data


def hash_of_line(text: str) -> bytes:
    """The 32 bytes of a line."""
    data = unbase64(text)
    if len(data) != 32:
        raise PackError(f"{text[:60]!r} is no hash of 32 bytes")
    return data


def number_of(text: str) -> int:
    """A number without leading zeroes, below 2^63."""
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) >= 2**63:
        raise PackError(f"{text[:60]!r} is no number that can stand there")
    return int(text)


def text_of(data: bytes, limit: int) -> str:
    """UTF-8 text that is not too long."""
    if len(data) > limit:
        raise PackError(f"it is longer than {limit} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise PackError("it is not UTF-8 text") from None


def integer_of_json(text: str) -> int:
    """Refuses long numbers before they are computed."""
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise PackError(f"the number {text[:60]} is too large")
    return int(text)


def no_such_number(text: str) -> object:
    """Fractions and NaN have no place in a pack."""
    raise PackError(f"{text[:60]} is not a whole number")


def json_of(data: bytes, limit: int) -> Json:
    """A JSON object in its one spelling: sorted keys, no blanks, no key twice, no fraction."""
    text = text_of(data, limit)
    try:
        value = json.loads(
            text, parse_int=integer_of_json, parse_float=no_such_number, parse_constant=no_such_number
        )
        again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
    except (ValueError, RecursionError) as fault:
        raise PackError(f"it is not readable JSON ({type(fault).__name__})") from None
    if again != data or not isinstance(value, dict):
        raise PackError("it is not a JSON object in the one spelling that the gateway writes")
    return value


def part(value: Json, key: str) -> Json:
    """The object under a key; the empty one when there is none."""
    inner = value.get(key, {})
    if not isinstance(inner, dict):
        raise PackError(f"`{key}` is not an object")
    return inner


def only_keys(value: Json, *keys: str) -> None:
    """Refuses keys that have no meaning, and so could be anything."""
    for key in value:
        if key not in keys:
            raise PackError(f"`{key[:60]}` has no meaning there")


def matching(value: object, pattern: str, what: str) -> str:
    """The text, when it is one and has the form."""
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise PackError(f"{what} has not the form that it must have")
    return value


def whole(value: object, least: int, what: str) -> int:
    """The whole number, when it is one and not too small."""
    if type(value) is not int or value < least:
        raise PackError(f"{what} must be a whole number of {least} or more")
    return value


# ---- Signed notes and checkpoints ----------------------------------------------------------------------

DASH = "\u2014 "
PLAIN, COSIGNATURE = 1, 4


class Key(NamedTuple):
    """A public key; `kind` 1 signs texts, 4 is the key of a witness."""

    name: str
    id: bytes
    kind: int
    public: bytes


class Checkpoint(NamedTuple):
    """What a log said of itself, and which witnesses said they saw it, with the time of each."""

    origin: str
    size: int
    root: bytes
    witnesses: list[tuple[str, int]]


def name_is_sound(name: str) -> bool:
    """Whether a key may be called so."""
    return name != "" and not any(one.isspace() or one == "+" or one < " " for one in name)


def key_of(text: str) -> Key:
    """Reads `name+id+base64`, and checks that the id belongs to the key."""
    pieces = text.split("+", 2)
    if len(text) > 1000 or len(pieces) != 3 or not name_is_sound(pieces[0]):
        raise PackError("it is no public key of the form name+id+base64")
    material = unbase64(pieces[2])
    if len(material) != 33 or material[0] not in (PLAIN, COSIGNATURE):
        raise PackError("it is no Ed25519 key")
    try:
        hashed = pieces[0].encode("utf-8") + b"\n" + material
    except UnicodeEncodeError:
        raise PackError("the name of the key cannot be written") from None
    key_id = hashlib.sha256(hashed).digest()[:4]
    if key_id.hex() != pieces[1]:
        raise PackError("the id of the key is not its own")
    return Key(pieces[0], key_id, material[0], material[1:])


def signed_text(note: bytes, keys: list[Key]) -> tuple[str, list[tuple[Key, int]]]:
    """The text of a note, and each known key that signed it, with the time that it gave (0 for none)."""
    whole_note = text_of(note, MAX_TEXT)
    text, blank, lines = whole_note.rpartition("\n\n")
    if not blank or not text or not lines.endswith("\n"):
        raise PackError("it is no signed note")
    text += "\n"
    if any(one < " " and one != "\n" for one in text):
        raise PackError("it holds control characters")
    rows = lines[:-1].split("\n")
    if len(rows) > 100:
        raise PackError("it has more than 100 signatures")
    signed = []
    for row in rows:
        name, _, encoded = row[len(DASH) :].partition(" ")
        if not row.startswith(DASH) or not name_is_sound(name):
            raise PackError(f"{row[:60]!r} is no line of a signature")
        blob = unbase64(encoded)
        if len(blob) < 5:
            raise PackError(f"{row[:60]!r} holds no signature")
        for key in keys:
            if (key.name, key.id) == (name, blob[:4]):
                signed.append((key, time_of_signature(key, blob[4:], text.encode("utf-8"))))
    return text, signed


def time_of_signature(key: Key, signature: bytes, message: bytes) -> int:
    """Checks one signature; the time of a witness in seconds since 1970, else 0."""
    seconds = 0
    if key.kind == COSIGNATURE:
        seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        message = b"cosignature/v1\ntime %d\n" % seconds + message
    if seconds >= 2**63 or not signature_is_right(key.public, signature, message):
        raise PackError(f"the signature of {key.name} is wrong: it signed another text, or never signed")
    return seconds


def checkpoint_of(note: bytes, log: Key, witnesses: list[Key]) -> Checkpoint:
    """A checkpoint that its log signed, and every one of these witnesses."""
    text, signed = signed_text(note, [log, *witnesses])
    for key in (log, *witnesses):
        if all(key != other for other, _ in signed):
            raise PackError(f"{key.name} did not sign it")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or "" in lines:
        raise PackError("it is signed, but no checkpoint")
    size, root = number_of(lines[1]), hash_of_line(lines[2])
    if lines[0] != log.name:
        raise PackError(f"it is of the log {lines[0]}, and the key is of {log.name}")
    if size == 0 and root != EMPTY_ROOT:
        raise PackError("it gives a root to no records")
    return Checkpoint(lines[0], size, root, [(key.name, at) for key, at in signed if key.kind == COSIGNATURE])


def proof_lines(data: bytes) -> tuple[list[str], bytes]:
    """The lines of a proof, and the checkpoint below them."""
    if len(data) > MAX_TEXT + 10_000:
        raise PackError("it is too long for a proof")
    head, blank, note = data.partition(b"\n\n")
    if not blank or not head.isascii():
        raise PackError("it is no proof")
    return head.decode("ascii").split("\n"), note


def path_of(lines: list[str]) -> list[bytes]:
    """The hashes of a proof."""
    if len(lines) > 63:
        raise PackError("it has more than 63 hashes")
    return [hash_of_line(line) for line in lines]


# ---- The pack ------------------------------------------------------------------------------------------

ALWAYS = ("README.txt", "checkpoint", "public-key", "summary.html", "verify.py")
SOMETIMES = ("consistency-proof", "earlier-checkpoint", "witness-keys")
MANIFEST = "manifest.json"
NUMBER = "[0-9]{9,16}"
ULID = "[0-9A-HJKMNP-TV-Z]{26}"
WORD = "(?=.{1,40}$)[a-z][a-z0-9]*([-_][a-z0-9]+)*"
HEX = "[0-9a-f]{64}"
BUILD = "[0-9A-Za-z.+-]{1,40}"
TIME = (
    "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][.][0-9]{6}Z"
)
NUMBERED = re.compile(
    f"(?:leaves/({NUMBER})[.]json|proofs/({NUMBER})[.]tlog-proof|records/({NUMBER})[.]json)"
)
PAYLOAD = f"payloads/{NUMBER}-[a-z0-9][a-z0-9_-]{{0,39}}([.][a-z0-9]{{1,8}})?"
OWN_FIELDS = ("at", "build", "digests", "epoch", "n", "record", "v", "what", "who")
MESSAGE_FIELDS = ("from", "message", "partner", "partner_n", "to")


class Shown(NamedTuple):
    """One record of the log that holds, and what was found of its contents."""

    leaf: Json
    lines: list[str]


class Verdict:
    """What was found: `faults` as (file, text), `lines` for people, and `shown` by number."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []
        self.lines: list[str] = []
        self.shown: dict[int, Shown] = {}


def verify(files: Mapping[str, bytes], key: Optional[str] = None, earlier: Optional[bytes] = None) -> Verdict:
    """Checks a pack, given as the bytes of each path in it; `key` and `earlier` are what you trust."""
    verdict = Verdict()
    where = MANIFEST
    try:
        ranges = check_files(files, verdict)
        if verdict.faults:
            return verdict
        where = "public-key"
        log = log_key(files[where], key, verdict)
        where = "witness-keys"
        witnesses = witness_keys(files[where], log) if where in files else []
        where = "checkpoint"
        head = checkpoint_of(files[where], log, witnesses)
        where = "earlier-checkpoint"
        check_growth(files, log, head, earlier, verdict)
    except PackError as fault:
        verdict.faults.append((where, str(fault)))
        return verdict
    check_records(files, head, verdict)
    check_partners(verdict, ranges)
    return verdict


def leaf_path(number: int) -> str:
    """The file of a record of the log."""
    return f"leaves/{number:09}.json"


def numbers_of(paths: Mapping[str, object], folder: str) -> list[int]:
    """The numbers of the files of a folder."""
    return sorted(int(re.split("[/.]", path)[1]) for path in paths if path.startswith(folder + "/"))


def check_files(files: Mapping[str, bytes], verdict: Verdict) -> list[Json]:
    """Checks that the pack holds the files of its manifest, unchanged, and no other; gives its ranges."""
    if MANIFEST not in files:
        raise PackError("it is missing: this is no proof pack, or not all of it")
    if size_of(files, MANIFEST) > MAX_MANIFEST:
        raise PackError(f"it is longer than {MAX_MANIFEST} bytes")
    manifest = json_of(files[MANIFEST], MAX_MANIFEST)
    only_keys(manifest, "files", "format", "ranges", "v")
    if manifest.get("format") != "gateway-proof-pack" or type(manifest.get("v")) is not int:
        raise PackError("it is not of a proof pack")
    if manifest["v"] != 1:
        raise PackError("it is of a later kind of pack; get a later verify.py")
    listed, ranges = part(manifest, "files"), manifest.get("ranges")
    if not isinstance(ranges, list) or not all(isinstance(one, dict) for one in ranges):
        raise PackError("`ranges` is not a list")
    check_names(listed)
    total = 0
    for path in listed:
        entry = part(listed, path)
        only_keys(entry, "bytes", "sha256")
        length, digest = whole(entry.get("bytes"), 0, path), matching(entry.get("sha256"), HEX, path)
        total += length
        if total > MAX_PACK:
            raise PackError("its files are larger than those of any pack")
        if path not in files:
            verdict.faults.append((path, "the file is missing"))
        elif size_of(files, path) != length or hashlib.sha256(files[path]).hexdigest() != digest:
            verdict.faults.append((path, "the file was changed after the pack was made"))
    for path in files:
        if path not in listed and path != MANIFEST:
            verdict.faults.append(
                (path, "the file does not belong to the pack; if you put it there, remove it")
            )
    return ranges


def check_names(listed: Json) -> None:
    """Checks that the files of a manifest are those that a pack may have, and must have."""
    for path in listed:
        numbered = NUMBERED.fullmatch(path)
        digits = next(filter(None, numbered.groups())) if numbered else ""
        if numbered and digits != f"{int(digits):09}":
            raise PackError(f"{path} is not numbered as it must be")
        if not numbered and path not in ALWAYS + SOMETIMES and not re.fullmatch(PAYLOAD, path):
            raise PackError(f"{path[:100]!r} is no file of a proof pack")
    for path in ALWAYS:
        if path not in listed:
            raise PackError(f"it does not list {path}")
    leaves = numbers_of(listed, "leaves")
    if not leaves or leaves != numbers_of(listed, "proofs") or leaves != numbers_of(listed, "records"):
        raise PackError("each record needs a file in leaves, proofs and records")
    if ("earlier-checkpoint" in listed) != ("consistency-proof" in listed):
        raise PackError("an earlier checkpoint and its proof belong together")


def log_key(data: bytes, trusted: Optional[str], verdict: Verdict) -> Key:
    """The key of the pack, which must be the one that was given before."""
    text = text_of(data, 2000)
    if not text.endswith("\n"):
        raise PackError("it is not one line")
    log = key_of(text[:-1])
    if log.kind != PLAIN or point_of(log.public) is None:
        raise PackError("it is not the key of a log")
    if not re.fullmatch(".+/epoch-[1-9][0-9]{0,8}", log.name):
        raise PackError("its name does not end with an epoch, as those of the gateway do")
    if trusted is not None and text[:-1] not in trusted.split():
        raise PackError(
            f"it is that of {log.name}, and not one that you trust: somebody else made this pack, the key "
            f"was changed, or a restore opened a new epoch; ask for the key of that"
        )
    verdict.lines.append(f"Log {log.name}, public key {text[:-1]}")
    if trusted is None:
        verdict.lines.append(
            "  CAUTION: the key came with the pack. Compare it with the one that you were given"
        )
        verdict.lines.append(
            "  before (or run again with --key); otherwise anybody could have made this pack."
        )
    else:
        verdict.lines.append("  It is the key that you gave.")
    return log


def witness_keys(data: bytes, log: Key) -> list[Key]:
    """The keys of the witnesses, one a line."""
    text = text_of(data, MAX_TEXT)
    if not text.endswith("\n"):
        raise PackError("it is not a list of lines")
    keys = [key_of(line) for line in text[:-1].split("\n")]
    if len(set(keys)) != len(keys) or any(
        key.kind != COSIGNATURE or key.public == log.public for key in keys
    ):
        raise PackError("a key is there twice, or is not the key of a witness")
    if len({key.name for key in keys}) != len(keys):
        raise PackError("two keys have one name")
    return keys


def check_growth(
    files: Mapping[str, bytes], log: Key, head: Checkpoint, kept: Optional[bytes], verdict: Verdict
) -> None:
    """Checks the way from an earlier checkpoint to the one of the pack, and says who saw it."""
    size = counted(head.size, "record")
    verdict.lines.append(f"  It signed that the log had {size} with root {head.root.hex()}.")
    for name, at in head.witnesses:
        verdict.lines.append(f"  The witness {name} signed that it saw this at {moment(at)}.")
        verdict.lines.append(
            "    CAUTION: its key came with the pack too. Compare it with what the witness says."
        )
    known = [(head.size, head.root)]
    if "earlier-checkpoint" in files:
        old = checkpoint_of(files["earlier-checkpoint"], log, [])
        lines, note = proof_lines(files["consistency-proof"])
        if not lines[0].startswith("old ") or number_of(lines[0][4:]) != old.size:
            raise PackError("the proof does not start at its size")
        if note != files["checkpoint"]:
            raise PackError("the proof leads to another checkpoint")
        if not tree_only_grew(old.size, old.root, head.size, head.root, path_of(lines[1:])):
            raise PackError("the log was REWRITTEN since then, or the proof is false")
        size = counted(old.size, "record")
        verdict.lines.append(f"  It continues the earlier checkpoint of {size} that is in the pack.")
        known.append((old.size, old.root))
    if kept is not None:
        old = checkpoint_of(kept, log, [])
        if (old.size, old.root) not in known:
            raise PackError(
                f"the pack does not lead from the checkpoint of {counted(old.size, 'record')} that you kept; "
                f"ask for a pack that was made with it (`gateway ledger prove --earlier`), which the gateway "
                f"can do unless the log was rewritten"
            )
        verdict.lines.append(f"  It continues the checkpoint of {counted(old.size, 'record')} that you kept.")


def moment(seconds: int) -> str:
    """A time of a witness for people."""
    try:
        return f"{datetime(1970, 1, 1) + timedelta(seconds=seconds)} UTC"
    except OverflowError:
        return f"{seconds} seconds after 1970"


def check_records(files: Mapping[str, bytes], head: Checkpoint, verdict: Verdict) -> None:
    """Checks each record: that it stands in the log, and that what is shown of it is what was recorded."""
    used: set[str] = set()
    epoch = 1
    for number in numbers_of(files, "leaves"):
        where = leaf_path(number)
        try:
            leaf = leaf_of(files[where], number, head)
            epoch = whole(leaf["epoch"], epoch, "an epoch after that of an earlier record")
            where = f"proofs/{number:09}.tlog-proof"
            check_proof(files, where, number, head)
            where = f"records/{number:09}.json"
            lines = contents_of(files, where, leaf, used)
            verdict.shown[number] = Shown(leaf, lines)
        except PackError as fault:
            verdict.faults.append((where, str(fault)))
    for path in files:
        if path.startswith("payloads/") and path not in used and not verdict.faults:
            verdict.faults.append((path, "no record tells what this file is"))


def leaf_of(data: bytes, number: int, head: Checkpoint) -> Json:
    """A record of the log, of which every part has the form that it must have."""
    leaf = json_of(data, MAX_LEAF)
    only_keys(leaf, *OWN_FIELDS, *MESSAGE_FIELDS)
    for key, pattern in (("at", TIME), ("build", BUILD), ("what", WORD), ("who", ULID)):
        matching(leaf.get(key), pattern, f"`{key}`")
    for key, pattern in (("message", ULID), ("partner", ULID), ("from", WORD), ("to", WORD), ("record", HEX)):
        if key in leaf:
            matching(leaf[key], pattern, f"`{key}`")
    for name, digest in part(leaf, "digests").items():
        matching(name, WORD, "the name of a digest")
        matching(digest, HEX, "a digest")
    if leaf.get("digests") == {} or ("partner" in leaf) != ("partner_n" in leaf):
        raise PackError("it has an empty list of digests, or a partner without its number")
    whole(leaf.get("partner_n", 1), 1, "`partner_n`")
    if whole(leaf.get("v"), 1, "`v`") != 1:
        raise PackError("it is of a later version; get a later verify.py")
    if whole(leaf.get("n"), 0, "`n`") != number:
        raise PackError("it has another number than its file")
    if whole(leaf.get("epoch"), 1, "`epoch`") > int(head.origin.rpartition("-")[2]):
        raise PackError("its epoch is after that of the log")
    return leaf


def check_proof(files: Mapping[str, bytes], path: str, number: int, head: Checkpoint) -> None:
    """Checks that the record stands in the log of the checkpoint at its number."""
    lines, note = proof_lines(files[path])
    if lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 2 or not lines[1].startswith("index "):
        raise PackError("it is no proof of the kind that packs have")
    if number_of(lines[1][6:]) != number:
        raise PackError("it is the proof of another record")
    if note != files["checkpoint"]:
        raise PackError("it is for another checkpoint than that of the pack")
    leaf = files[leaf_path(number)]
    if not leaf_is_in_tree(leaf, number, head.size, path_of(lines[2:]), head.root):
        raise PackError(
            "the record does NOT stand in the log at this number: it was changed, or never recorded"
        )


def contents_of(files: Mapping[str, bytes], path: str, leaf: Json, used: set[str]) -> list[str]:
    """Checks what is shown of a record against what was recorded, and says it in words."""
    opening = json_of(files[path], 2 * MAX_TEXT)
    only_keys(opening, "payloads", "record")
    payloads, digests, lines = part(opening, "payloads"), part(leaf, "digests"), []
    for name in payloads:
        shown = part(payloads, name)
        only_keys(shown, "file", "salt")
        salt = bytes.fromhex(matching(shown.get("salt"), HEX, "a salt"))
        file = matching(shown.get("file"), PAYLOAD, "the path of a payload")
        if name not in digests or file not in files:
            raise PackError(f"the record has no contents `{name}`, or the pack does not have them")
        if hashlib.sha256(salt + files[file]).hexdigest() != digests[name]:
            raise PackError(f"{file} is NOT what was recorded as `{name}`")
        used.add(file)
        size = counted(len(files[file]), "byte")
        lines.append(f"{name}: {file} ({size}) is byte for byte what was recorded")
    lines += [f"{name}: not part of this pack" for name in digests if name not in payloads]
    if "record" in opening:
        lines.append("details as recorded: " + details_of(part(opening, "record"), leaf))
    elif "record" in leaf:
        lines.append("details: not part of this pack")
    if opening.get("payloads") == {}:
        raise PackError("it has an empty list of payloads")
    return lines


def details_of(shown: Json, leaf: Json) -> str:
    """The details of a record in one line, when they are what was recorded."""
    only_keys(shown, "details", "salt")
    salt, details = bytes.fromhex(matching(shown.get("salt"), HEX, "a salt")), part(shown, "details")
    if "details" not in shown:
        raise PackError("there are no details beside the salt")
    for name, value in details.items():
        matching(name, "[a-z][a-z0-9_-]{0,63}", "the name of a detail")
        if type(value) not in (str, int):
            raise PackError(f"the detail {name} is neither text nor a whole number")
    data = json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
    if len(data) > MAX_TEXT or hashlib.sha256(salt + data).hexdigest() != leaf.get("record"):
        raise PackError("the details are NOT what was recorded")
    return "; ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in details.items())


def check_partners(verdict: Verdict, ranges: list[Json]) -> None:
    """Checks the numbers of each partner: they rise, and none is missing where the pack says so."""
    seen: dict[str, list[int]] = {}
    for number in sorted(verdict.shown):
        leaf = verdict.shown[number].leaf
        if "partner" in leaf:
            numbers = seen.setdefault(str(leaf["partner"]), [])
            count = whole(leaf["partner_n"], 1, "`partner_n`")
            if numbers and count <= numbers[-1]:
                where = leaf_path(number)
                verdict.faults.append((where, "the number of its partner does not rise"))
            numbers.append(count)
    for partner, numbers in seen.items():
        missing = numbers[-1] - numbers[0] + 1 - len(set(numbers))
        say = f"{missing:,} between them not shown" if missing else "none between them is missing"
        if len(numbers) == 1:
            verdict.lines.append(f"Partner {partner}: record {numbers[0]:,}.")
        else:
            verdict.lines.append(f"Partner {partner}: records {numbers[0]:,} to {numbers[-1]:,}; {say}.")
    for one in ranges:
        try:
            check_range(one, seen, verdict)
        except PackError as fault:
            verdict.faults.append((MANIFEST, str(fault)))


def check_range(one: Json, seen: dict[str, list[int]], verdict: Verdict) -> None:
    """Checks that a pack holds all records of a partner that it claims to hold."""
    only_keys(one, "first", "last", "partner")
    first, last = whole(one.get("first"), 1, "`first`"), whole(one.get("last"), 1, "`last`")
    partner = matching(one.get("partner"), ULID, "`partner`")
    numbers = set(seen.get(partner, ()))
    if last < first or sum(first <= number <= last for number in numbers) != last - first + 1:
        raise PackError(f"the pack says it shows records {first:,} to {last:,} of {partner}, and does not")
    verdict.lines.append(f"Partner {partner}: the pack is complete from record {first:,} to {last:,}.")


# ---- The words -----------------------------------------------------------------------------------------

LIMITS = """
What this does not prove:
  Times are what the clock of the gateway said. README.txt and summary.html are there to be read; only what
  stands above is proven. Whoever holds the private key of the log can rewrite all of it and sign it again.
  Only a checkpoint that somebody else kept, or a witness who signed one, shows that this did not happen since
  that moment. Records that are not in the pack may exist; where records of a partner are numbered without
  a gap above, none of those between is left out."""


def report_of(verdict: Verdict) -> Iterator[str]:
    """What holds and what does not, in lines."""
    yield from verdict.lines
    messages: dict[str, list[int]] = {}
    for number in sorted(verdict.shown):
        messages.setdefault(str(verdict.shown[number].leaf.get("message", "")), []).append(number)
    for message, numbers in messages.items():
        yield ""
        yield f"Message {message}" if message else "The log itself"
        state: object = None
        for number in numbers:
            leaf, lines = verdict.shown[number]
            if state and leaf.get("from") not in (None, state):
                yield f"  (no record is shown of how it came from {state} to {leaf['from']})"
            state = leaf.get("to", state)
            step = f" ({leaf.get('from', 'nothing')} to {leaf['to']})" if "to" in leaf else ""
            when = str(leaf["at"]).replace("T", " ").replace("Z", " UTC")
            yield f"  {when}  {leaf['what']}{step}, by {leaf['who']}: record {number} of the log, unchanged"
            yield from (f"      {line}" for line in lines)
    if verdict.faults:
        yield ""
        yield f"DO NOT RELY ON THIS PACK. What is wrong ({len(verdict.faults)}):"
        yield from (f"  {path}: {text}" for path, text in verdict.faults)
    else:
        yield from LIMITS.split("\n")
        yield ""
        found = counted(len(messages.keys() - {""}), "message")
        yield f"EVERYTHING HOLDS: {counted(len(verdict.shown), 'record')}, {found}."


class Folder(Mapping[str, bytes]):
    """The files of a folder, read when they are asked for."""

    def __init__(self, root: Path) -> None:
        self.root, self.paths = root, list[str]()
        if not root.is_dir():
            raise OSError(f"{root} is no folder; unpack the pack and name its folder")
        for folder, folders, names in os.walk(root):
            for name in folders + names:
                path = Path(folder, name)
                if path.is_symlink() or not (path.is_file() or path.is_dir()):
                    raise OSError(f"{path} is a link or device; a pack holds plain files only")
                if name in names:
                    self.paths.append(path.relative_to(root).as_posix())
        self.known = set(self.paths)

    def __getitem__(self, path: str) -> bytes:
        size = self.size_of(path)
        with (self.root / path).open("rb") as file:
            return file.read(size + 1)  # one that grows meanwhile is another

    def size_of(self, path: str) -> int:
        """The bytes of a file, which is not read."""
        if path not in self.known:
            raise KeyError(path)
        return (self.root / path).stat().st_size

    def __contains__(self, path: object) -> bool:
        return path in self.known

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.paths))

    def __len__(self) -> int:
        return len(self.paths)


def size_of(files: Mapping[str, bytes], path: str) -> int:
    """The bytes of a file of the pack, before it is read where that can be known."""
    return files.size_of(path) if isinstance(files, Folder) else len(files[path])


def counted(number: int, word: str) -> str:
    """The number of something for people."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def is_file(path: str) -> bool:
    """Whether it is one; a key may be longer than a path can be."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def beginning_of(path: str) -> bytes:
    """As much of a file that was named as is looked at, and a byte more."""
    with Path(path).open("rb") as file:
        return file.read(MAX_TEXT + 1)


def printable(line: str) -> str:
    """No character of a pack may move the cursor or colour the screen."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in line)


def say(line: str) -> None:
    """Prints a line, whatever the screen can show."""
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(printable(line).encode(encoding, "backslashreplace").decode(encoding) + "\n")


def main(arguments: list[str]) -> int:
    """Runs the check; 0 when everything holds, else 1 (2 when it was called wrongly)."""
    folder, options = ".", dict[str, str]()
    waiting = ""
    for one in arguments:
        if waiting:
            options[waiting], waiting = one, ""
        elif one in ("--key", "--earlier"):
            waiting = one
        elif one.startswith("-") or folder != ".":
            for line in (__doc__ or "").splitlines():
                say(line)
            return 2
        else:
            folder = one
    if waiting:
        say(f"{waiting} needs a value")
        return 2
    try:
        key = options.get("--key")
        if key is not None and is_file(key):
            key = beginning_of(key).decode("utf-8")
        earlier = beginning_of(options["--earlier"]) if "--earlier" in options else None
        verdict = verify(Folder(Path(folder)), key, earlier)
    except (OSError, UnicodeDecodeError) as fault:
        say(f"DO NOT RELY ON THIS PACK. It cannot be read: {fault}")
        return 1
    except RecursionError:  # of `os.walk`, until Python 3.12
        say("DO NOT RELY ON THIS PACK. Its folders are nested deeper than those of any pack.")
        return 1
    except MemoryError:
        say("DO NOT RELY ON THIS PACK. It is too large for the memory of this computer.")
        return 1
    for line in report_of(verdict):
        say(line)
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
