"""Makes newsroom-like rules out of the texts they will be matched against. The same seed, the same rules.

A rule has one to three required clauses of one to five leaves; three of ten exclude something. A leaf is
a rare word, a phrase of two or three words as some text has it, a prefix, or two words near each other.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from tests.bench.matching.rule import BenchRule, Kind, Leaf, wildcard, words
from worker.text import tokenize

RARE = 0.01
"""A single word, or the stem of a prefix, is in at most this share of the texts."""
UNUSUAL = 0.05
"""The rarest word of a phrase, and both of a proximity, are in at most this share."""

_NEAR, _PREFIX = 0.10, 0.07


class RuleMaker:
    """Draws rules. `near`: with proximities; `only_words`: nothing but single words."""

    def __init__(
        self, texts: Sequence[str], seed: int = 7, *, near: bool = True, only_words: bool = False
    ) -> None:
        self.random = random.Random(seed)
        self._near, self._only_words = near, only_words
        self.texts = [terms for terms in (tokenize(text).terms for text in texts) if len(terms) >= 20]
        self.seen_in = Counter(term for terms in self.texts for term in set(terms))
        self._long = sorted(term for term in self.seen_in if len(term) > 5 and self.is_in_at_most(term, RARE))

    def rule(self) -> BenchRule:
        """The next rule."""
        draw = self.random
        clauses = draw.choices([1, 2, 3], [25, 50, 25])[0]
        sizes = draw.choices([1, 2, 3, 4, 5], [25, 25, 20, 15, 15], k=clauses)
        required = tuple(tuple(self.leaf() for _ in range(size)) for size in sizes)
        excludes = draw.random() < 0.3
        excluded = tuple(self.leaf() for _ in range(draw.randint(1, 2))) if excludes else ()
        return BenchRule(required, excluded)

    def leaf(self) -> Leaf:
        """A leaf that occurs in at least one of the texts."""
        if self._only_words:
            return words(self.rare_word())
        dice = self.random.random()
        if dice < _NEAR and self._near:
            return self.near()
        if dice < _NEAR + _PREFIX and (prefix := self._prefix()):
            return prefix
        return words(*self.phrase())

    def near(self) -> Leaf:
        """Two unusual words of a text, no two unusual words of it between them."""
        while True:
            terms = [term for term in self.random.choice(self.texts) if self.is_in_at_most(term, UNUSUAL)]
            if len(terms) > 4:
                at = self.random.randrange(len(terms) - 1)
                return Leaf(Kind.NEAR, tuple(terms[at : at + 2]), self.random.choice([5, 10]))

    def phrase(self) -> list[str]:
        """One rare word, or two or three neighbours of which one is unusual."""
        while True:
            terms = self.random.choice(self.texts)
            size = self.random.choices([1, 2, 3], [45, 40, 15])[0]
            at = self.random.randrange(len(terms) - size)
            found = terms[at : at + size]
            if size == 1 and not (self.is_in_at_most(found[0], RARE) and len(found[0]) > 2):
                continue
            if any(self.is_in_at_most(term, UNUSUAL) for term in found):
                return found

    def rare_word(self) -> str:
        """A word of at least three letters that few texts have."""
        while True:
            word = self.random.choice(self.random.choice(self.texts))
            if len(word) > 2 and self.is_in_at_most(word, RARE):
                return word

    def long_word(self) -> str:
        """A word of at least six letters that few texts have. Raises ValueError when there is none."""
        if not self._long:
            raise ValueError("these texts have no rare word of six letters or more")
        return self.random.choice(self._long)

    def is_in_at_most(self, term: str, share: float) -> bool:
        """Whether at most this share of the texts has the term."""
        return self.seen_in[term] <= max(1.0, len(self.texts) * share)

    def _prefix(self) -> Leaf | None:
        word = self.phrase()[-1]
        if len(word) < 6 or not self.is_in_at_most(word, RARE):
            return None
        return wildcard(word[: max(5, len(word) - 2)] + "*")
