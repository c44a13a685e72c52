"""Every `.case` file against the plain evaluator, and its rules against the printer."""

from __future__ import annotations

import pytest

from tests.rules.casefile import Case, all_cases
from worker.rules import RuleErrors, evaluate, explain, parse, print_tree

ALL = all_cases()


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_case(case: Case):
    if case.error is not None:
        with pytest.raises(RuleErrors) as refused:
            case.compiled()
        assert case.error in str(refused.value)
        return
    rule = case.compiled()
    case.check(evaluate(rule, case.document(), case.citations))
    explained = explain(rule, case.document(), case.citations)
    assert explained.matched is not case.none
    printed = print_tree(rule.root)
    assert parse(printed, language=case.words, concepts=rule.concepts).root == rule.root


def test_there_are_enough_cases_in_enough_languages():
    assert len(ALL) >= 300
    assert len({case.language or case.words for case in ALL}) >= 20
