"""Flat queries are read without a tree, and mean what the parser says they mean."""

from __future__ import annotations

import random

import pytest

from worker.rules import RuleErrors, parse, print_tree
from worker.rules.flat import cut, leaf_of, print_flat
from worker.rules.tree import Phrase

PIECES = (
    *("a b c treaty NOT AND OR AND OR NOT ( ) , wor*d wor* =x -a cite title:x @c /x/ Ünion 条约 w~".split()),
    *('("a" NEAR/5 "b c")', '"51" PRE/2 a', '"or" NEAR/3 "a"', 'abc*'),
    *('"a b"', '"a', 'b"', '"A AND b"', '"a OR b"', "(a NEAR/5 b)", "a PRE/2 b", "NEAR/5", "2 OF (a, b)", ""),
    *('"near"', '"and"', '"51"'),
)  # fmt: skip


def test_a_flat_query_is_its_clauses():
    query = '("black sea" OR exerc*) AND naval AND NOT (film OR (fleet NEAR/5 port))'
    assert cut(query) == [
        (False, ['"black sea"', "exerc*"]),
        (False, ["naval"]),
        (True, ["film", "(fleet NEAR/5 port)"]),
    ]
    assert print_flat(query) == '("black sea" OR exerc*) AND naval AND NOT (film OR fleet NEAR/5 port)'


@pytest.mark.parametrize(
    "query",
    [
        *("", " ", "a b", " a", "a AND", "NOT a", "NOT a AND NOT b", "a OR b AND c", "a AND b OR c"),
        *("(a AND b) OR c", "((a) OR b) AND (c", "title:a", "@c", "=a", "a~", "/a/", "cite(nato 5)"),
        *("2 OF (a, b)", "ATLEAST/2(a)", '"a AND b" AND c', '("a OR b" AND c)', "a\nAND b"),
        *(
            "(a) NEAR/5 (b)",
            "(a OR b) NEAR/5 c",
            "(a) OR (b)",
            "a* AND b",
            "NEAR AND b",
            "OF",
            "x AND NOT a OR b",
        ),
    ],
)
def test_what_is_not_certain_is_left_to_the_parser(query: str):
    assert not print_flat(query)


def test_whatever_is_flat_means_what_the_parser_says():
    draw, flat_ones = random.Random(1), 0
    for _ in range(60_000):
        query = " ".join(draw.choices(PIECES, k=draw.randint(1, 9)))
        query = query.replace("( ", "(").replace(" )", ")")
        flat = print_flat(query)
        if not flat:
            continue
        flat_ones += 1
        assert flat == print_tree(parse(query).root), query
    assert flat_ones > 1_000


def test_a_query_of_leaves_that_look_sure_is_printed_as_a_tree_prints_it():
    draw = random.Random(2)
    sides = ("a", "near", '"or"', '"51"', '"b c"', '"7 d"')
    words = ('"a"', '"b c"', '"51"', '"not"', '"near 5"', "abc*")

    def leaf() -> str:
        if draw.random() < 0.6:
            return draw.choice(words)
        near = " ".join(map(draw.choice, (sides, ("NEAR/1", "NEAR/10", "PRE/999"), sides)))
        return draw.choice((near, f"({near})"))

    def clause() -> str:
        leaves = [leaf() for _ in range(draw.randint(1, 3))]
        return leaves[0] if len(leaves) == 1 and draw.random() < 0.5 else f"({' OR '.join(leaves)})"

    for _ in range(20_000):
        negations = (draw.choice(("", "", "NOT ")) for _ in range(draw.randint(0, 3)))
        query = " AND ".join((clause(), *(f"{negation}{clause()}" for negation in negations)))
        assert print_flat(query) == print_tree(parse(query).root), query


@pytest.mark.parametrize(
    "text",
    [
        *('"black sea"', "(fleet NEAR/5 port)", "fleet PRE/2 port", "naval", '"51"', "exerc*"),
        *('("black sea" NEAR/5 "port")', '"fleet" PRE/12 "51"', '"and" NEAR/5 "or"'),
    ],
)
def test_a_leaf_read_alone_is_what_the_parser_makes_of_it(text: str):
    assert leaf_of(text) == parse(text).root


def test_a_leaf_stands_where_it_stands():
    node = leaf_of("(fleet NEAR/5 port)")
    assert (node.start, node.end) == (1, 18)
    assert [type(node.left), node.right.start] == [Phrase, 14]  # type: ignore[attr-defined]


def test_cutting_says_nothing_of_the_pieces():
    assert cut('"a AND b"') == [(False, ['"a']), (False, ['b"'])]


def test_a_rule_without_its_tree_has_the_same():
    rule = parse('title:("black sea" NEAR/3 fleet) AND NOT film')
    assert rule.without_tree().tree is None
    assert rule.without_tree().root == rule.root
    assert rule.without_tree().written(rule.without_tree().root) == rule.query


def test_a_query_with_an_error_is_not_flat():
    with pytest.raises(RuleErrors):
        parse("a AND (b")
    assert not print_flat("a AND (b")
