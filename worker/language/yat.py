"""Serbian, or Croatian and Bosnian: the vowel that was yat, naive Bayes over words.

Serbian newspapers write it e (mesto, deca, rešenje), Croatian and Bosnian ones je or ije (mjesto, djeca,
rješenje, vrijeme). One word in a dozen has it there and next to none has such a je in Serbian, so that a
paragraph without any is as telling as three words with it, whatever it is about.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

_JE = re.compile(r"[bdmprstv]je|ije[^\W_]{2}")
"""In a folded word: after a consonant that no other ending puts before je (-nje and -lje are common to
all), or before two letters more (-ije ends genitives)."""

_WITH_JE: Final = 0.08
_BY_CHANCE: Final = 0.005
"""The shares of words that have it where yat became je, and where it became e: objekat, subjekat."""

_SEEN: Final = math.log(_WITH_JE / _BY_CHANCE)
_NOT_SEEN: Final = math.log((1 - _WITH_JE) / (1 - _BY_CHANCE))


def speaks_for_je(terms: Sequence[str]) -> float:
    """How much likelier folded words are where yat became je, as a logarithm; negative where it became e."""
    seen = sum(map(bool, map(_JE.search, terms)))
    return _SEEN * seen + _NOT_SEEN * (len(terms) - seen)
