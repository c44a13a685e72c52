"""A list of sources in YAML: read with the line of every mistake, and added to without touching the rest."""

from __future__ import annotations

import json
from typing import Any

import yaml

from worker.feeds.listed import KEYS, Listed, Wrong, checked, nearest

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 8
_NULL = "tag:yaml.org,2002:null"
Problems = list[str]


def read_yaml_list(name: str, text: str) -> tuple[list[Listed], Problems]:
    """The sources of a list and what is wrong with it, each `file:line: sentence`.

    A list is a sequence of sources, or a mapping with `sources`; a source is an address or a mapping.
    """
    try:
        root = _composed(text)
    except (yaml.YAMLError, Wrong) as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        return [], [f"{name}:{mark.line + 1 if mark else 1}: this is no list of sources in YAML: {said}."]
    if root is None:
        return [], []
    reader = _Reader(name)
    items = reader.items(root)
    return [found for item in items if (found := reader.source(item))], reader.problems


def _composed(text: str) -> yaml.Node | None:
    """The nodes, known to be few levels deep and without aliases, of which a few lines can be gigabytes."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise Wrong("aliases are not allowed")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise Wrong("nested too deep")
    root: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    return root


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self.problems: Problems = []

    def items(self, root: yaml.Node) -> list[yaml.Node]:
        if isinstance(root, yaml.SequenceNode):
            return list(root.value)
        if not isinstance(root, yaml.MappingNode):
            self._wrong(root, "expected a list of sources")
            return []
        items: list[yaml.Node] = []
        for key, held in root.value:
            if key.value != "sources":
                self._wrong(key, f"unknown key `{_short(key)}`. Did you mean `sources`?")
            elif isinstance(held, yaml.SequenceNode):
                items += held.value
            elif held.tag != _NULL:
                self._wrong(held, "`sources` should be a list")
        return items

    def source(self, node: yaml.Node) -> Listed | None:
        """The source a node is, or None when something is wrong with it, which is then told."""
        before = len(self.problems)
        if isinstance(node, yaml.ScalarNode):
            fields = {"url": self._checked("url", node)}
        elif isinstance(node, yaml.MappingNode):
            fields = self._fields(node)
        else:
            self._wrong(node, "expected an address, or a mapping with `url`")
            return None
        if "url" not in fields and len(self.problems) == before:
            self._wrong(node, "this source has no `url`")
        if fields.get("password") and not fields.get("username"):
            self._wrong(node, "a `password` needs a `username`")
        if len(self.problems) > before:
            return None
        return Listed(**fields, place=f"{self._name}:{node.start_mark.line + 1}")

    def _fields(self, node: yaml.MappingNode) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for key, held in node.value:
            if key.value not in KEYS:
                self._wrong(key, f"unknown key `{_short(key)}`. {nearest(str(key.value))}")
            elif key.value in fields:
                self._wrong(key, f"the key `{key.value}` is given twice")
            elif held.tag != _NULL:
                fields[key.value] = self._checked(key.value, held)
        return fields

    def _checked(self, key: str, node: yaml.Node) -> Any:
        try:
            return checked(key, _value(node))
        except Wrong as error:
            self._wrong(node, f"`{key}`: {error}.")
            return None

    def _wrong(self, node: yaml.Node, message: str) -> None:
        self.problems.append(f"{self._name}:{node.start_mark.line + 1}: {message}")


def _short(node: yaml.Node) -> str:
    return str(node.value)[:60] if isinstance(node, yaml.ScalarNode) else "…"


def _value(node: yaml.Node) -> object:
    """Text as written, so that the language `no` is no boolean; lists and mappings of it."""
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _value(held) for key, held in node.value}
    return node.value


def with_sources(text: str, added: list[dict[str, object]]) -> str:
    """The list with these sources at its end, everything else as it was. Raises Wrong where that fails."""
    if not added:
        return text
    if not text.strip():
        return "sources:\n" + _items(added, "  ")
    root = _composed(text)
    if root is None:  # comments alone
        return text.rstrip("\n") + "\nsources:\n" + _items(added, "  ")
    empty = _empty_line(root)
    if empty is not None:
        lines = text.split("\n")
        return "\n".join(lines[: empty + 1]) + "\n" + _items(added, "  ") + "\n".join(lines[empty + 1 :])
    sequence = _sequence(root)
    if sequence is None or sequence.flow_style or not sequence.value:
        raise Wrong("its `sources` is no block of lines that begin with `-`; add the source by hand")
    indent = " " * sequence.start_mark.column
    lines = text.split("\n")
    end = _last_line(sequence) + 1
    kept = lines[:end]
    return "\n".join(kept).rstrip("\n") + "\n" + _items(added, indent) + "\n".join(lines[end:])


def _sequence(root: yaml.Node) -> yaml.SequenceNode | None:
    if isinstance(root, yaml.SequenceNode):
        return root
    for key, held in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "sources" and isinstance(held, yaml.SequenceNode):
            return held
    return None


def _empty_line(root: yaml.Node) -> int | None:
    """The line of a `sources:` that has nothing after it."""
    for key, held in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "sources" and held.tag == _NULL and not held.value:
            return int(key.end_mark.line)
    return None


def _last_line(node: yaml.Node) -> int:
    """The line the node's last scalar ends on; the node's own end mark stands behind the blanks after it."""
    children = [each for pair in node.value for each in pair] if isinstance(node, yaml.MappingNode) else None
    if isinstance(node, yaml.SequenceNode):
        children = node.value
    return max(map(_last_line, children)) if children else int(node.end_mark.line)


def _items(added: list[dict[str, object]], indent: str) -> str:
    """JSON's texts and lists are YAML's too, and need no thought about quoting."""
    written = []
    for fields in added:
        start = "- "
        for key, value in fields.items():
            shown = json.dumps(value, ensure_ascii=False)
            written.append(f"{indent}{start}{key}: {shown}\n")
            start = "  "
    return "".join(written)
