"""Reads a partner file: every mistake of it is told, with its line and what was meant."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from pathlib import PurePosixPath

import msgspec

from gateway.agreements.agreement import Agreement
from gateway.agreements.channel import Channel
from gateway.agreements.inherit import inherited
from gateway.agreements.judge import problems
from gateway.agreements.known import NOTHING_KNOWN, Known, Path, Problem
from gateway.agreements.partner import Partner
from gateway.errors import DataFileError, Mistake
from gateway.formats.yaml_nodes import Mapping, Node, ReadNodes, Scalar, read_nodes
from gateway.formats.yaml_records import RecordReader, Tree

__all__ = ["ReadPartner", "parse_partner", "read_partner"]

KEYS = "`partner:` and `own:`"
AGREEMENTS, CALENDARS, DEFAULTS = "agreements", "calendars", "defaults"
NAMED = (CALENDARS, "channels", AGREEMENTS)
"""What has names of its own: each is read by itself, so that a mistake in one hides none in another."""
FROM_ITS_PLACE = ("partner", "name")
JUDGED_BY = ("direction", "document", "format", "channel", "mapping", "release", "from", "until")
"""Keys of an agreement by which others are judged: with a mistake in one of them nothing else is said."""


class _WrittenAgreement(Agreement, frozen=True, kw_only=True):
    """An agreement as a file has it."""

    like: str | None = None


class _Written(Partner, frozen=True, kw_only=True):
    """A partner as its file has it."""

    defaults: _WrittenAgreement | None = None
    agreements: MappingOf[str, _WrittenAgreement] = msgspec.field(default_factory=dict)


_PLACED: dict[type[msgspec.Struct], tuple[str, ...]] = {
    Channel: FROM_ITS_PLACE,
    Agreement: FROM_ITS_PLACE,
    _WrittenAgreement: FROM_ITS_PLACE,
}


class ReadPartner(msgspec.Struct, frozen=True):
    """What was read of a partner file: what of it can be used, the mistakes, and the parts that have some.

    `partner`: None when the file is no YAML. `line` gives that of the last of some places.
    """

    name: str
    file: str
    partner: Partner | None
    mistakes: tuple[Mistake, ...] = ()
    unread: frozenset[Path] = frozenset()
    line: Callable[[tuple[Path, ...]], int] = lambda places: 0

    def told(self, problem: Problem) -> Mistake:
        """A problem as a mistake of this file."""
        places, text = problem
        return (self.file, self.line(places), text)


def parse_partner(
    text: str, file: str, known: Known = NOTHING_KNOWN, read: ReadNodes = read_nodes
) -> Partner:
    """The partner described by the text of `file`; raises `DataFileError` with every mistake and its line.

    See `read_partner`. What it says of other partners is not judged here.
    """
    held = read_partner(text, file, known, read)
    if held.mistakes or held.partner is None:
        raise DataFileError(held.mistakes)
    return held.partner


def read_partner(
    text: str, file: str, known: Known = NOTHING_KNOWN, read: ReadNodes = read_nodes
) -> ReadPartner:
    """What the text of `file` says of a partner; its name is that of the folder which the file lies in.

    Every value is the text it was written as, so that an identifier `01` keeps its zero. What the settings
    may name is judged as far as it is `known`. `read` reads its YAML.
    """
    name = PurePosixPath(file).parent.name
    root, mistakes = read(file, text, KEYS)
    if root is None:
        return ReadPartner(name, file, None, tuple(mistakes))
    reader = RecordReader(file, placed=_PLACED)
    tree, unread = _tree(root, reader, name, file)

    def line(places: tuple[Path, ...]) -> int:
        return max(_line(reader, place) for place in places)

    held = ReadPartner(name, file, msgspec.convert(tree, Partner), (), unread, line)
    assert held.partner is not None
    told = [held.told(problem) for problem in problems(held.partner, known, unread)]
    found = sorted(dict.fromkeys([*mistakes, *reader.mistakes, *told]), key=lambda each: each[1])
    return msgspec.structs.replace(held, mistakes=tuple(found))


def _line(reader: RecordReader, place: Path) -> int:
    """The line of a place, or of what it would stand in when it was left out."""
    inner = (reader.line(place[:length]) for length in range(len(place), 0, -1))
    return next((line for line in inner if line), 0)


def _tree(root: Mapping, reader: RecordReader, name: str, file: str) -> tuple[Tree, frozenset[Path]]:
    """What can be used, and the places of what cannot."""
    tree: Tree = {}
    unread: set[Path] = set()
    for key, node in _with_inherited(root, reader, file).items:
        part = key.text or ""
        if part in NAMED and isinstance(node, Mapping):
            tree[part] = _named(node, reader, part, name, unread)
        elif part == DEFAULTS and isinstance(node, Mapping):
            reader.record(node, Agreement, (part,), whole=False)
        else:
            told = len(reader.mistakes)
            taken = reader.record(Mapping(((key, node),), root.line), _Written, ())
            if len(reader.mistakes) > told:
                unread.add((part,))
            else:
                tree |= taken
    return tree, frozenset(unread)


def _with_inherited(root: Mapping, reader: RecordReader, file: str) -> Mapping:
    """The file with all that its agreements inherit written out."""
    blocks = {key.text: node for key, node in root.items}
    agreements, defaults = blocks.get(AGREEMENTS), blocks.get(DEFAULTS)
    if not isinstance(agreements, Mapping):
        return root
    whole, found = inherited(agreements, defaults if isinstance(defaults, Mapping) else None)
    reader.mistakes += [(file, line, text) for line, text in found]
    items = ((key, whole if key.text == AGREEMENTS else node) for key, node in root.items)
    return Mapping(tuple(items), root.line)


def _named(node: Mapping, reader: RecordReader, part: str, partner: str, unread: set[Path]) -> Tree:
    """Each of what has a name, read by itself; what cannot be used is added to `unread`."""
    tree: Tree = {}
    for key, inner in node.items:
        name = key.text or ""
        told = len(reader.mistakes)
        outer = Mapping(((key, inner),), node.line)
        block = reader.record(Mapping(((Scalar(part, node.line), outer),), node.line), _Written, ())
        taken = block[part]
        if len(reader.mistakes) > told:
            taken = _usable(inner, reader, (part, name)) if part == AGREEMENTS else None
            unread.add((part, name))
        elif isinstance(taken, dict):
            taken = taken[name]
        if isinstance(taken, dict):
            tree[name] = taken | ({"partner": partner, "name": name} if part != CALENDARS else {})
    return tree


def _usable(node: Node, reader: RecordReader, path: Path) -> Tree | None:
    """What of an agreement with mistakes can still be judged; None when too little of it is known."""
    tree: Tree = {}
    for item in node.items if isinstance(node, Mapping) else ():
        told = len(reader.mistakes)
        taken = reader.record(Mapping((item,), node.line), _WrittenAgreement, path, whole=False)
        if len(reader.mistakes) == told:
            tree |= taken
        elif item[0].text in JUDGED_BY:
            return None
    fields = msgspec.structs.fields(_WrittenAgreement)
    required = {field.encode_name for field in fields if field.required} - set(FROM_ITS_PLACE)
    return tree if required <= set(tree) else None
