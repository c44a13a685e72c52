"""Runs the examples beside each rule: what must match must, what must not must not.

Who judges is given from outside (the match room's engine, or the plain evaluator), so a watch-list is
tested by the very code that will run it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path

import msgspec

from worker.rules import Explanation, LeafMatch
from worker.types import Article
from worker.watchlist.model import Example, Watch

QUOTED_CHARACTERS = 60


class Judgement(msgspec.Struct, frozen=True):
    """What a judge says of a watch and an article.

    matched: with the language gate; leaves: the evidence; explain: makes the rule's explanation, clause by
    clause; budget: what was exceeded when the watch could not be evaluated.
    """

    matched: bool
    leaves: tuple[LeafMatch, ...]
    explain: Callable[[], Explanation]
    budget: str | None = None


Judge = Callable[[Watch, Article], Judgement]
"""Judges one watch on one article. The article's `language` is what the example declares, or None."""


class Expectation(StrEnum):
    """Which list of a watch an example stands in."""

    MUST_MATCH = "must_match"
    MUST_NOT_MATCH = "must_not_match"


class ExampleResult(msgspec.Struct, frozen=True):
    """One example, run. `number` counts from 1 within its list; `failure` is None when it passed."""

    watch: str
    expectation: Expectation
    number: int
    example: Example
    failure: str | None = None
    explanation: Explanation | None = None

    def __str__(self) -> str:
        said = (self.example.title or self.example.text or self.example.file or "").split()
        quote = " ".join(said)
        short = quote if len(quote) <= QUOTED_CHARACTERS else quote[:QUOTED_CHARACTERS] + "…"
        mark = "✓" if self.failure is None else "✗"
        lines = [f"{mark} {self.watch} {self.expectation} {self.number}: “{short}”"]
        if self.failure is not None:
            lines.append(f"  {self.failure}")
        if self.explanation is not None:
            lines += [f"  {line}" for line in self.explanation.lines()]
        return "\n".join(lines)


def run_examples(watches: Iterable[Watch], judge: Judge) -> Iterator[ExampleResult]:
    """Every example of every watch, run; failures carry the explanation."""
    for watch in watches:
        for number, example in enumerate(watch.must_match, 1):
            yield _run(watch, Expectation.MUST_MATCH, number, example, judge)
        for number, example in enumerate(watch.must_not_match, 1):
            yield _run(watch, Expectation.MUST_NOT_MATCH, number, example, judge)


def _run(
    watch: Watch, expectation: Expectation, number: int, example: Example, judge: Judge
) -> ExampleResult:
    try:
        article = article_of(watch, example, f"{watch.id}/{expectation}/{number}")
    except OSError as error:
        return ExampleResult(watch.id, expectation, number, example, f"its file cannot be read: {error}")
    judgement = judge(watch, article)
    failure = _failure(expectation, example, judgement)
    explanation = judgement.explain() if failure is not None else None
    return ExampleResult(watch.id, expectation, number, example, failure, explanation)


def _failure(expectation: Expectation, example: Example, judgement: Judgement) -> str | None:
    if judgement.budget is not None:
        return f"it could not be evaluated: {judgement.budget}"
    if expectation is Expectation.MUST_NOT_MATCH:
        if not judgement.matched:
            return None
        quotes = "; ".join(f"“{leaf.quote}” by {leaf.leaf}" for leaf in judgement.leaves[:3])
        return f"it matched, and must not: {quotes}"
    if not judgement.matched:
        return "it did not match, and must"
    quoted = {leaf.quote for leaf in judgement.leaves}
    missing = [quote for quote in example.quotes if quote not in quoted]
    if not missing:
        return None
    found = ", ".join(f"“{quote}”" for quote in sorted(quoted))
    return f"it matched without “{missing[0]}” among its evidence, which is {found}"


def article_of(watch: Watch, example: Example, article_id: str) -> Article:
    """The article an example stands for. Raises OSError when its file cannot be read."""
    text = example.text
    if example.file is not None and not watch.ships:
        text = (Path(watch.file).parent / example.file).read_text(encoding="utf-8")
    return Article(
        id=article_id,
        title=example.title,
        text=text,
        language=example.lang,
        url=example.url,
        source=example.source,
        authors=example.authors,
    )
