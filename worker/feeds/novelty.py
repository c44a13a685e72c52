"""Which of a feed's items are news: a changed GUID or date is nothing new, changed words are.

An item is known by its id (made of its GUID, else its link), else by its words, else by link and title
together. By the link alone it is not: a ticker with one address for every headline would fall silent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from worker.types import Article

KEPT = 200
"""Items remembered after they left the feed: some servers show now one half of their items, now the other."""


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """One item: the id its article has, a hash of its words, one of link and title (empty without)."""

    id: str
    words: str
    place: str = ""


def novel(
    articles: Iterable[Article], seen: Sequence[Seen], *, kept: int = KEPT
) -> tuple[list[Article], tuple[Seen, ...]]:
    """The articles whose words were not seen before, and what has been seen now.

    kept: how many items are remembered that are not among the articles.

    An item known by its words or its place keeps the id it had, so that what it rang is not rung again;
    unless another item of the feed has that id, for then each is remembered under its own.
    """
    articles = list(articles)
    taken = {article.id for article in articles}
    by_id = {item.id: item for item in seen}
    by_words = {item.words: item for item in seen}
    by_place = {item.place: item for item in seen if item.place}
    now: dict[str, Seen] = {}
    news: list[Article] = []
    for article in articles:
        words, place = _words(article), _place(article)
        known = by_id.get(article.id) or by_words.get(words) or by_place.get(place)
        name = known.id if known and known.id not in taken else article.id
        taken.add(name)
        item = Seen(name, words, place)
        if item.id in now and now[item.id].words == words:
            continue
        now[item.id] = item
        if known is None or known.words != words:
            news.append(msgspec.structs.replace(article, id=item.id))
    gone = [item for item in seen if item.id not in now]
    return news, (*now.values(), *gone[:kept])


def _words(article: Article) -> str:
    return _hash(article.title, article.text)


def _place(article: Article) -> str:
    return _hash(article.url, article.title) if article.url and article.title else ""


def _hash(*parts: str) -> str:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=6).hexdigest()
