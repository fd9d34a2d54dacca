"""The usual ways to give the commands of every day, understood without the parser of arguments.

To load the parser and to build the options of all commands takes longer than to check a small file. Whatever
is said in another way, or wrongly, is left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from gateway.formats.detect import Format

PARTNER = {"--partner": "partner"}
DELIVERY = {"--channel": "channel", "--key": "key"}
TRANSLATION = {
    **PARTNER,
    "--to": "target",
    "-o": "output",
    "--output": "output",
    "--control-numbers": "numbers",
    "--at": "at",
}


class Said(msgspec.Struct, frozen=True):
    """The words after a command: files, options by what they are for, and whether the report is JSON."""

    paths: list[Path]
    options: Mapping[str, str]
    as_json: bool


def plain_command(arguments: Sequence[str]) -> Callable[[], int] | None:
    """What runs `gateway validate`, `view`, `translate`, `receive` or `status`; None for the parser.

    It gives the exit code.
    """
    name, *words = arguments or [""]
    if name in ("validate", "view"):
        said = _said(words, PARTNER)
        if said is None or (name == "view" and len(said.paths) > 1):
            return None
        return partial(_check if name == "validate" else _view, said)
    if name in ("receive", "status"):
        said = _said(words, DELIVERY if name == "receive" else {}, files=name == "receive")
        if name == "status" and said is not None:
            return partial(_status, said)
        if said is not None and len(said.paths) == 1 and "channel" in said.options:
            return partial(_receive, said)
        return None
    if name == "translate":
        from gateway.cli.option_texts import SourceFormat

        said = _said(words, TRANSLATION)
        if said is not None and said.options.get("target") in [each.value for each in SourceFormat]:
            return partial(_translate, said)
    return None


def _said(words: Sequence[str], options: Mapping[str, str], *, files: bool = True) -> Said | None:
    """Words of which each option stands once, with a text that is no option itself; else None.

    None too when there are no files and there should be, or there are and should not.
    """
    paths: list[Path] = []
    held: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        meant = options.get(word)
        if meant is not None:
            text = next(rest, "")
            if meant in held or not text or text.startswith("-"):
                return None
            held[meant] = text
        elif not word.startswith("-"):
            paths.append(Path(word))
        elif word != "--json":
            return None
    return Said(paths, held, "--json" in words) if bool(paths) == files else None


def _check(said: Said) -> int:
    from gateway.cli.checking import checked

    return checked(said.paths, partner=said.options.get("partner"), as_json=said.as_json)


def _view(said: Said) -> int:
    from gateway.cli.viewing import viewed

    return viewed(said.paths[0], None, said.options.get("partner"), as_json=said.as_json)


def _receive(said: Said) -> int:
    from gateway.cli.serviced import received

    return received(said.paths[0], said.options["channel"], said.options.get("key"), as_json=said.as_json)


def _status(said: Said) -> int:
    from gateway.cli.serviced import status_shown

    return status_shown(as_json=said.as_json)


def _translate(said: Said) -> int:
    from gateway.cli.option_texts import FIRST_NUMBERS
    from gateway.cli.translating import Wanted, translated

    options = said.options
    wanted = Wanted(
        Format(options["target"]),
        partner=options.get("partner"),
        numbers=options.get("numbers", FIRST_NUMBERS),
        at=options.get("at"),
        output=Path(options["output"]) if "output" in options else None,
    )
    return translated(said.paths, wanted, as_json=said.as_json)
