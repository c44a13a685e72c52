"""Print what the built-in watch-lists do on real texts: `python tests/eval/packs.py [PART]…`.

`pacts`: recall on the labelled passages about alliances, by label and language, and which negatives ring;
`articles`: every alert on the real articles, one a line, for a reader's verdict, and how many by watch and by
language; `seed`: what the article of the beginning rings; `demo`: the articles that ship with the package;
`leaks`: what phrases of one language find in articles of another, the commonest first, to be judged by eye.
The labelled texts are found by TOCSIN_SHARED, else beside the checkout. Without PART: all but `leaks`.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from worker.citations import recognise  # noqa: E402  (the checkout need not be installed)
from worker.rules import Reading, Verdict, parse  # noqa: E402
from worker.text import Document, FieldText  # noqa: E402
from worker.types import Article, Citation  # noqa: E402
from worker.watchlist import BUILTIN, Watch, load  # noqa: E402

NEGATIVE = "negative"
ALLOWED = 300
"""Articles for each of which one may ring falsely."""

QUOTES = 4
"""Quotes shown an alert: enough to judge it, few enough for a line."""


def data() -> Path:
    """The folder of labelled data; exits with a sentence where it is absent."""
    folder = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        sys.exit(f"no folder {folder}: set TOCSIN_SHARED to the folder that holds data/")
    return folder


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON lines file, gzipped or not."""
    raw = path.read_bytes()
    text = gzip.decompress(raw) if path.suffix == ".gz" else raw
    yield from (json.loads(line) for line in text.decode("utf-8").split("\n") if line)


def alerts(watches: tuple[Watch, ...], text: str, title: str, language: str | None) -> dict[str, Verdict]:
    """The watches that ring, by id, with their verdicts. An unknown language is read as `und`."""
    article = Article(id="-", title=title, text=text)
    document = Document.of(article, language or "und", frozenset({language} if language else ()))

    def citations(field: FieldText) -> tuple[Citation, ...]:
        return recognise(field.raw, language)

    reading = Reading(document, citations)
    verdicts = {watch.id: reading.evaluate(watch.rule) for watch in watches}
    return {watch: verdict for watch, verdict in verdicts.items() if verdict.matched}


def quotes(verdict: Verdict) -> str:
    """The first few quotes of a verdict, each with the leaf that found it."""
    seen = dict.fromkeys(f"{leaf.quote} <{leaf.leaf}>" for leaf in verdict.leaves)
    return "; ".join(list(seen)[:QUOTES])


def pacts(watches: tuple[Watch, ...]) -> None:
    """Recall over the positive labels, by label; every miss and every negative that rings."""
    rung: Counter[str] = Counter()
    total: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    positives: Counter[str] = Counter()
    for row in lines(data() / "pacts.jsonl"):
        found = alerts(watches, row["text"], "", row["lang"])
        total[row["label"]] += 1
        rung[row["label"]] += bool(found)
        if row["label"] != NEGATIVE:
            positives[row["lang"]] += 1
            missed[row["lang"]] += not found
        if bool(found) == (row["label"] == NEGATIVE):
            said = " ".join(f"{watch}: {quotes(verdict)}" for watch, verdict in found.items())
            print(f"  {row['id']} {row['lang']} {row['label']}: {said or 'no alert'}")
    for label, count in sorted(total.items()):
        print(f"{label}: {rung[label]} of {count} ring")
    print(
        "by language: " + ", ".join(f"{lang} {n - missed[lang]}/{n}" for lang, n in sorted(positives.items()))
    )
    positive = total.total() - total[NEGATIVE]
    print(f"recall: {(rung.total() - rung[NEGATIVE]) / positive:.3f} of {positive} positive passages")


def articles(watches: tuple[Watch, ...]) -> None:
    """Every alert on the real articles, and how many each watch gave."""
    rung: Counter[str] = Counter()
    read: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    started = time.perf_counter()
    for row in lines(data() / "articles.jsonl.gz"):
        found = alerts(watches, row["text"], row["title"], row["language"])
        read[row["language"] or "unknown"] += 1
        languages[row["language"] or "unknown"] += bool(found)
        for watch, verdict in found.items():
            rung[watch] += 1
            print(f"  {watch} | {row['id']} {row['language']} | {row['title'][:70]} | {quotes(verdict)}")
    seconds = time.perf_counter() - started
    count = read.total()
    print(f"{languages.total()} of {count} articles ring, {rung['un-charter-51']} of them un-charter-51")
    print(
        f"at most {count // ALLOWED} may ring falsely (1 in {ALLOWED}); {seconds:.0f} s with the recogniser"
    )
    for watch, times in rung.most_common():
        print(f"  {watch}: {times}")
    rings = (f"{lang} {n} of {read[lang]}" for lang, n in languages.most_common() if n)
    print("by language: " + ", ".join(rings))


def seed(watches: tuple[Watch, ...]) -> None:
    """What the article that the project began with rings, and why."""
    text = (data() / "seed_article.txt").read_text("utf-8")
    for watch, verdict in alerts(watches, text, "", "id").items():
        print(f"  {watch}: {quotes(verdict)}")


def leaks(watches: tuple[Watch, ...]) -> None:
    """What a phrase of one language finds in articles of another: concept, phrase's and article's language,
    the words found, and in how many articles. Cognates are meant to be found; false friends are not."""
    concepts = {name: one for watch in watches for name, one in watch.rule.concepts.items()}
    rules = {name: parse(f"@{name}", concepts=concepts) for name in concepts}
    seen: dict[tuple[str, str, str, str], set[str]] = {}
    for row in lines(data() / "articles.jsonl.gz"):
        own = row["language"]
        if not own:
            continue
        document = Document.of(Article(id="-", title=row["title"], text=row["text"]), own, frozenset({own}))
        reading = Reading(document, lambda field: ())
        for name, rule in rules.items():
            for leaf in reading.evaluate(rule).leaves:
                if leaf.language and leaf.language != own:
                    seen.setdefault((name, leaf.language, own, leaf.quote.lower()), set()).add(row["id"])
    for (name, phrase, own, quote), articles_with_it in sorted(seen.items(), key=lambda one: -len(one[1])):
        print(f"  {len(articles_with_it)} @{name} {phrase} in {own}: {quote}")


def demo(watches: tuple[Watch, ...]) -> None:
    """What each demo article rings."""
    for row in lines(ROOT / "worker" / "demo" / "articles.jsonl"):
        found = alerts(watches, row["text"], row["title"], row["language"])
        print(f"  {row['id']} {row['language']}: {', '.join(sorted(found)) or 'no alert'}")


PARTS: dict[str, Callable[[tuple[Watch, ...]], None]] = {
    "pacts": pacts,
    "articles": articles,
    "seed": seed,
    "demo": demo,
    "leaks": leaks,
}


def main() -> None:
    """Run the parts named on the command line, or all but the long one."""
    wanted = sys.argv[1:] or [part for part in PARTS if part != "leaks"]
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        sys.exit(f"unknown part {unknown[0]}: expected some of {', '.join(PARTS)}")
    watches = load([BUILTIN]).watches
    for part in wanted:
        print(f"== {part}")
        PARTS[part](watches)


if __name__ == "__main__":
    main()
