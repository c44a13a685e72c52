"""Fields, functions, wildcards and brackets of other search languages, and what to write for them here.

Read as words, as they could be, they would never match and nobody would be told.
"""

from __future__ import annotations

import re

from worker.rules.errors import Problem
from worker.rules.lexer import Token

_SCOPES = "title:, lead:, text:, url:, source:, author:, any:"

_GATE = "the watch's own key, for example languages: [en]"
_NO_DATES = "leave it out: a rule judges each article as it comes"
FIELDS = {
    **dict.fromkeys(["headline", "head", "hl", "hd", "subject", "intitle", "allintitle"], "title:"),
    **dict.fromkeys(["hlead", "hlp", "headlead", "headlineandleadparagraph"], "title:(…) OR lead:(…)"),
    **dict.fromkeys(["lp", "leadparagraph", "intro", "summary", "opening"], "lead:"),
    **dict.fromkeys(["body", "content", "fulltext", "intext", "td"], "text:"),
    **dict.fromkeys(["site", "domain", "inurl", "link", "host"], "url:"),
    **dict.fromkeys(["by", "byline", "journalist", "writer"], "author:"),
    **dict.fromkeys(["rst", "sn", "sc", "publication", "pub", "outlet", "publisher"], "source:"),
    **dict.fromkeys(["la", "lang", "language", "languagecode"], _GATE),
    **dict.fromkeys(["date", "before", "after", "since", "until", "pd", "published"], _NO_DATES),
    **dict.fromkeys(["exact", "case"], '=Word, or ="An Exact Phrase"'),
}  # fmt: skip
"""Field of another language, in small letters → what to write."""

_FUNCTIONS = {
    **dict.fromkeys(["HEADLINE", "HEAD", "TITLE", "INTITLE"], "title:(…)"),
    "HLEAD": "title:(…) OR lead:(…)",
    **dict.fromkeys(["LEAD", "INTRO"], "lead:(…)"),
    **dict.fromkeys(["BODY", "TEXT", "CONTENT"], "text:(…)"),
    **dict.fromkeys(["BYLINE", "AUTHOR", "BY"], "author:(…)"),
    **dict.fromkeys(["PUBLICATION", "SOURCE", "PUB"], "source:(…)"),
    **dict.fromkeys(["CAPS", "ALLCAPS", "NOCAPS", "SINGULAR", "PLURAL", "NOSTEM"], "=Word, as it must stand"),
    "AROUND": "NEAR/5",
    "CITE": "cite(…), in small letters",
}
_WORDS = {
    "ANDNOT": "AND NOT",
    "BUTNOT": "AND NOT",
    "BUT": "AND",
    "XOR": "(A OR B) AND NOT (A AND B)",
    "SAME": "PARAGRAPH",
    **dict.fromkeys(["W/SEG", "w/seg"], "title:(A B) OR text:(A B)"),
}
_FIELD = re.compile(r"(?P<name>[^\W\d_][\w.-]*)(?P<mark>[=:<>])")
_ENDING = re.compile(r"(?P<stem>[a-z]{2,})(?P<mark>!|\$\d?)")
_FIRST_WORDS = re.compile(r"(?P<word>[^\W\d_]{2,})/[fF]\d+/")
_BRACKETED = re.compile(r"[\[{<].*|.*[\]}>]")
_CLOSING_QUOTE = re.compile(r"[^\"'‘’]*?\w['’](?!\w)")
_CALLED = re.compile(r"[^\W\d_]+\Z")
_SMALL_OF = re.compile(r"(?<![^\s(])(\d+)\s*of\s*\Z", re.IGNORECASE)


def literally(text: str) -> str:
    """The way out for those who mean the word."""
    return f'or "{text}" in quotation marks to look for the word itself'


def foreign_form(token: Token, query: str) -> Problem | None:
    """The problem of a word that has another language's form, or None."""
    text = token.text
    if ours := _WORDS.get(text):
        return Problem(token.start, f"{text} is no operator here", f"{ours}, {literally(text)}", text, ours)
    if field := _FIELD.match(text):
        return _field(token, field)
    if ending := _ENDING.fullmatch(text):
        form = f"{ending['stem']}*"
        message = f"{ending['mark']} is no wildcard here"
        return Problem(
            token.start + ending.start("mark"), message, f"* for any ending, {literally(text)}", text, form
        )
    if first := _FIRST_WORDS.fullmatch(text):
        form = f"lead:{first['word']}"
        message = "a word has no place in the text here"
        return Problem(token.start, message, f"{form} for the first paragraph, {literally(text)}", text, form)
    if _BRACKETED.fullmatch(text):
        mark = text[0] if text[0] in "[{<" else text[-1]
        at = token.start if mark == text[0] else token.end - 1
        expected = "( and ) to group, or quotation marks to look for the words"
        inner = text[1:-1]
        hint = inner if inner in ("AND", "OR", "NOT") else None
        return Problem(at, f"{mark} groups nothing here", expected, text, hint)
    if text[0] in "'‘‚" and _CLOSING_QUOTE.match(query, token.start + 1):
        return Problem(
            token.start, "this quotation mark does not make a phrase", 'the straight mark "', text[0], '"'
        )
    return None


def _field(token: Token, field: re.Match[str]) -> Problem | None:
    name, mark = field["name"], field["mark"]
    hint = FIELDS.get(name.lower())
    if hint is None and mark == ":" and not any(map(str.isdigit, name)):
        return None
    message = f"{name}{mark} is no field here"
    return Problem(token.start, message, f"{_SCOPES}, {literally(token.text)}", token.text, hint)


def foreign_function(query: str, at: int) -> Problem | None:
    """The problem of a parenthesis at `at` that hangs on a function of another language: `HEADLINE(…)`."""
    counted = _SMALL_OF.search(query, max(0, at - 20), at)
    if counted is not None:
        count, said = f"{counted[1]} OF", counted[0].strip()
        expected = f"{count} (…, …), or quotation marks around of to look for the word itself"
        return Problem(counted.start(), f"{said} is no operator here", expected, said, count)
    name = _CALLED.search(query, max(0, at - 20), at)
    ours = _FUNCTIONS.get(name[0].upper()) if name else None
    if name is None or ours is None:
        return None
    expected = f"{ours}, or a space before the parenthesis to look for the word itself"
    return Problem(name.start(), f"{name[0]}(…) is no operator here", expected, f"{name[0]}(", ours)
