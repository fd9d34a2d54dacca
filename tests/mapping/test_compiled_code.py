"""The generated text: data is never program text, equal plans give equal text, and only that text is run."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable

import msgspec
import pytest

from gateway.formats.delimited import DelimitedRow
from gateway.mapping import compiled
from gateway.mapping.bound import Plan
from gateway.mapping.compiled import Compiled, Doubt
from gateway.mapping.compiled.memo import ENTRIES, LONGEST, Memo, StrictMemo, TextMemo, UsualMemo
from gateway.mapping.compiled.program import namespace
from gateway.mapping.evaluate import CsvSource, CsvTarget, JsonSource, X12Source
from gateway.mapping.parameters import Parameters
from tests.mapping.agreement import compiled_of, differs_on_read, differs_on_write
from tests.mapping.small import MARKS, ZONE, Line, Order, Party, plan_of, segments_of

HOSTILE = (
    *(
        "'",
        "'''",
        '"',
        "\\",
        "\\'",
        "{0.__class__}",
        "{x!r}",
        "%(a)s",
        "__import__",
        "__builtins__",
        "R0",
        "Doubt",
    ),
    *(
        "'); raise SystemExit  #",
        "a\\n    raise SystemExit",
        "\nraise SystemExit\n",
        "\r\n\t\x1f",
        "\u2028raise",
    ),
    *("# type: ignore", "document", "é" * 1_000 + "x" * 9_000),
)
Make = Callable[[str], Plan]


def cell(*parts: str) -> str:
    """A cell as a YAML text; the parts between are put in the quotes of a cell."""
    words = [
        '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' if number % 2 else part
        for number, part in enumerate(parts)
    ]
    return json.dumps("".join(words))


def x12_plan(text: str) -> Plan:
    """A table in which a text stands wherever a table or an agreement gives one."""
    return plan_of(
        "x12",
        f"""rows:
  number: BEG03 required
  purpose: {cell("BEG02 default=", text)}
  state: {cell("=", text)}
  reason: {cell("REF[", text, "]02 absent=", text)}
  references.odd: {cell("DTM[01=", text, ",03=", text, "]02")}
  lines[]:
    at: {cell("PO1[", text, "]")}
    ids.$vendor_item_id: PO102
    unit: {cell("PO103 default=", text)}
  parties[]:
    at: N1
    role: N101
    name: {cell("N102 absent=", text)}
derived:
  CTT01: {cell("=", text)}
""",
        parameters=Parameters({"vendor_item_id": text}, ZONE),
    )


def json_plan(text: str) -> Plan:
    """The same for JSON."""
    return plan_of(
        "json",
        f"""rows:
  number: id required
  purpose: {cell("type default=", text)}
  state: {cell("=", text)}
  reason: {cell("reason absent=", text)}
  lines[]:
    at: details.items[]
    ids.$vendor_item_id: asin
    number: {cell("number default=", text)}
""",
        parameters=Parameters({"vendor_item_id": text}, ZONE),
    )


def csv_plan(text: str) -> Plan:
    """The same for delimited files, where it is the names of columns too."""
    column = cell("", f"c{text}")
    return plan_of(
        "csv",
        f"""settings:
  document_key: number
rows:
  number: number required
  purpose: {cell("type default=", text)}
  state: {cell("=", text)}
  reason: {cell("reason absent=", text)}
  references.odd: {column}
  lines[]:
    at: rows by line
    ids.$vendor_item_id: asin
    number: {cell("line default=", text)}
    unit: {cell("", f"u{text}")}
""",
        parameters=Parameters({"vendor_item_id": text}, ZONE),
    )


def shape_of(code: str) -> list[str]:
    """The program without its literals."""
    return [
        " ".join([type(node).__name__, *(str(getattr(node, part, "")) for part in ("id", "attr", "name"))])
        for node in ast.walk(ast.parse(code))
    ]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("make", [x12_plan, json_plan, csv_plan])
def test_what_cells_say_changes_literals_only(make: Make, text: str) -> None:
    code = compiled.source(make(text))
    assert code.isascii()
    assert shape_of(code) == shape_of(compiled.source(make("plain")))


@pytest.mark.one_in(3)
@pytest.mark.parametrize("text", HOSTILE)
def test_what_cells_say_is_written_and_read_as_data(text: str) -> None:
    order = Order("A1", parties=(Party("buyer"),), lines=(Line(ids={text: "B2"}),), references={"odd": "C3"})
    for plan in (x12_plan(text), json_plan(text)):
        (target, findings), difference = differs_on_write(plan, order, MARKS)
        assert difference is None
        assert not findings
        assert text in str_leaves(target)
    segments, rows = segments_of("BEG***A1\nN1*BY\nPO1*?*B2\nCTT*?")
    for segment in (segments[3], segments[4]):
        segment[1] = text
    (read, findings), difference = differs_on_read(x12_plan(text), X12Source(segments, rows, MARKS))
    assert difference is None
    assert isinstance(read, Order)
    assert (read.state, read.reason, read.parties[0].name, read.lines[0].ids) == (
        text,
        text,
        text,
        {text: "B2"},
    )
    (read, findings), difference = differs_on_read(
        json_plan(text), JsonSource({"id": text, "details": {"items": [{"asin": text, text: text}]}})
    )
    assert difference is None
    assert isinstance(read, Order)
    assert (read.number, read.lines[0].ids) == (text, {text: text})


@pytest.mark.parametrize("text", HOSTILE)
def test_what_columns_say_is_written_and_read_as_data(text: str) -> None:
    plan = csv_plan(text)
    line = Line("1", unit=text, ids={text: "B2"})
    order = Order("A1", lines=(line,), references={"odd": "C3"}, reason=text)
    (target, findings), difference = differs_on_write(plan, order)
    assert difference is None
    assert not findings
    assert isinstance(target, CsvTarget)
    assert target.rows[0][f"u{text}"] == text
    columns = ("number", "reason", f"c{text}", f"u{text}", "line", "asin", f"x{text}")
    row = DelimitedRow(2, ("A1", "", "C3", text, "1", "B2", f"k{text}k"))
    (read, findings), difference = differs_on_read(plan, CsvSource(columns, (row,)))
    assert difference is None
    assert not findings
    assert isinstance(read, Order)
    assert read.lines == (msgspec.structs.replace(line, unit=text.strip() or None),)
    assert (read.reason, read.references, read.ext) == (
        text,
        {"odd": "C3"},
        {"csv": {f"x{text}": f"k{text}k"}},
    )


def str_leaves(tree: object) -> list[str]:
    """Every text in a target."""
    if isinstance(tree, str):
        return [tree]
    if isinstance(tree, dict):
        return [leaf for value in tree.values() for leaf in str_leaves(value)]
    if isinstance(tree, msgspec.Struct):
        return str_leaves(msgspec.structs.astuple(tree))
    return [leaf for value in tree for leaf in str_leaves(value)] if isinstance(tree, list | tuple) else []


def test_generated_code_reaches_no_more_than_it_needs() -> None:
    names = namespace(x12_plan("plain"))
    allowed = names["__builtins__"]
    assert isinstance(allowed, dict)
    assert not {"open", "exec", "eval", "compile", "__import__", "getattr", "globals", "input"} & set(allowed)
    for make in (x12_plan, json_plan, csv_plan):
        tree = ast.walk(ast.parse(compiled.source(make("plain"))))
        for node in tree:
            assert not isinstance(node, ast.Import | ast.ImportFrom | ast.Global | ast.Lambda | ast.ClassDef)
            private = getattr(node, "attr", "") or getattr(node, "id", "")
            assert not private.startswith("_")


def test_equal_plans_have_equal_keys_and_texts() -> None:
    one, two, other = x12_plan("a"), x12_plan("a"), x12_plan("b")
    assert one is not two
    assert compiled.key(one) == compiled.key(two)
    assert compiled.source(one) == compiled.source(two)
    assert compiled.key(one) != compiled.key(other)


def test_a_text_runs_for_its_plan_alone() -> None:
    plan, other = x12_plan("a"), json_plan("a")
    text = compiled.source(plan)
    assert compiled.load(text, plan) is not None
    assert compiled.load(text, other) is None
    assert compiled.load(compiled.source(other), plan) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text[1:],
        lambda text: f"{text}\n",
        lambda text: text.partition("\n")[2],
        lambda text: text.replace("raise Doubt", "pass       ", 1),
        lambda text: f"raise SystemExit\n{text}",
        lambda text: text.replace("# gateway", "#  gateway", 1),
    ],
)
def test_a_changed_text_is_not_run(change: Callable[[str], str]) -> None:
    plan = x12_plan("a")
    assert compiled.load(change(compiled.source(plan)), plan) is None


@pytest.mark.parametrize(
    "rows",
    [
        "  parties[role=buyer]:\n    at: N1\n    role: REF02\n    name: N102\n",
        "  parties[role=buyer]:\n    at: N1\n    role: [N101, N102]\n",
    ],
)
def test_a_table_the_compiler_does_not_know_is_left_to_the_evaluator(rows: str) -> None:
    plan = plan_of("x12", f"rows:\n  number: BEG03 required\n{rows}")
    segments, set_rows = segments_of("BEG***A1\nN1*BY")
    with pytest.raises(Doubt):
        compiled_of(plan).read(X12Source(segments, set_rows, MARKS))


def test_memory_for_results_is_bounded() -> None:
    memo = Memo(str.upper)
    for number in range(3 * ENTRIES):
        assert memo[f"a{number}"] == f"A{number}"
    assert len(memo) <= ENTRIES
    before = len(memo)
    assert memo["b" * (LONGEST + 1)] == "B" * (LONGEST + 1)
    assert len(memo) == before


@pytest.mark.parametrize("make", [TextMemo, lambda function: UsualMemo(function, lambda text: None)])
def test_an_empty_text_is_no_value_however_often_the_memory_starts_anew(
    make: Callable[[Callable[..., object]], StrictMemo],
) -> None:
    memo = make(str.upper)
    for number in range(3 * ENTRIES):
        assert memo[""] is None
        assert memo[f"a{number}"] == f"A{number}"
        assert len(memo) <= ENTRIES
    with pytest.raises(Doubt):
        make(lambda text: None)["a"]
    with pytest.raises(Doubt):
        StrictMemo(lambda text: text or None)[""]


def test_nothing_is_remembered_of_what_a_codec_refuses() -> None:
    def refuses(text: str) -> str:
        raise ValueError(text)

    memo = Memo(refuses)
    for _ in range(2):
        with pytest.raises(ValueError, match="x"):
            memo["x"]
    assert not memo


def test_documents_of_another_kind_are_doubted() -> None:
    made: Compiled = compiled_of(x12_plan("a"))
    with pytest.raises(Doubt):
        made.write(Line())
    with pytest.raises(Doubt):
        made.read(JsonSource({}))
