"""`gateway view` of a TA1, 997 or 999: which documents got which verdict, and every fault in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from gateway.acknowledgments.answered import (
    Acknowledged,
    AcknowledgedGroup,
    AcknowledgedInterchange,
    AcknowledgedSet,
    Identity,
    SegmentFault,
)
from gateway.cli.output import VERDICT_STYLES, finding_json
from gateway.cli.screen import Screen, printable
from gateway.formats.x12.definitions import Composite, Element, ElementUse, Release, Segment
from gateway.report import Verdict

# Which element of an acknowledgment holds a code, so that its list says what the code means.
GROUP_CODE = ("AK9", 5)
SET_CODE = ("AK5", 2)
SEGMENT_CODE = ("AK3", 4)
ELEMENT_CODE = ("AK4", 3)
NOTE_CODE = ("TA1", 5)
IN_999 = MappingProxyType({SEGMENT_CODE: ("IK3", 4), ELEMENT_CODE: ("IK4", 3), SET_CODE: ("IK5", 2)})
FUNCTIONAL_IDENTIFIER = ("GS", 1)

SHOWN = 99  # characters of a value; AK404 holds no more


class Words:
    """What the installed definitions call segments, elements, sets and codes; hostile ones have no name."""

    def __init__(self, envelope: Release, releases: Iterable[Release]) -> None:
        self._segments: dict[str, Segment] = {}
        self._sets: dict[str, str] = {}
        for release in releases:
            self._segments |= release.segments
            self._sets |= {name: each.name for name, each in release.sets.items()}
        self._segments |= envelope.segments

    def meaning(self, place: tuple[str, int], code: str) -> str | None:
        """What a code means at this place, in 997 or 999; None for one that the standard does not have."""
        element = self._element(*place)
        codes = element.codes if isinstance(element, Element) else None
        if codes is None or code not in codes.codes:
            return self.meaning(IN_999[place], code) if place in IN_999 else None
        return codes.codes[code] or "of a meaning not listed here"

    def of_set(self, name: str) -> str:
        """What a transaction set is called, "" when it is not installed."""
        return self._sets.get(name, "")

    def of_element(self, fault: SegmentFault) -> str:
        """What the element of a fault is called, "" when the segment is not installed."""
        content = self._element(fault.tag, fault.element or 0)
        if isinstance(content, Composite) and fault.component:
            use = _at(content.components, fault.component)
            return use.content.name if use is not None else content.name
        return content.name if content is not None else ""

    def _element(self, tag: str, position: int) -> Element | Composite | None:
        segment = self._segments.get(tag)
        use = _at(segment.uses, position) if segment is not None else None
        return use.content if use is not None else None


def _at(uses: tuple[ElementUse, ...], position: int) -> ElementUse | None:
    return uses[position - 1] if 1 <= position <= len(uses) else None


def print_answer(screen: Screen, answer: Acknowledged, words: Words) -> None:
    """Print one acknowledgment: what it is about, the verdict, and each fault it tells."""
    if isinstance(answer, AcknowledgedInterchange):
        _heading(screen, f"TA1 about interchange {answer.control_number or 'without a number'}", answer)
        _parties(screen, answer)
        _fact(screen, "Sent", f"{answer.date} {answer.time}".strip())
        _fact(screen, "Note", _coded(words, NOTE_CODE, answer.note))
        return
    kind = words.meaning(FUNCTIONAL_IDENTIFIER, answer.functional_identifier)
    group = f"{answer.functional_identifier or '??'} {answer.control_number or 'without a number'}"
    _heading(screen, f"{answer.kind} about group {group}{f', {kind}' if kind else ''}", answer)
    _parties(screen, answer)
    _fact(screen, "Sets", _counts(answer))
    for code in answer.codes:
        _fact(screen, "Group", _coded(words, GROUP_CODE, code))
    for each in answer.sets:
        _set(screen, each, words)
    _others(screen, answer)


def _heading(screen: Screen, title: str, answer: Acknowledged) -> None:
    verdict = (_verdict(answer.verdict), VERDICT_STYLES[answer.verdict])
    screen.line()
    screen.line((printable(title), "bold"), "  ", verdict, hang=4)


def _parties(screen: Screen, answer: Acknowledged) -> None:
    _fact(screen, "From", _identity(answer.parties.sender))
    _fact(screen, "To", _identity(answer.parties.receiver))


def _fact(screen: Screen, name: str, value: str) -> None:
    if value:
        screen.line(f"  {name:<8}{printable(value)}", hang=10)


def _identity(identity: Identity) -> str:
    return f"{identity.identifier} ({identity.qualifier})" if identity.identifier else ""


def _counts(answer: AcknowledgedGroup) -> str:
    counts = (("sent", answer.included), ("received", answer.received), ("accepted", answer.accepted))
    return ", ".join(f"{count} {what}" for what, count in counts if count is not None)


def _set(screen: Screen, answered: AcknowledgedSet, words: Words) -> None:
    name = f"{answered.st01 or '???'} {answered.st02 or 'without a number'}"
    kind = words.of_set(answered.st01)
    title = printable(f"  {name}{f' ({kind})' if kind else ''}  ")
    verdict = (_verdict(answered.verdict), VERDICT_STYLES[answered.verdict])
    screen.line(title, verdict, hang=4)
    for code in answered.codes:
        _line(screen, 4, _coded(words, SET_CODE, code))
    told = None
    for fault in answered.faults:
        segment = (fault.position, fault.tag, fault.loop, fault.segment_code)
        if segment != told:
            _line(screen, 4, _segment(fault, words))
            told = segment
        if _names_element(fault):
            _line(screen, 6, _element(fault, words))


def _segment(fault: SegmentFault, words: Words) -> str:
    place = f"segment {'?' if fault.position is None else fault.position}, {fault.tag or '???'}"
    if fault.loop:
        place += f" in loop {fault.loop}"
    return f"{place}: {_coded(words, SEGMENT_CODE, fault.segment_code)}" if fault.segment_code else place


def _names_element(fault: SegmentFault) -> bool:
    return bool(fault.element is not None or fault.element_number or fault.element_code or fault.data)


def _element(fault: SegmentFault, words: Words) -> str:
    place = f"{fault.tag}{'??' if fault.element is None else f'{fault.element:02d}'}"
    if fault.component is not None:
        place += f"-{fault.component:02d}"
    if fault.repetition is not None:
        place += f", repetition {fault.repetition}"
    name = words.of_element(fault)
    number = f"element {fault.element_number}" if fault.element_number else ""
    called = ", ".join(word for word in (name, number) if word)
    said = f"{place} ({called})" if called else place
    said += f": {_coded(words, ELEMENT_CODE, fault.element_code)}" if fault.element_code else ""
    return f"{said}; sent was {fault.data[:SHOWN]}" if fault.data else said


def _others(screen: Screen, answer: AcknowledgedGroup) -> None:
    """The sets that the answer does not name, which is how most partners answer good ones."""
    unnamed = (answer.included or 0) - len(answer.sets)
    if unnamed > 0 and answer.verdict is not Verdict.UNREADABLE:
        verdict = answer.verdict_of("", "")
        title = f"  {unnamed} {'set that is' if unnamed == 1 else 'sets that are'} not named  "
        screen.line(title, (_verdict(verdict), VERDICT_STYLES[verdict]), hang=4)


def _line(screen: Screen, indent: int, text: str) -> None:
    screen.line(f"{' ' * indent}{printable(text)}", hang=indent + 4)


def _verdict(verdict: Verdict) -> str:
    return "no verdict that can be told" if verdict is Verdict.UNREADABLE else verdict.value.replace("_", " ")


def _coded(words: Words, place: tuple[str, int], code: str) -> str:
    return (
        f"{words.meaning(place, code) or 'a code that the standard does not have'} ({code})" if code else ""
    )


def answer_json(answer: Acknowledged, words: Words) -> dict[str, object]:
    """An acknowledgment for programs: as it was read, each code with its meaning, null for an unknown one."""

    def coded(place: tuple[str, int], code: str) -> dict[str, str | None]:
        return {"code": code, "meaning": words.meaning(place, code)}

    def fault(told: SegmentFault) -> Mapping[str, object]:
        return {
            **msgspec.structs.asdict(told),
            "segment_code": coded(SEGMENT_CODE, told.segment_code) if told.segment_code else None,
            "element_name": words.of_element(told) or None,
            "element_code": coded(ELEMENT_CODE, told.element_code) if told.element_code else None,
        }

    tree: dict[str, object] = {
        **msgspec.structs.asdict(answer),
        "parties": msgspec.to_builtins(answer.parties),
        "verdict": answer.verdict.value,
        "findings": [finding_json(finding) for finding in answer.findings],
    }
    if isinstance(answer, AcknowledgedInterchange):
        return {"acknowledgment": "TA1", **tree, "note": coded(NOTE_CODE, answer.note)}
    del tree["kind"]
    tree["codes"] = [coded(GROUP_CODE, code) for code in answer.codes]
    tree["sets"] = [
        {
            "st01": each.st01,
            "st02": each.st02,
            "guide": each.guide,
            "verdict": each.verdict.value,
            "codes": [coded(SET_CODE, code) for code in each.codes],
            "faults": [fault(told) for told in each.faults],
        }
        for each in answer.sets
    ]
    return {"acknowledgment": answer.kind, **tree}
