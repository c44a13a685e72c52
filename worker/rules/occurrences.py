"""Where one leaf occurs in one field.

A leaf is looked for token by token, with tables of the field's terms and stems, made when first
asked for. Two things are quick besides: a concept's phrases that cannot stand in the field are not
looked for, and a wildcard is compared with the words that begin as it does. `FieldReading(plain=True)`
does without both, in the obviously right way.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence, Set
from functools import cached_property, lru_cache
from itertools import islice, pairwise, takewhile
from typing import Any, NamedTuple

from worker.errors import TocsinError
from worker.rules.concepts import Concept, ConceptPhrase
from worker.rules.leaves import compile_regex
from worker.rules.phrase_table import beginning_of, longest_run
from worker.rules.terms import glob_pattern
from worker.rules.tree import Cite, Exact, Fuzzy, Glob, Phrase, Regex, Term
from worker.text import FieldText, stem_token
from worker.text.classes import IGNORABLE
from worker.text.codes import canonical
from worker.types import Citation, Grade

Citations = Callable[[FieldText], Sequence[Citation]]
"""Finds the citations in a field's raw text."""

Stands = Iterable[tuple[ConceptPhrase, Sequence[int]]]
"""Phrases of a concept, in its order, and the tokens at which each begins; of an exact one, where its first
word is.
"""

Standing = Callable[[Concept, FieldText], Stands | None]
"""Where a concept stands in a field, of who knows it already; None: look for it."""

MAX_REGEX_MATCHES = 10_000
"""Matches of one expression in one field: each costs a search, and nobody reads that many."""

_IGNORABLE = re.compile(IGNORABLE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SURENESS = {Grade.EXPLICIT: 0, Grade.INFERRED: 1, Grade.BARE: 2}


class BudgetExceeded(TocsinError):
    """A rule could not be evaluated on an article: never to be read as "no match".

    `budget` names what ran out: `spans`, `regex_matches`, `regex_size` or `rule_seconds`.
    """

    def __init__(self, budget: str, detail: str) -> None:
        super().__init__(f"the rule could not be evaluated: {detail}")
        self.budget = budget


class Occurrence(NamedTuple):
    """Tokens `first` to `last` (exclusive) and code points `start` to `end` of a field.

    language: of the concept's phrase that was found, else None.
    """

    first: int
    last: int
    start: int
    end: int
    language: str | None = None
    citation: Citation | None = None


class FieldReading:
    """One field and what has been worked out about it: where its terms and stems stand.

    plain: look for every term of every phrase in every word, the oracle of the quick way.
    """

    def __init__(self, field: FieldText, languages: frozenset[str], *, plain: bool = False) -> None:
        self.field = field
        self.languages = frozenset(map(canonical, languages))
        self.plain = plain
        self._positions: dict[str, dict[str, list[int]]] = {}
        self._words: dict[str, set[str]] = {}
        self._beginnings: dict[int, set[str]] = {}
        self._globs: dict[str, set[int]] = {}
        self._exact: dict[int, str] = {}

    def inflects(self, language: str) -> bool:
        """Whether words of this language are matched by stem here."""
        return canonical(language) in self.languages

    def positions(self, language: str | None = None) -> dict[str, list[int]]:
        """Term → the tokens that are it; with a language, stem → the tokens that have it."""
        key = language or ""
        if key not in self._positions:
            table: dict[str, list[int]] = {}
            values = self.field.terms if language is None else self.field.stems(language)
            for at, value in enumerate(values):
                table.setdefault(value, []).append(at)
            self._positions[key] = table
        return self._positions[key]

    def tokens_of(self, term: Term, language: str | None) -> Set[int]:
        """The tokens a term matches; with a language, its inflected forms too."""
        if isinstance(term, Glob):
            return self._tokens_of_glob(term.pattern)
        found = set(self.positions().get(term.folded, ()))
        if language is not None:
            found.update(self.positions(language).get(stem_token(term.raw, language), ()))
        return found

    def _tokens_of_glob(self, pattern: str) -> set[int]:
        if pattern not in self._globs:
            words = self.positions() if self.plain else self._worth_matching(pattern)
            matches = _glob(pattern).fullmatch
            terms = self.positions()
            self._globs[pattern] = {at for word in words if matches(word) for at in terms[word]}
        return self._globs[pattern]

    def _worth_matching(self, pattern: str) -> Iterable[str]:
        beginning = beginning_of(pattern)
        if beginning:
            words = self._sorted
            return takewhile(
                lambda word: word.startswith(beginning), islice(words, bisect_left(words, beginning), None)
            )
        return self.positions() if self.contains(longest_run(pattern)) else ()

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.positions())

    @cached_property
    def _joined(self) -> str:
        return "\n".join(self.positions())  # no term has a line break

    def words(self, language: str | None = None) -> Set[str]:
        """The distinct terms; with a language, their stems."""
        key = language or ""
        if key not in self._words:
            self._words[key] = set(self.field.terms if language is None else self.field.stems(language))
        return self._words[key]

    def beginnings(self, length: int) -> Set[str]:
        """The first `length` code points of each distinct term."""
        if length not in self._beginnings:
            self._beginnings[length] = {word[:length] for word in self.words()}
        return self._beginnings[length]

    def pairs(self) -> Set[tuple[str, str]]:
        """Each two terms that stand side by side."""
        return self._pairs

    @cached_property
    def _pairs(self) -> set[tuple[str, str]]:
        return set(pairwise(self.field.terms))

    def begins(self, beginning: str) -> bool:
        """Whether a term begins so."""
        words = self._sorted
        at = bisect_left(words, beginning)
        return at < len(words) and words[at].startswith(beginning)

    def contains(self, part: str) -> bool:
        """Whether a term has this within it."""
        return part in self._joined

    def exact(self, at: int) -> str:
        """Token `at` as written, without invisible characters, canonically composed."""
        if at not in self._exact:
            self._exact[at] = exact_form(self.field.raw[self.field.starts[at] : self.field.ends[at]])
        return self._exact[at]


def exact_form(raw: str) -> str:
    """What `=word` compares: case and marks kept, whichever way Unicode spells them."""
    return raw if raw.isascii() else unicodedata.normalize("NFC", _IGNORABLE.sub("", raw))


@lru_cache(maxsize=1 << 14)
def _glob(pattern: str) -> re.Pattern[str]:
    return glob_pattern(pattern)


def of_phrase(leaf: Phrase, language: str, reading: FieldReading) -> list[Occurrence]:
    """A word, wildcard or phrase: its terms on consecutive tokens."""
    inflected = language if reading.inflects(language) else None
    places = [reading.tokens_of(leaf.terms[0], inflected)]
    for term in leaf.terms[1:]:
        if not places[-1]:
            return []
        places.append(reading.tokens_of(term, inflected))
    firsts = (at for at in places[0] if all(at + step in where for step, where in enumerate(places)))
    return _token_runs(firsts, len(places), reading.field)


def of_exact(leaf: Exact, reading: FieldReading, known: Sequence[int] | None = None) -> list[Occurrence]:
    """`="An Exact Phrase"`: the same tokens, written the same. known: the tokens that are its first word."""
    wanted = [exact_form(token.raw) for token in leaf.tokens]
    size = len(wanted)
    candidates = reading.positions().get(leaf.tokens[0].folded, []) if known is None else known
    count = len(reading.field.terms)
    firsts = (
        at
        for at in candidates
        if at + size <= count and [reading.exact(at + step) for step in range(size)] == wanted
    )
    return _token_runs(firsts, size, reading.field)


def of_fuzzy(leaf: Fuzzy, reading: FieldReading) -> list[Occurrence]:
    """`word~2`: tokens within the edit distance."""
    terms = reading.positions()
    near = (word for word in terms if within_distance(word, leaf.word, leaf.distance))
    return _token_runs((at for word in near for at in terms[word]), 1, reading.field)


def of_regex(leaf: Regex, reading: FieldReading, look: Callable[[], None] | None = None) -> list[Occurrence]:
    """`/…/`: non-empty matches from left to right. Raises BudgetExceeded.

    look: looks at the rule's clock, at each match. The search for one match cannot be interrupted; RE2 takes
    time linear in the text for it. But `xa*y|x` searches to the end for each x.
    """
    raw = _SURROGATE.sub("\ufffd", reading.field.raw)
    found: list[Occurrence] = []
    for match in _compiled(leaf).finditer(raw):
        if look is not None:
            look()
        start, end = match.span()
        if start == end:
            continue
        if len(found) >= MAX_REGEX_MATCHES:
            said = f"/{leaf.pattern}/ has more than {MAX_REGEX_MATCHES} matches in {reading.field.name}"
            raise BudgetExceeded("regex_matches", said)
        found.append(Occurrence(*tokens_under(start, end, reading.field), start, end))
    return found


def _compiled(leaf: Regex) -> Any:
    """The expression; one that was not checked at load, and is too large, could not be evaluated."""
    try:
        return compile_regex(leaf.pattern)
    except ValueError as error:
        raise BudgetExceeded("regex_size", f"/{leaf.pattern}/ cannot be compiled: {error}") from None


def of_concept(concept: Concept, reading: FieldReading, known: Stands | None = None) -> list[Occurrence]:
    """`@name`: every phrase; of two that stand on the same words, that of the article's language.

    known: the phrases that stand in the field, and where.
    """
    found: dict[tuple[int, int], Occurrence] = {}
    stands = ((phrase, None) for phrase in _phrases_for(concept, reading)) if known is None else known
    for phrase, firsts in stands:
        for place in _of_phrase(phrase, reading, firsts):
            earlier = found.get(place[:2])
            if earlier is None or (
                reading.inflects(phrase.language) and not reading.inflects(earlier.language or "")
            ):
                found[place[:2]] = place._replace(language=phrase.language)
    return sorted(found.values())


def _of_phrase(
    phrase: ConceptPhrase, reading: FieldReading, firsts: Sequence[int] | None
) -> list[Occurrence]:
    leaf = phrase.leaf
    if isinstance(leaf, Exact):
        return of_exact(leaf, reading, firsts)
    if firsts is None:
        return of_phrase(leaf, phrase.language, reading)
    return _token_runs(firsts, len(leaf.terms), reading.field)


def _phrases_for(concept: Concept, reading: FieldReading) -> Sequence[ConceptPhrase]:
    if reading.plain:
        return concept.phrases
    return [concept.phrases[number] for number in concept.table.candidates(reading)]


def of_cite(leaf: Cite, citations: Iterable[Citation], field: FieldText) -> list[Occurrence]:
    """`cite(…)`: the citations found in the field that are of this provision, or within it."""
    found = [citation for citation in citations if _cites(citation, leaf)]
    return [Occurrence(*tokens_under(c.start, c.end, field), c.start, c.end, None, c) for c in found]


def _cites(citation: Citation, leaf: Cite) -> bool:
    if _SURENESS[citation.grade] > _SURENESS[leaf.grade]:
        return False
    # A bare citation names no instrument; who asks for bare ones accepts it for any.
    named = citation.instrument == leaf.instrument or (
        citation.instrument is None and leaf.grade is Grade.BARE
    )
    return named and f"{citation.provision}.".startswith(f"{leaf.provision}.")


def tokens_under(start: int, end: int, field: FieldText) -> tuple[int, int]:
    """The tokens that code points `start` to `end` touch; empty, in its place, where there is none."""
    first = bisect_right(field.ends, start)
    return first, max(first, bisect_left(field.starts, end))


def _token_runs(firsts: Iterable[int], size: int, field: FieldText) -> list[Occurrence]:
    starts, ends = field.starts, field.ends
    return [Occurrence(at, at + size, starts[at], ends[at + size - 1]) for at in sorted(firsts)]


def within_distance(word: str, other: str, limit: int) -> bool:
    """Whether the Levenshtein distance of two words is at most `limit`."""
    if abs(len(word) - len(other)) > limit:
        return False
    row = list(range(len(other) + 1))
    for at, character in enumerate(word, 1):
        above, row[0] = row[0], at
        for to, letter in enumerate(other, 1):
            change = above + (character != letter)
            above = row[to]
            row[to] = min(above + 1, row[to - 1] + 1, change)
        if min(row) > limit:
            return False
    return row[-1] <= limit
