"""Stems: which inflected forms are one word, by the Snowball stemmers (https://snowballstem.org).

A stem is made from the word as written (lower case, composed, nothing dropped: the algorithms
look at accents) and folded afterwards, so that stems compare like every other term. A token of a
language without a stemmer, or of a script matched by character, is its own stem.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from worker.text.by_letter import fold_letters
from worker.text.codes import canonical
from worker.text.fold import fold

if TYPE_CHECKING:
    from Stemmer import Stemmer

ALGORITHMS: Final = {
    "ar": "arabic",
    "hy": "armenian",
    "eu": "basque",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "nl": "dutch",
    "en": "english",
    "eo": "esperanto",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "el": "greek",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "ga": "irish",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "no": "norwegian",
    "fa": "persian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "es": "spanish",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""Language code → Snowball algorithm."""


LONGEST_REMEMBERED = 64
"""Code points: a longer run is no word that comes again, and megabytes of it must not stay."""


def has_stemmer(language: str) -> bool:
    """Whether words of this language match in their inflected forms."""
    return canonical(language) in ALGORITHMS


def stem_token(token: str, language: str) -> str:
    """The folded stem of one token as written; the folded token where there is no stemmer."""
    return _remembered(token, language) if len(token) <= LONGEST_REMEMBERED else _stem(token, language)


def stem_each(tokens: Sequence[str], language: str) -> list[str]:
    """`stem_token` of each of many tokens that have no line break, in one go; none is remembered."""
    stemmer, stems = _stemmer(canonical(language)), tokens
    if stemmer is not None and tokens:
        # A stemmer sees one word at a time, and no letter's case depends on what is behind a line break.
        stems = stemmer.stemWords(unicodedata.normalize("NFC", "\n".join(tokens)).lower().split("\n"))
    return [
        (folded or fold(stem)) or fold(token)
        for folded, stem, token in zip(fold_letters(stems), stems, tokens, strict=True)
    ]


def _stem(token: str, language: str) -> str:
    stemmer = _stemmer(canonical(language))
    if stemmer is None:
        return fold(token)
    word = unicodedata.normalize("NFC", token).lower()
    return fold(stemmer.stemWord(word)) or fold(token)


_remembered = lru_cache(maxsize=1 << 17)(_stem)


@cache
def _stemmer(language: str) -> Stemmer | None:
    algorithm = ALGORITHMS.get(language)
    if algorithm is None:
        return None
    from Stemmer import Stemmer  # a C extension; rules without inflection never need it

    stemmer = Stemmer(algorithm)
    stemmer.maxCacheSize = 0  # stem_token remembers across languages
    return stemmer
