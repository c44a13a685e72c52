"""Lints: what each code is given for, what it is not given for, and how it is silenced."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.rules.test_properties import CONCEPTS, documents, no_citations, parsed, queries
from worker.match import why_any
from worker.rules import RuleErrors, evaluate, parse
from worker.rules.implies import implies
from worker.watchlist import Lint, lint

TESTS = '    must_match: ["x"]\n'


def codes(
    tmp_path: Path, query: str, extra: str = TESTS, concepts: str = "", language: str = "en"
) -> list[str]:
    text = f"watchlist: x\nlanguage: {language}\nwatches:\n  - id: one\n    title: One\n"
    text += f"    query: |\n      {query}\n{extra}{concepts}"
    (tmp_path / "list.yaml").write_text(text, encoding="utf-8")
    return [finding.code.value for finding in lint([tmp_path], why_any=why_any)[1]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("treaty AND signed AND NOT football", []),
        ("treaty NEAR/5 signed", []),
        ("treaty AND NOT treaty", ["W01"]),
        ('"peace treaty" AND NOT treaty', ["W01"]),
        ("treaty AND (treaty OR pact)", ["W02"]),
        ('treaty OR "peace treaty"', ["W02"]),
        ("treaty OR title:treaty", ["W02"]),
        ("(treaty NEAR/3 signed) OR (signed NEAR/5 treaty)", ["W02"]),
        ("treaty AND said", ["W05"]),
        ("treaty NEAR/3 said", []),
        ("war OR treaty", ["W06"]),
        ("war AND treaty", []),
        ("ter*", ["W07"]),
        ("terr*", []),
        ("café OR cafe", ["W09"]),
        ("\u0420utin", ["W10"]),
        ("Путин", []),
        ('treaty NOT football NOT "football club"', ["W11"]),
        ("/treaty/", ["W13"]),
        ("/treaty/ OR signed", ["W13"]),
        ("signed AND NOT /treaty/", []),
        ("*treaty", []),
        ("treety~", []),
        ("/treaty/ AND signed", []),
        ("treaty and pact", ["W05", "W14"][1:]),
        ('treaty "and" pact', ["W05"]),
        ('"who signed?"', ["W15"]),
    ],
)
def test_a_code_is_given_where_it_is_due(tmp_path: Path, query: str, expected: list[str]):
    assert codes(tmp_path, query) == expected


def test_short_terms_of_scripts_without_spaces_are_no_short_words(tmp_path: Path):
    assert codes(tmp_path, "条约", language="zh") == []


@pytest.mark.parametrize(
    ("language", "query", "expected"),
    [
        ("de", "Vertrag UND Bündnis", ["W14"]),
        ("fr", "traité OU pacte", ["W14"]),
        ("ru", "договор ИЛИ альянс", ["W14"]),
        ("nb", "traktat ELLER pakt", ["W14"]),
        ("de", 'Vertrag "UND" Bündnis', ["W05"]),
        ("en", "UND treaty", []),
    ],
)
def test_an_operator_of_another_language_is_told(
    tmp_path: Path, language: str, query: str, expected: list[str]
):
    assert codes(tmp_path, query, language=language) == expected


def test_a_gate_that_names_a_region_is_told(tmp_path: Path):
    gate = TESTS + "    languages:\n      - en\n      - pt-BR\n"
    assert codes(tmp_path, "treaty", gate) == ["W16"]
    assert codes(tmp_path, "treaty", gate.replace("pt-BR", "pt-BR  # tocsin: allow W16")) == []


def test_a_watch_without_tests_is_told(tmp_path: Path):
    assert codes(tmp_path, "treaty", extra="") == ["W12"]


def test_concepts_are_looked_at_too(tmp_path: Path):
    concepts = 'concepts:\n  used: {en: [café, cafe, "\u0420utin"]}\n  idle: {en: [pact]}\n'
    assert codes(tmp_path, "@used", concepts=concepts) == ["W09", "W10", "W08"]


def test_a_common_word_of_a_concept_is_told_where_it_stands_by_itself(tmp_path: Path):
    concepts = "concepts:\n  any: {en: [any, either]}\n"
    assert codes(tmp_path, "@any AND treaty", concepts=concepts) == ["W05"]
    assert codes(tmp_path, "@any NEAR/3 treaty", concepts=concepts) == []
    assert codes(tmp_path, "title:@any AND treaty", concepts=concepts) == []


def test_two_syllables_of_a_vietnamese_word_are_no_words_of_grammar(tmp_path: Path):
    assert codes(tmp_path, '"cổ đông" OR "hiệp ước"', language="vi") == []


def watches(tmp_path: Path, *queries_: str) -> list[tuple[str, int]]:
    text = "watchlist: x\nwatches:\n"
    for number, query in enumerate(queries_):
        text += f"  - {{id: w{number}, title: W, query: '{query}', must_match: [x]}}\n"
    (tmp_path / "list.yaml").write_text(text, encoding="utf-8")
    return [(finding.code.value, finding.error.line) for finding in lint([tmp_path])[1]]


def test_watches_that_mean_the_same_are_told(tmp_path: Path):
    assert watches(tmp_path, "treaty pact", "treaty AND pact") == [("W03", 4)]


def test_a_watch_within_another_is_told(tmp_path: Path):
    assert watches(tmp_path, "treaty AND pact", "treaty") == [("W04", 3)]
    assert watches(tmp_path, '"peace treaty" NEAR/3 signed', "treaty OR pact") == [("W04", 3)]
    assert watches(tmp_path, "treaty AND pact", "treaty AND alliance") == []


@pytest.mark.parametrize(
    "text",
    [
        "  - id: one  # tocsin: allow W12, W06\n    title: One\n    query: war\n",
        "  - id: one\n    title: One\n    query: war  # tocsin: allow W12 W06\n",
        "  - id: one\n    title: One\n    query: |  # tocsin: allow W06,W12\n      war\n",
        "  - id: one\n    title: One\n    query: war\n    allow: [W06, W12]\n",
    ],
)
def test_a_comment_silences_on_its_line(tmp_path: Path, text: str):
    (tmp_path / "list.yaml").write_text("watchlist: x\nwatches:\n" + text)
    assert lint([tmp_path])[1] == []


def test_in_json_lines_a_key_silences_and_tests_are_not_asked_for(tmp_path: Path):
    rows = [{"watchlist": "x"}, {"id": "a", "title": "A", "query": "war"}]
    rows.append({"id": "b", "title": "B", "query": "law", "allow": ["W06"]})
    (tmp_path / "list.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert [(one.code, one.error.line) for one in lint([tmp_path])[1]] == [(Lint.SHORT_WORD, 2)]


def test_a_finding_reads_like_an_error(tmp_path: Path):
    (tmp_path / "list.yaml").write_text(
        "watchlist: x\nwatches:\n  - id: one\n    title: One\n    query: treaty OR war\n    must_match: [x]\n"
    )
    (finding,) = lint([tmp_path / "list.yaml"])[1]
    assert (
        str(finding)
        .splitlines()[0]
        .endswith("list.yaml:5:22: W06 the short word “war” makes this rule true all by itself")
    )


def test_every_code_is_documented():
    page = (resources.files("worker.rules") / "LANGUAGE.md").read_text(encoding="utf-8")
    assert [code for code in Lint if f"| {code.value} |" not in page] == []


@given(queries(), queries(), documents())
@settings(max_examples=300, deadline=None)
def test_what_implies_another_never_holds_without_it(one: str, other: str, document):
    narrow = parsed(f"({one}) AND ({other})")
    for query in (one, other, f"({one}) OR ({other})"):
        try:
            wide = parse(query, concepts=CONCEPTS)
        except RuleErrors:
            continue
        if implies(narrow.root, wide.root) and evaluate(narrow, document, no_citations).matched:
            assert evaluate(wide, document, no_citations).matched
        if implies(wide.root, narrow.root) and evaluate(wide, document, no_citations).matched:
            assert evaluate(narrow, document, no_citations).matched
