"""Reads a YAML watch-list into drafts.

The C parser composes nodes, which know their places; their scalars are read as text by our own
schema, so that the language `no` is no boolean and `id: 007` keeps its zeros. Aliases are refused:
they save nothing in a list of watches, and a few lines of them can stand for gigabytes.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from worker.rules import Problem, RuleError
from worker.watchlist.drafts import FileDraft, PlacedDraft, draft_of
from worker.watchlist.model import BUILTIN
from worker.watchlist.places import FilePlace, NodePlace, Source
from worker.watchlist.shape import FILE_KEYS, WATCH_KEYS, Key, Path, ShapeChecker, Where, sound_concepts
from worker.watchlist.yaml_errors import explained, quoted

MAX_NESTING = 16
"""A watch-list needs seven levels; a parser that recurses needs a bound."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "timestamp", "value", "merge")
)
_NOT_TEXT = re.compile("[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")
_COMPACT_NESTING = re.compile(r"(?:[-?][ \t]+){4}")
_TAGS: dict[type[yaml.Node], str] = {
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}


def read_yaml(file: str, folder: str, text: str) -> FileDraft:
    """The drafts of a YAML file, with all errors of its syntax and shape."""
    draft = FileDraft(file, folder)
    source = Source(file, text)
    root = _compose(source, draft.errors, ours=folder == BUILTIN)
    if root is None:
        return draft
    reader = _Reader(source, draft.errors)
    value = reader.value(root, 0)
    if reader.refused:
        return draft
    draft.where = reader.where(root)
    checker = ShapeChecker(draft.where, draft.errors)
    sound = checker.map(value, (), FILE_KEYS, _required(value), "a watch-list")
    for key in ("watchlist", "title", "description", "language", "concepts"):
        if key in sound:
            setattr(draft, key, sound[key])
    if "concepts" not in sound:
        draft.concepts = sound_concepts(value)
        draft.wrong_concepts = frozenset(draft.concepts)
    watches = sound.get("watches")
    for at, one in enumerate(watches if isinstance(watches, list) else []):
        node = _child(_child(root, "watches")[1], at)[1]
        _read_watch(one, at, node, reader, checker, draft)
    return draft


def _required(value: object) -> tuple[str, ...]:
    """A file of concepts alone needs no name: nothing rings from it."""
    only_concepts = isinstance(value, dict) and "concepts" in value and "watches" not in value
    return () if only_concepts else ("watchlist", "watches")


def _read_watch(
    value: object, at: int, node: yaml.Node, reader: _Reader, checker: ShapeChecker, draft: FileDraft
) -> None:
    sound = checker.map(value, ("watches", at), WATCH_KEYS, ("id", "query"), "a watch")
    if sound.keys() >= {"id", "query"}:  # what is sound of a watch is read on: one run tells every mistake
        where = reader.where(node)
        line = node.start_mark.line + 1
        draft.watches.append(PlacedDraft(draft_of(sound), line, lambda _, path: where(path)))


def _compose(source: Source, errors: list[RuleError], *, ours: bool) -> yaml.Node | None:
    """The root node. `ours`: the file ships with Tocsin, and was looked at before it did."""
    if not source.text.strip("\ufeff \t\r\n"):
        _file_error(source, errors, "the file is empty", "a watch-list, see LANGUAGE.md")
        return None
    control = _NOT_TEXT.search(source.text)
    if control:
        place = FilePlace(*source.position(control.start()))
        found = f"the character U+{ord(control.group()):04X}"
        errors.append(RuleError.at(place, Problem(0, "this is no text file", "printable characters", found)))
        return None
    try:
        aliases = not ours and _suspects(source, errors)
        root: yaml.Node | None = None if aliases else yaml.compose(source.text, Loader=_LOADER)
    except yaml.YAMLError as error:
        errors.append(explained(source, error))
        return None
    if root is None and not aliases:
        _file_error(source, errors, "the file holds nothing but comments", "a watch-list")
    return root


def _suspects(source: Source, errors: list[RuleError]) -> bool:
    """Look for aliases and deep nesting before composing, which recurses.

    Only where the text has what they need: the look costs as much as composing does.
    """
    text = source.text
    deep = text.count("[") + text.count("{") > MAX_NESTING or _COMPACT_NESTING.search(text) is not None
    if not deep and ("&" not in text or "*" not in text):
        return False
    before, depth = len(errors), 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            place = _mark_place(source, event.start_mark)
            hint = "write the value out; what several rules share is a concept"
            problem = Problem(
                0, f"the alias *{event.anchor} is not allowed here", "the value itself", "an alias", hint
            )
            errors.append(RuleError.at(place, problem))
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_NESTING:
                problem = Problem(0, f"nested more than {MAX_NESTING} deep", "a watch-list", "deeper nesting")
                errors.append(RuleError.at(_mark_place(source, event.start_mark), problem))
                break
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return len(errors) > before


def _file_error(source: Source, errors: list[RuleError], message: str, expected: str) -> None:
    errors.append(RuleError.at(FilePlace(source.file), Problem(0, message, expected, "nothing")))


def _mark_place(source: Source, mark: Any) -> FilePlace:
    return FilePlace(*source.position(source.index(mark.line, mark.column)))


def _short_tag(tag: str) -> str:
    """A tag as its author wrote it."""
    return tag.replace("tag:yaml.org,2002:", "!!")


class _Reader:
    """Turns nodes into text, lists and maps, telling what no watch-list may hold."""

    def __init__(self, source: Source, errors: list[RuleError]) -> None:
        self._source = source
        self._errors = errors
        self.refused = False

    def value(self, node: yaml.Node, depth: int) -> object:
        """A node's value: text, None for nothing, a list, or a map by text keys."""
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if node.tag != _TAGS[type(node)]:
            self._wrong(node, f"the tag {_short_tag(node.tag)} is not allowed here")
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        found: dict[str, object] = {}
        for key, held in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if not isinstance(name, str):
                self._wrong(key, "a key must be text")
            elif name in found:
                self._wrong(key, f"the key {name} is given twice")
            else:
                found[name] = self.value(held, depth + 1)
        return found

    def _scalar(self, node: yaml.ScalarNode) -> str | None:
        if node.tag == _NULL:
            return None
        if node.tag not in _PLAIN_TAGS:
            tag = _short_tag(node.tag)
            self._wrong(node, f"the tag {tag} is not allowed here", quoted(f"{tag} {node.value}".rstrip()))
        text: str = node.value
        return text

    def _wrong(self, node: yaml.Node, message: str, suggestion: str | None = None) -> None:
        problem = Problem(0, message, suggestion=suggestion)
        self._errors.append(RuleError.at(NodePlace(self._source, node), problem))

    def where(self, root: yaml.Node) -> Where:
        """Finds the places of paths below `root`."""

        def place(path: Path) -> NodePlace:
            key, node = root, root
            for step in path:
                key, node = _child(node, step)
            of_key = bool(path) and isinstance(path[-1], Key)
            return NodePlace(self._source, key if of_key else node)

        return place


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node, yaml.Node]:
    """Key and value of an entry; the node itself where there is no such entry."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step], node.value[step]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key, value
    return node, node
