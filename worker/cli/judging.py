"""How `test` and `explain` judge one watch on one article: by the engine that `run` uses."""

from __future__ import annotations

from collections.abc import Callable

from worker.language import Detector, canonical
from worker.match import FieldCitations, PlainMatcher
from worker.rules import explain
from worker.text import Document
from worker.types import UNDETERMINED, Article
from worker.watchlist import Judgement, Watch


def document_of(article: Article, detector: Detector) -> Document:
    """The article as the matcher sees it. A language its author declares is believed."""
    declared = canonical(article.language)
    code = declared if declared != UNDETERMINED else detector.detect(article).code
    return Document.of(article, code)


def judge_example() -> Callable[[Watch, Article], Judgement]:
    """A judge of examples; it explains what it decided."""
    detector = Detector()

    def judge(watch: Watch, article: Article) -> Judgement:
        document = document_of(article, detector)
        matches = PlainMatcher((watch,)).match(document).matches
        citations = FieldCitations(document)
        explanation = explain(watch.rule, document, citations, watch.languages)
        return Judgement(bool(matches), matches[0].leaves if matches else (), explanation)

    return judge
