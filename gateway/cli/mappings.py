"""The commands about mapping tables: list, check, show."""

from __future__ import annotations

import json

import typer

from gateway.cli.options import Json, workspace_library
from gateway.cli.output import mistakes_json, print_mistakes
from gateway.mapping.check import check_mappings

FOUND_MISTAKES = 1

mappings = typer.Typer(help="The mapping tables and code lists.", no_args_is_help=True)


@mappings.command("check")
def check(as_json: Json = False) -> None:
    """Report every mistake in mapping tables and code lists, with file, line and a suggestion."""
    library = workspace_library()
    mistakes = check_mappings(library.mapping_texts, library.mapping_ground)
    if as_json:
        typer.echo(json.dumps(mistakes_json(mistakes), indent=2))
    else:
        print_mistakes(mistakes)
        typer.echo(f"{len(library.mapping_texts)} files checked, {len(mistakes)} mistakes found.")
    if mistakes:
        raise typer.Exit(FOUND_MISTAKES)
