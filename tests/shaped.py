"""What sets of a wording say beside it, found without the functions that are generated for it."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.formats.x12.shapes import Shape, Values, Wording

__all__ = ["values_of"]


def values_of(shape: Shape, wording: Wording, segments: Sequence[Sequence[str]]) -> Values:
    """What a set of a wording says beside its texts; `segments` are cut into elements, the tag first."""
    found: list[tuple[str, ...] | list[tuple[str, ...]]] = []
    at = place = 0
    for step, count in zip(shape.fold, shape.counts, strict=True):
        size = len(step.forms)
        fixed = wording.fixed[place : place + size]
        times = [
            tuple(
                value
                for values, texts in zip(segments[begin : begin + size], fixed, strict=True)
                for value, text in zip(values[1:], texts, strict=True)
                if text is None
            )
            for begin in range(at, at + count * size, size)
        ]
        found.append(times if step.repeats else times[0])
        at, place = at + count * size, place + size
    return tuple(found)
