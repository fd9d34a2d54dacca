"""Cross-references of a table bound to records: which fields find a row, and which are filled from it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gateway.mapping.bound import BoundPath, BoundStep, CompletionPlan, FieldKind
from gateway.mapping.cells import CellError
from gateway.mapping.paths import PathResolver
from gateway.mapping.plan import Completion, Path

__all__ = ["bound_completion", "expect_fillable", "records_of"]

_KEYS = (FieldKind.TEXT, FieldKind.DECIMAL, FieldKind.INTEGER)
_FILLED = (*_KEYS, FieldKind.TEXTS)


def bound_completion(
    completion: Completion, document: type[msgspec.Struct], paths: PathResolver
) -> CompletionPlan:
    """The completion for records of this document; `CellError` when a path leads to no field that it can
    take, `AbsentParameterError` when one names a parameter that the agreement lacks."""
    steps, record = records_of(completion.path, document, paths)
    keys = tuple(
        tuple(_field(path, record, paths, _KEYS) for path in together) for together in completion.keys
    )
    fills = tuple(_field(path, record, paths, _FILLED) for path in completion.fills)
    for path in fills:
        expect_fillable(path, record)
    return CompletionPlan(
        steps=steps,
        crossref=completion.crossref,
        keys=tuple((together, tuple(map(_column, together))) for together in keys),
        fills=tuple((path, _column(path)) for path in fills),
        hold=completion.hold,
        default=paths.value(completion.default, fills[0]),
        direction=completion.direction,
        text=_text(completion.crossref, keys, fills),
        origin=completion.origin,
    )


def records_of(
    path: Path | None, document: type[msgspec.Struct], paths: PathResolver
) -> tuple[tuple[BoundStep, ...], type[msgspec.Struct]]:
    """The steps from the document to the records that are to be filled, and their type; `CellError`."""
    record = document
    steps: list[BoundStep] = []
    for step in path.steps if path is not None else ():
        bound = paths.step(step, paths.field(record, step.name), path or Path(()))
        if bound.record is None:
            raise CellError(f"`{path}` holds a value; only records are completed, such as `lines[]`")
        steps.append(bound)
        record = bound.record
    return tuple(steps), record


def _field(
    path: Path, record: type[msgspec.Struct], paths: PathResolver, kinds: Iterable[FieldKind]
) -> BoundPath:
    bound = paths.leaf(path, (record,))
    if bound.kind not in kinds:
        raise CellError(f"`{path}` holds a {bound.kind.value}, which no cell of a cross-reference says")
    return bound


def expect_fillable(path: BoundPath, record: type[msgspec.Struct]) -> None:
    """The records on the way to a field may have to be made for it; `CellError` where that cannot be."""
    for step in path.steps[:-1]:
        needed = (
            [field.name for field in msgspec.structs.fields(step.record) if field.required]
            if step.record is not None
            else []
        )
        if needed:
            raise CellError(f"`{path.text}` cannot be filled alone: `{step.name}` needs {', '.join(needed)}")


def _column(path: BoundPath) -> str:
    """A column has the name of the field, or of the key of the map: `ids.asin` is found under `asin`."""
    return path.steps[-1].name


def _text(crossref: str, keys: tuple[tuple[BoundPath, ...], ...], fills: tuple[BoundPath, ...]) -> str:
    found_by = ", ".join("+".join(path.text for path in together) for together in keys)
    return f"{crossref}({found_by} -> {', '.join(path.text for path in fills)})"
