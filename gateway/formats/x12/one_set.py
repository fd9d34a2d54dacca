"""A short file of one interchange with one group of one set, read at once: so most orders are sent.

It only accepts. Where it doubts, `gateway.formats.x12.reader` takes the file batch by batch and says what is
wrong; what both accept is the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import punctuation

import msgspec

from gateway.findings import Location
from gateway.formats.x12.delimiters import has_repetition
from gateway.formats.x12.header import ISA_LENGTHS
from gateway.formats.x12.limits import DEFAULT_OPTIONS, MAX_ELEMENTS_PER_SEGMENT, Limits
from gateway.formats.x12.model import (
    Delimiters,
    Event,
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeStart,
    TransactionSet,
)
from gateway.formats.x12.numbers import LONGEST_CONTROL_NUMBER
from gateway.formats.x12.whole_sets import beginnings_pattern

MAX_LENGTH = MAX_ELEMENTS_PER_SEGMENT  # no shorter text is beyond one of the limits

_LENGTHS = [3, *ISA_LENGTHS]
_ISA_LENGTH = sum(_LENGTHS) + len(ISA_LENGTHS)  # without the terminator
_LINE_ENDS = ("", "\n", "\r\n")
_USUAL = frozenset(punctuation)  # what separates in all but a few files
_ONE_SET = ["GS", "ST", "SE", "GE", "IEA"]


class _Separators(msgspec.Struct, frozen=True):
    """How an interchange is cut apart; `beginnings` finds what opens or closes something."""

    delimiters: Delimiters
    between: str
    beginnings: re.Pattern[str]


def events_of_one_set(text: str, limits: Limits) -> tuple[Event, ...] | None:
    """The events of a file with this text, one character a byte; None when in doubt."""
    if not _ISA_LENGTH < len(text) <= MAX_LENGTH or not text.isascii() or limits != DEFAULT_OPTIONS.limits:
        return None
    isa = text[:_ISA_LENGTH].split(text[3])
    if isa[0] != "ISA" or list(map(len, isa)) != _LENGTHS:
        return None
    separators = _separators(
        text[3],
        isa[16],
        text[_ISA_LENGTH : _ISA_LENGTH + 1],
        isa[11] if has_repetition(isa[12]) else None,
        text[_ISA_LENGTH + 1 : _ISA_LENGTH + 4].partition("G")[0],
    )
    if separators is None or separators.beginnings.findall(text, _ISA_LENGTH) != _ONE_SET:
        return None
    between, terminator = separators.between, separators.delimiters.segment
    pieces = text.split(between)
    # One text stands between segments, none of which is empty or begins with a blank, and the last one ends.
    if pieces.pop() or min(pieces) < "!" or len(pieces[0]) != _ISA_LENGTH:
        return None
    if between != terminator and terminator in "".join(pieces):
        return None
    return _events(text, pieces, isa, separators)


@lru_cache(maxsize=64)  # of what the partners separate with
def _separators(
    element: str, component: str, segment: str, repetition: str | None, line_end: str
) -> _Separators | None:
    used = [element, component, segment] if repetition is None else [element, component, segment, repetition]
    if len(set(used)) < len(used) or not _USUAL.issuperset(used) or line_end not in _LINE_ENDS:
        return None
    between = segment + line_end
    delimiters = Delimiters(element, component, segment, repetition, line_end)
    return _Separators(delimiters, between, beginnings_pattern(element, segment, between))


def _events(
    text: str, pieces: list[str], isa: list[str], separators: _Separators
) -> tuple[Event, ...] | None:
    """The events of these segments, if their counts and control numbers agree."""
    delimiters = separators.delimiters
    element = delimiters.element
    gs, st, se = pieces[1].split(element), pieces[2].split(element), pieces[-3].split(element)
    ge, iea = pieces[-2].split(element), pieces[-1].split(element)
    count, isa13 = len(pieces), isa[13]
    if not (isa13.isdecimal() and iea == ["IEA", "1", isa13]):
        return None
    if not (_is_group(gs, ge) and _is_set(st, se, count - 4)):
        return None
    gs06, gap = gs[6], len(separators.between)
    of_gs = _ISA_LENGTH + gap
    of_st = of_gs + len(pieces[1]) + gap
    of_iea = len(text) - gap - len(pieces[-1])
    of_ge = of_iea - gap - len(pieces[-2])
    raw = text[of_st : of_ge - gap + len(delimiters.segment)]
    in_isa = Location(interchange=1, isa13=isa13, segment=1, tag="ISA", byte=0)
    in_gs = Location(interchange=1, group=1, isa13=isa13, gs06=gs06, segment=2, tag="GS", byte=of_gs)
    in_ge = Location(interchange=1, group=1, isa13=isa13, gs06=gs06, segment=count - 1, tag="GE", byte=of_ge)
    in_iea = Location(interchange=1, isa13=isa13, segment=count, tag="IEA", byte=of_iea)
    in_st = _of_st(in_gs, st[2], of_st)
    return (
        InterchangeStart(tuple(isa), delimiters, in_isa),
        GroupStart(tuple(gs), in_gs),
        TransactionSet(tuple(pieces[2:-2]), delimiters, in_st, raw, (), True, delimiters.segment),
        GroupEnd(tuple(ge), 1, in_ge),
        InterchangeEnd(tuple(iea), 1, in_iea),
    )


def _is_group(gs: list[str], ge: list[str]) -> bool:
    """Whether these are GS and GE of a group of one set."""
    return gs[0] == "GS" and len(gs) > 6 and ge == ["GE", "1", gs[6]] and _is_number(gs[6])


def _is_set(st: list[str], se: list[str], count: int) -> bool:
    """Whether these are ST and SE of a set of so many segments."""
    return st[0] == "ST" and len(st) > 2 and se[:3] == ["SE", str(count), st[2]] and _is_number(st[2])


def _is_number(text: str) -> bool:
    """Whether a control number is one that the reader remembers as such."""
    return text.isdecimal() and len(text) <= LONGEST_CONTROL_NUMBER


def _of_st(group: Location, st02: str, byte: int) -> Location:
    return Location(
        interchange=1,
        group=1,
        set=1,
        isa13=group.isa13,
        gs06=group.gs06,
        st02=st02,
        segment=3,
        segment_in_set=1,
        tag="ST",
        byte=byte,
    )
