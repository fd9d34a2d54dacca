"""Sixty files made to do harm, dropped at once: nothing crashes, each is kept and accounted for."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from tests.exchange.files import FAULTY_DAY, Interchange, acknowledgment, order, orders
from tests.exchange.world import World

MEBI = 1024 * 1024


def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * (8 * MEBI))
    return packed.getvalue()


def _deep(opening: bytes, closing: bytes, depth: int = 100_000) -> bytes:
    return opening * depth + b"1" + closing * depth


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)
ONE = orders("ORDER001")
CONTENTS: list[bytes] = [
    b"",
    b"\0",
    b"\0" * MEBI,
    b"\xff\xfe" + "ISA*00".encode("utf-16-le"),
    b"\xef\xbb\xbf",
    b"\xef\xbb\xbf" + ONE[:-20] + b"*IEA~",
    b"\r\n" * 100_000,
    b"\x1a",
    bytes(range(256)) * 100,
    _zip_bomb(),
    gzip.compress(b"\0" * (8 * MEBI)),
    _deep(b"[", b"]"),
    _deep(b'{"a":', b"}"),
    b'{"a":' * 100_000,
    b'{"n": 1e999999999}',
    b'{"n": ' + b"9" * 100_000 + b"}",
    b'{"\\ud800": "\\udfff"}',
    b'{"a": 1, "a": 2}' * 2,
    b'{"orders": ' + b'[{"a": 1},' * 20_000 + b"]}",
    _deep(b"<a>", b"</a>", 20_000),
    LAUGHS + b"]><a>&a11;</a>",
    b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
    b"<a " + b'b="c" ' * 50_000 + b"/>",
    b"<a>" + b"\0" + b"</a>",
    b"ISA",
    b"ISA*",
    b"ISA" + b"*" * 200_000 + b"~IEA*0*1~",
    b"ISA" + b"~" * 103 + b"IEA*0*1~",
    b"ISA" + b" " * 103,
    ONE.replace(b"~", b"\0"),
    ONE.replace(b"*", b"\0"),
    ONE.replace(b"ORDER001", b"ORDER\x00001"),
    ONE.replace(b"ORDER001", b"\xff\xfe\xfd"),
    ONE.replace(b"ORDER001", "订单０１".encode()),
    ONE.replace(b"ORDER001", b"../../../x"),
    ONE.replace(b"ORDER001", b"=cmd|'/c'!A"),
    ONE.replace(b"ORDER001", b"<script>x"),
    ONE.replace(b"ORDER001", b"x" * 200_000),
    ONE.replace(b"BEG*", b"BEG" + b"*" * 100_000),
    ONE.replace(b"BEG*", b"B" * 100_000 + b"*"),
    ONE.replace(b"000000041", b"999999999"),
    ONE.replace(b"000000041", b"-00000041"),
    ONE.replace(b"000000041", b"00000004x"),
    ONE.replace(b"*41*X", b"*" + b"9" * 5000 + b"*X"),
    ONE.replace(b"*850*", b"*\xff\xff\xff*"),
    ONE.replace(b"GS*PO", b"GS*FA"),
    ONE.replace(b"SE*", b"SE*9999999999999999999"),
    ONE[:200] * 500,
    ONE.replace(b"IEA*1*000000041~", b"") * 300,
    Interchange([("850", order(f"O{n:07d}", day=FAULTY_DAY)) for n in range(500)], number=50).data,
    Interchange(
        [("997", ["AK1*PO*1", *["AK2*850*0001", "AK5*A"] * 5000, "AK9*A*1*1*1"])], 51, group="FA"
    ).data,
    Interchange([("850", [f"PO1*{n}" for n in range(20_000)])], number=52).data,
    Interchange([("850", ["N1*ST"] * 20_000)], number=53).data,
    Interchange([], number=54).data,
    acknowledgment(),
    b"a,b\n" + b'"' * 100_000,
    b'"' + b"x" * MEBI,
    b"," * 500_000,
    b"order_number,order_number\n1,2\n" * 1000,
    acknowledgment().replace(b"7XQ4RT2B", b"=HYPERLINK(1)").replace(b"12", b"1e999999"),
    acknowledgment().replace(b",12,CA", b"," + b"9" * 10_000 + b",CA"),
    acknowledgment().replace(b"SO-7XQ4RT2B", b"\xff\xff"),
    acknowledgment().replace(b"2026-11-04", b"99999-99-99"),
]
NAMES: list[bytes] = [
    b"with a\nnew line.850",
    b"with\ta tab",
    b"\xff\xfe not text.850",
    "订单.850".encode(),
    b"x" * 250,
    b"-rf",
    b"$(reboot).850",
    b"a;b|c&d.850",
    b"%s%n%x.850",
    b"a..850",
    b"CON.850",
    b"\x1b[31mred.850",
    "\u202egnp.850".encode(),
    b"'; DROP TABLE message; --",
    b"{message}.850",
]
FEWEST = 60


def _name(place: int) -> bytes:
    return NAMES[place] if place < len(NAMES) else b"%d.txt" % place


@pytest.mark.one_in(2)
@pytest.mark.parametrize("partner", ["amazon", "erp"])
def test_hostile_files_harm_nothing(world: World, partner: str) -> None:
    assert len(CONTENTS) >= FEWEST
    for place, data in enumerate(CONTENTS):
        world.drop(partner, _name(place), data)
    world.drop("corner", "good.850", orders("GOODONE1", sender="CORNER"))
    world.run()
    world.pass_time(25 * 3600, stride=3600)

    assert not world.waiting(partner), "a file was neither taken nor set aside"
    assert len(world.taken("depot")) == 1, "the order of another partner waited"
    assert set(world.message_states()) <= {
        "delivered",
        "rejected",
        "quarantined",
        "duplicate",
        "held",
        "failed",
    }
    outside = {each.name for each in world.root.iterdir()}
    assert outside == {"gateway.yaml", "inbound", "mappings", "outbound", "partners", "schemas", "var"}


def test_hostile_names_are_kept_and_answered_beside_the_file(world: World) -> None:
    world.drop("amazon", "order.850", orders("7XQ4RT2B"))
    world.run()
    for place, name in enumerate(NAMES):
        if not name.startswith(b"."):
            world.drop("erp", name, acknowledgment().replace(b"2026-11-09", b"2026-11-%02d" % (place + 1)))
    world.run()

    assert not world.waiting("erp")
    expected = sum(not name.startswith(b".") for name in NAMES)
    assert len(world.replies("erp")) == expected
