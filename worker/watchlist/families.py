"""Which watches always ring together: those that mean the same, and those contained in others.

Comparing every watch with every other would take hours for a large list. Watches that mean the same
have the same words, so only those are compared. A watch can only be contained in another if it has
a word of each thing the other asks for: so each is filed under its rarest such thing, and compared
with those that have one of its words. Words of a single watch lead nowhere and cost nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from itertools import islice

from worker.rules.implies import implies
from worker.rules.meaning import meaning_of
from worker.rules.tree import (
    ConceptRef,
    Exact,
    Leaf,
    Near,
    Node,
    NOf,
    Not,
    Or,
    Phrase,
    Proximity,
    children,
    leaves,
)
from worker.watchlist.model import ANY_LANGUAGE, Watch
from worker.watchlist.words import leaf_keys, may_hold, words_of

MAX_TRIED = 8
"""Watches that one watch is compared with. Thousands with the same words are a generator's pattern."""

MAX_LOOKED = 32
"""Watches whose words are compared with one watch's. What thousands share tells nothing: so of a pair of
words that more watches ask for than this, none is looked at."""

MAX_SHARED = 64
"""Watches that have the rarest thing a watch asks for. With more, nothing is looked for within it: a list
so alike would take minutes, and its author would be told nothing new."""

MAX_FILED = 16
"""Pairs of words that a watch is filed under."""

Weigh = Callable[[object], int]
Keys = Sequence[frozenset[object]]
"""For each watch the words of its rule."""


def families(
    watches: Sequence[Watch], words: Keys
) -> tuple[list[tuple[Watch, Watch]], list[tuple[Watch, Watch]]]:
    """Pairs of a watch and an earlier one that means the same; of a watch and one that contains it."""
    same = _duplicates(watches, words)
    repeated = {id(watch) for watch, _ in same}
    different = [at for at, watch in enumerate(watches) if id(watch) not in repeated]
    return same, list(_contained([watches[at] for at in different], [words[at] for at in different]))


def _duplicates(watches: Sequence[Watch], words: Keys) -> list[tuple[Watch, Watch]]:
    alike: dict[tuple[frozenset[object], tuple[str, ...], str], list[Watch]] = {}
    for watch, keys in zip(watches, words, strict=True):
        alike.setdefault((keys, watch.languages, watch.rule.language), []).append(watch)
    return [pair for group in alike.values() if len(group) > 1 for pair in _of_one_meaning(group)]


def _of_one_meaning(group: Sequence[Watch]) -> Iterator[tuple[Watch, Watch]]:
    first: dict[str, list[Watch]] = defaultdict(list)
    for watch in group:
        earlier = first[meaning_of(watch.rule.root)]
        known = next((one for one in earlier if _same_concepts(one, watch)), None)
        if known is None:
            earlier.append(watch)
        else:
            yield watch, known


def _contained(watches: Sequence[Watch], words: Keys) -> Iterator[tuple[Watch, Watch]]:
    frequency = Counter(key for keys in words for key in keys)
    index = _file(watches, frequency)
    for narrow, keys in zip(watches, words, strict=True) if index else ():
        for wide in islice(_candidates(narrow, keys, index), MAX_TRIED):
            if _rings_within(narrow, wide):
                yield narrow, wide


_Index = dict[object, dict[object, list[tuple[Watch, list[Set[object]]]]]]
"""Word → a second word, or the same for want of one → watches that ask for both, with all they ask for."""


def _file(watches: Sequence[Watch], frequency: Counter[object]) -> _Index:
    index: _Index = {}
    weigh = frequency.__getitem__
    for watch in watches:
        asked = asks(watch.rule.root, weigh)
        if any(all(weigh(key) == 1 for key in keys) for keys in asked):
            continue  # nobody else has any of these
        asked.sort(key=lambda keys: sum(map(weigh, keys)))
        if sum(map(weigh, asked[0])) > MAX_SHARED:
            continue
        seconds = asked[1] if len(asked) > 1 and len(asked[0]) * len(asked[1]) <= MAX_FILED else None
        for key in asked[0]:
            for second in seconds or (key,):
                index.setdefault(key, {}).setdefault(second, []).append((watch, asked))
    return index


def _candidates(narrow: Watch, keys: frozenset[object], index: _Index) -> Iterator[Watch]:
    """Watches all of whose asks some of these words meet; each once."""
    seen = {id(narrow)}
    looked = 0
    for key in keys & index.keys():
        below = index[key]
        for second in keys & below.keys():
            if len(below[second]) > MAX_LOOKED:
                continue
            for wide, asked in below[second]:
                looked += 1
                if looked > MAX_LOOKED:
                    return
                if id(wide) in seen or any(map(keys.isdisjoint, asked)):
                    continue
                seen.add(id(wide))
                if may_hold(wide.rule.root, keys, narrow.rule.root):
                    yield wide


def asks(node: Node, weigh: Weigh) -> list[Set[object]]:
    """What the node asks for: any query that implies it has a word of each of these sets.

    weigh: how many watches have a word; of an OR, the rarest ask of each side counts.
    """
    if isinstance(node, Leaf):
        keys = leaf_keys(node)
        return [{key} for key in keys] if isinstance(node, (Phrase, Exact)) else [set(keys)]
    if isinstance(node, (Or, NOf)):
        rarest: set[object] = set()
        for child in node.children:
            asked = asks(child, weigh)
            rarest |= asked[0] if len(asked) == 1 else min(asked, key=lambda keys: sum(map(weigh, keys)))
        return [rarest]
    if isinstance(node, Near) and node.kind is Proximity.NOT_NEAR:
        return asks(node.left, weigh)
    parts = [child for child in children(node) if not isinstance(child, Not)]
    if isinstance(node, Not) or not parts:
        return [words_of(leaves(node))]
    return [keys for child in parts for keys in asks(child, weigh)]


def _rings_within(narrow: Watch, wide: Watch) -> bool:
    if narrow.rule.language != wide.rule.language:
        return False
    passes = ANY_LANGUAGE in wide.languages or set(narrow.languages) <= set(wide.languages)
    return passes and implies(narrow.rule.root, wide.rule.root) and _same_concepts(narrow, wide)


def _same_concepts(one: Watch, other: Watch) -> bool:
    """Whether the concepts `other` names are the same phrases where `one` stands."""
    if one.rule.concepts is other.rule.concepts:
        return True
    names = {leaf.name for leaf in leaves(other.rule.root) if isinstance(leaf, ConceptRef)}
    return all(one.rule.concepts.get(name) == other.rule.concepts.get(name) for name in names)
