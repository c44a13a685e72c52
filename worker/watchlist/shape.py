"""The shape of a watch-list: which keys there are and what each holds.

Read values (text, lists, maps, nothing else) come in; every key that is unknown, missing, doubled or
of the wrong type becomes an error in its place. The same for YAML and JSON lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto

from worker.rules import Place, Problem, RuleError, nearest

Path = tuple[str | int, ...]
"""The way to a value from the top of a file or line: `("watches", 3, "query")`."""

Where = Callable[[Path], Place]
"""The place of the value at a path; of its key, where the last step is a `Key`."""


class Key(str):
    """The last step of a path, when the key itself is meant and not what it holds."""

    __slots__ = ()


class Kind(Enum):
    """What a key holds."""

    TEXT = auto()
    TEXTS = auto()
    EXAMPLES = auto()
    WATCHES = auto()
    CONCEPTS = auto()
    PHRASES = auto()


_SAID = {
    Kind.TEXT: "text",
    Kind.TEXTS: "a list of texts",
    Kind.EXAMPLES: "a list of texts, or of maps with text, title, lang, quotes",
    Kind.WATCHES: "a list of watches",
    Kind.CONCEPTS: "a map of concept names",
    Kind.PHRASES: "a map of languages, each with a list of phrases",
}

FILE_KEYS = {
    "watchlist": Kind.TEXT,
    "title": Kind.TEXT,
    "description": Kind.TEXT,
    "language": Kind.TEXT,
    "watches": Kind.WATCHES,
    "concepts": Kind.CONCEPTS,
}
WATCH_KEYS = {
    "id": Kind.TEXT,
    "title": Kind.TEXT,
    "description": Kind.TEXT,
    "severity": Kind.TEXT,
    "languages": Kind.TEXTS,
    "tags": Kind.TEXTS,
    "query": Kind.TEXT,
    "must_match": Kind.EXAMPLES,
    "must_not_match": Kind.EXAMPLES,
    "allow": Kind.TEXTS,
}
EXAMPLE_KEYS = {
    "text": Kind.TEXT,
    "title": Kind.TEXT,
    "lang": Kind.TEXT,
    "quotes": Kind.TEXTS,
    "url": Kind.TEXT,
    "source": Kind.TEXT,
    "authors": Kind.TEXTS,
    "file": Kind.TEXT,
}


_MEANT = {
    **dict.fromkeys(["rule", "queries", "search", "keywords", "expression"], "query"),
    **dict.fromkeys(["name", "label", "headline"], "title"),
    **dict.fromkeys(["lang", "langs"], "languages"),
    **dict.fromkeys(["priority", "level", "importance"], "severity"),
    **dict.fromkeys(["examples", "tests", "matches"], "must_match"),
    **dict.fromkeys(["note", "notes", "comment"], "description"),
}
"""What other tools call our keys."""


class ShapeChecker:
    """Checks values of one file against the tables above; `errors` grows."""

    def __init__(self, where: Where, errors: list[RuleError]) -> None:
        self._where = where
        self.errors = errors

    def wrong(
        self,
        path: Path,
        message: str,
        expected: str | None = None,
        found: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        """Add an error at the value at `path`, or at its key."""
        problem = Problem(0, message, expected, found, suggestion)
        self.errors.append(RuleError.at(self._where(path), problem))

    def map(
        self, value: object, path: Path, keys: Mapping[str, Kind], required: tuple[str, ...], what: str
    ) -> dict[str, object]:
        """The sound entries of a map; everything else is told and left out."""
        if not isinstance(value, dict):
            self.wrong(path, f"{what} must be a map", f"keys such as {', '.join(keys)}", described(value))
            return {}
        sound: dict[str, object] = {}
        for key, held in value.items():
            if key not in keys:
                close = _MEANT.get(key.lower()) if key.lower() in _MEANT else nearest(key, keys)
                if key[:1].isspace():
                    close = f"plain spaces before it: U+{ord(key[0]):04X} is a letter to YAML"
                elif close not in keys:
                    close = None
                self.wrong((*path, Key(key)), f"unknown key {key}", ", ".join(keys), key, close)
            elif self.holds(held, (*path, key), keys[key], key):
                sound[key] = held
        for key in required:
            if key not in value:
                self.wrong(path, f"{what} needs {key}", f"{key}: …", "no such key")
        return sound

    def holds(self, value: object, path: Path, kind: Kind, name: str) -> bool:
        """Whether a value is of its kind; tells when it is not."""
        if kind is Kind.TEXT:
            return self._text(value, path, name)
        if kind in (Kind.TEXTS, Kind.EXAMPLES, Kind.WATCHES):
            return self._list(value, path, kind, name)
        if not isinstance(value, dict):
            return self._mistyped(value, path, kind, name)
        if kind is Kind.PHRASES:
            checks = [self.holds(held, (*path, key), Kind.TEXTS, key) for key, held in value.items()]
        else:
            checks = [self.holds(held, (*path, key), Kind.PHRASES, key) for key, held in value.items()]
        return all(checks)

    def _text(self, value: object, path: Path, name: str) -> bool:
        if not isinstance(value, str):
            return self._mistyped(value, path, Kind.TEXT, name)
        if not value.strip():
            self.wrong(path, f"{name} is empty", "text", "nothing")
        return bool(value.strip())

    def _list(self, value: object, path: Path, kind: Kind, name: str) -> bool:
        if not isinstance(value, list):
            return self._mistyped(value, path, kind, name)
        if kind is Kind.TEXTS:
            checks = [self._text(held, (*path, at), f"an entry of {name}") for at, held in enumerate(value)]
            return all(checks)
        if kind is Kind.EXAMPLES:
            checks = [self._example(held, (*path, at), name) for at, held in enumerate(value)]
            return all(checks)
        return True

    def _example(self, value: object, path: Path, name: str) -> bool:
        if not isinstance(value, dict):
            return self._text(value, path, f"an entry of {name}")
        before = len(self.errors)
        self.map(value, path, EXAMPLE_KEYS, (), f"an entry of {name}")
        if not {"text", "title", "file"} & value.keys():
            self.wrong(path, f"an entry of {name} needs text, title or file", "text: …", "none of them")
        return len(self.errors) == before

    def _mistyped(self, value: object, path: Path, kind: Kind, name: str) -> bool:
        hint = None
        if isinstance(value, str) and value and kind in (Kind.TEXTS, Kind.EXAMPLES):
            hint = f'{name}: ["{value[:40]}{"…" if len(value) > 40 else ""}"]'
        elif isinstance(value, dict) and kind is Kind.WATCHES:
            hint = "- before the first key of each watch"
        elif isinstance(value, list) and kind is Kind.PHRASES:
            hint = f"{name}: {{en: […]}}"
        self.wrong(path, f"{name} must be {_SAID[kind].split(',')[0]}", _SAID[kind], described(value), hint)
        return False


def described(value: object) -> str:
    """A read value in a word, for "found"."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"the text {value[:40]!r}" if value else "empty text"
    if isinstance(value, bool):
        return str(value).lower()
    return "a map" if isinstance(value, dict) else "a list" if isinstance(value, list) else str(value)


def sound_concepts(value: object) -> dict[str, dict[str, list[str]]]:
    """What can be used of a file's concepts where some are wrong, so that rules do not seem to name none.

    One of which nothing can be used is there, and empty.
    """
    concepts = value.get("concepts") if isinstance(value, dict) else None
    sound: dict[str, dict[str, list[str]]] = {}
    for name, languages in concepts.items() if isinstance(concepts, dict) else ():
        sound[name] = {}
        for language, phrases in languages.items() if isinstance(languages, dict) else ():
            texts = [each for each in phrases if isinstance(each, str)] if isinstance(phrases, list) else []
            if texts:
                sound[name][language] = texts
    return sound
