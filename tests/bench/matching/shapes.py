"""Shapes of rules that hurt an engine: many required leaves, wildcards, long ORs, nothing but proximities."""

from __future__ import annotations

from tests.bench.matching.rule import BenchRule, Leaf, wildcard, words
from tests.bench.matching.rule_maker import UNUSUAL, RuleMaker


def conjunction(maker: RuleMaker, required: int, excluded: int) -> BenchRule:
    """`required` words that some text has together, and `excluded` words, of which another has some."""
    chosen: list[str] = []
    while len(chosen) < required:
        distinct = sorted(set(maker.random.choice(maker.texts)))
        chosen = maker.random.sample(distinct, min(required, len(distinct)))
    unwanted = [word for word in _distinct(maker, excluded) if word not in chosen]
    return BenchRule(tuple((words(word),) for word in chosen), tuple(map(words, unwanted)))


def wildcards(maker: RuleMaker, count: int) -> BenchRule:
    """`count` wildcards of which one must occur: half are prefixes, half have a `*` or `?` inside."""
    return BenchRule((tuple(_wildcard(maker, inside=at % 2 == 1) for at in range(count)),))


def names(maker: RuleMaker, count: int) -> BenchRule:
    """`count` names of two words of which one must occur."""
    found: list[Leaf] = []
    while len(found) < count:
        terms = maker.random.choice(maker.texts)
        at = maker.random.randrange(len(terms) - 2)
        if all(maker.is_in_at_most(term, UNUSUAL) for term in terms[at : at + 2]):
            found.append(words(*terms[at : at + 2]))
    return BenchRule((tuple(found),))


def proximities(maker: RuleMaker) -> BenchRule:
    """One or two clauses, each of up to three proximities of which one must hold."""
    clauses = maker.random.randint(1, 2)
    return BenchRule(
        tuple(tuple(maker.near() for _ in range(maker.random.randint(1, 3))) for _ in range(clauses))
    )


def _distinct(maker: RuleMaker, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[maker.rare_word()] = None
    return list(found)


def _wildcard(maker: RuleMaker, *, inside: bool) -> Leaf:
    word = maker.long_word()
    if not inside:
        return wildcard(word[: max(5, len(word) - 2)] + "*")
    return wildcard(word[:3] + maker.random.choice("*?") + word[4:])
