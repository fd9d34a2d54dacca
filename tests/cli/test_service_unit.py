"""The unit that is printed is one that systemd takes, whatever the folders are called."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gateway.cli.systemd_unit import HOMES, Unit, unit_name, unit_text
from gateway.errors import UsageError
from gateway.service.connection.listener import STOPPING
from tests.cli.command import run

HOSTILE = (
    "plain",
    "two words",
    "100% %n %%",
    'it\'s "quoted" \'\'""',
    "back\\slash \\x41",
    "$HOME ${PATH}",
    "-@:+!~;#[Unit]",
    "a=b,c:d",
    "商店",
)
STARTED = tuple(name for name in HOSTILE if not set("\"'\\") & set(name))
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")


@pytest.mark.parametrize("name", HOSTILE)
def test_each_path_is_read_back_as_it_is(tmp_path: Path, name: str) -> None:
    program = tmp_path / (name if name in STARTED else "opt") / "gateway"
    unit = Unit(program, tmp_path / name, "edi", (tmp_path / f"{name} backups",))
    settings = settings_of(unit_text(unit))
    assert settings["WorkingDirectory"].replace("%%", "%") == str(unit.workspace)
    assert words(settings["ExecStart"]) == [str(unit.program), "serve"]
    assert words(settings["ReadWritePaths"]) == [str(unit.workspace), *map(str, unit.writable)]


@needs_systemd
@pytest.mark.parametrize("name", STARTED)
def test_systemd_takes_it_and_finds_the_program(tmp_path: Path, name: str) -> None:
    unit = Unit(tmp_path / name / "gateway", tmp_path / name, "root")
    unit.workspace.mkdir()
    assert "not executable" in verified(tmp_path, unit_text(unit)), "systemd does not look for the program"
    unit.program.write_text("#!/bin/sh\n", "utf-8")
    unit.program.chmod(0o755)
    assert verified(tmp_path, unit_text(unit)) == ""


@needs_systemd
@pytest.mark.parametrize("name", HOSTILE)
def test_systemd_reads_the_folders_that_may_be_written(tmp_path: Path, name: str) -> None:
    text = unit_text(Unit(Path("/bin/true"), tmp_path / name, "root"))
    (line,) = re.findall(r"(?m)^ReadWritePaths=.*$", text)
    first = line.replace(f"{tmp_path}/", "read-as-", 1)  # no path from the root: systemd shows how it read it
    said = verified(tmp_path, text.replace(line, first))
    assert "not absolute" in said
    assert said.partition("read-as-")[2] == name


@pytest.mark.parametrize("name", ["line\nUser=root", "tab\there", "blank ", "backslash\\", "\udcff", "\x7f"])
def test_a_folder_that_no_unit_can_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="another name"):
        unit_text(Unit(Path("/bin/gateway"), tmp_path / name, "edi"))


@pytest.mark.parametrize("user", ["", "a b", "edi\nExecStart=/bin/sh", "%u", "-x", "e" * 40])
def test_what_is_no_user_is_refused(user: str) -> None:
    with pytest.raises(UsageError, match="--user"):
        unit_text(Unit(Path("/bin/gateway"), Path("/srv/acorn"), user))


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in STARTED])
def test_a_program_that_systemd_would_not_start_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="install the gateway in another folder"):
        unit_text(Unit(Path("/opt") / name / "gateway", Path("/srv/acorn"), "edi"))


def test_what_hides_homes_and_temporary_folders_hides_neither_workspace_nor_program() -> None:
    usual = settings_of(unit_text(Unit(Path("/opt/edi/bin/gateway"), Path("/srv/acorn"), "edi")))
    assert (usual["ProtectHome"], usual["PrivateTmp"]) == ("yes", "yes")
    home = settings_of(unit_text(Unit(HOMES[0] / "edi/bin/gateway", Path("/srv/acorn"), "edi")))
    assert home["ProtectHome"] == "read-only"
    temporary = settings_of(unit_text(Unit(Path("/opt/edi/bin/gateway"), Path("/tmp/acorn"), "edi")))
    assert temporary["PrivateTmp"] == "no"


def test_it_is_stopped_with_more_patience_than_the_service_has_itself() -> None:
    settings = settings_of(unit_text(Unit(Path("/opt/edi/bin/gateway"), Path("/srv/acorn"), "edi")))
    workers = 30.0
    assert int(settings["TimeoutStopSec"]) > STOPPING + workers


def test_a_name_for_the_unit_is_one_that_a_shell_takes() -> None:
    assert unit_name(Path("/srv/Acorn (old)")) == "gateway-acorn-old"
    assert unit_name(Path("/srv/商店")) == "gateway-workspace"


def test_the_command_names_this_installation_the_workspace_and_its_witnesses(tmp_path: Path) -> None:
    root, witness = tmp_path / "acorn", tmp_path / "witness"
    assert run("init", root).code == 0
    settings = root / "gateway.yaml"
    text = settings.read_text("utf-8")
    added = text.replace(
        "\n  #witnesses:", f"\n  witnesses: [{{folder: {witness}}}, {{folder: seen}}]\n  #witnesses:"
    )
    assert added != text
    settings.write_text(added, "utf-8")
    ran = run("service", "unit", "--user", "edi", "--writes", tmp_path / "backups", cwd=root)
    assert ran.code == 0, ran.err
    told = settings_of(ran.out.decode())
    assert told["User"] == "edi"
    assert told["WorkingDirectory"] == str(root)
    program, _ = words(told["ExecStart"])
    assert Path(program).name == "gateway"
    assert Path(program).is_file()
    assert words(told["ReadWritePaths"]) == [str(each) for each in (root, witness, tmp_path / "backups")]
    assert f"chown -R edi: {root}" in ran.err.replace("\n", " ")


def test_without_a_workspace_there_is_no_unit(tmp_path: Path) -> None:
    ran = run("service", "unit", "--workspace", tmp_path)
    assert (ran.code, ran.out) == (2, b"")
    assert "gateway init" in ran.err


def settings_of(text: str) -> dict[str, str]:
    """The settings of a unit by name; each stands once."""
    lines = [line for line in text.splitlines() if line and line[0] not in "#["]
    settings = dict(line.split("=", 1) for line in lines)
    assert len(settings) == len(lines)
    return settings


def words(text: str) -> list[str]:
    """The words of a line as systemd.syntax(7) tells: quoted, with escapes, and with `%%` for `%`."""
    found = re.findall(r'"((?:\\.|[^"\\])*)"|(\S+)', text)
    return [re.sub(r"\\(.)", r"\1", quoted or bare).replace("%%", "%") for quoted, bare in found]


def verified(folder: Path, text: str) -> str:
    """What systemd says against a unit; of others that it loads beside, nothing is kept."""
    path = folder / "gateway-shown.service"
    path.write_text(text, "utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", path], capture_output=True, text=True, check=False, timeout=60
    )
    said = [line for line in ran.stderr.splitlines() if "gateway-shown" in line]
    return "\n".join(said)
