"""What one article may cost: time, and evidence. What goes beyond ends as `Unevaluated`, by name."""

from __future__ import annotations

from dataclasses import dataclass

from worker.clock import Clock, SystemClock
from worker.rules import BudgetExceeded


@dataclass(frozen=True, slots=True)
class Limits:
    """article_seconds: after which no more rules are begun; rule_seconds: for one rule's proximities;
    evidence: the most words quoted for all matches of an article together. The times are for articles
    that mean harm: an ordinary one takes a millisecond.
    """

    article_seconds: float = 60.0
    rule_seconds: float = 30.0
    evidence: int = 2_000_000


class ArticleBudget:
    """What is left for one article."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._monotonic = clock.monotonic
        self._end = clock.monotonic() + limits.article_seconds
        self._rule_end = 0.0
        self._evidence = limits.evidence

    def begin_rule(self) -> float:
        """A rule is begun, now. Raises BudgetExceeded when the article's time is over."""
        now = self._monotonic()
        if now > self._end:
            raise BudgetExceeded("article_seconds", "the article's time was over before its turn came")
        self._rule_end = now + self._limits.rule_seconds
        return now

    def rule_expired(self) -> bool:
        """Whether the rule's time is over."""
        return self._monotonic() > self._rule_end

    def afford(self, words: int) -> None:
        """Raises BudgetExceeded when not so much evidence is left."""
        if words > self._evidence:
            raise BudgetExceeded("evidence", "the article's matches quote too many words")

    def quote(self, words: int) -> None:
        """Take from the evidence left. Raises BudgetExceeded when there is none."""
        self.afford(words)
        self._evidence -= words

    def seconds_since(self, start: float) -> float:
        """Since a rule was begun."""
        return self._monotonic() - start


DEFAULT_LIMITS = Limits()
SYSTEM_CLOCK = SystemClock()
