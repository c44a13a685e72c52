"""LANGUAGE.md says nothing that is not so: each of its examples is run."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from tests.rules.casefile import Case, read_cases
from worker.rules import RuleErrors, evaluate, explain, parse
from worker.text import Document
from worker.types import Article

PAGE = (resources.files("worker.rules") / "LANGUAGE.md").read_text(encoding="utf-8")


def fences(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


CASES = [case for at, fence in enumerate(fences("case"), 1) for case in read_cases(fence, f"example {at}")]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_an_example_does_what_the_page_says(case: Case):
    if case.error is not None:
        with pytest.raises(RuleErrors) as refused:
            case.compiled()
        assert case.error in str(refused.value)
        return
    case.check(evaluate(case.compiled(), case.document(), case.citations))


@pytest.mark.parametrize("fence", fences("error"))
def test_an_error_is_told_as_the_page_shows(fence: str):
    query, told = fence.split("\n---\n")
    with pytest.raises(RuleErrors) as refused:
        parse(query)
    assert str(refused.value) == told.rstrip("\n")


@pytest.mark.parametrize("fence", fences("explanation"))
def test_an_explanation_reads_as_the_page_shows(fence: str):
    head, told = fence.split("\n---\n")
    (case,) = read_cases(head.replace("\ntitle:", "\nbecause: shown\nnone\ntitle:", 1), "explanation")
    assert str(explain(case.compiled(), case.document(), case.citations)) == told.rstrip("\n")


SHEET = PAGE[PAGE.index("## Cheat sheet") :]
ROWS = [re.split(r" \| ", row.strip("| ")) for row in re.findall(r"^\| `.*\|$", SHEET, re.MULTILINE)]
OURS = [query for row in ROWS for query in re.findall(r"`([^`]+)`", row[2])]

FULL = Article(
    id="1",
    title="a",
    text="a b. WHO abcd abcxd abcde.\n\na a a a\n\nx x x x x x a",
    url="https://example.org/a",
    source="a",
    authors=("a",),
)


@pytest.mark.parametrize("query", [query for query in OURS if query != "languages"])
def test_what_the_cheat_sheet_says_to_write_does_what_is_meant(query: str):
    """Each is a rule that is true of one article that has everything, and not of one that has only c."""
    rule, nothing = parse(query), Article(id="2", title="c", text="c")
    assert evaluate(rule, Document.of(FULL), lambda _: ()).matched
    assert not evaluate(rule, Document.of(nothing), lambda _: ()).matched


@pytest.mark.parametrize(
    ("theirs", "ours", "distance"),
    [
        ("`a NEAR/5 b`, `a NEAR b`", "a NEAR/5 b", 5),  # Meltwater: no more than 5 words between
        ("`a near5 b`, `a /N5/ b`", "a NEAR/4 b", 4),  # Factiva: the second is the fifth word
        ("`a adj5 b`, `a w/5 b`", "a PRE/4 b", 4),
        ("`a W/5 b`, `a /5 b`, `a near/5 b`", "a NEAR/4 b", 4),  # LexisNexis: likewise
    ],
)
def test_a_distance_of_the_cheat_sheet_is_theirs_to_the_word(theirs: str, ours: str, distance: int):
    (row,) = [row for row in ROWS if row[0] == theirs]
    assert f"`{ours}`" in row[2]
    for between, expected in ((distance, True), (distance + 1, False)):
        document = Document.of(Article(id="1", text="a " + "x " * between + "b"))
        assert evaluate(parse(ours), document, lambda _: ()).matched is expected


def test_the_cheat_sheet_knows_the_five_and_has_no_idle_row():
    assert all(len(row) == 3 for row in ROWS)
    assert len(ROWS) > 30
    for system in ("Meltwater", "Factiva", "LexisNexis", "Lucene", "Google Alerts"):
        assert sum(system in row[1] for row in ROWS) >= 5, system


def test_the_fences_are_all_of_a_known_kind():
    kinds = set(re.findall(r"^```(\w+)$", PAGE, re.MULTILINE))
    assert kinds == {"case", "yaml", "error", "explanation"}


THEIRS_AND_OURS = {
    "treaty AND pact", "treaty pact", "treaty OR pact", "treaty NOT film", "treaty AND NOT film",
    "treaty -film", '"treaty pact"', "treaty NEAR/5 pact", "treaty PRE/5 pact", "treaty same pact",
    "abc*", "abc?d", "abc*d", "abcde~", "abcde~2", "title:treaty", "/ab.*d/",
}  # fmt: skip
"""What of the cheat sheet's left column is a rule here too."""


def test_what_others_write_is_an_error_here_or_a_rule():
    read = set()
    sheet = PAGE.partition("## Cheat sheet")[2].replace("\\|", "|")
    rows = [row.split(" | ")[0] for row in sheet.splitlines() if row.startswith("| `")]
    words = {"a": "treaty", "b": "pact", "c": "film"}
    forms = [
        re.sub(r"\b[abc]\b", lambda letter: words[letter[0]], form)
        for row in rows
        for form in re.findall("`([^`]+)`", row)
    ]
    assert len(forms) > 50
    for form in forms:
        try:
            parse(form)
        except RuleErrors:
            continue
        read.add(form)
    assert read == THEIRS_AND_OURS
