"""Channels, calendars and agreements are read with what they inherit; what could not be used is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from gateway.agreements.agreement import (
    Acknowledge,
    Agreement,
    Batch,
    Direction,
    Duplicates,
    Hold,
    OnRevision,
    Receipt,
    Rejects,
    Ta1,
)
from gateway.agreements.channel import Channel, Folders, Replies, ReplyForm, Use, Whole, WholeBy
from gateway.agreements.partner import Partner
from tests.agreements.files import NOTICES, ORDERS, SOUND, read, told


def partner(text: str) -> Partner:
    held = read(text)
    assert held.mistakes == ()
    assert held.partner is not None
    return held.partner


def test_every_value_of_an_agreement_is_read() -> None:
    text = SOUND.replace(
        NOTICES,
        "  notices: {direction: out, document: PurchaseOrder, format: x12, channel: edi, release: 005010, "
        "mapping: x12-850, guide: false, crossrefs: [items, places], usage: test, zone: America/Chicago, "
        "calendar: work, windows: [06:00-20:00, 22:00-24:00], batch: {documents: 5, bytes: 1 MB, "
        "seconds: 5 min}, "
        "duplicates: {revision: hold}, hold: {above: 99.50}, receipt: {expected: false, within: 3 days}, "
        "in_order: true, from: 2026-01-01, until: 2026-12-31, description: d",
    )
    assert partner(text).agreements["notices"] == Agreement(
        partner="buyer",
        name="notices",
        direction=Direction.OUT,
        document="PurchaseOrder",
        format="x12",
        channel="edi",
        release="005010",
        mapping="x12-850",
        guide=False,
        crossrefs=("items", "places"),
        usage=Use.TEST,
        zone="America/Chicago",
        calendar="work",
        windows=("06:00-20:00", "22:00-24:00"),
        batch=Batch(5, 1_000_000, 300),
        duplicates=Duplicates(revision=OnRevision.HOLD),
        hold=Hold(above=Decimal("99.50")),
        receipt=Receipt(expected=False, within=259_200),
        in_order=True,
        since=date(2026, 1, 1),
        until=date(2026, 12, 31),
        description="d",
    )


def test_every_value_of_a_channel_and_a_calendar_is_read() -> None:
    folder = (
        "{in: inbound/a, whole: {by: marker, quiet: 90 s, patience: 2 days}, replies: {form: csv}, "
        "file_name: '{number}.x'}"
    )
    held = partner(SOUND.replace("{in: inbound/live}", folder))
    assert held.channels["live"] == Channel(
        partner="buyer",
        name="live",
        usage=Use.PRODUCTION,
        folder=Folders(
            into="inbound/a",
            whole=Whole(WholeBy.MARKER, 90, 172_800),
            replies=Replies(ReplyForm.CSV),
            file_name="{number}.x",
        ),
    )
    assert held.channels["edi"].folder == Folders("inbound/buyer", "outbound/buyer")
    assert held.calendars["work"].holidays == (date(2026, 12, 25),)


def test_own_words_go_before_those_of_the_one_it_is_like_and_those_before_defaults() -> None:
    text = SOUND.replace(
        "agreements:\n", "defaults:\n  acknowledge: {rejects: guide, ta1: never}\nagreements:\n"
    )
    text += "  more: {like: orders, channel: live, acknowledge: {ta1: refused}, description: own}\n"
    text += "  still: {like: more, document: Invoice, tolerances: {form: true}}\n"
    text = text.replace(ORDERS, f"{ORDERS}, description: first, zone: UTC")
    held = partner(text).agreements
    assert held["orders"].acknowledge == Acknowledge(ta1=Ta1.NEVER, rejects=Rejects.GUIDE)
    assert held["more"].acknowledge == Acknowledge(ta1=Ta1.REFUSED, rejects=Rejects.GUIDE)
    assert (held["more"].description, held["more"].zone, held["more"].channel) == ("own", "UTC", "live")
    assert (held["still"].document, held["still"].acknowledge.ta1) == ("Invoice", Ta1.REFUSED)
    assert (held["still"].name, held["still"].id) == ("still", "buyer/still")


def test_a_default_about_the_other_direction_or_another_format_is_passed_over() -> None:
    text = SOUND.replace(
        "agreements:\n",
        "defaults: {release: 004010, batch: {documents: 9, seconds: 1 h}, windows: [06:00-07:00], "
        "tolerances: {form: true}}\n"
        "agreements:\n",
    )
    text += "  flat: {direction: in, document: PurchaseOrder, format: csv, channel: edi}\n"
    held = partner(text).agreements
    assert (held["orders"].batch, held["orders"].windows, held["orders"].tolerances.form) == (
        Batch(),
        (),
        True,
    )
    assert (held["notices"].batch.documents, held["notices"].tolerances.form) == (9, False)
    assert (held["orders"].release, held["flat"].release) == ("004010", None)


def test_a_mistake_that_is_inherited_is_told_once_where_it_was_written() -> None:
    text = SOUND.replace("agreements:\n", "defaults:\n  zone: Mars\nagreements:\n")
    assert told(text) == [
        (
            8,
            "`zone` `Mars` is no time zone of the IANA list, such as America/Los_Angeles; "
            "known: America/Chicago, UTC",
        )
    ]


def test_a_partner_that_no_envelope_names_may_exchange_flat_files() -> None:
    text = "channels: {files: {folder: {out: outbound/erp}}}\nagreements:\n  orders: {direction: out, "
    held = partner(text + "document: PurchaseOrder, format: csv, channel: files}\n")
    assert (held.partner, held.own) == (None, None)


RULES = [
    ("document", SOUND.replace("PurchaseOrder,", "PurchaseOrdr,"), 8, "did you mean `PurchaseOrder`?"),
    ("format", SOUND.replace(ORDERS, ORDERS.replace("x12", "x21")), 8, "`format` `x21` is none"),
    (
        "release",
        SOUND.replace(ORDERS, f"{ORDERS}, release: 004011"),
        8,
        "not installed; did you mean `004010`?",
    ),
    (
        "release of a table",
        SOUND.replace(NOTICES, f"{NOTICES}, release: 005010"),
        9,
        "no mapping table is for 856 in 005010; there is one for 004010",
    ),
    (
        "release of the partner",
        SOUND.replace("calendars", "x12: {releases: {856: 005010}}\ncalendars"),
        10,
        "no mapping table is for 856 in 005010",
    ),
    (
        "release of csv",
        SOUND.replace(ORDERS, f"{ORDERS}, release: 004010".replace("x12", "csv")),
        8,
        "`release` is for x12, not for csv",
    ),
    ("mapping", SOUND.replace(ORDERS, f"{ORDERS}, mapping: x12-805"), 8, "did you mean `x12-850`?"),
    (
        "mapping of another document",
        SOUND.replace(ORDERS, f"{ORDERS}, mapping: x12-810"),
        8,
        "`x12-810` is for Invoice in x12, not for PurchaseOrder in x12; did you mean `x12-850`?",
    ),
    (
        "mapping for another release",
        SOUND.replace(NOTICES, f"{NOTICES}, mapping: x12-856, release: 005010"),
        9,
        "the mapping table `x12-856` is not for 856 in 005010",
    ),
    (
        "no mapping",
        SOUND.replace(NOTICES, NOTICES.replace("x12", "xml")),
        9,
        "no mapping table is for ShipNotice in xml; `gateway mappings list`",
    ),
    ("crossrefs", SOUND.replace(ORDERS, f"{ORDERS}, crossrefs: [itmes]"), 8, "did you mean `items`?"),
    ("channel", SOUND.replace(ORDERS, ORDERS.replace("edi", "edo")), 8, "`edo` is not among the `channels:`"),
    (
        "way in",
        SOUND.replace("{in: inbound/buyer, out", "{out"),
        8,
        "the channel `edi` has no way in; give its `folder:` an `in:`, such as inbound/buyer",
    ),
    ("way out", SOUND.replace(", out: outbound/buyer", ""), 9, "the channel `edi` has no way out"),
    (
        "no way out",
        SOUND.replace("{folder: {in: inbound/buyer, out: outbound/buyer}}", "{}"),
        9,
        "no way out",
    ),
    (
        "usage",
        SOUND.replace(ORDERS, f"{ORDERS}, usage: production"),
        8,
        "a production agreement cannot use the channel `edi`, which is for test",
    ),
    (
        "usage the other way",
        SOUND.replace(ORDERS, f"{ORDERS}, usage: test".replace("edi", "live")),
        8,
        "a test agreement cannot use the channel `live`, which is for production",
    ),
    (
        "ISA15",
        SOUND.replace("edi: {folder", "edi: {usage: production, folder"),
        9,
        "what is written says `T` in ISA15, which never goes to a production channel",
    ),
    ("calendar", SOUND.replace(ORDERS, f"{ORDERS}, calendar: wrok"), 8, "did you mean `work`?"),
    ("zone", SOUND.replace(ORDERS, f"{ORDERS}, zone: UTZ"), 8, "did you mean `UTC`?"),
    ("windows", SOUND.replace(NOTICES, f"{NOTICES}, windows: [6:00-20:00]"), 9, "not `6:00-20:00`"),
    ("an hour that is none", SOUND.replace(NOTICES, f"{NOTICES}, windows: [06:00-25:00]"), 9, "06:00-25:00"),
    ("an empty window", SOUND.replace(NOTICES, f"{NOTICES}, windows: [06:00-06:00]"), 9, "06:00-06:00"),
    (
        "windows of what comes in",
        SOUND.replace(ORDERS, f"{ORDERS}, windows: [06:00-20:00]"),
        8,
        "`windows` is about what goes out",
    ),
    (
        "batch in",
        SOUND.replace(ORDERS, f"{ORDERS}, batch: {{documents: 2}}"),
        8,
        "`batch` is about what goes out",
    ),
    (
        "hold in",
        SOUND.replace(ORDERS, f"{ORDERS}, hold: {{always: true}}"),
        8,
        "`hold` is about what goes out",
    ),
    (
        "receipt in",
        SOUND.replace(ORDERS, f"{ORDERS}, receipt: {{within: 1 h}}"),
        8,
        "`receipt` is about what goes",
    ),
    ("to out", SOUND.replace(NOTICES, f"{NOTICES}, to: [buyer/x]"), 9, "`to` is about what comes in"),
    (
        "acknowledge out",
        SOUND.replace(NOTICES, f"{NOTICES}, acknowledge: {{ta1: never}}"),
        9,
        "`acknowledge` is about what comes in",
    ),
    (
        "tolerances out",
        SOUND.replace(NOTICES, f"{NOTICES}, tolerances: {{form: true}}"),
        9,
        "`tolerances` is about",
    ),
    (
        "a total that there is not",
        SOUND.replace(NOTICES, f"{NOTICES}, hold: {{above: 5}}"),
        9,
        "`above` is about a total, and ShipNotice has none",
    ),
    (
        "above beside always",
        SOUND.replace(
            NOTICES, f"{NOTICES}, hold: {{above: 5, always: true}}".replace("ShipNotice", "Invoice")
        ),
        9,
        "`above` says nothing beside `always: true`",
    ),
    (
        "date_patterns",
        SOUND.replace(ORDERS, f"{ORDERS}, date_patterns: [YYYY-MM-DD]"),
        8,
        "are for csv;",
    ),
    (
        "a date pattern",
        SOUND.replace(ORDERS, f"{ORDERS}, date_patterns: [YYYY-DD]".replace("x12", "csv")),
        8,
        "`date_patterns` has `YYYY-DD`",
    ),
    (
        "days",
        SOUND.replace(ORDERS, f"{ORDERS}, from: 2026-05-02, until: 2026-05-01"),
        8,
        "`until` 2026-05-01 is before `from` 2026-05-02",
    ),
    (
        "overlapping",
        f"{SOUND}  twice: {{like: orders, mapping: x12-850}}\n",
        10,
        "`twice` and `orders` are both about PurchaseOrder in x12, in, on edi, on the same days",
    ),
    ("own alone", "own: {qualifier: ZZ, id: SELLER}\n", 1, "`partner:` is missing"),
    (
        "no names",
        SOUND.partition("calendars")[2].join(("calendars", "")),
        6,
        "needs to know who writes to whom",
    ),
    ("like", SOUND.replace(ORDERS, f"{ORDERS}, like: notises"), 8, "did you mean `notices`?"),
    ("like itself", SOUND.replace(ORDERS, f"{ORDERS}, like: orders"), 8, "`like` goes round: orders, orders"),
    ("a name", SOUND.replace("  orders:", "  or/ders:"), 8, "`or/ders` is no name"),
    ("a name of a channel", f"{SOUND}".replace("  live:", "  li.ve:"), 6, "`li.ve` is no name"),
    (
        "a key",
        SOUND.replace(ORDERS, f"{ORDERS}, chanel: x"),
        8,
        "unknown key `chanel`; did you mean `channel`?",
    ),
    ("a key of its place", SOUND.replace(ORDERS, f"{ORDERS}, partner: x"), 8, "unknown key `partner`"),
    ("a required key", SOUND.replace(", channel: edi", "", 1), 8, "`channel:` is missing"),
    ("a default", SOUND + "defaults: {zoone: UTC}\n", 10, "unknown key `zoone`; did you mean `zone`?"),
    ("no block", SOUND + "defaults: [UTC]\n", 10, "`defaults` takes keys of its own"),
    ("an amount", SOUND.replace(NOTICES, f"{NOTICES}, hold: {{above: much}}"), 9, "an amount such as 2500"),
    ("a day", SOUND.replace(ORDERS, f"{ORDERS}, until: 2026-02-30"), 8, "a day such as 2026-12-31"),
    (
        "a length of time",
        SOUND.replace(NOTICES, f"{NOTICES}, receipt: {{within: 5}}"),
        9,
        "`90 s`, `5 min`, `24 h`",
    ),
    ("a weekday", SOUND.replace("mon, fri", "mon, frid"), 3, "did you mean `fri`?"),
    ("a weekday twice", SOUND.replace("mon, fri", "mon, mon"), 3, "has `mon` twice"),
    ("no weekday", SOUND.replace("mon, fri", ""), 3, "`days` is empty"),
    ("no folder", SOUND.replace("{in: inbound/live}", "{taken: hold}"), 6, "`folder` names no folder"),
]


@pytest.mark.parametrize(
    ("text", "line", "words"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES]
)
def test_what_could_not_be_carried_out_is_told_at_its_line(text: str, line: int, words: str) -> None:
    found = [(at, said) for at, said in told(text) if words in said]
    assert [at for at, _ in found] in ([line], [line, line + 1]), told(text)
    assert told(SOUND) == []


@pytest.mark.parametrize(
    "path",
    [
        "inbound",
        "inbound/",
        "/inbound/x",
        "outbound/x",
        "inbound/../x",
        "inbound/./x",
        "inbound//x",
        "inbound/.x",
        *("inbound\\x", "inbound/a:b", "inbound/ x", "", "x" * 300, "inbound/" + "x" * 300, '"inbound/\\0"'),
    ],
)
def test_a_drop_folder_lies_below_inbound(path: str) -> None:
    written = path if path.startswith('"') else f"'{path}'"
    (found,) = told(SOUND.replace("inbound/live", written))
    assert found[0] == 6
    assert found[1].startswith("`in` is a folder below inbound/ of the workspace")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("{nmber}", "unknown placeholder `{nmber}`; did you mean `number`?"),
        ("{number", "a brace without its other one"),
        ("{number!r}", "unknown placeholder `{number!r}`"),
        ("{number:>900}", "unknown placeholder `{number:>900}`"),
        ("{number.__class__}", "unknown placeholder"),
        ("a/{number}", "not a path"),
        ("a\\\\{number}", "not a path"),
        (".{number}", "begins with a dot"),
        ("{number}.tmp", "ends as files do that are not whole"),
        ("{number}.ERR", "ends as files do"),
        ("{document}.x", "would be the same for many documents"),
        ("{number}" + "x" * 200, "at most 120 characters"),
    ],
)
def test_a_file_name_is_safe_and_its_own(name: str, words: str) -> None:
    text = SOUND.replace("{in: inbound/live}", f'{{in: inbound/live, file_name: "{name}"}}')
    assert next((line, words in said) for line, said in told(text)) == (6, True), told(text)


@pytest.mark.parametrize("name", ["{document}-{number}.{extension}", "{control}", "PO {message} {date}.edi"])
def test_a_usual_file_name_is_taken(name: str) -> None:
    assert told(SOUND.replace("{in: inbound/live}", f'{{in: inbound/live, file_name: "{name}"}}')) == []


def test_agreements_that_follow_one_another_or_differ_do_not_overlap() -> None:
    text = SOUND.replace(ORDERS, f"{ORDERS}, until: 2026-05-31")
    text += "  later: {like: orders, from: 2026-06-01, until: 2026-12-31}\n"
    text += "  live: {like: orders, channel: live}\n"
    assert told(text) == []


def test_agreements_of_two_releases_do_not_overlap() -> None:
    both = SOUND.replace(ORDERS, f"{ORDERS}, release: '004010'")
    assert told(both + "  newer: {like: orders, release: '005010'}\n") == []
    assert told(SOUND + "  newer: {like: orders, release: '005010'}\n") == []
    ((line, text),) = told(both + "  again: {like: orders, description: the same}\n")
    assert line == 10
    assert "give each a `release` of its own" in text


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("zone", "America/Chicago"),
        ("guide", "false"),
        ("tolerances", "{form: true}"),
        ("crossrefs", "[items]"),
    ],
)
def test_agreements_of_which_files_would_be_read_differently_are_told(key: str, value: str) -> None:
    first = SOUND.replace(ORDERS, f"{ORDERS}, until: 2026-05-31")
    later = f"  later: {{like: orders, from: 2026-06-01, until: 2026-12-31, {key}: {value}}}\n"
    ((line, text),) = told(first + later)
    assert (line, f"has another `{key}" in text) == (10, True)
    assert told(first + later.replace("like: orders,", "like: orders, channel: live,")) == []


@pytest.mark.parametrize("batch", ["documents: 5", "bytes: 1 MB", "documents: 5, bytes: 1 MB"])
def test_a_batch_must_not_wait_for_ever(batch: str) -> None:
    ((line, text),) = told(SOUND.replace(NOTICES, f"{NOTICES}, batch: {{{batch}}}"))
    assert line == 9
    assert "may wait for ever" in text
    assert told(SOUND.replace(NOTICES, f"{NOTICES}, batch: {{{batch}, seconds: 15 min}}")) == []


def test_one_side_without_the_other_is_told_once_though_the_other_has_a_mistake() -> None:
    assert told(SOUND.replace("own: {qualifier: ZZ, id: SELLER}", "own: {qualifier: ZZ}")) == [
        (2, "`id:` is missing")
    ]


def test_a_mistake_in_one_part_hides_none_in_another_and_makes_none() -> None:
    text = SOUND.replace("edi: {folder", "edi: {fodler").replace(ORDERS, f"{ORDERS}, guide: no, zone: UTZ")
    text = text.replace("days: [mon, fri]", "days: mon").replace(NOTICES, f"{NOTICES}, calendar: work")
    lines = [(line, said.partition(";")[0]) for line, said in told(text)]
    assert lines == [
        (3, "`days` takes a list"),
        (5, "unknown key `fodler`"),
        (8, "`guide` is one of true, false, not `no`"),
        (8, "`zone` `UTZ` is no time zone of the IANA list, such as America/Los_Angeles"),
    ]


def test_a_ring_of_likes_is_told_of_each_that_is_in_it() -> None:
    text = f"{SOUND}  a: {{like: b}}\n  b: {{like: a}}\n  c: {{like: a, document: Invoice}}\n"
    found = [said for _, said in told(text) if "goes round" in said]
    assert found == [
        "`like` goes round: a, b, a; leave one of them out",
        "`like` goes round: b, a, b; leave one of them out",
    ]
