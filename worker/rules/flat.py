"""Queries that are clauses of words and nothing else, read without a tree.

    ("black sea" OR exerc* OR (fleet NEAR/5 port)) AND naval AND NOT (film OR football)

Of machine-made lists nearly all are so. Such a query is cut at its operators, and each piece is read by
the parser as if it stood alone, once for all the rules that have it. What is not certain to mean the same
so is not flat, and is parsed: `flat_of` never says what is wrong with a query.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from worker.rules.errors import RuleErrors
from worker.rules.parser import parse
from worker.rules.printer import print_tree
from worker.rules.tree import Glob, Literal, Near, Node, Phrase, Proximity

_REMEMBERED = 1 << 16
_WORDS = r'"[a-z0-9]+(?: [a-z0-9]+)*"'
_SIDE = rf"([a-z]+|{_WORDS})"
_SURE = re.compile(rf"({_WORDS})|[a-z]{{3,}}\*|(\()?{_SIDE} (NEAR|PRE)/([1-9][0-9]{{0,2}}) {_SIDE}(?(2)\))")
"""A leaf that the parser is known to read as it looks: words in quotation marks, the beginning of a word, or
two of them near each other, in brackets or not.
"""
_QUOTED: Final = 1
"""The last group of the expression that has matched, of words in quotation marks; None of a beginning."""
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
    parts = cut(query)
    if parts is None:
        return None
    printed = []
    for negated, leaves in parts:
        text = _print_clause(leaves)
        if not text:
            return None
        if len(leaves) > 1 and (negated or len(parts) > 1):
            text = f"({text})"
        printed.append(f"NOT {text}" if negated else text)
    return Flat(parts, " AND ".join(printed))


def cut(query: str) -> list[Part] | None:
    """The query at its operators, if it has no other operators than these; is each piece a leaf?"""
    pieces = query.split(" AND ")
    parts: list[Part] = []
    affirmed = False
    for piece in pieces:
        negated = piece.startswith("NOT ")
        if negated:
            piece = piece[4:]
        else:
            affirmed = True
        enclosed = piece[:1] == "("
        if enclosed:
            piece = piece[1:-1] if piece[-1] == ")" else ""
        leaves = piece.split(" OR ")
        if len(leaves) > 1 and not enclosed and len(pieces) > 1:
            return None
        parts.append(Part(negated, leaves))
    return parts if affirmed else None


def _print_clause(leaves: list[str]) -> str:
    """The canonical text of leaves, as written, joined by OR; empty where one of them is no leaf."""
    texts = [_sure(leaf) or _printed.get(leaf) or _print(leaf) for leaf in leaves]
    return " OR ".join(texts) if all(texts) else ""


def _sure(leaf: str) -> str:
    """The canonical text of a leaf that the parser is known to read as it looks, else empty."""
    found = _SURE.fullmatch(leaf)
    if found is None:
        return ""
    if found.lastindex is None:
        return leaf
    if found.lastindex == _QUOTED:
        return _unquoted(leaf)
    left, kind, distance, right = found.group(3, 4, 5, 6)
    return f"{_unquoted(left)} {kind}/{distance} {_unquoted(right)}"


def _unquoted(word: str) -> str:
    """Without its quotation marks, where it is a word without them too."""
    return word[1:-1] if word[0] == '"' and word[1:-1].isalpha() else word


def leaf_of(text: str) -> Node | None:
    """The tree of a leaf of a flat query, whose places count from its own beginning; None: it is none."""
    found = _SURE.fullmatch(text)
    if found is None:
        return parse(text).root if _printed.get(text) or _print(text) else None
    if found.lastindex is None:
        return Phrase(0, len(text), text, (Glob(text),))
    if found.lastindex == _QUOTED:
        return _phrase(text, 0)
    left, kind, distance, right = found.group(3, 4, 5, 6)
    sides = _phrase(left, found.start(3)), _phrase(right, found.start(6))
    return Near(found.start(3), found.end(6), Proximity(kind), int(distance), *sides)


def _phrase(written: str, start: int) -> Phrase:
    text = written.strip('"')
    return Phrase(start, start + len(written), text, tuple([Literal(word, word) for word in text.split()]))


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
