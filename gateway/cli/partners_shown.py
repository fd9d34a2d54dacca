"""How a partner is shown to people: its settings, its channels, its agreements and what each of them says."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gateway.agreements.agreement import Agreement
from gateway.agreements.channel import Channel, Folders
from gateway.agreements.partner import Partner
from gateway.cli.screen import Screen, printable
from gateway.formats.yaml_records import BYTES, DURATION
from gateway.formats.yaml_units import duration_text, size_text

__all__ = ["show_partner"]

NAMED = ("description", "channels", "agreements", "calendars")
IN_COLUMNS = ("partner", "name", "direction", "document", "format", "channel", "to", "description")
UNITS = {BYTES["unit"]: size_text, DURATION["unit"]: duration_text}

SIDES = ("partner", "own")

Row = tuple[str, ...]


def show_partner(name: str, partner: Partner, more: list[Row]) -> None:
    """A partner on the screen. `more` are rows beside its settings."""
    screen = Screen()
    screen.line(f"{name}: {printable(partner.description)}")
    screen.table(("Setting", "Value"), [*_of_partner(partner), *more])
    _block(screen, ("Channel", "Use", "In", "Out", "Whole by", "Replies"), _channels(partner))
    _block(screen, ("Agreement", "Way", "Document", "Format", "Channel", "To"), _agreements(partner))
    _block(screen, ("Agreement", "Agreed", "Value"), _agreed(partner))
    _block(screen, ("Calendar", "Days", "Holidays"), _calendars(partner))


def _of_partner(partner: Partner) -> Iterator[Row]:
    """Its settings; names that nobody knows it by, and X12 where it has none, are left out."""
    left = NAMED if partner.partner is not None else (*NAMED, "x12")
    for key, value in _settings(partner):
        part = key.partition(".")[0]
        if part not in left and (value or part not in SIDES):
            yield key, value


def _block(screen: Screen, header: Row, rows: list[Row]) -> None:
    if rows:
        screen.line()
        screen.table(header, [tuple(map(printable, row)) for row in rows])


def _channels(partner: Partner) -> list[Row]:
    return [
        _channel(name, channel, channel.folder or Folders()) for name, channel in partner.channels.items()
    ]


def _channel(name: str, channel: Channel, folder: Folders) -> Row:
    replies = f"{folder.replies.form} ({folder.replies.language})" if folder.replies is not None else ""
    whole = folder.whole.by.value if folder.into is not None else ""
    return (name, channel.usage, folder.into or "", folder.out or "", whole, replies)


def _agreements(partner: Partner) -> list[Row]:
    several = len(partner.channels) > 1
    return [
        (name, each.direction, each.document, each.format, each.channel * several, ", ".join(each.to))
        for name, each in partner.agreements.items()
    ]


def _agreed(partner: Partner) -> list[Row]:
    """What agreements say that has no column, where it is not what holds anyway."""
    rows: list[Row] = []
    for name, agreement in partner.agreements.items():
        usual = Agreement(
            partner=agreement.partner,
            name=name,
            direction=agreement.direction,
            document=agreement.document,
            format=agreement.format,
            channel=agreement.channel,
        )
        held = dict(_settings(usual))
        rows += [
            (name, key, value)
            for key, value in _settings(agreement)
            if held.get(key) != value and key.partition(".")[0] not in IN_COLUMNS
        ]
    return rows


def _calendars(partner: Partner) -> list[Row]:
    return [
        (name, ", ".join(each.days), ", ".join(map(str, each.holidays)))
        for name, each in partner.calendars.items()
    ]


def _settings(record: msgspec.Struct, path: str = "") -> Iterator[tuple[str, str]]:
    """Each setting with the keys that lead to it, and its value as a partner file says it."""
    for field in msgspec.structs.fields(record):
        value, key = getattr(record, field.name), f"{path}{field.encode_name}"
        if isinstance(value, msgspec.Struct):
            yield from _settings(value, f"{key}.")
        elif isinstance(value, dict):
            yield from ((f"{key}.{inner}", printable(str(held))) for inner, held in value.items())
        else:
            yield key, printable(_text(value, field.type))


def _text(value: object, written: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    extra: dict[str, str] = next(
        (meta.extra for meta in getattr(written, "__metadata__", ()) if meta.extra), {}
    )
    shown = UNITS.get(extra.get("unit", ""))
    return shown(value) if shown is not None and isinstance(value, int) else str(value)
