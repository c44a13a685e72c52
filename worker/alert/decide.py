"""A match becomes an alert: stable id, evidence with its places, the sentence around it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from worker.match import Match
from worker.rules import LeafMatch
from worker.text import Document, FieldText
from worker.types import (
    Alert,
    AlertLanguage,
    Article,
    ArticleRef,
    Evidence,
    EvidenceCitation,
    Excerpt,
    Language,
    WatchRef,
)
from worker.watchlist import Watch

MAX_EVIDENCE = 100
"""Places listed in an alert. Each leaf that made the rule true is among them at least once, so a rule of
more leaves than this lists more; what is left out is counted in the alert."""

MAX_QUOTE = 1_000
"""Code points of a quotation. A regular expression may match a whole article; the quotation is then its
beginning, and `end` is where the quotation ends."""

MAX_EXCERPT = 2_000
"""Code points of the excerpt. What has no full stop, as a table, is one sentence of any length."""


def alert_id(watch_id: str, article_id: str) -> str:
    """A hash of the watch and the article and nothing else: 32 hexadecimal digits.

    A replay, a retry or a reload thus never makes a second alert.
    """
    return hashlib.sha256(f"{watch_id}\n{article_id}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def decide(
    article: Article, language: Language, document: Document, match: Match, matched: str, engine: str
) -> Alert:
    """The alert of one match. `matched` is RFC 3339, `engine` names the program and its version."""
    leaves = match.leaves
    listed = _listed(leaves)
    evidence = tuple(_evidence(document, leaf) for leaf in listed)
    return Alert(
        id=alert_id(match.watch.id, article.id),
        watch=_watch(match.watch),
        article=ArticleRef(article.id, article.url, article.source, article.title, article.published),
        language=_language(language),
        evidence=evidence,
        excerpt=_excerpt(document, evidence),
        matched=matched,
        engine=engine,
        evidence_left_out=len(leaves) - len(listed),
    )


def _listed(leaves: Sequence[LeafMatch]) -> Sequence[LeafMatch]:
    """At most MAX_EVIDENCE places, in their order: the first of each leaf, then those that come first."""
    if len(leaves) <= MAX_EVIDENCE:
        return leaves
    firsts: dict[tuple[str, str], int] = {}
    for at, leaf in enumerate(leaves):
        firsts.setdefault((leaf.field, leaf.leaf), at)
    chosen = set(firsts.values())
    for at in range(len(leaves)):
        if len(chosen) >= MAX_EVIDENCE:
            break
        chosen.add(at)
    return [leaves[at] for at in sorted(chosen)]


def _language(found: Language) -> AlertLanguage:
    return AlertLanguage(
        found.code,
        found.confidence,
        found.declared,
        found.detector,
        found.disagrees,
        found.tag,
        dict(found.shares),
    )


def _watch(watch: Watch) -> WatchRef:
    return WatchRef(watch.id, watch.watchlist, watch.title, watch.version, watch.severity, tuple(watch.tags))


def _evidence(document: Document, leaf: LeafMatch) -> Evidence:
    cited = leaf.citation
    end = min(leaf.end, leaf.start + MAX_QUOTE)
    return Evidence(
        field=leaf.field,
        start=leaf.start,
        end=end,
        quote=document.fields[leaf.field].raw[leaf.start : end],
        leaf=leaf.leaf,
        concept=leaf.concept,
        language=leaf.language,
        citation=EvidenceCitation(cited.instrument, cited.provision, cited.grade) if cited else None,
    )


def _excerpt(document: Document, evidence: Sequence[Evidence]) -> Excerpt:
    """The sentence that holds the most kinds of evidence; of equals, the first. A long one is cut."""
    sentences = [(item.field, *_sentence(document, item), item.leaf) for item in evidence]
    kinds = Counter(place[:3] for place in dict.fromkeys(sentences))
    (field, start, end), _ = max(kinds.items(), key=lambda counted: counted[1])
    if end - start > MAX_EXCERPT:
        first = min(item.start for item in evidence if item.field == field and start <= item.start < end)
        start = max(start, min(first - MAX_EXCERPT // 4, end - MAX_EXCERPT))
        end = min(end, start + MAX_EXCERPT)
    return Excerpt(field, start, end, document.fields[field].raw[start:end])


def _sentence(document: Document, item: Evidence) -> tuple[int, int]:
    """The sentences that the evidence stands in, joined when it crosses from one to the next."""
    field: FieldText = document.fields[item.field]
    touched = field.sentences_at(document.language, item.start, item.end)
    if not touched:
        return item.start, item.end
    return min(touched[0][0], item.start), max(touched[-1][1], item.end)
