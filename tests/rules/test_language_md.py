"""LANGUAGE.md says nothing that is not so: each of its examples is run."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from tests.rules.casefile import Case, read_cases
from worker.rules import RuleErrors, evaluate, explain, parse

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


def test_every_operator_of_the_cheat_sheet_that_is_a_whole_query_parses():
    sheet = PAGE[PAGE.index("## Cheat sheet") :]
    ours = [row.split(" | ")[-1] for row in re.findall(r"^\| `.*\|$", sheet, re.MULTILINE)]
    queries = [query for cell in ours for query in re.findall(r"`([^`]+)`", cell)]
    queries = [query for query in queries if not query.startswith(("languages:", "NOT a", "-a", "w/5"))]
    assert len(queries) > 25
    for query in queries:
        parse(query.replace("a~", "abcde~"))


def test_the_fences_are_all_of_a_known_kind():
    kinds = set(re.findall(r"^```(\w+)$", PAGE, re.MULTILINE))
    assert kinds == {"case", "yaml", "error", "explanation"}
