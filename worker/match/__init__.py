"""Which watches an article rings, with the words that made each true."""

from worker.match.matcher import Match, Matcher, Unevaluated

__all__ = ["Match", "Matcher", "Unevaluated"]
