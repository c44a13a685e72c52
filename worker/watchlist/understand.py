"""From drafts to watches: names, languages and severities checked, concepts compiled, queries parsed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from worker.rules import (
    Concept,
    Position,
    Rule,
    RuleError,
    RuleErrors,
    compile_concept,
    nearest,
    parse,
    print_tree,
)
from worker.rules.concepts import CONCEPT_NAME, LANGUAGE_CODE
from worker.rules.flat import print_flat
from worker.rules.tree import ConceptRef, leaves
from worker.text.codes import canonical
from worker.text.stems import ALGORITHMS
from worker.types import UNDETERMINED, Severity
from worker.watchlist.drafts import FileDraft, PlacedDraft, WatchDraft
from worker.watchlist.model import ANY_LANGUAGE, Example, Watch, Watchlist
from worker.watchlist.shape import Key, ShapeChecker

_WATCHLIST_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_WATCH_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,199}")
_VERSION_BYTES = 8


_OF_COUNTRIES = {
    "cn": "zh", "cz": "cs", "dk": "da", "gb": "en", "gr": "el",
    "jp": "ja", "rs": "sr", "ua": "uk", "us": "en",
}  # fmt: skip
"""Codes of countries that are no language's, and the language that is meant."""


@lru_cache(maxsize=1024)
def known_language(code: str) -> bool:
    """Whether a code has the form of BCP 47: `no`, `zh-Hant`, `und`."""
    return LANGUAGE_CODE.fullmatch(code) is not None and code not in _OF_COUNTRIES


def nearest_language(code: str) -> str | None:
    """The code that is meant by one that is none: `EN`, `pt_BR`, `jp`, `english`."""
    meant = code.strip().replace("_", "-").lower()
    named = {name: code for code, name in ALGORITHMS.items()}
    meant = canonical(_OF_COUNTRIES.get(meant) or named.get(meant) or meant)
    return None if meant == UNDETERMINED else meant


def compile_concepts(draft: FileDraft) -> dict[str, Concept]:
    """The concepts a file defines; what is wrong with them goes to the file's errors."""
    found: dict[str, Concept] = {}
    for name, phrases in draft.concepts.items():
        path = ("concepts", name)
        checker = ShapeChecker(draft.place, draft.errors)
        if not CONCEPT_NAME.fullmatch(name):
            expected = "small letters, digits, - and _"
            plain = name.lstrip("@").lower().replace(" ", "-")
            close = plain if CONCEPT_NAME.fullmatch(plain) else None
            checker.wrong(("concepts", Key(name)), f"{name} is no name for a concept", expected, name, close)
        for language in phrases:
            if not known_language(language):
                expected, close = "a language code such as en or zh", nearest_language(language)
                checker.wrong((*path, Key(language)), f"{language} is no language", expected, language, close)
        concept, wrong = compile_concept(name, phrases)
        for told in wrong:
            place = draft.place((*path, told.language, told.number))
            draft.errors.append(RuleError.at(place, told.problem))
        if not any(phrases.values()) and name not in draft.wrong_concepts:
            message = f"the concept {name} has no phrases"
            checker.wrong(("concepts", Key(name)), message, "at least one phrase", "none")
        found[name] = concept
    return found


def check_file(draft: FileDraft) -> None:
    """The file's own keys."""
    checker = ShapeChecker(draft.place, draft.errors)
    if draft.watchlist and not _WATCHLIST_NAME.fullmatch(draft.watchlist):
        expected = "small letters, digits and -"
        checker.wrong(
            ("watchlist",), f"{draft.watchlist} is no name for a watch-list", expected, draft.watchlist
        )
    if not known_language(draft.language):
        expected = "a language code such as en, zh or und"
        close = nearest_language(draft.language)
        checker.wrong(("language",), f"{draft.language} is no language", expected, draft.language, close)


class KnownInstruments(Collection[str]):
    """The ids that `cite()` may name; their data are read when the first rule asks."""

    def __contains__(self, name: object) -> bool:
        return name in _instruments()

    def __iter__(self) -> Iterator[str]:
        return iter(_instruments())

    def __len__(self) -> int:
        return len(_instruments())


def _instruments() -> tuple[str, ...]:
    from worker.citations import instrument_ids

    return instrument_ids()


class Understanding:
    """Turns the drafts of one file into watches; errors go to the file's errors."""

    def __init__(
        self,
        draft: FileDraft,
        concepts: Mapping[str, Concept],
        instruments: Collection[str],
        *,
        trees: bool = True,
        versions: bool = True,
    ) -> None:
        """`trees`: whether rules keep their trees, for those who will look at every one of them.

        versions: whether watches are told apart by a hash of their meaning; it takes time.
        """
        self._trees, self._versions = trees, versions
        self._file = draft
        self._concepts = concepts
        self._instruments = instruments
        self._digests: dict[str, str] = {}

    def watch(self, placed: PlacedDraft) -> Watch | None:
        """The watch, or None after adding everything that is wrong with it."""
        draft, file = placed.draft, self._file
        before = len(file.errors)
        if not self._plain(draft):
            self._tell(placed)
        languages = _ANY if draft.languages == _ANY else gate_of(draft.languages)
        flat = "" if self._trees else print_flat(draft.query)
        if flat:
            rule: Rule | None = Rule(draft.query, file.language, None, self._concepts)
            version = _hash("\n".join((file.language, flat, *languages)))
        else:
            rule = self._rule(placed)
            version = "" if rule is None or not self._versions else self._version(rule, languages)
        if rule is None or len(file.errors) > before:
            return None
        return Watch(
            id=draft.id,
            watchlist=file.watchlist,
            title=draft.title if isinstance(draft.title, str) else draft.id,
            severity=_SEVERITY[draft.severity],
            languages=languages,
            tags=draft.tags,
            query=draft.query,
            rule=rule if self._trees else rule.without_tree(),
            version=version,
            must_match=examples(draft.must_match),
            must_not_match=examples(draft.must_not_match),
            description=draft.description,
            file=file.file,
            line=placed.line,
        )

    def _plain(self, draft: WatchDraft) -> bool:
        """Whether names, severity and languages are all in order: the way of almost every watch."""
        return (
            _WATCH_ID.fullmatch(draft.id) is not None
            and draft.severity in _SEVERITIES
            and (draft.languages == _ANY or _sound_gate(draft.languages))
            and (
                not (draft.must_match or draft.must_not_match)
                or all(map(_sound_example, (*draft.must_match, *draft.must_not_match)))
            )
        )

    def _tell(self, placed: PlacedDraft) -> None:
        draft = placed.draft
        checker = ShapeChecker(placed.where, self._file.errors)
        if not _WATCH_ID.fullmatch(draft.id):
            expected = "letters, digits, - . : and _, at most 200"
            checker.wrong(("id",), f"{draft.id[:60]} is no id for a watch", expected, draft.id[:60])
        if draft.severity not in _SEVERITIES:
            close = nearest(draft.severity, _SEVERITIES)
            known = "info, low, medium, high or critical"
            checker.wrong(("severity",), f"unknown severity {draft.severity}", known, draft.severity, close)
        self._tell_gate(draft, checker)
        for key in ("must_match", "must_not_match"):
            for at, one in enumerate(getattr(draft, key)):
                if not _sound_example(one):
                    expected = "a language code, and text, title or file"
                    found = one.lang if isinstance(one, Example) and one.lang else "nothing"
                    checker.wrong((key, at), f"an entry of {key} is no article", expected, found)

    def _tell_gate(self, draft: WatchDraft, checker: ShapeChecker) -> None:
        if not draft.languages:
            checker.wrong(
                ("languages",), "no language would ever pass", "any, or language codes", "an empty list"
            )
        elif ANY_LANGUAGE in draft.languages and len(draft.languages) > 1:
            checker.wrong(
                ("languages",), "any already stands for every language", "any, or language codes", "both"
            )
        for at, code in enumerate(draft.languages):
            if code != ANY_LANGUAGE and not known_language(code):
                expected, close = "any, or a code such as en", nearest_language(code)
                checker.wrong(("languages", at), f"{code} is no language", expected, code, close)

    def _rule(self, placed: PlacedDraft) -> Rule | None:
        query = placed.draft.query
        place = _LazyPlace(placed)
        try:
            return parse(
                query,
                language=self._file.language,
                concepts=self._concepts,
                instruments=self._instruments,
                place=place,
            )
        except RuleErrors as wrong:
            self._file.errors.extend(wrong.errors)
            return None

    def _version(self, rule: Rule, languages: tuple[str, ...]) -> str:
        """A hash of what the rule means: its tree, its concepts' phrases, its gate."""
        meaning = [rule.language, print_tree(rule.root), *languages]
        if "@" in rule.query:
            names = {leaf.name for leaf in leaves(rule.root) if isinstance(leaf, ConceptRef)}
            meaning += [self._digest(name) for name in sorted(names)]
        return _hash("\n".join(meaning))

    def _digest(self, name: str) -> str:
        if name not in self._digests:
            phrases = sorted(
                f"{phrase.language} {print_tree(phrase.leaf)}" for phrase in self._concepts[name].phrases
            )
            self._digests[name] = f"{name} {_hash(chr(10).join(phrases))}"
        return self._digests[name]


class _LazyPlace:
    """The place of a watch's query, looked for only when something is wrong."""

    def __init__(self, placed: PlacedDraft) -> None:
        self._placed = placed

    def at(self, offset: int) -> Position:
        """The place of a character of the query."""
        return self._placed.where(("query",)).at(offset)


_SEVERITY: dict[str, Severity] = {severity.value: severity for severity in Severity}
_SEVERITIES = _SEVERITY.keys()
_ANY = (ANY_LANGUAGE,)


@lru_cache(maxsize=1024)
def gate_of(languages: tuple[str, ...]) -> tuple[str, ...]:
    """The codes that articles are known by, of those that a watch names: `no` for `nb`, `pt` for `pt-BR`."""
    return tuple(sorted(set(map(canonical, languages))))


def _sound_gate(languages: tuple[str, ...]) -> bool:
    return bool(languages) and all(map(known_language, languages)) and ANY_LANGUAGE not in languages


def _sound_example(example: Example | str) -> bool:
    if isinstance(example, str):
        return bool(example.strip())
    said = example.text.strip() or example.title.strip() or example.file
    return bool(said) and (example.lang is None or known_language(example.lang))


def examples(written: tuple[Example | str, ...]) -> tuple[Example, ...]:
    """Examples as articles: a bare text is an article's text."""
    if not written:
        return ()
    return tuple(Example(text=one) if isinstance(one, str) else one for one in written)


def _hash(meaning: str) -> str:
    digest = hashlib.blake2b(meaning.encode("utf-8", "surrogatepass"), digest_size=_VERSION_BYTES)
    return digest.hexdigest()


def watchlist_of(draft: FileDraft, watches: list[Watch], concepts: Mapping[str, Concept]) -> Watchlist:
    """The list a file makes."""
    ids = tuple(watch.id for watch in watches)
    title = draft.title or draft.watchlist
    return Watchlist(
        draft.watchlist, title, draft.language, draft.file, ids, concepts, draft.description.strip()
    )
