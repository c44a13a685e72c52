"""A sign of life: an article of Tocsin's own that travels the whole pipeline, every so many seconds."""

from __future__ import annotations

from worker.article import article_message
from worker.clock import Clock, rfc3339
from worker.ports import ARTICLES, Intake
from worker.types import HEARTBEAT, Article


class HeartbeatSource:
    """Publishes a heartbeat every `seconds`; see `Source`. The pipeline lets it ring nothing."""

    def __init__(self, seconds: float, intake: Intake, *, clock: Clock, topic: str = ARTICLES) -> None:
        self.name = "heartbeat"
        self._seconds = seconds
        self._intake = intake
        self._clock = clock
        self._topic = topic
        self._due = 0.0

    def next_due(self, now: float) -> float:
        """When it beats next; now when the clock was set back."""
        return self._due if self._due <= now + self._seconds else now

    def run_once(self) -> bool:
        """Beat when it is due. Raises Outage of the intake."""
        now = self._clock.now()
        if self.next_due(now) > now:
            return False
        at = rfc3339(now)
        beat = Article(id=f"{HEARTBEAT}{at}", title="Tocsin heartbeat", language="en", published=at)
        self._intake.put([article_message(beat, topic=self._topic)], {})
        self._due = now + self._seconds
        return True

    def close(self) -> None:
        """Nothing is held."""
