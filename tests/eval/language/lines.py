"""The labelled texts of the evaluation, and which half of them may be fitted to.

A line belongs to the held-back half by a hash of its text, so that the halves never change and a line's
copies are in one half. `calibrate` sees one half, the evaluation prints the other.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from worker.language import canonical  # noqa: E402  (the checkout need not be installed)

SALT = b"second lot"

SETS = ("sentences", "word pairs", "articles", "headlines")

LANGDETECT_KNOWS = frozenset(
    "af ar bg bn ca cs cy da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv mk ml mr ne nl no "
    "pa pl pt ro ru sk sl so sq sv sw ta te th tl tr uk ur vi zh".split()
)


def shared() -> Path:
    """The folder of labelled data; exits with a sentence where it is absent."""
    folder = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared")) / "data"
    if not (folder / "language").is_dir():
        sys.exit(f"no language/ in {folder}: set TOCSIN_SHARED to the folder that holds data/")
    return folder


def held_back(text: str) -> bool:
    """Whether a text is measured on and never fitted to."""
    return hashlib.blake2b(text.encode(), digest_size=8, salt=SALT).digest()[0] % 2 == 0


def labelled(name: str, *, test: bool, most: int | None = None) -> list[tuple[str, str]]:
    """(language, text) of one of SETS, of one half; `most`: that many, by a fixed lot."""
    rows = [(code, text) for code, text in _rows(name) if held_back(text) == test]
    random.Random(7).shuffle(rows)
    return rows[:most]


def _rows(name: str) -> Iterator[tuple[str, str]]:
    folder = shared()
    if name in ("sentences", "word pairs"):
        file = folder / "language" / f"{name.replace(' ', '-')}.tsv.gz"
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                code, _, text = line.rstrip("\n").partition("\t")
                yield canonical(code), text
        return
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            title, text = article.get("title") or "", article.get("text") or ""
            if article.get("language") and (title or name == "articles"):
                yield canonical(article["language"]), title if name == "headlines" else f"{title}\n{text}"
