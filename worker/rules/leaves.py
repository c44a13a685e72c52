"""From a token of the query to a leaf of the tree, with everything that can be wrong with it.

Each builder returns its leaf, or None after adding problems; offsets are those of the query.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from worker.rules.errors import Problem, nearest
from worker.rules.lexer import Token
from worker.rules.terms import literals_of, nothing_to_match, terms_of
from worker.rules.tree import Cite, ConceptRef, Exact, Fuzzy, Leaf, Literal, Phrase, Regex
from worker.text import is_by_character
from worker.types import Grade

if TYPE_CHECKING:
    from worker.rules.concepts import Concept

MAX_REGEX_BYTES = 1 << 20
"""What an expression may take, compiled and at work: `\\p{L}{50}` takes a third of it. A thousand of
them must fit; RE2's own bound is 8 MB each."""

MIN_FUZZY = 5
"""Letters a fuzzy word needs: four letters with one changed are another word."""

_ESCAPE = re.compile(r"\\([\"\\])")
_FUZZY = re.compile(r"(.+?)~(\d*)", re.DOTALL)
_CITE = re.compile(r"\s*([^\s,]+)(?:\s+([^\s,]+(?:\s*\([^()]*\))*))?\s*(?:,\s*([^\s,]+)\s*)?", re.DOTALL)
_PROVISION = re.compile(r"[0-9]+[a-z]*(?:\.[0-9a-z]+)*")


def word(token: Token, problems: list[Problem]) -> Leaf | None:
    """`word`, `wild*card`, `=Word`, `word~2`; a bare word of several tokens is a phrase."""
    text = token.text
    if text[0] == "=":
        if text[-1] in "*?~" or "*" in text[:-1]:
            expected = f"{text[:-1]} or {text[1:]}; in quotation marks such a mark only separates words"
            problems.append(Problem(token.start, "a word is either exact or has wildcards", expected, text))
            return None
        return _exact(token, text[1:], problems)
    fuzzy = _FUZZY.fullmatch(text) if "~" in text else None
    if fuzzy:
        return _fuzzy(token, fuzzy.group(1), fuzzy.group(2), problems)
    terms = terms_of(text, problems, token.start)
    return Phrase(token.start, token.end, text, terms) if terms else None


def phrase(token: Token, problems: list[Problem]) -> Leaf | None:
    """`"a phrase"` or `="An Exact Phrase"`."""
    text = token.text
    exactly = text[0] == "="
    inner = text[2:-1] if exactly else text[1:-1]
    if "\\" in inner:
        inner = _ESCAPE.sub(r"\1", inner)
    if "  " in inner or not inner.isprintable() or inner[:1] == " " or inner[-1:] == " ":
        inner = " ".join(inner.split())
    if exactly:
        return _exact(token, inner, problems)
    terms = terms_of(inner, problems, token.start)
    return Phrase(token.start, token.end, inner, terms) if terms else None


def _exact(token: Token, text: str, problems: list[Problem]) -> Leaf | None:
    tokens = literals_of(text)
    if not tokens:
        problems.append(nothing_to_match(text, token.start))
        return None
    return Exact(token.start, token.end, text, tokens)


def _fuzzy(token: Token, text: str, digits: str, problems: list[Problem]) -> Leaf | None:
    said = _fuzzy_problem(token, text, digits)
    if said:
        problems.append(said)
        return None
    (literal,) = literals_of(text)
    return Fuzzy(token.start, token.end, text, literal.folded, int(digits or 1))


def _fuzzy_problem(token: Token, text: str, digits: str) -> Problem | None:
    if digits not in ("", "1", "2"):
        at = token.start + len(text) + 1
        return Problem(at, "no such edit distance", "word~ for one edit, word~2 for two", f"~{digits}")
    tokens: tuple[Literal, ...] = literals_of(text)
    if not tokens:
        return nothing_to_match(text, token.start)
    if "*" in text or "?" in text:
        return Problem(token.start, "a word is either fuzzy or has wildcards", "one of the two", token.text)
    if len(tokens) > 1 or is_by_character(tokens[0].folded):
        reason = "one word of a script that puts spaces between words"
        return Problem(token.start, "only a single word can be fuzzy", reason, token.text)
    if len(tokens[0].folded) < MIN_FUZZY:
        found = f"{text} with {len(tokens[0].folded)}"
        return Problem(
            token.start, "the word is too short to be fuzzy", f"at least {MIN_FUZZY} letters", found
        )
    return None


def regex(token: Token, problems: list[Problem]) -> Leaf | None:
    r"""`/…/`, checked by RE2; `\/` stands for a slash."""
    pattern = token.text[1:-1].replace("\\/", "/")
    try:
        compiled = compile_regex(pattern)
    except ValueError as error:
        problems.append(_regex_problem(token, str(error)))
        return None
    if compiled.search("") is not None:
        expected = "an expression that always takes at least one character"
        message = "the expression matches empty text, so it would be true of every article"
        problems.append(Problem(token.start, message, expected, token.text))
        return None
    return Regex(token.start, token.end, pattern)


def _regex_problem(token: Token, said: str) -> Problem:
    hint = None
    if any(mark in token.text for mark in ("(?=", "(?!", "(?<")):
        hint = "look-arounds are not regular; use NOT NEAR/n or AND NOT around the expression"
    elif re.search(r"\\[1-9]", token.text):
        hint = "back-references are not regular; write the alternatives out"
    if "pattern too large" in said:
        message = f"this expression would take more than {MAX_REGEX_BYTES >> 20} MB of memory"
        hint = "smaller counts in {…}; proximities and wildcards instead of long expressions"
        return Problem(token.start, message, "a smaller expression", token.text, hint)
    message = f"this is not a linear-time regular expression: {said}"
    return Problem(token.start, message, "an RE2 expression, see LANGUAGE.md", token.text, hint)


@lru_cache(maxsize=4096)
def compile_regex(pattern: str) -> Any:
    """The compiled RE2 expression. Raises ValueError in RE2's words. Imported here: few rules need it."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_REGEX_BYTES
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        said = error.args[0]
        raise ValueError(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error)) from None


def concept(token: Token, concepts: Mapping[str, Concept], problems: list[Problem]) -> Leaf | None:
    """`@name` of a concept that is defined."""
    name = token.text[1:]
    if name in concepts:
        return ConceptRef(token.start, token.end, name)
    close = nearest(name, [known for known in concepts if not known.startswith("@")])
    known = "a concept defined in this folder"
    if not name:
        problems.append(Problem(token.start, "a concept needs its name", "@name", token.text))
    else:
        hint = f"@{close}" if close else f'define it under concepts:, as {name}: {{en: ["…"]}}'
        problems.append(Problem(token.start, f"unknown concept @{name}", known, token.text, hint))
    return None


def cite(token: Token, instruments: Collection[str] | None, problems: list[Problem]) -> Leaf | None:
    """`cite(un-charter 51)`, `cite(un-charter 2(4), explicit)`; provisions become `2.4`."""
    inner_start = token.text.index("(") + 1
    parts = _CITE.fullmatch(token.text[inner_start:-1])
    offset = token.start + inner_start
    form = "cite(instrument provision), for example cite(un-charter 51)"
    if '"' in token.text:
        message = "a citation names its instrument by its id, without quotation marks"
        problems.append(Problem(token.start + token.text.index('"'), message, form, token.text))
        return None
    if parts is None or parts.group(2) is None:
        problems.append(Problem(offset, "a citation needs an instrument and a provision", form, token.text))
        return None
    instrument, written, grade = parts.groups()
    provision = re.sub(r"\s*\(\s*([^()]*?)\s*\)", r".\1", written).lower()
    before = len(problems)
    if instruments is not None and instrument not in instruments:
        close = nearest(instrument, instruments)
        at = offset + parts.start(1)
        known = "one of " + ", ".join(sorted(instruments)[:8]) + (", …" if len(instruments) > 8 else "")
        problems.append(Problem(at, f"unknown instrument {instrument}", known, instrument, close))
    if not _PROVISION.fullmatch(provision):
        at = offset + parts.start(2)
        problems.append(Problem(at, "this is no provision", "a number such as 51, 42.7 or 2.4", written))
    if grade is not None and grade not in set(Grade):
        at = offset + parts.start(3)
        problems.append(
            Problem(at, f"unknown grade {grade}", "explicit, inferred or bare", grade, nearest(grade, Grade))
        )
    if len(problems) > before:
        return None
    return Cite(token.start, token.end, instrument, provision, Grade(grade or Grade.INFERRED))
