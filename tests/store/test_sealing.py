"""Sealed payloads: the format as it is written down, and that no change of the bytes goes unseen."""

from __future__ import annotations

import os
import struct
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise
from unittest import mock

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import StoreError, TamperedError
from gateway.store.payloads import sealing
from gateway.store.payloads.sealing import seal, unseal
from tests.clocks import SeededRandomness

KEY = bytes(range(32))
NAME = "01JDBX3Q7N0000000000000001"
OTHER = "01JDBX3Q7N0000000000000002"
MIB = 1024 * 1024
SMALL = 64  # bytes; chunks of this size make every place of a stream worth a test
SEALED = SMALL + 16


@pytest.fixture
def small_chunks() -> Iterator[None]:
    with mock.patch.object(sealing, "CHUNK", SMALL):
        yield


def sealed_bytes(content: bytes, seed: int = 0, name: str = NAME, key: bytes = KEY) -> bytes:
    return b"".join(seal(key, name, [content], SeededRandomness(seed)))


def content_of(sealed: bytes, name: str = NAME, key: bytes = KEY) -> bytes:
    return b"".join(unseal(key, name, [sealed]))


def is_refused(sealed: bytes, name: str = NAME, key: bytes = KEY) -> bool:
    try:
        content_of(sealed, name, key)
    except TamperedError:
        return True
    return False


def chunks_of(sealed: bytes) -> list[bytes]:
    body = sealed[11:]
    return [body[start : start + SEALED] for start in range(0, len(body), SEALED)]


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 2 * MIB + 7])
def test_content_comes_back_and_takes_16_bytes_more_for_each_chunk(size: int) -> None:
    content = os.urandom(size)
    sealed = sealed_bytes(content)
    assert len(sealed) == 11 + size + 16 * max(1, -(-size // MIB))
    assert content_of(sealed) == content


def test_the_format_is_the_one_that_is_written_down() -> None:
    content = os.urandom(2 * MIB + 100)
    sealed = sealed_bytes(content)
    assert sealed[:4] == b"AGW1"
    prefix, at, found = sealed[4:11], 11, b""
    for number, last in enumerate([0, 0, 1]):
        chunk = sealed[at:] if last else sealed[at : at + MIB + 16]
        nonce = prefix + struct.pack(">IB", number, last)
        found += AESGCM(KEY).decrypt(nonce, chunk, NAME.encode())
        at += MIB + 16
    assert found == content


def test_nothing_is_sealed_as_one_empty_last_chunk() -> None:
    sealed = sealed_bytes(b"")
    assert len(sealed) == 4 + 7 + 16
    assert AESGCM(KEY).decrypt(sealed[4:11] + b"\0\0\0\0\1", sealed[11:], NAME.encode()) == b""


@pytest.mark.usefixtures("small_chunks")
@given(content=st.binary(max_size=400), cuts=st.lists(st.integers(0, 500), max_size=8))
def test_how_the_bytes_are_cut_makes_no_difference(content: bytes, cuts: list[int]) -> None:
    def cut(data: bytes) -> list[bytes]:
        places = [0, *sorted(cuts), len(data)]
        return [data[start:end] for start, end in pairwise(places)]

    sealed = b"".join(seal(KEY, NAME, cut(content), SeededRandomness()))
    assert sealed == sealed_bytes(content)
    assert b"".join(unseal(KEY, NAME, cut(sealed))) == content
    assert b"".join(unseal(KEY, NAME, [bytes([byte]) for byte in sealed])) == content


def test_equal_contents_become_different_bytes() -> None:
    randomness = SeededRandomness()
    first, second = (b"".join(seal(KEY, NAME, [b"the same"], randomness)) for _ in range(2))
    assert first != second
    assert first[11:] != second[11:]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("size", [0, 1, SMALL, 3 * SMALL, 3 * SMALL + 5])
def test_every_changed_byte_is_found(size: int) -> None:
    sealed = sealed_bytes(bytes(size))
    for place in range(len(sealed)):
        for bit in (0x01, 0x80):
            changed = bytearray(sealed)
            changed[place] ^= bit
            assert is_refused(bytes(changed)), (place, bit)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("size", [0, 1, SMALL, 3 * SMALL, 3 * SMALL + 5])
def test_every_cut_is_found(size: int) -> None:
    sealed = sealed_bytes(bytes(size))
    assert [place for place in range(len(sealed)) if not is_refused(sealed[:place])] == []


@pytest.mark.usefixtures("small_chunks")
@given(size=st.integers(0, 300), more=st.binary(min_size=1, max_size=200))
def test_whatever_is_added_is_found(size: int, more: bytes) -> None:
    sealed = sealed_bytes(bytes(size))
    assert is_refused(sealed + more)
    assert is_refused(more + sealed)
    assert is_refused(sealed[:11] + more + sealed[11:])


@pytest.mark.usefixtures("small_chunks")
@given(order=st.lists(st.integers(0, 4), max_size=8).filter(lambda order: order != [0, 1, 2, 3, 4]))
def test_chunks_in_any_other_order_number_or_choice_are_found(order: list[int]) -> None:
    sealed = sealed_bytes(bytes(5 * SMALL))
    chunks = chunks_of(sealed)
    assert is_refused(sealed[:11] + b"".join(chunks[number] for number in order))


@pytest.mark.usefixtures("small_chunks")
@settings(max_examples=50)
@given(which=st.integers(0, 3), seed=st.integers(1, 1000))
def test_a_chunk_of_another_payload_of_the_same_message_is_found(which: int, seed: int) -> None:
    ours, theirs = sealed_bytes(bytes(4 * SMALL)), sealed_bytes(b"x" * (4 * SMALL), seed)
    chunks = chunks_of(ours)
    chunks[which] = chunks_of(theirs)[which]
    assert is_refused(ours[:11] + b"".join(chunks))


def test_another_payload_or_another_key_is_found() -> None:
    sealed = sealed_bytes(b"content")
    assert is_refused(sealed, name=OTHER)
    assert is_refused(sealed, key=bytes(32))
    assert not is_refused(sealed)


@pytest.mark.usefixtures("small_chunks")
def test_an_empty_last_chunk_after_full_ones_is_not_the_format() -> None:
    prefix, cipher = bytes(7), AESGCM(KEY)
    sealed = b"AGW1" + prefix
    sealed += cipher.encrypt(prefix + b"\0\0\0\0\0", bytes(SMALL), NAME.encode())
    sealed += cipher.encrypt(prefix + b"\0\0\0\1\1", b"", NAME.encode())
    assert is_refused(sealed)


@given(st.binary(max_size=100))
def test_foreign_bytes_are_refused(data: bytes) -> None:
    assert is_refused(data)
    assert is_refused(b"AGW1" + data)


def test_the_fault_says_which_payload_and_what_to_do_and_no_content() -> None:
    sealed = sealed_bytes(b"secret content")
    with pytest.raises(TamperedError, match=rf"{NAME}.*chunk 1.*backup") as told:
        content_of(sealed[:-1])
    assert "secret" not in str(told.value)


def test_what_comes_before_a_cut_is_given_but_never_a_good_end() -> None:
    sealed = sealed_bytes(bytes(3 * MIB))
    given_back = 0
    with pytest.raises(TamperedError):
        for piece in unseal(KEY, NAME, [sealed[: 11 + 2 * (MIB + 16)]]):
            given_back += len(piece)
    assert given_back == MIB


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
@pytest.mark.parametrize("turn", [seal, unseal])
def test_a_key_of_another_length_is_not_used(length: int, turn: Callable[..., Iterator[bytes]]) -> None:
    more = (SeededRandomness(),) if turn is seal else ()
    with pytest.raises(StoreError, match="32 bytes"):
        list(turn(bytes(length), NAME, [b""], *more))


def test_fifty_megabytes_are_sealed_and_opened_in_the_memory_of_a_few_chunks() -> None:
    piece = os.urandom(100_000)
    tracemalloc.start()
    try:
        sealed = seal(KEY, NAME, (piece for _ in range(500)), SeededRandomness())
        size = sum(len(chunk) for chunk in unseal(KEY, NAME, sealed))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == 50_000_000
    assert peak < 12 * MIB
