"""The canonical text of a tree: `parse(print_tree(tree)) == tree`.

Comments, spaces, redundant parentheses and the different ways of writing AND and NOT disappear, so
the text is also what a rule's version is made of.
"""

from __future__ import annotations

import re

from worker.rules.tree import (
    And,
    AtLeast,
    Cite,
    ConceptRef,
    Exact,
    Fuzzy,
    In,
    Leaf,
    Near,
    Node,
    NOf,
    Not,
    Or,
    Phrase,
    Regex,
)
from worker.types import Grade

_OR, _AND, _NOT, _NEAR, _ATOM = range(5)
_PLAIN = re.compile(r"[^\W\d_][^\W\d_*?]*[*?]?")
_RESERVED = frozenset({"AND", "OR", "NOT", "NEAR", "PRE", "SENTENCE", "PARAGRAPH", "ATLEAST", "OF"})


def print_tree(node: Node) -> str:
    """The canonical text of a tree."""
    return _print(node, _OR)


def _print(node: Node, level: int) -> str:
    text, own = _text(node)
    return f"({text})" if own < level else text


def _text(node: Node) -> tuple[str, int]:
    """A node's text and how tightly it binds."""
    if isinstance(node, Leaf):
        return _leaf(node), _ATOM
    if isinstance(node, Or):
        return " OR ".join(_print(child, _AND) for child in node.children), _OR
    if isinstance(node, And):
        return " AND ".join(_print(child, _NOT) for child in node.children), _AND
    if isinstance(node, Not):
        return f"NOT {_print(node.child, _NOT)}", _NOT
    if isinstance(node, Near):
        said = node.kind if node.distance is None else f"{node.kind}/{node.distance}"
        return f"{_print(node.left, _NEAR)} {said} {_print(node.right, _ATOM)}", _NEAR
    if isinstance(node, In):
        # Two fields in a row are no atom, so the inner one is put in parentheses.
        inner = _print(node.child, _ATOM)
        return f"{node.scope}:" + (f"({inner})" if isinstance(node.child, In) else inner), _ATOM
    if isinstance(node, AtLeast):
        return f"ATLEAST/{node.count}({_print(node.child, _OR)})", _ATOM
    if isinstance(node, NOf):
        return f"{node.count} OF ({', '.join(_print(child, _OR) for child in node.children)})", _ATOM
    raise TypeError(f"{type(node).__name__} is no node of a rule")


def _leaf(node: Leaf) -> str:
    if isinstance(node, Phrase):
        return node.text if _PLAIN.fullmatch(node.text) and node.text not in _RESERVED else _quoted(node.text)
    if isinstance(node, Exact):
        return "=" + _quoted(node.text)
    if isinstance(node, Fuzzy):
        return f"{node.text}~{node.distance if node.distance > 1 else ''}"
    if isinstance(node, Regex):
        return "/" + node.pattern.replace("/", "\\/") + "/"
    if isinstance(node, ConceptRef):
        return f"@{node.name}"
    if isinstance(node, Cite):
        grade = "" if node.grade is Grade.INFERRED else f", {node.grade}"
        return f"cite({node.instrument} {node.provision}{grade})"
    raise TypeError(f"{type(node).__name__} is no leaf of a rule")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
