"""The fuse on dead letters: when too many messages are bad, the fault is the stream's or ours."""

from __future__ import annotations

from dataclasses import dataclass, replace

from worker.errors import TocsinError


class FuseBlown(TocsinError):
    """So many dead letters that a person must look before the rest follows."""


@dataclass(frozen=True, slots=True)
class Fuse:
    """Blows after more than `in_a_row` dead letters in a row, or when their share passes `share`.

    The share is a moving one over some `in_a_row` messages (an exponential average, so that nothing has to
    be kept), and counts once that many were seen. A `share` of 1 never blows by share.
    """

    in_a_row: int
    share: float = 1.0
    row: int = 0
    seen: int = 0
    current_share: float = 0.0

    def after(self, *, dead: bool) -> Fuse:
        """The fuse one message later."""
        step = (float(dead) - self.current_share) / self.in_a_row
        return replace(
            self,
            row=self.row + 1 if dead else 0,
            seen=self.seen + 1,
            current_share=self.current_share + step,
        )

    def blown(self) -> str | None:
        """Why it has blown, in words that begin a sentence; None while it holds."""
        if self.row > self.in_a_row:
            return f"{self.row:,} dead letters in a row (limits.dead_letters_in_a_row = {self.in_a_row:,})"
        if self.seen >= self.in_a_row and self.current_share > self.share:
            return (
                f"{self.current_share:.0%} of about the last {self.in_a_row:,} messages are dead letters "
                f"(limits.dead_letter_share = {self.share:g})"
            )
        return None
