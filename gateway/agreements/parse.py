"""Reads a partner file: every mistake of it is told, with its line and what was meant."""

from __future__ import annotations

import msgspec

from gateway.agreements.judge import NOTHING_KNOWN, Known, problems
from gateway.agreements.partner import Partner
from gateway.errors import DataFileError
from gateway.formats.yaml_nodes import ReadNodes, read_nodes
from gateway.formats.yaml_records import RecordReader


def parse_partner(
    text: str, file: str, known: Known = NOTHING_KNOWN, read: ReadNodes = read_nodes
) -> Partner:
    """The partner described by the text of `file`; raises `DataFileError` with every mistake and its line.

    Every value is the text it was written as, so that an identifier `01` keeps its zero. What the settings
    may name is judged as far as it is `known`. `read` reads its YAML.
    """
    root, mistakes = read(file, text, "`partner:` and `own:`")
    if root is None:
        raise DataFileError(tuple(mistakes))
    reader = RecordReader(file)
    tree = reader.record(root, Partner, ())
    if reader.mistakes:
        raise DataFileError(tuple(reader.mistakes))
    partner = msgspec.convert(tree, Partner)
    told = tuple((file, reader.line(*places), problem) for places, problem in problems(partner, known))
    if told:
        raise DataFileError(told)
    return partner
