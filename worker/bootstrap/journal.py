"""What the running worker tells of its judgements."""

from __future__ import annotations

from worker import logs
from worker.alert import trace_id
from worker.pipeline import Journal, Judgement
from worker.types import Outcome, Record

log = logs.logger("tocsin")


class LogJournal(Journal):
    """Tells the log of alerts and dead letters, by their ids and the trace's, and never by their text."""

    def judged(self, record: Record, judgement: Judgement) -> None:
        """One line for what a person may want to look up."""
        at: dict[str, object] = {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
        }
        if trace := trace_id(record):
            at["trace"] = trace
        for alert in judgement.alerts:
            log.info(Outcome.ALERTED, watch=alert.watch.id, alert=alert.id, article=alert.article.id, **at)
        if judgement.outcome is Outcome.DEAD_LETTER:
            log.warning(Outcome.DEAD_LETTER, reason=judgement.reason, **at)
        language, article = judgement.language, judgement.article
        if language is not None and article is not None and language.disagrees:
            said = {"declared": language.declared, "detected": language.code, "feed": article.feed}
            log.info("language disagrees", article=article.id, **said, **at)
        for missed in judgement.unevaluated:
            log.warning("could not evaluate", watch=missed.watch.id, budget=missed.budget, **at)


class Tally(LogJournal):
    """A journal that also adds up the outcomes, for a summary at the end."""

    def __init__(self, *, quiet: bool) -> None:
        self.outcomes = dict.fromkeys(Outcome, 0)
        self.alerts = 0
        self._quiet = quiet

    def judged(self, record: Record, judgement: Judgement) -> None:
        """Add one up."""
        self.outcomes[judgement.outcome] += 1
        self.alerts += len(judgement.alerts)
        if not self._quiet:
            super().judged(record, judgement)
