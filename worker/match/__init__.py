"""Which watches an article rings, with the words that made each true."""

from worker.match.examples import document_of, explained, failing_examples, judge_example
from worker.match.matcher import FieldCitations, Match, Matcher, MatchVerdict, Unevaluated

__all__ = [
    "FieldCitations",
    "Match",
    "MatchVerdict",
    "Matcher",
    "Unevaluated",
    "document_of",
    "explained",
    "failing_examples",
    "judge_example",
]
