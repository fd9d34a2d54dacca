"""The harness that holds compiled code to the evaluator catches what it must: differences planted here."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from gateway.mapping.compiled import Compiled, Doubt
from gateway.mapping.evaluate import JsonSource
from tests.mapping import agreement
from tests.mapping.agreement import compiled_of, differs_on_read, differs_on_write
from tests.mapping.test_compiled_agreement import documents, plan_of

PLAN = plan_of("spapi-order")
ORDER = documents(PLAN.document)[0]
TREE, _ = agreement._write(PLAN, ORDER)


class Planted:
    """Compiled code with a fault."""

    def __init__(self, real: Compiled, read: Callable[..., object], write: Callable[..., object]) -> None:
        self.real, self.read, self.write = real, read, write

    def reading(self, source: object) -> tuple[object, bool]:
        return self.read(source), True


def refuse(*given: object) -> object:
    raise Doubt


def plant(monkeypatch: pytest.MonkeyPatch, **faults: Callable[..., object]) -> None:
    real = compiled_of(PLAN)
    planted = Planted(real, faults.get("read", real.read), faults.get("write", real.write))
    monkeypatch.setattr(agreement, "compiled_of", lambda plan: planted)


def test_nothing_is_told_where_nothing_differs() -> None:
    assert differs_on_write(PLAN, ORDER)[1] is None
    assert differs_on_read(PLAN, JsonSource(TREE))[1] is None  # type: ignore[arg-type]  # a tree of this table


def test_a_needless_doubt_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, write=refuse, read=refuse)
    assert "doubts" in str(differs_on_write(PLAN, ORDER)[1])
    assert "doubts" in str(differs_on_read(PLAN, JsonSource(TREE))[1])  # type: ignore[arg-type]  # as above


def test_a_lost_part_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = compiled_of(PLAN)

    def lossy(document: msgspec.Struct, delimiters: object = None) -> object:
        target, remarks = real.write(document)
        assert isinstance(target, dict)
        return dict(list(target.items())[:-1]), remarks

    plant(monkeypatch, write=lossy)
    assert differs_on_write(PLAN, ORDER)[1] is not None


def test_a_fault_that_is_accepted_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    without = msgspec.structs.replace(ORDER, number="")
    real = compiled_of(PLAN)
    plant(monkeypatch, write=lambda document, delimiters=None: real.write(ORDER))
    assert "accepts" in str(differs_on_write(PLAN, without)[1])


def test_a_document_that_is_called_valid_and_is_not_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = msgspec.structs.replace(ORDER, purpose="No Code")
    plant(monkeypatch, read=lambda source: odd)
    assert "calls valid" in str(differs_on_read(PLAN, JsonSource(TREE))[1])  # type: ignore[arg-type]  # as above
