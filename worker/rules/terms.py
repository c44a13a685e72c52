"""Words and phrases of a rule, as the tokens they stand for.

A word is cut by the same tokenizer as an article, so `self-defence` is two tokens and `联合国`
three. Wildcards belong to the token they touch. Machine-made lists repeat their words, so what
a text became is remembered.
"""

from __future__ import annotations

import re

from worker.rules.errors import Problem
from worker.rules.tree import Glob, Literal, Term
from worker.text import is_by_character, only_term, tokenize

MIN_LITERALS = 3
"""Literal characters a wildcard needs: `a*` would visit half the words of a language."""

_WILD = re.compile(r"[*?]+")
_REMEMBERED = 1 << 16
_known: dict[str, tuple[Term, ...]] = {}


def terms_of(text: str, problems: list[Problem], offset: int = 0) -> tuple[Term, ...]:
    """The terms of a word or phrase with wildcards; empty, with problems added, when it has none."""
    known = _known.get(text)
    if known is not None:
        return known
    found = len(problems)
    terms = _wild_terms(text, problems, offset) if "*" in text or "?" in text else literals_of(text)
    if not terms and len(problems) == found:
        problems.append(nothing_to_match(text, offset))
    if len(problems) > found:
        return ()
    if len(_known) >= _REMEMBERED:
        _known.clear()
    _known[text] = terms
    return terms


def literals_of(text: str) -> tuple[Literal, ...]:
    """The tokens of a text, each as written and folded."""
    if text.isascii() and text.replace(" ", "").isalnum():
        # What most words of machine-made lists are; the tokenizer would say the same.
        return tuple([_ascii_literal(word) for word in text.split()])
    words = text.split()
    terms = [only_term(word) for word in words]
    if None not in terms:
        return tuple(map(Literal, words, terms))  # type: ignore[arg-type]
    tokens = tokenize(text)
    return tuple(
        map(Literal, [text[s:e] for s, e in zip(tokens.starts, tokens.ends, strict=True)], tokens.terms)
    )


def _ascii_literal(word: str) -> Literal:
    folded = word.lower()
    return Literal(word, word if folded == word else folded)  # one string held, not two that are equal


def nothing_to_match(text: str, offset: int) -> Problem:
    """The problem of a text in which no token stands."""
    return Problem(
        offset,
        "there is no letter and no digit to look for",
        "a word, for example treaty",
        text or "nothing",
        "punctuation and symbols only separate words; a /regular expression/ can look for them",
    )


def _wild_terms(text: str, problems: list[Problem], offset: int) -> tuple[Term, ...]:
    terms: list[Term] = []
    broad: list[Problem] = []
    for word in re.finditer(r"\S+", text):
        terms.extend(_terms_of_word(word.group(), problems, broad, offset + word.start()))
    # In a phrase a short wildcard leans on the words beside it: "askıya al*" visits few articles.
    leans = any(isinstance(term, Literal) or _literals(term.pattern) >= MIN_LITERALS for term in terms)
    if not leans:
        problems.extend(broad)
    return tuple(terms)


def _terms_of_word(word: str, problems: list[Problem], broad: list[Problem], offset: int) -> list[Term]:
    """Glue wildcards to the tokens they touch; anything else in the word separates."""
    if word.endswith("*") and (term := only_term(word[:-1])) and len(term) >= MIN_LITERALS:
        return [Glob(f"{term}*")]
    pieces: list[list[str | Literal]] = [[]]
    end_of_last = 0
    for part in re.finditer(r"[*?]+|[^*?]+", word):
        if part.group()[0] in "*?":
            if end_of_last != part.start():
                pieces.append([])
            pieces[-1].append(part.group())
            end_of_last = part.end()
            continue
        tokens = tokenize(part.group())
        for start, end, folded in zip(tokens.starts, tokens.ends, tokens.terms, strict=True):
            if part.start() + start != end_of_last or (pieces[-1] and isinstance(pieces[-1][-1], Literal)):
                pieces.append([])
            pieces[-1].append(Literal(part.group()[start:end], folded))
            end_of_last = part.start() + end
    return [term for piece in pieces if piece for term in _glued(piece, word, problems, broad, offset)]


def _glued(
    piece: list[str | Literal], word: str, problems: list[Problem], broad: list[Problem], offset: int
) -> list[Term]:
    if len(piece) == 1 and isinstance(piece[0], Literal):
        return [piece[0]]
    pattern = "".join(part if isinstance(part, str) else part.folded for part in piece)
    pattern = re.sub(r"\*+", "*", pattern)
    literals = _literals(pattern)
    if _never_fits(pattern):
        problems.append(_by_itself(word, offset))
    elif literals < MIN_LITERALS:
        (broad if literals else problems).append(_too_broad(pattern, word, literals, offset))
    return [Glob(pattern)]


def _literals(pattern: str) -> int:
    return len(_WILD.sub("", pattern))


def _never_fits(pattern: str) -> bool:
    """Whether a wildcard stands within a word of a script whose characters are words of their own."""
    inner = pattern.strip("*")
    return ("?" in inner or "*" in inner) and any(map(is_by_character, inner))


def _by_itself(word: str, offset: int) -> Problem:
    message = "in this script each character is a word of its own, so a wildcard within a word fits nothing"
    hint = "what stands before it PRE/1 what stands behind it; for any ending, the word alone"
    return Problem(offset, message, "a term without wildcards: it is found inside unspaced text", word, hint)


def _too_broad(pattern: str, word: str, literals: int, offset: int) -> Problem:
    alone = literals == 0
    return Problem(
        offset,
        "a wildcard cannot stand alone" if alone else "the wildcard is too broad",
        f"at least {MIN_LITERALS} letters or digits in the word beside * and ?",
        pattern if alone else f"{pattern} with {literals}",
        "to leave room between words write first PRE/3 second"
        if alone
        else f'to look for "{word}" itself use ="{word}"',
    )


def glob_pattern(pattern: str) -> re.Pattern[str]:
    """A folded wildcard as a standard expression for `fullmatch`, without catastrophic backtracking.

    Each run between two `*` is taken at its first occurrence and never given back (atomic groups,
    as in the standard library's fnmatch), so matching is linear in the token for each run.
    """
    first, *rest = (_run(run) for run in pattern.split("*"))
    if not rest:
        return re.compile(first, re.DOTALL)
    *middle, last = rest
    inner = "".join(f"(?>.*?{run})" for run in middle)
    return re.compile(f"{first}{inner}.*{last}", re.DOTALL)


def _run(run: str) -> str:
    return re.escape(run).replace(r"\?", ".")
