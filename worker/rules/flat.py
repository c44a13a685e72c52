"""Queries that are clauses of words and nothing else, read without a tree.

    ("black sea" OR exerc* OR (fleet NEAR/5 port)) AND naval AND NOT (film OR football)

Of machine-made lists nearly all are so, and of those most have only leaves that an expression knows the
parser to read as they look. Any other is cut at its operators, and each piece is read by the parser as if it
stood alone, once for all the rules that have it. What is not certain to mean the same so is not flat, and is
parsed: nothing here ever says what is wrong with a query.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from worker.rules.errors import RuleErrors
from worker.rules.parser import parse
from worker.rules.printer import print_tree
from worker.rules.tree import Glob, Near, Node, Phrase, Proximity

_REMEMBERED = 1 << 16
_WORDS = r'"[a-z0-9]++(?: [a-z0-9]++)*+"'
_SIDE = rf"(?:[a-z]++|{_WORDS})"
_KIND, _DISTANCE = "NEAR|PRE", "[1-9][0-9]{0,2}+"
_PROXIMITY = rf"{_SIDE} (?:{_KIND})/{_DISTANCE} {_SIDE}"
_BEGINNING = r"[a-z]{3,}+\*"
_LEAF = rf"(?:{_WORDS}|{_PROXIMITY}|\({_PROXIMITY}\)|{_BEGINNING})"
"""One that the parser is known to read as it looks: words in quotation marks, two of them near each other, in
brackets or not, or the beginning of a word.
"""
_CLAUSE = rf"(?:{_LEAF}|\({_LEAF}(?: OR {_LEAF})*+\))"
_SURE_WORDS = re.compile(_WORDS)
_SURE_PROXIMITY = re.compile(rf"(\()?(({_SIDE}) ({_KIND})/({_DISTANCE}) ({_SIDE}))(?(1)\))")
_SURE_BEGINNING = re.compile(_BEGINNING)
_SURE_LEAF = re.compile(_LEAF)
_SURE_QUERY = re.compile(rf"{_CLAUSE}(?: AND (?:NOT )?+{_CLAUSE})*+")
_QUOTED_WORD = re.compile(r'"([a-z]++)"')
_BRACKETED_LEAF = re.compile(r"\(([^()O]*+)\)")
"""Among sure leaves: none has a capital O, and between two there is always one, in OR."""
_printed: dict[str, str] = {}

Part = tuple[bool, list[str]]
"""A clause: whether it is negated, and its leaves, as written, of which one must hold, or else none may."""


class Sides(NamedTuple):
    """A proximity of two sides that are words, as all of it and each of them is written."""

    written: str
    left: str
    right: str
    distance: int
    in_order: bool


def print_flat(query: str) -> str:
    """The canonical text of a flat query, that of `print_tree`; empty where it is not flat, or no query."""
    return _print_sure(query) if _SURE_QUERY.fullmatch(query) else _print_parts(query)


def _print_sure(query: str) -> str:
    """Of sure leaves: the quotation marks and brackets that a tree does not tell of are left out."""
    text = "".join(_BRACKETED_LEAF.split("".join(_QUOTED_WORD.split(query))))
    if "((" in query and "))" in query:  # a proximity that is a clause of its own is in two of them
        text = "".join(_BRACKETED_LEAF.split(text))
    return text[1:-1] if text[0] == "(" and " AND " not in text else text


def _print_parts(query: str) -> str:
    parts = cut(query)
    printed = []
    for negated, leaves in parts or ():
        text = _print_clause(leaves)
        if not text:
            return ""
        if parts and len(leaves) > 1 and (negated or len(parts) > 1):
            text = f"({text})"
        printed.append(f"NOT {text}" if negated else text)
    return " AND ".join(printed)


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
        if piece.startswith("("):
            leaves = (piece[1:-1] if piece.endswith(")") else "").split(" OR ")
        else:
            leaves = piece.split(" OR ")
            if len(leaves) > 1 and len(pieces) > 1:
                return None
        parts.append((negated, leaves))
    return parts if affirmed else None


def _print_clause(leaves: list[str]) -> str:
    """The canonical text of leaves, as written, joined by OR; empty where one of them is no leaf."""
    texts = [
        _print_sure(leaf) if _SURE_LEAF.fullmatch(leaf) else _printed.get(leaf) or _print(leaf)
        for leaf in leaves
    ]
    return " OR ".join(texts) if all(texts) else ""


def words_of(leaf: str) -> list[str]:
    """The words, which are folded, of a leaf that is for sure words in quotation marks; else none."""
    return leaf[1:-1].split(" ") if _SURE_WORDS.fullmatch(leaf) else []


def sides_of(leaf: str) -> Sides | None:
    """A leaf that is for sure a proximity of two sides that are words; None: it may be something else."""
    found = _SURE_PROXIMITY.fullmatch(leaf)
    if found is None:
        return None
    written, left, kind, distance, right = found.group(2, 3, 4, 5, 6)
    return Sides(written, left, right, int(distance), kind == Proximity.PRE)


def split_words(written: str) -> list[str]:
    """The words of what is sure to be words, in quotation marks or without."""
    return written.strip('"').split(" ")


def leaf_of(text: str) -> Node | None:
    """The tree of a leaf of a flat query, whose places count from its own beginning; None: it is none."""
    if _SURE_BEGINNING.fullmatch(text):
        return Phrase(0, len(text), text, (Glob(text),))
    if _SURE_LEAF.fullmatch(text) or _printed.get(text) or _print(text):
        return parse(text).root
    return None


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
