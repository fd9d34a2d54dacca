"""Leaves have one spelling; what they commit to can be shown and not be guessed."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import TamperedError
from gateway.ledger.leaf import (
    MAX_INTEGER,
    Leaf,
    commitment,
    commitment_of,
    leaf_bytes,
    read_leaf,
    record_bytes,
)
from gateway.ledger.standalone import verify as standalone

ACTOR, PARTNER, MESSAGE = "01" + "A" * 24, "01" + "B" * 24, "01" + "C" * 24
AT = "2026-11-23T16:12:29.123456Z"
FIRST = Leaf(at=AT, build="0.3.0", epoch=1, n=0, version=1, what="log-opened", who=ACTOR)
FULL = Leaf(
    at=AT,
    build="0.3.0",
    digests={"translated": "b" * 64, "raw": "a" * 64},
    epoch=2,
    from_="received",
    message=MESSAGE,
    n=7,
    partner=PARTNER,
    partner_n=3,
    record="c" * 64,
    to="translated",
    version=1,
    what="message-translated",
    who=ACTOR,
)


def test_a_leaf_is_sorted_json_without_blanks_and_without_what_is_absent() -> None:
    assert (
        leaf_bytes(FIRST)
        == (
            f'{{"at":"{AT}","build":"0.3.0","epoch":1,"n":0,"v":1,"what":"log-opened","who":"{ACTOR}"}}'
        ).encode()
    )
    value = json.loads(leaf_bytes(FULL))
    assert value["from"] == "received"
    assert leaf_bytes(FULL) == json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def test_a_leaf_reads_as_it_was_written() -> None:
    for leaf in (FIRST, FULL):
        assert read_leaf(leaf_bytes(leaf)) == leaf


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v": 1'),
        (b'"v":1', b'"v":1.0'),
        (b'"v":1', b'"v":1e0'),
        (b'"v":1', b'"v":"1"'),
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":1,"v":1'),
        (b'"v":1', b'"v":1,"more":1'),
        (b'"v":1,', b""),
        (b'"raw"', b'"r\\u0061w"'),
        (b'"raw"', b'"Raw"'),
        (b'"raw":', b'"raw":"' + b"a" * 64 + b'","raw":'),
        (b'"partner_n":3,', b""),
        (b'"partner_n":3', b'"partner_n":0'),
        (b'"n":7', b'"n":07'),
        (b'"n":7', b'"n":-7'),
        (b'"n":7', b'"n":9007199254740992'),
        (b'"from":"received"', b'"from":null'),
        (b'"from":"received"', b'"from":"Received by Anna"'),
        (ACTOR.encode(), b"anna@acorn.example"),
        (b"T16:12", b"T24:12"),
        (b".123456Z", b"Z"),
        (b"2026", "٢026".encode()),
        (b'"record":"c', b'"record":"C'),
        (b"}", b"}\n"),
        (b"{", b"\xef\xbb\xbf{"),
    ],
)
def test_every_other_spelling_of_a_leaf_is_refused(old: bytes, new: bytes) -> None:
    data = leaf_bytes(FULL)
    assert old in data
    with pytest.raises(TamperedError):
        read_leaf(data.replace(old, new, 1))


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[]", b"1" * 5_000, b"[" * 9_000, b'{"at":' * 2_000, b" " * 20_000]
)
def test_what_is_no_leaf_is_refused(data: bytes) -> None:
    with pytest.raises(TamperedError):
        read_leaf(data)


@pytest.mark.parametrize(
    "fields",
    [
        {"what": "Order 4711 of Acorn"},
        {"who": "Anna"},
        {"message": "4711"},
        {"partner": PARTNER},
        {"partner_n": 3},
        {"digests": {}},
        {"digests": {"raw": sha256(b"").hexdigest()[:-1]}},
        {"digests": {"PO 4711": "a" * 64}},
        {"at": "2026-11-23 16:12:29"},
        {"n": -1},
        {"epoch": 0},
    ],
)
def test_free_text_and_numbers_of_business_cannot_enter_a_leaf(fields: dict[str, object]) -> None:
    values: dict[str, object] = {"at": AT, "build": "1", "epoch": 1, "n": 0, "version": 1}
    leaf = Leaf(**{**values, "what": "log-opened", "who": ACTOR, **fields})  # type: ignore[arg-type]  # wrong types are what is tested
    with pytest.raises(ValueError, match="leaf"):
        leaf_bytes(leaf)


def test_a_commitment_is_sha_256_of_salt_and_data() -> None:
    salt = bytes(range(32))
    assert commitment(salt, b"data") == sha256(salt + b"data").hexdigest()
    assert commitment_of(salt, iter([b"da", b"", b"ta"])) == commitment(salt, b"data")
    with pytest.raises(ValueError, match="salt"):
        commitment(b"short", b"data")


def test_a_side_record_has_one_spelling() -> None:
    record: dict[str, str | int] = {"reason": 'Späť "x"\\\n\x01\u2028', "count": -5, "file": "a/b"}
    assert record_bytes(record) == (
        '{"count":-5,"file":"a/b","reason":"Späť \\"x\\"\\\\\\n\\u0001\u2028"}'.encode()
    )
    assert record_bytes({}) == b"{}"


@pytest.mark.parametrize(
    "record",
    [
        {"a": True},
        {"a": 1.5},
        {"a": None},
        {"a": MAX_INTEGER + 1},
        {"A": 1},
        {"": 1},
        {"a\n": 1},
        {"a": "\ud800"},
        {"a": "x" * 1_000_000},
    ],
)
def test_what_cannot_be_read_back_as_it_was_is_not_recorded(record: dict[str, str | int]) -> None:
    with pytest.raises(ValueError, match=r"detail|record"):
        record_bytes(record)


@given(st.dictionaries(st.from_regex(r"\A[a-z][a-z0-9_-]{0,9}\Z"), st.text() | st.integers(-99, MAX_INTEGER)))
def test_the_stand_alone_verifier_spells_side_records_alike(record: dict[str, str | int]) -> None:
    try:
        data = record_bytes(record)
    except ValueError:
        return
    assert standalone.json_of(data, 10**6) == record
