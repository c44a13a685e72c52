"""How many messages the next unit of work takes: more when they pile up, fewer when they are slow.

A unit costs something whatever it holds (a Kafka transaction 40 to 180 ms), so large units are fast;
but what arrives during a unit waits for its end, so small units are prompt. With little waiting, a unit
is kept to PROMPT_SECONDS of judging; with much, it grows to a quarter of the work that waits, up to
BUSY_SECONDS, which still bounds how long a stop or a rebalance has to wait.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

PROMPT_SECONDS = 0.1
BUSY_SECONDS = 1.0
BACKLOG_SHARE = 0.25
GROWTH = 2
"""A unit is at most this many times the one before, since an estimate from few messages is rough."""

MEMORY = 0.7
"""How much of the old estimate stays after a unit: about three units are remembered."""


@dataclass(frozen=True, slots=True)
class BatchSize:
    """The size of the next unit of work, between 1 and `most`.

    `cost` is the estimated seconds of judging one message; None before the first unit.
    """

    most: int
    size: int = 0
    cost: float | None = None

    def __post_init__(self) -> None:
        """Begin small: the first messages also load what is loaded on first use."""
        object.__setattr__(self, "size", min(self.most, max(1, self.size or 20)))

    def after(self, handled: int, seconds: float, lag: int) -> BatchSize:
        """The size for the unit after one that judged `handled` messages in `seconds`, with `lag` waiting.

        Never larger for a larger `seconds`, never smaller for a larger `lag`.
        """
        if handled <= 0:
            return self
        latest = max(0.0, seconds) / handled
        cost = latest if self.cost is None else MEMORY * self.cost + (1 - MEMORY) * latest
        worth = min(BUSY_SECONDS, max(PROMPT_SECONDS, lag * cost * BACKLOG_SHARE))
        fitting = self.most if cost <= 0 else int(min(self.most, worth / cost))
        return replace(self, size=max(1, min(fitting, self.size * GROWTH)), cost=cost)
