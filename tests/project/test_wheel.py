"""The wheel, installed where there is nothing else but what it declares to need, does its work."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from email import message_from_string
from pathlib import Path

import pytest

from gateway import __version__

ROOT = Path(__file__).resolve().parents[2]

ORDERS = ROOT / "examples" / "purchase-orders.850"


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs a command without the variables that could lead it back to the checkout."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment with the wheel and what it declares to need; no network is used."""
    environment = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin" / "python"
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)}))
    for package in required_packages(wheel):
        for source in top_level_paths(package):
            (site / source.name).symlink_to(source)
    pip = (sys.executable, "-m", "pip", "--python", python)
    done = run(*pip, "install", "--no-index", "--no-deps", wheel, cwd=environment)
    assert done.returncode == 0, done.stderr
    return environment / "bin"


def required_packages(wheel: Path) -> set[str]:
    """The packages that the wheel declares to need, and theirs; those for other platforms are absent."""
    metadata = zipfile.Path(wheel, f"acorn_gateway-{__version__}.dist-info/METADATA")
    waiting = message_from_string(metadata.read_text(encoding="utf-8")).get_all("Requires-Dist", [])
    assert waiting, "the wheel declares nothing"
    needed: set[str] = set()
    while waiting:
        declared, _, marker = waiting.pop().partition(";")
        match = re.match(r"[\w.-]+", declared)
        assert match, declared
        if "extra" not in marker and match[0] not in needed and is_installed(match[0]):
            needed.add(match[0])
            waiting += importlib.metadata.requires(match[0]) or []
    return needed


def is_installed(name: str) -> bool:
    return any(True for _ in importlib.metadata.distributions(name=name))


def top_level_paths(name: str) -> Iterator[Path]:
    """The folders and modules that a distribution put into the site packages."""
    distribution = importlib.metadata.distribution(name)
    tops = {file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")}
    for top in sorted(tops):
        yield Path(str(distribution.locate_file(top)))


def test_the_wheel_carries_the_package_its_data_and_its_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("schemas", "mappings"):
        here = {
            f"gateway/_data/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file()
        }
        assert here, f"the checkout has no file in {folder}/"
        assert here <= set(names)
    assert "gateway/py.typed" in names
    samples = {f"gateway/samples/{name}" for name in ("amazon/erp/partner.yaml", "amazon/guides/850.yaml")}
    assert samples <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0] for name in names} == {"gateway", f"acorn_gateway-{__version__}.dist-info"}


def test_the_installed_package_finds_the_data_it_carries(installed: Path, tmp_path: Path) -> None:
    script = "from gateway.workspace import Workspace; print(len(Workspace().list('schemas')))"
    done = run(installed / "python", "-c", script, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def test_the_installed_command_says_its_version(installed: Path, tmp_path: Path) -> None:
    done = run(installed / "gateway", "--version", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert __version__ in done.stdout


def test_the_installed_command_translates_a_file(installed: Path, tmp_path: Path) -> None:
    target = tmp_path / "orders.json"
    done = run(installed / "gateway", "translate", ORDERS, "--to", "spapi", "-o", target, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(target.read_bytes())["orders"]) == 2
