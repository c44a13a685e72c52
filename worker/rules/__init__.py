"""The rule language: a closed room. Text in, tree out; tree and article in, verdict and evidence out.

`LANGUAGE.md` beside this file is the reference for people who write rules.
"""

from __future__ import annotations

from worker.rules.concepts import Concept, ConceptPhrase, compile_concept
from worker.rules.errors import Place, Position, Problem, QueryPlace, RuleError, RuleErrors, nearest, visible
from worker.rules.evaluate import LeafMatch, Reading, Verdict, evaluate
from worker.rules.explain import Clause, Explanation, State, explain
from worker.rules.occurrences import BudgetExceeded, Citations
from worker.rules.parser import Rule, parse
from worker.rules.printer import print_tree

__all__ = [
    "BudgetExceeded",
    "Citations",
    "Clause",
    "Concept",
    "ConceptPhrase",
    "Explanation",
    "LeafMatch",
    "Place",
    "Position",
    "Problem",
    "QueryPlace",
    "Reading",
    "Rule",
    "RuleError",
    "RuleErrors",
    "State",
    "Verdict",
    "compile_concept",
    "evaluate",
    "explain",
    "nearest",
    "parse",
    "print_tree",
    "visible",
]
