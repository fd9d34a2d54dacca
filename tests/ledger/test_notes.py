"""Signed notes, checkpoints and proofs against published examples, and against texts that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import TamperedError
from gateway.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from gateway.ledger.notes import (
    COSIGNATURE,
    MAX_SIGNATURES,
    Note,
    Signature,
    SigningKey,
    VerifierKey,
    cosign,
    open_note,
    parse_note,
    sign_note,
)
from gateway.ledger.proof import (
    ConsistencyProof,
    InclusionProof,
    parse_consistency_proof,
    parse_inclusion_proof,
)
from gateway.ledger.tree import EMPTY_ROOT

# the example of the package that the format comes from: golang.org/x/mod/sumdb/note
PRIVATE_TEXT = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC_TEXT = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = (
    f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
    f"qdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
# the example of C2SP signed-note
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Zt"
    "g1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()

KEY = SigningKey("acorn.example/log/epoch-1", bytes(range(32)))
OTHER = SigningKey("acorn.example/log/epoch-1", bytes(range(1, 33)))
WITNESS = SigningKey("witness.example/w1", bytes(range(2, 34)), COSIGNATURE)
CHECKPOINT = Checkpoint(KEY.name, 5, bytes(range(32)))


def test_the_published_keys_and_note() -> None:
    key = SigningKey.from_text(PRIVATE_TEXT)
    assert key.text == PRIVATE_TEXT
    assert key.verifier.text == PUBLIC_TEXT
    assert VerifierKey.from_text(PUBLIC_TEXT) == key.verifier
    assert sign_note(TEXT, key) == SIGNED
    opened = open_note(SIGNED, [key.verifier])
    assert (opened.text, [one.key.name for one in opened.verified]) == (TEXT, ["PeterNeumann"])


def test_the_published_example_of_the_format() -> None:
    assert open_note(SPEC_NOTE, [VerifierKey.from_text(SPEC_KEY)]).text == "This is an example message.\n"


def test_a_published_key_of_a_witness() -> None:
    text = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
    key = VerifierKey.from_text(text)  # from the tests of github.com/transparency-dev/formats
    assert (key.kind, key.name, key.text) == (COSIGNATURE, "remora.n621.de", text)


def test_a_private_key_is_not_shown_and_not_in_messages() -> None:
    assert "00010203" not in repr(KEY)
    assert KEY.text not in str(KEY)
    broken = KEY.text[:-6] + "AAAAA="
    with pytest.raises(TamperedError) as caught:
        SigningKey.from_text(broken)
    assert broken[-20:] not in str(caught.value)


def test_lines_of_unknown_keys_do_not_count() -> None:
    note = cosign(sign_note("text\n", KEY), WITNESS, 1_790_000_000)
    assert [one.key for one in open_note(note, [KEY.verifier]).verified] == [KEY.verifier]
    both = open_note(note, [WITNESS.verifier, KEY.verifier]).verified
    assert [(one.key.name, one.timestamp) for one in both] == [
        (KEY.name, None),
        (WITNESS.name, 1_790_000_000),
    ]
    with pytest.raises(TamperedError, match="none of the known keys"):
        open_note(note, [OTHER.verifier])
    with pytest.raises(TamperedError, match="none of the known keys"):
        open_note(note, [])


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    note = parse_note(cosign(sign_note("text\n", KEY), WITNESS, 7))
    first, second = note.signatures
    late = (8).to_bytes(8, "big") + second.signature[8:]
    spoiled = Note(note.text, (first, Signature(second.name, second.key_id, late))).data
    with pytest.raises(TamperedError, match=r"witness\.example/w1"):
        open_note(spoiled, [KEY.verifier, WITNESS.verifier])
    with pytest.raises(TamperedError, match="is wrong"):
        open_note(Note("other\n", note.signatures).data, [KEY.verifier])


def test_a_cosignature_signs_its_header_its_time_and_the_text() -> None:
    note = cosign(sign_checkpoint(CHECKPOINT, KEY), WITNESS, 1679315147)
    line = parse_note(note).signatures[1]
    assert line.key_id == WITNESS.verifier.key_id
    assert int.from_bytes(line.signature[:8], "big") == 1679315147
    plain = SigningKey("witness.example/w1", WITNESS.seed)
    message = f"cosignature/v1\ntime 1679315147\n{CHECKPOINT.text}"
    assert parse_note(sign_note(message, plain)).signatures[0].signature == line.signature[8:]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n",
        b"text\n\nnothing\n",
        "text\n\n— name\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— name AAAAAA==".encode(),
        "text\n\n— na+me AAAAAAA=\n".encode(),
        "text\n\n—  AAAAAAA=\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),
        b"text\n\n- name AAAAAAA=\n",
        "te\rxt\n\n— name AAAAAAA=\n".encode(),
        "te\0xt\n\n— name AAAAAAA=\n".encode(),
        b"\xff\n\n" + "— name AAAAAAA=\n".encode(),
        ("text\n\n" + "— name AAAAAAA=\n" * (MAX_SIGNATURES + 1)).encode(),
        b"a" * 1_000_001,
    ],
)
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(TamperedError):
        parse_note(data)


def test_a_note_may_hold_empty_lines_and_many_signatures() -> None:
    note = ("one\n\ntwo\n\n" + "— name AAAAAAA=\n" * MAX_SIGNATURES).encode()
    assert parse_note(note).text == "one\n\ntwo\n"
    assert parse_note(note).data == note


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+c74f20a3",
        PUBLIC_TEXT.replace("c74f20a3", "C74F20A3"),
        PUBLIC_TEXT.replace("c74f20a3", "c74f20a4"),
        PUBLIC_TEXT + "\n",
        PUBLIC_TEXT[:-4],
        PUBLIC_TEXT.replace("PeterNeumann", "Peter Neumann"),
        PUBLIC_TEXT.replace("+ARpc", "+Axpc"),
        "\udc80" + PUBLIC_TEXT,
        VerifierKey("weak", (1).to_bytes(32, "little")).text,
        "a" * 2_000 + PUBLIC_TEXT,
    ],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(TamperedError):
        VerifierKey.from_text(text)


@pytest.mark.parametrize("text", ["", PUBLIC_TEXT, PRIVATE_TEXT[:-4], PRIVATE_TEXT.replace("c74", "d74")])
def test_what_is_no_private_key_is_refused(text: str) -> None:
    with pytest.raises(TamperedError):
        SigningKey.from_text(text)


def test_keys_do_only_what_they_are_for() -> None:
    with pytest.raises(ValueError, match="witness"):
        sign_note("text\n", WITNESS)
    with pytest.raises(ValueError, match="cannot cosign"):
        cosign(sign_note("text\n", KEY), KEY, 1)
    with pytest.raises(ValueError, match="cannot cosign"):
        cosign(sign_note("text\n", KEY), WITNESS, 2**63)
    with pytest.raises(ValueError, match="32 bytes"):
        SigningKey("name", b"short")
    with pytest.raises(ValueError, match="does not sign for"):
        sign_checkpoint(CHECKPOINT, SigningKey("else", KEY.seed))
    with pytest.raises(TamperedError):
        sign_note("no newline", KEY)


@given(st.binary(max_size=60))
def test_no_bytes_bring_the_reader_down(data: bytes) -> None:
    for read in (parse_note, parse_inclusion_proof, parse_consistency_proof):
        for text in (data, b"c2sp.org/tlog-proof@v1\n" + data, "a\n\n— ".encode() + data):
            try:
                read(text)
            except TamperedError:
                continue


def test_a_checkpoint_reads_as_it_was_written() -> None:
    assert CHECKPOINT.text == f"{KEY.name}\n5\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    extended = Checkpoint("o", 0, EMPTY_ROOT, ("more", "lines"))
    assert parse_checkpoint(extended.text) == extended
    assert open_checkpoint(sign_checkpoint(CHECKPOINT, KEY), KEY.verifier) == CHECKPOINT
    # the example of C2SP tlog-checkpoint
    known = parse_checkpoint(
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )
    assert (known.origin, known.size, known.root[:2]) == ("example.com/behind-the-sofa", 20852163, b"\n\xc5")


ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n5\n",
        f"o\n5\n{ROOT}",
        f"\n5\n{ROOT}\n",
        f"o\n05\n{ROOT}\n",
        f"o\n+5\n{ROOT}\n",
        f"o\n٥\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n{2**63}\n{ROOT}\n",
        f"o\n0\n{ROOT}\n",
        f"o\n5\n{ROOT[:-4]}\n",
        f"o\n5\n{ROOT[:-2]}9=\n",
        f"o\n5\n{ROOT}\n\n",
        f"o\n5\n{ROOT}\n\nmore\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(TamperedError):
        parse_checkpoint(text)


def test_a_checkpoint_signed_by_the_key_of_another_log_is_refused() -> None:
    note = sign_note(Checkpoint("else/epoch-1", 5, bytes(32)).text, KEY)
    with pytest.raises(TamperedError, match="else/epoch-1"):
        open_checkpoint(note, KEY.verifier)


def test_a_checkpoint_that_cannot_be_is_not_made() -> None:
    with pytest.raises(ValueError, match="size"):
        Checkpoint("o", -1, bytes(32))
    with pytest.raises(ValueError, match="lines"):
        Checkpoint("o\np", 1, bytes(32))


def test_proofs_read_as_they_were_written() -> None:
    note = sign_checkpoint(CHECKPOINT, KEY)
    for extra in (None, b"", b"more"):
        proof = InclusionProof(4, (bytes(32), bytes(range(32))), note, extra)
        assert parse_inclusion_proof(proof.data) == proof
    assert InclusionProof(0, (), b"note").data == b"c2sp.org/tlog-proof@v1\nindex 0\n\nnote"
    grown = ConsistencyProof(3, (bytes(32),), note)
    assert parse_consistency_proof(grown.data) == grown
    assert grown.data.startswith(b"old 3\nAAAA")


@pytest.mark.parametrize(
    "head",
    [
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v2\nindex 1",
        "c2sp.org/tlog-proof@v1\nindex 01",
        "c2sp.org/tlog-proof@v1\nindex  1",
        "c2sp.org/tlog-proof@v1\nindex ٣",
        "c2sp.org/tlog-proof@v1\nextra ?\nindex 1",
        "c2sp.org/tlog-proof@v1\nindex 1\nAAAA",
        "c2sp.org/tlog-proof@v1\nindex 1\n" + "\n".join([ROOT] * 64),
    ],
)
def test_what_is_no_proof_is_refused(head: str) -> None:
    with pytest.raises(TamperedError):
        parse_inclusion_proof(f"{head}\n\nnote\n".encode())
    with pytest.raises(TamperedError):
        parse_inclusion_proof(b"a" * 1_010_001)
