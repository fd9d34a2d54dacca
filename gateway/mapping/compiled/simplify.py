"""Simplifies a generated function by what is known before it runs: takes out tests whose outcome follows from
that, and locals that only stand for others.

It follows the statements in their order and knows of locals that they hold a certain constant, the same as
another local, or something that is surely there. Where it does not know it leaves the code as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from typing import TypeAlias

from gateway.mapping.codecs.model import CodecError
from gateway.mapping.compiled.doubt import Doubt, UnsupportedTableError
from gateway.mapping.compiled.memo import Memo
from gateway.mapping.compiled.unused import drop_unused

__all__ = ["simplified"]

_NOT_NONE = object()
_FILLED = object()  # neither None nor empty
Facts: TypeAlias = dict[str, object]
"""What is known of locals: a constant, a name or `()` that they are the same as, or that they are not None or
are filled."""

_SIMPLE = str | bool | int | None


def simplified(text: str, names: Mapping[str, object], filled: Collection[str]) -> str:
    """The text of a function that gives the same with less to do. `names` are those it refers to; locals that
    are `filled` hold a text that is not empty whenever something is assigned to them.

    Raises `UnsupportedTableError` for a function that never comes to its end.
    """
    module = ast.parse(text)
    for function in module.body:
        if isinstance(function, ast.FunctionDef):
            function.body = _Simplifying(names, filled).block(function.body, {})
            if isinstance(function.body[-1], ast.Raise):
                raise UnsupportedTableError(function.name)
            drop_unused(function)
    return ast.unparse(ast.fix_missing_locations(module)) + "\n"


class _Simplifying:
    """Goes through the statements of one function."""

    def __init__(self, names: Mapping[str, object], filled: Collection[str]) -> None:
        self._names = names
        self._filled = filled

    def block(self, body: Sequence[ast.stmt], facts: Facts) -> list[ast.stmt]:
        """What is left of statements; `facts` become those that hold behind them."""
        left: list[ast.stmt] = []
        for statement in body:
            left += self._statement(statement, facts)
            if left and isinstance(left[-1], ast.Raise | ast.Return):
                break
        return left

    def _statement(self, statement: ast.stmt, facts: Facts) -> list[ast.stmt]:
        match statement:
            case ast.Assign():
                return [self._assign(statement, facts)]
            case ast.If():
                return self._if(statement, facts)
            case ast.For():
                return [self._for(statement, facts)]
            case ast.Raise():
                return [statement]
            case ast.Expr() | ast.Return() if statement.value is not None:
                statement.value = self._expression(statement.value, facts)
        _forget(_stored([statement]), facts)
        return [statement]

    def _expression(self, node: ast.expr, facts: Facts) -> ast.expr:
        """An expression of the same value; nothing is known of what is assigned to within it."""
        _forget(_stored([node]), facts)
        return self._folded(node, facts)

    def _assign(self, statement: ast.Assign, facts: Facts) -> ast.stmt:
        value = statement.value = self._expression(statement.value, facts)
        names = _stored([statement])
        _forget(names, facts)
        for name in names:
            if name in self._filled:
                facts[name] = _FILLED
        if all(isinstance(target, ast.Name) for target in statement.targets):
            fact: object = None
            if _is_constant(value) or (isinstance(value, ast.Name) and value.id not in names):
                fact = value
            elif self._truth(value, facts):
                fact = _FILLED
            if fact is not None:
                facts.update(dict.fromkeys(names, fact))
        return statement

    def _if(self, statement: ast.If, facts: Facts) -> list[ast.stmt]:
        test = statement.test = self._expression(statement.test, facts)
        truth = self._truth(test, facts)
        if truth is not None:
            return self.block(statement.body if truth else statement.orelse, facts)
        one, other = dict(facts), dict(facts)
        statement.body = self.block(statement.body, one) or [ast.Pass()]
        statement.orelse = self.block(statement.orelse, other)
        if isinstance(statement.body[-1], ast.Raise | ast.Return):
            _refused(test, other)
            one = other
        facts.clear()
        facts.update((name, fact) for name, fact in one.items() if name in other and _same(fact, other[name]))
        return [statement]

    def _for(self, statement: ast.For, facts: Facts) -> ast.stmt:
        statement.iter = self._expression(statement.iter, facts)
        _forget(_stored([statement]), facts)
        statement.body = self.block(statement.body, dict(facts)) or [ast.Pass()]
        return statement

    def _folded(self, node: ast.expr, facts: Facts) -> ast.expr:
        """An expression of the same value."""
        match node:
            case ast.Name(ctx=ast.Load()):
                fact = facts.get(node.id)
                return deepcopy(fact) if isinstance(fact, ast.expr) else node
            case ast.BoolOp():
                return self._any_or_all(node, facts)
            case ast.UnaryOp(op=ast.Not()):
                node.operand = self._folded(node.operand, facts)
                truth = self._truth(node.operand, facts)
                return node if truth is None else ast.Constant(not truth)
            case ast.Compare(ops=[_]):
                return self._comparison(node, facts)
            case ast.IfExp():
                node.test = self._folded(node.test, facts)
                truth = self._truth(node.test, facts)
                if truth is not None:
                    return self._folded(node.body if truth else node.orelse, facts)
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp | ast.Lambda):
            facts = {name: fact for name, fact in facts.items() if name not in _stored([node])}
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                setattr(node, field, self._folded(value, facts))
            elif isinstance(value, list):
                value[:] = [
                    self._folded(each, facts) if isinstance(each, ast.expr) else each for each in value
                ]
        return self._remembered(node)

    def _any_or_all(self, node: ast.BoolOp, facts: Facts) -> ast.expr:
        """`and` and `or`, without what has no say in them."""
        ends = isinstance(node.op, ast.Or)
        values: list[ast.expr] = []
        for value in node.values:
            values.append(self._folded(value, facts))
            truth = self._truth(values[-1], facts)
            if truth is ends:
                break
            if truth is not None and value is not node.values[-1]:
                values.pop()
        node.values = values
        return node if len(values) > 1 else values[0]

    def _comparison(self, node: ast.Compare, facts: Facts) -> ast.expr:
        (operator,), (other,) = node.ops, node.comparators
        left, right = self._folded(node.left, facts), self._folded(other, facts)
        outcome: bool | None = None
        if isinstance(operator, ast.Is | ast.IsNot):
            outcome = self._is_same(left, right, facts)
            if outcome is None:
                return node  # a constant would not stand well there
        elif (
            isinstance(operator, ast.Eq | ast.NotEq)
            and isinstance(left, ast.Constant)
            and isinstance(right, ast.Constant)
        ):
            outcome = left.value == right.value
        if outcome is None:
            node.left, node.comparators = left, [right]
            return node
        return ast.Constant(outcome is isinstance(operator, ast.Is | ast.Eq))

    def _is_same(self, left: ast.expr, right: ast.expr, facts: Facts) -> bool | None:
        if isinstance(left, ast.Name) and isinstance(right, ast.Name) and left.id == right.id:
            return True
        if isinstance(right, ast.Constant) and right.value is None:
            if isinstance(left, ast.Constant):
                return left.value is None
            given = isinstance(left, ast.Name) and facts.get(left.id) is _NOT_NONE
            return False if given or self._truth(left, facts) else None
        return None

    def _truth(self, node: ast.expr, facts: Facts) -> bool | None:
        """Whether a value counts as true, None where that is not known."""
        match node:
            case ast.Constant():
                return bool(node.value)
            case ast.Name():
                return True if facts.get(node.id) is _FILLED else None
            case ast.Tuple() | ast.List():
                starred = any(isinstance(each, ast.Starred) for each in node.elts)
                return None if starred else bool(node.elts)
            case ast.Dict():
                return None if None in node.keys else bool(node.keys)
        return None

    def _remembered(self, node: ast.expr) -> ast.expr:
        """What a memory holds of a constant, where that is as simple."""
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=key), ctx=ast.Load()):
                memo = self._names.get(name)
                if isinstance(memo, Memo):
                    try:
                        value = memo[key]
                    except (CodecError, Doubt):
                        return node
                    if isinstance(value, _SIMPLE):
                        return ast.Constant(value)
        return node


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Tuple) and not node.elts)


def _refused(test: ast.expr, facts: Facts) -> None:
    """What holds where a test has failed."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)):
            facts[name] = _FILLED
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(left=left, ops=[ast.IsNot()], comparators=others)):
            _refused(ast.Compare(left, [ast.Is()], others), facts)
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            facts.setdefault(name, _NOT_NONE)
        case ast.BoolOp(op=ast.Or()):
            for each in test.values:
                _refused(each, facts)


def _same(one: object, other: object) -> bool:
    if isinstance(one, ast.AST) and isinstance(other, ast.AST):
        return ast.dump(one) == ast.dump(other)
    return one is other


def _forget(names: Collection[str], facts: Facts) -> None:
    for name, fact in [*facts.items()]:
        if name in names or (isinstance(fact, ast.Name) and fact.id in names):
            del facts[name]


def _stored(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that are assigned to."""
    return {
        each.id
        for node in nodes
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
