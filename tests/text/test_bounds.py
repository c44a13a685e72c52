"""Where tokens stand is told alike by the quick way and by the plain one."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from worker.text import FieldText, hashes_of, terms_of

PARTS = [
    "word",
    "½",
    "W\ufeff",
    "\ufeff",
    "ﷺ",
    "—",
    "a",
    "\n\n",
    "\r\n",
    "soft\u00adhyphen",
    "1½",
    "\t",
    "\u2029",
]


def texts() -> list[str]:
    pick = random.Random(11)
    return [
        "".join(pick.choice(PARTS) + pick.choice((" ", "", " ")) for _ in range(pick.choice((5, 40, 200))))
        for _ in range(300)
    ]


def places_of(field: FieldText) -> tuple[list[int], list[int]]:
    edges = field.edges.tolist()
    return edges[::2], edges[1::2]


def test_pieces_that_are_no_token_or_several_are_placed_as_by_the_plain_way():
    for raw in texts():
        quick, plain = FieldText("text", raw), FieldText("text", raw)
        several = [at for at, term in enumerate(terms_of(quick.pieces)) if term is None]
        quick.looked_up(np.asarray(several, np.int64) if several else None)
        assert places_of(quick) == (plain.starts, plain.ends)


def test_the_lead_ends_with_the_paragraph_of_the_first_token_or_after_a_hundred():
    for raw in texts():
        field = FieldText("text", raw)
        numbers = field.paragraphs()[:100]
        assert field.lead_end() == sum(number == numbers[0] for number in numbers)


MIXED = st.text(
    st.sampled_from(
        "aЖé9_ 漢字かなﾊﾟ한글각กิ่งကြာខ្មែរ\u0301\u3099\u200d\u00ad\ufe0f\u0e34\U0002000b\U0001f600\u1160\u11a8"
    )
    | st.characters(),
    max_size=60,
)


@given(MIXED)
def test_pieces_cut_by_the_loop_are_those_cut_by_the_expression(raw: str):
    quick, plain = FieldText("text", raw), FieldText("text", raw)
    hashes = quick.hashes
    if hashes is not None:
        assert quick.pieces_at(np.arange(len(hashes))) == plain.pieces
        assert places_of(quick) == (plain.starts, plain.ends)
        assert hashes_of(plain.pieces).tolist() == hashes.tolist()
        alike = dict(zip(plain.pieces, hashes.tolist(), strict=True))
        assert [alike[piece] for piece in plain.pieces] == hashes.tolist()
    else:
        assert any("\u1100" <= mark <= "\u11ff" or mark >= "\ua960" for mark in raw)


def test_equal_words_have_equal_hashes_and_others_do_not():
    field = FieldText("text", "one two One one " * 20)
    assert field.hashes is not None
    one, two, capital, again = field.hashes[:4].tolist()
    assert one == again
    assert len({one, two, capital}) == 3
