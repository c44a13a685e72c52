"""Queries that are clauses of words and nothing else, read without a tree.

    ("black sea" OR exerc* OR (fleet NEAR/5 port)) AND naval AND NOT (film OR football)

Of machine-made lists nearly all are so. Such a query is cut at its operators, and each piece is read by
the parser as if it stood alone, once for all the rules that have it. What is not certain to mean the same
so is not flat, and is parsed: `flat_of` never says what is wrong with a query.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from worker.rules.errors import RuleErrors
from worker.rules.parser import parse
from worker.rules.printer import print_tree
from worker.rules.tree import Literal, Near, Node, Phrase

_REMEMBERED = 1 << 16
_NEAR = r"[a-z]+ (?:NEAR|PRE)/[1-9][0-9]{0,2} [a-z]+"
_LEAF = rf'(?:"[a-z0-9]+(?: [a-z0-9]+)*"|[a-z]+|[a-z]{{3,}}\*|\({_NEAR}\))'
_SURE = re.compile(rf"\({_LEAF}(?: OR {_LEAF})*\)|{_LEAF}")
"""A clause of leaves that the parser is known to read as they look: no need to ask it."""
_QUOTED = re.compile(r'"([a-z0-9]+(?: [a-z0-9]+)*)"')
_LOOSE = re.compile(rf'"([a-z]+)"|\(({_NEAR})\)')
"""What is printed without its quotation marks or parentheses."""
_printed: dict[str, str] = {}


class Part(NamedTuple):
    """A clause: leaves, as written, of which one must hold, or of which none may when it is `negated`."""

    negated: bool
    leaves: list[str]


class Flat(NamedTuple):
    """A query as its clauses, in the order written, and its canonical text, that of `print_tree`."""

    parts: list[Part]
    printed: str


def flat_of(query: str) -> Flat | None:
    """The clauses of a query; None where it is not flat, or not a query at all."""
    pieces = query.split(" AND ")
    alone = len(pieces) == 1
    parts: list[Part] = []
    printed: list[str] = []
    affirmed = False
    for piece in pieces:
        negated = piece.startswith("NOT ")
        if negated:
            piece = piece[4:]
        else:
            affirmed = True
        enclosed = piece[:1] == "("
        sure = _SURE.fullmatch(piece) is not None
        if enclosed and not (sure and piece.count("(") == 1 and "/" in piece):
            piece = piece[1:-1] if piece[-1] == ")" else ""
        leaves = piece.split(" OR ")
        if len(leaves) > 1 and not (enclosed or alone):
            return None
        text = _LOOSE.sub(r"\1\2", piece) if sure else _printed_or(leaves)
        if not text:
            return None
        if len(leaves) > 1 and (negated or not alone):
            text = f"({text})"
        printed.append(f"NOT {text}" if negated else text)
        parts.append(Part(negated, leaves))
    return Flat(parts, " AND ".join(printed)) if affirmed else None


def _printed_or(leaves: list[str]) -> str:
    texts = [_printed.get(leaf) or _print(leaf) for leaf in leaves]
    return " OR ".join(texts) if all(texts) else ""


def leaf_of(text: str) -> Node:
    """The tree of a leaf of a flat query. Its places count from the leaf's own beginning."""
    quoted = _QUOTED.fullmatch(text)
    if quoted is not None:
        return Phrase(0, len(text), quoted[1], tuple([Literal(word, word) for word in quoted[1].split()]))
    return parse(text).root


def _print(leaf: str) -> str:
    """The canonical text of a leaf; empty where it is none, or more than one."""
    text = _canonical(leaf)
    if len(_printed) >= _REMEMBERED:
        _printed.clear()
    if text:
        _printed[leaf] = text
    return text


def _canonical(leaf: str) -> str:
    try:
        root = parse(leaf).root
    except RuleErrors:
        return ""
    return print_tree(root) if _is_leaf(root, leaf) else ""


def _is_leaf(node: Node, text: str) -> bool:
    if isinstance(node, Near):
        sides = isinstance(node.left, Phrase) and isinstance(node.right, Phrase)
        return sides and node.start == (text[0] == "(")
    return isinstance(node, Phrase) and node.start == 0 and node.end == len(text)
