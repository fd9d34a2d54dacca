"""The commands that show what the gateway knows: codes, schemas, mappings."""

from __future__ import annotations

import json

import typer

from gateway.bootstrap import X12_SCHEMAS, Library
from gateway.cli.options import Json, workspace_library
from gateway.cli.output import mistakes_json, print_mistakes, terminal
from gateway.codes import CATALOGUE, FAMILIES, Code
from gateway.errors import UsageError
from gateway.schema.check import check, partial_lists
from gateway.schema.show import segment_text, set_text

FOUND_MISTAKES = 1

schemas = typer.Typer(help="The definitions of X12 releases.", no_args_is_help=True)


def register(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("codes")(codes)
    application.add_typer(schemas, name="schemas")


def codes(as_json: Json = False) -> None:
    """List every kind of finding, what it means and what to do."""
    if as_json:
        typer.echo(json.dumps({"codes": [_code(code) for code in CATALOGUE.values()]}, indent=2))
        return
    console = terminal()
    for family, members in FAMILIES:
        console.print(f"\n{family}", style="bold")
        for code in members:
            tolerable = "  (tolerable)" if code.tolerable else ""
            console.print(f"  {code.severity.value:<8} {code.code}  {code.title}{tolerable}", soft_wrap=True)


def _code(code: Code) -> dict[str, object]:
    reported = {
        name: value
        for name in ("ak304", "ak403", "ak502", "ak905", "ta105")
        if (value := getattr(code, name)) is not None
    }
    return {
        "code": code.code,
        "severity": code.severity.value,
        "title": code.title,
        "why": code.why,
        "remedy": code.remedy,
        "tolerable": code.tolerable,
        **reported,
    }


@schemas.command("list")
def list_schemas(as_json: Json = False) -> None:
    """List the installed releases and their transaction sets."""
    installed = [
        {"release": release.release, "set": name, "name": definition.name}
        for release in workspace_library().releases.values()
        for name, definition in release.sets.items()
    ]
    if as_json:
        typer.echo(json.dumps({"schemas": installed}, indent=2))
        return
    for each in installed:
        typer.echo(f"{each['release']}  {each['set']}  {each['name']}")


@schemas.command("check")
def check_schemas(as_json: Json = False) -> None:
    """Report every mistake in the definitions, and which code lists are partial."""
    library = workspace_library()
    mistakes = check(library.workspace.texts(X12_SCHEMAS))
    partial = [] if mistakes else _partial_lists(library)
    if as_json:
        typer.echo(json.dumps({**mistakes_json(mistakes), "partial_code_lists": partial}, indent=2))
    else:
        print_mistakes(mistakes)
        typer.echo("Partial code lists: an unlisted code is a warning there, not an error.")
        for each in partial:
            typer.echo(f"  {each['release']}  {each['element']:>5}  {each['codes']:>4} codes  {each['name']}")
    if mistakes:
        raise typer.Exit(FOUND_MISTAKES)


def _partial_lists(library: Library) -> list[dict[str, str | int]]:
    return [
        {"release": release.release, "element": use.element, "name": use.name, "codes": use.count}
        for release in library.releases.values()
        for use in partial_lists(release)
    ]


@schemas.command("show")
def show_schema(name: str, release: str = "004010", as_json: Json = False) -> None:
    """Show a transaction set (850) or a segment (PO1) of a release."""
    known = workspace_library().releases.get(release)
    if known is None:
        raise UsageError(f"release {release} is not installed; `gateway schemas list` shows what is")
    if name in known.sets:
        text = set_text(known.sets[name])
    elif name.upper() in known.segments:
        text = segment_text(known.segments[name.upper()])
    else:
        raise UsageError(f"{release} has no set or segment {name}; `gateway schemas list` shows the sets")
    typer.echo(json.dumps({"release": release, "name": name, "text": text}) if as_json else text)
