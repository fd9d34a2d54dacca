"""The commands that show what the gateway knows: codes, schemas, mappings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import Json, PartnerName
from gateway.cli.output import mistakes_json, print_mistakes
from gateway.cli.reading import workspace_library
from gateway.cli.screen import Screen, printable
from gateway.codes import CATALOGUE, FAMILIES, Code
from gateway.errors import UsageError
from gateway.formats.x12.definitions import Release
from gateway.schema.check import check, partial_lists
from gateway.schema.show import codes_text, segment_text, set_text
from gateway.standards import X12_SCHEMAS

if TYPE_CHECKING:
    from gateway.bootstrap import Library

FOUND_MISTAKES = 1

schemas = typer.Typer(help="Show and check the definitions of X12.", no_args_is_help=True)


def register(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("codes")(codes)
    application.add_typer(schemas, name="schemas")


def codes(as_json: Json = False) -> None:
    """List every kind of finding; with --json in full."""
    if as_json:
        typer.echo(json.dumps({"codes": [_code(code) for code in CATALOGUE.values()]}, indent=2))
        return
    screen = Screen()
    for family, members in FAMILIES:
        screen.line()
        screen.line((family, "bold"))
        for code in members:
            tolerable = "  (tolerable)" if code.tolerable else ""
            screen.line(f"  {code.severity.value:<8} {code.code}  {code.title}{tolerable}", hang=11)


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
        "guide": code.guide,
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
    """Report mistakes in definitions and guides, and partial lists."""
    library = workspace_library()
    mistakes = check(library.workspace.texts(X12_SCHEMAS))
    if not mistakes:  # guides are held against definitions that are sound
        mistakes = tuple(each for name in library.partner_names for each in library.guide_mistakes(name))
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
def show_schema(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A set (850), a segment (PO1) or an element (353).", show_default=False
        ),
    ],
    release: Annotated[
        str, typer.Option("--release", metavar="RELEASE", help="The release of X12.")
    ] = "004010",
    partner: PartnerName = None,
    as_json: Json = False,
) -> None:
    """Show a transaction set, a segment, or the codes of an element.

    With a partner, a set as its guide leaves it.
    """
    library = workspace_library()
    if partner is not None:
        _show_narrowed(library, partner, name, release, as_json)
        return
    known = library.releases.get(release)
    if known is None:
        raise UsageError(f"release {release} is not installed; `gateway schemas list` shows what is")
    text = _definition(name, known) or _definition(name, library.envelope)
    if text is None:
        raise UsageError(
            f"{release} has no set, segment or element {name}; `gateway schemas list` shows the sets, "
            "`gateway schemas show 850` the segments of one, `gateway schemas show PO1` the elements of one"
        )
    typer.echo(json.dumps({"release": release, "name": name, "text": text}) if as_json else text)


def _show_narrowed(library: Library, partner: str, name: str, release: str, as_json: bool) -> None:
    from gateway.schema.guides.show import narrowed_text, statements_json

    library.partner(partner)
    guides = library.guides(partner)
    narrowed = guides.get((release, name))
    if narrowed is None:
        known = ", ".join(f"{each} of {of}" for of, each in sorted(guides))
        has = f"it has guides to the {known}" if known else "it has no guides"
        raise UsageError(f"{partner} has no guide to a set {name} of {release}; {has}")
    text = narrowed_text(narrowed)
    if as_json:
        statements = statements_json(narrowed.guide)
        shown = {"release": release, "name": name, "partner": partner, "text": text, "statements": statements}
        typer.echo(json.dumps(shown))
    else:
        typer.echo("\n".join(map(printable, text.split("\n"))))


def _definition(name: str, known: Release) -> str | None:
    if name in known.sets:
        return set_text(known.sets[name])
    if name.upper() in known.segments:
        return segment_text(known.segments[name.upper()])
    element = known.elements.get(name.upper())
    return codes_text(element) if element is not None else None
