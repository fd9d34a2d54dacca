"""Keys: read from their texts with clear faults, wrapped and unwrapped, and never shown."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import StoreError, TamperedError
from gateway.store.payloads.keys import (
    NamedText,
    WorkspaceKey,
    WorkspaceKeys,
    WrappedKey,
    new_workspace_key,
)
from gateway.store.surroundings import SystemRandomness
from tests.clocks import SeededRandomness

MESSAGE = "01JDBX3Q7N0000000000000001"
OTHER = "01JDBX3Q7N0000000000000002"
FIRST = WorkspaceKey(bytes(range(32)))
SECOND = WorkspaceKey(bytes(range(1, 33)))


def secret(text: str) -> NamedText:
    return NamedText("workspace-key", text)


def keys(current: WorkspaceKey = FIRST, *earlier: WorkspaceKey, seed: int = 0) -> WorkspaceKeys:
    return WorkspaceKeys(current, earlier, SeededRandomness(seed))


def test_a_key_is_read_back_from_the_text_of_its_file() -> None:
    made = new_workspace_key(SystemRandomness())
    text = made.text()
    assert text.startswith(f"acorn-workspace-key {made.key_id} ")
    assert text.endswith("\n")
    assert WorkspaceKey.read(secret(f"  {text}\n")).text() == text
    assert new_workspace_key(SystemRandomness()).text() != text


def test_the_id_of_a_key_stays_the_same_in_every_version() -> None:
    assert FIRST.key_id == "ec3500f001490806"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "not of the form"),
        ("acorn-workspace-key", "not of the form"),
        (FIRST.text().replace("acorn", "other"), "not of the form"),
        (FIRST.text() * 2, "not of the form"),
        ("acorn-workspace-key 0123 AAAA", "not of the form"),
        ("acorn-workspace-key 0123456789abcdef !!!", "not base64"),
        ("acorn-workspace-key 0123456789abcdef ключ", "not base64"),
        ("acorn-workspace-key 0123456789abcdef AAAA", "has 3 bytes instead of 32"),
        (FIRST.text().replace(FIRST.key_id, SECOND.key_id), "one of them is damaged"),
    ],
)
def test_a_text_that_holds_no_key_says_why_and_what_to_do(text: str, what: str) -> None:
    with pytest.raises(StoreError, match=what) as told:
        WorkspaceKey.read(secret(text))
    assert "The secret workspace-key" in str(told.value)
    assert "Copy the key again" in str(told.value)


@given(place=st.integers(0, 42), to=st.sampled_from("ABCDwxyz0189+/"))
def test_a_character_copied_wrong_is_found(place: int, to: str) -> None:
    start, _, key = FIRST.text().strip().rpartition(" ")
    changed = key[:place] + to + key[place + 1 :]
    if base64.b64decode(changed) == base64.b64decode(key):
        return
    with pytest.raises(StoreError):
        WorkspaceKey.read(secret(f"{start} {changed}"))


def test_no_fault_and_no_shown_form_holds_the_secret() -> None:
    text = FIRST.text()
    part = text.split()[2]
    damaged = secret(text.replace(FIRST.key_id, SECOND.key_id))
    with pytest.raises(StoreError) as told:
        WorkspaceKey.read(damaged)
    for shown in (str(told.value), repr(FIRST), repr(damaged), repr(keys()), f"{FIRST}"):
        assert part not in shown
        assert part[:12] not in shown
    assert repr(FIRST) == f"WorkspaceKey({FIRST.key_id})"


def test_a_message_key_is_wrapped_by_the_current_key_and_unwrapped() -> None:
    here = keys()
    key = here.new_message_key()
    wrapped = here.wrap(MESSAGE, key)
    assert len(key) == 32
    assert wrapped.key_id == here.current_id == FIRST.key_id
    assert len(wrapped.wrapped) == 60
    assert key not in wrapped.wrapped
    assert here.unwrap(MESSAGE, wrapped) == key


def test_no_two_message_keys_and_no_two_wrappings_are_equal() -> None:
    here = keys()
    key = here.new_message_key()
    assert here.new_message_key() != key
    assert here.wrap(MESSAGE, key) != here.wrap(MESSAGE, key)


def test_after_a_change_of_the_key_earlier_messages_are_still_read_and_new_ones_take_the_new_key() -> None:
    before, after = keys(FIRST), keys(SECOND, FIRST, seed=1)
    key = before.new_message_key()
    assert after.unwrap(MESSAGE, before.wrap(MESSAGE, key)) == key
    assert after.wrap(MESSAGE, key).key_id == SECOND.key_id
    assert after.key_ids == {FIRST.key_id, SECOND.key_id}


def test_a_missing_workspace_key_is_named() -> None:
    wrapped = keys(FIRST).wrap(MESSAGE, bytes(32))
    with pytest.raises(StoreError, match=f"needs the workspace key {FIRST.key_id}") as told:
        keys(SECOND).unwrap(MESSAGE, wrapped)
    assert SECOND.key_id in str(told.value)
    assert MESSAGE in str(told.value)
    assert "earlier workspace keys" in str(told.value)
    assert not isinstance(told.value, TamperedError)


def test_every_changed_or_cut_wrapping_is_found() -> None:
    here = keys(FIRST, SECOND)
    wrapped = here.wrap(MESSAGE, here.new_message_key())
    for place in range(60):
        changed = bytearray(wrapped.wrapped)
        changed[place] ^= 1
        with pytest.raises(TamperedError, match=MESSAGE):
            here.unwrap(MESSAGE, wrapped._replace(wrapped=bytes(changed)))
        with pytest.raises(TamperedError):
            here.unwrap(MESSAGE, wrapped._replace(wrapped=wrapped.wrapped[:place]))
    with pytest.raises(TamperedError):
        here.unwrap(MESSAGE, wrapped._replace(wrapped=wrapped.wrapped + b"\0"))


def test_a_key_does_not_open_for_another_message_or_under_another_key() -> None:
    here = keys(FIRST, SECOND)
    wrapped = here.wrap(MESSAGE, here.new_message_key())
    with pytest.raises(TamperedError, match=OTHER):
        here.unwrap(OTHER, wrapped)
    with pytest.raises(TamperedError):
        here.unwrap(MESSAGE, WrappedKey(SECOND.key_id, wrapped.wrapped))


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(StoreError, match="32 bytes"):
        WorkspaceKey(bytes(length))
    with pytest.raises(StoreError, match="32 bytes"):
        keys().wrap(MESSAGE, bytes(length))


def test_keys_are_read_from_the_texts_of_the_settings() -> None:
    here = WorkspaceKeys.read(secret(SECOND.text()), [secret(FIRST.text())], SeededRandomness())
    assert here.current_id == SECOND.key_id
    assert here.key_ids == {FIRST.key_id, SECOND.key_id}
