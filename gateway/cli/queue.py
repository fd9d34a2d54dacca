"""The commands about the queue: list, show, retry, cancel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.asked import changed, reading
from gateway.cli.options import Json
from gateway.cli.screen import Screen, moment, printable, tell_json
from gateway.errors import UsageError

if TYPE_CHECKING:
    from gateway.store.queue.operators import StepView
    from gateway.store.queue.steps import State

queue = typer.Typer(help="Show what is still to be done, and what failed.", no_args_is_help=True)

StepId = Annotated[
    str, typer.Argument(metavar="STEP", help="A step of `gateway queue list`.", show_default=False)
]
OPEN: Sequence[State] = ("waiting", "behind", "leased", "dead", "parked")
WHY = 60


@queue.command("list")
def list_steps(
    every: Annotated[bool, typer.Option("--all", help="Also what is done or cancelled.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Only what is dead or parked.")] = False,
    as_json: Json = False,
) -> None:
    """List the steps, the latest first, up to 100 of them."""
    from gateway.store.queue.operators import Wanted, count_steps
    from gateway.store.queue.operators import list_steps as steps_of

    if every and failed:
        raise UsageError("--all and --failed ask for different steps; give one of them")
    states: Sequence[State] = () if every else ("dead", "parked") if failed else OPEN
    with reading() as connection:
        steps, counts = steps_of(connection, Wanted(states=states)), count_steps(connection)
    if as_json:
        tell_json({"counts": counts, "steps": [_as_json(step) for step in steps]})
        return
    if not steps:
        Screen().line("There are no steps." if every else "No step failed." if failed else "Nothing waits.")
        return
    rows = [
        (step.id, step.kind, step.state, str(step.tries + step.harms), _next(step), _why(step))
        for step in steps
    ]
    Screen().table(("Step", "Kind", "State", "Failed", "Next", "Why"), rows, indent=0)


@queue.command("show")
def show(step: StepId, as_json: Json = False) -> None:
    """Show all of one step."""
    from gateway.store.queue.operators import step_of

    with reading() as connection:
        found = step_of(connection, step)
    if found is None:
        raise UsageError(f"There is no step {printable(step)}; `gateway queue list --all` shows them")
    told = _as_json(found)
    if as_json:
        tell_json(told)
        return
    rows = [
        (name.replace("_", " "), printable(str(value))) for name, value in told.items() if value is not None
    ]
    Screen().table(("", ""), rows, indent=0, headed=False)


@queue.command("retry")
def retry(step: StepId, as_json: Json = False) -> None:
    """Let a dead or parked step be worked again."""
    _tell(changed("put-back", {"step": step}), f"The step {step} waits again.", as_json)


@queue.command("cancel")
def cancel(
    step: StepId,
    reason: Annotated[str, typer.Option("--reason", help="Why; the ledger keeps it.", show_default=False)],
    as_json: Json = False,
) -> None:
    """See that a step is not worked any more."""
    answer = changed("cancel", {"step": step, "reason": reason})
    _tell(answer, f"The step {step} is cancelled.", as_json)


def _tell(answer: object, words: str, as_json: bool) -> None:
    if as_json:
        tell_json(answer)
    else:
        Screen().line(printable(words))


def _as_json(step: StepView) -> dict[str, object]:
    from dataclasses import asdict
    from datetime import datetime

    from gateway.store.columns import moment_text

    told = asdict(step)
    return {key: moment_text(value) if isinstance(value, datetime) else value for key, value in told.items()}


def _next(step: StepView) -> str:
    return moment(step.run_at) if step.state == "waiting" else ""


def _why(step: StepView) -> str:
    return printable((step.last_error or "").splitlines()[0][:WHY]) if step.last_error else ""
