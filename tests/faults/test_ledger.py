"""The campaign's own judgement: it sees what is missing, what came twice and what nobody asked for."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

import pytest

from tests.faults.ledger import Input, Ledger, articles, poison


@dataclass
class Found:
    """A record as a reader gives it."""

    value: bytes = b""
    headers: tuple[tuple[str, bytes], ...] = ()


RINGS = Input(b"a-1", b"{}", "alerted")
SILENT = Input(b"a-2", b"{}", "no_match")
BAD = Input(b"a-3", b"{", "dead_letter")
LEDGER = Ledger({(0, 0): RINGS, (0, 1): SILENT, (1, 0): BAD})


def alert(name: str) -> Found:
    return Found(json.dumps({"article": {"id": name}}).encode())


def letter(partition: int, offset: int) -> Found:
    return Found(
        headers=(("tocsin.partition", str(partition).encode()), ("tocsin.offset", str(offset).encode()))
    )


def test_what_was_expected_is_not_wrong() -> None:
    assert LEDGER.wrong_alerts([alert("a-1")], "later") == []
    assert LEDGER.wrong_letters([letter(1, 0)], "later") == []
    assert LEDGER.wrong_sum([alert("a-1")], [letter(1, 0)], {0: 2, 1: 1}) == []


@pytest.mark.parametrize(
    ("names", "word"),
    [([], "1 missing"), (["a-1", "a-1"], "1 more than once"), (["a-1", "a-2"], "1 never asked for")],
)
def test_alerts_that_are_not_the_expected_ones_are_told(names: list[str], word: str) -> None:
    (told,) = LEDGER.wrong_alerts([alert(name) for name in names], "first")
    assert word in told
    assert "first reader" in told


def test_dead_letters_are_known_by_where_their_message_stood() -> None:
    assert any("1 missing" in each for each in LEDGER.wrong_letters([letter(0, 1)], "first"))
    assert any("more than once" in each for each in LEDGER.wrong_letters([letter(1, 0)] * 2, "first"))


@pytest.mark.parametrize(
    ("alerts", "letters", "committed"),
    [
        ([], [letter(1, 0)], {0: 2, 1: 1}),
        ([alert("a-1")], [], {0: 2, 1: 1}),
        ([alert("a-1")], [letter(1, 0)], {0: 1, 1: 1}),
        ([alert("a-1")], [letter(1, 0)], {}),
    ],
)
def test_a_sum_that_does_not_add_up_is_told(
    alerts: list[Found], letters: list[Found], committed: dict[int, int]
) -> None:
    assert LEDGER.wrong_sum(alerts, letters, committed)


def test_a_round_puts_in_messages_of_every_kind() -> None:
    outcomes = {each.outcome for each in articles("r", 300, random.Random(1))}
    assert outcomes == {"alerted", "no_match", "dead_letter", "tombstone"}
    assert {each.key for each in poison("p", 5)} == {b"p"}
