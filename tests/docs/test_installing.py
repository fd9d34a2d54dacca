"""What the page of operations says of installing works where there is a wheel and no checkout."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.test_readme import ROOT
from tests.project.test_wheel import required_packages, top_level_paths

OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
SAFE, AS_ROOT = (
    re.findall(rf"^```{kind}\n(.*?)^```", OPERATIONS, re.MULTILINE | re.DOTALL) for kind in ("sh", "bash")
)
PREFIX = "/opt/acorn-gateway"
CARRIED = ("gateway", "mappings", "schemas", "partners", "README.md", "LICENSE", "pyproject.toml")


def test_the_steps_to_install_end_with_a_gateway_that_works(tmp_path: Path) -> None:
    checkout, elsewhere = tmp_path / "checkout", tmp_path / "machine"
    elsewhere.mkdir()
    for name in CARRIED:
        whole = ROOT / name
        if whole.is_dir():
            shutil.copytree(whole, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(whole, checkout / name)
    building, installing = SAFE
    told = shell(building.replace("python3", shlex.quote(sys.executable)), checkout)
    assert told.returncode == 0, told.stderr
    shutil.move(checkout / "dist", elsewhere / "dist")
    shutil.rmtree(checkout)

    (wheel,) = (elsewhere / "dist").glob("*.whl")
    prefix = elsewhere / "acorn-gateway"
    making, *then = installing.splitlines()
    steps = [line.replace(PREFIX, shlex.quote(str(prefix))) for line in (making, *then)]
    made = shell(steps[0].replace("python3", shlex.quote(sys.executable)), elsewhere)
    assert made.returncode == 0, made.stderr
    (site,) = prefix.glob("lib/python*/site-packages")
    for package in required_packages(wheel):  # in place of a download
        for source in top_level_paths(package):
            if not (site / source.name).exists():
                (site / source.name).symlink_to(source)
    for step in steps[1:]:
        told = shell(step, elsewhere)
        assert told.returncode == 0, told.stderr
    assert re.fullmatch(r"gateway \d+\.\d+\.\d+\n", told.stdout)

    gateway = prefix / "bin/gateway"
    assert shell(f"{gateway} init acorn --sample amazon", elsewhere).returncode == 0
    checked = shell(f"{gateway} check", elsewhere / "acorn")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    unit = shell(f"{gateway} service unit --user edi", elsewhere / "acorn")
    assert f"ExecStart={gateway} serve" in unit.stdout.splitlines()


@pytest.mark.parametrize("block", AS_ROOT)
def test_the_steps_of_root_are_sound_shell(block: str) -> None:
    told = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")


def test_there_are_steps_of_root() -> None:
    assert len(AS_ROOT) == 3


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without the network, and without the variables that could lead back to the checkout."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip's own way to say that it shall not: what builds is here already
    }
    return subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
