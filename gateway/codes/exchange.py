"""What is found when a document is placed, compared with earlier ones, sent on and answered."""

from __future__ import annotations

from gateway.codes.model import Code, Severity

CODES = (
    Code(
        code="identity-mismatch",
        severity=Severity.ERROR,
        title="Envelope names somebody else",
        message="{element} says {value}, which is not the name of {side} on channel {channel}",
        why="Whoever can put a file on a channel could speak for another partner, or reach another receiver.",
        remedy=(
            "Ask the partner who sent it. If the name is right, correct `partner` or `own` in its "
            "partner.yaml and replay it from quarantine. It was not answered."
        ),
    ),
    Code(
        code="no-agreement",
        severity=Severity.ERROR,
        title="No agreement for such a document",
        message="no agreement takes {value} as {format} in this release on channel {channel}",
        why="Without an agreement nobody has said what is to be done with it, and on what terms.",
        remedy=(
            "Describe the agreement in the partner's partner.yaml and replay the document from quarantine, "
            "or ask the partner why it was sent."
        ),
    ),
    Code(
        code="agreement-not-in-force",
        severity=Severity.ERROR,
        title="Agreement not in force",
        message="on {day} none of the agreements for {value} is in force: {agreements}",
        why="Before its first day and after its last one an agreement binds nobody.",
        remedy="Correct `since` or `until` of the agreement, or agree on a new one; then replay it.",
    ),
    Code(
        code="agreement-unclear",
        severity=Severity.ERROR,
        title="Several agreements fit",
        message="{value} falls under several agreements at once: {agreements}",
        why="Each may have other terms, and the gateway does not choose by chance.",
        remedy="Give them different channels, releases, or days on which they are in force; then replay it.",
    ),
    Code(
        code="wrong-usage",
        severity=Severity.ERROR,
        title="Test and production mixed",
        message="{value} is {kind}, and these agreements or their channels are not: {agreements}",
        why="A test that is taken for an order is delivered and charged; an order taken for a test is lost.",
        remedy=(
            "Ask the partner for the right usage indicator (ISA15), or correct `usage` of the agreement and "
            "of its channel."
        ),
    ),
    Code(
        code="no-onward",
        severity=Severity.ERROR,
        title="Nowhere to send it on",
        message="agreement {agreement} {problem} {value}",
        why="The document was taken and would reach nobody, or somebody it is not meant for.",
        remedy="Name under `to` of the agreement the outgoing one of the partner who is to have it.",
    ),
    Code(
        code="duplicate-file",
        severity=Severity.WARNING,
        title="File came before",
        message="these very bytes came before, as message {earlier}",
        why="Taken twice, an order is delivered twice and an invoice is charged twice.",
        remedy="Nothing, if it was sent again by mistake; else ask for it with new control numbers.",
    ),
    Code(
        code="duplicate-numbers",
        severity=Severity.ERROR,
        title="Control numbers came before",
        message="the control numbers {value} came before, in message {earlier}, with other bytes",
        why="Two documents under one number cannot be told apart in acknowledgments.",
        remedy="Ask the partner to send it with new control numbers, if it is another document.",
    ),
    Code(
        code="duplicate-content",
        severity=Severity.WARNING,
        title="Document came before",
        message="{value} came before with the same content, as message {earlier}",
        why="Taken twice, an order is delivered twice and an invoice is charged twice.",
        remedy="Nothing, if it was sent again by mistake; else the partner gives it a number of its own.",
    ),
    Code(
        code="content-taken-back",
        severity=Severity.WARNING,
        title="Order says what it said before it was revised",
        message="{value} says what message {earlier} said, and was revised in between",
        why="It may be late and mean nothing, or take the revision back; nothing in it tells which.",
        remedy="Ask the partner which of the two is meant, and release or refuse it.",
    ),
    Code(
        code="number-reused",
        severity=Severity.WARNING,
        title="Number used before",
        message="{value} has the number of message {earlier} and says something else",
        why="It may replace the earlier one, or another document may have got its number by mistake.",
        remedy="See what differs with `gateway messages diff`, and ask the sender if it was not meant.",
    ),
    Code(
        code="revision-unsayable",
        severity=Severity.ERROR,
        title="A change cannot say it",
        message="{place} {problem}, which a PurchaseOrderChange cannot say",
        why="Whoever is handed the change would go on with what the order said before.",
        remedy=(
            "Compare both orders and tell the receiver, or hand revisions on whole: `revision: whole` under "
            "`duplicates` of the agreement."
        ),
    ),
    Code(
        code="receipt-unmatched",
        severity=Severity.WARNING,
        title="Acknowledgment of nothing that was sent",
        message="the {kind} from {sender} answers control number {value}, which was not sent to them",
        why="It may be meant for somebody else, be about what another system sent, or have a wrong number.",
        remedy="Ask the partner what it answers. What was sent is still awaited.",
    ),
    Code(
        code="receipt-ambiguous",
        severity=Severity.ERROR,
        title="Acknowledgment may be of several sendings",
        message="the {kind} from {sender} for control number {value} fits more than one sending: {sent}",
        why="Taken for the wrong one, a refused document would pass for accepted.",
        remedy="Ask the partner which one it means; see that control numbers are not used again.",
    ),
    Code(
        code="receipt-contradicts",
        severity=Severity.ERROR,
        title="Acknowledgments contradict each other",
        message="{value} was both accepted and refused by the partner",
        why="It counts as refused, since what was refused is not processed; it may have been all the same.",
        remedy="Ask the partner what became of it before anything is sent again.",
    ),
    Code(
        code="receipt-unclear",
        severity=Severity.WARNING,
        title="Acknowledgment does not tell",
        message="what came as an answer does not tell what became of {value}",
        why="The acknowledgment is damaged, or counts other sets than it names; nothing is accepted by it.",
        remedy="Ask the partner for a complete acknowledgment.",
    ),
    Code(
        code="receipt-set-unknown",
        severity=Severity.WARNING,
        title="Acknowledgment of a set that was not sent",
        message="an acknowledgment names transaction set {value}, which was not in the group it answers",
        why="The partner may have read the group wrongly, or mean another one.",
        remedy="Ask the partner what was meant, above all if it was refused.",
    ),
    Code(
        code="receipt-overdue",
        severity=Severity.WARNING,
        title="Acknowledgment overdue",
        message="{value} was delivered at {delivered} and has no acknowledgment",
        why="The partner may not have it, or not be able to read it.",
        remedy="Ask the partner. If it is not there, `gateway messages resend` sends the same bytes again.",
    ),
    Code(
        code="held-for-release",
        severity=Severity.NOTE,
        title="Held until somebody releases it",
        message="the document is finished and is held back: {problem}",
        why="The agreement asks for a person's decision before such a document leaves.",
        remedy="`gateway held show` has it; release it, or refuse it with a reason. Its deadline goes on.",
    ),
)
