"""What is wrong with cross-references: against the tables that use them, in themselves, and cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.errors import Mistake
from gateway.mapping.bound import Plan
from gateway.mapping.crossrefs.model import CrossReference

__all__ = ["missing_in_crossrefs"]


def missing_in_crossrefs(plan: Plan, name: str, layers: Sequence[CrossReference]) -> Iterator[Mistake]:
    """What the files of a cross-reference lack that the table needs: a file, or a column of each of them."""
    for completion in plan.completions:
        if completion.crossref != name:
            continue
        problem = "" if layers else f"there is no mappings/crossrefs/{name}.csv"
        for layer in layers:
            problem = problem or layer.missing(completion.columns)
        if problem:
            yield (completion.origin.file, completion.origin.line, problem)
