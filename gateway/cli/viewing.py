"""`gateway view`: what a file says, shown. It needs no parser of options."""

from __future__ import annotations

from pathlib import Path

from gateway.cli import files
from gateway.cli.checking import exit_code, opened_file
from gateway.cli.conversion import print_received, shown_json, with_answers_read
from gateway.cli.output import print_findings, print_json
from gateway.cli.reading import workspace_library
from gateway.cli.screen import Screen, echo
from gateway.cli.watch import MAPPED_FROM_BYTES, Watch
from gateway.formats.detect import Format
from gateway.pipeline.sources import receive


def viewed(path: Path, source: Format | None, partner: str | None, *, as_json: bool) -> int:
    """Show the documents and acknowledgments of a file; the exit code."""
    library = workspace_library()
    with Watch(MAPPED_FROM_BYTES) as watch:
        form, chunks = opened_file(path, source, watch, lambda: library)
        received = receive(files.name_of(path), chunks, form, library.knowledge(partner, None))
    report = with_answers_read(received)
    if as_json:
        echo(shown_json(received, library))
        print_json([report], stderr=True)
    else:
        print_received(Screen(), received, library)
        print_findings(Screen(stderr=True), report.findings)
    return exit_code(report)
