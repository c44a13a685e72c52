"""Whether an instrument's name and a provision stand in one construction: what lies between them decides.

`Article 51 (self-defence) of the UN Charter`, `BM Şartı'nın 51. maddesi`: only little words, brackets and
spacing lie between. A sentence's end or a foreign word too many, and the two are strangers.
"""

from __future__ import annotations

import regex

from worker.citations.grammar import Grammar

BLOCKED = 99
"""A cost no construction has."""

_ASIDE = regex.compile(r"\([^()\n]{0,120}\)|\[[^\[\]\n]{0,60}\]|\]\([^()\s]{0,200}\)|<[^<>\n]{0,60}>")
_END = regex.compile(r"[!?;。！？।۔؟…]|\n\s*\n|\.\s|\.$|\|")
_LEADING_DOT = regex.compile(r"\s?\.\s")
_WORD = regex.compile(r"[\p{L}\p{M}\d]+")


def gap_cost(gap: str, grammar: Grammar, links: frozenset[str]) -> int:
    """How many words of `gap` are no little words of its language; BLOCKED where a sentence ends in it.

    `links` are little words to allow besides the grammar's own.
    """
    if not gap.strip(" \n'\"»”*_"):
        return 0 if gap.count("\n") < 2 else BLOCKED
    plain: str = _ASIDE.sub(" ", gap)
    if grammar.chapter is not None:
        plain = grammar.chapter.sub(" ", plain)
    if grammar.dotted:
        dot = _LEADING_DOT.match(plain)
        plain = plain[dot.end() :] if dot else plain
    if _END.search(plain):
        return BLOCKED
    unknown: list[str] = [
        word for word in _WORD.findall(plain) if word not in grammar.links and word not in links
    ]
    if not grammar.spaced:
        return sum(len(word) for word in unknown)
    numbers = sum(word.isdigit() and len(word) < 4 for word in unknown)  # 51 – 51 €; but of the 1945 Charter
    return len(unknown) + 2 * numbers + 3 * (plain.count(",") > 1)


def lists(gap: str, grammar: Grammar) -> bool:
    """Whether a joining word stands in `gap`: `resolution 2249 and Article 51` are two things."""
    return any(word in grammar.listing for word in _WORD.findall(gap))


def joined(gap: str, grammar: Grammar, little: frozenset[str]) -> bool:
    """Whether two provisions with `gap` between them are one list (`Article 2(4) and Article 51`).

    `little` are the words that may stand in it in any language: and, or, of, the.
    """
    if len(gap) > 30 or (_END.search(gap) and not grammar.dotted):
        return False
    return all(word in little for word in _WORD.findall(_ASIDE.sub(" ", gap)))
