"""A table at work: reads documents from its format and writes them, fast where all is well."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import TYPE_CHECKING

from gateway.documents import Document
from gateway.findings import Finding, Location
from gateway.formats.x12.model import Delimiters
from gateway.formats.x12.shapes import ShapedSet
from gateway.mapping import evaluate
from gateway.mapping.bound import Plan
from gateway.mapping.crossrefs.complete import Completed, Completer, CrossReferences
from gateway.mapping.crossrefs.model import CrossReference
from gateway.mapping.evaluate.sources import CsvSource, JsonSource, Source, Target
from gateway.mapping.evaluate.trace import Trace
from gateway.mapping.orders.complete import OrderOf, completed_from_orders
from gateway.mapping.plan import Direction
from gateway.mapping.unknown import lacks_parameters, unread, unwritten

if TYPE_CHECKING:
    from gateway.mapping.compiled import Compiled
    from gateway.mapping.compiled.template import JsonPlace, Template

__all__ = ["COMPILE_AFTER", "Mapper"]

COMPILE_AFTER = 16  # documents; making the functions ready costs as much as evaluating about so many
USUAL_PLACES = 64  # segments, rows or lines of one document


def _doubt() -> type[Exception]:
    """What generated functions raise; they are loaded when first used, which for a small file is never."""
    from gateway.mapping.compiled import Doubt  # noqa: PLC0415 - only where generated functions have run

    return Doubt


def _none(_name: str) -> tuple[CrossReference, ...]:
    return ()


class Mapper:
    """One table bound to an agreement.

    After a few documents `compile_plan` is called for the generated functions. They do what they accept; what
    they doubt the evaluator does, and says what is wrong. `completing` fills in what cross-references tell of
    a document that was read, and orders; None where the table asks for nothing. `lacks_orders`: it would take
    something from orders, and none are at hand.
    """

    def __init__(
        self,
        plan: Plan,
        compile_plan: Callable[[], Compiled] | None = None,
        crossrefs: CrossReferences = _none,
        order_of: OrderOf | None = None,
    ) -> None:
        self.plan = plan
        self._completer = Completer(plan, crossrefs)
        self._order_of = order_of if plan.orders else None
        self.lacks_orders = bool(plan.orders) and order_of is None
        reads = self._order_of is not None or self._completer.asks_for_any(Direction.READ)
        self.completing = partial(self.completed, way=Direction.READ) if reads else None
        self._compile = compile_plan
        self._compiled: Compiled | None = None
        self._lacks_parameters = lacks_parameters(plan)
        self._done = 0

    def completed(self, document: Document, way: Direction) -> Completed:
        """A document that `read` gave, or one that `write` is to get, with what cross-references fill in; in
        one that was read, what the order tells stands before that."""
        if way is Direction.WRITE or self._order_of is None:
            return self._completer.completed(document, way)
        taken = completed_from_orders(self.plan, document, self._order_of)
        if taken.held:
            return taken
        more = self._completer.completed(taken.document, way)
        findings, fillings = (*taken.findings, *more.findings), (*taken.fillings, *more.fillings)
        return Completed(more.document, more.held, findings, fillings)

    def completes(self, way: Direction) -> bool:
        """Whether `completed` may change a document, or hold it."""
        return self._completer.asks_for_any(way)

    def read(self, source: Source) -> tuple[Document | None, tuple[Finding, ...]]:
        """The document of a source, None when a finding is an error."""
        document, findings, _ = self.reading(source)
        return document, findings

    def reading(self, source: Source) -> tuple[Document | None, tuple[Finding, ...], bool]:
        """The same, and whether the document is known to be valid by the way it was made."""
        compiled = self._compiled or self._functions()
        if compiled is not None:
            try:
                accepted, valid = compiled.reading(source)
            except _doubt():
                pass
            else:
                return accepted, self._unread(source, accepted), valid
        document, findings = evaluate.read(self.plan, source)
        if not isinstance(document, Document):
            return None, findings, False
        return document, (*findings, *self._unread(source, document)), False

    def of_shape(self, shaped: ShapedSet) -> tuple[Document, bool] | None:
        """The document of a set of a known wording, which has no finding, and whether it is known to be
        valid; None where its source has to be read."""
        compiled = self._compiled
        return None if compiled is None or self._lacks_parameters else compiled.of_shape(shaped)

    def _unread(self, source: Source, document: Document) -> tuple[Finding, ...]:
        return unread(self.plan, document, _place(source)) if self._lacks_parameters else ()

    def traced(self, source: Source, *, details: bool = False) -> tuple[Document | None, Trace]:
        """The document of a source once more, and where each of its values comes from."""
        trace = Trace(details=details)
        document, _ = evaluate.read(self.plan, source, trace)
        return (document if isinstance(document, Document) else None), trace

    def write(
        self, document: Document, delimiters: Delimiters | None = None
    ) -> tuple[Target | None, tuple[Finding, ...]]:
        """The document in the format of the table, None when a finding is an error."""
        target, findings = self._write(document, delimiters)
        if target is not None and self._lacks_parameters:
            findings = (*findings, *unwritten(self.plan, document))
        return target, findings

    def explained(
        self, document: Document, trace: Trace, delimiters: Delimiters | None = None
    ) -> Target | None:
        """The document in the format of the table; the trace (with details) tells who wrote each place."""
        return evaluate.write(self.plan, document, delimiters, trace)[0]

    def write_uniformly(self, document: Document) -> tuple[Hashable, Target, tuple[Finding, ...]] | None:
        """The same with the outline of the document; see `Compiled.write_uniformly`. None on doubt."""
        if self._compiled is None:
            return None
        try:
            outline, target, findings = self._compiled.write_uniformly(document)
        except _doubt():
            return None
        if self._lacks_parameters:
            findings = (*findings, *unwritten(self.plan, document))
        return outline, target, findings

    def template(self, document: Document, written: bytes, place: JsonPlace) -> Template | None:
        """What writes the documents like this one; see `Compiled.template`."""
        if self._compiled is None or self._lacks_parameters:
            return None
        return self._compiled.template(document, written, place)

    def comes_back(self, target: Target, again: Document) -> bool:
        """Whether a document was read from what was written, by functions that do so for its outline."""
        return self._compiled is not None and self._compiled.comes_back(target, again)

    def _write(
        self, document: Document, delimiters: Delimiters | None
    ) -> tuple[Target | None, tuple[Finding, ...]]:
        compiled = self._compiled or self._functions()
        if compiled is not None:
            try:
                return compiled.write(document, delimiters)
            except _doubt():
                pass
        return evaluate.write(self.plan, document, delimiters)

    def expect(self, places: int) -> None:
        """A document of so many segments, rows or lines is to come: a large one is worth compiling for."""
        self._done += places // USUAL_PLACES

    def _functions(self) -> Compiled | None:
        self._done += 1
        if self._compiled is None and self._compile is not None and self._done > COMPILE_AFTER:
            self._compiled = self._compile()
        return self._compiled


def _place(source: Source) -> Location:
    if isinstance(source, JsonSource):
        return Location(pointer=source.pointer)
    if isinstance(source, CsvSource):
        return Location(line=source.rows[0].line if source.rows else None)
    return source.location
