"""Putting out what a scope has written: each row of the definition in its order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.shapes import loop_end
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.x12_layout import Place
from gateway.mapping.compiled.x12_slots import Part, Written

__all__ = ["Output"]

Target: TypeAlias = tuple[str, str]
"""The locals with the list of segments and that of their rows."""


class Output:
    """Writes the code that puts segments out."""

    def __init__(self, definition: SetDefinition, code: Code) -> None:
        self.definition = definition
        self.set_rows = definition.rows()
        self.code = code

    def segment(self, segment: str, row: int, target: Target) -> None:
        """One segment, without the blanks at its end."""
        self.code.line(f"while not {segment}[-1]: {segment}.pop()")
        self.code.line(f"{target[0]}.append({segment})")
        self.code.line(f"{target[1]}.append({row})")

    def loop(self, scope: Written, opener: int, target: Target) -> None:
        """What stands in a loop behind the segment that opens it."""
        self.rows(scope, range(opener + 1, loop_end(self.set_rows, opener)), (), target)

    def rows(self, scope: Written, rows: range, openers: tuple[int, ...], target: Target) -> None:
        """The rows of a loop, or of the whole set, in their order."""
        row = rows.start
        while row < rows.stop:
            place: Place = (openers, row)
            if self.set_rows[row].opens_loop:
                self.inner_loop(scope, place, target)
                row = loop_end(self.set_rows, row)
            else:
                self.held(scope, place, target)
                row += 1

    def held(self, scope: Written, place: Place, target: Target) -> None:
        """The segments at a place, where there are any."""
        parts = scope.slots.parts(place) if place in scope.slots.places else None
        if parts is None:
            if (place, 0) in scope.segments:
                self.shared(scope, place, target)
            return
        self.limit(scope, place, parts)
        for number, part in enumerate(parts):
            segment = scope.segments.get((place, number))
            if segment is None:
                continue
            with self.code.inside(f"if {segment} is not None:"):
                if not part.repeated:
                    self.segment(segment, place[1], target)
                    continue
                one = self.code.name("segment")
                with self.code.inside(f"for {one} in {segment}:"):
                    self.segment(one, place[1], target)

    def limit(self, scope: Written, place: Place, parts: Sequence[Part]) -> None:
        """More segments than the definition allows are doubted, where there can be."""
        maximum = scope.slots.places[place][0][0].maximum
        held = [(scope.segments.get((place, number)), part.repeated) for number, part in enumerate(parts)]
        repeated = [local for local, many in held if local and many]
        single = [local for local, many in held if local and not many]
        if maximum is None or (not repeated and len(single) <= maximum):
            return
        counts = [f"({local} is not None)" for local in single]
        counts += [f"(len({local}) if {local} is not None else 0)" for local in repeated]
        self.code.line(f"if {' + '.join(counts)} > {maximum}: raise Doubt")

    def shared(self, scope: Written, place: Place, target: Target) -> None:
        """Segments that rows share, in the order of the table; those that open loops in the order they
        came."""
        segment = scope.segments[place, 0]
        orders = {saying.order for _, saying in scope.slots.places.get(place, ())}
        opens = bool(place[0]) and place[0][-1] == place[1]
        ordered = opens or len(orders) + len(scope.slots.blocks.get(place, ())) <= 1
        one = self.code.name("segment")
        with self.code.inside(f"if {segment} is not None:"):
            held = segment if ordered else f"sorted({segment}, key=first)"
            with self.code.inside(f"for _, {one} in {held}:"):
                self.segment(one, place[1], target)

    def inner_loop(self, scope: Written, place: Place, target: Target) -> None:
        openers, row = place
        if place in scope.outputs:
            segments, rows = scope.outputs[place]
            with self.code.inside(f"if {segments} is not None:"):
                self.code.line(f"{target[0]} += {segments}")
                self.code.line(f"{target[1]} += {rows}")
            return
        inner = (*openers, row)
        opener = (inner, row)
        inside = self.locals_inside(scope, inner, opener)
        if not inside:
            self.held(scope, opener, target)
            return
        self.with_inside(scope, opener, inside, target)

    def locals_inside(self, scope: Written, inner: tuple[int, ...], opener: Place) -> list[str]:
        """The locals that are not None when something stands behind the opening segment."""
        length = len(inner)
        found = [
            local
            for (place, _), local in scope.segments.items()
            if place[0][:length] == inner and place != opener
        ]
        return found + [names[0] for place, names in scope.outputs.items() if place[0][:length] == inner]

    def with_inside(self, scope: Written, opener: Place, inside: Sequence[str], target: Target) -> None:
        """A loop without a block: what stands inside belongs to its first occurrence."""
        inner, row = opener
        parts = scope.slots.parts(opener) if opener in scope.slots.places else None
        held = scope.segments.get((opener, 0))
        first, rest = self.code.name("opener"), self.code.name("others")
        if held is None:
            self.code.lines(f"{first} = None", f"{rest} = ()")
        elif parts is not None and not parts[0].repeated:
            self.code.lines(f"{first} = {held}", f"{rest} = ()")
        else:
            one = held if parts is not None else f"[each for _, each in {held} or ()]"
            self.code.lines(f"{rest} = {one} or ()", f"{first} = {rest}[0] if {rest} else None")
            self.code.line(f"{rest} = {rest}[1:]")
            if parts is not None:
                self.limit(scope, opener, parts)
        conditions = [f"{first} is not None", *(f"{local} is not None" for local in inside)]
        with self.code.inside(f"if {' or '.join(conditions)}:"):
            self.code.line(f"if {first} is None: {first} = [{self.set_rows[row].tag!a}]")
            self.segment(first, row, target)
            self.rows(scope, range(row + 1, loop_end(self.set_rows, row)), inner, target)
            one = self.code.name("segment")
            with self.code.inside(f"for {one} in {rest}:"):
                self.segment(one, row, target)
