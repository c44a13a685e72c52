"""What is measured: sets of rules with the texts they are matched against, and by which engines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.bench.matching import notation, shapes, texts
from tests.bench.matching.rule import BenchRule, Kind, Leaf, words
from tests.bench.matching.rule_maker import RuleMaker
from tests.bench.matching.texts import Texts

HEADER = {"watchlist": "bench", "title": "Benchmark", "language": "und"}
"""Of no language: words match as written, folded. Lucene's analyser does not stem either."""


@dataclass(frozen=True)
class Scenario:
    """`alike`: whether a rule means the same to all engines, so that their matches must be the same."""

    name: str
    count: int
    texts: Callable[[], Texts]
    rules: Callable[[Texts], Iterator[BenchRule]]
    alike: bool = True
    mokaccino: bool = False
    sized: bool = False
    """Whether it is one of the newsroom sets, of which only the number of rules differs."""


@dataclass(frozen=True)
class Files:
    """Where a scenario's rules and texts lie; `literals` are the floor's patterns."""

    texts: Path
    tocsin: Path
    lucene: Path
    mokaccino: Path
    literals: Path
    count: int
    text_count: int
    origin: str

    @staticmethod
    def into(folder: Path, origin: str, lines: list[str], count: int) -> Files:
        """The files of a new scenario, with the texts written."""
        path = folder / "texts.txt"
        path.write_text("\n".join(lines), encoding="utf-8")
        names = ("rules.jsonl", "lucene.txt", "mokaccino.txt", "literals.txt")
        return Files(path, *(folder / name for name in names), count, len(lines), origin)


def scenarios(sizes: Iterable[int], *, quick: bool, generated: bool) -> list[Scenario]:
    """All of them, in the order of the table."""
    english = cache(lambda: texts.english(generated))
    scripts = cache(lambda: texts.of_ten_scripts(generated))
    few, many = (100, 1_000) if quick else (1_000, 10_000)
    newsroom = [
        Scenario(f"newsroom, {size:,}", size, english, _drawn(RuleMaker.rule, size), alike=False, sized=True)
        for size in sizes
    ]
    words_count = 10_000 if quick else 100_000
    return [
        *newsroom,
        Scenario(f"without proximities, {many:,}", many, english, _drawn(RuleMaker.rule, many, near=False)),
        Scenario(
            f"single words, {words_count:,}", words_count, english,
            _drawn(RuleMaker.rule, words_count, only_words=True), mokaccino=True,
        ),
        Scenario(f"5 required, 2 excluded, {many:,}", many, english, _drawn(_five_and_two, many)),
        Scenario(f"100 required, 20 excluded, {few:,}", few, english, _drawn(_hundred_and_twenty, few)),
        Scenario(f"20 wildcards, {few:,}", few, english, _drawn(_twenty_wildcards, few)),
        Scenario(f"OR of 1,000 names, {few // 10:,}", few // 10, english, _drawn(_thousand_names, few // 10)),
        Scenario(f"proximities only, {many:,}", many, english, _drawn(shapes.proximities, many), alike=False),
        Scenario(f"ten scripts, {many:,}", many, scripts, _drawn(RuleMaker.rule, many, near=False)),
    ]  # fmt: skip


def _five_and_two(maker: RuleMaker) -> BenchRule:
    return shapes.conjunction(maker, 5, 2)


def _hundred_and_twenty(maker: RuleMaker) -> BenchRule:
    return shapes.conjunction(maker, 100, 20)


def _twenty_wildcards(maker: RuleMaker) -> BenchRule:
    return shapes.wildcards(maker, 20)


def _thousand_names(maker: RuleMaker) -> BenchRule:
    return shapes.names(maker, 1_000)


def _drawn(
    draw: Callable[[RuleMaker], BenchRule], count: int, *, near: bool = True, only_words: bool = False
) -> Callable[[Texts], Iterator[BenchRule]]:
    def rules(found: Texts) -> Iterator[BenchRule]:
        maker = RuleMaker(found.lines, near=near, only_words=only_words)
        return (draw(maker) for _ in range(count))

    return rules


def write(scenario: Scenario, folder: Path) -> Files:
    """The scenario's rules in each engine's notation, and its texts."""
    found = scenario.texts()
    files = Files.into(folder, found.origin, found.lines, scenario.count)
    literals: set[str] = set()
    with (
        files.tocsin.open("w", encoding="utf-8") as ours,
        files.lucene.open("w", encoding="utf-8") as theirs,
        files.mokaccino.open("w", encoding="utf-8") as words_only,
    ):
        ours.write(json.dumps(HEADER) + "\n")
        for number, rule in enumerate(scenario.rules(found)):
            ours.write(_watch(number, notation.tocsin(rule)))
            theirs.write(notation.lucene(rule) + "\n")
            if scenario.mokaccino:
                words_only.write(notation.mokaccino(rule) + "\n")
            literals.update(pattern for leaf in rule.leaves() for pattern in patterns(leaf))
    files.literals.write_text("\n".join(sorted(literals)), encoding="utf-8")
    return files


def write_luwak(folder: Path) -> Files | None:
    """Luwak's set, or None where it is not there."""
    found = texts.luwak()
    if found is None:
        return None
    files = Files.into(folder, found.texts.origin, found.texts.lines, len(found.lucene))
    files.lucene.write_text("\n".join(found.lucene) + "\n", encoding="utf-8")
    watches = (_watch(number, query) for number, query in enumerate(found.tocsin))
    files.tocsin.write_text(json.dumps(HEADER) + "\n" + "".join(watches), encoding="utf-8")
    literals = {
        f" {word[:-1]}" if word.endswith("*") else f" {word} "
        for query in found.tocsin
        for word in query.split(" AND ")
    }
    files.literals.write_text("\n".join(sorted(literals)), encoding="utf-8")
    return files


def _watch(number: int, query: str) -> str:
    return json.dumps({"id": f"r{number}", "query": query}, ensure_ascii=False) + "\n"


def patterns(leaf: Leaf) -> list[str]:
    """What the floor's scan looks for: a leaf's words, of a wildcard what stands before its first sign."""
    if leaf.kind is Kind.NEAR:
        return [pattern for word in leaf.words for pattern in patterns(words(word))]
    if leaf.kind is Kind.WILDCARD:
        return [" " + leaf.words[0].replace("?", "*").partition("*")[0]]
    return [f" {' '.join(leaf.words)} "]
