"""Whether an agreement names a release, a mapping table and cross-references that there are, and that fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.agreements.agreement import Agreement, Direction
from gateway.agreements.known import Known, Path, Problem, TableHead, shown
from gateway.agreements.partner import X12Style
from gateway.suggestions import suggestion

__all__ = ["table_problems"]

Heads = Mapping[str, TableHead | None]


def table_problems(at: Path, agreement: Agreement, style: X12Style, known: Known) -> Iterator[Problem]:
    """What an agreement with a known document and format cannot be read or written with."""
    yield from _crossrefs(at, agreement, known)
    release = agreement.release
    if release is not None and agreement.format != "x12":
        yield ((*at, "release"),), f"`release` is for x12, not for {agreement.format}; leave it out"
        return
    if release is not None and known.releases is not None and release not in known.releases:
        text = f"`release` {shown(release)} is not installed"
        yield ((*at, "release"),), f"{text}{suggestion(release, known.releases)}"
        return
    heads = known.tables() if known.tables is not None else {}
    if heads:
        yield from _tables(at, agreement, style, heads)


def _crossrefs(at: Path, agreement: Agreement, known: Known) -> Iterator[Problem]:
    if known.crossrefs is None or not agreement.crossrefs:
        return
    names = known.crossrefs()
    for index, name in enumerate(agreement.crossrefs):
        if name not in names:
            text = f"there is no cross-reference {shown(name)}: no such file in `crossrefs/` of this partner"
            yield ((*at, "crossrefs", str(index)),), f"{text} or of mappings/{suggestion(name, names)}"


def _tables(at: Path, agreement: Agreement, style: X12Style, heads: Heads) -> Iterator[Problem]:
    fitting = {
        name: head
        for name, head in heads.items()
        if head is not None and (head.document, head.format) == (agreement.document, agreement.format)
    }
    what, named = f"{agreement.document} in {agreement.format}", agreement.mapping
    if named is None:
        if not fitting and None not in heads.values():
            text = f"no mapping table is for {what}; `gateway mappings list` shows what there is"
            yield ((*at, "document"), (*at, "format")), text
        used = fitting
    elif named not in heads:
        text = f"there is no mapping table {shown(named)}"
        yield ((*at, "mapping"),), f"{text}{suggestion(named, fitting or heads)}"
        return
    else:
        head = heads[named]
        if head is not None and named not in fitting:
            text = f"`mapping` {shown(named)} is for {head.document} in {head.format}, not for {what}"
            yield ((*at, "mapping"),), f"{text}{suggestion(named, fitting)}"
        used = {named: fitting[named]} if named in fitting else {}
    yield from _release(at, agreement, style, used)


def _release(
    at: Path, agreement: Agreement, style: X12Style, used: Mapping[str, TableHead]
) -> Iterator[Problem]:
    """The release that is agreed, or that of the partner for what goes out, is one of a table's."""
    if agreement.format != "x12" or not used:
        return
    sets = dict.fromkeys(head.set for head in used.values())
    wanted = [agreement.release] if agreement.release is not None else []
    if not wanted and agreement.direction is Direction.OUT:
        wanted = [style.release_of(each) for each in sets]
    served = sorted({release for head in used.values() for release in head.releases})
    if wanted and not set(wanted) & set(served):
        by = (
            f"the mapping table {shown(agreement.mapping)} is" if agreement.mapping else "no mapping table is"
        )
        text = f"{by} for {'/'.join(sets)} in {wanted[0]}; there is one for {', '.join(served)}"
        text = text if agreement.mapping is None else text.replace(" is for ", " is not for ", 1)
        yield ((*at, "release"), (*at, "mapping")), text
