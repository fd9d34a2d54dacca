"""The text of a systemd unit for the service of a workspace, with every path written as systemd reads it.

Source: systemd.syntax(7), systemd.unit(5), systemd.service(5) and systemd.exec(5), and what systemd 252 makes
of each. Settings have rules of their own: the path of `WorkingDirectory=` is the rest of its line, those of
`ExecStart=` and `ReadWritePaths=` are quoted with backslashes as escapes, and no program may have quotation
marks or backslashes in its path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import UsageError

__all__ = ["Unit", "unit_name", "unit_text"]

USER_NAME = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,30}")
TEMPORARY = (Path("/tmp"), Path("/var/tmp"))
HOMES = (Path("/home"), Path("/root"), Path("/run/user"))
"""What `PrivateTmp` and `ProtectHome` hide, whatever else a unit says."""

_TEXT = """\
# Save it as /etc/systemd/system/@NAME.service, then:
#   systemctl daemon-reload
#   systemctl enable --now @NAME

[Unit]
Description=Acorn Gateway, @SHOWN
After=network-online.target postgresql.service
Wants=network-online.target
# After five starts within an hour it stays down until a person has looked and
# said `systemctl reset-failed @NAME`: it may have ended with 3 as
# the disk is in doubt, and blind starts mend no disk.
StartLimitIntervalSec=1h
StartLimitBurst=5

[Service]
Type=exec
User=@USER
WorkingDirectory=@FOLDER
ExecStart=@PROGRAM serve
# After 3 (a fault, a disk in doubt) and 75 (not now) it starts again. 2 is wrong
# use, as a mistake in gateway.yaml: starting again mends nothing.
Restart=on-failure
RestartSec=30
RestartPreventExitStatus=2
# It ends what it works on: up to 60 seconds for commands, 30 for steps.
KillSignal=SIGTERM
KillMode=mixed
TimeoutStopSec=120
# Secrets that gateway.yaml names as {env: NAME}. The file belongs to root and
# has mode 0600.
EnvironmentFile=-/etc/@NAME.env
# What it makes is for its user and its group, which the ERP shares.
UMask=0007
LimitNOFILE=65536
LimitCORE=0

# It writes in these folders and nowhere else.
ProtectSystem=strict
ReadWritePaths=@WRITABLE
ProtectHome=@HOME
PrivateTmp=@TEMPORARY
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit is made of. Paths are absolute; `writable` are folders beside the workspace."""

    program: Path
    workspace: Path
    user: str
    writable: tuple[Path, ...] = ()


def unit_name(workspace: Path) -> str:
    """A name for the unit, of the workspace folder: `gateway-acorn`."""
    return "gateway-" + (re.sub(r"[^a-z0-9]+", "-", workspace.name.lower()).strip("-")[:60] or "workspace")


def unit_text(unit: Unit) -> str:
    """The unit file. Raises `UsageError` for a user or a path that no unit can name."""
    if not USER_NAME.fullmatch(unit.user):
        raise UsageError(
            f"`{unit.user[:80]}` is no name of a user that systemd takes; name another by --user"
        )
    writable = (unit.workspace, *unit.writable)
    for path in (unit.program, *writable):
        _refuse_unless_nameable(path)
    if set("'\"\\") & set(str(unit.program)):
        raise UsageError(
            "systemd starts no program with quotation marks or backslashes in its path, as in "
            f"{unit.program}; install the gateway in another folder"
        )
    values = {
        "NAME": unit_name(unit.workspace),
        "SHOWN": _literal(unit.workspace.name or "/"),
        "USER": unit.user,
        "FOLDER": _literal(str(unit.workspace)),
        "PROGRAM": _quoted(str(unit.program)),
        "WRITABLE": " ".join(_quoted(str(path)) for path in writable),
        "HOME": "read-only" if _any_below((unit.program, *writable), HOMES) else "yes",
        "TEMPORARY": "no" if _any_below((unit.program, *writable), TEMPORARY) else "yes",
    }
    return re.sub(r"@([A-Z]+)", lambda found: values[found[1]], _TEXT)


def _refuse_unless_nameable(path: Path) -> None:
    text = str(path)
    if not text.isprintable() or text != text.strip() or text.endswith("\\"):
        shown = text.encode("unicode_escape").decode()
        raise UsageError(
            f"A systemd unit cannot name {shown}: it holds a character that is not printable, or ends in a "
            "blank or a backslash; give the folder another name"
        )


def _literal(text: str) -> str:
    """Text that is the rest of a line: only a percent sign means something else there."""
    return text.replace("%", "%%")


def _quoted(text: str) -> str:
    """One word of a line."""
    plain = re.fullmatch(r"[\w./+,:@%=-]+", text, re.ASCII)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return _literal(text if plain else f'"{escaped}"')


def _any_below(paths: tuple[Path, ...], folders: tuple[Path, ...]) -> bool:
    return any(path.is_relative_to(folder) for path in paths for folder in folders)
