"""Folding: how Tocsin sees text, the same for rules and articles.

The order, once and for all: drop default-ignorable code points (bidi controls, zero-width
characters, soft hyphens, variation selectors); compatibility-decompose and case-fold (NFKD, full
case folding, as in Unicode's NFKC_Casefold); drop combining marks where they do not carry the
word and keep them where they do; recompose (NFC); map what Unicode does not call a mark (alef
wasla, dotless i, tatweel) and every decimal digit to ASCII. Folding is idempotent.

Which marks carry the word is a matter of script: Latin (Vietnamese too), Greek and Hebrew marks
never; Arabic ones only where they make another letter (hamza on waw and yeh); Cyrillic ones
except stress and the diaeresis of ё; in every other script always.
"""

from __future__ import annotations

import re
import unicodedata

from worker.text.classes import BY_CHARACTER, IGNORABLE

_IGNORABLE = re.compile(IGNORABLE)
_BY_CHARACTER_MARK = re.compile(BY_CHARACTER)

_LETTERS_FOR_LETTERS = {
    0x0131: "i",  # dotless i
    0x0640: None,  # tatweel only stretches the line
    0x0671: "\u0627",  # alef wasla
    0x0672: "\u0627",  # alef with wavy hamza above
    0x0673: "\u0627",  # alef with wavy hamza below
}

_ALEF = "\u0627"
_HAMZA_MARKS = "\u0653\u0654\u0655"
_CYRILLIC_VOWELS = frozenset("аеиоуыэюяієѣѵөүәұѡѫѧ")
_STRESS = "\u0300\u0301"
_DIAERESIS = "\u0308"
_CYRILLIC_LETTER_MARKS = "\u0300\u0301\u0304\u0306\u0308\u030b"


def fold(text: str) -> str:
    """`text` as rules and articles are compared; any string folds, and `fold(fold(s)) == fold(s)`."""
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFC", text)
    folded = composed.translate(_BY_CHARACTER)
    if _IN_CONTEXT not in folded:
        return folded
    if _MARKS_STAY.fullmatch(composed):
        return unicodedata.normalize("NFC", composed.translate(_WITH_MARKS))
    if _MARKS_GO.fullmatch(composed):
        return _MARK.sub("", composed).translate(_BY_CHARACTER)
    return _fold_in_context(text)


def folded_alone(point: int) -> str | None:
    """What a code point folds to, or None where that depends on what stands beside it."""
    folded = _BY_CHARACTER[point]
    return None if folded == _IN_CONTEXT else folded


_IN_CONTEXT = "\uffff"
"""A noncharacter that stands for "what becomes of this depends on its neighbours"."""


_MARKS_STAY = re.compile(r"(?:(?!\d)[\u0900-\u0dff])+")
"""Words of the scripts of India and its neighbours: no mark is dropped, unless it stands on a digit."""


_MARKS_GO = re.compile(
    "[\u05d0-\u05ea][\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05d0-\u05ea]*"
    "|[\u0621-\u063a\u0641-\u064a][\u0621-\u063a\u0641-\u0652\u0656-\u065e\u0670-\u06d3]*"
)
"""Pointed words of Hebrew and Arabic: every mark is dropped but the hamza, which is not among these."""

_MARK = re.compile("[\u0591-\u05c5\u064b-\u065f\u0670]")


class _WithMarks(dict[int, str]):
    """Code point of those scripts → its folded form, marks included."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold_in_context(chr(point))
        return folded


_WITH_MARKS = _WithMarks()


class _ByCharacter(dict[int, str]):
    """Code point → its folded form; marks, and what may melt into a neighbour, → `_IN_CONTEXT`."""

    def __missing__(self, point: int) -> str:
        folded = _fold_in_context(chr(point))
        if unicodedata.category(chr(point))[0] == "M" or any(map(_melts, folded)):
            folded = _IN_CONTEXT
        self[point] = folded
        return folded


def _melts(character: str) -> bool:
    return (
        character == _IN_CONTEXT
        or unicodedata.category(character)[0] == "M"
        or "\u1100" <= character <= "\u11ff"  # conjoining jamo make syllables
    )


_BY_CHARACTER = _ByCharacter()


def _fold_in_context(text: str) -> str:
    folded = _fold_once(text)
    # Case folding and decomposition can each make work for the other; every known
    # string settles in two rounds, four is a bound and not an expectation.
    for _ in range(3):
        again = _fold_once(folded)
        if again == folded:
            break
        folded = again
    return folded


def _fold_once(text: str) -> str:
    text = _IGNORABLE.sub("", text)
    text = unicodedata.normalize("NFKD", text).casefold()
    # Ignorables can come out of a decomposition too (U+FFA0 gives U+1160).
    text = _IGNORABLE.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS_FOR_LETTERS)
    kept: list[str] = []
    base = ""
    for character in text:
        if unicodedata.category(character) in ("Mn", "Me"):
            if _carries_the_word(base, character):
                kept.append(character)
        else:
            # A mark behind punctuation is as alone as one at the start of the text.
            base = character if unicodedata.category(character)[0] in "LMN" else ""
            kept.append(_ascii_digit(character))
    return unicodedata.normalize("NFC", "".join(kept))


def _ascii_digit(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def _carries_the_word(base: str, mark: str) -> bool:
    """Whether dropping `mark` from `base` would make another word of it."""
    if _BY_CHARACTER_MARK.match(mark):
        return True  # a Thai vowel behind a Latin letter is a token of its own
    if not base or base.isascii():
        return not base and not "\u0300" <= mark <= "\u036f"
    point = ord(base)
    if _is_latin_or_greek(point) or 0x0590 <= point <= 0x05FF:
        return False
    if 0x0400 <= point <= 0x052F or 0x1C80 <= point <= 0x1C8F or 0xA640 <= point <= 0xA69F:
        return _carries_in_cyrillic(base, mark)
    if 0x0600 <= point <= 0x06FF or 0x0750 <= point <= 0x077F or 0x0870 <= point <= 0x08FF:
        return base != _ALEF and mark in _HAMZA_MARKS
    return True


def _carries_in_cyrillic(base: str, mark: str) -> bool:
    if mark not in _CYRILLIC_LETTER_MARKS:
        return False
    if mark in _STRESS:
        return base not in _CYRILLIC_VOWELS
    return not (mark == _DIAERESIS and base == "е")


def _is_latin_or_greek(point: int) -> bool:
    return (
        0x0080 <= point <= 0x03FF
        or 0x1D00 <= point <= 0x1DBF
        or 0x1E00 <= point <= 0x1FFF
        or 0x2C60 <= point <= 0x2C7F
        or 0xA720 <= point <= 0xA7FF
        or 0xAB30 <= point <= 0xAB6F
    )
