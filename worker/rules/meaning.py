"""A tree's meaning as text, whichever way it was written.

Two queries of equal meaning here match the same articles: the order of what AND, OR, NEAR, SENTENCE
and PARAGRAPH join, what is said twice, operators within the same operator, `1 OF` and `n OF n`, double
NOT and the case of words make no difference. Equal meaning is sound and never complete.
"""

from __future__ import annotations

import unicodedata

from worker.rules.printer import print_tree
from worker.rules.tree import (
    And,
    AtLeast,
    In,
    Leaf,
    Literal,
    Near,
    Node,
    NOf,
    Not,
    Or,
    Phrase,
    Proximity,
    Term,
)

_TURNABLE = frozenset({Proximity.NEAR, Proximity.SENTENCE, Proximity.PARAGRAPH})


def meaning_of(node: Node) -> str:
    """The same text for every tree of the same meaning, as far as their forms show it."""
    if isinstance(node, Phrase):
        return " ".join(f"{word}\t{folded}" for word, folded in forms_of(node.terms))
    if isinstance(node, Leaf):
        return print_tree(node)
    if isinstance(node, Not):
        return meaning_of(node.child.child) if isinstance(node.child, Not) else f"!({meaning_of(node.child)})"
    if isinstance(node, (And, Or)):
        return _joined("&" if isinstance(node, And) else "|", _parts(node, type(node)))
    if isinstance(node, NOf):
        return _meaning_of_some(node)
    if isinstance(node, In):
        return f"{node.scope}:({meaning_of(node.child)})"
    if isinstance(node, Near):
        sides = [meaning_of(node.left), meaning_of(node.right)]
        if node.kind in _TURNABLE:
            sides.sort()
        return f"{node.kind}/{node.distance}({sides[0]},{sides[1]})"
    assert isinstance(node, AtLeast)  # noqa: S101  the only kind that is left
    inner = meaning_of(node.child)
    return inner if node.count == 1 else f"{node.count}x({inner})"


def forms_of(terms: tuple[Term, ...]) -> tuple[tuple[str, str], ...]:
    """A phrase's terms as they are matched: what is stemmed, and what is compared."""
    return tuple(
        (unicodedata.normalize("NFC", term.raw).lower(), term.folded)
        if isinstance(term, Literal)
        else ("", term.pattern)
        for term in terms
    )


def _parts(node: And | Or, kind: type[Node]) -> list[str]:
    found: list[str] = []
    for child in node.children:
        found += (
            _parts(child, kind)
            if isinstance(child, (And, Or)) and isinstance(child, kind)
            else [meaning_of(child)]
        )
    return found


def _joined(operator: str, parts: list[str]) -> str:
    different = sorted(set(parts))
    return different[0] if len(different) == 1 else f"{operator}({','.join(different)})"


def _meaning_of_some(node: NOf) -> str:
    parts = sorted(map(meaning_of, node.children))
    if node.count == 1:
        return _joined("|", parts)
    if node.count == len(parts):
        return _joined("&", parts)
    return f"{node.count}of({','.join(parts)})"
