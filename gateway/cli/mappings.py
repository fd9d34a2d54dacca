"""The commands about mapping tables: list, check, show, and those for spreadsheets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import Json, PartnerName
from gateway.cli.output import mistakes_json, print_checked, print_mistakes
from gateway.cli.reading import workspace_library
from gateway.cli.screen import Screen, printable
from gateway.errors import UsageError

FOUND_MISTAKES = 1
INDENT = "  "  # of a field within the one above it

ForRelease = Annotated[
    str,
    typer.Option(
        "--release", metavar="RELEASE", help="The release of X12, if not the first that the table names."
    ),
]
Names = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME...",
        help="Tables of `gateway mappings list`, code lists, cross-references; also paths and folders, such "
        "as mappings/codes.",
        show_default=False,
    ),
]
Spreadsheet = Annotated[
    Path,
    typer.Argument(metavar="FILE.xlsx", help="The spreadsheet; - reads standard input.", show_default=False),
]
Target = Annotated[
    Path,
    typer.Option("-o", "--output", metavar="FILE.xlsx", help="The spreadsheet to write.", show_default=False),
]
OwnOf = Annotated[
    str | None,
    typer.Option("--partner", metavar="NAME", help="The names are those of files of this partner's own."),
]
CheckOnly = Annotated[
    bool, typer.Option("--check", help="Show the difference and check the result, and write nothing.")
]

mappings = typer.Typer(help="Show, check and edit mapping tables and code lists.", no_args_is_help=True)


@mappings.command("list")
def list_tables(partner: PartnerName = None, release: ForRelease = "", as_json: Json = False) -> None:
    """List the tables, with how many rows and functions each has.

    With --release only those of X12 that serve it, each as it is for this release.
    """
    from gateway.mapping.check import EVERY_PARAMETER
    from gateway.mapping.describe import statistics

    library = workspace_library()
    listed = []
    for name in library.tables:
        if release and release not in library.heads(name)[1].releases:
            continue
        table = library.table(name, partner, release)
        counts = statistics(library.plan(name, EVERY_PARAMETER, partner, release))
        listed.append(
            {
                "table": name,
                "document": table.document,
                "format": str(table.format),
                "rows": counts.rows,
                "fields": counts.fields,
                "functions": counts.functions,
            }
        )
    if release and not listed:
        raise UsageError(
            f"no mapping table is for X12 release {release[:40]}; `gateway mappings list` shows all"
        )
    if as_json:
        typer.echo(json.dumps({"mappings": listed}, indent=2))
        return
    columns = ("table", "document", "format", "rows", "fields", "functions")
    rows = [tuple(str(each[column]) for column in columns) for each in listed]
    Screen().table(columns, rows, numeric=frozenset(columns[3:]), indent=0)


@mappings.command("check")
def check(as_json: Json = False) -> None:
    """Report mistakes, with file, line and a suggestion."""
    from gateway.mapping.check import check_mappings

    library = workspace_library()
    agreements = [library.agreement(name) for name in library.partner_names]
    texts, crossrefs = library.mapping_texts, library.crossref_texts()
    mistakes = check_mappings(texts, library.mapping_ground, agreements, crossrefs)
    files = len(texts) + len(crossrefs) + sum(len(each.overlays) + len(each.crossrefs) for each in agreements)
    if as_json:
        typer.echo(json.dumps(mistakes_json(mistakes), indent=2))
    else:
        print_mistakes(mistakes)
        print_checked(files, mistakes)
    if mistakes:
        raise typer.Exit(FOUND_MISTAKES)


@mappings.command("show")
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A table of `gateway mappings list`.", show_default=False)
    ],
    as_python: Annotated[
        bool, typer.Option("--python", help="Show the functions that are generated from the table.")
    ] = False,
    partner: PartnerName = None,
    release: ForRelease = "",
    as_json: Json = False,
) -> None:
    """Show each field of a table and its place.

    With --partner or --release the overlays are merged in, and each row is shown with its own file and line.
    """
    from gateway.mapping.check import EVERY_PARAMETER
    from gateway.mapping.compiled import source
    from gateway.mapping.describe import describe

    library = workspace_library()
    plan = library.plan(name, EVERY_PARAMETER, partner, release)
    if as_python:
        text = source(plan)
        typer.echo(json.dumps({"table": name, "python": text}) if as_json else text)
        return
    rows = describe(plan)
    if as_json:
        listed = [{name: getattr(row, name) for name in row.__struct_fields__} for row in rows]
        typer.echo(json.dumps({"table": name, "rows": listed}, indent=2))
        return
    typer.echo(f"{plan.name}: {plan.document.__name__} and {plan.format}")
    standing = ("Row",) if partner is not None or release else ()
    Screen().table(
        ("Field", "Place", "Codec", "Words", "Name", *standing),
        [
            tuple(
                printable(cell)
                for cell in (
                    INDENT * row.depth + row.field,
                    f"at {row.at}" if row.at else row.place,
                    row.codec,
                    row.words,
                    row.name,
                    *(f"{row.file}:{row.line}" for _ in standing),
                )
            )
            for row in rows
        ],
    )


@mappings.command("export")
def export_command(names: Names, output: Target, partner: OwnOf = None, as_json: Json = False) -> None:
    """Write tables and code lists to a spreadsheet, one a sheet.

    Cross-references likewise. What is changed there comes back with `gateway mappings import`.
    """
    from gateway.cli.spreadsheets import export_tables

    export_tables(names, output, partner, as_json=as_json)


@mappings.command("import")
def import_command(file: Spreadsheet, check: CheckOnly = False, as_json: Json = False) -> None:
    """Check in what was changed in an exported spreadsheet.

    Shows the difference row by row and checks the tables as they would be. When all is good the files are
    written, all or none; rows that were not changed keep their bytes.
    """
    from gateway.cli.spreadsheets import import_tables

    import_tables(file, check=check, as_json=as_json)
