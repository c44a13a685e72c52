"""Where provision nouns stand in a text: one pass of an automaton over all nouns of all languages.

The sieve reads a text merely skimmed, so the nouns are known with and without their accents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import regex
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from worker.citations.folding import dropped, fold, fold_all, skim, skim_quickly
from worker.citations.languages import Language, languages

_UNBOUNDED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_DIGITS = "123456789١٢٣٤٥٦٧٨٩۱۲۳۴۵۶۷۸۹"
"""The sieve reads a text whose digits are not yet folded."""
_WORD = regex.compile(r"[\p{L}\p{M}]")
_ENDING = regex.compile(r"[\p{L}\p{M}]{0,14}")


@lru_cache(maxsize=1 << 13)
def by_character(char: str) -> bool:
    """Whether the script of `char` writes no spaces between words (Hangul: particles follow directly)."""
    return char > "\u0e00" and _UNBOUNDED.match(char) is not None


def is_letter(char: str) -> bool:
    """Letters and marks: what makes a word go on."""
    return char.isalpha() or (char > "\u02ff" and _WORD.match(char) is not None)


@dataclass(frozen=True, slots=True)
class NounForm:
    """A noun as one or more languages write it. `open`: any ending may follow. `prefixes`: clitics before it.

    `short`: an abbreviation, after which no number is spelled out (`eine Art eins` is something else).
    `initial`: one letter (`m. 51`), which is a noun only where an instrument stands with it.
    """

    text: str
    open: bool
    short: bool
    initial: bool
    codes: frozenset[str]
    prefixes: frozenset[str]


@dataclass(frozen=True, slots=True)
class NounHit:
    """A provision noun at `start:end` of the text it was looked for in."""

    start: int
    end: int
    codes: frozenset[str]
    short: bool = False
    initial: bool = False


@dataclass(frozen=True, slots=True)
class _Nouns:
    forms: tuple[NounForm, ...]
    automaton: AhoCorasick


def _written(language: Language) -> Iterator[tuple[str, bool, bool]]:
    """The nouns of a language as looked for, whether short and whether an initial.

    An abbreviation also stands without its full stop, but not one the data write with it; an initial only
    right before a digit.
    """
    for noun in language.noun:
        yield noun, False, False
    for short in language.abbreviation:
        yield short.removesuffix(".") + ".", True, False
        if not short.endswith("."):
            yield short + " ", True, False
            for digit in "123456789":
                yield short + digit, True, False
    for initial in language.initial:
        for digit in _DIGITS:
            yield initial + digit, True, True
            yield f"{initial} {digit}", True, True


def _forms(*, folded: bool) -> tuple[NounForm, ...]:
    codes: dict[tuple[str, bool, bool, bool], set[str]] = {}
    prefixes: dict[tuple[str, bool, bool, bool], set[str]] = {}
    for language in languages():
        before = set(map(fold, language.prefix))
        written = list(_written(language))
        stems = [word.removesuffix("*") for word, _, _ in written]
        forms = [fold_all(stems)] if folded else [fold_all(stems), skim("\n".join(stems)).split("\n")]
        for (word, short, initial), *texts in zip(written, *forms, strict=True):
            for text in set(texts):
                key = (text, word.endswith("*"), short, initial)
                codes.setdefault(key, set()).add(language.code)
                prefixes.setdefault(key, set()).update(before)
    return tuple(
        NounForm(*key, codes=frozenset(codes[key]), prefixes=frozenset(prefixes[key]))
        for key in sorted(codes)
    )


@cache
def _nouns(*, folded: bool) -> _Nouns:
    """The nouns of folded texts, or of skimmed ones, where the characters to leave out are looked for too."""
    forms = _forms(folded=folded)
    words = [form.text for form in forms]
    automaton = AhoCorasick(
        words if folded else [*words, *dropped()],
        matchkind=MatchKind.Standard,
        store_patterns=False,
        # Every text is skimmed: three times as fast for four megabytes. Few are folded.
        implementation=Implementation.ContiguousNFA if folded else Implementation.DFA,
    )
    return _Nouns(forms, automaton)


def begins_word(text: str, start: int, prefixes: frozenset[str]) -> bool:
    """Whether what stands at `start` begins a word, or only clitics (`prefixes`) stand before it."""
    if start == 0 or by_character(text[start]) or not is_letter(text[start - 1]):
        return True
    if not prefixes:
        return False
    left = start
    while left > 0 and start - left < 5 and is_letter(text[left - 1]):
        left -= 1
    return text[left:start] in prefixes and (left == 0 or not is_letter(text[left - 1]))


def find_nouns(text: str) -> list[NounHit]:
    """Provision nouns of all languages in the folded `text`, by start; at one place the longest."""
    nouns = _nouns(folded=True)
    return _longest(text, nouns, nouns.automaton.find_matches_as_indexes(text, overlapping=True))


def skimmed_nouns(received: str) -> tuple[str, list[NounHit]]:
    """A text as received, skimmed, and the nouns found in it so."""
    nouns = _nouns(folded=False)
    text = skim_quickly(received)
    try:
        found = nouns.automaton.find_matches_as_indexes(text, overlapping=True)
        whole = all(index < len(nouns.forms) for index, _, _ in found)
    except UnicodeEncodeError:  # half a surrogate pair
        whole = False
    if not whole:
        text = skim(received)
        found = nouns.automaton.find_matches_as_indexes(text, overlapping=True)
    return text, _longest(text, nouns, found)


def _longest(text: str, nouns: _Nouns, found: list[tuple[int, int, int]]) -> list[NounHit]:
    best: dict[int, NounHit] = {}
    for index, start, end in found:
        form = nouns.forms[index]
        if not begins_word(text, start, form.prefixes):
            continue
        last = text[end - 1]
        if last.isdigit():
            end -= 1
        elif form.open:
            ending = _ENDING.match(text, end)
            end = ending.end() if ending else end
        if end < len(text) and is_letter(text[end - 1]) and not by_character(last) and is_letter(text[end]):
            continue
        known = best.get(start)
        if known is None or end > known.end:
            best[start] = NounHit(start, end, form.codes, form.short, form.initial)
        elif end == known.end:
            best[start] = NounHit(
                start,
                end,
                form.codes | known.codes,
                form.short and known.short,
                form.initial and known.initial,
            )
    return [best[start] for start in sorted(best)]


def forget() -> None:
    """Drop what was made of the data, which have changed."""
    _nouns.cache_clear()
