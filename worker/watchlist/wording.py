"""Lints of a query's words: too common, too short, too broad, or not what they look like."""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from worker.rules import Rule
from worker.rules.terms import glob_pattern
from worker.rules.tree import (
    AtLeast,
    ConceptRef,
    Exact,
    Fuzzy,
    Glob,
    In,
    Leaf,
    Literal,
    Near,
    Node,
    NOf,
    Not,
    Or,
    Phrase,
    Scope,
    Term,
    children,
)
from worker.text import is_by_character
from worker.text.codes import canonical
from worker.text.frequency import frequencies, has_frequencies
from worker.watchlist.lint_codes import Lint
from worker.watchlist.remarks import Remark

COMMON = 1 / 3
"""The share of articles from which a word beside others says next to nothing."""

COMMON_ALONE = 0.1
"""The share from which a word that makes a rule true by itself rings too often to be read."""

_GRAMMAR = 0.9
"""Two words that each stand in this share of articles make no phrase: `of the`."""

_SHORT = 3
_SMALL_OPERATORS = frozenset({"and", "or", "not"})
_OPERATORS_OF: Final = {
    "cs": {"A": "AND", "NEBO": "OR", "NE": "NOT"},
    "da": {"OG": "AND", "ELLER": "OR", "IKKE": "NOT"},
    "de": {"UND": "AND", "ODER": "OR", "NICHT": "NOT"},
    "el": {"ΚΑΙ": "AND", "Ή": "OR", "ΟΧΙ": "NOT"},
    "es": {"Y": "AND", "E": "AND", "O": "OR"},
    "fr": {"ET": "AND", "OU": "OR", "SAUF": "NOT", "NON": "NOT"},
    "hu": {"ÉS": "AND", "VAGY": "OR", "NEM": "NOT"},
    "id": {"DAN": "AND", "ATAU": "OR", "BUKAN": "NOT"},
    "it": {"E": "AND", "O": "OR", "NON": "NOT"},
    "nl": {"EN": "AND", "NIET": "NOT"},
    "no": {"OG": "AND", "ELLER": "OR", "IKKE": "NOT"},
    "pl": {"I": "AND", "ORAZ": "AND", "LUB": "OR", "ALBO": "OR", "NIE": "NOT"},
    "pt": {"E": "AND", "OU": "OR", "NÃO": "NOT"},
    "ro": {"ȘI": "AND", "SAU": "OR", "NU": "NOT"},
    "ru": {"И": "AND", "ИЛИ": "OR", "НЕ": "NOT"},
    "sv": {"OCH": "AND", "ELLER": "OR", "INTE": "NOT"},
    "tr": {"VE": "AND", "VEYA": "OR", "DEĞİL": "NOT"},
    "uk": {"І": "AND", "ТА": "AND", "АБО": "OR", "НЕ": "NOT"},
    "vi": {"VÀ": "AND", "HOẶC": "OR", "KHÔNG": "NOT"},
}
"""Operators as other tools have them in the language of the words: in capitals, and words to us."""

_NARROW_WILDCARD = 4
_MIXABLE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
_SMALL_FIELDS = frozenset(Scope) - {Scope.TEXT, Scope.ANY}


def remarks_on_words(rule: Rule, found: Sequence[Leaf]) -> Iterator[Remark]:
    """Remarks on a rule with these leaves."""
    common = False
    table = frequencies(rule.language) if has_frequencies(rule.language) else {}
    for leaf in found:
        if isinstance(leaf, Phrase):
            first = leaf.terms[0]
            if len(leaf.terms) > 1:
                common = common or share_of(leaf.terms, rule.language) >= COMMON_ALONE
            elif isinstance(first, Literal):
                common = common or table.get(first.folded, 0.0) >= COMMON_ALONE
                if leaf.text not in _SMALL_OPERATORS and not leaf.text.isupper():
                    continue  # the way of almost every word
            yield from _phrase(leaf, rule)
    if not rule.query.isascii():  # letters of other scripts are never ASCII
        yield from _mixtures(found)
    if common:
        yield from _common(rule.root, rule, alone=True, forbidden=False)
    yield from _lone_words(rule.root)


def _mixtures(found: Sequence[Leaf]) -> Iterator[Remark]:
    for leaf in found:
        terms: Sequence[Term] = ()
        if isinstance(leaf, (Phrase, Exact)):
            terms = leaf.terms if isinstance(leaf, Phrase) else leaf.tokens
        words = [term.raw for term in terms if isinstance(term, Literal)]
        for word in (*words, *((leaf.text,) if isinstance(leaf, Fuzzy) else ())):
            if mixed_scripts(word):
                yield Remark(Lint.MIXED_SCRIPTS, leaf.start, said_of_mixture(word))


def share_of(terms: Sequence[Term], language: str) -> float:
    """The share of a language's articles that hold a word; 0 where nothing says that it is common.

    Of phrases, only two words of grammar (`of the`) are common: a phrase is rarer than its words, and
    how much so nobody has counted. Words of a language without a table are never called common.
    """
    if len(terms) > 2 or not has_frequencies(language):
        return 0.0
    table = frequencies(language)
    if len(terms) == 1:
        term = terms[0]
        return table.get(term.folded, 0.0) if isinstance(term, Literal) else 0.0
    shares = [table.get(term.folded, 0.0) if isinstance(term, Literal) else 0.0 for term in terms]
    by_character = any(isinstance(term, Literal) and is_by_character(term.folded) for term in terms)
    by_syllable = canonical(language) == "vi"  # whose words are written apart, and folded without their tones
    return min(shares) if min(shares) >= _GRAMMAR and not (by_character or by_syllable) else 0.0


def said_of_share(share: float) -> str:
    """A share of articles in words."""
    return "about every article" if share >= _GRAMMAR else f"about {share:.0%} of articles".replace("%", " %")


def _common(node: Node, rule: Rule, *, alone: bool, forbidden: bool) -> Iterator[Remark]:
    if isinstance(node, Phrase):
        yield from _common_phrase(node, rule, alone=alone, forbidden=forbidden)
    elif isinstance(node, In) and node.scope in _SMALL_FIELDS:
        return  # a headline holds few words: one that stands in most articles says something there
    elif isinstance(node, Not):
        yield from _common(node.child, rule, alone=False, forbidden=not forbidden)
    elif not isinstance(node, (Near, AtLeast, Leaf)):
        alone = alone and (isinstance(node, (Or, In)) or (isinstance(node, NOf) and node.count == 1))
        for child in children(node):
            yield from _common(child, rule, alone=alone, forbidden=forbidden)


def concepts_by_themselves(node: Node) -> Iterator[str]:
    """Names of the concepts whose words count by themselves: not in a proximity, ATLEAST or a headline."""
    if isinstance(node, ConceptRef):
        yield node.name
    elif not isinstance(node, (Near, AtLeast)) and not (isinstance(node, In) and node.scope in _SMALL_FIELDS):
        for child in children(node):
            yield from concepts_by_themselves(child)


def _common_phrase(leaf: Phrase, rule: Rule, *, alone: bool, forbidden: bool) -> Iterator[Remark]:
    share = share_of(leaf.terms, rule.language)
    if share < (COMMON_ALONE if alone else COMMON) or _said_otherwise(leaf, rule, alone=alone):
        return
    written = rule.query[leaf.start : leaf.end].strip('"')
    stands = f"stands in {said_of_share(share)} in {rule.language}"
    if forbidden:
        message, advice = f"what NOT forbids here, “{written}”, {stands}", "a phrase, or NOT NEAR/n"
    elif alone:
        message = f"“{written}” makes this rule true all by itself, and {stands}"
        advice = "AND with something, or a phrase"
    else:
        message, advice = f"“{written}” {stands}", "a phrase or a proximity"
    yield Remark(Lint.COMMON_WORD, leaf.start, message, advice)


def _said_otherwise(leaf: Phrase, rule: Rule, *, alone: bool) -> bool:
    """Whether another remark on the same word says enough: one mistake, one finding."""
    return _is_small_operator(leaf, rule) or (alone and _is_short(leaf))


def _is_small_operator(leaf: Phrase, rule: Rule) -> bool:
    return _meant(leaf, rule) is not None


def _meant(leaf: Phrase, rule: Rule) -> str | None:
    """The operator that a bare word may be meant as."""
    if rule.query[leaf.start] == '"':
        return None
    if leaf.text in _SMALL_OPERATORS:
        return leaf.text.upper()
    return _OPERATORS_OF.get(canonical(rule.language), {}).get(leaf.text)


def _phrase(leaf: Phrase, rule: Rule) -> Iterator[Remark]:
    terms = leaf.terms
    if len(terms) == 1 and isinstance(terms[0], Glob):
        yield from _wildcard(terms[0].pattern, leaf.start, rule.language)
    elif _is_small_operator(leaf, rule):
        how = "in capitals" if leaf.text in _SMALL_OPERATORS else "in English"
        message = f"{leaf.text} is looked for as a word: operators are written {how}"
        yield Remark(Lint.SMALL_OPERATOR, leaf.start, message, f'{_meant(leaf, rule)}, or "{leaf.text}"')
    if len(terms) > 1 and leaf.text[-1] == "?":
        message = "? at the end of a phrase is a wildcard and wants one more character"
        yield Remark(Lint.QUESTION_MARK, leaf.start, message, "leave it out")


def _wildcard(pattern: str, offset: int, language: str) -> Iterator[Remark]:
    literals = len(pattern.replace("*", "").replace("?", ""))
    advice = "more letters, or the forms you mean"
    share, examples = reach_of(pattern, language)
    if share >= COMMON:
        named = ", ".join(examples)
        message = f"{pattern} fits words that stand in {said_of_share(share)} in {language}: {named}"
        yield Remark(Lint.BROAD_WILDCARD, offset, message, advice)
    elif "*" in pattern and literals < _NARROW_WILDCARD:
        yield Remark(Lint.BROAD_WILDCARD, offset, f"{pattern} fits very many words", advice)


@lru_cache(maxsize=1 << 14)
def reach_of(pattern: str, language: str) -> tuple[float, tuple[str, ...]]:
    """The share of articles with some word of the wildcard, and the three most common such words.

    Words are taken to stand in articles independently of each other.
    """
    beginning = pattern.replace("?", "*").partition("*")[0]
    if not beginning or not has_frequencies(language):
        return 0.0, ()
    words, table = _sorted(language), frequencies(language)
    fits = glob_pattern(pattern).fullmatch
    found = [
        word
        for word in words[bisect_left(words, beginning) : bisect_left(words, beginning + "\U0010ffff")]
        if fits(word)
    ]
    missed = math.prod(1.0 - table[word] for word in found)
    return 1.0 - missed, tuple(sorted(found, key=lambda word: -table[word])[:3])


@cache
def _sorted(language: str) -> list[str]:
    return sorted(frequencies(language))


def _lone_words(root: Node) -> Iterator[Remark]:
    """Short words that make the whole rule true by themselves."""
    for branch in root.children if isinstance(root, Or) else (root,):
        if isinstance(branch, Phrase) and _is_short(branch):
            message = f"the short word “{branch.text}” makes this rule true all by itself"
            yield Remark(Lint.SHORT_WORD, branch.start, message, "AND with something, or =Exact case")


def _is_short(leaf: Phrase) -> bool:
    if len(leaf.terms) != 1 or not isinstance(leaf.terms[0], Literal):
        return False
    folded = leaf.terms[0].folded
    return len(folded) <= _SHORT and not is_by_character(folded)


def mixed_scripts(word: str) -> bool:
    """Whether letters of scripts that look alike stand in one word: `Рutin` with a Cyrillic Р."""
    return not word.isascii() and _mixes(word)


@lru_cache(maxsize=1 << 16)
def _mixes(word: str) -> bool:
    return len(_scripts(word)) > 1


def _scripts(word: str) -> set[str]:
    names = (unicodedata.name(character, "").partition(" ")[0] for character in word if character.isalpha())
    return {name for name in names if name in _MIXABLE}


def said_of_mixture(word: str) -> str:
    """The message about a word of several scripts."""
    scripts = " and ".join(sorted(script.capitalize() for script in _scripts(word)))
    return f"“{word}” mixes {scripts} letters that look alike"
