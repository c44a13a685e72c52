"""Language codes: what senders and detectors write, and what Tocsin says instead.

Tocsin speaks BCP 47 and, for matching, its primary subtag: a rule written for `zh` is right for
`zh-Hant`, `zh-TW` and langdetect's `zh-cn`. Norwegian is `no` for both of its written forms, since
neither detectors nor stemmers tell them apart. `tag` keeps script and region, for those who read alerts.
"""

from __future__ import annotations

import re
from functools import lru_cache

from worker.text.codes import canonical as canonical
from worker.types import UNDETERMINED

_SUBTAGS = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*", re.ASCII)


@lru_cache(1000)
def tag(code: str | None) -> str:
    """A code as sent as a BCP 47 tag in its usual spelling, or `und` when it is none.

    Withdrawn codes are replaced in the first subtag; extended and private subtags are kept as they are.

    >>> tag("zh_hant_tw"), tag("iw"), tag("sr-latn"), tag("PT-br"), tag("in_ID"), tag("nb"), tag("German")
    ('zh-Hant-TW', 'he', 'sr-Latn', 'pt-BR', 'id-ID', 'nb', 'und')
    """
    sent = (code or "").strip().lower().replace("_", "-")
    primary, *others = sent.split("-")
    if canonical(primary) == UNDETERMINED or not _SUBTAGS.fullmatch(sent):
        return UNDETERMINED
    if canonical(primary) != "no":  # Bokmål and Nynorsk have codes of their own, and keep them
        primary = canonical(primary)
    return "-".join([primary, *map(_spelled, others)])


def _spelled(subtag: str) -> str:
    """Scripts are written Latn, regions BR or 419; everything else in small letters."""
    if len(subtag) == 4 and subtag.isalpha():
        return subtag.title()
    return subtag.upper() if len(subtag) == 2 else subtag
