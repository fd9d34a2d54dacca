"""What passes over the local socket is read as it was written, or refused with one of our own errors."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import errors
from gateway.service.connection.frames import (
    KINDS,
    LONGEST_LINE,
    LONGEST_PIECE,
    Json,
    MalformedError,
    Request,
    answer_line,
    fault_line,
    kind_of,
    pieces,
    read_answer,
    read_pieces,
    read_request,
    request_line,
)

values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
arguments = st.dictionaries(st.text(), values, max_size=4)


@given(st.text(), arguments, st.lists(st.binary(max_size=50), max_size=5))
def test_a_command_comes_back_with_its_bytes(
    command: str, given: dict[str, Json], parts: list[bytes]
) -> None:
    request = Request(command, given)
    stream = io.BytesIO(request_line(request) + b"".join(pieces(parts)))
    assert read_request(stream) == request
    assert b"".join(read_pieces(stream)) == b"".join(parts)
    assert stream.read() == b""


@given(arguments)
def test_an_answer_comes_back(answer: dict[str, Json]) -> None:
    assert read_answer(io.BytesIO(answer_line(answer))) == answer


@pytest.mark.parametrize(("kind", "form"), KINDS)
def test_a_fault_comes_back_as_what_it_was(kind: str, form: type[errors.GatewayError]) -> None:
    with pytest.raises(errors.GatewayError) as raised:
        read_answer(io.BytesIO(fault_line(form("why; what to do"))))
    assert (type(raised.value), str(raised.value), kind_of(raised.value)) == (form, "why; what to do", kind)


@pytest.mark.parametrize(
    ("fault", "becomes"),
    [
        (errors.DataFileError((("gateway.yaml", 3, "is wrong"),)), errors.UsageError),
        (errors.UnreadableFileError("one", "two"), errors.UsageError),
        (errors.TamperedError("it was changed"), errors.StoreError),
        (MalformedError("cut"), errors.GatewayError),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else type(each).__name__,
)
def test_a_fault_without_a_kind_comes_as_its_nearest(
    fault: errors.GatewayError, becomes: type[errors.GatewayError]
) -> None:
    with pytest.raises(becomes) as raised:
        read_answer(io.BytesIO(fault_line(fault)))
    assert (type(raised.value), str(raised.value)) == (becomes, str(fault))


def test_a_command_that_is_cut_anywhere_is_refused() -> None:
    whole = request_line(Request("receive", {"channel": "amazon"})) + b"".join(pieces([b"one", b"two"]))
    for cut in range(len(whole)):
        stream = io.BytesIO(whole[:cut])
        with pytest.raises(MalformedError):
            list(_read(stream))


def test_an_answer_that_is_cut_anywhere_is_refused() -> None:
    whole = answer_line({"message": "01", "size": 3})
    for cut in range(len(whole)):
        with pytest.raises(MalformedError):
            read_answer(io.BytesIO(whole[:cut]))


def test_a_large_part_goes_in_pieces_of_the_longest_length() -> None:
    part = bytes(LONGEST_PIECE * 2 + 1)
    assert [len(each) - 4 for each in pieces([part])] == [LONGEST_PIECE, LONGEST_PIECE, 1, 0]


@pytest.mark.parametrize("length", [LONGEST_PIECE + 1, 2**32 - 1])
def test_a_longer_piece_is_refused_before_it_is_read(length: int) -> None:
    stream = io.BytesIO(length.to_bytes(4, "big") + bytes(10))
    with pytest.raises(MalformedError, match=f"A piece of {length} bytes is longer than {LONGEST_PIECE}"):
        list(read_pieces(stream))
    assert stream.tell() == 4


def test_a_longer_line_is_refused_and_not_read_on() -> None:
    stream = io.BytesIO(b'{"v": 1, "command": "' + b"x" * (2 * LONGEST_LINE))
    with pytest.raises(MalformedError, match=f"more than {LONGEST_LINE} bytes"):
        read_request(stream)
    assert stream.tell() == LONGEST_LINE + 1


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"GET / HTTP/1.1\r\n",
        b"\xff\xfe\n",
        b"[]\n",
        b"null\n",
        b"{" * 500_000 + b"\n",
        b'{"a":' * 100_000 + b"\n",
        b"[" * 500_000 + b"]" * 500_000 + b"\n",
        b'{"v": 1' + b"0" * 5_000 + b"}\n",
        b'{"v": 1}\n',
        b'{"v": 1, "command": 7, "arguments": {}}\n',
        b'{"v": 1, "command": "receive"}\n',
        b'{"v": 1, "command": "receive", "arguments": []}\n',
    ],
    ids=lambda line: line[:30].decode("latin-1") + f" ({len(line)})",
)
def test_what_is_no_command_is_refused(line: bytes) -> None:
    with pytest.raises(errors.GatewayError) as raised:
        read_request(io.BytesIO(line))
    assert type(raised.value) in (MalformedError, errors.UsageError)


@pytest.mark.parametrize("version", [0, 2, "1", None, True])
def test_a_command_of_another_version_is_told_what_to_do(version: Json) -> None:
    line = json.dumps({"v": version, "command": "receive", "arguments": {}}).encode() + b"\n"
    with pytest.raises(
        errors.UsageError, match="another version of the gateway than the command; start it anew"
    ):
        read_request(io.BytesIO(line))


@given(st.binary(max_size=200))
def test_no_bytes_are_a_fault_of_ours(data: bytes) -> None:
    for read in (lambda: list(_read(io.BytesIO(data))), lambda: [read_answer(io.BytesIO(data + b"\n"))]):
        try:
            read()
        except errors.GatewayError as fault:
            assert str(fault)


def _read(stream: io.BytesIO) -> list[bytes]:
    read_request(stream)
    return list(read_pieces(stream))
