"""pyx12's opinion by our maps: on good and bad sets, where there is none, and within its bounds."""

from __future__ import annotations

import random
from pathlib import Path
from unittest import mock

import pytest
from pyx12 import map_if

from gateway.schema.pyx12_maps import pyx12_maps
from gateway.second_opinion import engine, notes
from gateway.second_opinion.copy import interchanges
from gateway.second_opinion.engine import NO_DEFINITION, UNREADABLE_HEADER, Pyx12
from gateway.second_opinion.folder import KEPT_FOLDERS, kept_maps
from gateway.second_opinion.opinion import MOST_BYTES, FileOpinion, Opinion, SetOpinion
from tests.hostile.samples import group, interchange, transaction_set
from tests.schema.definitions import envelope, release
from tests.schema.samples import ORDER, SETS
from tests.schema.samples import interchange as with_one_set

COMPONENTS_TOO_MANY = f"MEA*WT*G*5*LB{'>' * 15}LB"


def order(*changes: tuple[int, str]) -> list[str]:
    segments = list(ORDER)
    for position, text in changes:
        segments[position - 2] = text
    return segments


def only(opinion: FileOpinion) -> SetOpinion:
    (one,) = opinion.sets
    return one


@pytest.mark.parametrize("set_type", sorted(SETS.keys() - {"999"}))  # 004010 has no 999
def test_a_good_set_is_accepted(pyx12: Pyx12, set_type: str) -> None:
    opinion = pyx12.judge(with_one_set(set_type, SETS[set_type]))
    assert (opinion.unread, opinion.envelope) == ((), ())
    assert (only(opinion).type, only(opinion).st02) == (set_type, "0001")
    assert (only(opinion).opinion, only(opinion).remarks) == (Opinion.ACCEPTED, ())


@pytest.mark.parametrize(
    ("position", "text", "tag", "elements", "component", "code"),
    [
        (2, "BEG*Q9*NE*4500012345**20260105", "BEG", (1,), None, "element 7"),
        (2, "BEG*00*NE***20260105", "BEG", (3,), None, "element 1"),
        (6, "DTM*064*20260229", "DTM", (2,), None, "element 8"),
        (9, "MSG*TEXT***X", "MSG", (4,), None, "element 3"),
        (13, "PO1*1*24*EA*3.5*PE*UP", "PO1", (6, 7), None, "element 2"),
        (8, "XYZ*1", "XYZ", (), None, "segment 1"),
    ],
)
def test_a_fault_is_told_at_its_place(
    pyx12: Pyx12,
    position: int,
    text: str,
    tag: str,
    elements: tuple[int, ...],
    component: int | None,
    code: str,
) -> None:
    one = only(pyx12.judge(with_one_set("850", order((position, text)))))
    remark = one.remarks[0]
    assert one.opinion is Opinion.REJECTED
    assert (remark.interchange, remark.group, remark.set, remark.segment) == (1, 1, 1, position)
    assert (remark.tag, remark.elements, remark.component, remark.code) == (tag, elements, component, code)
    assert remark.text


def test_a_component_is_named(pyx12: Pyx12) -> None:
    segments = [*ORDER[:6], "MEA*WT*G*5*LB>X", *ORDER[6:]]
    (remark,) = only(pyx12.judge(with_one_set("850", segments))).remarks
    assert (remark.segment, remark.tag, remark.elements, remark.component) == (8, "MEA", (4,), 2)


def test_the_sets_of_a_file_are_judged_one_by_one(pyx12: Pyx12) -> None:
    sets = [transaction_set(number=f"{number:04d}") for number in (1, 2, 3)]
    data = interchange(group(*sets)).replace("ST*850*0002~BEG*00", "ST*850*0002~BEG*Q9").encode()
    opinions = [(each.set, each.st02, each.opinion) for each in pyx12.judge(data).sets]
    assert opinions == [
        (1, "0001", Opinion.ACCEPTED),
        (2, "0002", Opinion.REJECTED),
        (3, "0003", Opinion.ACCEPTED),
    ]


def test_a_fault_of_the_envelope_rejects_its_sets(pyx12: Pyx12) -> None:
    data = with_one_set("850", ORDER).replace(b"GE*1*7", b"GE*2*7")
    opinion = pyx12.judge(data)
    (remark,) = opinion.envelope
    assert (remark.group, remark.set, remark.tag, remark.elements) == (1, 0, "GE", (1,))
    assert only(opinion).opinion is Opinion.REJECTED
    assert remark.text in only(opinion).why


def test_a_missing_trailer_is_told_of_its_set(pyx12: Pyx12) -> None:
    data = with_one_set("850", ORDER)
    cut = b"".join(line + b"\n" for line in data.splitlines() if not line.startswith(b"SE*"))
    one = only(pyx12.judge(cut))
    assert one.opinion is Opinion.REJECTED
    assert ("SE", len(ORDER) + 2) in {(remark.tag, remark.segment) for remark in one.remarks}


@pytest.mark.parametrize("next_header", [b"ST*850*0002~\n", b"GS*PO*S*R*20260105*1200*8*X*004010~\n"])
def test_what_a_set_lacks_before_the_next_header_is_told_of_it(pyx12: Pyx12, next_header: bytes) -> None:
    data = with_one_set("850", ORDER).replace(b"SE*19*0001~\n", next_header)
    first = pyx12.judge(data).sets[0]
    assert [(remark.tag, remark.segment) for remark in first.remarks] == [("SE", len(ORDER) + 2)]


@pytest.mark.parametrize("set_type", ["864", "8XX", "8" * 5000])
def test_there_is_no_opinion_on_a_set_without_definition(pyx12: Pyx12, set_type: str) -> None:
    first = transaction_set(("BMG*00*TEXT*03", "MIT*1"), set_type)
    data = interchange(group(first, transaction_set(number="0002"), identifier="TX")).encode()
    undefined, defined = pyx12.judge(data).sets
    assert (undefined.opinion, undefined.why) == (Opinion.NONE, NO_DEFINITION)
    assert defined.why != NO_DEFINITION


def test_no_opinion_on_one_set_is_one_on_the_next(pyx12: Pyx12) -> None:
    broken = transaction_set((*ORDER[:6], COMPONENTS_TOO_MANY, *ORDER[6:]), number="0001")
    data = interchange(group(broken, transaction_set(number="0002"))).replace(":", ">").encode()
    opinion = pyx12.judge(data)
    first, second = opinion.sets
    assert (first.opinion, first.remarks) == (Opinion.NONE, ())
    assert first.why.startswith("it stopped with ")
    assert (second.opinion, opinion.unread) == (Opinion.ACCEPTED, ())


def test_a_map_that_cannot_be_loaded_is_no_opinion(pyx12: Pyx12) -> None:
    fresh = Pyx12(pyx12.folders)
    with mock.patch.object(map_if, "load_map_file", side_effect=ValueError("broken")):
        opinion = fresh.judge(with_one_set("850", ORDER))
    assert [each.why for each in opinion.unread] == ["it stopped with ValueError: broken"]
    assert opinion.sets == ()


def test_what_it_does_not_read_is_told(pyx12: Pyx12) -> None:
    data = with_one_set("850", ORDER).replace(b"PID*F****HAMMER~", b"PID*F****HAMMER~~")
    opinion = pyx12.judge(data)
    assert [(each.interchange, each.why) for each in opinion.unread] == [
        (1, "it stopped reading before the end")
    ]
    assert only(opinion).opinion is Opinion.NONE


def test_an_interchange_it_cannot_read_does_not_hide_the_next(pyx12: Pyx12) -> None:
    good = with_one_set("850", ORDER)
    opinion = pyx12.judge(good.replace(b"*260105*1200*U*", b"*260105*12000*U*") + good)
    assert [(each.interchange, each.why) for each in opinion.unread] == [(1, UNREADABLE_HEADER)]
    assert [(each.interchange, each.opinion) for each in opinion.sets] == [(2, Opinion.ACCEPTED)]


def test_the_separators_of_each_interchange_are_its_own(pyx12: Pyx12) -> None:
    other = with_one_set("850", ORDER).replace(b"*", b"|")
    opinion = pyx12.judge(with_one_set("850", ORDER) + other)
    assert [each.opinion for each in opinion.sets] == [Opinion.ACCEPTED, Opinion.ACCEPTED]


@pytest.mark.parametrize(
    ("isa", "version", "marks"),
    [((), "00401", "U"), (("12=00200",), "00401", "U"), (("11=^", "12=00404"), "00501", "^")],
)
def test_the_copy_has_a_header_that_it_reads(isa: tuple[str, ...], version: str, marks: str) -> None:
    data = with_one_set("850", ORDER, isa=(*isa, "6=SENDER", "8=RECEIVER"))
    ((number, text),) = interchanges(data)
    assert (number, text[82], text[84:89], text[104:106]) == (1, marks, version, ">~")
    assert text[106:] == data.decode().split("~", 1)[1]


def test_a_large_file_is_not_asked_about(pyx12: Pyx12) -> None:
    opinion = pyx12.judge(with_one_set("850", ORDER) + b" " * MOST_BYTES)
    assert [each.interchange for each in opinion.unread] == [0]
    assert opinion.sets == ()


def test_it_is_given_so_much_time_and_no_more(pyx12: Pyx12) -> None:
    with mock.patch.object(engine, "MOST_SECONDS", -1.0):
        (unread,) = pyx12.judge(with_one_set("850", ORDER)).unread
    assert "longer than" in unread.why


def test_it_is_heard_so_long_and_no_longer(pyx12: Pyx12) -> None:
    with mock.patch.object(notes, "MOST_REMARKS", 5):
        opinion = pyx12.judge(with_one_set("850", [*ORDER[:8], *["XYZ*1"] * 100]))
    assert [each.why for each in opinion.unread] == ["it has said enough"]
    assert only(opinion).opinion is Opinion.NONE


@pytest.mark.parametrize("seed", range(60))
def test_no_bytes_make_it_raise(pyx12: Pyx12, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(with_one_set("856", SETS["856"]) + with_one_set("850", ORDER))
    for _ in range(chance.randrange(1, 30)):
        data[chance.randrange(len(data))] = chance.choice(b"*~>^\n\x00\xe9 A0")
    opinion = pyx12.judge(bytes(data))
    assert all(each.why for each in opinion.sets if each.opinion is Opinion.NONE)


def test_the_maps_lie_in_a_folder_of_the_owner_alone(tmp_path: Path) -> None:
    texts = {"a.xml": "<a/>", "b.xml": "<b/>"}
    folder = kept_maps(tmp_path / "var" / "maps", texts)
    assert {path.name: path.read_text() for path in folder.iterdir()} == texts
    assert [path.stat().st_mode & 0o777 for path in (folder, folder.parent)] == [0o700, 0o700]
    made = folder.stat().st_ino
    assert kept_maps(tmp_path / "var" / "maps", texts) == folder
    assert folder.stat().st_ino == made


def test_maps_that_are_not_ours_are_written_anew(tmp_path: Path) -> None:
    parent = tmp_path / "var" / "maps"
    texts = {"a.xml": "<a/>"}
    folder = kept_maps(parent, texts)
    (folder / "a.xml").write_text("<b/>")
    assert (kept_maps(parent, texts) / "a.xml").read_text() == "<a/>"
    folder.chmod(0o755)
    assert kept_maps(parent, texts).stat().st_mode & 0o777 == 0o700
    elsewhere = tmp_path / "elsewhere"
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)
    assert not kept_maps(parent, texts).is_symlink()
    assert (elsewhere / "a.xml").is_file()


def test_a_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "maps").symlink_to(tmp_path)
    with pytest.raises(OSError, match="is a link"):
        kept_maps(tmp_path / "var" / "maps", {"a.xml": "<a/>"})


def test_maps_of_changed_definitions_are_kept_in_bounds(tmp_path: Path) -> None:
    parent = tmp_path / "var" / "maps"
    last = [kept_maps(parent, {"a.xml": f"<a{number}/>"}) for number in range(KEPT_FOLDERS + 3)][-1]
    assert len(list(parent.iterdir())) == KEPT_FOLDERS
    assert last.is_dir()


def test_every_position_of_a_set_is_in_its_map() -> None:
    known = release()
    maps = pyx12_maps(envelope(), known)
    for set_id, definition in known.sets.items():
        text = maps[f"{set_id}.{known.release}.xml"]
        tags = [part.split('"', 1)[0] for part in text.split('<segment xid="')[1:]]
        first, last = tags.index("ST"), tags.index("SE") + 1
        assert tags[first:last] == [row.tag for row in definition.rows()]
        loops = [part.split('"', 1)[0] for part in text.split('<loop xid="')[1:]]
        assert len(loops) == len(set(loops))
