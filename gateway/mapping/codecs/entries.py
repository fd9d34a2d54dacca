"""The codec of maps in XML: one element for each entry, its key in an attribute, its value as its text."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.mapping.bound import ENTRY_TEXT, FieldKind
from gateway.mapping.cells import CellError
from gateway.mapping.codec import Codec
from gateway.mapping.codecs.model import Setting, refuse, text_of
from gateway.mapping.codecs.moments import moment
from gateway.mapping.plan import FormatKind

__all__ = ["entries"]


def entries(setting: Setting) -> Codec:
    """`entries(type)`: a map as repeated elements, the key in the attribute named."""
    setting.expect(FieldKind.MAP, FieldKind.MOMENTS, arguments=(1, 1))
    if setting.format is not FormatKind.XML:
        raise CellError("`entries` is for XML; in X12 write `pairs(…)`, elsewhere a row for each key")
    key = f"@{setting.arguments[0]}"
    inner = Codec("text", text_of, text_of)
    if setting.fields[0] is FieldKind.MOMENTS:
        inner = moment(Setting(format=setting.format, fields=(FieldKind.MOMENT,), zone=setting.zone))

    def read(value: object) -> dict[str, object] | None:
        found: dict[str, object] = {}
        for entry in value if isinstance(value, list) else [value]:
            name, text = (entry.get(key), entry.get(ENTRY_TEXT)) if isinstance(entry, dict) else (None, None)
            if not isinstance(name, str) or text is None:
                raise refuse(entry, f"an element with the attribute {key[1:]} and a text is expected here")
            if name in found:
                raise refuse(name, f"the {key[1:]} stands on two elements here")
            found[name] = inner.read(text)
        return found or None

    def write(value: Mapping[str, object]) -> list[dict[str, object]]:
        return [{key: name, ENTRY_TEXT: inner.write(held)} for name, held in value.items()]

    return Codec("entries", read, write, entries=key)
