"""`gateway translate`: files read, written in another format, and reported. It needs no parser of options."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import msgspec

from gateway.cli import files
from gateway.cli.checking import exit_code, opened_file
from gateway.cli.conversion import Converter, check_mapping
from gateway.cli.given_orders import orders_of
from gateway.cli.option_texts import FIRST_NUMBERS, control_numbers, moment
from gateway.cli.output import tell
from gateway.cli.reading import workspace_library
from gateway.cli.watch import MAPPED_FROM_BYTES, Watch
from gateway.formats.detect import Format
from gateway.pipeline.losses import told_once
from gateway.pipeline.targets import FirstNumbers


class Wanted(msgspec.Struct, frozen=True):
    """What a translation is to be; `numbers` and `at` are texts as the command line takes them."""

    target: Format
    source: Format | None = None
    mapping: str | None = None
    partner: str | None = None
    numbers: str = FIRST_NUMBERS
    at: str | None = None
    output: Path | None = None
    orders: Path | None = None


def translated(paths: list[Path], wanted: Wanted, *, as_json: bool = False) -> int:
    """Translate a file, or two delimited ones that belong together, and report; the exit code."""
    output = wanted.output
    files.read_once(paths)
    for path in paths:
        files.not_over_input(path, output)
    first = FirstNumbers(*control_numbers(wanted.numbers))
    written_at = moment(wanted.at)
    library = workspace_library()
    if wanted.orders is not None:
        files.not_over_input(wanted.orders, output)
    order_of = orders_of(wanted.orders, wanted.partner, library)
    knowledge = library.knowledge(wanted.partner, wanted.mapping, order_of)
    with Watch(MAPPED_FROM_BYTES) as watch:
        held = [
            (files.name_of(path), *opened_file(path, wanted.source, watch, lambda: library)) for path in paths
        ]
        for _, form, _ in held:
            check_mapping(library, wanted.mapping, form, wanted.target)
        writing = partial(watch.stage, f"writing {wanted.target.value}")
        made = Converter(wanted.target, knowledge, first, written_at, output, writing).convert(held)
    report = made.report.with_findings(told_once(made.findings))
    for place, data in made.files:
        files.write_output(data, place)
    nothing = "" if made.files else _nothing_written(output)
    tell(report, as_json=as_json, on_stdout=output is not None, remark=nothing)
    return exit_code(report)


def _nothing_written(output: Path | None) -> str:
    return "nothing was written" if output is None else f"nothing was written to {output}"
