"""The commands about partners: list, check, show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import Json
from gateway.cli.output import mistakes_json, print_checked, print_mistakes
from gateway.cli.reading import workspace_library
from gateway.cli.screen import Screen, printable
from gateway.errors import Mistake

if TYPE_CHECKING:
    from gateway.bootstrap import Library

FOUND_MISTAKES = 1

partners = typer.Typer(help="Show and check the partners of the workspace.", no_args_is_help=True)

Name = Annotated[
    str,
    typer.Argument(metavar="NAME", help="A partner of `gateway partners list`.", show_default=False),
]


@partners.command("list")
def list_partners(as_json: Json = False) -> None:
    """List the partners, with their names in envelopes and what is agreed."""
    library = workspace_library()
    listed = []
    for name in library.partner_names:
        partner = library.partner(name)
        listed.append(
            {
                "partner": name,
                "identity": str(partner.partner or ""),
                "own": str(partner.own or ""),
                "channels": len(partner.channels),
                "agreements": len(partner.agreements),
                "overlays": len(library.overlay_texts(name)),
                "description": partner.description,
            }
        )
    if as_json:
        typer.echo(json.dumps({"partners": listed}, indent=2))
        return
    counts = ("channels", "agreements", "overlays")
    columns = ("partner", "identity", "own", *counts, "description")
    rows = [tuple(printable(str(each[column] or "")) for column in columns) for each in listed]
    Screen().table(columns, rows, numeric=frozenset(counts), indent=0)


@partners.command("check")
def check(as_json: Json = False) -> None:
    """Report mistakes in partner files, overlays and guides."""
    library = workspace_library()
    mistakes: list[Mistake] = []
    files = 0
    for name in library.partner_names:
        files += 1 + len(library.overlay_texts(name)) + len(library.guide_texts(name))
        mistakes += _mistakes(library, name)
    mistakes += library.mistakes_across()
    if as_json:
        typer.echo(json.dumps(mistakes_json(mistakes), indent=2))
    else:
        print_mistakes(mistakes)
        print_checked(files, mistakes)
    if mistakes:
        raise typer.Exit(FOUND_MISTAKES)


def _mistakes(library: Library, name: str) -> list[Mistake]:
    from gateway.mapping.check import check_overlays

    mistakes: list[Mistake] = []
    mistakes += library.read_partner(name).mistakes
    agreement = library.agreement(name)
    mistakes += library.guide_mistakes(name)
    return [*mistakes, *check_overlays(library.mappings, library.mapping_library, agreement)]


@partners.command("show")
def show(name: Name, as_json: Json = False) -> None:
    """Show every setting of a partner, its channels and its agreements.

    Overlays and guides are named. What its file leaves out is shown with its default.
    """
    import msgspec

    library = workspace_library()
    partner = library.partner(name)
    overlays = {table: [each.file for each in files] for table, files in library.overlays(name).items()}
    guides = list(library.guide_texts(name))
    if as_json:
        settings: object = msgspec.to_builtins(partner)
        shown = {"name": name, "settings": settings, "overlays": overlays, "guides": guides}
        typer.echo(json.dumps(shown, indent=2))
        return
    from gateway.cli.partners_shown import show_partner

    rows = [(f"overlay of {table}", file) for table, files in overlays.items() for file in files]
    show_partner(name, partner, [*rows, *(("guide", file) for file in guides)])
