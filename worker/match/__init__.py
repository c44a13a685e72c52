"""Which watches an article rings, with the words that made each true."""

from worker.match.matcher import Matcher
from worker.match.plain import FieldCitations, PlainMatcher
from worker.match.verdict import Match, MatchVerdict, Unevaluated

__all__ = ["FieldCitations", "Match", "MatchVerdict", "Matcher", "PlainMatcher", "Unevaluated"]
