"""How common a token is in the news: estimates that ship with the package.

The tables in `frequencies/` come from wordfreq (https://github.com/rspeer/wordfreq; its licence and
sources stand beside them), which counts words of Wikipedia, news, books, subtitles and the web, up
to 2021. A word's frequency f becomes the share of articles that hold it by taking an article for
ARTICLE_WORDS draws: 1 - exp(-f · ARTICLE_WORDS). Real articles repeat their own words, so the share
of a word of content is somewhat too high; the order of words, which is what an index and a lint
ask for, is not changed by that. A token of a script matched by character (Han, Kana, Hangul, …) has
the frequency of all words that hold it.

Tables are read when first asked for, in about two milliseconds a language.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

ARTICLE_WORDS: Final = 400
"""Words of an article: web news has about 400 in the mean (Signal Media's million articles: 405)."""

FLOOR: Final = 0.002
"""The share of articles that a token outside the tables is taken for. The rarest tokens inside have
three to six times as much."""

STEP: Final = 1.05
"""The tables tell shares in steps of 5 %: the number n stands for STEP ** -n."""

UNKNOWN: Final = "und"
"""The table of a language without one of its own: for each token the highest of all languages."""

_ALIASES: Final = {
    "bs": "sr", "hr": "sr", "sh": "sr",  # one language to a counter of words
    "nb": "no", "nn": "no", "fil": "tl", "iw": "he", "in": "id",
}  # fmt: skip


def document_frequency(token: str, language: str) -> float:
    """The estimated share of news articles in `language` that hold the folded token: FLOOR to 1.

    language: a code, whose primary subtag counts. For `und`, and for a language without a table, it
    is the highest share in any language: a token is never thought rare because nobody counted.
    """
    return frequencies(language).get(token, FLOOR)


def frequencies(language: str) -> dict[str, float]:
    """Folded token → share of articles, for the common tokens of a language; not to be changed."""
    return _table(_code(language))


def has_frequencies(language: str) -> bool:
    """Whether the language has a table of its own."""
    return _code(language) != UNKNOWN


@cache
def _code(language: str) -> str:
    """The name of the language's table."""
    primary = language.partition("-")[0]
    code = _ALIASES.get(primary, primary)
    return code if code.isascii() and code.isalpha() and _file(code).is_file() else UNKNOWN


def by_share(language: str) -> Iterator[tuple[float, list[str]]]:
    """(share of articles, the folded tokens that have it), from common to rare; nothing is kept."""
    for line in _file(_code(language)).read_text(encoding="utf-8").splitlines():
        step, *tokens = line.split(" ")
        yield STEP ** -int(step), tokens


def shares_of(wanted: Collection[str], languages: Iterable[str]) -> Iterator[tuple[str, str, float]]:
    """(language, folded token, share of articles) of a few tokens, in the languages whose tables have them.

    Sought in the bytes of the files, in a tenth of the time that reading the tables takes.
    """
    from ahocorasick_rs import BytesAhoCorasick

    tokens = [token for token in wanted if token]
    if not tokens:
        return
    encoded = [token.encode("utf-8", "surrogatepass") for token in tokens]
    seek = BytesAhoCorasick([b" " + token + end for end in (b" ", b"\n") for token in encoded])
    for language in languages:
        table = _file(_code(language)).read_bytes()
        for index, start, _ in seek.find_matches_as_indexes(table, overlapping=True):
            line = table.rfind(b"\n", 0, start) + 1
            step = int(table[line : table.index(b" ", line)])
            yield language, tokens[index % len(tokens)], STEP**-step


@cache
def _table(code: str) -> dict[str, float]:
    shares: dict[str, float] = {}
    for share, tokens in by_share(code):
        shares.update(dict.fromkeys(tokens, share))
    return shares


def _file(code: str) -> Traversable:
    return _folder() / f"{code}.txt"


@cache
def _folder() -> Traversable:
    return resources.files("worker.text") / "frequencies"
