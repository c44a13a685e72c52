"""Texts like a newsroom's, made of nothing, for those who have no corpus. The same seed, the same texts.

Words are syllables; how often each is used follows Zipf's law (G. K. Zipf, Human Behavior and the
Principle of Least Effort, 1949), with exponent 1, over `VOCABULARY` words. A text has a subject: some
hundred words that it uses far more often than others do, and names of two words that it repeats.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence

VOCABULARY = 60_000
SUBJECTS = 400
MEDIAN_WORDS = 450
_SUBJECT_SHARE = 0.12
_NAME_SHARE = 0.05

ALPHABETS: dict[str, tuple[str, str]] = {
    "Latin": ("bcdfghjklmnprstvwz", "aeiou"),
    "Cyrillic": ("бвгдзклмнпрстфхц", "аеиоу"),
    "Greek": ("βγδζθκλμνπρστφχ", "αεηιου"),
    "Arabic": ("بتثجحخدرزسشصطعفقكلمنه", "اوي"),
    "Hebrew": ("אבגדהזחטכלמנספצקרשת", "וי"),
    "Armenian": ("բգդզթլխկհղմնպջռսվտրփք", "աեէիոու"),
    "Georgian": ("ბგდვზთკლმნპჟრსტფქღყშ", "აეიოუ"),
    "Devanagari": ("कखगघचछजटडतदनपबमरलवसह", "ािीुेो"),
    "Thai": ("กขคงจชดตทนบปพมยรลวสห", "ะาเแโ"),
    "Han": ("".join(chr(0x4E00 + 7 * i) for i in range(700)), ""),
}
"""Ten scripts: consonants and vowels; Han has neither and takes one or two signs a word."""

UNSPACED = frozenset({"Thai", "Han"})


class Newsroom:
    """A newsroom that writes in one script."""

    def __init__(self, seed: int, script: str = "Latin", vocabulary: int = VOCABULARY) -> None:
        self._random = random.Random(f"{seed} {script}")
        self._join = "" if script in UNSPACED else " "
        self._words = self._invent(script, vocabulary)
        self._weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(vocabulary)))
        rare = self._words[vocabulary // 50 :]
        self._subjects = [self._random.sample(rare, 120) for _ in range(SUBJECTS)]

    def text(self) -> str:
        """One text: sentences of some eighteen words, each beginning with a capital; names now and then."""
        draw = self._random
        length = max(40, int(draw.lognormvariate(math.log(MEDIAN_WORDS), 0.5)))
        words = draw.choices(self._words, cum_weights=self._weights, k=length)
        subject = draw.choice(self._subjects)
        names = [(first.capitalize(), second.capitalize()) for first, second in _pairs(subject[:12])]
        for at in range(length - 1):
            dice = draw.random()
            if dice < _NAME_SHARE:
                words[at : at + 2] = draw.choice(names)
            elif dice < _NAME_SHARE + _SUBJECT_SHARE:
                words[at] = draw.choice(subject)
        return self._punctuated(words)

    def texts(self, count: int) -> list[str]:
        """The next `count` texts."""
        return [self.text() for _ in range(count)]

    def _punctuated(self, words: list[str]) -> str:
        sentences, at = [], 0
        while at < len(words):
            size = self._random.randint(8, 28)
            sentence = self._join.join(words[at : at + size])
            sentences.append(sentence[:1].upper() + sentence[1:] + ".")
            at += size
        return " ".join(sentences)

    def _invent(self, script: str, count: int) -> list[str]:
        consonants, vowels = ALPHABETS[script]
        found: dict[str, None] = {}
        while len(found) < count:
            # Frequent words are short, as everywhere.
            longest = 1 + (len(found) > 100) + (len(found) > 5_000) + (len(found) > 30_000)
            found[self._word(consonants, vowels, self._random.randint(1, longest))] = None
        return list(found)

    def _word(self, consonants: str, vowels: str, syllables: int) -> str:
        draw = self._random.choice
        if not vowels:
            return "".join(draw(consonants) for _ in range(syllables))
        parts = [draw(consonants) + draw(vowels) for _ in range(syllables)]
        return "".join(parts) + (draw(consonants) if self._random.random() < 0.4 else "")


def _pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(words[::2], words[1::2], strict=True))


def ten_scripts(seed: int, count: int) -> list[str]:
    """`count` texts in turn of ten scripts."""
    rooms = [Newsroom(seed, script, 8_000) for script in ALPHABETS]
    return [rooms[at % len(rooms)].text() for at in range(count)]
