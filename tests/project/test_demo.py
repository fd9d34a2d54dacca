"""What `make demo` runs ends as its script expects."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def demo(root: Path, bin_folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs the demo script of a checkout with the commands of one folder."""
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    script = root / "examples" / "demo.sh"
    return subprocess.run(["sh", script], env=environment, capture_output=True, text=True, check=False)


def test_every_step_of_the_demo_ends_as_expected() -> None:
    done = demo(ROOT, Path(sys.executable).parent)
    assert done.returncode == 0, done.stdout
    assert " 0 results were not as expected" in done.stdout


def test_a_step_that_ends_otherwise_fails_the_demo(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "demo.sh").write_bytes((ROOT / "examples" / "demo.sh").read_bytes())
    command = tmp_path / "gateway"
    command.write_text("#!/bin/sh\necho broken\nexit 3\n")
    command.chmod(0o755)
    done = demo(tmp_path, tmp_path)
    assert done.returncode == 1
    assert "[exit 3, expected 0]" in done.stdout
