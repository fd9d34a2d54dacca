"""Files of every format to canonical documents: read, checked against their format, mapped, checked again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from gateway.documents.codec import decode_tree
from gateway.findings import Finding, Location, found, has_errors
from gateway.formats import json
from gateway.formats.delimited import MAX_BYTES
from gateway.formats.detect import Format, is_blank
from gateway.formats.json import Json
from gateway.formats.json_pointer import child
from gateway.formats.xml_text import MAX_XML_BYTES
from gateway.pipeline.flat_choice import table_for, table_for_pair
from gateway.pipeline.judged import judged
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.names import of_canonical, of_vendor
from gateway.pipeline.received import Answer, Received
from gateway.pipeline.tables import Outcome, Sourced
from gateway.pipeline.told import Told
from gateway.pipeline.x12_files import receive_x12
from gateway.report import FileReport, SetReport, Verdict, file_verdict
from gateway.spapi.contents import Contents, contents
from gateway.spapi.schema import repair

__all__ = ["Answer", "Received", "receive", "receive_pair"]


def receive(file: str, chunks: Iterable[bytes], form: Format, knowledge: Knowledge) -> Received:
    """The documents of a file of a known format. Faulty ones are reported, and the good ones still come."""
    if form is Format.X12:
        return receive_x12(file, chunks, knowledge)
    if form in (Format.JSON, Format.CANONICAL, Format.SPAPI):
        return _receive_json(file, _held(chunks, json.MAX_JSON_BYTES), form, knowledge)
    if form is Format.CSV:
        return _receive_flat(file, _held(chunks, MAX_BYTES), knowledge)
    if form is Format.FIXED:
        return _receive_fixed(file, _held(chunks, MAX_BYTES), knowledge)
    if form is Format.XML:
        return _receive_xml(file, _held(chunks, MAX_XML_BYTES), knowledge)
    blank = form is Format.UNKNOWN and is_blank(chunks)
    return _unreadable(file, form.value, (found("file-empty" if blank else "format-unknown"),))


def _held(chunks: Iterable[bytes], limit: int) -> bytes:
    """The bytes of a file that is read as a whole; of one beyond the limit, enough to tell that it is."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size > limit:
            break
    return b"".join(held)


def _receive_json(file: str, data: bytes, form: Format, knowledge: Knowledge) -> Received:
    tree, findings = json.parse(data)
    if tree is None and findings:  # `null` is JSON, and says nothing
        return _unreadable(file, form.value, findings)
    if form is not Format.SPAPI and _is_canonical(tree):
        return _reported(file, Format.CANONICAL, _canonical_documents(tree), findings, knowledge)
    held = None if form is Format.CANONICAL else contents(tree)
    if held is None or held.kind is None:
        faulty = held.findings if held else (found("format-unknown"),)
        return _unreadable(file, form.value, (*findings, *faulty))
    outcomes = _vendor_documents(held, knowledge)
    return _reported(file, Format.SPAPI, outcomes, (*findings, *held.findings), knowledge)


def _is_canonical(tree: Json) -> bool:
    entries = tree if isinstance(tree, list) else [tree]
    return all(isinstance(entry, dict) and "document" in entry for entry in entries)


def _canonical_documents(tree: Json) -> Iterator[Outcome]:
    if isinstance(tree, list):
        for index, entry in enumerate(tree):
            pointer = child("", index)
            yield Outcome(*decode_tree(entry, pointer), pointer=pointer, name=of_canonical(entry))
    else:
        yield Outcome(*decode_tree(tree), pointer="", name=of_canonical(tree))


def _vendor_documents(held: Contents, knowledge: Knowledge) -> Iterator[Outcome]:
    assert held.kind is not None
    table, schema = knowledge.json_table(held.kind), knowledge.schemas[held.kind]
    for document in held.documents:
        tree, findings = repair(document.tree, schema, document.pointer)
        name = of_vendor(held.kind, tree)
        if has_errors(findings) or not isinstance(tree, dict):
            yield Outcome(None, findings, name=name)
        elif table is None:
            missing = found("no-mapping", document="a canonical document", format=f"SP-API {held.kind.value}")
            yield Outcome(None, (*findings, missing), name=name)
        else:
            outcome = table.read(tree, document.pointer)
            yield msgspec.structs.replace(outcome, findings=(*findings, *outcome.findings), name=name)


def _receive_flat(file: str, data: bytes, knowledge: Knowledge) -> Received:
    if is_blank((data,)):
        return _unreadable(file, Format.CSV.value, (found("file-empty"),))
    table, unclear = table_for(knowledge.flat_tables(), data)
    if table is None:
        return _unreadable(file, Format.CSV.value, unclear)
    read = table.read(data)
    whole = _with_note(read.findings, read.findings, lacks_orders=table.mapper.lacks_orders)
    return _reported(file, Format.CSV, read.outcomes, whole, knowledge)


def receive_pair(files: Sequence[tuple[str, Iterable[bytes]]], knowledge: Knowledge) -> Received:
    """The documents of two delimited files that belong together, documents and their items."""
    held = [(name, _held(chunks, MAX_BYTES)) for name, chunks in files]
    named = " and ".join(name for name, _ in held)
    table, unclear = table_for_pair(knowledge.flat_tables(), [data for _, data in held])
    if table is None:
        return _unreadable(named, Format.CSV.value, unclear)
    read = table.read_pair(held)
    return _reported(named, Format.CSV, read.outcomes, read.findings, knowledge)


def _receive_fixed(file: str, data: bytes, knowledge: Knowledge) -> Received:
    tables = knowledge.fixed_tables()
    fitting = [table for table in tables if table.fits(data)] if len(tables) > 1 else tables
    if len(fitting) != 1:
        names = ", ".join(each.layout.name for each in tables)
        return _unreadable(file, Format.FIXED.value, (found("layout-unclear", layouts=names),))
    read = fitting[0].read(data)
    return _reported(file, Format.FIXED, read.outcomes, read.findings, knowledge)


def _receive_xml(file: str, data: bytes, knowledge: Knowledge) -> Received:
    from gateway.pipeline.xml_files import read_xml  # noqa: PLC0415 - lxml is loaded for XML alone

    findings, read = read_xml(data, knowledge.xml_tables())
    if read is None:
        return _unreadable(file, Format.XML.value, findings)
    return _reported(file, Format.XML, read, findings, knowledge)


def _reported(
    file: str,
    form: Format,
    outcomes: Iterable[Outcome],
    findings: tuple[Finding, ...],
    knowledge: Knowledge,
) -> Received:
    told = Told()
    told.add(findings)
    sets: list[SetReport] = []
    documents: list[Sourced] = []
    told_of_orders = any(each.code == "orders-unknown" for each in findings)
    for number, made in enumerate(outcomes, 1):
        place = Location(set=number)
        outcome = judged(made, place, knowledge)
        told.add(outcome.findings)
        if made.lacks_orders and not told_of_orders:
            note = _with_note((), outcome.findings, lacks_orders=True)
            told_of_orders = bool(note)
            told.add(note)
        sets.append(_set_report(number, outcome))
        if outcome.document is not None:
            documents.append(Sourced(outcome.document, place, outcome.reading, outcome.pointer))
        if told.is_enough:
            told.add((msgspec.structs.replace(told.enough(), location=place),))
            break
    if not sets and not has_errors(findings):
        told.add((found("no-documents"),))
    report = FileReport(
        file=file,
        format=form.value,
        verdict=_verdict(sets, findings),
        complete=not (told.is_cut or told.is_enough),
        sets=tuple(sets),
        findings=told.findings(),
    )
    return Received(tuple(documents), report)


_LACKING = frozenset({"mapping-required-missing", "mapping-field-missing", "flat-column-missing"})


def _with_note(
    findings: tuple[Finding, ...], faults: tuple[Finding, ...], *, lacks_orders: bool
) -> tuple[Finding, ...]:
    """The findings, with a note where something is missing and no orders are at hand that could tell it."""
    lacks = lacks_orders and any(fault.code in _LACKING for fault in faults)
    return (*findings, found("orders-unknown")) if lacks else findings


def _verdict(sets: Sequence[SetReport], of_file: tuple[Finding, ...]) -> Verdict:
    """The verdict of a file: that of its documents, unless it is itself at fault and they are not."""
    verdicts = {each.verdict for each in sets}
    if has_errors(of_file) and verdicts != {Verdict.REJECTED}:
        return Verdict.UNREADABLE
    return file_verdict(verdicts) if verdicts else Verdict.ACCEPTED


def _set_report(number: int, outcome: Outcome) -> SetReport:
    refused = outcome.document is None or has_errors(outcome.findings)
    made = outcome.document
    return SetReport(
        set=number,
        type=outcome.name.kind or (type(made).__name__ if made is not None else ""),
        number=outcome.name.number,
        verdict=Verdict.REJECTED if refused else Verdict.ACCEPTED,
    )


def _unreadable(file: str, form: str, findings: tuple[Finding, ...]) -> Received:
    report = FileReport(file=file, format=form, verdict=Verdict.UNREADABLE, complete=True, findings=findings)
    return Received((), report)
