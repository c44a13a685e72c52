"""A rule as each engine writes it."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.bench.matching.rule import BenchRule, Kind, Leaf


def tocsin(rule: BenchRule) -> str:
    """In Tocsin's query language."""
    return _joined(rule, _tocsin_leaf)


def lucene(rule: BenchRule) -> str:
    """In the syntax of Lucene's classic parser; a sloppy phrase, for a proximity, is not quite the same."""
    required = " ".join(f"+({' '.join(map(_lucene_leaf, clause))})" for clause in rule.required)
    return required + (f" -({' '.join(map(_lucene_leaf, rule.excluded))})" if rule.excluded else "")


def mokaccino(rule: BenchRule) -> str:
    """In mokaccino's query language. Raises ValueError for anything but single words, which is all it has."""
    return _joined(rule, _mokaccino_leaf)


def regular_expression(rule: BenchRule) -> str:
    """As one regular expression for text that is lower case: a look ahead for each clause."""
    required = "".join(f"(?=.*?(?:{'|'.join(map(_expression, clause))}))" for clause in rule.required)
    excluded = f"(?!.*?(?:{'|'.join(map(_expression, rule.excluded))}))" if rule.excluded else ""
    return rf"(?s)\A{required}{excluded}"


def _joined(rule: BenchRule, write: Callable[[Leaf], str]) -> str:
    query = " AND ".join(f"({' OR '.join(map(write, clause))})" for clause in rule.required)
    return query + (f" AND NOT ({' OR '.join(map(write, rule.excluded))})" if rule.excluded else "")


def _quoted(leaf: Leaf) -> str:
    return '"' + " ".join(leaf.words) + '"'


def _tocsin_leaf(leaf: Leaf) -> str:
    if leaf.kind is Kind.NEAR:
        left, right = leaf.words  # in quotation marks: atl24 is an operator elsewhere, and asked about
        return f'("{left}" NEAR/{leaf.distance} "{right}")'
    return leaf.words[0] if leaf.kind is Kind.WILDCARD else _quoted(leaf)


def _lucene_leaf(leaf: Leaf) -> str:
    if leaf.kind is Kind.NEAR:
        return f"{_quoted(leaf)}~{leaf.distance}"
    return leaf.words[0] if leaf.kind is Kind.WILDCARD else _quoted(leaf)


def _expression(leaf: Leaf) -> str:
    if leaf.kind is Kind.NEAR:
        between = rf"(?:\W+\w+){{0,{leaf.distance}}}?\W+"
        left, right = map(re.escape, leaf.words)
        return rf"\b(?:{left}{between}{right}|{right}{between}{left})\b"
    if leaf.kind is Kind.WILDCARD:
        return r"\b" + re.escape(leaf.words[0]).replace(r"\*", r"\w*").replace(r"\?", r"\w") + r"\b"
    return r"\b" + r"\W+".join(map(re.escape, leaf.words)) + r"\b"


def _mokaccino_leaf(leaf: Leaf) -> str:
    if leaf.kind is not Kind.WORDS or len(leaf.words) > 1:
        raise ValueError(f"mokaccino has no {leaf.kind} of {leaf.words}: give it single words")
    return f"text:{_quoted(leaf)}"
