"""Lints watch-lists: what is allowed, and is most likely not what its author meant.

Each remark has a code, which a comment silences on its line, on the line of `query:` or on the line
of the watch's id: `# tocsin: allow W05`. In JSON lines, which have no comments, the key `allow` does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from worker.rules import Place, Position, Rule, RuleError
from worker.rules.terms import literals_of, terms_of
from worker.rules.tree import ConceptRef, Leaf, Literal, Regex, leaves
from worker.text.codes import canonical
from worker.watchlist.clauses import remarks_on_structure
from worker.watchlist.drafts import FileDraft, PlacedDraft
from worker.watchlist.families import families
from worker.watchlist.lint_codes import Lint
from worker.watchlist.load import (
    TOLD_EVERY,
    Loading,
    Progress,
    collector_at_rest,
    load_with_drafts,
    untold,
)
from worker.watchlist.model import LoadedWatchlists, Watch
from worker.watchlist.remarks import Remark
from worker.watchlist.shape import Key
from worker.watchlist.shape import Path as KeyPath
from worker.watchlist.wording import (
    COMMON,
    concepts_by_themselves,
    mixed_scripts,
    remarks_on_words,
    said_of_mixture,
    said_of_share,
    share_of,
)
from worker.watchlist.words import entangled, folded_terms, words_of

_ALLOWED = re.compile(r"#\s*tocsin:\s*allow\s+([A-Z0-9, ]+)")


class Finding(msgspec.Struct, frozen=True):
    """A lint and its place. `str()` reads like an error, with the code before the message."""

    code: Lint
    error: RuleError

    def __str__(self) -> str:
        return str(self.error)


WhyAny = Callable[[Rule], str | None]
"""Says why no index can help a rule, so that it runs on every article; None where one can."""


def lint(
    paths: Sequence[Path | str], progress: Progress = untold, why_any: WhyAny | None = None
) -> tuple[LoadedWatchlists, list[Finding]]:
    """The watch-lists, and what to say of them, by file, line and column.

    why_any: the engine that will run the rules; without one nothing is said of indexes. Raises
    WatchlistErrors when they do not load.
    """
    loading = load_with_drafts(paths, progress, versions=False)
    return loading.loaded, findings_on(loading, progress, why_any)


def findings_on(
    loading: Loading, progress: Progress = untold, why_any: WhyAny | None = None
) -> list[Finding]:
    """The findings on what was loaded."""
    with collector_at_rest():
        return _findings_on(loading, progress, why_any)


def _findings_on(loading: Loading, progress: Progress, why_any: WhyAny | None) -> list[Finding]:
    watches = loading.loaded.watches
    remarks: list[tuple[int, Remark]] = []
    words: list[frozenset[object]] = []
    for at, watch in enumerate(watches):
        found = leaves(watch.rule.root)
        words.append(words_of(found))
        remarks += [(at, remark) for remark in _on_watch(watch, found)]
        remarks += [(at, remark) for remark in _on_gate(loading.drafts[at])]
        if why_any is not None:
            remarks += [(at, remark) for remark in _on_index(watch.rule, found, why_any)]
        if at % TOLD_EVERY == 0:
            progress("looking for mistakes", at, len(watches))
    remarks += _on_families(watches, words)
    said = [
        _finding(remark, loading.drafts[at])
        for at, remark in remarks
        if not _allowed(remark, loading.drafts[at])
    ]
    said += _on_concepts(loading)
    return sorted(said, key=lambda one: (one.error.file, one.error.line, one.error.column, one.code))


def _on_watch(watch: Watch, found: Sequence[Leaf]) -> Iterator[Remark]:
    rule = watch.rule
    yield from remarks_on_words(rule, found)
    if entangled(found):
        yield from remarks_on_structure(rule.root)
    yield from _on_tests(watch)


def _on_gate(placed: PlacedDraft) -> Iterator[Remark]:
    """An article is known by its language alone, so what a code says besides is not looked at."""
    for at, code in enumerate(placed.draft.languages):
        if "-" in code:
            main = canonical(code)
            message = f"the gate looks at the language alone: {code} lets every article in {main} through"
            yield Remark(Lint.GATE_OF_REGION, at, message, main)


def _on_index(rule: Rule, found: Sequence[Leaf], why_any: WhyAny) -> Iterator[Remark]:
    """A rule of words always has one that an index can begin with, so only the others are asked about."""
    expression = next((leaf for leaf in found if isinstance(leaf, Regex)), None)
    reason = why_any(rule) if expression is not None else None
    if expression is not None and reason is not None:
        message = f"no index can help this rule, so it is run on every article: {reason}"
        yield Remark(Lint.NO_INDEX, expression.start, message, "AND with a word, phrase or concept")


_OF_WATCH = frozenset({Lint.NO_TESTS, Lint.DUPLICATE_WATCH, Lint.CONTAINED_WATCH})


def _place(remark: Remark, placed: PlacedDraft) -> Position:
    if remark.code is Lint.GATE_OF_REGION:
        return placed.where(("languages", remark.offset)).at(0)
    path: KeyPath = ("id",) if remark.code in _OF_WATCH else ("query",)
    return placed.where(path).at(remark.offset)


def _finding(remark: Remark, placed: PlacedDraft) -> Finding:
    return _said(remark.code, _place(remark, placed), remark.message, remark.suggestion)


def _said(code: Lint, position: Position, message: str, suggestion: str | None = None) -> Finding:
    error = RuleError(*position, f"{code} {message}", None, None, suggestion)
    return Finding(code, error)


def _allowed(remark: Remark, placed: PlacedDraft) -> bool:
    if remark.code in placed.draft.allow:
        return True
    places: tuple[Place, ...] = (placed.where((Key("query"),)), placed.where(("id",)))
    lines = {_place(remark, placed).source_line, *(place.at(0).source_line for place in places)}
    return any(_allows(line, remark.code) for line in lines)


def _allows(line: str, code: Lint) -> bool:
    return any(code in re.split(r"[,\s]+", match.group(1)) for match in _ALLOWED.finditer(line))


def _on_tests(watch: Watch) -> Iterator[Remark]:
    """Machine-made lists have no tests beside each rule, and need none."""
    if not watch.must_match and not watch.file.endswith(".jsonl"):
        message = f"the watch {watch.id} has no must_match: nobody would notice if it stopped working"
        yield Remark(Lint.NO_TESTS, 0, message, 'must_match: ["…"]')


def _on_families(
    watches: Sequence[Watch], words: Sequence[frozenset[object]]
) -> Iterator[tuple[int, Remark]]:
    same, within = families(watches, words)
    if not same and not within:
        return
    number = {watch.id: at for at, watch in enumerate(watches)}
    for watch, known in same:
        message = f"{watch.id} means the same as {known.id}"
        yield number[watch.id], Remark(Lint.DUPLICATE_WATCH, 0, message)
    for narrow, wide in within:
        message = f"whenever {narrow.id} rings, {wide.id} rings too"
        yield number[narrow.id], Remark(Lint.CONTAINED_WATCH, 0, message)


def _on_concepts(loading: Loading) -> Iterator[Finding]:
    used: dict[str, set[str]] = defaultdict(set)
    alone: dict[str, set[str]] = defaultdict(set)
    folders = {draft.file: draft.folder for draft in loading.files}
    for watch in loading.loaded.watches:
        if "@" in watch.query:
            names = {leaf.name for leaf in leaves(watch.rule.root) if isinstance(leaf, ConceptRef)}
            used[folders[watch.file]] |= names
            alone[folders[watch.file]].update(concepts_by_themselves(watch.rule.root))
    for draft in loading.files:
        for name, phrases in draft.concepts.items():
            place = draft.place(("concepts", Key(name))).at(0)
            if name not in used[draft.folder] and not _allows(place.source_line, Lint.UNUSED_CONCEPT):
                yield _said(Lint.UNUSED_CONCEPT, place, f"no watch of this folder uses @{name}")
            counts = name in alone[draft.folder]
            for language, texts in phrases.items():
                yield from _on_phrases(draft, ("concepts", name, language), texts, alone=counts)


def _on_phrases(draft: FileDraft, path: KeyPath, texts: Iterable[str], *, alone: bool) -> Iterator[Finding]:
    """`alone`: whether a rule has the concept where a common word says next to nothing."""
    seen: dict[tuple[str, ...], str] = {}
    language = str(path[-1])
    for at, text in enumerate(texts):
        if text.startswith("="):
            for word in literals_of(text[1:].strip('"')):
                if mixed_scripts(word.raw):
                    yield from _on_phrase(draft, (*path, at), Lint.MIXED_SCRIPTS, said_of_mixture(word.raw))
            continue
        terms = terms_of(" ".join(text.split()), [])
        known = seen.setdefault(folded_terms(terms), text)
        if known is not text:
            message = f"“{text}” is the same as “{known}” once folded"
            yield from _on_phrase(draft, (*path, at), Lint.SAME_PHRASE, message)
        share = share_of(terms, language) if alone else 0.0
        if share >= COMMON:
            message = f"“{text}” stands in {said_of_share(share)} in {language}"
            yield from _on_phrase(draft, (*path, at), Lint.COMMON_WORD, message)
        for term in terms:
            if isinstance(term, Literal) and mixed_scripts(term.raw):
                yield from _on_phrase(draft, (*path, at), Lint.MIXED_SCRIPTS, said_of_mixture(term.raw))


def _on_phrase(draft: FileDraft, path: KeyPath, code: Lint, message: str) -> Iterator[Finding]:
    place = draft.place(path).at(0)
    if not _allows(place.source_line, code):
        yield _said(code, place, message)
