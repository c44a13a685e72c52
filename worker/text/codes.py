"""The code that stands for a language, of the several that are in use.

For matching, Tocsin speaks the primary subtags of BCP 47: a rule written for `zh` is right for `zh-Hant`,
`zh-TW` and langdetect's `zh-cn`. Norwegian is `no` for both of its written forms, since neither detectors
nor stemmers tell them apart. Articles and rules go through the same table.
"""

from __future__ import annotations

import re
from functools import lru_cache

from worker.types import UNDETERMINED

# Withdrawn or three-letter codes that are still sent (IANA language subtag registry, ISO 639-2),
# and macrolanguages' members that news is labelled with.
ALIASES = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "mo": "ro",
    "nb": "no",
    "nn": "no",
    "fil": "tl",
    "cmn": "zh",
    "yue": "zh",
    "arb": "ar",
    "pes": "fa",
    "prs": "fa",
    "ekk": "et",
    "lvs": "lv",
    "zsm": "ms",
    "swh": "sw",
    "npi": "ne",
    "khk": "mn",
    "uzn": "uz",
    "azj": "az",
    "als": "sq",
    "ara": "ar",
    "chi": "zh",
    "zho": "zh",
    "deu": "de",
    "ger": "de",
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "ind": "id",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "por": "pt",
    "rus": "ru",
    "spa": "es",
    "tur": "tr",
    "ukr": "uk",
    "vie": "vi",
}

_PRIMARY = re.compile(r"[a-z]{2,3}", re.ASCII)


@lru_cache(1000)
def canonical(code: str | None) -> str:
    """The primary subtag Tocsin uses for a code as sent, or `und` when it is none.

    >>> canonical("zh_TW"), canonical("iw"), canonical("pt-BR"), canonical("English"), canonical(None)
    ('zh', 'he', 'pt', 'und', 'und')
    """
    primary = (code or "").strip().lower().replace("_", "-").partition("-")[0]
    if not _PRIMARY.fullmatch(primary):
        return UNDETERMINED
    return ALIASES.get(primary, primary)
