"""An article as the matcher sees it: fields of tokens, computed when first asked for.

A document belongs to one article and one thread; nothing in it outlives the article.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from worker.text.sentences import Sentences, Span, paragraph_end, paragraph_spans
from worker.text.stems import stem_token
from worker.text.tokens import Tokens
from worker.types import UNDETERMINED, Article

LEAD_TOKENS = 100
"""The lead is the first paragraph, and never more tokens than this."""


class FieldText(Tokens):
    """One field of an article as received, with its tokens and where its sentences stand.

    name: `title`, `text`, `url`, `source`, `authors[0]`, …
    """

    __slots__ = (
        "_lead_end",
        "_paragraph_spans",
        "_paragraphs",
        "_sentences",
        "_sentences_of",
        "_stems",
        "name",
    )

    def __init__(self, name: str, raw: str) -> None:
        super().__init__(raw)
        self.name = name
        self._stems: dict[str, list[str]] = {}
        self._sentences_of: dict[tuple[str, Span], Sentences] = {}
        self._sentences: dict[str, list[int]] = {}
        self._paragraph_spans: list[Span] | None = None
        self._paragraphs: list[int] | None = None
        self._lead_end: int | None = None

    def quote(self, first: int, last: int) -> str:
        """What tokens `first` to `last` (inclusive) stand on, as received."""
        return self.raw[self.starts[first] : self.ends[last]]

    def stems(self, language: str) -> list[str]:
        """For each token its folded stem in that language."""
        if language not in self._stems:
            raw = self.raw
            self._stems[language] = [
                stem_token(raw[start:end], language)
                for start, end in zip(self.starts, self.ends, strict=True)
            ]
        return self._stems[language]

    def sentence_spans(self, language: str) -> list[Span]:
        """Code-point spans of the sentences."""
        return self.sentences_at(language, 0, len(self.raw))

    def sentences_at(self, language: str, start: int, end: int) -> list[Span]:
        """The sentences that `start` to `end` touches; of a long text only their paragraphs are cut."""
        near = [span for span in self.paragraph_spans() if span[0] < end and start < span[1]]
        return [
            span
            for paragraph in near
            for span in self._sentences_in(language, paragraph).touching(start, end)
        ]

    def _sentences_in(self, language: str, paragraph: Span) -> Sentences:
        known = self._sentences_of.get((language, paragraph))
        if known is None:
            known = self._sentences_of[language, paragraph] = Sentences(self.raw, paragraph, language)
        return known

    def paragraph_spans(self) -> list[Span]:
        """Code-point spans of the paragraphs."""
        if self._paragraph_spans is None:
            self._paragraph_spans = paragraph_spans(self.raw)
        return self._paragraph_spans

    def sentences(self, language: str) -> list[int]:
        """For each token the number of its sentence."""
        if language not in self._sentences:
            self._sentences[language] = _numbers(self.starts, self.sentence_spans(language))
        return self._sentences[language]

    def paragraphs(self) -> list[int]:
        """For each token the number of its paragraph."""
        if self._paragraphs is None:
            self._paragraphs = _numbers(self.starts, self.paragraph_spans())
        return self._paragraphs

    def lead_end(self) -> int:
        """The token index at which the lead ends (exclusive)."""
        if self._lead_end is None:
            starts = self.starts_of_first(LEAD_TOKENS)
            end = paragraph_end(self.raw, starts[0]) if len(starts) else 0
            self._lead_end = next((at for at, start in enumerate(starts) if start >= end), len(starts))
        return self._lead_end


@dataclass(frozen=True, slots=True)
class Document:
    """An article's fields, in the order title, text, url, source, authors[0], …

    language: its main language or `und`; languages: every language it counts as being in.
    """

    language: str
    languages: frozenset[str]
    fields: Mapping[str, FieldText]

    @staticmethod
    def of(
        article: Article, language: str = UNDETERMINED, languages: frozenset[str] = frozenset()
    ) -> Document:
        """The document of an article whose language is known (or `und`)."""
        named = [("title", article.title), ("text", article.text)]
        named += [("url", article.url or ""), ("source", article.source or "")]
        named += [(f"authors[{at}]", author) for at, author in enumerate(article.authors)]
        fields = {name: FieldText(name, raw) for name, raw in named if raw}
        known = languages or (frozenset({language}) - {UNDETERMINED})
        return Document(language, known, fields)


def _numbers(starts: Sequence[int], spans: Sequence[Span]) -> list[int]:
    firsts = [start for start, _ in spans]
    return [max(0, bisect_right(firsts, start) - 1) for start in starts]
