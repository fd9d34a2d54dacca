"""Alerts and control numbers on a terminal and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gateway.cli.alerts_shown import alerts_json, print_alerts
from gateway.cli.control_numbers_shown import print_stream, print_streams, stream_json, streams_json
from gateway.cli.screen import Screen
from gateway.findings import Severity
from gateway.store.alerts import OpenAlert
from gateway.store.control_numbers.history import Gap, NumberUse, StreamState
from gateway.store.control_numbers.names import Function, StreamKey
from tests.clocks import NOON

TOLD = OpenAlert(
    id="01JD0000000000000000000009",
    severity=Severity.ERROR,
    code="disk-full",
    about="var",
    text="Nothing could be written to var",
    times=1200,
    opened_at=NOON,
    last_at=NOON,
)
KEY = StreamKey("ZZ/ACORN", "ZZ/AMAZON", Function.INTERCHANGE)
STREAM = StreamState(KEY, cycle=2, following=42, first=1, last=999_999_999)
USES = (
    NumberUse(2, 41, 41, "given", "01JD0000000000000000000001", None, NOON),
    NumberUse(2, 1, 40, "void", None, "restored from a backup", NOON),
)


def test_an_alert_is_shown_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    print_alerts(Screen(), [TOLD])
    assert capsys.readouterr().out.splitlines() == [
        "error   01JD0000000000000000000009  disk-full  var  2026-11-23 12:00:00 UTC, 1,200 times, "
        "first 2026-11-23 12:00:00 UTC",
        "    Nothing could be written to var",
        "    Make room on the disk of the workspace. The gateway goes on by itself, without a restart.",
    ]


def test_an_alert_of_a_code_that_is_no_more_is_shown_too(capsys: pytest.CaptureFixture[str]) -> None:
    print_alerts(Screen(), [replace(TOLD, code="of-old", acknowledged_at=NOON, acknowledged_by="otto")])
    assert "acknowledged by otto, 2026-11-23 12:00:00 UTC" in capsys.readouterr().out


def test_that_there_is_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_alerts(Screen(), [])
    print_alerts(Screen(), [], past=True)
    print_streams(Screen(), [])
    assert (
        capsys.readouterr().out
        == "No alert is open.\nNo alert was acknowledged yet.\nNo control numbers were given yet.\n"
    )


def test_alerts_as_json() -> None:
    (told,) = json.loads(json.dumps(alerts_json([TOLD])))["alerts"]
    assert (told["id"], told["severity"], told["times"]) == (TOLD.id, "error", 1200)
    assert (told["opened_at"], told["acknowledged_at"]) == ("2026-11-23T12:00:00.000000Z", None)


def test_streams_are_a_table_and_gaps_stand_below(capsys: pytest.CaptureFixture[str]) -> None:
    print_streams(Screen(), [STREAM], [Gap(KEY, 1, 7, 9, "missing")])
    assert capsys.readouterr().out.splitlines() == [
        "Sender    Receiver   Function          Next  Cycle  First       Last",
        "ZZ/ACORN  ZZ/AMAZON  interchange  000000042      2      1  999999999",
        "missing: 7-9 in cycle 1 of the interchange numbers from ZZ/ACORN to ZZ/AMAZON",
    ]


def test_a_stream_is_shown_with_its_last_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    print_stream(Screen(), STREAM, USES)
    lines = capsys.readouterr().out.splitlines()
    assert lines[3].split() == ["Number", "Cycle", "Use", "When", "Message", "Reason"]
    assert "01JD0000000000000000000001" in lines[4]
    assert lines[5].split()[:3] == ["1-40", "2", "void"]
    assert lines[5].endswith("restored from a backup")


def test_streams_as_json() -> None:
    shown = json.loads(json.dumps(streams_json([STREAM], [Gap(KEY, 1, 7, 9, "missing")])))
    place = {"sender": "ZZ/ACORN", "receiver": "ZZ/AMAZON", "function": "interchange"}
    assert shown["streams"] == [{**place, "next": 42, "cycle": 2, "first": 1, "last": 999_999_999}]
    assert shown["gaps"] == [{**place, "fault": "missing", "cycle": 1, "first": 7, "last": 9}]
    one = json.loads(json.dumps(stream_json(STREAM, USES)))
    assert one["next"] == 42
    assert one["uses"][1] == {
        "cycle": 2,
        "first": 1,
        "last": 40,
        "use": "void",
        "at": "2026-11-23T12:00:00.000000Z",
        "message": None,
        "reason": "restored from a backup",
    }
