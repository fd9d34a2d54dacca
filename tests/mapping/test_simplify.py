"""Simplified functions give what they gave."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Sequence
from itertools import product
from textwrap import indent

import pytest

from gateway.mapping.compiled import simplify
from gateway.mapping.compiled.doubt import Doubt, UnsupportedTableError
from gateway.mapping.compiled.memo import TextMemo
from gateway.mapping.compiled.simplify import simplified
from tests.thoroughness import examples

BLANK = ("",) * 3
TEXTS = ("", "A", "B")
FILLED = ("said1", "said4")
Function = Callable[[tuple[str, ...], list[tuple[str, ...]]], object]


def word(text: str) -> str | None:
    if text == "B":
        raise Doubt
    return text.lower() or None


class Drawn:
    """Functions like those that are generated: elements with names, tests, lists that grow."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self._names = ["x", "y", "z"]

    def text(self) -> str:
        lines = ["said1, said2, said3, = values", "x = y = z = found = None", "items = rest = ()"]
        lines += self._lines(3)
        lines += ["for each in more:", "    said4, said5, said6, = each", *self._inner(2)]
        lines += self._lines(2)
        lines += ["return x, y, z, found, tuple(items) if items else (), rest"]
        return f"def made(values, more):\n{indent(chr(10).join(lines), '    ')}\n"

    def _inner(self, depth: int) -> list[str]:
        return [f"    {line}" for line in self._lines(depth)]

    def _lines(self, depth: int) -> list[str]:
        return [line for _ in range(self._draw.randint(1, 4)) for line in self._statement(depth)]

    def _statement(self, depth: int) -> Sequence[str]:
        draw, name = self._draw, self._draw.choice(self._names)
        match draw.randrange(9 if depth else 6):
            case 0 | 1:
                return [f"{name} = {self._value()}"]
            case 2:
                return (
                    [f"if {self._test()}: raise Doubt"]
                    if draw.random() < 0.3
                    else [f"{name} = {self._test()}"]
                )
            case 3:
                return [f"item = {self._value()}", "if items: items.append(item)", "else: items = [item]"]
            case 4:
                return [f"if (found := {self._value()}) is not None: {name} = found"]
            case 5:
                return ["e = [None, said1, 'A', said3]", f"{name} = e[{draw.randint(1, 3)}] or None"]
            case 6:
                return [f"for {name} in ({self._value()}, {self._value()}):", *self._inner(depth - 1)]
            case _:
                found = [f"if {self._test()}:", *self._inner(depth - 1)]
                return [*found, "else:", *self._inner(depth - 1)] if draw.random() < 0.5 else found

    def _value(self) -> str:
        draw = self._draw
        return draw.choice(
            (
                *("None", "'A'", "''", "()", "said1", "said2", "said3", *self._names),
                *("said1 or None", "said2 or None", "W['A']", "W['']", "W[said3]", "{'a': said1}"),
                *("(said1, said2) if said1 and said2 else (text,) if (text := said2 or said1) else None",),
                f"{draw.choice(self._names)} or {draw.choice(self._names)}",
                f"'C' if {self._test()} else {draw.choice(self._names)}",
            )
        )

    def _test(self) -> str:
        draw = self._draw
        one = draw.choice((*self._names, "said1", "said2", "items"))
        simple = draw.choice(
            (
                *(one, f"not {one}", f"{one} is None", f"{one} is not None", f"{one} is not BLANK"),
                *(
                    f"{one} == 'A'",
                    f"'A' == {one}",
                    f"{one} != 'B'",
                    f"not ({one} is not None)",
                    f"{one} in ('A', '')",
                ),
            )
        )
        if draw.random() < 0.6:
            return simple
        return f"({simple} {draw.choice(('and', 'or'))} {self._test()})"


def function_of(text: str) -> Function:
    names: dict[str, object] = {"Doubt": Doubt, "BLANK": BLANK, "W": TextMemo(word)}
    exec(text, names)
    return names["made"]  # type: ignore[return-value]  # just defined


def outcome(function: Function, values: tuple[str, ...], more: list[tuple[str, ...]]) -> object:
    try:
        return function(values, more)
    except Doubt:
        return Doubt


def differences(seed: int, rounds: int) -> tuple[list[str], int]:
    """Functions that give something else once they are simplified, and how many tests were saved in all."""
    draw, found, saved = random.Random(seed), [], 0
    given = [values for values in product(TEXTS, repeat=3) if values[0]]
    for _ in range(rounds):
        text = Drawn(draw).text()
        try:
            short = simplified(text, {"W": TextMemo(word)}, FILLED)
        except UnsupportedTableError:
            short = "def made(values, more): raise Doubt"
        one, other = function_of(text), function_of(short)
        for values in given:
            for more in ([], [draw.choice(given)], [draw.choice(given), draw.choice(given)]):
                if outcome(one, values, more) != outcome(other, values, more):
                    found.append(f"{text}\n{short}\n{values} {more}")
                    break
        saved += len(re.findall(r"\bif\b|\bor\b", text)) - len(re.findall(r"\bif\b|\bor\b", short))
    return found, saved


def test_simplified_functions_give_the_same() -> None:
    found, saved = differences(7, examples(150))
    assert found == []
    assert saved > examples(150)


def forgets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simplify, "_forget", lambda _names, _facts: None)


def believes_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.FILLED", (*FILLED, "said2"))


def turns_tests_around(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = simplify._refused
    monkeypatch.setattr(
        simplify, "_refused", lambda test, facts: refused(ast.UnaryOp(ast.Not(), test), facts)
    )


@pytest.mark.parametrize("planted", [forgets_nothing, believes_too_much, turns_tests_around])
def test_a_planted_fault_is_caught(
    planted: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    planted(monkeypatch)
    assert differences(7, examples(150))[0]


def test_a_function_that_always_doubts_is_none() -> None:
    with pytest.raises(UnsupportedTableError):
        simplified(
            "def made(values):\n    if not 'A': return 1\n    if 'A' == 'A': raise Doubt\n    return 2\n",
            {},
            (),
        )
