"""Which watches always ring together: those that mean the same, and those contained in others.

Comparing every watch with every other would take hours for a large list. A watch can only be
contained in another if it has a word that the other cannot do without, so each is filed under its
rarest such words, and compared with those that have one of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from worker.rules.implies import implies
from worker.rules.tree import And, AtLeast, ConceptRef, In, Leaf, Near, Node, NOf, Not, Or, Phrase, leaves
from worker.watchlist.model import ANY_LANGUAGE, Watch

MAX_WATCHES = 5_000
"""Watches that are looked through for contained ones. People write fewer; machines mean theirs."""

Weigh = Callable[[object], int]


def duplicates(watches: Iterable[Watch]) -> Iterator[tuple[Watch, Watch]]:
    """Pairs of a watch and the first one that means the same."""
    first: dict[str, Watch] = {}
    for watch in watches:
        known = first.setdefault(watch.version, watch)
        if known is not watch:
            yield watch, known


def contained(watches: Sequence[Watch]) -> Iterator[tuple[Watch, Watch]]:
    """Pairs of a watch and another that rings whenever the first does; none among too many."""
    if len(watches) > MAX_WATCHES:
        return
    words = [_words(watch.rule.root) for watch in watches]
    frequency = Counter(key for keys in words for key in keys)
    filed: dict[object, list[tuple[Watch, list[set[object]]]]] = defaultdict(list)
    for watch in watches:
        clauses = [needed(clause, frequency.__getitem__) for clause in _clauses(watch.rule.root)]
        for key in min(clauses, key=lambda keys: sum(frequency[one] for one in keys)):
            filed[key].append((watch, clauses))
    for narrow, keys in zip(watches, words, strict=True):
        told: set[str] = set()
        for key in keys:
            for wide, clauses in filed.get(key, ()):
                has_all = not any(map(keys.isdisjoint, clauses))
                if has_all and wide.id not in told and _rings_within(narrow, wide):
                    told.add(wide.id)
                    yield narrow, wide


def _clauses(root: Node) -> Sequence[Node]:
    """The parts of which each must hold, without what is forbidden."""
    if not isinstance(root, And):
        return (root,)
    return [child for child in root.children if not isinstance(child, Not)] or (root,)


def _words(root: Node) -> set[object]:
    return {key for leaf in leaves(root) for key in _keys(leaf)}


def _keys(leaf: Leaf) -> Sequence[object]:
    return leaf.terms if isinstance(leaf, Phrase) else ((type(leaf).__name__, *leaf.meaning()),)


def needed(node: Node, weigh: Weigh) -> set[object]:
    """Words of which any query that implies the node has one; `weigh` tells how rare a word is."""
    if isinstance(node, Leaf):
        return {min(_keys(node), key=weigh)}
    if isinstance(node, And):
        options = [needed(child, weigh) for child in node.children if not isinstance(child, Not)]
        return min(options, key=lambda keys: sum(map(weigh, keys)), default=_words(node))
    if isinstance(node, (Or, NOf)):
        return {key for child in node.children for key in needed(child, weigh)}
    if isinstance(node, (In, AtLeast)):
        return needed(node.child, weigh)
    return needed(node.left, weigh) if isinstance(node, Near) else _words(node)


def _rings_within(narrow: Watch, wide: Watch) -> bool:
    if narrow is wide or narrow.version == wide.version or narrow.rule.language != wide.rule.language:
        return False
    passes = ANY_LANGUAGE in wide.languages or set(narrow.languages) <= set(wide.languages)
    if not passes or not implies(narrow.rule.root, wide.rule.root):
        return False
    concepts = [leaf.name for leaf in leaves(wide.rule.root) if isinstance(leaf, ConceptRef)]
    return all(narrow.rule.concepts.get(name) == wide.rule.concepts.get(name) for name in concepts)
