"""Places of JSON values that no row claims, as `ext` keeps them: `importDetails`, `items[2].note`, `marks[]`.

A key that could be taken for more than a key is written as a JSON pointer, `/a.b/0`. The text is that of the
JSON value; a tuple under `marks[]` holds the elements of an array that no block took.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from gateway.formats import json as json_text
from gateway.formats.json import Json

__all__ = ["Part", "key_of", "parse_json_key", "text_of_json", "value_of_json"]

Part = str | int

_PLAIN = re.compile(r"[^.\[\]/#~]+")
_PARTS = re.compile(r"(?:^|\.)([^.\[\]/]+)|\[([0-9]{1,9})\]")
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def key_of(parts: Sequence[Part]) -> str:
    """The place of a value: keys and positions from the object of the block."""
    if all(isinstance(part, int) or _PLAIN.fullmatch(part) for part in parts):
        return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(
            "."
        )
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def parse_json_key(key: str) -> tuple[Part, ...] | None:
    """The keys and positions of a kept place; None for what is none."""
    if key.startswith("/"):
        parts = [part.replace("~1", "/").replace("~0", "~") for part in key[1:].split("/")]
        return tuple(int(part) if re.fullmatch("[0-9]{1,9}", part) else part for part in parts)
    found: list[Part] = []
    end = 0
    for match in _PARTS.finditer(key):
        if match.start() != end:
            return None
        end = match.end()
        found.append(match[1] if match[1] is not None else int(match[2]))
    return tuple(found) if found and end == len(key) else None


def text_of_json(value: object) -> str:
    """The JSON text of a value, in one line."""
    return _ENCODER.encode(value).decode()


def value_of_json(text: str) -> tuple[bool, Json]:
    """Whether a kept text is JSON, and its value."""
    value, findings = json_text.parse(text.encode())
    return not findings, value
