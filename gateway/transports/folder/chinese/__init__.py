"""The closed table of Chinese texts, for every code that can befall a file. Spreadsheets of tables are no
such files: whoever checks them in reads the answer of a command."""

from __future__ import annotations

from types import MappingProxyType

from gateway.transports.folder.chinese import (
    canonical,
    exchange,
    files,
    fixed,
    flat,
    json_xml,
    mapping,
    translation,
    x12_content,
    x12_envelopes,
)

CHINESE = MappingProxyType(
    files.TEXTS
    | flat.TEXTS
    | fixed.TEXTS
    | json_xml.TEXTS
    | x12_envelopes.TEXTS
    | x12_content.TEXTS
    | mapping.TEXTS
    | translation.TEXTS
    | canonical.TEXTS
    | exchange.TEXTS
)
