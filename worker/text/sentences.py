"""Sentences and paragraphs as spans of code points.

Sentences come from sentencex (Wikimedia), which knows some 300 languages and falls back along
their families; what it parts at a full stop that ends no sentence is put together again (`_goes_on`).
A text with blank lines has paragraphs between them, since its single line breaks wrap lines; without
blank lines every line break ends a paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from operator import itemgetter

from worker.text.abbreviations import after_ordinals, naming, numbered

Span = tuple[int, int]

# It begins with a set, which is found five times sooner than with two ways to break a line. Atomic, lest the
# two halves of one \r\n pass for two line breaks.
_BLANK_LINE = re.compile(r"[\r\n\u2029](?:(?<=\u2029)|(?:(?<=\r)\n)?+[^\S\r\n]*(?>\r\n|\n|\r))\s*")
_LINE_BREAK = re.compile(r"[\r\n\u2028\u2029]+\s*")
_LINE_BREAKS = "\n\r\u2028\u2029"

_LAST_WORD = re.compile(r"([^\s(\[{«„“”‘’\"'/–—]+)\.\Z")
MOST_OF_A_WORD = 40
"""Code points in which a last word is looked for first."""

_FIRST = re.compile(r"[\s(\[{«„“”‘’\"']*(.)", re.DOTALL)
_FIRST_WORD = re.compile(r"[\w-]+")
_ROMAN = re.compile(r"[IVXLC]+\b(?!\.)")
_NO_MARK = re.compile(r"(?<=[\u17d4\u17d5])[ \u200b]+(?=\S)")
"""Khmer's own full stops, behind which the library goes on."""


def paragraph_spans(text: str) -> list[Span]:
    """Where the paragraphs stand; they cover every character that is not white space."""
    # Most texts from the web are one line, which is told a hundred times sooner than by an expression.
    if not any(each in text for each in _LINE_BREAKS):
        return [(0, len(text))] if text.strip() else []
    breaks = _BLANK_LINE if _BLANK_LINE.search(text.strip()) else _LINE_BREAK
    spans: list[Span] = []
    start = 0
    for found in breaks.finditer(text):
        if text[start : found.start()].strip():
            spans.append((start, found.start()))
        start = found.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def paragraph_end(text: str, within: int) -> int:
    """Where the paragraph ends that holds this code point, which is no white space."""
    breaks = _BLANK_LINE if _BLANK_LINE.search(text.strip()) else _LINE_BREAK
    found = breaks.search(text, within)
    return found.start() if found else len(text)


def sentence_spans(text: str, language: str) -> list[Span]:
    """Where the sentences stand, none crossing a paragraph; trailing white space is left out."""
    return [
        span for paragraph in paragraph_spans(text) for span in Sentences(text, paragraph, language).all()
    ]


class Sentences:
    """The sentences of one paragraph of a text, as places of the text.

    The library parts the whole paragraph at once. Whether a part goes on from the one before it is found out
    for those that are asked for: who quotes one sentence of an article needs two or three.
    """

    def __init__(self, text: str, within: Span, language: str) -> None:
        self._start = within[0]
        self._paragraph = text[slice(*within)]
        self._language = language
        self._parts = _parted(self._paragraph, language)
        self._goes_on: dict[int, bool] = {}
        """Part → whether it goes on from the one before."""
        self._begins: dict[int, int] = {}
        """Part → where what no white space parts from it, of the same sentence, begins."""
        self._last = 0, 0

    def all(self) -> list[Span]:
        """All of them."""
        return self._joined(0, len(self._parts))

    def touching(self, start: int, end: int) -> list[Span]:
        """Those with a character in `start` to `end`."""
        if self._last[0] <= start < end <= self._last[1]:  # the words of an alert often share a sentence
            return [self._last]
        found = self._touching(start - self._start, end - self._start)
        if found:
            self._last = found[-1]
        return found

    def _touching(self, start: int, end: int) -> list[Span]:
        low = bisect_right(self._parts, start, key=itemgetter(1))
        high = bisect_left(self._parts, end, lo=low, key=itemgetter(0))
        if low == high < len(self._parts) and self._is_more(low):
            high += 1  # the white space within a sentence
        while low < high and self._is_more(low):
            low -= 1
        while low < high < len(self._parts) and self._is_more(high):
            high += 1
        return self._joined(low, high)

    def _joined(self, low: int, high: int) -> list[Span]:
        """The sentences that begin with part `low` and end before part `high`."""
        spans: list[Span] = []
        for at in range(low, high):
            first, last = self._parts[at]
            if spans and self._is_more(at):
                spans[-1] = spans[-1][0], self._start + last
            else:
                spans.append((self._start + first, self._start + last))
        return spans

    def _is_more(self, part: int) -> bool:
        """Whether a part goes on from the one before it."""
        if part not in self._goes_on:
            first = part
            while first and first - 1 not in self._goes_on and self._adjoins(first):
                first -= 1
            for at in range(first, part + 1):
                self._find_out(at)
        return self._goes_on[part]

    def _adjoins(self, part: int) -> bool:
        """Whether no white space is between a part and the one before, so that a word may reach over."""
        return part > 0 and self._parts[part - 1][1] == self._parts[part][0]

    def _find_out(self, part: int) -> None:
        start = self._parts[part][0]
        more = False
        if part:
            before = self._begins.get(part - 1, self._parts[part - 1][0]), self._parts[part - 1][1]
            more = _goes_on(self._paragraph, before, start, self._language)
        self._goes_on[part] = more
        self._begins[part] = (
            self._begins.get(part - 1, self._parts[part - 1][0]) if more and self._adjoins(part) else start
        )


def _parted(paragraph: str, language: str) -> list[Span]:
    """The sentences as the library has them."""
    import sentencex

    sound = paragraph
    try:
        paragraph.encode()
    except UnicodeEncodeError:  # a lone surrogate cannot cross into sentencex; one character stands for one
        sound = paragraph.encode("utf-8", "replace").decode("utf-8")
    code = "en" if language == "und" else language
    found = sentencex.get_sentence_boundaries(code, sound)
    if "\u17d4" in sound or "\u17d5" in sound:
        parts = [piece for sentence in found for piece in _pieces(sentence["start_index"], sentence["text"])]
    else:
        parts = [(sentence["start_index"], sentence["text"]) for sentence in found]
    shown = [(first, first + len(part.rstrip())) for first, part in parts]
    return [span for span in shown if span[0] < span[1]]


def _pieces(first: int, sentence: str) -> list[tuple[int, str]]:
    """A sentence of the library's, with where it begins, parted at Khmer's own full stops."""
    ends = [found.end() for found in _NO_MARK.finditer(sentence)]
    places = zip([0, *ends], [*ends, len(sentence)], strict=True)
    return [(first + begin, sentence[begin:end]) for begin, end in places]


def _goes_on(paragraph: str, before: Span, first: int, language: str) -> bool:
    """Whether the full stop that ends `before` ends no sentence, since what stands at `first` goes on.

    After Unicode's UAX #29 (SB8) a small letter goes on; but not in a text written in small letters.
    """
    ended = _last_word(paragraph, *before)
    begun = _FIRST.match(paragraph, first) if ended else None
    if ended is None or begun is None:
        return False
    main, word, mark = language.partition("-")[0].lower(), ended[1], begun[1]
    small = mark.islower() or mark in "ºª°"
    if small and (_begins_with_a_capital(paragraph) or _is_short(word, main)):
        return True
    if word.isdecimal():
        return _is_ordinal(paragraph, ended.start(), begun.start(1), main, small=small)
    return (
        _is_initial(word, mark)
        or _listed(word, naming(main))
        or (_listed(word, numbered(main)) and (mark.isnumeric() or mark in "№§" or _roman(paragraph, begun)))
        or (main == "th" and not mark.isascii())
    )


def _last_word(paragraph: str, start: int, end: int) -> re.Match[str] | None:
    """The word before a full stop at the end of this part."""
    if not paragraph.startswith(".", end - 1, end):
        return None
    near = max(start, end - MOST_OF_A_WORD)
    # The expression tries each place that it is given; no word holds a space, and few are that long.
    space = paragraph.rfind(" ", near, end)
    if space >= 0:
        return _LAST_WORD.search(paragraph, space + 1, end)
    found = _LAST_WORD.search(paragraph, near, end)
    cut = near > start and (found is None or found.start() == near)
    return _LAST_WORD.search(paragraph, start, end) if cut else found


def _is_short(word: str, language: str) -> bool:
    letter = len(word.rpartition(".")[2]) == 1 and not word.isdecimal()
    return letter or _listed(word, numbered(language)) or _listed(word, naming(language))


def _listed(word: str, known: frozenset[str]) -> bool:
    if word in known or word.lower() in known:
        return True
    last = word.rpartition(".")[2]
    return last in known or last.lower() in known


def _roman(paragraph: str, begun: re.Match[str]) -> bool:
    return _ROMAN.match(paragraph, begun.start(1)) is not None


def _begins_with_a_capital(paragraph: str) -> bool:
    letter = next((mark for mark in paragraph if mark.isupper() or mark.islower()), "")
    return letter.isupper()


def _is_initial(word: str, mark: str) -> bool:
    """`В. Путин`, `د. أحمد`; of Latin ones the library knows more, such as the end of "vitamin C."."""
    letter = word.rpartition(".")[2]
    if len(letter) != 1 or not letter.isalpha() or "a" <= letter.lower() <= "\u024f":
        return False
    return (mark.isupper() and letter.isupper()) or not (letter.isupper() or letter.islower())


def _is_ordinal(paragraph: str, number: int, next_word: int, language: str, *, small: bool) -> bool:
    """`51. člen`, `3. Kammer`; and `čl. 51. Zakona`, where a number belongs to what stands before it."""
    words = after_ordinals(language)
    if words is None:
        return False
    following = _FIRST_WORD.match(paragraph, next_word)
    named = following is not None and following[0].rpartition("-")[2].lower() in words
    ended = _LAST_WORD.search(paragraph[:number].rstrip())
    return small or named or (ended is not None and _listed(ended[1], numbered(language)))
