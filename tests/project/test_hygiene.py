"""What never belongs into a tracked file: addresses of registries, paths of a machine, copies, loose ends."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import SHARED, needs_shared

ROOT = Path(__file__).resolve().parents[2]
# written in pieces, so that this file does not contain what it looks for
REGISTRIES = [
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("debian", "org"),
    ("repo1.maven", "org"),
    ("maven.apache", "org"),
    ("crates", "io"),
    ("proxy.golang", "org"),
]
HOSTS = re.compile("|".join(rf"\b{re.escape(name)}\.{ending}\b" for name, ending in REGISTRIES))
MACHINE_FOLDERS = ("work", "root", "farm", "home", "Users")
MACHINE_PATHS = re.compile(rf"(?<![\w.])/(?:{'|'.join(MACHINE_FOLDERS)})/\w")
LOOSE_ENDS = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")
ANY_FILE = 60  # bytes; shorter files may be equal by chance


def tracked() -> list[Path]:
    """The files that git keeps, as they stand in the work tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    if not paths:
        pytest.skip("not a git checkout, so there is no list of the project's own files")
    return [path for path in paths if path.is_file()]


def tracked_modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in tracked():
        name = path.relative_to(ROOT)
        if path.suffix == ".py" and name.parts[0] in folders:
            yield name.as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in tracked():
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    return found


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert lines_with(HOSTS) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert lines_with(MACHINE_PATHS) == []


def test_nothing_is_left_to_do_in_a_comment() -> None:
    assert lines_with(LOOSE_ENDS) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (HOSTS, "https://files." + "pythonhosted" + ".org/packages"),
        (MACHINE_PATHS, "see /" + "home/somebody"),
        (LOOSE_ENDS, "# TO" + "DO later"),
    ],
)
def test_the_patterns_find_what_they_look_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


@needs_shared
def test_no_file_is_a_copy_of_reference_material() -> None:
    kept = {_digest(path): path for path in tracked() if path.stat().st_size > ANY_FILE}
    copies = [
        f"{kept[digest].relative_to(ROOT)} is {path.relative_to(SHARED)}"
        for path in SHARED.rglob("*")
        if path.is_file() and (digest := _digest(path)) in kept
    ]
    assert copies == []


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def test_no_binary_fraction_comes_near_money_or_quantities() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in tracked_modules("gateway")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
    ]
    assert found == []


def test_one_handler_takes_every_exception() -> None:
    found = [
        name
        for name, tree in tracked_modules("gateway", "bench")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type)
    ]
    assert [Path(name).as_posix() for name in found] == ["gateway/attempt.py"]


def _is_broad(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(
        one is None or (isinstance(one, ast.Name) and one.id in ("Exception", "BaseException"))
        for one in kinds
    )


@pytest.mark.parametrize("lock", sorted(path.name for path in ROOT.glob("requirements*.lock")))
def test_every_pinned_requirement_has_its_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        assert re.fullmatch(r"[\w.-]+==[\w.]+( ; [^#:/]+?)?(\s+--hash=sha256:[0-9a-f]{64})+", line), line[:80]


def test_the_locks_hold_what_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    runtime = _names(project["project"]["dependencies"])
    build = _names(groups["build"]) | _names(project["build-system"]["requires"])
    development = runtime | build | _names(one for one in groups["dev"] if isinstance(one, str))
    pins = {lock: _pins(ROOT / f"requirements{lock}.lock") for lock in ("", "-build", "-dev", "-soak")}
    assert runtime <= pins[""].keys()
    assert build <= pins["-build"].keys()
    assert development <= pins["-dev"].keys()
    assert _names(groups["soak"]) == pins["-soak"].keys()
    together = pins["-dev"].items()
    assert pins[""].items() <= together, "development runs other versions than the runtime"
    assert pins["-build"].items() <= together, "development builds with other versions"


def _names(requirements: Iterator[str] | list[str]) -> set[str]:
    found = (re.match(r"[\w.-]+", requirement) for requirement in requirements)
    return {_canonical(match[0]) for match in found if match}


def _pins(lock: Path) -> dict[str, str]:
    pins = re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {_canonical(name): version for name, version in pins}


def _canonical(name: str) -> str:
    """The one spelling of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
