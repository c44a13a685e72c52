"""Sentences and paragraphs as spans of code points.

Sentences come from sentencex (Wikimedia), which knows some 300 languages and falls back along
their families. A text with blank lines has paragraphs between them, since its single line breaks
wrap lines; without blank lines every line break ends a paragraph.
"""

from __future__ import annotations

import re

Span = tuple[int, int]

# Atomic, lest the two halves of one \r\n pass for two line breaks.
_BLANK_LINE = re.compile(r"(?>\r\n|\n|\r)[^\S\r\n]*(?>\r\n|\n|\r)\s*|\u2029\s*")
_LINE_BREAK = re.compile(r"[\r\n\u2028\u2029]+\s*")


def paragraph_spans(text: str) -> list[Span]:
    """Where the paragraphs stand; they cover every character that is not white space."""
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
    import sentencex

    code = "en" if language == "und" else language
    spans: list[Span] = []
    for start, end in paragraph_spans(text):
        # A lone surrogate cannot cross into sentencex; one character stands for one.
        paragraph = text[start:end].encode("utf-8", "replace").decode("utf-8")
        for sentence in sentencex.get_sentence_boundaries(code, paragraph):
            shown = sentence["text"].rstrip()
            if shown:
                first = start + sentence["start_index"]
                spans.append((first, first + len(shown)))
    return spans
