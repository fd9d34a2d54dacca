"""Whose document it is decides who may have it: identities, test and production, days, and who asked."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from gateway.agreements.agreement import Agreement, Direction, Tolerances
from gateway.agreements.channel import Channel, Use
from gateway.agreements.partner import EnvelopeIdentity, Partner
from gateway.exchange.routing import Envelope, Routed, Unplaced, onward, route
from gateway.findings import Severity

DAY = date(2026, 11, 23)
LIVE = Channel(partner="shop", name="edi", usage=Use.PRODUCTION)
TRIAL = Channel(partner="shop", name="edi", usage=Use.TEST)
PARTNERS = {
    "shop": Partner(partner=EnvelopeIdentity("ZZ", "SHOP", "SHOPGS"), own=EnvelopeIdentity("01", "US")),
    "erp": Partner(),
}
ORDERS = Agreement(
    partner="shop",
    name="orders",
    direction=Direction.IN,
    document="PurchaseOrder",
    format="x12",
    channel="edi",
    to=("erp/orders",),
)
ENVELOPE = Envelope(
    sender_qualifier="ZZ",
    sender="SHOP           ",
    receiver_qualifier="01",
    receiver="US             ",
    usage="P",
    group_sender="SHOPGS",
    group_receiver="US",
)


def placed(
    *agreements: Agreement,
    channel: Channel = LIVE,
    envelope: Envelope | None = ENVELOPE,
    document: str = "PurchaseOrder",
    format: str = "x12",
    release: str | None = "004010",
    day: date = DAY,
) -> Routed | Unplaced:
    return route(channel, agreements or (ORDERS,), PARTNERS, envelope, document, format, release, day)


def code(outcome: Routed | Agreement | Unplaced) -> str:
    assert isinstance(outcome, Unplaced), outcome
    assert outcome.detail
    return outcome.code


def test_an_order_of_the_channels_partner_to_us_falls_under_its_agreement() -> None:
    assert placed() == Routed(ORDERS, is_test=False)


@pytest.mark.parametrize(
    ("field", "value", "element"),
    [
        ("sender_qualifier", "01", "ISA05"),
        ("sender", "OTHER", "ISA06"),
        ("sender", " SHOP", "ISA06"),
        ("sender", "shop", "ISA06"),
        ("receiver_qualifier", "ZZ", "ISA07"),
        ("receiver", "THEM", "ISA08"),
        ("group_sender", "SHOP", "GS02"),
        ("group_receiver", "THEM", "GS03"),
    ],
)
def test_another_name_anywhere_in_the_envelope_is_a_mismatch(field: str, value: str, element: str) -> None:
    outcome = placed(envelope=replace(ENVELOPE, **{field: value}))
    assert code(outcome) == "identity-mismatch"
    assert isinstance(outcome, Unplaced)
    assert element in outcome.detail


def test_a_mismatch_is_told_before_that_there_is_no_agreement() -> None:
    outcome = placed(document="Invoice", envelope=replace(ENVELOPE, sender="OTHER"))
    assert code(outcome) == "identity-mismatch"


def test_x12_on_the_channel_of_a_partner_without_names_is_a_mismatch() -> None:
    channel = Channel(partner="erp", name="edi", usage=Use.PRODUCTION)
    assert code(placed(replace(ORDERS, partner="erp"), channel=channel)) == "identity-mismatch"


def test_an_agreement_may_tolerate_other_names_which_are_still_told() -> None:
    tolerant = replace(ORDERS, tolerances=Tolerances(identity=True))
    outcome = placed(tolerant, envelope=replace(ENVELOPE, sender="OTHER"))
    assert isinstance(outcome, Routed)
    (finding,) = outcome.findings
    assert (finding.code, finding.severity) == ("identity-mismatch", Severity.WARNING)


def test_an_interchange_without_a_group_is_judged_by_its_own_names() -> None:
    assert isinstance(placed(envelope=replace(ENVELOPE, group_sender=None, group_receiver=None)), Routed)


@pytest.mark.parametrize("usage", ["T", "I", "", "X"])
def test_what_is_not_meant_never_falls_under_a_production_agreement(usage: str) -> None:
    assert code(placed(envelope=replace(ENVELOPE, usage=usage))) == "wrong-usage"
    trial = replace(ORDERS, name="trial", usage=Use.TEST)
    assert placed(ORDERS, trial, envelope=replace(ENVELOPE, usage=usage)) == Routed(trial, is_test=True)


def test_what_is_meant_never_falls_under_a_test_agreement_or_a_test_channel() -> None:
    assert code(placed(replace(ORDERS, usage=Use.TEST))) == "wrong-usage"
    assert code(placed(channel=TRIAL)) == "wrong-usage"


def test_a_file_without_an_envelope_is_meant_as_its_agreement_says() -> None:
    flat = replace(ORDERS, format="csv")
    assert placed(flat, format="csv", envelope=None, release=None) == Routed(flat, is_test=False)
    assert placed(flat, format="csv", envelope=None, release=None, channel=TRIAL) == Routed(
        flat, is_test=True
    )


@pytest.mark.parametrize(
    "other",
    [
        replace(ORDERS, document="Invoice"),
        replace(ORDERS, format="xml"),
        replace(ORDERS, direction=Direction.OUT),
        replace(ORDERS, channel="sftp"),
        replace(ORDERS, partner="erp"),
        replace(ORDERS, release="005010"),
    ],
)
def test_an_agreement_about_something_else_does_not_take_it(other: Agreement) -> None:
    assert code(placed(other)) == "no-agreement"


def test_a_release_is_known_with_what_follows_its_digits_and_goes_before_any() -> None:
    newer = replace(ORDERS, name="newer", release="005010")
    outcome = placed(ORDERS, newer, release="005010X217")
    assert isinstance(outcome, Routed)
    assert outcome.agreement is newer


def test_an_agreement_may_name_the_channel_of_another_partner() -> None:
    by_network = replace(ORDERS, partner="erp", channel="shop/edi")
    assert isinstance(placed(by_network), Routed)


def test_an_agreement_holds_from_its_first_day_to_its_last() -> None:
    limited = replace(ORDERS, since=date(2026, 11, 23), until=date(2026, 11, 24))
    outcomes = [placed(limited, day=date(2026, 11, day)) for day in (22, 23, 24, 25)]
    assert [isinstance(outcome, Routed) for outcome in outcomes] == [False, True, True, False]
    assert code(outcomes[0]) == "agreement-not-in-force"


def test_of_two_agreements_the_one_in_force_takes_it_and_two_in_force_take_nothing() -> None:
    earlier = replace(ORDERS, name="earlier", until=date(2026, 11, 22))
    assert placed(earlier, ORDERS) == Routed(ORDERS, is_test=False)
    assert code(placed(replace(ORDERS, name="twin"), ORDERS)) == "agreement-unclear"


def outgoing(partner: str, name: str = "orders", document: str = "PurchaseOrder") -> Agreement:
    return Agreement(
        partner=partner,
        name=name,
        direction=Direction.OUT,
        document=document,
        format="csv",
        channel="files",
    )


def sent_on(
    *targets: Agreement,
    document: str = "PurchaseOrder",
    is_test: bool = False,
    answers: str | None = None,
    usage: Use = Use.PRODUCTION,
    to: tuple[str, ...] | None = None,
) -> Agreement | Unplaced:
    incoming = replace(ORDERS, to=tuple(each.id for each in targets) if to is None else to)
    agreements = {each.id: each for each in targets}
    channels = {
        f"{each.partner}/files": Channel(partner=each.partner, name="files", usage=usage) for each in targets
    }
    return onward(incoming, document, agreements, channels, is_test=is_test, answers=answers, day=DAY)


def test_what_came_in_goes_out_by_the_agreement_that_is_named() -> None:
    assert sent_on(outgoing("erp")) == outgoing("erp")


def test_it_goes_nowhere_without_an_outgoing_agreement_for_it() -> None:
    assert code(sent_on()) == "no-onward"
    assert code(sent_on(outgoing("erp"), to=())) == "no-onward"
    assert code(sent_on(outgoing("erp"), document="Invoice")) == "no-onward"
    assert code(sent_on(replace(outgoing("erp"), direction=Direction.IN))) == "no-onward"


def test_an_answer_goes_to_the_partner_whose_order_it_answers_and_to_nobody_else() -> None:
    shop, mall = outgoing("shop"), outgoing("mall")
    assert sent_on(shop, mall, answers="mall") == mall
    assert code(sent_on(shop, mall)) == "no-onward"
    assert code(sent_on(shop, answers="mall")) == "no-onward"


def test_an_order_and_its_change_go_by_the_agreements_of_their_own() -> None:
    change = outgoing("erp", "changes", "PurchaseOrderChange")
    assert sent_on(outgoing("erp"), change, document="PurchaseOrderChange") == change


def test_a_test_never_goes_to_a_production_channel_nor_an_order_to_a_test() -> None:
    trial = replace(outgoing("erp"), usage=Use.TEST)
    assert code(sent_on(outgoing("erp"), is_test=True)) == "wrong-usage"
    assert code(sent_on(trial, is_test=True, usage=Use.PRODUCTION)) == "wrong-usage"
    assert sent_on(trial, is_test=True, usage=Use.TEST) == trial
    assert code(sent_on(trial)) == "wrong-usage"
    assert code(sent_on(outgoing("erp"), usage=Use.TEST)) == "wrong-usage"


def test_it_does_not_go_out_by_an_agreement_that_is_over() -> None:
    assert code(sent_on(replace(outgoing("erp"), until=date(2026, 1, 1)))) == "agreement-not-in-force"
