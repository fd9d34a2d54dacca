"""Leaves assignments out of a generated function that nothing in it looks at."""

from __future__ import annotations

import ast
from collections.abc import Collection

__all__ = ["drop_unused"]


def drop_unused(function: ast.FunctionDef) -> None:
    """Leaves out what is assigned to no use, and what is of no use without it."""
    while _dropped_some(function):
        pass


def _dropped_some(function: ast.FunctionDef) -> bool:
    used = {
        each.id
        for each in ast.walk(function)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
    }
    dropping = _Dropping(used)
    dropping.visit(function)
    return dropping.dropped


class _Dropping(ast.NodeTransformer):
    """Leaves out assignments to names that are not used."""

    def __init__(self, used: Collection[str]) -> None:
        self._used = used
        self.dropped = False

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | None:  # named by `ast`
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Name):
                for each in target.elts:
                    if isinstance(each, ast.Name) and each.id not in self._used:
                        each.id = "_"
        left = [
            each for each in node.targets if not (isinstance(each, ast.Name) and each.id not in self._used)
        ]
        if len(left) == len(node.targets) or not _has_no_effect(node.value):
            return node
        self.dropped = True
        node.targets = left
        return node if left else None

    def visit_If(self, node: ast.If) -> ast.stmt:  # named by `ast`
        return self._with_body(node)

    def visit_For(self, node: ast.For) -> ast.stmt:  # named by `ast`
        return self._with_body(node)

    def _with_body(self, node: ast.If | ast.For) -> ast.stmt:
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node


def _has_no_effect(node: ast.expr) -> bool:
    """Whether an expression only gives a value."""
    return all(
        isinstance(
            each, ast.Name | ast.Constant | ast.Tuple | ast.List | ast.expr_context | ast.BoolOp | ast.boolop
        )
        for each in ast.walk(node)
    )
