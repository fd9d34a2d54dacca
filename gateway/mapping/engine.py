"""A table at work: reads documents from its format and writes them."""

from __future__ import annotations

from gateway.documents import Document
from gateway.findings import Finding
from gateway.formats.x12.model import Delimiters
from gateway.mapping import evaluate
from gateway.mapping.bound import Plan
from gateway.mapping.evaluate.sources import Source, Target

__all__ = ["Mapper"]


class Mapper:
    """One table bound to an agreement."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def read(self, source: Source) -> tuple[Document | None, tuple[Finding, ...]]:
        """The document of a source, None when a finding is an error."""
        document, findings = evaluate.read(self.plan, source)
        return (document if isinstance(document, Document) else None), findings

    def write(
        self, document: Document, delimiters: Delimiters | None = None
    ) -> tuple[Target | None, tuple[Finding, ...]]:
        """The document in the format of the table, None when a finding is an error."""
        return evaluate.write(self.plan, document, delimiters)
