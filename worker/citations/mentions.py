"""Where instruments, the bodies that stand for them, and their subjects are named in a text.

One automaton finds the first word of every name in every language; an expression made for that word
on first use then reads the whole name, with whatever endings and little words the language puts
inside. The longest name at a place wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

import regex
from ahocorasick_rs import AhoCorasick, MatchKind

from worker.citations.folding import View, fold
from worker.citations.grammar import LETTER, NOT_LETTER, alternatives
from worker.citations.instruments import instruments
from worker.citations.languages import Language, languages
from worker.citations.nouns import begins_word, by_character, is_letter


class MentionKind(StrEnum):
    """What was named."""

    INSTRUMENT = "instrument"
    SHORT = "short"
    ORGANISATION = "organisation"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Mention:
    """Something named at `start:end` of the folded text; `name` is an instrument id or a word class.

    `beside`: an acronym of other things too, which names the instrument only with the provision.
    `also`: the short kind the same words have too (Устав: a constitution and a charter).
    """

    start: int
    end: int
    kind: MentionKind
    name: str
    beside: bool = False
    also: str = ""


@dataclass(frozen=True, slots=True)
class _Sense:
    """What an expression names, and in which languages it does. `composed`: put together of
    word classes; `capitals`: some of it must stand in capitals; `needs`: for each word after the first,
    letters of which the text must hold some.
    """

    kind: MentionKind
    name: str
    codes: frozenset[str]
    source: str
    composed: bool
    capitals: bool
    beside: bool
    needs: tuple[tuple[str, ...], ...]


class _Entry(NamedTuple):
    kind: MentionKind
    name: str
    template: str
    language: Language
    beside: bool = False


_WITHIN = re.compile(r"[\s*#]+")
_TOKEN = regex.compile(r"\{([a-z_]+)\}|[^\s{}]+")
_CLITIC = rf"(?:[':]{LETTER}{{1,7}})?"
_SHORT_KINDS = ("charter", "treaty", "convention", "statute", "protocol", "memorandum")


_Beginning = tuple[str, bool, bool]
"""The first word of a name, folded; whether a word ends after it; whether it stands in capitals."""


@cache
def _beginning(first: str) -> _Beginning:
    stem, star, _ = first.partition("*")
    return fold(stem), not star and not by_character(first[-1]), first[0].isupper()


def _first_words(template: str, language: Language) -> Iterable[_Beginning]:
    """The beginnings a name can have, each once."""
    if template[0] != "{":
        return (_beginning(template.partition("{")[0].split(None, 1)[0]),)
    words = language.word.get(template[1 : template.index("}")], ())
    return dict.fromkeys([_beginning(word.split(None, 1)[0]) for word in words])


@lru_cache(maxsize=1 << 12)
def _needed(words: tuple[str, ...]) -> tuple[str, ...]:
    """For each word of a class, folded letters without which it does not stand in a text."""
    return tuple({max(_WITHIN.split(fold(word)), key=len) for word in words})


def _gap(language: Language) -> str:
    """What may stand between two words of a name: spacing, quotes, a bracketed acronym, little words."""
    links = alternatives(language.link)
    if not language.spaced:
        return rf"[\s·・「」『』《》〈〉\"'()-]{{0,3}}(?:{links})?[\s「」『』《》〈〉\"']{{0,2}}"
    little = rf"(?:{links}(?:[\s\"'«»-]{{1,3}}|(?<='))){{0,3}}"
    return rf"{_CLITIC}(?:[\s\"'«»“-]{{1,3}}|\s?\([^()\n]{{1,24}}\)\s?){little}"


def _expression(template: str, language: Language) -> str | None:
    """The expression of a name; None where the language lacks one of its word classes."""
    pieces: list[str] = []
    bounded = language.spaced and language.code != "ko"
    for token in _TOKEN.finditer(template):
        if token[1]:
            if token[1] not in language.word:
                return None
            piece = alternatives(language.word[token[1]])
        else:
            piece = alternatives([token[0]])
        if pieces:
            glued = template[token.start() - 1] not in " \t"
            composed = token[1] or template[token.start() - 2 : token.start() - 1] == "}"
            pieces.append("" if glued else _gap(language) if composed else rf"{_CLITIC}[\s\"'«»-]{{1,3}}")
        pieces.append(piece + (NOT_LETTER if bounded else ""))
    return "".join(pieces)


def _apart(template: str, language: Language) -> tuple[str, ...]:
    """A name that is one word class, as its words: what many languages write alike is then tried once."""
    token = _TOKEN.fullmatch(template)
    return language.word.get(token[1], ()) if token and token[1] else (template,)


def _entries() -> list[_Entry]:
    spoken = {language.code: language for language in languages()}
    found: list[_Entry] = []
    for instrument in instruments().values():
        for code, names in instrument.names.items():
            for language in spoken.values() if code == "any" else (spoken.get(code),):
                if language is not None:
                    found += [
                        _Entry(MentionKind.INSTRUMENT, instrument.id, written, language)
                        for name in names
                        for written in _apart(name, language)
                    ]
        english = spoken["en"]
        found += [
            _Entry(MentionKind.INSTRUMENT, instrument.id, name, english, beside=True)
            for name in instrument.beside
        ]
    bodies = {instrument.organisation for instrument in instruments().values() if instrument.organisation}
    for language in spoken.values():
        found += [
            _Entry(MentionKind.SHORT, kind, word, language)
            for kind in _SHORT_KINDS
            for word in language.word.get(kind, ())
        ]
        found += [
            _Entry(MentionKind.ORGANISATION, body, word, language)
            for body in bodies
            for word in language.word.get(body, ())
        ]
        for subject, words in language.subject.items():
            found += [_Entry(MentionKind.SUBJECT, subject, word, language) for word in words]
    return found


class _Names:
    """The automaton of first words, and per first word the names that begin with it."""

    def __init__(self) -> None:
        by_word: dict[_Beginning, list[_Entry]] = {}
        for entry in _entries():
            for word in _first_words(entry.template, entry.language):
                by_word.setdefault(word, []).append(entry)
        self.whole = [whole for _, whole, _ in by_word]
        self.capital = [capital for _, _, capital in by_word]
        self.entries = list(by_word.values())
        self.prefixes = [
            _prefixes(frozenset([entry.language.code for entry in entries])) for entries in self.entries
        ]
        self.automaton = AhoCorasick(
            [word for word, _, _ in by_word], matchkind=MatchKind.Standard, store_patterns=False
        )
        self._compiled: dict[int, list[_Sense]] = {}

    def compiled(self, index: int) -> list[_Sense]:
        """The expressions of the names that begin with word `index`."""
        known = self._compiled.get(index)
        if known is None:
            sources: dict[tuple[MentionKind, str, str, bool, bool], list[_Entry]] = {}
            for entry in self.entries[index]:
                source = _expression(entry.template, entry.language)
                if source:
                    key = (entry.kind, entry.name, source, entry.template.count("{") > 1, entry.beside)
                    sources.setdefault(key, []).append(entry)
            known = [
                _Sense(
                    kind,
                    name,
                    frozenset(entry.language.code for entry in same),
                    source,
                    composed,
                    "(?P<" in source,
                    beside,
                    _needs(same[0].template, same[0].language),
                )
                for (kind, name, source, composed, beside), same in sources.items()
            ]
            self._compiled[index] = known
        return known


def _needs(template: str, language: Language) -> tuple[tuple[str, ...], ...]:
    """For each word of a name after its first, letters of which a text must hold some."""
    _, *others = _TOKEN.finditer(template)
    return tuple(_needed(language.word[other[1]] if other[1] else (other[0],)) for other in others)


_PATIENCE = 8
"""Texts that lack a name's words before its expression is made all the same. Making one costs a millisecond,
and who reads one text would make a hundred in vain; a long text looks for the words longer than that."""

_patterns: dict[str, regex.Pattern[str]] = {}
_waited: dict[str, int] = {}


def _match(sense: _Sense, text: str, start: int) -> regex.Match[str] | None:
    """The name at `start`. Its expression is made when a text first holds its words."""
    pattern = _patterns.get(sense.source)
    if pattern is None:
        waited = _waited.get(sense.source, 0)
        if waited < _PATIENCE and not all(any(each in text for each in word) for word in sense.needs):
            _waited[sense.source] = waited + 1
            return None
        pattern = _patterns[sense.source] = regex.compile(sense.source)
    return pattern.match(text, start)


@cache
def _prefixes(codes: frozenset[str]) -> frozenset[str]:
    return frozenset(fold(prefix) for each in languages() if each.code in codes for prefix in each.prefix)


@cache
def _names() -> _Names:
    return _Names()


def _capitals_hold(read: View, found: regex.Match[str]) -> bool:
    """Whether what the data write with capitals (`UN`, not the French `un`) stands with capitals here."""
    groups = found.re.groupindex
    if "capitals" in groups:
        for low, high in found.spans("capitals"):
            if not read.raw[read.start(low) : read.end(high)].isupper():
                return False
    if "capital" in groups:
        for low, _ in found.spans("capital"):
            if not read.raw[read.start(low)].isupper():
                return False
    return True


def _rank(mention: Mention, *, spoken: bool) -> tuple[int, bool, bool, bool]:
    """Longest first; a name before an acronym of other things too; then what a language of the text calls
    so; then instruments before short names.
    """
    return (mention.end - mention.start, not mention.beside, spoken, mention.kind is MentionKind.INSTRUMENT)


@cache
def _compound() -> regex.Pattern[str]:
    """What makes a convention of a body's acronym: UN-Kinderrechtskonvention; not NATO-Konsultationen."""
    words = {word.removesuffix("*") for each in languages() for word in each.word.get("convention", ())}
    return regex.compile(rf"-{LETTER}{{3,30}}{alternatives(word for word in words if len(word) > 6)}")


def _possible(index: int, codes: frozenset[str]) -> list[_Sense]:
    """The senses of a first word that can be meant in a text whose provisions are in the languages `codes`.

    Words of two classes go together in the languages of the text, and in English, which all quote.
    """
    senses = _names().compiled(index)
    return [sense for sense in senses if not sense.composed or "en" in sense.codes or sense.codes & codes]


def _longest(
    read: View, start: int, senses: list[_Sense], codes: frozenset[str]
) -> tuple[bool, Mention] | None:
    """The longest name at `start`, and whether in one of the languages `codes`; of equals such a one."""
    best: tuple[tuple[int, bool, bool, bool], Mention] | None = None
    shorts: dict[int, list[str]] = {}
    text = read.folded
    for sense in senses:
        found = _match(sense, text, start)
        if found is None or (sense.capitals and not _capitals_hold(read, found)):
            continue
        end = found.end()
        if (
            end < len(text)
            and is_letter(text[end])
            and not by_character(text[end])  # NPT第10条, UN헌장
            and is_letter(text[end - 1])
            and not by_character(text[end - 1])
        ):
            continue
        if (
            sense.kind is MentionKind.ORGANISATION
            and text[end : end + 1] == "-"  # else its expression, of all languages, need not be made
            and _compound().match(text, end)
        ):
            continue
        mention = Mention(start, end, sense.kind, sense.name, sense.beside)
        rank = _rank(mention, spoken=bool(sense.codes & codes))
        if sense.kind is MentionKind.SHORT and sense.codes & codes:
            shorts.setdefault(end, []).append(sense.name)
        if best is None or rank > best[0]:
            best = (rank, mention)
    if best is None:
        return None
    also = next((name for name in shorts.get(best[1].end, ()) if name != best[1].name), "")
    return best[0][2], (replace(best[1], also=also) if also else best[1])


def _same_short(kept: Mention, other: Mention) -> bool:
    """Whether the same words are short for two kinds (Antlaşma: a treaty and a charter)."""
    same = (kept.start, kept.end) == (other.start, other.end) and not kept.also
    return same and kept.kind is other.kind is MentionKind.SHORT and kept.name != other.name


def find_mentions(read: View, codes: frozenset[str]) -> list[Mention]:
    """Everything named in a text, by start of the folded form, without overlaps; the longest name wins.

    `codes` are the languages the text's provisions are written in: Устав is a charter in Russian and a
    constitution in Serbian.
    """
    names, text = _names(), read.folded
    whole, capital, prefixes = names.whole, names.capital, names.prefixes
    found: list[tuple[bool, Mention]] = []
    possible: dict[int, list[_Sense]] = {}
    length = len(text)
    for index, start, end in names.automaton.find_matches_as_indexes(text, overlapping=True):
        # most hits lie in the middle of a word: cheapest question first
        if start and text[start] < "\u0e00" and text[start - 1].isalpha() and not prefixes[index]:
            continue
        if whole[index] and end < length and is_letter(text[end]) and not by_character(text[end]):
            continue
        if capital[index] and not read.raw[read.start(start)].isupper():
            continue
        if begins_word(text, start, prefixes[index]):
            if index not in possible:
                possible[index] = _possible(index, codes)
            mention = _longest(read, start, possible[index], codes)
            if mention:
                found.append(mention)
    return _without_overlaps(found)


def _without_overlaps(found: list[tuple[bool, Mention]]) -> list[Mention]:
    """The longest at each place; of equals what a language of the text (True) calls so, then instruments."""
    found.sort(
        key=lambda f: (f[1].start, -f[1].end, f[1].beside, not f[0], f[1].kind is not MentionKind.INSTRUMENT)
    )
    kept: list[Mention] = []
    for _, mention in found:
        if kept and mention.start < kept[-1].end:
            if mention.end - mention.start <= kept[-1].end - kept[-1].start:
                if _same_short(kept[-1], mention):
                    kept[-1] = replace(kept[-1], also=mention.name)
                continue
            kept.pop()
        kept.append(mention)
    return kept


def forget() -> None:
    """Drop what was made of the data, which have changed."""
    _prefixes.cache_clear()
    _compound.cache_clear()
    _names.cache_clear()
