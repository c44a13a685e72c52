"""Concepts: one idea in many languages, as phrases ready to be looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

import msgspec

from worker.rules.errors import Problem
from worker.rules.phrase_table import PhraseTable
from worker.rules.terms import literals_of, nothing_to_match, terms_of
from worker.rules.tree import Exact, Phrase

CONCEPT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_OPERATOR = re.compile(r"(?<=\S )(?:AND|OR|NOT|(?:NEAR|PRE)/\d+)(?= \S)")
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class ConceptPhrase(msgspec.Struct, frozen=True):
    """One phrase of a concept in one language: inflected there, as written everywhere else."""

    language: str
    text: str
    leaf: Phrase | Exact


class Concept(msgspec.Struct, frozen=True, dict=True):
    """`@name` and all its phrases, in the order of the file."""

    name: str
    phrases: tuple[ConceptPhrase, ...]

    @cached_property
    def table(self) -> PhraseTable:
        """The phrases by a word of each; made when first asked for."""
        return PhraseTable((phrase.language, phrase.leaf) for phrase in self.phrases)


class PhraseProblem(NamedTuple):
    """What is wrong with one phrase.

    `number` counts the phrases of the language from 0, `problem.offset` code points of the phrase.
    """

    language: str
    number: int
    problem: Problem


def compile_concept(name: str, phrases: Mapping[str, Iterable[str]]) -> tuple[Concept, list[PhraseProblem]]:
    """The concept of a language → phrases table, without the phrases that have problems.

    A phrase may have wildcards; `=` before it makes it exact.
    """
    compiled: list[ConceptPhrase] = []
    wrong: list[PhraseProblem] = []
    for language, texts in phrases.items():
        for index, text in enumerate(texts):
            problems: list[Problem] = []
            leaf = _leaf(text, problems)
            if leaf is not None:
                compiled.append(ConceptPhrase(language, text, leaf))
            wrong += [PhraseProblem(language, index, problem) for problem in problems]
    return Concept(name, tuple(compiled)), wrong


def _leaf(text: str, problems: list[Problem]) -> Phrase | Exact | None:
    words = " ".join(text.split())
    if words[:1] in ("@", "/"):
        expected = "words, wildcards, or = and words"
        problems.append(Problem(0, "a concept's phrases are plain words", expected, text))
        return None
    operator = _OPERATOR.search(words)
    if operator is not None and not words.isupper():
        message = f"{operator[0]} would be one of the words: a concept's phrases have no operators"
        alternatives = ", ".join(f'"{each.strip()}"' for each in words.split(" OR "))
        hint = alternatives if operator[0] == "OR" else "a rule of its own, or a phrase"
        problems.append(Problem(0, message, "each alternative as a phrase of its own", text, hint))
        return None
    if words.startswith("="):
        inner = words[1:].strip('"')
        tokens = literals_of(inner)
        if not tokens:
            problems.append(nothing_to_match(text, 0))
            return None
        return Exact(0, len(text), inner, tokens)
    terms = terms_of(words, problems)
    return Phrase(0, len(text), words, terms) if terms else None
