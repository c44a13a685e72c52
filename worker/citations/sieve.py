"""The sieve: whether a text can hold a citation at all, decided cheaply.

Most articles hold no provision noun with a number beside it and end here. The sieve may let through what
turns out to be nothing; it never holds back what the full reading would find.
"""

from __future__ import annotations

import re
from functools import cache

import regex

from worker.citations.folding import fold, skim
from worker.citations.languages import languages
from worker.citations.nouns import NounHit, skimmed_nouns
from worker.citations.numerals import HAN, HANGUL

_REACH = 48
"""Characters around a noun in which its number must begin; wider than any gap the grammars allow."""
_NUMBER = re.compile(rf"[\d{HAN}]|[א-ת][\"״][א-ת]|[א-ת]['׳]|제[{HANGUL}]")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’ʼ][\p{L}\p{M}]+)*")
_ROMAN = re.compile(r"[ivxlc]{1,9}")


@cache
def _spelled() -> frozenset[str]:
    """First three letters of every number word, folded and as written."""
    words = (
        word
        for language in languages()
        for table in (language.numeral, language.nth)
        for words in table.values()
        for word in " ".join(words).split()
    )
    return frozenset(form[:3] for word in words for form in (fold(word), skim(word)))


@cache
def _between() -> frozenset[str]:
    """Languages in which the instrument may stand between a number and its noun."""
    return frozenset(language.code for language in languages() if language.between)


def may_cite(text: str) -> bool:
    """Whether some provision noun of `text` has something like a number beside it."""
    skimmed, hits = skimmed_nouns(text)
    return any(_number_beside(skimmed, hit) for hit in hits)


def _number_beside(lowered: str, hit: NounHit) -> bool:
    if _NUMBER.search(lowered, max(0, hit.start - _REACH), hit.end + _REACH):
        return True
    spelled = _spelled()
    words = _WORD.findall(lowered, max(0, hit.start - _REACH), hit.start)
    words = words if hit.codes & _between() else words[-1:]
    words += _WORD.findall(lowered, hit.end, hit.end + _REACH)[:3]
    if any(word[:3] in spelled or _ROMAN.fullmatch(word) for word in words):
        return True
    # en-og-halvtreds
    return any(word[:2] in spelled and (word[2:5] in spelled or word[4:7] in spelled) for word in words)


def forget() -> None:
    """Drop what was made of the data, which have changed."""
    _spelled.cache_clear()
    _between.cache_clear()
