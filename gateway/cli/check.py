"""`gateway check`: every mistake of a workspace before anything runs with it."""

from __future__ import annotations

import typer

from gateway.cli.options import Json
from gateway.cli.output import mistakes_json, print_checked, print_mistakes
from gateway.cli.reading import workspace_library
from gateway.cli.screen import tell_json

FOUND_MISTAKES = 1


def register(application: typer.Typer) -> None:
    """Add the command of this module."""
    application.command("check")(check)


def check(as_json: Json = False) -> None:
    """Report every mistake of the workspace at once.

    Each has its file, its line and what may have been meant. Looks at settings, partners and their
    agreements, guides, tables, overlays, cross-references, code lists and definitions. Exit code 1 when
    there is a mistake.
    """
    from gateway.checked import check_workspace

    checked = check_workspace(workspace_library())
    if as_json:
        tell_json(mistakes_json(checked.mistakes))
    else:
        print_mistakes(checked.mistakes)
        print_checked(checked.files, checked.mistakes)
    if checked.mistakes:
        raise typer.Exit(FOUND_MISTAKES)
