"""The `.case` format: what a rule means, as small scripts that any engine can be run against.

A file is lines of `key: value`; blank lines and lines that begin with `#` are skipped.

    rule: a query                      holds for all cases until the next rule
    words: en                          language of the rule's words (default en)
    concept: name | en | phrase | …    one line for each language
    cites: "quote" un-charter 51 explicit   what the recogniser finds wherever the quote stands

    because: the reason, in words      begins a case
    article: en                        language of the article (default: that of the words)
    title: / text: / url: / source: / author:
    match: title "quote" #2            evidence: field (default text), quote, which occurrence (default 1)
    match: "quote" by leaf             … and the leaf as written
    none                               the rule must not match
    error: words of the message        the rule must be refused

The offsets expected are those where the quote stands in the field, found by plain search. In every
value `\\n`, `\\uXXXX` and `\\UXXXXXXXX` stand for their characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from worker.rules import Concept, Rule, Verdict, compile_concept, parse
from worker.text import Document, FieldText
from worker.types import Article, Citation, Grade

CASES = Path(__file__).parent / "cases"

_ESCAPE = re.compile(r"\\(?:n|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_MATCH = re.compile(r'(?:([a-z]+(?:\[\d+\])?) )?"(.*?)"(?: #(\d+))?(?: by (.+))?', re.DOTALL)


@dataclass(frozen=True)
class Expected:
    """One piece of evidence that must be there."""

    field: str
    quote: str
    number: int
    leaf: str | None


@dataclass(frozen=True)
class Case:
    """One rule on one article, and what must come of it. `name` is file, line and reason."""

    name: str = ""
    rule: str = ""
    words: str = "en"
    concepts: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    cites: tuple[str, ...] = ()
    language: str = ""
    title: str = ""
    text: str = ""
    url: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    expected: tuple[Expected, ...] = ()
    none: bool = False
    error: str | None = None

    def compiled(self) -> Rule:
        """The rule. Raises RuleErrors."""
        return parse(self.rule, language=self.words, concepts=self._concepts())

    def _concepts(self) -> dict[str, Concept]:
        tables: dict[str, dict[str, tuple[str, ...]]] = {}
        for name, language, phrases in self.concepts:
            tables.setdefault(name, {})[language] = phrases
        found = {}
        for name, table in tables.items():
            found[name], problems = compile_concept(name, table)
            assert not problems, problems
        return found

    def document(self) -> Document:
        """The article, read."""
        article = Article(
            id="1", title=self.title, text=self.text, url=self.url, source=self.source, authors=self.authors
        )
        return Document.of(article, self.language or self.words)

    def citations(self, text: FieldText) -> list[Citation]:
        """A recogniser that knows this case's citations and no others."""
        found = []
        for line in self.cites:
            quote, instrument, provision, grade = re.fullmatch(r'"(.*)" (\S+) (\S+) (\S+)', line).groups()
            for match in re.finditer(re.escape(quote), text.raw):
                named = None if instrument == "-" else instrument
                found.append(Citation(named, provision, Grade(grade), match.start(), match.end(), quote))
        return found

    def check(self, verdict: Verdict) -> None:
        """Assert that a verdict is what the case expects, to the code point."""
        document = self.document()
        for leaf in verdict.leaves:
            assert document.fields[leaf.field].raw[leaf.start : leaf.end] == leaf.quote
        if self.none:
            assert not verdict.matched, f"matched on {verdict.leaves}"
            return
        assert verdict.matched, "did not match"
        found = [(leaf.field, leaf.start, leaf.quote) for leaf in verdict.leaves]
        wanted = [self._place(one) for one in self.expected]
        assert sorted(found) == sorted(wanted)
        for expected, place in zip(self.expected, wanted, strict=True):
            leaves = [leaf.leaf for leaf in verdict.leaves if (leaf.field, leaf.start, leaf.quote) == place]
            assert expected.leaf is None or expected.leaf in leaves

    def _place(self, expected: Expected) -> tuple[str, int, str]:
        raw, at = self.document().fields[expected.field].raw, -1
        for _ in range(expected.number):
            at = raw.index(expected.quote, at + 1)
        return expected.field, at, expected.quote


@dataclass
class _Reader:
    where: str
    rule: Case = field(default_factory=Case)
    case: Case | None = None

    def lines(self, lines: list[str], first: int) -> Iterator[Case]:
        for number, line in enumerate(lines, first):
            if not line.strip() or line.startswith("#"):
                continue
            key, _, value = line.partition(":")
            key, value = key.strip(), _ESCAPE.sub(_unescaped, value.strip())
            if key in ("rule", "because"):
                yield from self._finished()
            self._take(key, value, number)
        yield from self._finished()

    def _finished(self) -> Iterator[Case]:
        if self.case is not None:
            case = self.case
            assert case.expected or case.none or case.error, f"{case.name}: expects nothing"
            self.case = None
            yield case

    def _take(self, key: str, value: str, number: int) -> None:
        if key == "rule":
            self.rule = Case(rule=value)
        elif key == "because":
            self.case = replace(self.rule, name=f"{self.where}:{number} {value}")
        elif self.case is None:
            self.rule = _with(self.rule, key, value)
        else:
            self.case = _with(self.case, key, value)


def _with(case: Case, key: str, value: str) -> Case:
    if key == "concept":
        name, language, *phrases = (part.strip() for part in value.split("|"))
        return replace(case, concepts=(*case.concepts, (name, language, tuple(phrases))))
    if key == "cites":
        return replace(case, cites=(*case.cites, value))
    if key == "author":
        return replace(case, authors=(*case.authors, value))
    if key == "none":
        return replace(case, none=True)
    if key == "match":
        name, quote, number, leaf = _MATCH.fullmatch(value).groups()
        return replace(
            case, expected=(*case.expected, Expected(name or "text", quote, int(number or 1), leaf))
        )
    names = {"article": "language"}
    assert key in ("words", "article", "title", "text", "url", "source", "error"), f"unknown key {key!r}"
    return replace(case, **{names.get(key, key): value})


def _unescaped(match: re.Match[str]) -> str:
    digits = match.group(1) or match.group(2)
    return chr(int(digits, 16)) if digits else "\n"


def read_cases(text: str, where: str, first: int = 1) -> list[Case]:
    """The cases of a text in the format above."""
    return list(_Reader(where).lines(text.splitlines(), first))


def all_cases() -> list[Case]:
    """Every case of every file, in order."""
    files = sorted(CASES.glob("*.case"))
    return [case for file in files for case in read_cases(file.read_text(encoding="utf-8"), file.stem)]
