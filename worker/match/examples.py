"""How one watch is judged on one article, by the engine that `run` uses: for `test`, `explain` and `run`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from worker.language import GATE_SHARE, Detector, canonical
from worker.match.plain import FieldCitations, PlainMatcher
from worker.rules import Explanation, explain
from worker.text import Document
from worker.types import UNDETERMINED, Article
from worker.watchlist import ExampleResult, Judgement, Watch, run_examples


def document_of(article: Article, detector: Detector) -> Document:
    """An example as the matcher sees it. A language its author declares is believed."""
    declared = canonical(article.language)
    if declared != UNDETERMINED:
        return Document.of(article, declared)
    found = detector.detect(article)
    return Document.of(article, found.code, found.holding(GATE_SHARE))


def explained(watch: Watch, document: Document) -> Explanation:
    """The watch's rule on an article, clause by clause, and its language gate."""
    return explain(watch.rule, document, FieldCitations(document), watch.languages)


def judge_example() -> Callable[[Watch, Article], Judgement]:
    """A judge of examples; it explains what it decided when it is asked."""
    detector = Detector()

    def judge(watch: Watch, article: Article) -> Judgement:
        document = document_of(article, detector)
        verdict = PlainMatcher((watch,)).match(document)
        leaves = verdict.matches[0].leaves if verdict.matches else ()
        budget = verdict.unevaluated[0].budget if verdict.unevaluated else None
        return Judgement(bool(verdict.matches), leaves, partial(explained, watch, document), budget)

    return judge


def failing_examples(watches: Sequence[Watch]) -> tuple[ExampleResult, ...]:
    """Every example that does not hold; none when the lists may be put in force.

    The examples of the lists that ship are not run again: they held before the package was made. Lists
    without examples cost nothing: not even a detector is made ready.
    """
    tested = [watch for watch in watches if not watch.ships and (watch.must_match or watch.must_not_match)]
    return tuple(result for result in run_examples(tested, judge_example()) if result.failure is not None)
