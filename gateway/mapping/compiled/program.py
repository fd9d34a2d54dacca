"""The generated module of a plan: its text, the check before it runs, and its functions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from operator import itemgetter
from types import CodeType
from typing import TypeAlias, cast

import msgspec

from gateway.documents import Document
from gateway.documents.outline import NO_OUTLINE, Outline, outline_of
from gateway.findings import Finding
from gateway.formats.x12.definitions import Composite, SetDefinition
from gateway.formats.x12.model import Delimiters
from gateway.formats.x12.shapes import ShapedSet
from gateway.mapping.bound import (
    BoundPath,
    BoundStep,
    BoundTest,
    ColumnSpot,
    JsonAt,
    JsonSpot,
    Plan,
    RowsAt,
    X12At,
    X12Spot,
)
from gateway.mapping.codecs.model import CodecError
from gateway.mapping.compiled import (
    csv_runtime,
    json_runtime,
    write_runtime,
    x12_runtime,
    x12_write_runtime,
)
from gateway.mapping.compiled.adapter_write import AdapterWrite
from gateway.mapping.compiled.by_shape import ReadersByShape
from gateway.mapping.compiled.code import Code, Constants
from gateway.mapping.compiled.csv_header import Header
from gateway.mapping.compiled.csv_read import CsvRead
from gateway.mapping.compiled.csv_write import CsvWrite
from gateway.mapping.compiled.doubt import Doubt, UnsupportedTableError
from gateway.mapping.compiled.json_exact import JsonExact
from gateway.mapping.compiled.json_plain import JsonPlain
from gateway.mapping.compiled.json_write import JsonWrite
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.remembering import LISTED
from gateway.mapping.compiled.template import JsonPlace, Table, Template, template_of
from gateway.mapping.compiled.uniform import shared_of, telling_of
from gateway.mapping.compiled.x12_exact import X12Exact
from gateway.mapping.compiled.x12_forms import FormReaders
from gateway.mapping.compiled.x12_loop_read import write_loops
from gateway.mapping.compiled.x12_plain import VALID, X12Plain
from gateway.mapping.compiled.x12_write import X12Write
from gateway.mapping.derived import same
from gateway.mapping.evaluate.bounded import MAX_FINDINGS
from gateway.mapping.evaluate.sources import CsvSource, CsvTarget, JsonSource, Source, Target, X12Source
from gateway.mapping.evaluate.write_csv import CsvWriter
from gateway.mapping.evaluate.write_json import JsonWriter
from gateway.mapping.evaluate.write_x12 import X12Writer
from gateway.mapping.pairs.model import SILENT
from gateway.mapping.plan import FormatKind, Origin
from gateway.mapping.records import Field

__all__ = ["Compiled", "key", "load", "namespace", "source"]

HEADER = "# gateway mapping code"
_DATA = (X12Spot, JsonSpot, ColumnSpot, X12At, JsonAt, RowsAt, BoundPath, BoundStep, BoundTest, Field)
"""Parts of a plan that hold no function."""

Function: TypeAlias = Callable[..., object]
Reader: TypeAlias = Callable[..., msgspec.Struct]
"""Gives the document, or its shape where there is a pair."""
ExactReader: TypeAlias = Callable[..., tuple[msgspec.Struct, bool]]
"""Gives besides whether it is known to be valid."""


def key(plan: Plan) -> str:
    """A SHA-256 in hex of all of a plan that the generated text depends on; the text is kept under it."""
    digest = hashlib.sha256()
    for part in _parts(plan):
        digest.update(f"{len(part)}:{part}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _parts(value: object) -> Iterator[str]:
    """Every part of a plan that becomes text; functions, and where the rows stand in their file, do not."""
    if isinstance(value, Origin):
        return
    if isinstance(value, _DATA):
        yield repr(value)
    elif isinstance(value, SetDefinition):
        yield from _parts_of_definition(value)
    elif isinstance(value, msgspec.Struct):
        yield f"{type(value).__name__} {len(value.__struct_fields__)}"
        for name in value.__struct_fields__:
            yield from _parts(getattr(value, name))
    elif isinstance(value, Mapping):
        yield f"mapping {len(value)}"
        for name, held in value.items():
            yield from _parts(name)
            yield from _parts(held)
    elif isinstance(value, tuple | list | frozenset):
        yield f"list {len(value)}"
        for held in sorted(value) if isinstance(value, frozenset) else value:
            yield from _parts(held)
    elif isinstance(value, type):
        yield value.__qualname__
    elif isinstance(value, Enum) or not callable(value):
        yield f"{type(value).__name__} {value!s}"


def _parts_of_definition(definition: SetDefinition) -> Iterator[str]:
    for row in definition.rows():
        yield f"{row.tag} {row.path} {row.opens_loop}"
    for tag, segment in definition.segments.items():
        composites = [n for n, use in enumerate(segment.uses) if isinstance(use.content, Composite)]
        yield f"{tag} {len(segment.uses)} {composites}"


def source(plan: Plan) -> str:
    """The generated module as text: a line that names the plan and the text below it, then the functions."""
    names = Names(plan)
    text = _text(plan, names)
    return f"{_header(plan, text)}{text}"


def load(text: str, plan: Plan) -> Compiled | None:
    """The functions of a text that `source` made for an equal plan; None for any other text."""
    first, _, rest = text.partition("\n")
    if f"{first}\n" != _header(plan, rest):
        return None
    names = namespace(plan)
    code = compile(rest, f"<table {plan.name!a}>", "exec")
    exec(code, names)
    return Compiled(plan, names, code)


def _header(plan: Plan, text: str) -> str:
    return f"{HEADER} {key(plan)} {hashlib.sha256(text.encode()).hexdigest()}\n"


def _text(plan: Plan, names: Names) -> str:
    constants = Constants()
    functions = (
        _or_doubt(lambda: _reading(plan, names, constants), "read_plain", "read_exact"),
        _or_doubt(lambda: _plain_writing(plan, names, constants), "write_plain"),
        _or_doubt(lambda: _exact_writing(plan, names, constants), "write_exact"),
    )
    return "\n\n".join(part for part in (constants.text(), *functions) if part)


def _or_doubt(write: Callable[[], str], *functions: str) -> str:
    """The text, or functions that doubt everything where the compiler has no code for a table."""
    try:
        return write()
    except UnsupportedTableError:
        return "\n\n".join(f"def {name}(*given):\n    raise Doubt\n" for name in functions)


def _reading(plan: Plan, names: Names, constants: Constants) -> str:
    plain, exact = Code(constants), Code(constants)
    if plan.definition is not None:
        write_loops(plan, names, plain, plan.definition)
        X12Plain(plan, names, plain, plan.definition).write()
        X12Exact(plan, names, exact, plan.definition).write()
    elif plan.format.kind.is_tree:
        JsonPlain(plan, names, plain).write()
        JsonExact(plan, names, exact).write()
    else:
        CsvRead(plan, names, plain).write()
        return plain.text()
    return f"{plain.text()}\n\n{exact.text()}"


def _plain_writing(plan: Plan, names: Names, constants: Constants) -> str:
    code = Code(constants)
    if plan.definition is not None:
        X12Write(plan, names, code, plan.definition).write()
    elif plan.format.kind.is_tree:
        JsonWrite(plan, names, code).write()
    else:
        CsvWrite(plan, names, code).write()
    return code.text()


def _exact_writing(plan: Plan, names: Names, constants: Constants) -> str:
    code = Code(constants)
    AdapterWrite(plan, names, code).write()
    return code.text()


def namespace(plan: Plan) -> dict[str, object]:
    """All that the generated code of a plan can call by name."""
    names: dict[str, object] = {
        **Names(plan).namespace(),
        "__builtins__": dict(_BUILTINS),
        "Doubt": Doubt,
        "CsvTarget": CsvTarget,
        "HEADER": Header(plan.columns),
        "WRITTEN_COLUMNS": plan.columns,
        "SILENT": SILENT,
        "LISTED": LISTED,
        "ROOT": plan.root,
        "first": itemgetter(0),
        "same": same,
    }
    for module in (csv_runtime, json_runtime, write_runtime, x12_runtime, x12_write_runtime):
        names |= {name: getattr(module, name) for name in module.__all__}
    if plan.definition is not None:
        names |= {"DEFINITION": plan.definition, "SET_ROWS": plan.definition.rows()}
        names["LOOP"] = FormReaders(plan, plan.definition, names).of
    return names


_BUILTINS: Mapping[str, object] = {
    function.__name__: function
    for function in (
        *(any, dict, enumerate, filter, frozenset, isinstance, len, list, range, set, sorted, str, tuple),
        *(type, zip),
    )
}
"""All that generated code may call of Python itself."""


class Compiled:
    """The functions of one table. What they do not accept raises `Doubt`; then the evaluator has to be
    asked."""

    def __init__(self, plan: Plan, names: Mapping[str, object], code: CodeType | None = None) -> None:
        self._plan = plan
        self._code = code
        self._read_plain = cast("Reader", _function(names, "read_plain"))
        self._valid = names.get(VALID) is True
        exact = _function(names, "read_exact") if "read_exact" in names else None
        self._read_exact = cast("ExactReader | None", exact)
        self._write_plain = _function(names, "write_plain")
        self._write_exact = _function(names, "write_exact")
        definition = plan.definition
        self._by_shape = None if definition is None else ReadersByShape(plan, definition, names)

    def read(self, source: Source) -> Document:
        """The document of a source of which the evaluator finds no fault."""
        return self.reading(source)[0]

    def reading(self, source: Source) -> tuple[Document, bool]:
        """The same, and whether the document is known to be valid by the way it was made."""
        given: tuple[object, ...]
        more: tuple[object, ...] = ()
        if isinstance(source, X12Source) and self._plan.definition is not None:
            given, more = (source.segments, source.rows), (source.delimiters.component,)
        elif isinstance(source, JsonSource) and self._plan.format.kind.is_tree:
            given = (source.tree,)
        elif isinstance(source, CsvSource) and self._plan.format.kind is FormatKind.CSV:
            given = (source.columns, source.rows)
        else:
            raise Doubt
        try:
            made, valid = self._read_plain(*given), self._valid
        except (Doubt, CodecError):
            made, valid = self._exactly(*given, *more)
        return self._document(made, valid=valid)

    def _document(self, made: msgspec.Struct, *, valid: bool) -> tuple[Document, bool]:
        """What a pair makes of what was read, and whether it is known to be valid where that was."""
        pair, document = self._plan.pair, made
        if pair is not None:
            plain = None if pair.plain is None else pair.plain(made)
            if plain is None:
                plain, findings = pair.to_document(made, SILENT, self._plan.parameters)
                if findings or plain is None:
                    raise Doubt
                valid = False
            document = plain
        return cast("Document", document), valid

    def of_shape(self, shaped: ShapedSet) -> tuple[Document, bool] | None:
        """What `reading` gives of a set of a known wording; None where its source has to be read."""
        document = None if self._by_shape is None else self._by_shape.read(shaped)
        return None if document is None else (document, self._valid)

    def write(
        self, document: msgspec.Struct, delimiters: Delimiters | None = None
    ) -> tuple[Target, tuple[Finding, ...]]:
        """A document in the format of the table, and remarks on values that had nothing to complete.

        It accepts documents of which the evaluator finds no more than that.
        """
        if not isinstance(document, self._plan.document):
            raise Doubt
        try:
            written = self._write_plain(document)
        except (Doubt, CodecError):
            written = self._written_exactly(document, delimiters or Delimiters())
        assert isinstance(written, tuple)
        target, remarks = written
        if len(remarks) > MAX_FINDINGS:
            raise Doubt
        return target, tuple(remarks)

    @cached_property
    def _uniform(self) -> tuple[Outline, Function, Table] | None:
        """The outline of documents as far as the table asks for it, and the plain writer with codecs that are
        held to their word."""
        telling = telling_of(self._plan)
        if telling is None or self._code is None or not issubclass(self._plan.document, Document):
            return None
        numbered = Names(self._plan)
        writing = numbered.verified(shared_of(self._plan, telling))
        names = namespace(self._plan) | writing
        constants = [saying.default for saying in numbered.sayings]
        code = self._code

        def writer(others: Mapping[str, object]) -> Function:
            known = {**names, **others}
            exec(code, known)
            return _function(known, "write_plain")

        table = Table(names, writing, writer, constants, telling)
        return outline_of(self._plan.document, telling), writer({}), table

    def write_uniformly(self, document: Document) -> tuple[Hashable, Target, tuple[Finding, ...]]:
        """A document in the format of the table as `write` gives it, after the outline of the document.

        What is written reads back as a document, and from that is written again, whenever this was so for
        another document of the same outline; the two then lose the same fields, and have the same filled in.
        """
        if self._uniform is None or type(document) is not self._plan.document:
            raise Doubt
        outline, write, _ = self._uniform
        try:
            written = write(document)
            found = outline(document)
        except (CodecError, NO_OUTLINE):
            raise Doubt from None
        assert isinstance(written, tuple)
        target, remarks = written
        if len(remarks) > MAX_FINDINGS:
            raise Doubt
        return found, target, tuple(remarks)

    def template(self, document: Document, written: bytes, place: JsonPlace) -> Template | None:
        """The template of the documents of an outline, of one that is written uniformly; None where none can
        be made."""
        return None if self._uniform is None else template_of(document, written, self._uniform[2], place)

    def comes_back(self, target: Target, again: Document) -> bool:
        """Whether the plain functions read this document from what was written, and write the same of it."""
        try:
            read, _ = self._document(self._read_plain(target), valid=False)
            return read == again and self._write_plain(again)[0] == target  # type: ignore[index]  # what a generated function gives is an object
        except (Doubt, CodecError):
            return False

    def _written_exactly(self, document: msgspec.Struct, delimiters: Delimiters) -> object:
        definition = self._plan.definition
        writer: JsonWriter | X12Writer | CsvWriter
        if definition is not None:
            writer = X12Writer(definition, delimiters.component)
        elif self._plan.format.kind.is_tree:
            writer = JsonWriter()
        else:
            writer = CsvWriter(self._plan)
        try:
            return self._write_exact(document, writer)
        except CodecError:
            raise Doubt from None

    def _exactly(self, *given: object) -> tuple[msgspec.Struct, bool]:
        if self._read_exact is None:
            raise Doubt
        try:
            return self._read_exact(*given)
        except CodecError:
            raise Doubt from None


def _function(names: Mapping[str, object], name: str) -> Function:
    function = names[name]
    assert callable(function)
    return function
