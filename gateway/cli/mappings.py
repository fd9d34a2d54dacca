"""The commands about mapping tables: list, check, show."""

from __future__ import annotations

import json
from typing import Annotated

import msgspec
import typer

from gateway.cli.options import Json, workspace_library
from gateway.cli.output import mistakes_json, print_mistakes, printable
from gateway.mapping.check import EVERY_PARAMETER, check_mappings
from gateway.mapping.compiled import source
from gateway.mapping.describe import DescribedRow, describe, statistics

FOUND_MISTAKES = 1

mappings = typer.Typer(help="Show and check mapping tables and code lists.", no_args_is_help=True)


@mappings.command("list")
def list_tables(as_json: Json = False) -> None:
    """List the tables, with how many rows and functions each has."""
    library = workspace_library()
    listed = []
    for name, table in library.tables.items():
        counts = statistics(library.plan(name, EVERY_PARAMETER))
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
    if as_json:
        typer.echo(json.dumps({"mappings": listed}, indent=2))
        return
    typer.echo(f"{'table':<22}{'document':<21}{'format':<28}{'rows':>5}{'fields':>8}{'functions':>11}")
    for each in listed:
        names = f"{each['table']:<22}{each['document']:<21}{each['format']:<28}"
        typer.echo(f"{names}{each['rows']:>5}{each['fields']:>8}{each['functions']:>11}")


@mappings.command("check")
def check(as_json: Json = False) -> None:
    """Report mistakes, with file, line and a suggestion."""
    library = workspace_library()
    mistakes = check_mappings(library.mapping_texts, library.mapping_ground)
    if as_json:
        typer.echo(json.dumps(mistakes_json(mistakes), indent=2))
    else:
        print_mistakes(mistakes)
        typer.echo(f"{len(library.mapping_texts)} files checked, {len(mistakes)} mistakes found.")
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
    as_json: Json = False,
) -> None:
    """Show each field of a table and its place."""
    library = workspace_library()
    plan = library.plan(name, EVERY_PARAMETER)
    if as_python:
        text = source(plan)
        typer.echo(json.dumps({"table": name, "python": text}) if as_json else text)
        return
    rows = describe(plan)
    if as_json:
        typer.echo(json.dumps({"table": name, "rows": msgspec.to_builtins(rows)}, indent=2))
        return
    typer.echo(f"{plan.name}: {plan.document.__name__} and {plan.format}")
    for row in rows:
        typer.echo(printable(_line(row)))


def _line(row: DescribedRow) -> str:
    field = "  " * row.depth + row.field
    if row.at:
        return f"  {field:<40}at {row.at}"
    return f"  {field:<40}{row.place:<34}{row.codec:<22}{row.words:<22}{row.name}".rstrip()
