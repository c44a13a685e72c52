"""Print how well the recogniser does on the labelled passages: `python tests/eval/citations.py [--errors]`.

The passages are found by TOCSIN_SHARED, else beside the checkout. Recall and precision are of
`cite(un-charter 51)` at explicit or inferred; `--articles` adds the real articles, where none may be found.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from worker.citations import cites, recognise  # noqa: E402  (the checkout need not be installed)
from worker.citations.sieve import may_cite  # noqa: E402

POSITIVE = "un_charter_51"


def shared() -> Path:
    """The folder of labelled data; exits with a sentence where it is absent."""
    folder = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared")) / "data"
    if not (folder / "citations.jsonl").is_file():
        sys.exit(f"no citations.jsonl in {folder}: set TOCSIN_SHARED to the folder that holds data/")
    return folder


def rings(text: str, language: str | None) -> bool:
    """Whether cite(un-charter 51) holds at the default grade."""
    return any(cites(citation, "un-charter", "51") for citation in recognise(text, language))


def passages(folder: Path, *, errors: bool) -> None:
    """Recall and precision over the passages, by label and by language."""
    rows = [json.loads(line) for line in (folder / "citations.jsonl").read_text("utf-8").splitlines()]
    rung: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for row in rows:
        found = rings(row["text"], row["lang"])
        total[row["label"]] += 1
        rung[row["label"]] += found
        if found != (row["label"] == POSITIVE):
            wrong[row["lang"]] += 1
            if errors:
                print(json.dumps(row | {"found": found}, ensure_ascii=False))
                for citation in recognise(row["text"]):
                    print(
                        f"    {citation.instrument} {citation.provision} {citation.grade}: {citation.reason}"
                    )
    hits = rung[POSITIVE]
    print(f"{'label':<20}{'passages':>9}{'rung':>6}")
    for label in sorted(total):
        print(f"{label:<20}{total[label]:>9}{rung[label]:>6}")
    print(f"recall    {hits / total[POSITIVE]:.3f}  (wanted 0.97)")
    print(f"precision {hits / max(1, sum(rung.values())):.3f}  (wanted 0.98)")
    print("wrong by language:", dict(wrong) or "none")


def articles(folder: Path) -> None:
    """Citations of the Charter's Article 51 in articles that hold none, and the mean time an article."""
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [f"{row.get('title') or ''}\n{row.get('text') or ''}" for row in map(json.loads, lines)]
    found = [recognise(text) for text in texts]
    graded = Counter(f"{c.instrument} {c.grade}" for citations in found for c in citations)
    false = [c for citations in found for c in citations if cites(c, "un-charter", "51")]
    print(f"articles {len(texts)}")
    print(f"un-charter 51 at explicit or inferred: {len(false)} (wanted 0)")
    for citation in false:
        print(f"    {citation.quote!r}: {citation.reason}")
    print("found:", dict(graded.most_common(15)))
    speed(texts)


def speed(texts: list[str]) -> None:
    """Mean time over articles of about 3,000 characters, with and without a number by a provision noun."""
    cut = [text[:3000] for text in texts if len(text) >= 2500]
    for name, chosen, wanted in (
        ("no number next to a provision noun", [text for text in cut if not may_cite(text)], 150),
        ("otherwise", [text for text in cut if may_cite(text)], 500),
        ("with citations", [text for text in cut if recognise(text)], 500),
    ):
        began = time.thread_time()
        for text in chosen:
            recognise(text)
        spent = (time.thread_time() - began) / max(1, len(chosen)) * 1e6
        print(f"{name}: {len(chosen)} articles, {spent:.0f} µs each (wanted under {wanted})")


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="print each passage that is wrong")
    parser.add_argument("--articles", action="store_true", help="also the real articles")
    options = parser.parse_args()
    folder = shared()
    passages(folder, errors=options.errors)
    if options.articles:
        articles(folder)


if __name__ == "__main__":
    main()
