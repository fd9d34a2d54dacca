"""Canonical JSON: documents to text and back. The field `document` of each names its type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from types import MappingProxyType

import msgspec

from gateway.documents import DOCUMENTS, Document
from gateway.documents.accept import accepts
from gateway.documents.judge import faults_of_tree
from gateway.documents.walk import kind_of
from gateway.errors import GatewayError
from gateway.findings import Finding, Location, found
from gateway.formats.json import Json, indented, listed, parse
from gateway.formats.json_pointer import child

__all__ = ["Decoded", "decode", "decode_tree", "encode", "encode_all"]

_KINDS = MappingProxyType({kind.__name__: kind for kind in DOCUMENTS})


class Decoded(msgspec.Struct, frozen=True):
    """What a canonical file held: each document in its order, `None` for one at fault, and all findings."""

    documents: tuple[Document | None, ...]
    findings: tuple[Finding, ...]


def encode(documents: Document | Sequence[Document]) -> bytes:
    """The canonical JSON of one document, or of several as an array: UTF-8, indented, with a line end.

    Fields stand in the order of the record, those that say nothing are left out. `GatewayError` for text that
    UTF-8 cannot write (half a character), since only a fault of ours can have let it in.
    """
    return indented(_packed(documents)) + b"\n"


def encode_all(documents: Iterable[Document]) -> bytes | None:
    """The same of an array, of which each document was read back; None where one reads as something else."""
    parts = []
    for document in documents:
        part = _read_back(document)
        if part is None:
            return None
        parts.append(part)
        del part
    return listed(parts)


def _packed(documents: Document | Sequence[Document]) -> bytes:
    try:
        return msgspec.json.encode(documents)
    except UnicodeEncodeError as error:
        raise GatewayError(f"a canonical document holds a text that cannot be written: {error}") from error


def _read_back(document: Document) -> bytes | None:
    """The packed text of a document, which is valid and reads as this document; None where it is not.

    Of a long document no more than one other document and one text are held at a time.
    """
    part = _packed(document)
    digest = sha256(part).digest()
    try:
        again = msgspec.json.decode(part, type=type(document))
    except msgspec.DecodeError:
        return None
    del part
    if again == document and accepts(again):
        part = msgspec.json.encode(again)
        if sha256(part).digest() == digest:
            return part
    part = _packed(document)
    return part if decode(part).documents == (document,) else None


def decode(data: bytes) -> Decoded:
    """The documents of canonical JSON, one or an array of them. No input raises.

    The documents that are good are there, whatever is wrong with the others. A file that is no JSON holds
    none.
    """
    tree, findings = parse(data)
    if tree is None and findings:
        return Decoded((), findings)
    if not isinstance(tree, list):
        document, faults = decode_tree(tree)
        return Decoded((document,), findings + faults)
    documents: list[Document | None] = []
    collected = list(findings)
    for index, entry in enumerate(tree):
        document, faults = decode_tree(entry, child("", index))
        documents.append(document)
        collected.extend(faults)
    return Decoded(tuple(documents), tuple(collected))


def decode_tree(tree: Json, pointer: str = "") -> tuple[Document | None, tuple[Finding, ...]]:
    """The document of a parsed JSON tree, or every fault of it; `pointer` is where it stands in its file."""
    if not isinstance(tree, dict):
        return None, (found("canonical-document", Location(pointer=pointer), kind_of(tree)),)
    name = tree.get("document")
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        place = Location(pointer=child(pointer, "document"))
        shown = name if isinstance(name, str) else kind_of(name)
        return None, (found("canonical-document", place, shown),)
    document = _converted(tree, kind)
    if document is not None and accepts(document) and _writes_back(document, tree):
        return document, ()
    faults = faults_of_tree(tree, kind, pointer)
    if not faults and document is None:
        raise GatewayError(f"the schema of {name} allows what its record cannot hold")
    return (None, faults) if faults else (document, ())


def _converted(tree: Json, kind: type[Document]) -> Document | None:
    try:
        return msgspec.convert(tree, kind)
    except msgspec.ValidationError:
        return None


def _writes_back(document: Document, tree: Json) -> bool:
    """Whether the document says exactly what the tree says.

    The typed decode lets through what the schema does not, such as blanks in a number, or `null`.
    """
    return bool(msgspec.json.decode(msgspec.json.encode(document)) == tree)
