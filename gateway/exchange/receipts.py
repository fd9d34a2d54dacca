"""What became of what we sent, from the 997, 999 and TA1 that come for it, in whatever order they come.

What was told is kept as a set of verdicts, to which an answer only ever adds. Adding to a set does not depend
on order, and adding twice changes nothing; so repeated, late and contradictory answers lead to one final
state, whichever comes first. What the state means is read off the set. Refused beats accepted: of a document
that somebody refused nobody can say that it is being processed, and taking it for delivered could lose it.
Accepted with errors beats accepted, since somebody saw something to look at. That both were told stays
visible as a contradiction, for a person to ask about; nothing is sent again by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from gateway.acknowledgments.answered import (
    Acknowledged,
    AcknowledgedGroup,
    AcknowledgedInterchange,
    Identity,
    Parties,
    same_number,
)
from gateway.findings import Finding, found, has_errors
from gateway.report import Verdict

__all__ = [
    "AWAITED",
    "Ambiguous",
    "Answered",
    "Matched",
    "SentGroup",
    "SentInterchange",
    "SentSet",
    "Standing",
    "State",
    "Told",
    "Unmatched",
    "apply",
    "match",
    "problems",
    "standing_of",
]


class SentSet(msgspec.Struct, frozen=True):
    """One transaction set that we sent, and the id of the document in it."""

    st01: str
    st02: str
    document: str


class SentGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One functional group that we sent: GS01, GS06, and GS02 and GS03, which are no matter where empty."""

    gs01: str
    gs06: str
    sender: str = ""
    receiver: str = ""
    sets: tuple[SentSet, ...] = ()


class SentInterchange(msgspec.Struct, frozen=True, kw_only=True):
    """One interchange that we sent, as it stands in its headers: `date` is ISA09, `time` ISA10."""

    id: str
    isa13: str
    date: str
    time: str
    sender: Identity
    receiver: Identity
    groups: tuple[SentGroup, ...] = ()


class Told(StrEnum):
    """What one answer says of an interchange or a set."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted_with_errors"
    REFUSED = "refused"
    UNCLEAR = "unclear"  # it does not tell, or is too damaged to be believed


class Standing(StrEnum):
    """How a set that we sent stands."""

    AWAITED = "awaited"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted_with_errors"
    REFUSED = "refused"


class State(msgspec.Struct, frozen=True):
    """All that was told of one interchange: of its envelope, of each document by its id, and of sets that we
    never sent. Each is in a fixed order and has no value twice, so that equal states are equal."""

    envelope: tuple[Told, ...] = ()
    documents: Mapping[str, tuple[Told, ...]] = msgspec.field(default_factory=dict)
    strangers: tuple[str, ...] = ()


AWAITED = State()


class Answered(msgspec.Struct, frozen=True):
    """The state after an answer, and all that a person should see in it."""

    state: State
    findings: tuple[Finding, ...]


class Matched(msgspec.Struct, frozen=True):
    """The answer is about this interchange."""

    sent: SentInterchange


class Unmatched(msgspec.Struct, frozen=True):
    """The answer is about nothing that was sent to who answers."""

    finding: Finding


class Ambiguous(msgspec.Struct, frozen=True):
    """The answer may be about any of these, so it changes none of them."""

    finding: Finding
    sent: tuple[SentInterchange, ...]


def match(sent: Sequence[SentInterchange], answer: Acknowledged) -> Matched | Unmatched | Ambiguous:
    """Which of the interchanges that were sent the answer is about. Only who received it can answer it."""
    meant = [each for each in sent if _is_answered(each, answer)]
    if len(meant) == 1:
        return Matched(meant[0])
    number = answer.control_number
    kind = answer.kind if isinstance(answer, AcknowledgedGroup) else "TA1"
    sender = answer.parties.sender.identifier
    if not meant:
        return Unmatched(found("receipt-unmatched", value=number, kind=kind, sender=sender))
    names = ", ".join(each.id for each in meant)
    finding = found("receipt-ambiguous", value=number, kind=kind, sender=sender, sent=names)
    return Ambiguous(finding, tuple(meant))


def apply(sent: SentInterchange, state: State, answer: Acknowledged) -> Answered:
    """The state after an answer that was matched with what was sent."""
    if isinstance(answer, AcknowledgedInterchange):
        told = _told(answer.verdict, answer.findings)
        after = msgspec.structs.replace(state, envelope=_with(state.envelope, told))
    else:
        after = _with_group(sent, state, answer)
    return Answered(after, problems(after))


def standing_of(state: State, document: str) -> Standing:
    """How the set of a document stands. An envelope that was refused took all of its sets with it; one that
    was accepted says nothing of them."""
    told = state.documents.get(document, ())
    if Told.REFUSED in told or Told.REFUSED in state.envelope:
        return Standing.REFUSED
    if Told.ACCEPTED_WITH_ERRORS in told:
        return Standing.ACCEPTED_WITH_ERRORS
    return Standing.ACCEPTED if Told.ACCEPTED in told else Standing.AWAITED


def problems(state: State) -> tuple[Finding, ...]:
    """What a person should see in a state: contradictions, answers that do not tell, sets never sent."""
    return tuple(_problems(state))


def _is_answered(sent: SentInterchange, answer: Acknowledged) -> bool:
    parties = answer.parties
    if (parties.sender, parties.receiver) != (sent.receiver, sent.sender):
        return False
    if isinstance(answer, AcknowledgedInterchange):
        return answer.answers(sent.isa13) and (answer.date, answer.time) == (sent.date, sent.time)
    return any(_is_group_answered(group, answer) for group in sent.groups)


def _is_group_answered(group: SentGroup, answer: AcknowledgedGroup) -> bool:
    return answer.answers(group.gs01, group.gs06) and _is_swapped(group, answer.parties)


def _is_swapped(group: SentGroup, parties: Parties) -> bool:
    pairs = (
        (group.sender, parties.application_receiver),
        (group.receiver, parties.application_sender),
    )
    return all(not ours or not theirs or ours.rstrip(" ") == theirs.rstrip(" ") for ours, theirs in pairs)


def _with_group(sent: SentInterchange, state: State, answer: AcknowledgedGroup) -> State:
    documents = dict(state.documents)
    ours = [each for group in sent.groups if _is_group_answered(group, answer) for each in group.sets]
    for each in ours:
        told = _told(answer.verdict_of(each.st01, each.st02), answer.findings)
        documents[each.document] = _with(documents.get(each.document, ()), told)
    strangers = {
        f"{named.st01} {named.st02}"
        for named in answer.sets
        if not any(each.st01 == named.st01 and same_number(each.st02, named.st02) for each in ours)
    }
    return msgspec.structs.replace(
        state, documents=documents, strangers=tuple(sorted({*state.strangers, *strangers}))
    )


def _told(verdict: Verdict, findings: Sequence[Finding]) -> Told:
    """What an answer says; one with errors of its own is believed when it refuses, not when it accepts."""
    if verdict is Verdict.REJECTED:
        return Told.REFUSED
    if has_errors(findings):
        return Told.UNCLEAR
    if verdict is Verdict.ACCEPTED:
        return Told.ACCEPTED
    return Told.ACCEPTED_WITH_ERRORS if verdict is Verdict.ACCEPTED_WITH_ERRORS else Told.UNCLEAR


def _with(told: tuple[Told, ...], more: Told) -> tuple[Told, ...]:
    return tuple(sorted({*told, more}))


def _problems(state: State) -> Iterator[Finding]:
    if _contradicts(state.envelope):
        yield found("receipt-contradicts", value="the envelope")
    if Told.UNCLEAR in state.envelope:
        yield found("receipt-unclear", value="the envelope")
    for document, told in sorted(state.documents.items()):
        if _contradicts((*told, *(each for each in state.envelope if each is Told.REFUSED))):
            yield found("receipt-contradicts", value=document)
        if Told.UNCLEAR in told and len(told) == 1:
            yield found("receipt-unclear", value=document)
    for stranger in state.strangers:
        yield found("receipt-set-unknown", value=stranger)


def _contradicts(told: Sequence[Told]) -> bool:
    return Told.REFUSED in told and bool({Told.ACCEPTED, Told.ACCEPTED_WITH_ERRORS} & set(told))
