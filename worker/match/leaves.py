"""The leaves of all rules, each known by a number and interned: what many rules ask is looked for once.

Three sorts. *Placed* leaves are words, wildcards, fuzzy words and phrases: a vocabulary tells where
they stand. A *pair* is a proximity of two sides of placed leaves; it is decided from their places. All
else *may* hold, and the plain evaluator decides: a concept where one of its phrases stands; citations;
expressions and other proximities where their herald holds, the leaves without which they cannot.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.match.concepts import Concepts, Terms, looked_for_in
from worker.match.entries import Entries
from worker.match.vocabulary import Vocabulary
from worker.rules import Concept, ConceptPhrase, Rule, scopes
from worker.rules.flat import Sides, leaf_of, sides_of, split_words, words_of
from worker.rules.tree import (
    And,
    AtLeast,
    Cite,
    ConceptRef,
    Exact,
    Fuzzy,
    Glob,
    In,
    Leaf,
    Literal,
    Near,
    Node,
    NOf,
    Not,
    Or,
    Phrase,
    Proximity,
    Regex,
    Term,
    children,
)

Clause = list[int]
"""Leaves of which one must be present."""

EVERY = 8
"""Of this many articles one is counted."""

BELIEF = 100
"""Articles that have to be counted before they weigh as much as the supposed share."""

MEMORY = 10_000
"""Articles counted after which what was seen counts half."""

GLOB_SHARE = 0.02
REGEX_SHARE = 1.0
CITE_SHARE = 0.005
PHRASE_FACTOR = 0.2
PAIR_FACTOR = 0.5

_DEFAULT = 0
"""The place of the default scope among the scopes of a book."""

_IN_ORDER = {Proximity.NEAR: False, Proximity.PRE: True}


class Pair(NamedTuple):
    """A proximity of placed leaves: sides of one leaf or several, the most tokens between them."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    distance: int
    in_order: bool


class NoLeaf(LookupError):
    """A piece of a query that was thought flat is no leaf."""


class Book:
    """All leaves of an index. `written`: as the author wrote it; `shares`: of articles that have it;
    `sizes`: the tokens of a word or phrase.
    """

    def __init__(self, before: Book | None = None, *, pairs: bool = True) -> None:
        """`before`: an earlier book, whose shares as observed are believed where it knows a leaf."""
        self.written: list[str] = [""]
        self.shares = array("f", [1.0])
        self.scopes: list[scopes.Fields] = [scopes.DEFAULT]
        self._places: dict[scopes.Fields, int] = {scopes.DEFAULT: 0}
        self.scope_of = bytearray([0])
        self.decided = bytearray([1])
        self.sizes = array("i", [1])
        self.vocabularies: list[Vocabulary] = [Vocabulary()]
        self.pairs: dict[int, Pair] = {}
        self.heralds: dict[int, tuple[tuple[int, ...], ...]] = {}
        self.citations: dict[int, tuple[Cite, scopes.Fields]] = {}
        self._known: dict[tuple[scopes.Fields, str], dict[Hashable, int]] = {}
        self.concepts = Concepts()
        self._before = before
        self._decides_pairs = pairs
        self._seen = np.zeros(1, np.float32)
        self._articles = 0.0
        self._turn = 0

    def close(self) -> None:
        """Nothing more will be added."""
        for vocabulary in self.vocabularies:
            vocabulary.close()
        self.concepts.close(self.shares)
        self._seen = np.zeros(len(self), np.float32)
        self._before = None
        # Only what single words are worth is asked again: the many phrases need not be remembered.
        asked = np.asarray(self.sizes, np.int32) == 1
        asked[list(self.pairs)] = False
        is_asked = asked.tobytes()
        self._known = {
            where: {key: leaf for key, leaf in known.items() if is_asked[leaf]}
            for where, known in self._known.items()
        }

    def observe(self, present: NDArray[np.int64]) -> None:
        """These leaves were present in an article. A sample is counted, and old ones weigh less."""
        self._turn = (self._turn + 1) % EVERY
        if self._turn:
            return
        self._seen[present] += 1
        self._articles += 1
        if self._articles >= 2 * MEMORY:
            self._seen /= 2
            self._articles /= 2

    def observed(self, leaf: int) -> float:
        """The share of articles that have a leaf: what was supposed, mended by what was seen."""
        return float(self.shares[leaf] * BELIEF + self._seen[leaf]) / (BELIEF + self._articles)

    def _share(self, scope: scopes.Fields, language: str, key: Hashable, supposed: float) -> float:
        before = self._before
        if before is None:
            return supposed
        leaf = before._known_leaves(scope, language).get(key)  # noqa: SLF001  # of our own kind
        return supposed if leaf is None else before.observed(leaf)

    def __len__(self) -> int:
        return len(self.written)

    # Clauses

    def clause(self, node: Node, scope: scopes.Fields | None, rule: Rule) -> Clause | None:
        """Leaves of which one must be present for the node to hold; None where it is not that simple."""
        if isinstance(node, Or):
            parts = [self.clause(child, scope, rule) for child in node.children]
            if None in parts:
                return None
            return [leaf for part in parts for leaf in part or ()]
        if isinstance(node, In):
            return self.clause(node.child, scopes.narrow(scope, node.scope), rule)
        if isinstance(node, (Leaf, Near, AtLeast)):
            return [self.number(node, scope, rule)]
        return None

    def required(
        self, node: Node, scope: scopes.Fields | None, rule: Rule, *, denied: bool = False
    ) -> list[Clause]:
        """Clauses that must hold for the node to hold (for it not to, when `denied`); sound, not complete."""
        if isinstance(node, Not):
            return self.required(node.child, scope, rule, denied=not denied)
        if isinstance(node, In):
            return self.required(node.child, scopes.narrow(scope, node.scope), rule, denied=denied)
        if isinstance(node, (And, Or, NOf)):
            return self._of_several(node, scope, rule, denied=denied)
        if denied:
            return []
        clause = self.clause(node, scope, rule)
        return [] if clause is None else [clause]

    def _of_several(
        self, node: And | Or | NOf, scope: scopes.Fields | None, rule: Rule, *, denied: bool
    ) -> list[Clause]:
        count = len(node.children)
        needed = node.count if isinstance(node, NOf) else count if isinstance(node, And) else 1
        if denied:
            needed = count - needed + 1
        each = [self.required(child, scope, rule, denied=denied) for child in node.children]
        if needed == count:
            return [clause for clauses in each for clause in clauses]
        # With m of n to hold, one of any n - m + 1 of them does; take those that are rarest.
        best = sorted((self.rarest(clauses) for clauses in each if clauses), key=self.share)
        enough = count - needed + 1
        if len(best) < enough:
            return []
        return [sorted({leaf for clause in best[:enough] for leaf in clause})]

    def share(self, clause: Sequence[int]) -> float:
        """The estimated share of articles in which one of the leaves is present."""
        return sum(map(self.shares.__getitem__, clause))

    def rarest(self, clauses: Sequence[Clause]) -> Clause:
        """The clause that the fewest articles satisfy."""
        return clauses[0] if len(clauses) == 1 else min(clauses, key=self.share)

    # Leaves

    def flat_leaves(self, language: str) -> dict[Hashable, int]:
        """The leaves of flat queries, in the default scope: whichever text is asked for is entered, or raises
        NoLeaf.
        """
        return self._known_leaves(scopes.DEFAULT, language)

    def _flat_leaf(self, language: str, numbers: Entries[str], text: str) -> int:
        """Enter a leaf that is new; numbers: of plain words."""
        words = words_of(text)
        if words:
            return self._flat_words(language, numbers, text, words)
        sides = sides_of(text) if self._decides_pairs else None
        if sides is not None:
            return self._flat_pair(language, numbers, sides)
        node = leaf_of(text)
        if node is None:
            raise NoLeaf(text)
        return self.number(node, None, Rule(text, language, node, {}))

    def _flat_words(self, language: str, numbers: Entries[str], text: str, words: list[str]) -> int:
        leaf = self._words(list(map(numbers.__getitem__, words)), _DEFAULT, text)
        if self._before is not None:
            self.shares[leaf] = self._share(scopes.DEFAULT, language, text, self.shares[leaf])
        return leaf

    def _flat_pair(self, language: str, numbers: Entries[str], sides: Sides) -> int:
        known = self._known_leaves(scopes.DEFAULT, language)
        written, left, right, distance, in_order = sides
        for side in (left, right):
            if side not in known:  # without quotation marks it is a word here, and need not be one elsewhere
                known[side] = self._flat_words(language, numbers, side, split_words(side))
        return self._pair(Pair((known[left],), (known[right],), distance, in_order), written)

    def number(self, node: Node, named: scopes.Fields | None, rule: Rule) -> int:
        """The number of a leaf or proximity in a scope (None: no field named yet)."""
        if isinstance(node, Near):
            pair = self._as_pair(node, named, rule)
            return self._other(node, named, rule) if pair is None else self._pair(pair, rule.written(node))
        if isinstance(node, AtLeast):
            return self._other(node, named, rule)
        scope = scopes.DEFAULT if named is None else named
        written = rule.query[node.start : node.end]
        # What a leaf means follows from its text, the rule's language and concepts, and the scope.
        known = self._known_leaves(scope, rule.language)
        if isinstance(node, ConceptRef):
            key: Hashable = (written, id(rule.concepts[node.name]))
        else:
            key = written
        leaf = known.get(key)
        if leaf is None:
            leaf = self._leaf(node, scope, rule, written)
            known[key] = leaf
            if self._before is not None:
                self.shares[leaf] = self._share(scope, rule.language, key, self.shares[leaf])
        return leaf

    def _known_leaves(self, scope: scopes.Fields, language: str) -> dict[Hashable, int]:
        known = self._known.get((scope, language))
        if known is None:
            known = self._known[scope, language] = self._knowing(scope, language)
        return known

    def _knowing(self, scope: scopes.Fields, language: str) -> dict[Hashable, int]:
        if scope != scopes.DEFAULT:
            return {}
        return Entries(partial(self._flat_leaf, language, self.vocabularies[_DEFAULT].plain_words(language)))

    def _new(self, written: str, place: int, share: float, *, decided: bool, size: int = 1) -> int:
        self.written.append(written)
        self.shares.append(share if share < 1.0 else 1.0)
        self.scope_of.append(place)
        self.decided.append(decided)
        self.sizes.append(size)
        return len(self.written) - 1

    def _leaf(self, node: Node, scope: scopes.Fields, rule: Rule, written: str) -> int:
        if isinstance(node, Phrase):
            return self._phrase(node.terms, scope, rule.language, written)
        if isinstance(node, Fuzzy):
            leaf = self._new(written, self._place(scope), GLOB_SHARE, decided=True)
            self._vocabulary(scope).patterns.add_fuzzy(node, leaf)
            return leaf
        if isinstance(node, Cite):
            leaf = self._new(written, self._place(scope), CITE_SHARE, decided=False)
            self.citations[leaf] = node, scope
            return leaf
        if isinstance(node, ConceptRef):
            return self._concept(rule.concepts[node.name], scope, written)
        return self._other(node, scope, rule)

    def _phrase(self, terms: tuple[Term, ...], scope: scopes.Fields, language: str, written: str) -> int:
        literals = [term for term in terms if isinstance(term, Literal)]
        if len(literals) < len(terms) and len(terms) > 1:
            return self._mixed(terms, scope, language, written)
        if not literals:
            (glob,) = (term for term in terms if isinstance(term, Glob))
            leaf = self._new(written, self._place(scope), GLOB_SHARE, decided=True)
            self._vocabulary(scope).patterns.add_glob(glob.pattern, leaf)
            return leaf
        return self._words(self._vocabulary(scope).words(language, literals), self._place(scope), written)

    def _words(self, words: list[int], place: int, written: str) -> int:
        vocabulary = self.vocabularies[place]
        share = min(map(vocabulary.word_shares.__getitem__, words))
        if len(words) == 1:
            leaf = self._new(written, place, share, decided=True)
            vocabulary.add_word(leaf, words[0])
        else:
            leaf = self._new(written, place, share * PHRASE_FACTOR, decided=True, size=len(words))
            vocabulary.phrases.add(leaf, words)
        return leaf

    def _mixed(self, terms: tuple[Term, ...], scope: scopes.Fields, language: str, written: str) -> int:
        """A phrase with wildcards: heralded by each of its terms."""
        herald = [[self._term(term, scope, language)] for term in terms]
        return self._heralded(written, scope, herald)

    def _term(self, term: Term, scope: scopes.Fields, language: str) -> int:
        text = term.raw if isinstance(term, Literal) else term.pattern
        known = self._known_leaves(scope, language)
        key = ("term", term)
        if key not in known:
            known[key] = self._phrase((term,), scope, language, text)
        return known[key]

    def _vocabulary(self, scope: scopes.Fields) -> Vocabulary:
        return self.vocabularies[self._place(scope)]

    def _place(self, scope: scopes.Fields) -> int:
        if scope not in self._places:
            self._places[scope] = len(self.scopes)
            self.scopes.append(scope)
            self.vocabularies.append(Vocabulary())
        return self._places[scope]

    # Proximities

    def _as_pair(self, node: Near, scope: scopes.Fields | None, rule: Rule) -> Pair | None:
        if node.distance is None or node.kind not in _IN_ORDER or not self._decides_pairs:
            return None
        left, right = (self.clause(side, scope, rule) for side in (node.left, node.right))
        if left is None or right is None:
            return None
        looked_at = self.scope_of[left[0]]
        for leaf in (*left, *right):
            if not self.decided[leaf] or leaf in self.pairs or self.scope_of[leaf] != looked_at:
                return None
        return Pair(tuple(left), tuple(right), node.distance, _IN_ORDER[node.kind])

    def _pair(self, pair: Pair, written: str) -> int:
        place = self.scope_of[pair.left[0]]
        known = self._known_leaves(self.scopes[place], "")
        leaf = known.get(pair)
        if leaf is None:
            share = min(self.share(pair.left), self.share(pair.right)) * PAIR_FACTOR
            leaf = known[pair] = self._new(written, place, share, decided=True)
            self.pairs[leaf] = pair
        return leaf

    # Concepts

    def enter_concepts(self, node: Node, scope: scopes.Fields | None, rule: Rule) -> None:
        """All concepts of a rule that the plain evaluator decides, so that it is told where they stand."""
        if isinstance(node, ConceptRef):
            self.number(node, scope, rule)
        within = scopes.narrow(scope, node.scope) if isinstance(node, In) else scope
        for child in children(node):
            self.enter_concepts(child, within, rule)

    def _concept(self, concept: Concept, scope: scopes.Fields, written: str) -> int:
        """It is looked for once, whichever parts of the same fields ask for it."""
        where = looked_for_in(scope)
        number = self.concepts.find(concept, where)
        if number is None:
            phrases = [self._told_by(phrase, where) for phrase in concept.phrases]
            shares = [min(map(self.shares.__getitem__, terms)) for terms in phrases]
            number = self.concepts.add(concept, where, phrases, shares)
        leaf = self._new(written, self._place(scope), self.concepts.shares[number], decided=False)
        self.concepts.asked[number].append((leaf, scope))
        return leaf

    def _told_by(self, phrase: ConceptPhrase, scope: scopes.Fields) -> Terms:
        leaf, language = phrase.leaf, phrase.language
        if isinstance(leaf, Exact):
            return (self._term(leaf.tokens[0], scope, ""),)
        if len(leaf.terms) > 1 and any(isinstance(term, Glob) for term in leaf.terms):
            return tuple(self._term(term, scope, language) for term in leaf.terms)
        known = self._known_leaves(scope, language)
        key = ("phrase", leaf.text)
        if key not in known:
            known[key] = self._phrase(leaf.terms, scope, language, leaf.text)
        return (known[key],)

    # What the plain evaluator decides

    def _other(self, node: Node, scope: scopes.Fields | None, rule: Rule) -> int:
        herald = self._herald(node, scope, rule)
        return self._heralded(rule.query[node.start : node.end], scope or scopes.DEFAULT, herald)

    def _heralded(self, written: str, scope: scopes.Fields, herald: list[Clause]) -> int:
        share = min(map(self.share, herald), default=REGEX_SHARE)
        leaf = self._new(written, self._place(scope), share, decided=False)
        self.heralds[leaf] = tuple(tuple(sorted(set(clause))) for clause in herald)
        return leaf

    def _herald(self, node: Node, named: scopes.Fields | None, rule: Rule) -> list[Clause]:
        """Clauses of placed leaves, concepts and citations, satisfied wherever the node has places."""
        scope = scopes.DEFAULT if named is None else named
        if isinstance(node, Exact):
            return [[self._term(token, scope, "")] for token in node.tokens[:1]]
        if isinstance(node, Regex):
            return []
        if isinstance(node, Leaf):
            return self._flattened(self.number(node, named, rule))
        if isinstance(node, In):
            return self._herald(node.child, scopes.narrow(named, node.scope), rule)
        if isinstance(node, AtLeast):
            return self._herald(node.child, named, rule)
        if isinstance(node, Or):
            return self._any_of([self._herald(child, named, rule) for child in node.children])
        if isinstance(node, Near):
            left = self._herald(node.left, named, rule)
            return left if node.kind is Proximity.NOT_NEAR else left + self._herald(node.right, named, rule)
        raise TypeError(f"{type(node).__name__} has no places")

    def _flattened(self, leaf: int) -> list[Clause]:
        herald = self.heralds.get(leaf)
        return [[leaf]] if herald is None else [list(clause) for clause in herald]

    def _any_of(self, heralds: list[list[Clause]]) -> list[Clause]:
        if not all(heralds):
            return []
        return [sorted({leaf for herald in heralds for leaf in self.rarest(herald)})]
