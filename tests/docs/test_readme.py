"""The commands of the README run as written, in a copy of the folders that a reader has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("mappings", "schemas", "partners", "examples")
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAY_FIND_ERRORS = "faults"  # the sample with faults ends with exit code 1


def console_blocks(text: str) -> list[list[str]]:
    """The lines of each console block."""
    blocks = text.split("```console\n")[1:]
    return [block.split("```", 1)[0].splitlines() for block in blocks]


def commands(block: list[str]) -> list[tuple[str, list[str]]]:
    """Each command of a block with the output shown below it."""
    found: list[tuple[str, list[str]]] = []
    for line in block:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return found


def _without_a_service(text: str) -> str:
    """The text without the sections that run one: these are read in test_service_pages."""
    first = text.partition("## First result")[2].partition("\n### ")[0]
    keeping = text.partition("### Keep what arrives")[2].partition("\n## ")[0]
    return text.replace(first, "").replace(keeping, "")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_the_readme_has_commands_to_run() -> None:
    assert len(console_blocks(README)) >= 4


def test_every_command_of_the_readme_runs(checkout: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for block in console_blocks(_without_a_service(README)):
        for command, shown in commands(block):
            if command.startswith(". "):
                continue
            ran = subprocess.run(
                command,
                shell=True,
                cwd=checkout,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            expected = 1 if MAY_FIND_ERRORS in command else 0
            assert ran.returncode == expected, f"{command}\n{ran.stdout}{ran.stderr}"
            for line in shown:
                assert line in ran.stdout.splitlines(), f"{command} did not print: {line}"
