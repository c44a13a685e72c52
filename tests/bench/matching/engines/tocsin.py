"""Tocsin: a watch-list file, and for each text a document and its verdict with all evidence."""

from __future__ import annotations

import gc
from pathlib import Path

from tests.bench.matching.engines.serve import Outcome, serve
from worker.match import Matcher
from worker.match import MatchVerdict as Verdict
from worker.text import Document
from worker.types import Article
from worker.watchlist import load


class Tocsin:
    """A matcher. What is timed begins with the text and ends with every span and its offsets; `quoted` goes
    on until each is an object that says field, place, words and leaf, which else is made when it is read.
    """

    def __init__(self, path: Path) -> None:
        watches = load([path]).watches
        self.rules = len(watches)
        self._numbers = {watch.id: at for at, watch in enumerate(watches)}
        self._matcher = Matcher(watches)
        # As a worker does when it has settled in: the watches are not walked at each collection.
        gc.collect()
        gc.freeze()

    def match(self, text: str) -> Outcome:
        verdict = self._verdict(text)
        spans = sum(match.words for match in verdict.matches)
        return Outcome(verdict.evaluated, len(verdict.matches), spans)

    def quoted(self, text: str) -> int:
        leaves = [match.leaves for match in self._verdict(text).matches]
        return sum(map(len, leaves))

    def ids(self, text: str) -> list[int]:
        return [self._numbers[match.watch.id] for match in self._verdict(text).matches]

    def _verdict(self, text: str) -> Verdict:
        return self._matcher.match(Document.of(Article(id="bench", text=text), "en"))


if __name__ == "__main__":
    serve(Tocsin)
