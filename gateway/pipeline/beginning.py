"""What a JSON file holds, told from its beginning: canonical documents, those of SP-API, or others."""

from __future__ import annotations

import re

import msgspec

from gateway.formats import json
from gateway.formats.detect import Format
from gateway.formats.json import Json
from gateway.spapi.contents import contents

__all__ = ["Beginning", "json_beginning"]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\],]')
_CLOSERS = {"{": "}", "[": "]"}


class Beginning(msgspec.Struct, frozen=True):
    """What a beginning tells: `format` is `json` when it does not tell enough.

    `kind` names the documents: `order`, or `PurchaseOrder` of canonical ones; "" where that is not told.
    """

    format: Format
    kind: str = ""
    empty: bool = False


def json_beginning(head: bytes, *, whole: bool) -> Beginning:
    """What a file that begins like this holds; `whole` when this is all of it."""
    text = head.decode("utf-8-sig", "ignore")
    tree = json.parse(text.encode())[0] if whole else None
    if tree is None:
        whole, tree = False, json.parse(_closed(text).encode())[0]
    if tree == [] and whole:
        return Beginning(Format.CANONICAL)
    if tree in ({}, []):
        return Beginning(Format.JSON, empty=whole)
    if isinstance(tree, list) and len(tree) > 1 and not whole:
        tree = tree[:-1]  # the last one is cut off, and lacks what would tell its kind
    kinds = _canonical_kinds(tree)
    if kinds:
        return Beginning(Format.CANONICAL, ", ".join(kinds))
    held = contents(tree) if tree is not None else None
    if held is None:
        return Beginning(Format.JSON)
    return Beginning(Format.SPAPI, held.kind.value if held.kind else "")


def _canonical_kinds(tree: Json) -> list[str]:
    entries = tree if isinstance(tree, list) else [tree]
    kinds = [entry.get("document") if isinstance(entry, dict) else None for entry in entries]
    named = [kind for kind in kinds if isinstance(kind, str)]
    return sorted(set(named)) if len(named) == len(kinds) else []


def _closed(text: str) -> str:
    """The text up to the last value that is whole, with what is open there closed."""
    stack: list[str] = []
    end, closers = 0, ""
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "{[":
            stack.append(_CLOSERS[mark])
            end, closers = token.end(), "".join(reversed(stack))
        elif mark in "}]":
            if stack:
                stack.pop()
            end, closers = token.end(), "".join(reversed(stack))
        elif mark == ",":
            end, closers = token.start(), "".join(reversed(stack))
    return text[:end] + closers
