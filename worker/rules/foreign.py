"""Operators of other search languages, and typing that would quietly mean something else.

Whoever comes from Factiva, LexisNexis, Lucene or a word processor types these by habit. Each is an
error that says what Tocsin's form is, because read as words they would silently never match.
"""

from __future__ import annotations

import difflib
import re
import unicodedata

from worker.rules.errors import Problem
from worker.rules.foreign_forms import foreign_form, literally
from worker.rules.lexer import Token
from worker.text.classes import IGNORABLE

_NEEDS_NUMBER = {"NEAR": "NEAR/5", "PRE": "PRE/5", "ATLEAST": "ATLEAST/3(…)", "OF": "2 OF (…, …, …)"}
_OURS = {
    "near": "NEAR", "pre": "PRE", "atleast": "ATLEAST", "atl": "ATLEAST", "onear": "PRE", "adj": "PRE",
    "within": "NEAR", "not": "NOT NEAR", "w": "NEAR", "n": "NEAR", "p": "PRE",
}  # fmt: skip
_NUMBERED = re.compile(
    r"(?i)(near|pre|atleast|atl|onear|adj|within)[/:~]?(\d+)|(w|n|p|not)/(\d+)|(?-i:([wn]))(\d+)"
)
_SLASHED = re.compile(r"/[nNwW]?(\d+)/?")
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
_JOINED = re.compile(r"\|{1,2}|&&")
_IGNORABLE = re.compile(IGNORABLE)
_OPERATOR = re.compile(r"AND|OR|NOT|SENTENCE|PARAGRAPH|OF|(?:NEAR|PRE|ATLEAST)(?:/\d*)?")
_FLAGGED = re.compile(r"/(.+)/([imsU]{1,4})", re.DOTALL)
_QUOTES = re.compile("[“”„‟«»「」『』＂]")
_FULL_WIDTH = {"（": "(", "）": ")", "，": ",", "：": ":"}
_FULL_WIDTH_MARK = re.compile("[（），：]")


def foreign_operator(token: Token, query: str) -> Problem | None:
    """The problem of a word that is an operator elsewhere, or None for a plain word."""
    text = token.text
    if text.isalpha() and not text.isupper():
        return None
    return (
        _disguised(token)
        or _incomplete(token)
        or _unnumbered(token)
        or _numbered(token)
        or _misspelt(token)
        or _symbol(token)
        or _typography(token)
        or foreign_form(token, query)
    )


def _disguised(token: Token) -> Problem | None:
    """An operator in full-width letters, or with something invisible in it: to the eye it is one."""
    text = token.text
    if text.isascii():
        return None
    hidden = _IGNORABLE.search(text)
    pieces = [unicodedata.normalize("NFKC", piece) for piece in _IGNORABLE.split(text)]
    plain = next((piece for piece in pieces if _OPERATOR.fullmatch(piece)), None)
    if plain is None:
        return None
    if hidden is None:
        return Problem(token.start, "full-width letters make no operator", plain, text, plain)
    message = f"an invisible character U+{ord(hidden[0][0]):04X} beside {plain} makes a word of it"
    return Problem(token.start + hidden.start(), message, f"{plain} alone", text, plain)


def _unnumbered(token: Token) -> Problem | None:
    name, slash, _ = token.text.partition("/")
    if not slash or name not in ("SENTENCE", "PARAGRAPH", "AND", "OR"):
        return None
    message = f"{name} takes no number"
    expected = f"{name}, {literally(token.text)}"
    return Problem(token.start, message, expected, token.text, name)


def foreign_slash(token: Token) -> Problem | None:
    """The problem of what would begin an expression: `/5`, `/s`, `/5/` are proximities elsewhere, and in
    `/ab/i` a flag stands behind.
    """
    flagged = _FLAGGED.fullmatch(token.text)
    if flagged is not None:
        within = f"/(?{flagged[2]}){flagged[1]}/"
        at = token.start + flagged.start(2)
        return Problem(at, "flags stand within the expression", within, token.text, within)
    number = _SLASHED.fullmatch(token.text)
    ours = f"NEAR/{number[1]}" if number else _SAME.get(token.text.lower())
    if ours is None:
        return None
    meant = f"{ours} for at most {number[1]} words between" if number else ours
    return Problem(
        token.start,
        f"{token.text} is no operator here",
        f"{meant}, {literally(token.text)}",
        token.text,
        ours,
    )


def _incomplete(token: Token) -> Problem | None:
    name, slash, number = token.text.partition("/")
    form = _NEEDS_NUMBER.get(name.upper() if slash else name)
    if form is None or number.isdecimal():
        return None
    message = f"{token.text} is an operator and needs its number"
    if form.startswith("2 OF"):
        message = "OF stands between a number and parentheses"
    return Problem(token.start, message, f"{form}, {literally(token.text)}", token.text, form)


def _numbered(token: Token) -> Problem | None:
    text = token.text
    match = _NUMBERED.fullmatch(text)
    if match is None:
        same = _SAME.get(text.lower())
        if same is None:
            return None
        return Problem(token.start, f"{text} is no operator here", f"{same}, {literally(text)}", text, same)
    written, number = (found for found in match.groups() if found)
    name = _OURS[written.lower()]
    form = f"{name}/{number}" + ("(…)" if name == "ATLEAST" else "")
    if text == f"ATLEAST/{number}":
        return Problem(token.start, f"{text} needs parentheses", form, text, form)
    meant = form if name == "ATLEAST" else f"{form} for at most {number} words between"
    return Problem(token.start, f"{text} is no operator here", f"{meant}, {literally(text)}", text, form)


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
    return Problem(token.start, message, f"{form}, {literally(token.text)}", token.text, form)


def _symbol(token: Token) -> Problem | None:
    text = token.text
    for symbol, ours in _SYMBOLS.items():
        if text == symbol or (symbol in ("+", "!", "&&", "||") and text.startswith(symbol)):
            hint = "write the word alone: neighbours must both be there" if ours == "nothing" else ours
            return Problem(token.start, f"{symbol} is no operator here", "AND, OR, NOT or a word", text, hint)
    joined = _JOINED.search(text)
    if joined is not None:
        ours = _SYMBOLS[joined[0]]
        message = f"{joined[0]} is no operator here"
        hint = text.replace(joined[0], f" {ours} ")
        return Problem(token.start + joined.start(), message, f"{ours}, {literally(text)}", text, hint)
    if text[0] == ":" and len(text) > 1:
        expected = "the field directly before its colon, as in title:treaty"
        return Problem(token.start, "this colon belongs to no field", expected, text)
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
