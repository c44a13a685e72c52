"""The benchmark's own parts: what it makes and writes, without measuring anything."""

import json

import pytest

from tests.bench.matching import notation, plot, shapes, table
from tests.bench.matching.luwak import translate
from tests.bench.matching.measure import FLOOR, TOCSIN, Row
from tests.bench.matching.newsroom import ALPHABETS, Newsroom, ten_scripts
from tests.bench.matching.process import Engine, python_engine
from tests.bench.matching.rule import BenchRule, Kind, Leaf, wildcard, words
from tests.bench.matching.rule_maker import RuleMaker
from tests.bench.matching.scenarios import Scenario, patterns, scenarios, write
from tests.bench.matching.texts import Texts
from worker.rules import parse

SMALL = 8_000
RULE = BenchRule(
    ((words("naval"), words("black", "sea")), (wildcard("exerc*"), Leaf(Kind.NEAR, ("fleet", "port"), 5))),
    (words("film"),),
)


def texts(count=30):
    return Newsroom(1, vocabulary=SMALL).texts(count)


def row(engine, rate, rules=1_000, **more):
    known = {
        "scenario": f"newsroom, {rules:,}", "engine": engine, "rules": rules, "texts": 100, "rate": rate,
        "p50_ms": 1.0, "p99_ms": 3.0, "evaluated": 5.0, "matched": 2.0, "spans": 4.0, "build_seconds": 0.5,
        "memory": 50_000_000, "peak": 0, "busy": 1.0, "sized": True,
    }  # fmt: skip
    return Row(**(known | more))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("+by +1900s", "by AND 1900s"),
        ("+close* +round* +revol*", "close* AND round* AND revol*"),
        ('+"black sea" -film', '"black sea" AND NOT film'),
        ("a b c", "(a OR b OR c)"),
        ("+a b", "a"),
        ("+(a b) +(c d) -(e f)", "((a OR b)) AND ((c OR d)) AND NOT ((e OR f))"),
        ("+or +no", "or AND no"),
    ],
)
def test_a_lucene_query_becomes_a_query_of_ours(theirs, ours):
    assert translate(theirs) == ours
    parse(translate(theirs), language="und")


@pytest.mark.parametrize("query", ["", "-film", "+a (b", "+a )", "+to*", "+a OR b", "+fuzzy~2", "+title:a"])
def test_what_cannot_be_translated_is_an_error(query):
    with pytest.raises(ValueError, match="no translation"):
        translate(query)


def test_a_rule_is_written_in_each_notation():
    assert (
        notation.tocsin(RULE)
        == '("naval" OR "black sea") AND (exerc* OR ("fleet" NEAR/5 "port")) AND NOT ("film")'
    )
    assert notation.lucene(RULE) == '+("naval" "black sea") +(exerc* "fleet port"~5) -("film")'
    single = BenchRule(((words("naval"), words("sea")),), (words("film"),))
    assert notation.mokaccino(single) == '(text:"naval" OR text:"sea") AND NOT (text:"film")'


def test_mokaccino_is_given_nothing_it_would_misread():
    with pytest.raises(ValueError, match="single words"):
        notation.mokaccino(RULE)


def test_the_same_seed_makes_the_same_texts():
    assert texts() == texts()
    assert texts() != Newsroom(2, vocabulary=SMALL).texts(30)


def test_ten_scripts_are_ten_scripts():
    found = ten_scripts(1, len(ALPHABETS))
    for (consonants, _), text in zip(ALPHABETS.values(), found, strict=True):
        assert set(consonants) & set(text.lower())


def test_the_same_seed_makes_the_same_rules():
    makers = [RuleMaker(texts(), seed) for seed in (3, 3, 4)]
    first, again, other = ([maker.rule() for _ in range(50)] for maker in makers)
    assert first == again != other


def test_every_made_rule_is_one_of_ours():
    maker = RuleMaker(texts())
    made = [maker.rule() for _ in range(200)]
    made += [shapes.conjunction(maker, 100, 20), shapes.wildcards(maker, 20), shapes.names(maker, 50)]
    made += [shapes.proximities(maker)]
    for rule in made:
        parse(notation.tocsin(rule), language="und")
    assert {leaf.kind for rule in made for leaf in rule.leaves()} == set(Kind)


def test_the_floor_scans_for_what_stands_before_a_wildcard():
    assert patterns(wildcard("exer?ise*")) == [" exer"]
    assert patterns(words("black", "sea")) == [" black sea "]
    assert patterns(Leaf(Kind.NEAR, ("fleet", "port"), 5)) == [" fleet ", " port "]


def test_every_set_has_a_name_of_its_own():
    names = [scenario.name for scenario in scenarios([1_000, 10_000], quick=False, generated=True)]
    assert len(names) == len(set(names))


def test_an_engine_answers_for_a_scenario(tmp_path):
    made = Texts(texts(), "generated texts")

    def rules(found):
        maker = RuleMaker(found.lines)
        return (maker.rule() for _ in range(40))

    files = write(Scenario("small", 40, lambda: made, rules), tmp_path)
    assert json.loads(files.tocsin.read_text().splitlines()[0])["language"] == "und"
    engine = Engine(TOCSIN, python_engine("tocsin", str(files.tocsin), str(files.texts)))
    found = engine.round(20)
    pairs = engine.matches(20, tmp_path / "matches.txt")
    engine.close()
    assert engine.built.rules == 40
    assert len(found.nanoseconds) == 20
    assert found.matched == len(pairs) > 0
    assert found.spans >= found.matched


def test_the_table_keeps_the_better_presearcher_and_says_the_ratio():
    rows = [row(TOCSIN, 4_000.0), row(FLOOR, 8_000.0), row("Lucene, multi", 1_000.0, differences=0)]
    said = table.render([*rows, row("Lucene, term", 500.0, differences=7)])
    assert "Lucene, term" not in said
    assert "4.0×" in said
    assert "2.0× floor" in said


def test_the_plot_has_a_line_for_each_engine_and_a_point_for_each_size():
    rows = [
        row(engine, rate, rules)
        for engine, rate in ((TOCSIN, 9.0), ("Lucene, multi", 3.0))
        for rules in (10, 99)
    ]
    drawn = plot.svg(rows)
    assert drawn.count("<polyline") == 2
    assert drawn.count("<circle") == 4
    assert "Lucene Monitor: 3.0 articles/s with 99 rules" in drawn


def test_a_plot_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="nothing to plot"):
        plot.svg([row(TOCSIN, 9.0, sized=False)])
