"""Articles that mean harm: the work they cause is counted, by looks at a clock and by what is remembered.

`python -m tests.bench.hostile` shows what such articles take of time and memory.
"""

from __future__ import annotations

from tests.match.test_budget import Ticking, document
from tests.match.watches import watch
from worker.match import Limits, Matcher
from worker.match.index import LOOK_AT_THE_CLOCK
from worker.match.vocabulary import REMEMBERED

RULES = 10_000
WITHOUT_END = Limits(article_seconds=1e9, rule_seconds=1e9)


def test_a_word_that_anchors_ten_thousand_rules_takes_one_look_for_many_of_them():
    watches = [watch(f"w{at}", f"treaty AND (the OR word{at})") for at in range(RULES)]
    clock = Ticking()
    begun = clock.seconds
    verdict = Matcher(watches, WITHOUT_END, clock).match(document("the treaty " * 5))
    assert len(verdict.matches) == RULES
    assert clock.seconds - begun < 10 + 2 * RULES / LOOK_AT_THE_CLOCK


def test_rules_that_are_not_true_quote_nothing_however_often_their_word_stands_there():
    watches = [watch(f"w{at}", f"treaty NEAR/3 word{at}") for at in range(RULES)]
    matcher = Matcher(watches, Limits(article_seconds=1e9, rule_seconds=1e9, evidence=0), Ticking())
    verdict = matcher.match(document("treaty " * 100_000))
    assert (verdict.matches, verdict.unevaluated, verdict.evaluated) == ((), (), 0)


def test_an_article_of_ten_megabytes_is_matched_whole():
    text = "all quiet in the harbour " * 400_000 + "treaty"
    (match,) = Matcher([watch("it", "treaty")], WITHOUT_END, Ticking()).match(document(text)).matches
    assert match.leaves[0].start == len(text) - len("treaty")


def test_a_million_distinct_words_are_not_kept_for_the_next_article():
    matcher = Matcher([watch("it", "treaty"), watch("wild", "wor*ds")])
    assert len(matcher.match(document(" ".join(f"t{at:x}" for at in range(1_000_000)))).matches) == 0
    assert len(matcher.match(document("a treaty")).matches) == 1
    assert len(matcher._base.book.vocabularies[0].forms) < REMEMBERED


def test_an_expression_that_searches_to_the_end_for_each_of_its_matches_is_interrupted():
    clock = Ticking()
    begun = clock.seconds
    matcher = Matcher(
        [watch("heavy", "/xa*y|x/"), watch("one", "treaty")],
        Limits(article_seconds=1e9, rule_seconds=20),
        clock,
    )
    verdict = matcher.match(document("x" + "a" * 1_000 + " x" * 5_000 + " treaty"))
    assert [match.watch.id for match in verdict.matches] == ["pacts/one"]
    assert [(one.watch.id, one.budget) for one in verdict.unevaluated] == [("pacts/heavy", "rule_seconds")]
    assert clock.seconds - begun < 100


def test_a_run_of_letters_whose_last_mark_is_of_the_first_takes_no_room_of_its_square():
    text = "zz " + "a½b½" * 8_000 + "⅔ﳴ"
    (match,) = Matcher((watch("long", '"2b1" OR "2a1"'),)).match(document(text)).matches
    assert match.words == 2 * 8_000 - 1
    assert max(len(leaf.quote) for leaf in match.leaves) < 10
    assert all(text[leaf.start : leaf.end] == leaf.quote for leaf in match.leaves)
