"""mokaccino, a percolator in Rust for fields and values: each word of a text is a value of one field."""

from __future__ import annotations

from pathlib import Path

from mokaccino import Document, Percolator, Query

from tests.bench.matching.engines.serve import Outcome, serve
from worker.text import tokenize


class Mokaccino:
    """A percolator, optimised once all rules are in."""

    def __init__(self, path: Path) -> None:
        percolator = Percolator()
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            percolator.add_query_id(Query.parse(line), number)
        self.rules = len(lines)
        self._percolator = percolator.optimized()

    def match(self, text: str) -> Outcome:
        return Outcome(0, len(self.ids(text)), 0)

    def ids(self, text: str) -> list[int]:
        document = Document()
        for word in set(tokenize(text).terms):
            document.add_value("text", word)
        return self._percolator.percolate_list(document)


if __name__ == "__main__":
    serve(Mokaccino)
