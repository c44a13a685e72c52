"""Lints of one query: what its tree shows without looking at other watches."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from itertools import combinations
from typing import NamedTuple

from worker.rules import Concept, Rule, print_tree
from worker.rules.implies import implies
from worker.rules.tree import (
    And,
    AtLeast,
    Cite,
    ConceptRef,
    Exact,
    Glob,
    In,
    Literal,
    Near,
    Node,
    NOf,
    Not,
    Or,
    Phrase,
    Proximity,
    Term,
    children,
)
from worker.text import is_by_character
from worker.watchlist.lint_codes import Lint

MAX_COMPARED = 40
"""Parts of one AND or OR that are compared with each other: beyond it pairs would cost seconds."""

_SHORT = 3
_NARROW_WILDCARD = 4
_MIXABLE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


class Remark(NamedTuple):
    """A lint at a place of the query; `offset` counts its code points."""

    code: Lint
    offset: int
    message: str
    suggestion: str | None = None


def remarks_on(rule: Rule) -> Iterator[Remark]:
    """Every remark on a rule's query."""
    yield from _walk(rule.root, rule, near=False)
    yield from _lone_words(rule.root)
    if not indexable(rule.root, rule.concepts):
        message = "no part of this rule must be there word for word, so it is run on every article"
        yield Remark(Lint.NO_INDEX, rule.root.start, message, "AND with a word, phrase or concept")


def _walk(node: Node, rule: Rule, *, near: bool) -> Iterator[Remark]:
    if isinstance(node, Phrase):
        yield from _phrase(node, rule, near=near)
        return
    if isinstance(node, And) and len(node.children) <= MAX_COMPARED:
        yield from _and(node)
    elif isinstance(node, Or) and len(node.children) <= MAX_COMPARED:
        yield from _or(node)
    for child in children(node):
        yield from _walk(child, rule, near=near or isinstance(node, Near))


def _and(node: And) -> Iterator[Remark]:
    for one, other in combinations(node.children, 2):
        if isinstance(one, Not) != isinstance(other, Not):
            positive, negative = (other, one) if isinstance(one, Not) else (one, other)
            if isinstance(negative, Not) and implies(positive, negative.child):
                message = f"{_short(positive)} and {_short(negative)} can never both hold"
                yield Remark(Lint.NEVER_TRUE, negative.start, message)
            continue
        for reason, idle in ((one, other), (other, one)):
            if implies(reason, idle):
                code = Lint.IDLE_NOT if isinstance(idle, Not) else Lint.REDUNDANT
                message = f"{_short(idle)} always holds where {_short(reason)} does"
                yield Remark(code, idle.start, message, "leave it out")
                break


def _or(node: Or) -> Iterator[Remark]:
    for one, other in combinations(node.children, 2):
        if _folded(one) is not None and _folded(one) == _folded(other):
            message = f"{_short(other)} is the same as {_short(one)} once folded"
            yield Remark(Lint.SAME_PHRASE, other.start, message, "leave one of the two out")
            continue
        for narrow, wide in ((one, other), (other, one)):
            if implies(narrow, wide):
                message = f"wherever {_short(narrow)} holds, {_short(wide)} does too"
                yield Remark(Lint.REDUNDANT, narrow.start, message, "leave it out")
                break


def _folded(node: Node) -> tuple[str, ...] | None:
    return folded_terms(node.terms) if isinstance(node, Phrase) else None


def folded_terms(terms: tuple[Term, ...]) -> tuple[str, ...]:
    """A phrase as it is compared."""
    return tuple(term.folded if isinstance(term, Literal) else term.pattern for term in terms)


def _phrase(leaf: Phrase, rule: Rule, *, near: bool) -> Iterator[Remark]:
    terms = leaf.terms
    if len(terms) == 1 and isinstance(terms[0], Literal):
        word = terms[0].folded
        written = rule.query[leaf.start : leaf.end]
        if written in ("and", "or", "not"):
            message = f"{written} is looked for as a word: operators are written in capitals"
            yield Remark(Lint.SMALL_OPERATOR, leaf.start, message, f'{written.upper()}, or "{written}"')
        elif not near and word in common_words(rule.language):
            message = f"“{written}” stands in about every article in {rule.language}"
            yield Remark(Lint.COMMON_WORD, leaf.start, message, "a phrase or a proximity")
    if len(terms) == 1 and isinstance(terms[0], Glob):
        yield from _wildcard(terms[0].pattern, leaf.start)
    if leaf.text.endswith("?") and len(terms) > 1:
        message = "? at the end of a phrase is a wildcard and wants one more character"
        yield Remark(Lint.QUESTION_MARK, leaf.start, message, "leave it out")
    for term in terms:
        if isinstance(term, Literal) and mixed_scripts(term.raw):
            yield Remark(Lint.MIXED_SCRIPTS, leaf.start, said_of_mixture(term.raw))


def _wildcard(pattern: str, offset: int) -> Iterator[Remark]:
    literals = len(pattern.replace("*", "").replace("?", ""))
    if "*" in pattern and literals < _NARROW_WILDCARD:
        message = f"{pattern} fits very many words"
        yield Remark(Lint.BROAD_WILDCARD, offset, message, "more letters, or the forms you mean")


def _lone_words(root: Node) -> Iterator[Remark]:
    """Short words that make the whole rule true by themselves."""
    for branch in root.children if isinstance(root, Or) else (root,):
        if not isinstance(branch, Phrase) or len(branch.terms) != 1:
            continue
        term = branch.terms[0]
        if isinstance(term, Literal) and len(term.folded) <= _SHORT and not is_by_character(term.folded):
            message = f"the short word “{branch.text}” makes this rule true all by itself"
            yield Remark(Lint.SHORT_WORD, branch.start, message, "AND with something, or =Exact case")


@lru_cache(maxsize=1 << 16)
def mixed_scripts(word: str) -> bool:
    """Whether letters of scripts that look alike stand in one word: `Рutin` with a Cyrillic Р."""
    return not word.isascii() and len(_scripts(word)) > 1


def _scripts(word: str) -> set[str]:
    names = (unicodedata.name(character, "").partition(" ")[0] for character in word if character.isalpha())
    return {name for name in names if name in _MIXABLE}


def said_of_mixture(word: str) -> str:
    """The message about a word of several scripts."""
    scripts = " and ".join(sorted(script.capitalize() for script in _scripts(word)))
    return f"“{word}” mixes {scripts} letters that look alike"


@cache
def common_words(language: str) -> frozenset[str]:
    """Words that stand in more than a third of all articles of a language, folded."""
    table = (resources.files("worker.watchlist") / "common_words.txt").read_text(encoding="utf-8")
    for line in table.splitlines():
        code, _, words = line.partition(":")
        if code == language.partition("-")[0]:
            return frozenset(words.split())
    return frozenset()


def indexable(node: Node, concepts: Mapping[str, Concept]) -> bool:
    """Whether some word must be there for the node to hold, so that an index can skip the rule."""
    if isinstance(node, Phrase):
        return any(_anchors(term) for term in node.terms)
    if isinstance(node, (Exact, Cite)):
        return True
    if isinstance(node, ConceptRef):
        return all(indexable(phrase.leaf, concepts) for phrase in concepts[node.name].phrases)
    if isinstance(node, And):
        return any(indexable(child, concepts) for child in node.children)
    if isinstance(node, Or):
        return all(indexable(child, concepts) for child in node.children)
    if isinstance(node, NOf):
        return sum(not indexable(child, concepts) for child in node.children) < node.count
    if isinstance(node, Near):
        sides = (node.left,) if node.kind is Proximity.NOT_NEAR else (node.left, node.right)
        return any(indexable(side, concepts) for side in sides)
    return isinstance(node, (In, AtLeast)) and indexable(node.child, concepts)


def _anchors(term: Term) -> bool:
    return isinstance(term, Literal) or term.pattern[0] not in "*?"


def _short(node: Node) -> str:
    text = print_tree(node)
    return text if len(text) <= 40 else text[:39] + "…"
