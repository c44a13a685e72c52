"""Which charset of Latin letters bytes are in, when nobody says: the one in which they spell a language.

A detector by frequencies takes French in ISO 8859-1 for Slovak; an alphabet does not.
"""

from __future__ import annotations

import re
from collections import Counter

_ALPHABETS: tuple[tuple[str, str, str], ...] = (
    ("cp1252", "fr", "àâæçéèêëîïôœùûüÿ"),
    ("cp1252", "de", "äöüßé"),
    ("cp1252", "es", "áéíñóúü¿¡ªº"),
    ("cp1252", "pt", "ãõáàâçéêíóôúüªº"),
    ("cp1252", "it", "àèéìíîòóùúº"),
    ("cp1252", "ca", "àçèéíïòóúü¿¡"),
    ("cp1252", "nl", "áéèëêïíóöúü"),
    ("cp1252", "sv", "åäöéàü"),
    ("cp1252", "da", "æøåéóòôê"),
    ("cp1252", "fi", "åäöšžé"),
    ("cp1252", "is", "áðéíóúýþæö"),
    ("cp1252", "af", "êëéèôûïöäáúíóý"),
    ("cp1252", "sq", "çëâ"),
    ("cp1252", "eu", "ñçáéíóúü"),
    ("cp1250", "pl", "ąćęłńóśźżé"),
    ("cp1250", "cs", "áčďéěíňóřšťúůýž"),
    ("cp1250", "sk", "áäčďéíĺľňóôŕšťúýž"),
    ("cp1250", "hu", "áéíóöőúüű"),
    ("cp1250", "hr", "čćđšž"),
    ("cp1250", "ro", "ăâîşţ"),
    ("iso8859-2", "pl", "ąćęłńóśźżé"),
    ("iso8859-2", "cs", "áčďéěíňóřšťúůýž"),
    ("iso8859-2", "sk", "áäčďéíĺľňóôŕšťúýž"),
    ("iso8859-2", "hr", "čćđšž"),
    ("cp1254", "tr", "çğıöşüâîûiİ"),
    ("cp1257", "lt", "ąčęėįšųūž"),
    ("cp1257", "lv", "āčēģīķļņšūž"),
    ("cp1257", "et", "äõöüšž"),
    ("iso8859-15", "fr", "àâæçéèêëîïôœùûüÿ"),
)
"""Charset, language, its letters beyond ASCII; of two that fit alike the first counts."""

_NO_LETTER = frozenset("\u00a0\u00ad«»“”„‘’‚‹›–—…•·°§©®™€£")
"""What stands between the words of any language; other signs are letters that were misread."""

_RUN = re.compile(rb"[\x80-\xff]+")
_LONGEST_RUN = 1.7
"""Letters beyond ASCII stand alone or in pairs in Latin scripts; Cyrillic and Chinese are nothing else."""

_FITS = 0.93
_PREFERRED = 0.05
"""How much better another language must spell than the one that the text says it is in."""


def latin_charset(data: bytes, language: str = "") -> str | None:
    """The charset in which the bytes spell a language of Latin letters, or None.

    language: the code that the text gives of itself, if any.
    """
    runs = _RUN.findall(data)
    if not runs or sum(map(len, runs)) / len(runs) > _LONGEST_RUN:
        return None
    counts = Counter(b"".join(runs))
    scored = [
        (_score(counts, charset, letters) + (_PREFERRED if code == language else 0.0), -at, charset)
        for at, (charset, code, letters) in enumerate(_ALPHABETS)
    ]
    score, _, charset = max(scored)
    return charset if score >= _FITS else None


def _score(counts: Counter[int], charset: str, letters: str) -> float:
    """The share of the letters beyond ASCII that the language has."""
    known, all_letters = 0, 0
    for byte, count in counts.items():
        letter = bytes((byte,)).decode(charset, "replace")
        if letter in _NO_LETTER:
            continue
        all_letters += count
        if letter.lower() in letters or letter in letters:
            known += count
    return known / all_letters if all_letters else 0.0
