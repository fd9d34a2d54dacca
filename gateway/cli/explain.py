"""`gateway explain`: where every place of a translation comes from, and what is left over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli import files
from gateway.cli.checking import exit_code, opened_file
from gateway.cli.exchange import OneOrTwoFiles, Target
from gateway.cli.option_texts import moment, named
from gateway.cli.options import FromFormat, JsonShown, MappingName, Orders, PartnerName
from gateway.cli.output import print_findings, print_json
from gateway.cli.reading import workspace_library
from gateway.cli.screen import Screen
from gateway.cli.watch import MAPPED_FROM_BYTES, Watch
from gateway.formats.detect import Format

DIFFERENT = 1

Html = Annotated[
    Path | None,
    typer.Option("--html", metavar="PATH", help="Write one HTML page with both documents side by side."),
]


def register(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("explain")(explain)
    application.command("diff")(diff)


def explain(
    paths: OneOrTwoFiles,
    target: Target,
    source: FromFormat = None,
    mapping: MappingName = None,
    partner: PartnerName = None,
    orders: Orders = None,
    html: Html = None,
    as_json: JsonShown = False,
) -> None:
    """Tell where each value of a translation comes from.

    Two CSV files are documents and their lines.
    """
    from gateway.cli.conversion import check_mapping, received_from
    from gateway.cli.explained import explanations_json, print_explanation
    from gateway.cli.given_orders import orders_of
    from gateway.pipeline.explaining import explain as explained
    from gateway.pipeline.losses import told_once
    from gateway.pipeline.targets import FirstNumbers, write

    files.read_once(paths)
    for path in paths:
        files.not_over_input(path, html)
    library = workspace_library()
    knowledge = library.knowledge(partner, mapping, orders_of(orders, partner, library))
    with Watch(MAPPED_FROM_BYTES) as watch:
        held = [
            (files.name_of(path), *opened_file(path, named(source), watch, lambda: library)) for path in paths
        ]
        for _, form, _ in held:
            check_mapping(library, mapping, form, Format(target.value))
        received = received_from(held, knowledge)
    written = write(received.documents, Format(target.value), knowledge, FirstNumbers(), moment(None))
    made = explained(received.documents, Format(received.report.format), Format(target.value), knowledge)
    report = received.report.with_findings((*told_once(written.findings), *made.findings))
    if as_json:
        typer.echo(explanations_json(report.file, made.explanations))
        print_json([report], stderr=True)
    elif html is None:
        screen = Screen()
        for explanation in made.explanations:
            print_explanation(screen, explanation)
    if html is not None:
        from gateway.cli.explanation_page import page

        files.write_output(page(report.file, made.explanations).encode(), html)
    if not as_json:
        print_findings(Screen(stderr=True), report.findings)
    raise typer.Exit(exit_code(report))


def diff(
    first: Annotated[
        Path,
        typer.Argument(metavar="A", help="A file of any format; - is standard input.", show_default=False),
    ],
    second: Annotated[
        Path,
        typer.Argument(metavar="B", help="Another file, of the same or another format.", show_default=False),
    ],
    partner: PartnerName = None,
    as_json: JsonShown = False,
) -> None:
    """Compare two files by what their documents mean."""
    from gateway.cli.differing import differences_json, print_differences
    from gateway.pipeline.comparing import compare
    from gateway.pipeline.sources import receive

    files.read_once([first, second])
    library = workspace_library()
    knowledge = library.knowledge(partner, None)
    received = []
    for path in (first, second):
        with Watch(MAPPED_FROM_BYTES) as watch:
            form, chunks = opened_file(path, None, watch, lambda: library)
            received.append(receive(files.name_of(path), chunks, form, knowledge))
    one, other = received
    same_format = one.report.format == other.report.format
    compared = compare(one.documents, other.documents, with_ext=same_format)
    reports = [each.report for each in received]
    if as_json:
        typer.echo(differences_json(reports, compared))
        print_json(reports, stderr=True)
    else:
        print_differences(Screen(), reports, compared)
        for report in reports:
            print_findings(Screen(stderr=True), report.findings)
    different = compared.differences or compared.cut
    raise typer.Exit(DIFFERENT if different else exit_code(*reports))
