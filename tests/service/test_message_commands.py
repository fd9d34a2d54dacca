"""`gateway messages`, `orders`, `held`, `quarantine`, `channels` and `balance`: what they show and change."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.lifecycle import Event, State
from gateway.service.parts import user_of
from tests.cli.command import Ran, run
from tests.service.planted import looking, opened
from tests.store.days import Day, OrdersDay, orders_day

WHY = "the table was mended"
CHANNELS = """\
description: a customer
channels:
  edi:
    usage: production
"""


def listed(root: Path, *words: str) -> list[dict[str, object]]:
    ran = run("messages", "list", "--json", *words, cwd=root)
    assert ran.code == 0, ran.err
    told: dict[str, list[dict[str, object]]] = json.loads(ran.out)
    return told["messages"]


def state_of(root: Path, message: str) -> str:
    ((state,),) = rows(root, f"SELECT state FROM message WHERE id = '{message}'")
    return str(state)


def rows(root: Path, words: str) -> list[tuple[object, ...]]:
    with looking(root) as connection:
        return [tuple(row) for row in connection.execute(text(words))]


def steps(root: Path) -> list[tuple[object, ...]]:
    """What was queued since, but for the taking up of what came."""
    return rows(root, "SELECT kind, message_id, body FROM step WHERE message_id IS NOT NULL ORDER BY n")


def filled(root: Path) -> OrdersDay:
    with opened(root) as store:
        return orders_day(Day(store))


def kept(root: Path, state: State, why: str = "amount-above", count: int = 1) -> list[str]:
    """Documents that stand so, in the order of their ids."""
    with opened(root) as store:
        day = Day(store)
        arrival = day.arrive("more.850")
        documents = [day.document(arrival, state, f"PO-{n}", place=n, why=why) for n in range(1, count + 1)]
        return sorted(day.split(arrival, *documents))


def quarantined(root: Path) -> str:
    with opened(root) as store:
        day = Day(store)
        arrival = day.arrive("strange.edi")
        day.happens(arrival, Event.CANNOT_BE_PLACED, {"why": "identity-mismatch"})
        return arrival


def last_leaf(root: Path, message: str) -> dict[str, object]:
    ran = run("messages", "timeline", message, "--json", cwd=root)
    leaf: dict[str, object] = json.loads(ran.out)["happened"][-1]
    return leaf


def test_lists_are_filtered_and_paged(root: Path) -> None:
    one = filled(root)
    assert [each["id"] for each in listed(root, "--kind", "document")] == [one.order]
    assert [each["id"] for each in listed(root, "--partner", "ERP")] == [one.file]
    assert {each["id"] for each in listed(root, "--key", "po 4711")} == {one.order}
    assert {each["state"] for each in listed(root, "--state", "delivered")} == {"delivered"}
    assert listed(root, "--until", "2020-01-01") == []
    first = listed(root, "--limit", "3")
    rest = listed(root, "--before", str(first[-1]["id"]))
    assert len(first + rest) == 4
    wrong = run("messages", "list", "--state", "lost", cwd=root)
    assert (wrong.code, "there are received, processed" in wrong.err) == (2, True)
    assert run("messages", "list", "--since", "noon", cwd=root).code == 2
    assert run("messages", "list", "--limit", "0", cwd=root).code == 2


def test_a_list_and_an_order_are_shown_to_people(root: Path) -> None:
    one = filled(root)
    told = run("messages", "list", cwd=root).out.decode()
    assert "amazon file order.850" in told
    assert "erp sent purchase order" in told
    shown = run("messages", "show", one.order[:-1], cwd=root).out.decode()
    assert shown.startswith(f"{one.order}  purchase order PO-4711  delivered\n")
    assert f"sent in     {one.file}" in shown
    tree = run("orders", "show", "PO-4711", cwd=root).out.decode().splitlines()
    assert [len(line) - len(line.lstrip()) for line in tree[:4]] == [0, 2, 4, 2]
    assert tree[-1] == "awaited no invoice came yet"
    none = run("orders", "show", "PO-1", cwd=root)
    assert (none.code, none.out) == (2, b"")
    story = run("messages", "timeline", one.arrival, cwd=root).out.decode()
    assert "message-received  - > received  by otto" in story
    assert story.endswith("8 entries of the ledger, about 4 messages.\n")
    assert "\\xa0" not in story


def test_whoever_reads_bytes_stands_in_the_ledger(root: Path) -> None:
    one = filled(root)
    ran = run("messages", "raw", one.arrival, cwd=root)
    assert (ran.code, ran.out) == (0, b"ISA*850~")
    leaf = last_leaf(root, one.arrival)
    assert (leaf["what"], leaf["who"]) == ("payload-read", user_of(os.geteuid()).name)
    assert leaf["details"] == {"role": "raw", "who": user_of(os.geteuid()).name}
    out = run("messages", "raw", one.file, "-o", root / "sent.csv", cwd=root)
    assert (out.code, out.out) == (0, b"")
    assert (root / "sent.csv").read_bytes().startswith(b"order-4711.csv")
    assert (root / "sent.csv").stat().st_mode & 0o777 == 0o600
    wrong = run("messages", "raw", one.arrival, "--role", "sent", cwd=root)
    assert (wrong.code, "it has raw" in wrong.err) == (2, True)
    none = run("messages", "raw", one.order, cwd=root)
    assert f"`gateway messages raw {one.arrival}`" in none.err
    leaves = rows(root, "SELECT count(*) FROM ledger_leaf")
    assert run("messages", "raw", "01ARZ3NDEKTSV4RRFFQ69G5FAV", cwd=root).code == 2
    assert rows(root, "SELECT count(*) FROM ledger_leaf") == leaves


def test_what_is_held_is_released_or_refused_with_a_reason(root: Path) -> None:
    first, second = kept(root, State.HELD, count=2)
    told = run("held", "list", cwd=root).out.decode()
    assert told.count("amount-above") == 2
    assert run("held", "release", first, cwd=root).code == 2
    assert run("held", "release", first, "--reason", " ", cwd=root).code == 2
    assert run("held", "release", first, "--reason", WHY, cwd=root).code == 0
    assert run("held", "refuse", second, "--reason", WHY, cwd=root).code == 0
    assert (state_of(root, first), state_of(root, second)) == ("queued", "cancelled")
    assert steps(root)[-1][:2] == ("prepare", first)
    leaf = last_leaf(root, second)
    assert leaf["details"] == {"event": "is called off", "command": "refuse", "reason": WHY}
    twice = run("held", "release", first, "--reason", WHY, cwd=root)
    assert (twice.code, f"The message {first} is queued" in twice.err) == (2, True)
    assert run("held", "list", cwd=root).out == b"Nothing is held.\n"


def test_what_was_quarantined_is_taken_up_again(root: Path) -> None:
    arrival = quarantined(root)
    assert "identity-mismatch" in run("quarantine", "list", cwd=root).out.decode()
    ran = run("quarantine", "replay", arrival, "--reason", WHY, cwd=root)
    assert ran.out.decode() == f"The message {arrival} is taken up again.\n"
    assert state_of(root, arrival) == "received"
    assert steps(root)[-1][:2] == ("take-up", arrival)
    assert run("quarantine", "replay", arrival, "--reason", WHY, cwd=root).code == 2


def test_a_document_that_failed_is_read_again(root: Path) -> None:
    (failed,) = kept(root, State.FAILED)
    assert run("messages", "requeue", failed, "--reason", WHY, cwd=root).code == 0
    assert state_of(root, failed) == "received"
    assert steps(root)[-1] == ("read-again", failed, "{}")


def test_what_could_not_be_delivered_is_delivered_again_with_its_documents(root: Path) -> None:
    with opened(root) as store:
        day = Day(store)
        arrival = day.arrive()
        documents = day.split(arrival, day.document(arrival), day.document(arrival, place=2, number="PO-2"))
        sending = day.send(*documents)
        for each in (sending, *documents):
            day.happens(each, Event.CANNOT_BE_DELIVERED)
    assert run("messages", "requeue", documents[1], "--reason", WHY, cwd=root).code == 0
    assert {state_of(root, each) for each in (sending, *documents)} == {"queued"}
    assert steps(root)[-1][:2] == ("deliver", sending)


def test_what_is_called_off_takes_its_sending_with_it_but_not_the_documents_of_others(root: Path) -> None:
    with opened(root) as store:
        day = Day(store)
        arrival = day.arrive()
        alone, first, second = day.split(
            arrival, *(day.document(arrival, place=n, number=f"PO-{n}") for n in (1, 2, 3))
        )
        lone, both = day.send(alone), day.send(first, second)
    assert run("messages", "cancel", alone, "--reason", WHY, cwd=root).code == 0
    assert (state_of(root, alone), state_of(root, lone)) == ("cancelled", "cancelled")
    refused = run("messages", "cancel", first, "--reason", WHY, cwd=root)
    assert (refused.code, both in refused.err) == (2, True)
    assert run("messages", "cancel", both, "--reason", WHY, cwd=root).code == 0
    assert {state_of(root, each) for each in (first, second, both)} == {"cancelled"}
    assert run("messages", "cancel", both, "--reason", WHY, cwd=root).code == 2


def test_the_same_bytes_are_sent_again_and_a_document_is_read_anew(root: Path) -> None:
    one = filled(root)
    assert run("messages", "resend", one.order, "--reason", WHY, cwd=root).code == 0
    assert (state_of(root, one.file), state_of(root, one.order)) == ("queued", "delivered")
    assert steps(root)[-1][:2] == ("deliver", one.file)
    again = run("messages", "resend", one.file, "--reason", WHY, cwd=root)
    assert (again.code, "is queued" in again.err) == (2, True)
    assert run("messages", "reprocess", one.order, "--reason", WHY, cwd=root).code == 0
    assert steps(root)[-1] == ("read-again", one.order, '{"as_new":true}')
    leaf = last_leaf(root, one.order)
    assert (leaf["what"], leaf["details"]) == ("reprocess-asked", {"command": "reprocess", "reason": WHY})
    assert run("messages", "reprocess", one.file, "--reason", WHY, cwd=root).code == 2
    (failed,) = kept(root, State.FAILED)
    assert "requeue" in run("messages", "reprocess", failed, "--reason", WHY, cwd=root).err


def test_of_a_set_that_was_shown_what_came_meanwhile_is_not_swept_along(root: Path) -> None:
    shown = kept(root, State.FAILED, count=3)
    chosen = ("messages", "requeue", "--where", "state=failed, partner=amazon", "--reason", WHY)
    dry = run(*chosen, cwd=root)
    assert dry.code == 0
    assert "Nothing was changed yet. To do it to 3 messages" in dry.out.decode()
    confirmation = dry.out.decode().split("--yes ")[1].strip()
    assert {state_of(root, each) for each in shown} == {"failed"}
    (later,) = kept(root, State.FAILED)
    ran = run(*chosen, "--yes", confirmation, cwd=root)
    assert ran.out.decode() == "3 messages: each is taken up again.\n"
    assert {state_of(root, each) for each in shown} == {"received"}
    assert state_of(root, later) == "failed"
    again = run(*chosen, "--yes", confirmation, cwd=root)
    assert (again.code, "others by now" in again.err) == (2, True)
    assert state_of(root, later) == "failed"


def test_a_set_has_a_cap_and_what_refuses_is_left_out_and_told(root: Path) -> None:
    shown = kept(root, State.FAILED, count=3)
    capped = run(
        "messages", "cancel", "--where", "state=failed", "--at-most", "2", "--reason", WHY, "--json", cwd=root
    )
    told = json.loads(capped.out)
    assert (told["total"], told["messages"]) == (3, shown[:2])
    kinds = run("messages", "requeue", "--where", "kind=document,partner=amazon", "--reason", WHY, cwd=root)
    assert kinds.code == 0
    assert run("messages", "cancel", shown[0], "--reason", WHY, cwd=root).code == 0
    every = ("messages", "requeue", "--where", "kind=document", "--reason", WHY, "--json")
    confirmation = json.loads(run(*every, cwd=root).out)["confirmation"]
    done = json.loads(run(*every, "--yes", confirmation, cwd=root).out)
    assert done["messages"] == shown[1:]
    assert len(done["left_out"]) == 1
    assert done["left_out"][0].startswith(f"{shown[0]}: The document {shown[0]} is cancelled")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV",),
        ("--where", "state=lost"),
        ("--where", "colour=red"),
        ("--where", "state=failed,state=held"),
        ("--where", "state"),
        ("--where", "since=noon"),
        ("--where", "state=failed", "--yes", "all"),
        ("--where", "state=failed", "--yes", "9999999-0"),
        ("--where", "state=failed", "--at-most", "0"),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "--where", "state=failed"),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "--yes", "1-0"),
    ],
    ids=" ".join,
)
def test_what_names_no_messages_is_refused_whole(root: Path, words: tuple[str, ...]) -> None:
    failed = kept(root, State.FAILED)
    ran = run("messages", "requeue", *words, "--reason", WHY, cwd=root)
    assert (ran.code, ran.out) == (2, b"")
    assert [state_of(root, each) for each in failed] == ["failed"]


def test_a_channel_is_paused_and_used_again(root: Path) -> None:
    (root / "partners/amazon").mkdir()
    (root / "partners/amazon/partner.yaml").write_text(CHANNELS)
    assert run("channels", "pause", "amazon/edi", "--reason", "full", cwd=root).code == 0
    told = json.loads(run("channels", "list", "--json", cwd=root).out)["channels"]
    ((name, by, why),) = [(each["channel"], each["paused_by"], each["reason"]) for each in told]
    assert (name, by, why) == ("amazon/edi", user_of(os.geteuid()).name, "full")
    assert "amazon/edi: paused by" in run("channels", "list", cwd=root).out.decode()
    assert run("channels", "pause", "amazon/edi", "--reason", "full", cwd=root).code == 2
    unknown: Ran = run("channels", "pause", "amazon/edo", "--reason", "full", cwd=root)
    assert (unknown.code, "there are amazon/edi" in unknown.err) == (2, True)
    assert run("channels", "resume", "amazon/edi", "--reason", "room", cwd=root).code == 0
    assert run("channels", "resume", "amazon/edi", "--reason", "room", cwd=root).code == 2
    assert run("ledger", "verify", "--deep", cwd=root).code == 0


def test_a_balance_that_does_not_add_up_ends_with_1(root: Path) -> None:
    assert run("balance", cwd=root).out == b"Nothing was accepted then.\n"
    one = filled(root)
    ran = run("balance", "--deep", cwd=root)
    assert (ran.code, ran.out.decode().splitlines()[-1]) == (
        0,
        "It balances: all that was accepted is accounted for.",
    )
    with opened(root) as store:
        gone = text("UPDATE message SET state = 'rejected' WHERE id = :id")
        store.writer.do(lambda transaction: transaction.connection.execute(gone, {"id": one.order}))
    assert run("balance", cwd=root).code == 0
    deep = run("balance", "--deep", cwd=root)
    assert (deep.code, "the rows have 1 accepted, 1 rejected, the ledger" in deep.out.decode()) == (1, True)
    with opened(root) as store:
        lost = text("DELETE FROM document")
        store.writer.do(lambda transaction: transaction.connection.execute(lost))
    told = json.loads(run("balance", "--json", cwd=root).out)
    assert (told["balances"], told["days"][0]["missing"]) == (False, -1)
    assert run("balance", "--since", "2026-01-02", "--until", "2026-01-01", cwd=root).code == 2


def test_after_all_of_it_the_ledger_holds(root: Path) -> None:
    one = filled(root)
    (held,) = kept(root, State.HELD)
    for words in (
        ("messages", "resend", one.file),
        ("messages", "reprocess", one.order),
        ("held", "release", held),
        ("messages", "cancel", held),
        ("quarantine", "replay", quarantined(root)),
    ):
        assert run(*words, "--reason", WHY, cwd=root).code == 0, words
    checked = run("ledger", "verify", "--deep", cwd=root)
    assert checked.code == 0, checked.out
    assert run("balance", "--deep", cwd=root).code == 0
