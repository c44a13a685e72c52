"""An offset in a query is a line and column of the author's file, whatever style YAML wrote it in."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from worker.rules import RuleErrors
from worker.watchlist.jsonl_file import _LineReader
from worker.watchlist.places import NodePlace, Source
from worker.watchlist.yaml_file import read_yaml


def place_of(text: str, path: tuple[str | int, ...]):
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    node = root
    for step in path:
        node = {k.value: v for k, v in node.value}[step] if isinstance(step, str) else node.value[step]
    return node.value, NodePlace(Source("f", text), node)


@pytest.mark.parametrize(
    ("text", "word", "line", "column"),
    [
        ("q: a @x b\n", "@x", 1, 6),
        ("q: a\n   b\n   @x\n", "@x", 3, 4),
        ("q: 'it''s @x'\n", "@x", 1, 11),
        ('q: "a @x"\n', "@x", 1, 7),
        ('q: "\\"a\\" \\u00e9 @x"\n', "@x", 1, 18),
        ('q: "a\\\n   \\ b @x"\n', "@x", 2, 8),
        ('q: "a\n   b\n\n   @x"\n', "@x", 4, 4),
        ("q: |\n  a\n  @x b\n", "@x", 3, 3),
        ("q: |\n  a\n    @x b\n", "@x", 3, 5),
        ("q: |2\n    a\n   @x\n", "@x", 3, 4),
        ("q: |- # a comment @x\n  a @x\n", "@x", 2, 5),
        ("q: |\n\n\n  a\n\n  @x\n", "@x", 6, 3),
        ("q: >\n  a\n  b @x\n", "@x", 3, 5),
        ("q: >-\n  a\n    b\n  c @x\n", "@x", 4, 5),
        ("q: >+\n  a\n\n\n  @x\n\n", "@x", 5, 3),
        ("q: >2\n   a\n  @x\n", "@x", 3, 3),
        ("# c\r\nq: |\r\n  a\r\n  @x\r\n", "@x", 4, 3),
        ("q: |\n  🔥 条约 @x\n", "@x", 2, 8),
        ("q: [a, b @x]\n", "@x", 1, 10),
        ("q: !!str a @x\n", "@x", 1, 12),
        ("q: &n a @x\n", "@x", 1, 9),
    ],
)
def test_a_word_of_a_scalar_has_its_place(text: str, word: str, line: int, column: int):
    value, place = place_of(text, ("q", 1) if "[" in text else ("q",))
    found = place.at(value.index(word))
    assert (found.line, found.column) == (line, column)
    assert found.source_line[column - 1 :].startswith(word)


def test_the_end_of_a_value_is_the_place_after_its_last_character():
    value, place = place_of("q: |\n  a AND\n", ("q",))
    assert place.at(len(value.rstrip()))[1:3] == (2, 8)
    value, place = place_of("q: a AND\n", ("q",))
    assert place.at(len(value))[1:3] == (1, 9)


def test_a_space_inside_a_value_has_its_place():
    _value, place = place_of("q: |\n  ab  cd\n", ("q",))
    assert [place.at(at)[1:3] for at in range(6)] == [(2, 3), (2, 4), (2, 5), (2, 6), (2, 7), (2, 8)]


words = st.text(st.sampled_from("ab@(\"'\\é条🔥e\u0301#:{}[],&*!|>%~"), min_size=1, max_size=6)
values = st.lists(words, min_size=1, max_size=8).map(" ".join)


@given(values, st.sampled_from(["'", '"', "|", ">", None]), st.integers(0, 3))
def test_every_visible_character_has_the_place_where_it_is_written(value: str, style: str | None, depth: int):
    data: object = {"q": value}
    for _ in range(depth):
        data = {"k": data}
    text = yaml.dump(data, default_style=style, allow_unicode=True, width=20)
    read, place = place_of(text, ("k",) * depth + ("q",))
    assert read == value
    for at, character in enumerate(value):
        if character in ' "\\' or (character == "'" and style == "'"):
            continue
        found = place.at(at)
        line = text.splitlines()[found.line - 1]
        assert line[found.column - 1] == character or line[found.column - 1] == "\\"


@given(values)
def test_every_character_of_a_json_string_has_its_place(value: str):
    for ascii_only in (True, False):
        line = json.dumps({"id": "x", "query": value, "tags": ["a"]}, ensure_ascii=ascii_only)
        place = _LineReader("f", 3, line).place(("query",))
        for at, character in enumerate(value):
            found = place.at(at)
            assert found.line == 3
            assert line[found.column - 1] in (character, "\\")


def test_an_error_in_a_block_scalar_shows_the_authors_line():
    text = (
        "watchlist: x\nwatches:\n  - id: a\n    title: A\n    query: |\n      treaty AND\n      titel:pact\n"
    )
    from worker.watchlist.drafts import FileDraft
    from worker.watchlist.understand import Understanding

    draft: FileDraft = read_yaml("f.yaml", "d", text)
    assert Understanding(draft, {}, []).watch(draft.watches[0]) is None
    assert str(RuleErrors(draft.errors)).splitlines()[:3] == [
        "f.yaml:7:7: unknown field titel:",
        "          titel:pact",
        "          ^",
    ]
