"""The floor: what any engine must do. Fold, tokenise, and one scan for all literals; no rule is looked at.

It is given the patterns, one a line: tokens joined and enclosed by spaces, a prefix without the last one.
"""

from __future__ import annotations

from pathlib import Path

from ahocorasick_rs import AhoCorasick, Implementation

from tests.bench.matching.engines.serve import Outcome, serve
from worker.text import tokenize


class Floor:
    """One automaton over all patterns."""

    def __init__(self, path: Path) -> None:
        patterns = path.read_text(encoding="utf-8").splitlines()
        self.rules = len(patterns)
        self._automaton = AhoCorasick(patterns, implementation=Implementation.ContiguousNFA)

    def match(self, text: str) -> Outcome:
        joined = " " + " ".join(tokenize(text).terms) + " "
        self._automaton.find_matches_as_indexes(joined, overlapping=True)
        return Outcome(0, 0, 0)

    def ids(self, text: str) -> list[int]:
        raise NotImplementedError("the floor matches nothing")


if __name__ == "__main__":
    serve(Floor)
