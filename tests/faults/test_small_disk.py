"""A disk that is full: what was promised is there, and once there is room it goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.faults.kept import keeper, rows
from tests.faults.small_disk import SIZE, in_small_disk, may_mount, needs_mount, needs_small_disk, small_disk
from tests.faults.tracing import environment

MANY = ("--rows", "900", "--size", "40000")
LOOK = """
import sys
from pathlib import Path
from tests.faults.kept import rows
print(*sorted(rows(Path(sys.argv[1]))))
"""


def _told(output: bytes, word: str) -> list[str]:
    return [line.split()[1] for line in output.decode().splitlines() if line.startswith(word)]


@needs_mount
def test_what_was_promised_before_the_disk_was_full_is_there(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small") as folder:
        ran = subprocess.run(keeper(folder, *MANY), capture_output=True, check=False, env=environment())
        assert ran.returncode == 3
        assert len(_told(ran.stdout, "refused")) == 1
        assert b"full" in ran.stdout
        kept = _told(ran.stdout, "kept")
        assert len(kept) > 50
        assert set(kept) <= rows(folder)
    assert list((tmp_path / "small").iterdir()) == []


@needs_mount
def test_it_goes_on_once_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small") as folder:
        ballast = folder / "ballast"
        ballast.write_bytes(bytes(SIZE // 3))
        command = keeper(folder, *MANY, "--ballast", str(ballast))
        ran = subprocess.run(command, capture_output=True, check=False, env=environment())
        refused, kept = _told(ran.stdout, "refused"), _told(ran.stdout, "kept")
        assert len(refused) == 2
        assert [name for name in kept if refused[0] < name < refused[1]]
        assert set(kept) <= rows(folder)


@needs_small_disk
def test_a_process_has_a_small_disk_of_its_own(tmp_path: Path) -> None:
    """Without any right, in namespaces; whoever looks has to look within."""
    script = 'a=$1; shift; "$@"; echo "ended $?"; exec "$0" -c "$LOOK" "$a"'
    command = ["sh", "-c", script, sys.executable, str(tmp_path), *keeper(tmp_path, *MANY)]
    ran = subprocess.run(
        in_small_disk(command, tmp_path), capture_output=True, check=True, env=environment({"LOOK": LOOK})
    )
    *told, ended, there = ran.stdout.splitlines()
    assert ended == b"ended 3"
    assert set(_told(b"\n".join(told), "kept")) <= set(there.decode().split())
    assert len(told) > 50
    assert list(tmp_path.iterdir()) == []


def test_the_reason_of_a_skip_is_known_before() -> None:
    assert isinstance(may_mount(), bool)
