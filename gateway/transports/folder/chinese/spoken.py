"""Which placeholders of a message are filled with words of ours, by code.

All others hold names, numbers or text of the file, which are alike in every language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["LISTED", "MIXED", "SPOKEN"]

SPOKEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "acknowledgment-contradiction": ("problem",),
        "acknowledgment-element": ("expected",),
        "canonical-type": (
            "found",
            "expected",
        ),
        "canonical-value": ("expected",),
        "changed-value-missing": ("missing",),
        "code-unknown": ("hint",),
        "crossref-missed": ("what",),
        "crossref-value": ("reason",),
        "documents-mixed": ("other",),
        "element-character": ("problem",),
        "element-conditional-missing": ("rule",),
        "envelope-without-end": ("limit",),
        "file-too-large": ("limit",),
        "files-unclear": ("problem",),
        "fixed-field": ("reason",),
        "fixed-not-written": ("reason",),
        "fixed-record-order": ("reason",),
        "fixed-record-unknown": ("hint",),
        "flat-code-unknown": ("hint",),
        "flat-column-missing": ("hint",),
        "flat-column-unknown": ("hint",),
        "flat-delimiter": (
            "value",
            "expected",
        ),
        "flat-key-held": ("other",),
        "flat-quote": ("problem",),
        "flat-too-large": ("limit",),
        "group-element": ("problem",),
        "gs06-invalid": ("problem",),
        "guide-element-code": ("doubt",),
        "guide-element-missing": ("doubt",),
        "guide-element-not-used": ("doubt",),
        "guide-element-repetitions": ("doubt",),
        "guide-element-too-long": ("doubt",),
        "guide-element-too-short": ("doubt",),
        "guide-loop-too-many": (
            "what",
            "doubt",
        ),
        "guide-segment-missing": (
            "what",
            "doubt",
        ),
        "guide-segment-not-used": (
            "what",
            "doubt",
        ),
        "guide-segment-too-many": (
            "what",
            "doubt",
        ),
        "held-for-release": ("problem",),
        "hl-child-flag": ("actual",),
        "hl-id": ("problem",),
        "hl-level": ("where",),
        "hl-parent": ("problem",),
        "identifier-check-digit": ("kind",),
        "identifier-malformed": (
            "kind",
            "reason",
        ),
        "interchange-element": ("problem",),
        "interchange-not-found": ("limit",),
        "isa-separators-clash": (
            "first",
            "second",
        ),
        "json-length": (
            "actual",
            "limit",
        ),
        "json-pattern": ("form",),
        "json-syntax": ("problem",),
        "json-too-large": ("limit",),
        "json-type": (
            "actual",
            "expected",
        ),
        "mapping-column-missing": ("stands",),
        "mapping-unclear": ("problem",),
        "mapping-value": ("reason",),
        "no-onward": ("problem",),
        "parameter-unknown": ("what",),
        "revision-unsayable": ("problem",),
        "rows-of-no-document": ("reason",),
        "segment-outside-group": ("more",),
        "segment-outside-set": ("more",),
        "segment-too-long": ("limit",),
        "set-not-translated": ("limit",),
        "set-too-large": ("limit",),
        "shape-refused": ("problem",),
        "st01-invalid": ("problem",),
        "st02-invalid": ("problem",),
        "written-not-valid": ("problem",),
        "wrong-usage": ("kind",),
        "xml-rule": ("rule",),
        "xml-syntax": ("problem",),
        "xml-too-large": ("limit",),
        "xml-value": ("form",),
    }
)
"""Always words of ours, or those of a library or of the files of a workspace."""

MIXED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "canonical-document": ("value",),
        "fixed-constant-differs": ("value",),
        "fixed-count-differs": ("value",),
        "fixed-not-in-layout": ("value",),
        "fixed-not-written": ("value",),
        "identity-mismatch": ("side",),
        "lines-differ": ("other",),
        "mapping-value": ("value",),
        "no-agreement": (
            "value",
            "format",
        ),
        "no-mapping": (
            "document",
            "format",
        ),
        "not-carried": (
            "documents",
            "format",
        ),
        "filled-by-default": ("format",),
        "read-back-differs": ("format",),
        "receipt-contradicts": ("value",),
        "receipt-unclear": ("value",),
        "rows-differ": ("other",),
        "rows-without-key": ("value",),
        "spapi-repaired": ("used",),
        "xml-charset": ("allowed",),
        "xml-document-unknown": ("allowed",),
        "xml-unexpected": ("expected",),
    }
)
"""Text of the file or a name, and now and then words of ours."""

LISTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "canonical-one-of": ("alternatives",),
        "crossref-ambiguous": ("rows",),
        "filled-by-default": (
            "places",
            "rows",
        ),
        "not-carried": ("fields",),
    }
)
"""Names with `and` between them."""
