"""Proof packs: what they hold, that they are the same bytes each time, and that they are found good."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from gateway.errors import TamperedError
from gateway.ledger.layout import numbers
from gateway.ledger.notes import VerifierKey
from gateway.ledger.pack import zip_bytes
from gateway.ledger.pack_check import verify_pack
from gateway.ledger.standalone import verify as standalone
from gateway.store.proving import pack_reading
from tests.ledger.packs import PROGRAM, Files, Log, as_json, listed


@pytest.fixture(scope="module")
def log() -> Log:
    return Log(1)


@pytest.fixture(scope="module")
def files(log: Log) -> Files:
    return log.pack()


def unpack(files: Files, folder: Path) -> Path:
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", "verify.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")


def test_a_pack_holds_what_its_layout_says(log: Log, files: Files) -> None:
    fixed = {path for path in files if "/" not in path}
    assert fixed == {
        "README.txt",
        "checkpoint",
        "consistency-proof",
        "earlier-checkpoint",
        "manifest.json",
        "public-key",
        "summary.html",
        "verify.py",
        "witness-keys",
    }
    assert numbers(files.keys() - {"manifest.json"}) == tuple(log.shown)
    assert list(files) == sorted(files)
    for n in log.shown:
        assert files[f"leaves/{n:09}.json"] == log.bodies[n]


def test_a_good_pack_holds_for_both_verifiers(log: Log, files: Files) -> None:
    ours = verify_pack(files, log.key.verifier, log.checkpoint(log.old_size))
    assert ours.faults == ()
    assert [leaf.n for leaf in ours.leaves] == log.shown
    assert [one.key.name for one in ours.witnesses] == ["witness.example/w1"]
    theirs = standalone.verify(files, log.key.verifier.text, log.checkpoint(log.old_size))
    assert theirs.faults == []
    assert sorted(theirs.shown) == log.shown


def test_the_program_says_in_words_what_holds(log: Log, files: Files, tmp_path: Path) -> None:
    ended = run(unpack(files, tmp_path))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for words in (
        "CAUTION: the key came with the pack",
        "The witness witness.example/w1 signed that it saw this at 2026-09-21 14:13:20 UTC.",
        f"It continues the earlier checkpoint of {log.old_size} records that is in the pack",
        "is byte for byte what was recorded",
        "What this does not prove:",
        f"EVERYTHING HOLDS: {len(log.shown)} records",
    ):
        assert words in ended.stdout
    assert not list(tmp_path.rglob("__pycache__"))


def test_the_program_takes_the_key_and_checkpoint_that_were_kept(
    log: Log, files: Files, tmp_path: Path
) -> None:
    folder = unpack(files, tmp_path / "pack")
    (tmp_path / "kept").write_bytes(log.checkpoint(log.old_size))
    (tmp_path / "key").write_text(log.key.verifier.text + "\n")
    ended = run(folder, ".", "--key", "../key", "--earlier", "../kept")
    assert ended.returncode == 0, ended.stdout
    assert "It is the key that you gave." in ended.stdout
    assert "It continues the checkpoint of 17 records that you kept." in ended.stdout
    assert run(folder, "--key", Log(2).key.verifier.text).returncode == 1
    (tmp_path / "kept").write_bytes(log.checkpoint(18))
    ended = run(folder, "--earlier", "../kept")
    assert ended.returncode == 1
    assert "does not lead from the checkpoint of 18 records that you kept" in ended.stdout


@pytest.mark.parametrize("number", range(0, 17, 2))
def test_a_rewritten_log_is_found_by_a_checkpoint_that_was_kept_and_only_by_it(log: Log, number: int) -> None:
    bodies = list(log.bodies)
    bodies[number] = bodies[number].replace(b"2026-11-23T16", b"2026-11-22T16")
    rewritten = log.forged(log.pack(), bodies, log.key)
    kept = log.checkpoint(log.old_size)
    assert verify_pack(rewritten, log.key.verifier).holds
    assert not standalone.verify(rewritten, log.key.verifier.text).faults
    assert not verify_pack(rewritten, log.key.verifier, kept).holds
    assert standalone.verify(rewritten, log.key.verifier.text, kept).faults


def test_a_log_that_was_set_back_is_found_by_a_checkpoint_that_was_kept() -> None:
    before, after = Log(1, 30), Log(1, 45)
    kept = after.checkpoint(40)
    files = before.pack()
    assert verify_pack(files, before.key.verifier).holds
    assert not verify_pack(files, before.key.verifier, kept).holds
    assert standalone.verify(files, before.key.verifier.text, kept).faults


def test_the_program_refuses_a_folder_that_holds_more_or_links(
    log: Log, files: Files, tmp_path: Path
) -> None:
    folder = unpack(files, tmp_path)
    (folder / "notes.txt").write_text("mine")
    ended = run(folder)
    assert ended.returncode == 1
    assert "notes.txt: the file does not belong to the pack" in ended.stdout
    (folder / "notes.txt").unlink()
    (folder / "README.txt").rename(folder / "else")
    (folder / "README.txt").symlink_to("else")
    ended = run(folder)
    assert ended.returncode == 1
    assert "plain files only" in ended.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["a", "b"], ["--key"]])
def test_the_program_called_wrongly_says_how_it_is_called(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(PROGRAM.read_bytes())
    assert run(tmp_path, *arguments).returncode == 2


def test_the_program_refuses_what_is_no_folder_or_no_pack(tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(PROGRAM.read_bytes())
    assert "no folder" in run(tmp_path, "missing").stdout
    ended = run(tmp_path)
    assert ended.returncode == 1
    assert "this is no proof pack" in ended.stdout


def test_text_of_others_moves_no_cursor_and_starts_no_line(tmp_path: Path) -> None:
    log = Log(3)
    files = log.pack()
    shown = next(text for path, text in files.items() if path.startswith("records/") and b"\\n" in text)
    ended = run(unpack(files, tmp_path))
    assert "Übung «1»\\n.xml" in ended.stdout
    assert json.loads(shown)["record"]["details"]["file"] == "Übung «1»\n.xml"
    assert standalone.printable("\x1b[2J\u202e") == "\\x1b[2J\\u202e"


def test_a_screen_without_letters_of_others_is_no_reason_to_stop(
    log: Log, files: Files, tmp_path: Path
) -> None:
    folder = unpack(files, tmp_path)
    command = [sys.executable, "-S", "verify.py"]
    ended = subprocess.run(
        command, cwd=folder, capture_output=True, env={"PYTHONIOENCODING": "ascii"}, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_the_zip_is_the_same_bytes_each_time_and_unpacks_to_the_pack(files: Files) -> None:
    first = zip_bytes(files)
    assert zip_bytes(dict(reversed(files.items()))) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"proof-pack/{path}": data for path, data in files.items()
        }
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert Log(1).pack() == files


def test_the_summary_shows_text_as_text_and_runs_nothing(files: Files) -> None:
    page = files["summary.html"].decode()
    assert "Order 4711 &lt;of&gt; Acorn" in page
    assert "Anna &amp; Co" in page
    assert not re.search(r"<script|\son\w+=|javascript:|https?://", page)
    assert "&lt;b&gt;&amp;.csv" in page or "<b>" not in page


def test_the_readme_says_what_only_a_witness_can_prove(log: Log, files: Files) -> None:
    text = files["README.txt"].decode()
    assert log.key.verifier.text in text
    assert "WHAT ONLY A WITNESS CAN PROVE" in text
    assert "The log had 45 records" in " ".join(text.split())


def test_a_pack_may_leave_out_contents_witnesses_and_ranges(log: Log, files: Files) -> None:
    bare = {
        path: b"{}" if path.startswith("records/") else data
        for path, data in files.items()
        if not path.startswith(("payloads/", "earlier", "consistency", "witness"))
    }
    bare = listed(bare)
    assert verify_pack(bare).holds
    verdict = standalone.verify(bare)
    assert not verdict.faults
    assert any("not part of this pack" in line for line in standalone.report_of(verdict))


def test_the_program_is_written_for_python_3_9_and_its_library_alone() -> None:
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"), feature_version=(3, 9))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in modules} <= set(sys.stdlib_module_names)
    newer = {"bit_count", "UTC", "StrEnum", "batched", "pairwise", "zip", "walk_up", "is_junction"}
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not used & newer


def test_a_layout_with_a_foreign_file_is_refused() -> None:
    with pytest.raises(TamperedError, match="is no file of a proof pack"):
        numbers(["payloads/../x"])


def test_the_trusted_key_must_be_that_of_the_pack(log: Log, files: Files) -> None:
    other = VerifierKey.from_text(Log(2).key.verifier.text)
    (fault,) = verify_pack(files, other).faults
    assert fault.file == "public-key"


@pytest.mark.parametrize(
    ("module", "more"), [("__future__", {}), ("base64", {"PYTHONPATH": "."}), ("json", {}), ("typing", {})]
)
def test_nothing_is_loaded_from_the_folder_of_the_pack(
    files: Files, tmp_path: Path, module: str, more: dict[str, str]
) -> None:
    folder = unpack(files, tmp_path)
    (folder / f"{module}.py").write_text("print('EVERYTHING HOLDS, says the forger')\nraise SystemExit(0)\n")
    ended = subprocess.run(
        [sys.executable, "-S", "verify.py"],
        cwd=folder,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout
    assert "the forger" not in ended.stdout
    assert f"{module}.py: the file does not belong to the pack" in ended.stdout


def test_no_annotation_of_the_program_needs_a_python_after_3_9() -> None:
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    notes = [note for one in functions for note in (one.returns, *(arg.annotation for arg in one.args.args))]
    found = [inner for note in notes if note for inner in ast.walk(note)]
    assert functions
    assert not [inner for inner in found if isinstance(inner, ast.BitOr)]


def test_a_value_cannot_pass_for_other_details() -> None:
    details: dict[str, object] = {"file": "x; size = 9", "size": 1}
    leaf: dict[str, object] = {"record": sha256(bytes(32) + as_json(details)).hexdigest()}
    shown: dict[str, object] = {"details": details, "salt": bytes(32).hex()}
    assert standalone.details_of(shown, leaf) == 'file = "x; size = 9"; size = 1'


def test_a_large_file_is_refused_before_it_is_read(files: Files, tmp_path: Path) -> None:
    folder = unpack(files, tmp_path)
    payload = next(path for path in files if path.startswith("payloads/"))
    with (folder / payload).open("r+b") as file:
        file.truncate(1 << 40)
    ended = run(folder)
    assert ended.returncode == 1, ended.stderr
    assert f"{payload}: the file was changed after the pack was made" in ended.stdout
    with (folder / "manifest.json").open("r+b") as file:
        file.truncate(1 << 40)
    assert "manifest.json: it is longer than" in run(folder).stdout
    manifest = json.loads(files["manifest.json"])
    manifest["files"][payload]["bytes"] = 1 << 40
    lying = {**files, "manifest.json": as_json(manifest)}
    (fault,) = verify_pack(lying).faults
    assert "larger than those of any pack" in fault.text
    ((_, told),) = standalone.verify(lying).faults
    assert "larger than those of any pack" in told


def test_a_zip_that_lists_too_much_is_refused_before_its_entries_are_made(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(zip_bytes(files))
    monkeypatch.setattr(pack_reading, "MOST_FILES", len(files))
    with pack_reading.open_pack(path) as pack:
        assert verify_pack(pack).holds
    monkeypatch.setattr(pack_reading, "MOST_FILES", len(files) - 1)
    with pytest.raises(TamperedError, match="lists more files"), pack_reading.open_pack(path):
        pass


def test_folders_that_are_nested_too_deep_are_told_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def walk(root: Path) -> None:
        raise RecursionError(root)

    monkeypatch.setattr("os.walk", walk)
    assert standalone.main([str(tmp_path)]) == 1
    assert "nested deeper than those of any pack" in capsys.readouterr().out


def test_a_file_of_keys_may_hold_those_of_other_epochs(log: Log, files: Files) -> None:
    keys = f"{Log(2).key.verifier.text}\n{log.key.verifier.text}\n"
    assert standalone.verify(files, keys).faults == []
    ((file, told),) = standalone.verify(files, Log(2).key.verifier.text).faults
    assert file == "public-key"
    assert "not one that you trust" in told
