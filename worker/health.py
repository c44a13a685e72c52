"""Whether the worker is alive and ready, told by itself and asked by the page that serves it."""

from __future__ import annotations

from worker.clock import Clock

LIVE_SECONDS = 120.0
"""How old the last tick may be. Longer than any bounded wait of the main loop: a broker that does
not answer makes the loop slow, and must not make an orchestrator restart the worker."""


class Health:
    """`tick` is called by the main loop each time round, `ready` once it has joined its bus."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ticked = clock.monotonic()
        self.ready = False

    def tick(self) -> None:
        """The main loop went round."""
        self._ticked = self._clock.monotonic()

    def age(self) -> float:
        """Seconds since the last tick."""
        return self._clock.monotonic() - self._ticked

    @property
    def live(self) -> bool:
        """Whether the main loop still goes round."""
        return self.age() < LIVE_SECONDS
