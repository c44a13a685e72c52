"""Which watches an article rings, with the words that made each true.

How it is done, from the rules to the matches (the rooms' files in this order):

1. `leaves`, `entries`, `clauses`: every rule becomes clauses, rows of leaves of which one must be present,
   and leaves that must not be. Leaves are interned: a word that a thousand rules ask for is one number. Of
   the rules of machine-made lists, which keep no tree, most are cut into clauses as they stand
   (`worker.rules.flat`).
2. `required`, `rows`, `index`: each rule hangs on the leaves of its rarest clause, by how common words are
   (`worker.text.document_frequency`, mended by what the stream shows). Only rules of which one of those
   leaves is present are looked at.
3. `memory`, `vocabulary`, `phrases`, `patterns`, `sighting`: an article becomes a row of numbers; words,
   phrases, wildcards and fuzzy words are found in it without comparing text.
4. `scene`, `triggers`: which leaves the article has. A proximity of plain words is decided from their
   places; `concepts`, `standing`: so is where a concept stands. What only the plain evaluator can say
   (proximities of concepts, citations, expressions, nested proximities) is "perhaps", and it is told where
   the concepts stand.
5. `index`: all candidates are decided at once: clauses satisfied, nothing excluded. Rules that
   say more than their clauses, or rest on a perhaps, go to the plain evaluator, one shared reading for all.
6. `quotes`: the evidence of all rules that hold, at once; each place is quoted once, and they share it.
7. `matcher`: changes stand beside the index until it is built anew; `budget`: what an article may cost.

`loops` has the steps that go through arrays of words, places and rules; they are compiled when first run.
`PlainMatcher` does the same in the obvious way. `tests/match/duel.py` holds the two against each other.
"""

from typing import TYPE_CHECKING

from worker.lazily import faced

if TYPE_CHECKING:
    from worker.match.budget import Limits
    from worker.match.costs import Cost
    from worker.match.examples import document_of, explained, failing_examples, judge_example
    from worker.match.first_few import FirstFew
    from worker.match.matcher import Matcher
    from worker.match.optimisations import Optimisations
    from worker.match.plain import FieldCitations, PlainMatcher
    from worker.match.required import AnyBecause, AnyReason, Required, required_terms, why_any
    from worker.match.verdict import Match, Matching, MatchVerdict, Unevaluated
    from worker.match.warm import warm

_WHERE = {
    "AnyBecause": "required",
    "AnyReason": "required",
    "Cost": "costs",
    "FieldCitations": "plain",
    "FirstFew": "first_few",
    "Limits": "budget",
    "Match": "verdict",
    "MatchVerdict": "verdict",
    "Matcher": "matcher",
    "Matching": "verdict",
    "Optimisations": "optimisations",
    "PlainMatcher": "plain",
    "Required": "required",
    "Unevaluated": "verdict",
    "document_of": "examples",
    "explained": "examples",
    "failing_examples": "examples",
    "judge_example": "examples",
    "required_terms": "required",
    "warm": "warm",
    "why_any": "required",
}
"""Name → its file. Each is imported when first asked for: `explain` needs no index, nor numpy for it."""

__getattr__ = faced(__name__, _WHERE)


__all__ = [
    "AnyBecause",
    "AnyReason",
    "Cost",
    "FieldCitations",
    "FirstFew",
    "Limits",
    "Match",
    "MatchVerdict",
    "Matcher",
    "Matching",
    "Optimisations",
    "PlainMatcher",
    "Required",
    "Unevaluated",
    "document_of",
    "explained",
    "failing_examples",
    "judge_example",
    "required_terms",
    "warm",
    "why_any",
]
