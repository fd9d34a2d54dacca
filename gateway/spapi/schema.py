"""A vendor document's schema made ready for its two uses: lenient reading, and judging what we write."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from gateway.errors import GatewayError
from gateway.findings import Finding
from gateway.formats.json import Json, JsonObject
from gateway.formats.json_accept import Accepting
from gateway.spapi.repair import SYNONYMS, repaired
from gateway.spapi.shape import Shape, shape_of

if TYPE_CHECKING:
    from gateway.formats.json_judge import Judge

__all__ = ["DocumentSchema", "compiled", "repair", "violations"]


class DocumentSchema(msgspec.Struct, frozen=True, dict=True):
    """One schema, or one definition of it, compiled. Build it once and keep it: a reading costs far less."""

    schema: JsonObject
    shape: Shape

    @cached_property
    def judge(self) -> Judge:
        """What judges by this schema, made when something is first written."""
        from gateway.formats.json_judge import Judge  # noqa: PLC0415 - slow to load, and reading needs none

        return Judge.of(self.schema)

    @cached_property
    def accepting(self) -> Accepting:
        """What only accepts, in microseconds."""
        return Accepting(self.schema)


def compiled(schema: JsonObject, definition: str | None = None) -> DocumentSchema:
    """The schema of a whole payload or body, or of one document in it when `definition` names its `$defs`.

    `schema` is what `schemas/spapi/*.schema.json` holds. `GatewayError` when it is not of the kind we write.
    """
    if definition is not None:
        definitions = schema.get("$defs")
        if not isinstance(definitions, dict) or definition not in definitions:
            raise GatewayError(f"the schema has no definition {definition}")
        schema = {"$schema": schema["$schema"], "$ref": f"#/$defs/{definition}", "$defs": definitions}
    return DocumentSchema(schema, shape_of(schema, SYNONYMS))


def repair(tree: Json, schema: DocumentSchema, pointer: str = "") -> tuple[Json, tuple[Finding, ...]]:
    """Lenient reading: the tree in the schema's own spelling, and the findings; see `repair.repaired`."""
    return repaired(tree, schema.shape, pointer)


def violations(tree: Json, schema: DocumentSchema, pointer: str = "") -> tuple[Finding, ...]:
    """Strict judgment, for what we write: each breach of the schema is an error; see `Judge.violations`."""
    return schema.judge.violations(tree, pointer)
