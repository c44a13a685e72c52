"""What must hold of every rule and every article, whatever they say."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from worker.rules import Reading, Rule, RuleErrors, compile_concept, evaluate, explain, parse, print_tree
from worker.rules.terms import literals_of
from worker.rules.tree import MAX_DEPTH, children
from worker.text import Document, tokenize
from worker.types import Article

CONCEPTS = {
    name: compile_concept(name, phrases)[0]
    for name, phrases in {
        "pact": {"en": ["mutual pact", "treat*"], "de": ["vertrag"]},
        "x": {"und": ["=B"]},
    }.items()
}
WORDS = [
    "a",
    "b",
    "c",
    "treaty",
    "treaties",
    "Vertrag",
    "pact",
    "mutual",
    "条",
    "约",
    "е\u0301",
    "ﬁ",
    "B",
    "🔥",
    "١٢",
]

words = st.sampled_from(WORDS)
atoms = st.one_of(
    st.sampled_from(
        [
            "a",
            "b",
            "c",
            "treaty",
            "pact",
            '"a b"',
            '"mutual pact"',
            "treat*",
            "=B",
            "treaty~",
            "/[ab] ?c/",
            "@pact",
            "@x",
            "条约",
            "vertra?",
            "title:a",
            "lead:b",
            "ﬁ",
            '"b 12"',
            '="a b"',
        ]
    )
)
operators = st.sampled_from(
    ["NEAR/0", "NEAR/1", "NEAR/3", "PRE/0", "PRE/2", "NOT NEAR/1", "SENTENCE", "PARAGRAPH"]
)


@st.composite
def places(draw: st.DrawFn, depth: int = 2) -> str:
    """A query that has places: no AND, no NOT."""
    if depth == 0 or draw(st.booleans()):
        return draw(atoms)
    left, right = draw(places(depth - 1)), draw(places(depth - 1))
    return f"(({left}) {draw(st.one_of(operators, st.just('OR')))} ({right}))"


@st.composite
def queries(draw: st.DrawFn, depth: int = 3) -> str:
    """Any query, sound or true of nothing."""
    kind = draw(st.integers(0, 6)) if depth else 0
    if kind <= 1:
        return draw(places())
    if kind == 2:
        return f"ATLEAST/{draw(st.integers(1, 3))}({draw(places())})"
    parts = [draw(queries(depth - 1)) for _ in range(draw(st.integers(1, 3)))]
    if kind == 3:
        return f"{draw(st.integers(1, len(parts)))} OF ({', '.join(parts)})"
    if kind == 4:
        return f"NOT ({parts[0]})"
    joint = " OR " if kind == 5 else draw(st.sampled_from([" AND ", " "]))
    return "(" + joint.join(f"({part})" for part in parts) + ")"


separators = st.sampled_from([" ", " ", " ", ". ", "\n\n", "-", "、", " 🔥 ", "\u200b", ""])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Words of the rules in any order, with all that may stand between."""
    pieces = draw(st.lists(st.tuples(words, separators), min_size=1, max_size=14))
    return "".join(itertools.chain.from_iterable(pieces))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    title, text = draw(texts()), draw(texts())
    return Document.of(Article(id="1", title=title, text=text), draw(st.sampled_from(["en", "de", "und"])))


def no_citations(_field):
    return ()


def parsed(query: str) -> Rule:
    try:
        return parse(query, concepts=CONCEPTS)
    except RuleErrors:
        assume(False)
        raise


@given(st.text(max_size=200))
@settings(max_examples=500)
def test_any_string_parses_or_gives_errors(query: str):
    try:
        rule = parse(query)
    except RuleErrors as refused:
        errors = refused.errors
    else:
        assert parse(print_tree(rule.root)).root == rule.root
        return
    assert errors
    for error in errors:
        assert 1 <= error.line <= query.count("\n") + 1
        assert error.column >= 1
        assert str(error)


FRAGMENTS = [
    "a",
    " ",
    "(",
    ")",
    "AND",
    "OR",
    "NOT",
    "-",
    '"',
    "NEAR/3",
    "PRE/2",
    "NOT NEAR/1",
    "title:",
    "lead:",
]
FRAGMENTS += [
    "2 OF (",
    "ATLEAST/2(",
    ",",
    "@pact",
    "@",
    "cite(nato 5)",
    "cite(",
    "/a/",
    "/",
    "=b",
    "~",
    "*",
    "treaty",
]
FRAGMENTS += ["SENTENCE", "\n", "“", "（", "NEAR", "w/5", "|", "\\", "[", "{2,1}"]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(" ".join))
@settings(max_examples=1000)
def test_any_sequence_of_operators_parses_or_gives_errors(query: str):
    try:
        rule = parse(query, concepts=CONCEPTS)
    except RuleErrors:
        return
    assert parse(print_tree(rule.root), concepts=CONCEPTS).root == rule.root


@given(queries())
def test_a_printed_tree_parses_to_itself(query: str):
    rule = parsed(query)
    printed = print_tree(rule.root)
    again = parse(printed, concepts=CONCEPTS)
    assert again.root == rule.root
    assert print_tree(again.root) == printed


@given(queries(), documents())
@settings(max_examples=400)
def test_evidence_stands_where_it_says_and_satisfies_the_leaf_that_it_names(query: str, document: Document):
    rule = parsed(query)
    verdict = evaluate(rule, document, no_citations)
    assert verdict.matched == bool(verdict.leaves)
    for leaf in verdict.leaves:
        assert document.fields[leaf.field].raw[leaf.start : leaf.end] == leaf.quote
        fields = {"title": "x", "text": "x", leaf.field: leaf.quote}
        alone = Document.of(Article(id="1", **fields), document.language)
        assert evaluate(parse(f"any:{leaf.leaf}", concepts=CONCEPTS), alone, no_citations).matched


@given(queries(), documents())
@settings(max_examples=300)
def test_an_explanation_agrees_with_the_verdict(query: str, document: Document):
    rule = parsed(query)
    assert explain(rule, document, no_citations).matched == evaluate(rule, document, no_citations).matched


@given(queries(), queries(), documents())
@settings(max_examples=300)
def test_and_is_contained_in_both_and_or_contains_both(one: str, other: str, document: Document):
    def holds(query: str) -> bool:
        return evaluate(parsed(query), document, no_citations).matched

    left, right = holds(one), holds(other)
    assert holds(f"({one}) AND ({other})") == (left and right)
    assert holds(f"({one}) OR ({other})") == (left or right)
    assert holds(f"2 OF (({one}), ({other}))") == (left and right)


@given(queries(), queries(), documents())
@settings(max_examples=200)
def test_not_is_the_opposite(one: str, other: str, document: Document):
    without = parsed(f"({one}) AND NOT ({other})")
    reading = Reading(document, no_citations)
    expected = reading.evaluate(parsed(one)).matched and not reading.evaluate(parsed(other)).matched
    assert reading.evaluate(without).matched == expected


def _evidence(query: str, document: Document) -> set:
    verdict = evaluate(parsed(query), document, no_citations)
    return {(leaf.field, leaf.start, leaf.end, leaf.leaf) for leaf in verdict.leaves}


@given(places(), places(), st.integers(0, 4), documents())
@settings(max_examples=300)
def test_near_grows_with_its_distance(one: str, other: str, distance: int, document: Document):
    nearer = _evidence(f"({one}) NEAR/{distance} ({other})", document)
    wider = _evidence(f"({one}) NEAR/{distance + 1} ({other})", document)
    assert nearer <= wider


@given(places(), places(), st.integers(0, 4), documents())
@settings(max_examples=300)
def test_pre_is_within_near_and_near_is_pre_either_way(
    one: str, other: str, distance: int, document: Document
):
    near = _evidence(f"({one}) NEAR/{distance} ({other})", document)
    forth = _evidence(f"({one}) PRE/{distance} ({other})", document)
    back = _evidence(f"({other}) PRE/{distance} ({one})", document)
    assert near == forth | back


@given(places(), places(), st.integers(0, 4), documents())
@settings(max_examples=300)
def test_not_near_shrinks_with_its_distance(one: str, other: str, distance: int, document: Document):
    wider = _evidence(f"({one}) NOT NEAR/{distance + 1} ({other})", document)
    nearer = _evidence(f"({one}) NOT NEAR/{distance} ({other})", document)
    assert wider <= nearer <= _evidence(one, document)


@given(places(), documents())
@settings(max_examples=200)
def test_at_least_one_is_the_query_itself(query: str, document: Document):
    assert _evidence(f"ATLEAST/1({query})", document) == _evidence(query, document)


@given(places(), documents())
@settings(max_examples=200)
def test_a_field_only_restricts(query: str, document: Document):
    for field in ("title", "text", "lead"):
        rule = f"{field}:({query})"
        assert _evidence(rule, document) <= _evidence(query, document)


@given(st.lists(st.sampled_from(["a", "b", "x", ".", "\n\n"]), max_size=20).map(" ".join))
def test_one_sentence_lies_in_one_paragraph(text: str):
    document = Document.of(Article(id="1", title="t", text=text), "en")
    assert _evidence("a SENTENCE b", document) <= _evidence("a PARAGRAPH b", document)


def _depth(node) -> int:
    return 1 + max(map(_depth, children(node)), default=0)


@given(st.integers(1, 300), st.sampled_from(["NOT (", "(a (b OR ", "ATLEAST/2(", "1 OF (a, ", "title:("]))
def test_no_tree_is_deeper_than_its_bound(levels: int, opening: str):
    try:
        rule = parse(opening * levels + "a" + ")" * (levels * opening.count("(")))
    except RuleErrors:
        return
    assert _depth(rule.root) <= MAX_DEPTH + 1


@pytest.mark.parametrize(
    "query",
    [
        "(" * 10000 + "treaty" + ")" * 10000,
        "(" * 10000,
        ")" * 10000,
        "-" * 20000 + "a",
        '"' * 20000,
        "a NEAR/5 " * 2222 + "a",
        "(a " * 5000,
        "/" * 20000,
        "cite(" * 4000,
        "@" * 20000,
        "NOT " * 5000 + "a",
        "(a NEAR/1 " * 2000 + "a" + ")" * 2000,
        "title:(" * 2800 + "a" + ")" * 2800,
        "2 OF (a, " * 2000,
        "*" * 20000,
        "a?" * 10000,
        "\\" * 20000,
        "é" * 10000,
        "條" * 20000,
        "=" * 20000,
        "~" * 20000,
    ],
    ids=lambda query: repr(query[:12]),
)
def test_a_rule_of_twenty_thousand_characters_parses_or_gives_errors(query: str):
    try:
        rule = parse(query)
    except RuleErrors as refused:
        told = str(refused)
    else:
        assert parse(print_tree(rule.root)).root == rule.root
        return
    assert 0 < len(told) < 20_000


@given(st.text("aB1 é条", max_size=8).filter(str.strip))
def test_plain_words_are_cut_as_the_tokenizer_cuts_them(text: str):
    tokens = tokenize(text)
    assert [term.folded for term in literals_of(text)] == tokens.terms
    assert [term.raw for term in literals_of(text)] == [
        text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)
    ]
