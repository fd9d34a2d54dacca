"""`gateway validate --second-opinion`: what another program says beside us, as text and as JSON."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gateway.cli.output import VERDICT_STYLES
from gateway.cli.screen import Screen, printable
from gateway.errors import UsageError
from gateway.formats.detect import Format
from gateway.report import FileReport, SetReport, Verdict
from gateway.schema.pyx12_maps import pyx12_maps
from gateway.second_opinion.folder import kept_maps
from gateway.second_opinion.opinion import MOST_BYTES, FileOpinion, Opinion, Remark, SetOpinion, Unread
from gateway.standards import Standards

if TYPE_CHECKING:
    from gateway.second_opinion.engine import Pyx12

FOLDER = "second-opinion"
SHOWN_REMARKS = 20  # of one set; `--json` has all
NAME, OURS = 20, 24  # columns of a table whose lines fit in 80
REMARK = 8  # columns before what stands below a set

_STYLES = {Opinion.ACCEPTED: "bold green", Opinion.REJECTED: "bold red", Opinion.NONE: "dim"}
_LIKE = {
    Verdict.ACCEPTED: Opinion.ACCEPTED,
    Verdict.ACCEPTED_WITH_ERRORS: Opinion.ACCEPTED,
    Verdict.REJECTED: Opinion.REJECTED,
}


class Other:
    """The other program, asked about one file after the other."""

    def __init__(self, program: Pyx12, by: str) -> None:
        self._program = program
        self._by = by
        self._kept: list[bytes] = []

    def keep(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks of the next file; as far as the program is asked about them, they are kept."""
        self._kept = []
        room = MOST_BYTES + 1  # the last byte tells it that there were more
        for chunk in chunks:
            self._kept.append(chunk[:room])
            room -= len(self._kept[-1])
            yield chunk

    def on(self, report: FileReport) -> FileOpinion:
        """Its opinion on the file that was kept last, which has this report of ours."""
        if report.format != Format.X12.value:
            return self._none("it judges X12 alone")
        if not report.complete:
            return self._none("our own reading ended early")
        return self._program.judge(b"".join(self._kept))

    def _none(self, why: str) -> FileOpinion:
        return FileOpinion(by=self._by, unread=(Unread(0, why),))


@contextmanager
def second_opinion(standards: Standards) -> Iterator[Other]:
    """The other program with the definitions of a workspace. `UsageError` when it is not installed."""
    try:
        from gateway.second_opinion.engine import BY, Pyx12
    except ModuleNotFoundError as fault:
        text = "--second-opinion needs pyx12; install it with `pip install 'pyx12==4.0.*'`"
        raise UsageError(text) from fault
    with tempfile.TemporaryDirectory() as passing:
        releases = standards.releases.items()
        texts = {name: pyx12_maps(standards.envelope, release) for name, release in releases}
        yield Other(Pyx12(_folders(standards.workspace.var, Path(passing), texts)), BY)


def _folders(var: Path | None, passing: Path, texts: Mapping[str, dict[str, str]]) -> dict[str, Path]:
    """The folders of the maps: in the workspace, or where nothing can be kept there in a passing one."""
    if var is not None:
        try:
            return {name: kept_maps(var / FOLDER, each) for name, each in texts.items()}
        except OSError:
            pass
    return {name: kept_maps(passing / FOLDER, each) for name, each in texts.items()}


def opinion_json(opinion: FileOpinion) -> Mapping[str, object]:
    """The key that is added to the report of a file."""
    return {"second_opinion": msgspec.to_builtins(opinion)}


def print_opinion(screen: Screen, report: FileReport, opinion: FileOpinion) -> None:
    """Both verdicts on each set, side by side, and what the other program has against it."""
    screen.line((f"  second opinion: {opinion.by}", "bold"))
    for unread in opinion.unread:
        part = f"interchange {unread.interchange}" if unread.interchange else "this file"
        _told(screen, f"    no opinion on {part}: {unread.why}")
    said = {(each.interchange, each.group, each.set): each for each in opinion.sets}
    if said:
        screen.line((f"    {'set':<{NAME}}{'we say':<{OURS}}pyx12 says", "dim"))
    for each in report.sets if said else ():
        _print_set(screen, each, said.get((each.interchange, each.group, each.set)))
    _print_remarks(screen, opinion.envelope)


def _print_set(screen: Screen, ours: SetReport, theirs: SetOpinion | None) -> None:
    said = theirs.opinion if theirs is not None else Opinion.NONE
    name = printable(f"{ours.type} {ours.st02 or ours.set}")[: NAME - 1]
    differ = said is not Opinion.NONE and _LIKE.get(ours.verdict, said) is not said
    screen.line(
        f"    {name:<{NAME}}",
        (f"{ours.verdict.value.replace('_', ' '):<{OURS}}", VERDICT_STYLES[ours.verdict]),
        (said.value.replace("_", " "), _STYLES[said]),
        ("  they differ" if differ else "", "bold yellow"),
        hang=REMARK,
    )
    if theirs is not None and theirs.why:
        _told(screen, f"{' ' * REMARK}{theirs.why}")
    _print_remarks(screen, theirs.remarks if theirs is not None else ())


def _print_remarks(screen: Screen, remarks: tuple[Remark, ...]) -> None:
    for remark in remarks[:SHOWN_REMARKS]:
        where = f"segment {remark.segment}, {remark.tag}" if remark.segment else remark.tag
        elements = "/".join(f"{element:02d}" for element in remark.elements)
        component = "" if remark.component is None else f"-{remark.component:02d}"
        _told(screen, f"{' ' * REMARK}{where}{elements}{component}: {remark.text}")
    if len(remarks) > SHOWN_REMARKS:
        _told(screen, f"{' ' * REMARK}and {len(remarks) - SHOWN_REMARKS} more; --json has them all")


def _told(screen: Screen, text: str) -> None:
    screen.line(printable(text), hang=REMARK + 2)
