"""Changes while it runs: a revised matcher says what one made anew of the same watches says."""

from __future__ import annotations

import random

from tests.match.duel import Maker, again
from tests.match.watches import watch
from worker.match import Matcher
from worker.text import Document
from worker.types import Article


def document(text: str) -> Document:
    return Document.of(Article(id="a", text=text), "en")


def ids(matcher: Matcher, text: str) -> list[str]:
    return [match.watch.id for match in matcher.match(document(text)).matches]


def test_a_watch_is_added_replaced_and_removed():
    first = Matcher([watch("one", "treaty"), watch("two", "treaty")])
    added = first.revise([watch("three", "treaty")])
    replaced = added.revise([watch("one", "pact")])
    removed = replaced.revise(removed=["pacts/two"])
    assert ids(added, "treaty") == ["pacts/one", "pacts/two", "pacts/three"]
    assert ids(replaced, "treaty pact") == ["pacts/two", "pacts/three", "pacts/one"]
    assert ids(removed, "treaty pact") == ["pacts/three", "pacts/one"]
    assert ids(first, "treaty") == ["pacts/one", "pacts/two"]


def test_removing_what_is_not_there_changes_nothing():
    matcher = Matcher([watch("one", "treaty")])
    assert ids(matcher.revise(removed=["pacts/none"]), "treaty") == ["pacts/one"]


def test_a_watch_that_was_added_later_can_be_removed():
    matcher = Matcher([watch("one", "treaty")]).revise([watch("two", "treaty")])
    assert ids(matcher.revise(removed=["pacts/two"]), "treaty") == ["pacts/one"]
    assert ids(matcher.revise([watch("two", "pact")]), "treaty") == ["pacts/one"]


def test_a_removed_watch_is_not_looked_at():
    matcher = Matcher([watch("one", "treaty"), watch("two", "treaty")]).revise(removed=["pacts/one"])
    assert matcher.match(document("treaty")).evaluated == 1


def test_revised_again_and_again_is_as_made_anew_and_as_compacted():
    maker, pick = Maker(3), random.Random(3)
    matcher = Matcher([maker.watch(number) for number in range(60)])
    for _ in range(12):
        added = [maker.watch(pick.randrange(80)) for _ in range(pick.randint(0, 4))]
        added = list({one.id: one for one in added}.values())
        removed = [f"duel/{pick.randrange(80)}" for _ in range(pick.randint(0, 4))]
        gone = {*removed, *(one.id for one in added)}
        expected = [one for one in matcher.watches if one.id not in gone] + added
        matcher = matcher.revise(added, removed)
        assert list(matcher.watches) == expected
        anew, compacted = Matcher(expected), matcher.compacted()
        for _ in range(5):
            read = maker.document()
            said = [one.match(again(read)) for one in (matcher, anew, compacted)]
            assert said[0].matches == said[1].matches == said[2].matches
            assert said[0].unevaluated == said[1].unevaluated == said[2].unevaluated
        if pick.random() < 0.3:
            matcher = compacted


def test_compacting_is_due_when_much_stands_beside_or_is_crossed_out():
    matcher = Matcher([watch(f"w{at}", f"word{at}") for at in range(8)])
    assert not matcher.should_compact
    assert matcher.revise(removed=[f"pacts/w{at}" for at in range(3)]).should_compact
    assert matcher.revise([watch(f"n{at}", "treaty") for at in range(300)]).should_compact


def test_a_compacted_index_hangs_rules_on_what_was_rare_in_the_stream():
    matcher = Matcher([watch("it", "treaty AND plenipotentiary")])
    for _ in range(3_000):
        matcher.match(document("the plenipotentiary spoke"))
    assert matcher.match(document("plenipotentiary")).evaluated == 1
    assert matcher.compacted().match(document("plenipotentiary")).evaluated == 0
    assert ids(matcher.compacted(), "the treaty of the plenipotentiary") == ["pacts/it"]
