"""Alerts as `gateway alerts list` shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from gateway.cli.output import SEVERITY_STYLES
from gateway.cli.screen import Screen, moment, printable, tied
from gateway.codes.alerts import ALERTS

if TYPE_CHECKING:
    from gateway.store.alerts import OpenAlert

HANG = 4


def print_alerts(screen: Screen, alerts: Sequence[OpenAlert], *, past: bool = False) -> None:
    """Each alert with what happened and what to do; the id is what `gateway alerts ack` takes.

    `past`: they are those that were acknowledged.
    """
    if not alerts:
        screen.line("No alert was acknowledged yet." if past else "No alert is open.")
    for each in alerts:
        code = ALERTS.get(each.code)
        times = "" if each.times == 1 else f", {each.times:,} times, first {moment(each.opened_at)}"
        screen.line(
            (f"{each.severity.value:<8}", SEVERITY_STYLES[each.severity]),
            (f"{each.id}  ", "bold"),
            f"{each.code}  {printable(each.about)}  ",
            (f"{tied(moment(each.last_at))}{times}", "dim"),
            hang=HANG,
        )
        screen.line(" " * HANG, printable(each.text), hang=HANG)
        if code is not None:
            screen.line((" " * HANG + code.remedy, "dim"), hang=HANG)
        if each.acknowledged_at is not None:
            by = printable(each.acknowledged_by or "somebody")
            screen.line(" " * HANG, f"acknowledged by {by}, {moment(each.acknowledged_at)}", hang=HANG)


def alerts_json(alerts: Sequence[OpenAlert]) -> dict[str, object]:
    """The alerts as `--json` has them: times in UTC, null where something does not apply."""
    return {"alerts": [{**asdict(each), **_times(each)} for each in alerts]}


def _times(each: OpenAlert) -> dict[str, str | None]:
    from gateway.store.columns import moment_text

    closed = each.acknowledged_at
    return {
        "severity": each.severity.value,
        "opened_at": moment_text(each.opened_at),
        "last_at": moment_text(each.last_at),
        "acknowledged_at": None if closed is None else moment_text(closed),
    }
