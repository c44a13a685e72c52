"""Loading: what is read, what is refused, and where each error stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.types import Severity
from worker.watchlist import BUILTIN, WatchlistErrors, load
from worker.watchlist.load import load_with_drafts, read_bytes

LIST = """\
watchlist: pacts
title: Pacts
language: en
watches:
  - id: one
    title: One
    severity: high
    languages: [en, no]
    tags: [a, b]
    query: |
      @alliance NEAR/3 treaty   # no comment: a word
    must_match:
      - "An alliance treaty, no comment: a word"
      - {lang: no, text: "alliance treaty", quotes: [treaty]}
concepts:
  alliance:
    en: ["alliance", "mutual defence"]
    no: [allianse]
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def errors_of(*paths: Path | str) -> list[tuple[str, int, int, str]]:
    with pytest.raises(WatchlistErrors) as refused:
        load(list(paths))
    return [(Path(e.file).name, e.line, e.column, e.message) for e in refused.value.errors]


def errors_in(tmp_path: Path, text: str) -> list[tuple[int, int, str]]:
    return [error[1:] for error in errors_of(write(tmp_path, list__yaml=text) / "list.yaml")]


def watch(**keys: object) -> str:
    """A list of one watch, the given keys changed or added."""
    known = {"id": "one", "title": "One", "query": "treaty"} | keys
    lines = [f"    {key}: {value}" for key, value in known.items() if value is not None]
    return "watchlist: x\nwatches:\n  - " + "\n".join(lines).lstrip() + "\n"


def test_a_list_is_read(tmp_path: Path):
    text = LIST.replace("   # no comment: a word", "")
    loaded = load([write(tmp_path, list__yaml=text)])
    (one,) = loaded.watches
    assert (one.id, one.watchlist, one.title, one.severity) == ("one", "pacts", "One", Severity.HIGH)
    assert (one.languages, one.tags, one.line) == (("en", "no"), ("a", "b"), 5)
    assert one.must_match[1].lang == "no"
    assert one.must_match[1].quotes == ("treaty",)
    (only,) = loaded.watchlists
    assert (only.id, only.title, only.language, only.watches) == ("pacts", "Pacts", "en", ("one",))


def test_the_gate_admits_its_languages_and_their_varieties(tmp_path: Path):
    path = write(tmp_path, list__yaml=watch(languages="[pt, zh-Hant, nb]"))
    (one,) = load([path]).watches
    assert one.admits(frozenset({"pt-BR"}))
    assert one.admits(frozenset({"zh-Hant"}))
    assert one.admits(frozenset({"zh"})), "articles are known by their language alone"
    assert one.admits(frozenset({"no"})), "Norwegian is one language"
    assert not one.admits(frozenset())


def test_any_admits_an_article_of_unknown_language(tmp_path: Path):
    (one,) = load([write(tmp_path, list__yaml=watch())]).watches
    assert one.admits(frozenset())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1, 1, "the file is empty")),
        ("# only this\n", (1, 1, "the file holds nothing but comments")),
        ("- a\n", (1, 1, "a watch-list must be a map")),
        ("watchlist: x\nwatchlist: y\nwatches: []\n", (2, 1, "the key watchlist is given twice")),
        ("watchlist: x\nwaches: []\nwatches: []\n", (2, 1, "unknown key waches")),
        ("watchlist: x\n", (1, 1, "a watch-list needs watches")),
        ("watches: []\n", (1, 1, "a watch-list needs watchlist")),
        ("watchlist: X Y\nwatches: []\n", (1, 12, "X Y is no name for a watch-list")),
        ("watchlist: x\nlanguage: English!\nwatches: []\n", (2, 11, "English! is no language")),
        ("watchlist: x\nwatches: {}\n", (2, 10, "watches must be a list of watches")),
        ("watchlist: [x]\nwatches: []\n", (1, 12, "watchlist must be text")),
        ("watchlist: x\ntitle:\nwatches: []\n", (2, 7, "title must be text")),
        ("a: b: c\n", (1, 5, "a colon and a space stand within this value")),
        ("a: &x [1]\nwatchlist: *x\n", (2, 12, "the alias *x is not allowed here")),
        ("a: \x07\n", (1, 4, "this is no text file")),
        (
            "watchlist: !!binary x\nwatches: []\n",
            (1, 21, "the tag !!binary is not allowed here"),
        ),
        ("watchlist: x\nwatches: []\n? [a]\n: b\n", (3, 3, "a key must be text")),
        ("--- {}\n--- {}\n", (2, 1, "this is not YAML: but found another document")),
        (watch(query="titel:treaty"), (5, 12, "unknown field titel:")),
        (watch(query=None), (3, 5, "a watch needs query")),
        (watch(query='""'), (5, 12, "query is empty")),
        (watch(severity="hihg"), (6, 15, "unknown severity hihg")),
        (watch(languages="[]"), (6, 16, "no language would ever pass")),
        (watch(languages="[any, en]"), (6, 16, "any already stands for every language")),
        (watch(languages="[en, English]"), (6, 21, "English is no language")),
        (watch(languages="en"), (6, 16, "languages must be a list of texts")),
        (watch(id="a b"), (3, 9, "a b is no id for a watch")),
        (watch(tags="[[a]]"), (6, 12, "an entry of tags must be text")),
        (watch(must_match="[{lang: en}]"), (6, 18, "an entry of must_match needs text, title or file")),
        (watch(must_match="[{txt: a, text: b}]"), (6, 19, "unknown key txt")),
        (
            watch(must_not_match="[{lang: Klingon, text: b}]"),
            (6, 22, "an entry of must_not_match is no article"),
        ),
        (watch(must_match="[1, '']"), (6, 21, "an entry of must_match is empty")),
        (watch() + "concepts:\n  A B: {en: [a]}\n", (7, 3, "A B is no name for a concept")),
        (watch() + "concepts:\n  a: {English: [a]}\n", (7, 7, "English is no language")),
        (watch() + "concepts:\n  a: {en: [ok, 'x*']}\n", (7, 17, "the wildcard is too broad")),
        (
            watch() + "concepts:\n  a: {en: [ok, '…']}\n",
            (7, 17, "there is no letter and no digit to look for"),
        ),
        (watch() + "concepts:\n  a: {en: ['@b']}\n", (7, 13, "a concept's phrases are plain words")),
        (watch() + "concepts:\n  a: {en: []}\n", (7, 3, "the concept a has no phrases")),
        (watch() + "concepts:\n  a: {en: b}\n", (7, 11, "en must be a list of texts")),
        (watch() + "concepts:\n  a: [b]\n", (7, 6, "a must be a map of languages")),
        (watch() + "concepts:\n  a: {en: [b]}\n  a: {en: [c]}\n", (8, 3, "the key a is given twice")),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_an_error_has_its_place(tmp_path: Path, text: str, expected: tuple[int, int, str]):
    assert expected in errors_in(tmp_path, text)


def test_unknown_keys_come_with_the_nearest_one(tmp_path: Path):
    path = write(tmp_path, list__yaml=watch(must_mach="[]"))
    with pytest.raises(WatchlistErrors, match="suggestion: must_match"):
        load([path])


def test_all_errors_of_all_files_are_told_in_order(tmp_path: Path):
    one = watch(query="titel:treaty", severity="hihg")
    two = watch(query="'@x'").replace("watchlist: x", "watchlist: y")
    found = errors_of(write(tmp_path, b__yaml=two, a__yaml=one))
    assert [(name, line) for name, line, _, _ in found] == [
        ("a.yaml", 5),
        ("a.yaml", 6),
        ("b.yaml", 3),
        ("b.yaml", 5),
    ]
    assert found[2][3] == "the watch id one is used twice"


def test_ids_and_list_names_are_unique_over_all_files(tmp_path: Path):
    found = errors_of(write(tmp_path, a__yaml=watch(), b__yaml=watch()))
    assert [error[3] for error in found] == [
        "the watch-list x is used twice",
        "the watch id one is used twice",
    ]


def test_concepts_are_shared_in_a_folder(tmp_path: Path):
    shared = "concepts:\n  pact: {en: [pact]}\n"
    loaded = load([write(tmp_path, a__yaml=watch(query="'@pact'"), shared__yaml=shared)])
    assert [one.id for one in loaded.watches] == ["one"]
    assert len(loaded.watchlists) == 1


def test_concepts_are_not_shared_with_other_folders(tmp_path: Path):
    (tmp_path / "below").mkdir()
    write(tmp_path / "below", shared__yaml="concepts:\n  pact: {en: [pact]}\n")
    found = errors_of(write(tmp_path, a__yaml=watch(query="'@pact'")))
    assert found == [("a.yaml", 5, 13, "unknown concept @pact")]


def test_a_concept_defined_twice_in_a_folder_is_an_error(tmp_path: Path):
    shared = "concepts:\n  pact: {en: [pact]}\n"
    found = errors_of(write(tmp_path, a__yaml=shared, b__yaml=shared))
    assert found == [("b.yaml", 2, 3, "the concept pact is defined twice")]


def version(tmp_path: Path, text: str) -> str:
    (one,) = load([write(tmp_path, list__yaml=text) / "list.yaml"]).watches
    return one.version


CONCEPT = "concepts:\n  pact:\n    en: [pact, alliance]\n    fr: [pacte]\n"


def test_a_version_is_a_hash_of_the_meaning(tmp_path: Path):
    base = version(tmp_path, watch(query="'@pact treaty -x'") + CONCEPT)
    same = ["'@pact   AND treaty AND NOT x'", "'(@pact) ((treaty)) -x'", ">\n      @pact\n      treaty NOT x"]
    for query in same:
        assert version(tmp_path, "# a comment\n" + watch(query=query) + CONCEPT) == base
    assert (
        version(tmp_path, watch(query="'@pact treaty -x'", title="Other", severity="low") + CONCEPT) == base
    )
    moved = CONCEPT.replace("[pact, alliance]", "[alliance, pact]")
    assert version(tmp_path, watch(query="'@pact treaty -x'") + moved) == base


def test_a_version_changes_with_the_meaning(tmp_path: Path):
    query = "'@pact treaty -x'"
    texts = [
        watch(query=query) + CONCEPT,
        watch(query="'@pact treaty'") + CONCEPT,
        watch(query=query, languages="[en]") + CONCEPT,
        watch(query=query) + CONCEPT.replace("pacte", "accord"),
        "language: de\n" + watch(query=query) + CONCEPT,
    ]
    assert len({version(tmp_path, text) for text in texts}) == len(texts)


def test_a_concept_that_a_rule_does_not_use_leaves_its_version_alone(tmp_path: Path):
    plain = version(tmp_path, watch() + CONCEPT)
    assert version(tmp_path, watch() + CONCEPT.replace("pacte", "accord")) == plain


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"x", "this is no watch-list"),
        ("a.yaml", b"\xff\xfe\x00", "this is not UTF-8 text"),
        ("a.yaml", b"\x7fELF\x00\x01", "this is no text file"),
        ("a.yaml", b"ok: 1\nbad: \xe9\n", "this is not UTF-8 text"),
        ("a.jsonl", b"", "the file is empty"),
        ("a.jsonl", b"\xff\n", "this is not UTF-8"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, name: str, data: bytes, message: str):
    (tmp_path / name).write_bytes(data)
    assert errors_of(tmp_path / name)[0][3] == message


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path):
    assert errors_of(tmp_path / "no.yaml") == [
        ("no.yaml", 1, 1, "the file cannot be read: No such file or directory")
    ]


def test_a_folder_without_lists_is_an_error(tmp_path: Path):
    assert errors_of(tmp_path)[0][3] == "there is no watch-list in this folder"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path):
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + watch().encode())
    assert len(load([tmp_path]).watches) == 1


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        bomb(30),
        "[" * 100000,
        "{" * 100000,
        "- " * 100000,
        "? " * 100000,
        "a: &a [*a]\n",
        "a: " + "[a, " * 50000,
        "&" * 10000,
        "!" * 10000,
        "'" * 9999,
        "|" * 10000,
        "a: !!python/object/apply:os.system [x]\n",
    ],
    ids=lambda text: text[:20],
)
def test_a_bomb_is_an_error_and_soon(tmp_path: Path, text: str):
    assert errors_in(tmp_path, text)


@given(st.text(max_size=300))
@settings(max_examples=300)
def test_any_text_is_a_list_or_an_error(text: str):
    draft = read_bytes("f.yaml", "d", text.encode("utf-8", "surrogatepass"))
    assert draft.errors


@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_an_error(data: bytes):
    assert read_bytes("f.jsonl", "d", data).errors
    assert read_bytes("f.yaml", "d", data).errors


def test_the_packs_that_ship_load():
    loaded = load([BUILTIN])
    assert loaded.watches
    assert all(one.file.startswith("builtin/") for one in loaded.watches)


def jsonl(tmp_path: Path, *lines: object) -> Path:
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return write(tmp_path, list__jsonl="\n".join(written) + "\n") / "list.jsonl"


HEAD = {"watchlist": "made", "title": "Made", "language": "en", "concepts": {"pact": {"en": ["pact"]}}}
ROW = {"id": "r1", "title": "R1", "query": "@pact treaty"}


def test_json_lines_are_read(tmp_path: Path):
    rows = [
        ROW,
        ROW | {"id": "r2", "severity": "low", "languages": ["en"], "must_match": ["a", {"text": "b"}]},
    ]
    loaded = load([jsonl(tmp_path, HEAD, *rows)])
    assert [(one.id, one.line, one.severity) for one in loaded.watches] == [
        ("r1", 2, "medium"),
        ("r2", 3, "low"),
    ]
    assert loaded.watches[1].must_match[1].text == "b"


def test_yaml_and_json_lines_give_the_same_version(tmp_path: Path):
    (row,) = load([jsonl(tmp_path, HEAD, ROW)]).watches
    text = watch(query="'@pact   treaty'") + "concepts: {pact: {en: [pact]}}\n"
    assert version(tmp_path, text) == row.version


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (ROW | {"query": "@pact titel:x"}, 45, "unknown field titel:"),
        (ROW | {"query": "“x"}, 39, "this quotation mark does not make a phrase"),
        (ROW | {"qery": "x"}, 54, "unknown key qery"),
        (ROW | {"severity": "loud"}, 67, "unknown severity loud"),
        (ROW | {"tags": [1]}, 63, "an entry of tags must be text"),
        (ROW | {"title": None}, 23, "title must be text"),
        (ROW | {"id": " "}, 9, "id is empty"),
        ({"id": "x", "title": "X"}, 1, "a watch needs query"),
        ('{"id": "a", "id": "b", "title": "T", "query": "treaty"}', 13, "the key id is given twice"),
        ('{"id": "a", "title": "T", "query": "treaty"', 44, "this is not JSON: expecting ',' delimiter"),
        ("[1]", 1, "a watch must be a map"),
        ("[" * 5000, 17, "nested more than 16 deep"),
        ('{"id": "\\ud83d\\ude00 x", "title": "T", "query": "titel:x"}', 9, "😀 x is no id for a watch"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_an_error_in_json_lines_has_its_place(tmp_path: Path, row: object, column: int, message: str):
    assert ("list.jsonl", 3, column, message) in errors_of(jsonl(tmp_path, HEAD, ROW | {"id": "r0"}, row))


def test_every_broken_line_is_told(tmp_path: Path):
    rows = [ROW | {"id": f"r{n}", "query": "treaty AND"} for n in range(3)]
    assert [error[1] for error in errors_of(jsonl(tmp_path, HEAD, *rows))] == [2, 3, 4]


def test_a_watch_without_a_title_is_called_by_its_id(tmp_path: Path):
    assert load([write(tmp_path, list__yaml=watch(title=None))]).watches[0].title == "one"
    row = {"id": "r9", "query": "treaty"}
    assert load([jsonl(tmp_path, HEAD, row)]).watches[0].title == "r9"


def test_a_wrong_key_hides_no_other_mistake_of_its_watch_and_its_file(tmp_path: Path):
    text = """\
watchlist: x
watches:
  - id: one
    qury: treaty
    query: '@pact NAER/3 treaty'
    severity: loud
    languages: [english]
  - {id: one, query: treaty}
concepts:
  pact:
    en: [pact, {a: b}]
"""
    assert [message for _, _, message in errors_in(tmp_path, text)] == [
        "unknown key qury",
        "NAER is no operator",
        "unknown severity loud",
        "english is no language",
        "the watch id one is used twice",
        "an entry of en must be text",
    ]


def test_nor_does_it_in_json_lines(tmp_path: Path):
    head = {"watchlist": "x", "waches": [], "concepts": {"pact": {"en": ["pact", {"a": "b"}]}}}
    rows = [
        {"id": "one", "qury": "x", "query": "@pact NAER/3 y", "severity": "loud", "languages": ["english"]},
        '{"id": "two", "query": "titel:x", "query": "treaty AND", "tags": [1], "must_match": [""]}',
        {"id": "one", "query": "treaty", "must_match": [{"txt": "a"}]},
    ]
    assert [(line, message) for _, line, _, message in errors_of(jsonl(tmp_path, head, *rows))] == [
        (1, "unknown key waches"),
        (1, "an entry of en must be text"),
        (2, "unknown key qury"),
        (2, "NAER is no operator"),
        (2, "unknown severity loud"),
        (2, "english is no language"),
        (3, "the key query is given twice"),
        (3, "AND needs something after it"),
        (3, "an entry of tags must be text"),
        (3, "an entry of must_match is empty"),
        (4, "the watch id one is used twice"),
        (4, "an entry of must_match needs text, title or file"),
        (4, "unknown key txt"),
    ]


def test_a_concept_has_phrases_and_no_operators(tmp_path: Path):
    path = write(
        tmp_path, list__yaml=watch() + 'concepts:\n  a: {en: ["pact OR treaty", "NOT NULL", "Ore OR"]}\n'
    )
    with pytest.raises(WatchlistErrors) as refused:
        load([path])
    (error,) = refused.value.errors
    assert error.message == "OR would be one of the words: a concept's phrases have no operators"
    assert (error.line, error.column, error.suggestion) == (7, 13, '"pact", "treaty"')


@pytest.mark.parametrize(
    "query", ["treaty", '("black sea" OR wor*d) AND NOT film', "title:treaty SENTENCE pact"]
)
def test_a_watch_of_json_lines_keeps_no_tree_and_is_the_same_watch(tmp_path: Path, query: str):
    (tmp_path / "a.jsonl").write_text(
        '{"watchlist": "a"}\n' + json.dumps({"id": "one", "query": query}), encoding="utf-8"
    )
    watch = load([tmp_path]).watches[0]
    (with_tree,) = load_with_drafts([tmp_path]).loaded.watches
    assert watch.rule.tree is None
    assert with_tree.rule.tree is not None
    assert (watch.version, watch.rule.root) == (with_tree.version, with_tree.rule.root)


@pytest.mark.parametrize(
    ("written", "meant"), [("EN", "en"), ("jp", "ja"), ("pt_BR", "pt"), ("german", "de"), ("ua", "uk")]
)
def test_a_code_that_is_no_language_is_told_with_the_one_that_is_meant(
    tmp_path: Path, written: str, meant: str
):
    path = write(tmp_path, list__yaml=watch(languages=f"[{written}]"))
    with pytest.raises(WatchlistErrors) as refused:
        load([path])
    assert [error.suggestion for error in refused.value.errors] == [meant]


@pytest.mark.parametrize("second", ['"id"', '"\\u0069d"', '"i\\u0064" '])
def test_a_key_given_twice_in_a_line_is_an_error_however_it_is_written(tmp_path: Path, second: str):
    lines = '{"watchlist": "x"}\n{"id": "a", "query": "treaty", ' + second + ': "b"}\n'
    found = errors_of(write(tmp_path, list__jsonl=lines) / "list.jsonl")
    assert [message for *_, message in found] == ["the key id is given twice"]


def test_an_escaped_letter_in_a_value_is_read(tmp_path: Path):
    lines = '{"watchlist": "x"}\n{"id": "a", "title": "\\u0069d", "query": "tr\\u0065aty"}\n'
    (read,) = load([write(tmp_path, list__jsonl=lines) / "list.jsonl"]).watches
    assert (read.title, read.query) == ("id", "treaty")
