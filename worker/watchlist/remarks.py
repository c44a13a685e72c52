"""A remark on a query: a lint at a place of its text."""

from __future__ import annotations

from typing import NamedTuple

from worker.rules import print_tree
from worker.rules.tree import Node
from worker.watchlist.lint_codes import Lint


class Remark(NamedTuple):
    """A lint at a place of the query; `offset` counts its code points, or the entries of its gate."""

    code: Lint
    offset: int
    message: str
    suggestion: str | None = None


def shown(node: Node) -> str:
    """A part of a query, as a message quotes it."""
    text = print_tree(node)
    return text if len(text) <= 40 else text[:39] + "…"
