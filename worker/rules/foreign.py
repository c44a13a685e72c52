"""Operators of other search languages, and typing that would quietly mean something else.

Whoever comes from Factiva, LexisNexis, Lucene or a word processor types these by habit. Each is an
error that says what Tocsin's form is, because read as words they would silently never match.
"""

from __future__ import annotations

import difflib
import re

from worker.rules.errors import Problem
from worker.rules.lexer import Token

_NEEDS_NUMBER = {"NEAR": "NEAR/5", "PRE": "PRE/5", "ATLEAST": "ATLEAST/3(…)", "OF": "2 OF (…, …, …)"}
_OURS = {"near": "NEAR", "pre": "PRE", "atleast": "ATLEAST", "onear": "PRE", "adj": "PRE", "within": "NEAR"}
_NUMBERED = re.compile(r"(?i)(near|pre|atleast|onear|adj|within)[/:~]?(\d+)|(w|n|p)/(\d+)")
_SAME = {"/s": "SENTENCE", "/p": "PARAGRAPH", "w/s": "SENTENCE", "w/p": "PARAGRAPH"}
_SYMBOLS = {
    "&&": "AND",
    "&": "AND",
    "||": "OR",
    "|": "OR",
    "!": "NOT",
    "+": "nothing",
    "-": "NOT",
    "–": "NOT",
}
_QUOTES = re.compile("[“”„‟«»「」『』＂]")
_FULL_WIDTH = {"（": "(", "）": ")", "，": ",", "：": ":"}
_FULL_WIDTH_MARK = re.compile("[（），：]")


def foreign_operator(token: Token) -> Problem | None:
    """The problem of a word that is an operator elsewhere, or None for a plain word."""
    text = token.text
    if text.isalpha() and not text.isupper():
        return None
    return _incomplete(token) or _numbered(token) or _misspelt(token) or _symbol(token) or _typography(token)


def _literally(text: str) -> str:
    return f'or "{text}" in quotation marks to look for the word itself'


def _incomplete(token: Token) -> Problem | None:
    name, slash, number = token.text.partition("/")
    form = _NEEDS_NUMBER.get(name.upper() if slash else name)
    if form is None or number.isdecimal():
        return None
    message = f"{token.text} is an operator and needs its number"
    return Problem(token.start, message, f"{form}, {_literally(token.text)}", token.text, form)


def _numbered(token: Token) -> Problem | None:
    text = token.text
    match = _NUMBERED.fullmatch(text)
    if match is None:
        same = _SAME.get(text.lower())
        if same is None:
            return None
        return Problem(token.start, f"{text} is no operator here", f"{same}, {_literally(text)}", text, same)
    name = _OURS[match.group(1).lower()] if match.group(1) else ("PRE" if match.group(3) in "pP" else "NEAR")
    form = f"{name}/{match.group(2) or match.group(4)}"
    return Problem(token.start, f"{text} is no operator here", f"{form}, {_literally(text)}", text, form)


def _misspelt(token: Token) -> Problem | None:
    """`NAER/5`: capitals, a slash and a number are meant as an operator when they are nearly one."""
    name, slash, number = token.text.partition("/")
    if not (slash and number.isdecimal() and name.isupper()):
        return None
    close = difflib.get_close_matches(name, ("NEAR", "PRE", "ATLEAST"), n=1)
    if not close:
        return None
    form = f"{close[0]}/{number}"
    message = f"{name} is no operator"
    return Problem(token.start, message, f"{form}, {_literally(token.text)}", token.text, form)


def _symbol(token: Token) -> Problem | None:
    text = token.text
    for symbol, ours in _SYMBOLS.items():
        if text == symbol or (symbol in ("+", "!", "&&", "||") and text.startswith(symbol)):
            hint = "write the word alone: neighbours must both be there" if ours == "nothing" else ours
            return Problem(token.start, f"{symbol} is no operator here", "AND, OR, NOT or a word", text, hint)
    if re.fullmatch(r"~\d+", text):
        hint = "first NEAR/5 second, or first PRE/5 second"
        return Problem(token.start, "a phrase cannot be fuzzy", "a proximity between words", text, hint)
    if re.search(r"\w\^[\d.]+$", text):
        found = text[text.index("^") :]
        return Problem(token.start, "words have no weights here", text[: text.index("^")], found)
    return None


def _typography(token: Token) -> Problem | None:
    text = token.text
    quote = _QUOTES.search(text)
    if quote:
        at = token.start + quote.start()
        return Problem(
            at, "this quotation mark does not make a phrase", 'the straight mark "', quote.group(), '"'
        )
    mark = _FULL_WIDTH_MARK.search(text)
    if mark:
        ours = _FULL_WIDTH[mark.group()]
        return Problem(
            token.start + mark.start(), "a full-width mark is no operator", ours, mark.group(), ours
        )
    return None
