"""A partner file is read whole, or every mistake of it is told with its line."""

from __future__ import annotations

import pytest

from gateway.agreements.parse import parse_partner
from gateway.agreements.partner import (
    CaseCost,
    EnvelopeIdentity,
    InvoiceArithmetic,
    LineEnd,
    LineTax,
    Partner,
    Terms,
    Usage,
    X12Style,
)
from gateway.errors import DataFileError

SIDES = "partner: {qualifier: ZZ, id: BUYER}\nown: {qualifier: ZZ, id: SELLER}\n"

WHOLE = """\
description: A buyer
partner: {qualifier: 01, id: "012345678", group: BUYERGS}
own: {qualifier: ZZ, id: SELLER}
x12:
  release: 004010
  interchange_version: 00402
  element_separator: "|"
  component_separator: ":"
  segment_terminator: "'"
  repetition_separator: "^"
  line_end: crlf
  usage: P
  acknowledgment_requested: true
  charset: cp1252
terms:
  zone: Europe/Berlin
  currency: EUR
  vendor_code:
  vendor_item_id: ean
  invoice: {total_includes_tax: false, line_tax: per_unit, case_cost: per_each}
"""


def mistakes_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(DataFileError) as refused:
        parse_partner(text, "partners/buyer/partner.yaml")
    assert {file for file, _, _ in refused.value.mistakes} == {"partners/buyer/partner.yaml"}
    return [(line, text) for _, line, text in refused.value.mistakes]


def test_a_whole_file_is_read_value_by_value() -> None:
    assert parse_partner(WHOLE, "p") == Partner(
        partner=EnvelopeIdentity("01", "012345678", "BUYERGS"),
        own=EnvelopeIdentity("ZZ", "SELLER"),
        description="A buyer",
        x12=X12Style(
            release="004010",
            interchange_version="00402",
            element_separator="|",
            component_separator=":",
            segment_terminator="'",
            repetition_separator="^",
            line_end=LineEnd.CRLF,
            usage=Usage.PRODUCTION,
            acknowledgment_requested=True,
            charset="cp1252",
        ),
        terms=Terms(
            zone="Europe/Berlin",
            currency="EUR",
            vendor_code=None,
            vendor_item_id="ean",
            invoice=InvoiceArithmetic(
                total_includes_tax=False, line_tax=LineTax.PER_UNIT, case_cost=CaseCost.PER_EACH
            ),
        ),
    )


def test_what_is_left_out_has_its_default() -> None:
    partner = parse_partner(SIDES, "p")
    assert (partner.x12, partner.terms) == (X12Style(), Terms())
    assert partner.own is not None
    assert partner.own.group_id == "SELLER"


def test_a_group_has_its_own_name_when_it_is_given() -> None:
    partner = parse_partner(WHOLE, "p").partner
    assert partner is not None
    assert partner.group_id == "BUYERGS"


@pytest.mark.parametrize(("line_end", "characters"), [("none", ""), ("lf", "\n"), ("crlf", "\r\n")])
def test_line_ends(line_end: str, characters: str) -> None:
    style = parse_partner(f"{SIDES}x12: {{line_end: {line_end}}}\n", "p").x12
    assert style.line_end.characters == characters


def test_parts_may_be_named_once_and_used_again() -> None:
    text = "partner: &side {qualifier: ZZ, id: BUYER}\nown: {<<: *side, id: SELLER}\n"
    partner = parse_partner(text, "p")
    assert partner.own is not None
    assert (partner.own.qualifier, partner.own.id) == ("ZZ", "SELLER")


MISTAKES = [
    ("trems: {}\n", 3, "unknown key `trems`; did you mean `terms`?"),
    ("terms:\n  invoice:\n    line_taxes: x\n", 5, "unknown key `line_taxes`; did you mean `line_tax`?"),
    ("terms:\n  favourite: x\n", 4, "unknown key `favourite`; known: currency, invoice, vendor_code,"),
    ("terms: none\n", 3, "`terms` takes keys of its own: zone, currency,"),
    ("description: [a]\n", 3, "`description` takes one text"),
    ("description:\n", 3, "`description` says nothing; give it a value, or leave it out"),
    ("terms:\n  invoice: {case_cost: per_pallet}\n", 4, "is one of per_case, per_each, not `per_pallet`"),
    ("x12:\n  releases: 005010\n", 4, "`releases` takes keys of its own, each with a text"),
    ("x12:\n  releases: {856: }\n", 4, "`856` says nothing; give it a value, or leave it out"),
    ("x12:\n  line_end: cr\n", 4, "`line_end` is one of none, lf, crlf, not `cr`"),
    ("x12:\n  usage: X\n", 4, "`usage` is one of P, T, I, not `X`"),
    (
        "x12: {acknowledgment_requested: 1}\n",
        3,
        "`acknowledgment_requested` is one of true, false, not `1`",
    ),
    ("x12:\n  charset: utf-16\n", 4, "X12 cannot be read or written in the character set 'utf-16'"),
    ("x12:\n  charset: klingon\n", 4, "there is no character set 'klingon'"),
    ("x12:\n  element_separator: A\n", 4, "one character that is neither letter nor digit"),
    ('x12:\n  segment_terminator: "~~"\n', 4, "one character that is neither letter nor digit"),
    ('x12:\n  element_separator: ""\n', 4, "one character that is neither letter nor digit"),
    (
        'x12:\n  interchange_version: 00501\n  repetition_separator: "^"\n  element_separator: "^"\n',
        6,
        "`element_separator` and `repetition_separator` are the same character",
    ),
    (
        'x12:\n  usage: T\n  element_separator: ">"\n',
        5,
        "`element_separator` and `component_separator` are the same character",
    ),
    (
        'x12:\n  component_separator: " "\n',
        4,
        "one character that is neither letter nor digit nor blank, such as >",
    ),
    ("x12:\n  repetition_separator: x\n  interchange_version: 00501\n", 4, "nor blank, such as ^"),
    ('x12:\n  element_separator: "\\n"\n', 4, "`element_separator` cannot be a line end"),
    (
        'x12:\n  repetition_separator: "^"\n',
        4,
        "version `00401` has no `repetition_separator`; leave it out, or use `interchange_version` 00402",
    ),
    ("terms:\n  currency: usd\n", 4, "(ISO 4217) such as USD, not `usd`; did you mean `USD`?"),
    ("terms:\n  currency: Dollar\n", 4, "(ISO 4217) such as USD, not `Dollar`"),
    ('terms:\n  vendor_code: " "\n', 4, "`vendor_code` says nothing"),
    ("terms: {zone: UTC, zone: UTC}\n", 3, "`zone` stands twice"),
    ("terms: *terms\n", 3, "not valid YAML: `*terms` is used, but no `&terms` stands before it"),
    ("terms: {zone: UTC\n", 4, "not valid YAML"),
]


@pytest.mark.parametrize(("text", "line", "mistake"), MISTAKES)
def test_a_mistake_is_told_with_its_line(text: str, line: int, mistake: str) -> None:
    found = mistakes_of(SIDES + text)
    assert [at for at, _ in found] == [line]
    assert mistake in found[0][1]


@pytest.mark.parametrize("key", ["id", "group"])
def test_names_must_fit_their_elements(key: str) -> None:
    name = "N" * 15
    side = {"id": "x", key: name}
    good = f"partner: {{qualifier: ZZ, id: BUYER}}\nown:\n  qualifier: ZZ\n  id: {side['id']}\n"
    good += f"  group: {side['group']}\n" if "group" in side else ""
    parse_partner(good, "p")
    line = 5 if key == "group" else 4
    assert mistakes_of(good.replace(name, name + "N")) == [(line, f"`{key}` has more than 15 characters")]


@pytest.mark.parametrize(
    ("key", "name", "mistake"),
    [
        (
            "id",
            "A*B",
            "`id` holds '*', which is a separator, a control character or not in the",
        ),
        ("group", "A~B", "`group` holds '~'"),
        ("id", "A>B", "`id` holds '>'"),
        ("id", "A\\tB", "`id` holds '\\t'"),
        ("id", "Z\u00fcrich", "`id` holds '\u00fc'"),
        ("id", "  ", "`id` says too little; at least 1 of its characters must be no blanks"),
        ("group", "A", "`group` says too little; at least 2 of its characters must be no blanks"),
    ],
)
def test_names_can_be_written(key: str, name: str, mistake: str) -> None:
    rest = "" if key == "id" else "  id: BUYER\n"
    text = f'own: {{qualifier: ZZ, id: SELLER}}\npartner:\n  qualifier: ZZ\n  {key}: "{name}"\n{rest}'
    (found,) = mistakes_of(f"{text}x12: {{charset: ascii}}\n")
    assert found[0] == 4
    assert found[1].startswith(mistake)


def test_every_mistake_is_told_at_once() -> None:
    found = mistakes_of("own: {qualifier: ZZ}\nx12:\n  usage: X\n  linend: lf\n")
    assert found == [
        (1, "`id:` is missing"),
        (3, "`usage` is one of P, T, I, not `X`"),
        (4, "unknown key `linend`; did you mean `line_end`?"),
    ]


def test_a_set_may_have_a_release_of_its_own() -> None:
    style = parse_partner(f"{SIDES}x12: {{release: 004010, releases: {{856: 005010}}}}\n", "p").x12
    assert (style.release_of("856"), style.release_of("810")) == ("005010", "004010")
