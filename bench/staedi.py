"""StAEDI as a contender: brought and compiled by Maven, run by Java, judging by our definitions."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.contenders import Contender, worker
from bench.staedi_schema import staedi_schema
from gateway.standards import Standards
from gateway.workspace import Workspace

PROGRAM = Path(__file__).with_name("staedi")
RELEASE = "004010"
SETS = ("850", "856")
LEAST_JAVA = 17
FLAGS = ("-XX:+UseSerialGC", "-Xms1g")  # one core: the collector that needs no other, and room to spare
WARM_UP_PASSES = 4  # after these the compiler of Java has nothing left to do


def missing() -> str:
    """What of Java and Maven is not there, in a few words; "" when all is."""
    for name in ("java", "mvn"):
        if shutil.which(name) is None:
            return f"no command {name} was found"
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < LEAST_JAVA:
        return f"java is not of version {LEAST_JAVA} or later"
    return ""


def prepare(folder: Path) -> Path:
    """Has Maven bring StAEDI and compile our program into the folder, and writes the schemas there."""
    standards = Standards(Workspace())
    for name in SETS:
        text = staedi_schema(standards.releases[RELEASE].sets[name])
        (folder / f"{name}.xml").write_text(text, encoding="utf-8")
    maven = [
        "mvn",
        "--quiet",
        "--batch-mode",
        "-Dstyle.color=never",
        f"--file={PROGRAM}",
        f"-Dfolder={folder}",
    ]
    goals = ["compile", "dependency:copy-dependencies", f"-DoutputDirectory={folder / 'lib'}"]
    done = subprocess.run([*maven, *goals], stdout=sys.stderr, check=False)
    if done.returncode:
        raise SystemExit("Maven could not bring or compile what is needed; what it printed stands above.")
    return folder


def version(folder: Path) -> str:
    """The version of StAEDI that Maven brought, and that of Java."""
    (library,) = (folder / "lib").glob("staedi-*.jar")
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr
    java = re.search(r'version "([^"]+)"', told)
    return f"{library.stem.replace('staedi-', 'StAEDI ')}, Java {java[1] if java else 'not named'}"


@contextmanager
def staedi_worker(folder: Path) -> Iterator[Contender]:
    """StAEDI with the schemas of a prepared folder; a task is the name of one of them."""
    path = f"{folder / 'classes'}:{folder / 'lib'}/*"
    schemas = [f"{name}={folder / name}.xml" for name in SETS]
    with worker("StAEDI", ["java", *FLAGS, "-cp", path, "bench.Passes", *schemas]) as contender:
        yield contender
