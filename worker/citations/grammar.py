"""How the languages that share a provision noun write numbers, lists and paragraphs, as expressions.

`artikel` is German, Dutch, Danish, Swedish, Indonesian…: what follows may be written in any of them, so a
grammar is made for the set. Every expression is used anchored at a place and bounded in length;
none can run away. Grammars are made when a text first needs them and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

from worker.citations.folding import fold
from worker.citations.languages import Language, NumberPlace, Side, languages
from worker.citations.numerals import HAN, TIMES_TEN, NumberWords

LETTER = r"[\p{L}\p{M}]"
NOT_LETTER = r"(?![\p{L}\p{M}])"
_UNITS = r"(?!\s?[%‰€$£¥₽₹₩]|[.,]\d{3}(?!\d)|[.,]\d{1,2}\s?%)"
DIGITS = regex.compile(rf"(\d{{1,4}})(?!\d){_UNITS}")
_ONE = r"(?:\d{1,2}|[ivx]{1,4}|\p{L}\p{M}*)"
_AFTER_PARAGRAPH = r"(?:[.\s]{1,2}|(?=[\d(]))"
_NUMBERED = r"\d{1,4}(?!\d)(?:\s?\(\d{4}\))?"
_NUMBER_SIGN = r"(?:n\s?\.?\s?[°ºª]|n[or]?\.|n[uú]m\.)(?=\s?\d)"
BIS = r"bis|ter|quater|quinquies|sexies|septies|octies|novies|decies"


def escaped(word: str) -> str:
    """A word of the data as an expression; spaces match any spacing, a final `*` any ending.

    `#` is a number of up to four digits, with a year in brackets perhaps (`resolution #`).
    A word the data write with capitals (`UN`, `Onu`) is captured, for the text must write it so too.
    """
    stem = fold(word.removesuffix("*"))
    parts = [part if part.isalnum() else _with_signs(part) for part in stem.split()]
    written = r"\s{1,3}".join(parts) + (rf"{LETTER}{{0,14}}" if word.endswith("*") else "")
    if word[0].isupper():
        return rf"(?P<{'capitals' if word[1:].isupper() else 'capital'}>{written})"
    return written


def _with_signs(part: str) -> str:
    return (
        regex.escape(part, special_only=True).replace(r"\*", rf"{LETTER}{{0,14}}").replace(r"\#", _NUMBERED)
    )


def alternatives(words: Iterable[str]) -> str:
    """One expression for any of the words, the longest first; matches nothing when there are none."""
    chosen = sorted({escaped(word) for word in words}, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(chosen) + ")" if chosen else r"(?:(?!))"


class Expression:
    """An expression of a grammar, compiled when first used: of many grammars only a few parts are needed.

    `match`, `search` and `sub` are the pattern's own from then on.
    """

    __slots__ = ("_source", "match", "search", "sub")

    match: Callable[..., regex.Match[str] | None]
    search: Callable[..., regex.Match[str] | None]
    sub: Callable[[str, str], str]

    def __init__(self, source: str) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        if name not in self.__slots__:
            raise AttributeError(name)
        pattern = regex.compile(self._source)
        self.match, self.search, self.sub = pattern.match, pattern.search, pattern.sub
        return getattr(pattern, name)


@dataclass(frozen=True, slots=True)
class Grammar:
    """The expressions of one set of languages. All match at a place in folded text.

    gap: between noun and number; ordinal: what a number may carry; separator, until: between numbers of a
    list, a range; part: one paragraph after the number; ahead: one before the noun (`paragraph 4 of`),
    matched up to it; letter: what makes the number an article of its own (51A, 51 bis);
    paragraph_next: a number that is a paragraph's (`42 artiklan 7 kohta`).
    """

    codes: frozenset[str]
    numbers: NumberPlace
    instrument: Side
    dotted: bool
    counted: bool
    spaced: bool
    between: Expression | None
    gap: Expression
    ordinal: Expression
    separator: Expression
    until: Expression
    part: Expression
    ahead: Expression
    letter: Expression
    paragraph_next: Expression
    reject: Expression
    backward: Expression
    backward_more: Expression
    links: frozenset[str]
    listing: frozenset[str]
    certain: Expression
    chapter: Expression | None
    same: Expression | None
    numbers_spelled: tuple[NumberWords, ...]


def _number_words(language: Language) -> NumberWords:
    exact: dict[str, int] = {}
    stems: dict[str, int] = {}
    ordinals: set[str] = set()
    for table in (language.numeral, language.nth):
        for value, words in table.items():
            for word in " ".join(words).split():
                number = TIMES_TEN if value == "x10" else int(value)
                plain = fold(word.removesuffix("*"))
                (stems if word.endswith("*") else exact)[plain] = number
                if table is language.nth:
                    ordinals.add(plain)
    return NumberWords(exact, stems, frozenset(map(fold, language.joiner)), frozenset(ordinals))


def _same(spoken: list[Language]) -> Expression | None:
    """What beside a noun without a number takes up the provision cited last: the same, said, 同."""
    words = _sum(spoken, "same")
    return Expression(rf"(?<!{LETTER}){alternatives(words)}\s{{0,2}}$") if words else None


def _chapter(spoken: list[Language]) -> Expression | None:
    """A chapter with its number, which may stand between a name and a provision: Chapter VII, 第七章."""
    words = alternatives(_sum(spoken, "chapter"))
    number = rf"(?:\d{{1,2}}|[ivx]{{1,5}}|[{HAN}]{{1,3}})(?![\p{{L}}\d])"
    if words == alternatives(()):
        return None
    return Expression(
        rf"(?<!{LETTER}){words}[.\s]{{0,2}}{number}|[第제]?(?:\d{{1,2}}|[{HAN}]{{1,3}})\s?{words}"
    )


def _sum(spoken: list[Language], key: str) -> list[str]:
    return [word for language in spoken for word in getattr(language, key)]


def _backward(spoken: list[Language], ordinals: str) -> tuple[str, str]:
    """The last number before a noun, and the one before a separator before that; matched up to an end."""
    number = rf"(?P<num>\d{{1,4}}|[{HAN}]{{1,7}})"
    # 宪章第51条: scripts without spaces may run up to the number, others not
    unspaced = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
    # 39-51. madde; not the end of a date
    ranged = r"(?:(?<!\d-)|(?<=(?<![\d/:.,-])\d{1,3}-))"
    edge = rf"(?<![\p{{M}}\d.,]|[^\P{{L}}{unspaced}]|\d[/:]){ranged}"
    lead = rf"(?:{alternatives(_sum(spoken, 'lead'))}\s{{0,2}})?"
    suffix = r"(?P<sub>\s?\(\d{1,2}\)|[./]\d{1,2}(?!\d))?(?P<letter>[-/]?[a-z](?![\p{L}]))?"
    # NPT第10条: what makes an ordinal of the number may follow a foreign word at once
    begin = rf"(?:(?P<lead>[第제])\s{{0,2}}|{edge}(?P<lead>{lead}))"
    head = rf"{begin}{number}{suffix}(?P<mark>\s?{ordinals})?"
    filler = rf"(?:\s?{alternatives(_sum(spoken, 'filler'))}[.:]?)?"
    comma = r"\s{0,2}[,;、،/&]\s{0,2}"
    until = rf"\s?(?P<to>[-~]|{alternatives(_sum(spoken, 'ranging'))})\s?"
    word = rf"\s{{0,2}},?\s?{alternatives(_sum(spoken, 'listing'))}\s{{0,2}}"
    return rf"{head}{filler}[\s\"'\])-]{{0,3}}$", rf"{head}(?:{comma}|{until}|{word})$"


def _ordinals(spoken: list[Language], *, after_noun: bool = False) -> str:
    """What makes a number an ordinal: `51st`, `51-й`, `51.º`, `51 дүгээр`.

    `after_noun`: behind a noun a letter a written to the number makes an article of its own (Art. 51a).
    """
    marks = _sum(spoken, "ordinal")
    # "2 e 51" is a list in Dutch and Italian, "51 nci" an ordinal
    apart = [mark for mark in marks if len(mark) > 2 or mark > "\u0530"]
    glued = rf"[-']?(?!(?<=\d)[aа]{NOT_LETTER})" if after_noun else r"[-']?"
    return rf"(?:[.]?[ºª°]|(?:{glued}{alternatives(marks)}|\s{alternatives(apart)}){NOT_LETTER})"


def _between(ordinals: str) -> Expression:
    """An ordinal with a few words after it, up to a noun: `51-asis JT Chartijos `."""
    words = r"(?:\s[\p{L}\p{M}'-]{1,20}){1,5}\s"
    return Expression(rf"(?<![\p{{L}}\p{{M}}\d.,/-])(?P<num>\d{{1,4}}){ordinals}(?={words}$)")


def _part(spoken: list[Language], mark: str) -> str:
    """One paragraph or letter after a number: `(4)`, `.4`, `/4`, `, para. 4`, ` 4. fıkrası`, `第4款`."""
    paragraph = alternatives(_sum(spoken, "paragraph"))
    between = rf"(?:[\s,.)-]|{alternatives(_sum(spoken, 'filler'))}){{0,4}}(?<!{LETTER})"
    number = rf"(?:[#№]|no\.?\s?)?\(?({_ONE})\)?(?![\p{{L}}\p{{M}}\d])"
    named = rf"(?:{paragraph}|§{{1,2}}){_AFTER_PARAGRAPH}{number}"
    return "|".join(
        (
            rf"\s?\(\s?({_ONE})\s?\)",
            r"\.(\d{1,2})(?![\d%])(?!\.\d)",
            r"/(\d{1,2})(?![\d/])",
            between + named,
            rf"\s(\d{{1,2}}){mark}\s?{paragraph}{NOT_LETTER}",
            rf"[\s,]{{0,2}}[第제]?\s?(\d{{1,2}}|[{HAN}]{{1,3}})\s?(?:款|項|项|항|號|号|호)",
        )
    )


def _ahead(spoken: list[Language], ordinals: str) -> str:
    """A paragraph before the noun, up to it: `paragraph 4 of `, `4 пункт `."""
    paragraph = alternatives(_sum(spoken, "paragraph"))
    links = rf"(?:{alternatives(_sum(spoken, 'link'))}(?:\s{{1,2}}|'))"
    named = rf"{paragraph}{_AFTER_PARAGRAPH}\(?(?P<a>{_ONE})\)?"
    numbered = rf"(?P<b>\d{{1,2}})(?:{ordinals})?\s?{paragraph}"
    return rf"(?<!{LETTER})(?:{named}|{numbered}),?\s{{0,2}}{links}{{0,3}}$"


def _letter(spoken: list[Language]) -> str:
    """What after a number makes it an article of its own: `51A`, `51 bis`, `51¹`, 五十一条之一."""
    # 39 bis 51 is a range in German
    words = rf"\s?-?\(?(?:{BIS}|{alternatives(_sum(spoken, 'again'))})\)?(?![\p{{L}}\p{{M}}]|\s?\d)"
    one = r"-?[a-zа-яא-ת\u0905-\u0939](?![\p{L}\p{M}\d'])"
    branch = rf"(?:之|の|의)\s?(?:\d{{1,2}}|[{HAN}]{{1,2}})"
    return rf"{words}|{one}|{branch}|[¹²³⁴⁵⁶⁷⁸⁹^]\d?"


@cache
def grammar(codes: frozenset[str]) -> Grammar:
    """The grammar of a set of language codes; made once a process."""
    spoken = [language for language in languages() if language.code in codes]
    places = {language.numbers for language in spoken}
    before = [language.instrument for language in spoken].count(Side.BEFORE)
    ordinals = _ordinals(spoken)
    case = rf"(?:[':]{LETTER}{{1,7}}|[\u0900-\u0dff]{{2,14}}){NOT_LETTER}"
    hyphen = "|-" if any(language.hyphenated for language in spoken) else ""  # 51-бап is the 51st
    before_noun = rf"(?:{ordinals}|{case}|[.](?!\d){hyphen})"
    keys = ("paragraph", "filler", "listing")
    paragraph, filler, listing = (alternatives(_sum(spoken, key)) for key in keys)
    last, more = _backward(spoken, before_noun)
    dot = r"\.?" if any(language.dotted for language in spoken) else ""  # članci 2. i 51.
    separator = (
        rf"{dot}(?:\s{{0,2}}[,;、،/&+]\s{{0,2}}(?:{listing}{NOT_LETTER}\s{{0,2}})?"
        rf"|\s{{1,2}}{listing}\s{{0,2}})"
    )
    return Grammar(
        codes=codes,
        numbers=places.pop() if len(places) == 1 else NumberPlace.BOTH,
        instrument=Side.BEFORE if before * 2 > len(spoken) else Side.AFTER,
        dotted=any(language.dotted for language in spoken),
        counted=any(language.counted for language in spoken),
        spaced=all(language.spaced for language in spoken),
        between=_between(before_noun) if any(language.between for language in spoken) else None,
        gap=Expression(
            r"[ \t:#№°º\"'\[(«*_-]{0,4}\n?[ \t]{0,3}"
            + rf"(?:(?:{filler}|{_NUMBER_SIGN})[\s.:#№°º\"'()-]{{0,3}}){{0,2}}(?:ال(?=\d))?"
        ),
        ordinal=Expression(rf"{_ordinals(spoken, after_noun=True)}|{case}"),
        separator=Expression(rf"\){separator}\(|{separator}"),  # المادتين (2) و(51)
        until=Expression(rf"{dot}\s?(?:[-~]{{1,2}}|{alternatives(_sum(spoken, 'ranging'))}{NOT_LETTER})\s?"),
        part=Expression(_part(spoken, ordinals if NumberPlace.AFTER in places else f"{before_noun}?")),
        ahead=Expression(_ahead(spoken, ordinals)),
        letter=Expression(_letter(spoken)),
        paragraph_next=Expression(rf"\d{{1,2}}{before_noun}?\s?{paragraph}{NOT_LETTER}(?![.\s]{{0,2}}\(?\d)"),
        reject=Expression(rf"\s?-?{alternatives(_sum(spoken, 'reject'))}"),
        backward=Expression(last),
        backward_more=Expression(more),
        links=frozenset(fold(word) for word in _sum(spoken, "link")),
        listing=frozenset(fold(word) for word in _sum(spoken, "listing")),
        certain=Expression(rf"\s?{alternatives(_sum(spoken, 'certain'))}"),
        chapter=_chapter(spoken),
        same=_same(spoken),
        numbers_spelled=tuple(_number_words(each) for each in spoken if each.numeral or each.nth),
    )
