"""What came nearest to making a clause true.

Each function is asked of a clause that failed, and answers in one phrase, or with None when nothing
came near.
"""

from __future__ import annotations

from itertools import takewhile

from worker.rules import scopes, spans
from worker.rules.checks import operator
from worker.rules.concepts import Concept
from worker.rules.evaluate import Evaluation, Places, Reading
from worker.rules.occurrences import BudgetExceeded, FieldReading, of_regex
from worker.rules.parser import Rule
from worker.rules.phrase_table import beginning_of
from worker.rules.spans import Span
from worker.rules.tree import (
    AtLeast,
    Cite,
    ConceptRef,
    Exact,
    Fuzzy,
    Glob,
    Leaf,
    Literal,
    Near,
    Phrase,
    Proximity,
    Regex,
    Term,
)
from worker.text import FieldText, is_by_character, stem_token
from worker.text.codes import canonical
from worker.types import Citation, Grade

MIN_ALIKE = 3
"""Letters that two words must begin with alike, and three fifths of the longer ones."""

_OTHERWISE = "written otherwise"
_SHOWN = 3
_WHOLE = 40


def of_leaf(leaf: Leaf, scope: scopes.Fields | None, rule: Rule, reading: Reading) -> str:
    """Why a leaf is nowhere in its fields."""
    looked_at = scopes.DEFAULT if scope is None else scope
    elsewhere = _elsewhere(leaf, rule, reading)
    if elsewhere:
        return f"only outside {' and '.join(sorted(looked_at))}: {elsewhere}"
    fields = [one for name, one in reading.fields.items() if scopes.scope_of_field(name) in scopes.EVERY]
    if isinstance(leaf, Phrase):
        return _phrase(leaf, rule, reading, fields)
    if isinstance(leaf, ConceptRef):
        return _concept(rule.concepts[leaf.name], reading, fields)
    if isinstance(leaf, Exact):
        return _exact(leaf, fields)
    if isinstance(leaf, Fuzzy):
        return _fuzzy(leaf, fields)
    if isinstance(leaf, Cite):
        return _cite(leaf, reading)
    if isinstance(leaf, Regex):
        return _regex(leaf, fields)
    raise TypeError(f"{type(leaf).__name__} is no leaf of a rule")


def _elsewhere(leaf: Leaf, rule: Rule, reading: Reading) -> str | None:
    for name, field in reading.fields.items():
        found = reading.occurrences(leaf, rule, name)
        if found:
            first = found[0]
            return f"“{field.field.raw[first.start : first.end]}” in {name} at {first.start}"
    return None


def _phrase(leaf: Phrase, rule: Rule, reading: Reading, fields: list[FieldReading]) -> str:
    document = reading.document
    spoken = canonical(rule.language) in {canonical(code) for code in document.languages}
    if not spoken:
        inflected = _inflected_elsewhere(leaf, rule.language, fields)
        if inflected:
            why = f"the article is {document.language}, so {rule.language} words are not inflected"
            return f"{why}: it has {inflected}"
        for language in sorted(document.languages):
            inflected = _inflected_elsewhere(leaf, language, fields)
            if inflected:
                why = f"the watch-list's words are {rule.language}; as a word of {language} it would find"
                return f"{why} {inflected}"
    if len(leaf.terms) == 1:
        what = "the word is not there" if isinstance(leaf.terms[0], Literal) else "no word fits"
        alike = _alike(leaf.terms[0], fields)
        return f"{what}; there is {alike}" if alike else what
    inflected_in = rule.language if spoken else None
    missing = [
        _said(term) for term in leaf.terms if not any(one.tokens_of(term, inflected_in) for one in fields)
    ]
    if missing:
        return f"not there: {', '.join(missing[:_SHOWN])}"
    return "all its words are there, but not next to each other in this order"


def _inflected_elsewhere(leaf: Phrase, language: str, fields: list[FieldReading]) -> str | None:
    if len(leaf.terms) > 1 or isinstance(leaf.terms[0], Glob):
        return None
    stem = stem_token(leaf.terms[0].raw, language)
    for one in fields:
        for at in one.positions(language).get(stem, []):
            return f"“{one.field.quote(at, at)}” in {one.field.name} at {one.field.starts[at]}"
    return None


def _alike(term: Term, fields: list[FieldReading]) -> str | None:
    """A word that begins as the one looked for: a form that the stemmer does not know, or a misspelling."""
    sought = term.folded if isinstance(term, Literal) else beginning_of(term.pattern)
    length = max(MIN_ALIKE, -(-len(sought) * 3 // 5))
    for one in fields:
        words = sorted(word for word in one.words() if word.startswith(sought[:length]))
        if words and len(sought) >= length:
            best = max(words, key=lambda word: _shared(word, sought))
            at = one.positions()[best][0]
            return f"“{one.field.quote(at, at)}” in {one.field.name} at {one.field.starts[at]}"
    return None


def _shared(one: str, other: str) -> int:
    """Letters with which both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _concept(concept: Concept, reading: Reading, fields: list[FieldReading]) -> str:
    """Of all its phrases the nearest: one all of whose words are there, or one like a word that is."""
    none = f"none of its {len(concept.phrases)} phrases is there"
    for phrase in concept.phrases:
        leaf = phrase.leaf
        if isinstance(leaf, Exact):
            written = _exact(leaf, fields)
            if written.startswith(_OTHERWISE):
                return f"{none}; {phrase.text} is {written}"
        elif len(leaf.terms) > 1 and not is_by_character(_key(leaf.terms[0])):
            inflected = phrase.language if fields and fields[0].inflects(phrase.language) else None
            if any(all(one.tokens_of(term, inflected) for term in leaf.terms) for one in fields):
                return f"{none}; the words of “{phrase.text}” are, but not next to each other"
    spoken = {canonical(code) for code in reading.document.languages}
    for phrase in concept.phrases:
        if isinstance(phrase.leaf, Phrase) and len(phrase.leaf.terms) == 1:
            alike = _alike(phrase.leaf.terms[0], fields) if canonical(phrase.language) in spoken else None
            if alike:
                return f"{none}; there is {alike}"
    return none


def _key(term: Term) -> str:
    return term.folded if isinstance(term, Literal) else term.pattern


def _regex(leaf: Regex, fields: list[FieldReading]) -> str:
    for one in fields:
        try:
            found = of_regex(Regex(leaf.start, leaf.end, f"(?i){leaf.pattern}"), one)
        except BudgetExceeded:
            continue
        if found:
            start, end = found[0].start, found[0].end
            stands = f"“{one.field.raw[start:end]}” in {one.field.name} at {start}"
            return f"only with other small and capital letters: {stands}"
    return "the expression matches nowhere"


def _said(term: Term) -> str:
    return f"“{term.pattern if isinstance(term, Glob) else term.raw}”"


def _exact(leaf: Exact, fields: list[FieldReading]) -> str:
    first = leaf.tokens[0]
    for one in fields:
        for at in one.positions().get(first.folded, []):
            last = min(at + len(leaf.tokens), len(one.field.terms)) - 1
            found = [token.folded for token in leaf.tokens]
            if one.field.terms[at : last + 1] == found:
                written = one.field.quote(at, last)
                return f"{_OTHERWISE}: “{written}” in {one.field.name} at {one.field.starts[at]}"
    return "not there, in whatever spelling"


def _fuzzy(leaf: Fuzzy, fields: list[FieldReading]) -> str:
    import difflib

    words = {word for one in fields for word in one.positions()}
    close = difflib.get_close_matches(leaf.word, sorted(words), n=1, cutoff=0.6)
    return f"the nearest word is “{close[0]}”" if close else "no word is like it"


def _cite(leaf: Cite, reading: Reading) -> str:
    found = [one for field in reading.fields.values() for one in reading.cited(field.field)]
    if not found:
        return "no citation is there"
    nearest = min(found, key=lambda one: (one.provision != leaf.provision, one.instrument != leaf.instrument))
    return f"the nearest citation is {_citation(nearest)}"


def _citation(citation: Citation) -> str:
    of = f"{citation.provision} of {citation.instrument}" if citation.instrument else citation.provision
    grade = "" if citation.grade is Grade.EXPLICIT else f", {citation.grade}"
    return f"“{citation.quote}” ({of}{grade})"


def of_proximity(node: Near, scope: scopes.Fields | None, rule: Rule, reading: Reading) -> str:
    """Which side is missing, or how near the two came."""
    evaluation = Evaluation(rule, reading)
    left, right = evaluation.places(node.left, scope), evaluation.places(node.right, scope)
    if not left or not right:
        sides = [name for name, places in (("left", left), ("right", right)) if not places]
        return f"nothing on its {' and '.join(sides)} side"
    if node.kind is Proximity.NOT_NEAR:
        said = _closest(left, right, reading, ordered=False)
        return f"each is that near: {said}" if said else "each has the other on it"
    closest = _closest(left, right, reading, ordered=node.kind is Proximity.PRE)
    if node.kind is Proximity.PRE and closest is None:
        behind = _closest(right, left, reading, ordered=True)
        return f"only in the other order: closest {behind}" if behind else "the two sides only overlap"
    if closest is None:
        shared = left.keys() & right.keys()
        return "the two sides only overlap" if shared else "the two sides are in different fields"
    return f"closest {closest}"


def _closest(left: Places, right: Places, reading: Reading, *, ordered: bool) -> str | None:
    best: tuple[int, str, int, int] | None = None
    for field in left.keys() & right.keys():
        pairs = [_nearest_after(left[field], right[field])]
        if not ordered:
            pairs.append(_nearest_after(right[field], left[field]))
        for found in filter(None, pairs):
            gap, before, after = found
            if best is None or (gap, field) < best[:2]:
                best = (gap, field, before.first, after.last)
    if best is None:
        return None
    gap, name, first, last = best
    text = reading.fields[name].field
    return f"{gap}, at “{_span_quote(text, first, last)}” in {name} at {text.starts[first]}"


def _nearest_after(before: list[Span], after: list[Span]) -> tuple[int, Span, Span] | None:
    """The smallest gap between a span and one that starts at or after its end."""
    best: tuple[int, Span, Span] | None = None
    by_end = sorted(before, key=lambda span: span.last)
    at = 0
    latest: Span | None = None
    for other in sorted(after, key=lambda span: span.first):
        while at < len(by_end) and by_end[at].last <= other.first:
            latest = by_end[at]
            at += 1
        if latest is not None and (best is None or other.first - latest.last < best[0]):
            best = (other.first - latest.last, latest, other)
    return best


def _span_quote(text: FieldText, first: int, last: int) -> str:
    """A span in short: whole where it is short, else its first and last word."""
    whole = " ".join(text.quote(first, last - 1).split())
    if len(whole) <= _WHOLE:
        return whole
    return f"{text.quote(first, first)} … {text.quote(last - 1, last - 1)}"


def of_at_least(node: AtLeast, scope: scopes.Fields | None, rule: Rule, reading: Reading) -> str:
    """How many there are."""
    places = Evaluation(rule, reading).places(node.child, scope)
    count = sum(map(spans.non_overlapping, places.values()))
    return f"{operator(node)} wants {node.count}, there {'is' if count == 1 else 'are'} {count}"
