"""Records in generated readers: one local name for each field that rows fill, then one call that makes the
record."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gateway.mapping.bound import BoundPath, FieldKind, Plan, StepKind
from gateway.mapping.compiled.code import Code, chained
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.names import Names, literal
from gateway.mapping.records import Field

__all__ = ["Leaf", "Recorder", "Vars"]

RecordType = type[msgspec.Struct]


class Leaf(msgspec.Struct, frozen=True):
    """A field: the local name that holds it, the records it stands in (outermost first), the key in a map."""

    name: str
    inside: tuple[Vars, ...]
    key: str | None = None
    whole_map: bool = False


class Vars:
    """The locals of one record in the making.

    `put` are the names that rows give values; `flags` are true when a block has begun the record. `lifts`
    holds what records inside could not keep. `sure` names are set in any case before they are looked at.
    """

    def __init__(self, record: RecordType, number: str) -> None:
        self.record = record
        self.number = number
        self.names: dict[str, str] = {}
        self.put: list[str] = []
        self.maps: set[str] = set()
        self.lists: dict[str, str] = {}
        self.inner: dict[str, Vars] = {}
        self.flags: list[str] = []
        self.lifts: str | None = None
        self.sure: set[str] = set()

    def local(self, field: str) -> str:
        """The local name of a field."""
        return self.names.setdefault(field, f"{field}_{self.number}")

    def given(self) -> str:
        """The condition that a row or block has given the record something."""
        found = [f"{name} is not None" for name in self.put]
        found += [*self.lists.values(), *self.flags]
        found += [inner.given() for inner in self.inner.values()]
        return " or ".join(found) or "False"

    def all_names(self) -> Iterator[str]:
        """The names that start as None."""
        yield from (name for name in self.names.values() if name not in self.sure)
        for inner in self.inner.values():
            yield from inner.all_names()

    def all_lists(self) -> Iterator[str]:
        """The names that start as an empty list."""
        yield from self.lists.values()
        for inner in self.inner.values():
            yield from inner.all_lists()

    def all_flags(self) -> Iterator[str]:
        yield from self.flags
        for inner in self.inner.values():
            yield from inner.all_flags()

    def starts(self) -> list[str]:
        """The lines with which a new record of this kind begins."""
        lists = chained(list(self.all_lists()), "()")
        lists += [] if self.lifts is None else [f"{self.lifts} = {{}}"]
        flags = chained(list(self.all_flags()), "False")
        return [*chained(list(self.all_names()), "None"), *lists, *flags]


class Recorder:
    """Writes the code that fills and makes records."""

    def __init__(self, plan: Plan, names: Names, code: Code) -> None:
        self.plan = plan
        self.names = names
        self.code = code
        self.count = 0
        self.assigned: set[str] = set()

    def vars(self, record: RecordType) -> Vars:
        self.count += 1
        return Vars(record, str(self.count))

    def inner(self, outer: Vars, name: str, record: RecordType) -> Vars:
        """The record inside a field."""
        if name not in outer.inner:
            outer.inner[name] = Vars(record, f"{outer.number}_{name}")
        return outer.inner[name]

    def leaf(self, start: Vars, path: BoundPath) -> Leaf:
        """What a path without lists leads to."""
        inside: list[Vars] = [start]
        for number, step in enumerate(path.steps):
            if step.kind is StepKind.ITEMS:
                raise UnsupportedTableError(path.text)
            if number + 1 < len(path.steps) and path.steps[number + 1].kind is StepKind.KEY:
                name = inside[-1].local(step.name)
                inside[-1].maps.add(name)
                return Leaf(name, tuple(inside), key=path.steps[-1].name)
            if step.record is not None:
                inside.append(self.inner(inside[-1], step.name, step.record))
        name = inside[-1].local(path.steps[-1].name)
        whole = path.kind in (FieldKind.MAP, FieldKind.MOMENTS)
        if whole:
            inside[-1].maps.add(name)
        return Leaf(name, tuple(inside), whole_map=whole)

    def put(self, leaf: Leaf, value: str, *, again: bool = False) -> None:
        """Sets a field to a local that may be None; `again`: the code may run more than once for a record."""
        holder = leaf.inside[-1]
        if leaf.name not in holder.put:
            holder.put.append(leaf.name)
        first = leaf.name not in self.assigned and not again
        self.assigned.add(leaf.name)
        if leaf.key is not None:
            self._put_key(leaf, value, first=first)
        elif leaf.whole_map:
            self._put_map(leaf, value, first=first)
        elif first:
            if leaf.name != value:
                self.code.line(f"{leaf.name} = {value}")
        else:
            with self.code.inside(f"if {value} is not None and {leaf.name} != {value}:"):
                self.code.line(f"if {leaf.name} is not None: raise Doubt")
                self.code.line(f"{leaf.name} = {value}")

    def may_be_direct(self, leaf: Leaf, *, again: bool) -> bool:
        """Whether the field has no value yet, so that an expression may be assigned to it at once."""
        return leaf.key is None and not leaf.whole_map and leaf.name not in self.assigned and not again

    def _put_key(self, leaf: Leaf, value: str, *, first: bool) -> None:
        key = ascii(leaf.key)
        with self.code.inside(f"if {value} is not None:"):
            if first:
                self.code.line(f"{leaf.name} = {{{key}: {value}}}")
                return
            self.code.line(f"if {leaf.name} is None: {leaf.name} = {{{key}: {value}}}")
            self.code.line(f"elif {leaf.name}.setdefault({key}, {value}) != {value}: raise Doubt")

    def _put_map(self, leaf: Leaf, value: str, *, first: bool) -> None:
        if first:
            self.code.line(f"{leaf.name} = {value} or None")
            return
        with self.code.inside(f"if {value}:"):
            self.code.line(f"if {leaf.name} is None: {leaf.name} = {value}")
            with self.code.inside("else:"), self.code.inside(f"for key, held in {value}.items():"):
                self.code.line(f"if {leaf.name}.setdefault(key, held) != held: raise Doubt")

    def fill(self, leaf: Leaf, value: str) -> None:
        """Gives a field a value where nothing has given one; it makes no record inside."""
        inner = [f"({vars_.given()})" for vars_ in leaf.inside[1:]]
        with self.code.when(inner):
            if leaf.key is None:
                self.code.line(f"if {leaf.name} is None: {leaf.name} = {value}")
                return
            key = ascii(leaf.key)
            self.code.line(f"if {leaf.name} is None: {leaf.name} = {{{key}: {value}}}")
            self.code.line(f"else: {leaf.name}.setdefault({key}, {value})")

    def build(self, vars_: Vars) -> str:
        """The expression that makes the record; lines before it look for what the record must have."""
        fields = self.plan.fields[vars_.record]
        positional = tuple(getattr(vars_.record, "__match_args__", ()))
        given = {name: found for name, field in fields.items() if (found := self._value(vars_, field))}
        last = max((positional.index(name) for name in given if name in positional), default=-1)
        arguments = [given.get(name) or self._default(vars_.record, name) for name in positional[: last + 1]]
        arguments += [f"{name}={found}" for name, found in given.items() if name not in positional]
        return f"{self.names.record(vars_.record)}({', '.join(arguments)})"

    def _value(self, vars_: Vars, field: Field) -> str | None:
        name = field.name
        if name in vars_.inner:
            return self._inner_record(vars_, field)
        if name in vars_.lists:
            held = vars_.lists[name]
            if field.required:
                self.code.line(f"if not {held}: raise Doubt")
            return f"{held} or []" if field.is_list else f"tuple({held}) if {held} else ()"
        if name not in vars_.names:
            if field.required:
                self.code.line("raise Doubt")
            return "None" if field.required or field.awaited else None
        held = vars_.names[name]
        if field.required:
            self.code.line(f"if {held} is None: raise Doubt")
            return held
        if field.awaited:
            return held
        default = self._default(vars_.record, name)
        if default in ("{}", "()"):
            return f"{held} or {default}"
        return held if default == "None" else f"{default} if {held} is None else {held}"

    def _inner_record(self, vars_: Vars, field: Field) -> str:
        inner = vars_.inner[field.name]
        made = self.code.name("made")
        self.code.line(f"{made} = None")
        with self.code.inside(f"if {inner.given()}:"):
            self.code.line(f"{made} = {self.build(inner)}")
        if field.required:
            self.code.line(f"if {made} is None: raise Doubt")
        return made

    def _default(self, record: RecordType, name: str) -> str:
        """The program text of a field's own default."""
        field = next(each for each in msgspec.structs.fields(record) if each.name == name)
        if field.default_factory is dict:
            return "{}"
        if field.default_factory is list:
            return "[]"
        if field.default == ():
            return "()"
        text = literal(field.default, "")
        if text:
            return text
        raise UnsupportedTableError(name)
