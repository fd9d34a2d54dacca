"""Generated writers that put back what a document keeps in `ext`: values straight from the document,
placed by the evaluator's own writer. They refuse (`Doubt`) exactly where the evaluator finds fault."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.mapping.bound import BlockPlan, SayingPlan
from gateway.mapping.compiled.writing import Writing

__all__ = ["AdapterWrite"]


class AdapterWrite(Writing[str]):
    """Writes `write_exact(document, writer)`. A scope is a local with a scope of the writer."""

    def write(self) -> None:
        with self.code.inside("def write_exact(document, writer):"):
            self.code.line("scope = writer.root()")
            self.document("scope")
            self.code.line("return writer.finish(), remarks")

    def put(self, scope: str, saying: SayingPlan, places: Sequence[str], *, fill: bool) -> str | None:
        name = self.names.saying(saying)
        values = f"({', '.join(places)},)"
        filled = self.code.name("filled")
        self.code.line(f"{filled} = put(writer, {scope}, {name}, {values}, {fill})")
        return filled if fill else None

    def open(self, scope: str, block: BlockPlan) -> str:
        opened = self.code.name("scope")
        self.code.line(f"{opened} = writer.open({scope}, {self.names.block(block)})")
        return opened

    def close(self, scope: str, opened: str, block: BlockPlan) -> None:
        name = self.names.block(block)
        self.code.line(f"if writer.close({scope}, {opened}, {name}) is not None: raise Doubt")

    def kept(self, scope: str, record: str) -> None:
        self.code.line(f"put_back(writer, {scope}, {record}, {self.plan.format.kind.column!a})")
