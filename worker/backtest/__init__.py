"""What watch-lists would have rung on a history, and what a change of them gains and loses.

No I/O: the history is handed in, piece by piece, and the report is a value.
"""

from __future__ import annotations

from worker.backtest.compare import Change, Comparison, Gained, Lost
from worker.backtest.history import Piece, Window, day_of, when_of
from worker.backtest.report import Figures, Report, Sampled, Share
from worker.backtest.trial import Trial, Version

__all__ = [
    "Change",
    "Comparison",
    "Figures",
    "Gained",
    "Lost",
    "Piece",
    "Report",
    "Sampled",
    "Share",
    "Trial",
    "Version",
    "Window",
    "day_of",
    "when_of",
]
