"""The texts a benchmark matches: those of the shared folder where it is there, else the generator's.

The folder is named by TOCSIN_SHARED, else it lies beside the checkout. A text is one line.
"""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.matching.luwak import translate
from tests.bench.matching.newsroom import Newsroom, ten_scripts

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared")) / "data"
SEED = 7
GENERATED_TEXTS = 1_500
SCRIPTS = ("en", "ru", "el", "ar", "hi", "th", "zh", "am", "hy", "ko")
"""Ten languages, each with a script of its own."""


@dataclass(frozen=True)
class Texts:
    """`lines` in an order that is random but always the same; `origin` says where they are from."""

    lines: list[str]
    origin: str

    @staticmethod
    def of(lines: list[str], origin: str) -> Texts:
        """The texts in their random order, so that the first hundred are like all."""
        random.Random(SEED).shuffle(lines)
        return Texts(lines, origin)


def english(generated: bool) -> Texts:
    """Newsroom texts of some five hundred words."""
    if generated or not DATA.is_dir():
        return Texts.of(Newsroom(SEED).texts(GENERATED_TEXTS), "generated texts")
    found = [_line(each) for each in _read("articles.jsonl.gz") if each["language"] == "en"]
    found += [_line(each) for each in _read("luwak_docs.jsonl.gz")]
    return Texts.of(found, "English texts of the shared folder")


def of_ten_scripts(generated: bool) -> Texts:
    """Texts in ten scripts, the same number of each where there are as many."""
    if generated or not DATA.is_dir():
        return Texts.of(ten_scripts(SEED, 600), "generated texts")
    by_language: dict[str, list[str]] = {}
    for each in _read("articles.jsonl.gz"):
        by_language.setdefault(each["language"], []).append(_line(each))
    found = [line for code in SCRIPTS for line in by_language.get(code, [])[:60]]
    return Texts.of(found, "texts of the shared folder")


@dataclass(frozen=True)
class LuwakSet:
    """Luwak's rules as they are and as translated, and its texts."""

    lucene: list[str]
    tocsin: list[str]
    texts: Texts


def luwak() -> LuwakSet | None:
    """Luwak's set, or None where the shared folder is not there."""
    queries = DATA / "luwak_queries.txt"
    if not queries.is_file():
        return None
    lines = queries.read_text(encoding="utf-8").splitlines()
    texts = Texts.of([_line(each) for each in _read("luwak_docs.jsonl.gz")], "Luwak's texts")
    return LuwakSet(lines, [translate(line) for line in lines], texts)


def _read(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _line(article: dict[str, Any]) -> str:
    return " ".join((article.get("title", "") + " " + article["text"]).split())
