"""An alert for a person: text from outside cannot command the terminal."""

from __future__ import annotations

import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alert.alerts import alerts_of, an_alert, article
from tests.match.watches import watch
from worker.alert.render import as_text, headline, marked, origin, visible
from worker.types import Alert

CONTROLS = ["Cc", "Zl", "Zp", "Cs"]
BIDI_CLASSES = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
MARKS = "\u200e\u200f\u061c"

NASTY = st.lists(
    st.sampled_from(
        ["\x1b[31m", "\x1b]0;x\x07", "\r", "\n", "\u202e", "\u2066", "\u200f", "\u0085", "\x9b", "\u2028"]
    )
    | st.text(st.characters(), max_size=10),
    max_size=20,
).map("".join)


def commands_in(text: str) -> list[str]:
    """The characters of a text that move a cursor, end a line or turn the writing round."""
    return [
        each
        for each in text
        if unicodedata.category(each) in CONTROLS
        or unicodedata.bidirectional(each) in BIDI_CLASSES
        or each in MARKS
    ]


@given(NASTY)
def test_nothing_visible_commands_a_terminal(text):
    assert commands_in(visible(text)) == []


@given(NASTY)
def test_making_visible_twice_is_making_visible_once(text):
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters(categories=["L", "N", "P"], exclude_characters="\ufeff")))
def test_letters_numbers_and_punctuation_stay_as_they_are(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\r\n\tb", "a b"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("abc\u202edef\u202c", "abcdef"),
        ("a\u200db", "a\u200db"),  # the joiner makes letters of some scripts and many emoji
        ("  x  ", "x"),
        ("\ud800", ""),
    ],
)
def test_what_is_seen_of_a_text(text, seen):
    assert visible(text) == seen


@given(NASTY, NASTY)
def test_the_marked_pieces_together_are_the_visible_excerpt(before, after):
    (alert,) = alerts_of(
        article(f"{before} treaty and alliance {after}"), [watch("both", "treaty AND alliance")]
    )
    pieces = list(marked(alert))
    assert "".join(part for part, _ in pieces).strip() == visible(alert.excerpt.text)
    assert commands_in("".join(part for part, _ in pieces)) == []


def test_marked_words_are_the_evidence():
    (alert,) = alerts_of(article("A treaty, an alliance."), [watch("both", "treaty AND alliance")])
    assert list(marked(alert)) == [
        ("A ", False),
        ("treaty", True),
        (", an ", False),
        ("alliance", True),
        (".", False),
    ]


def test_evidence_that_overlaps_is_marked_once():
    (alert,) = alerts_of(article("A peace treaty."), [watch("two", '"peace treaty" AND treaty')])
    assert [part for part, hit in marked(alert) if hit] == ["peace treaty"]


def test_evidence_of_another_field_is_not_marked_in_the_excerpt():
    (alert,) = alerts_of(
        article("A treaty of alliance.", title="Treaty"), [watch("b", "treaty AND alliance")]
    )
    assert alert.excerpt.field == "text"
    assert [part for part, hit in marked(alert) if hit] == ["treaty", "alliance"]


def test_the_headline_is_the_title_or_the_start_of_the_excerpt():
    assert headline(an_alert(title=" A\npact ")) == "A pact"
    assert headline(an_alert(title="\u202e")) == "They signed a treaty."
    long = headline(an_alert(text="treaty " + "word " * 100))
    assert len(long) <= 100
    assert long.endswith("word…")


def test_the_origin_names_language_source_and_time_as_far_as_known():
    assert origin(an_alert()) == "language en"
    told = an_alert(source="Harian\nContoh", published="2024-06-20T08:00:00Z")
    assert origin(told) == "language en · Harian Contoh · 2024-06-20T08:00:00Z"


def test_the_text_of_an_alert_is_four_lines():
    assert as_text(an_alert(title="A pact")) == (
        "HIGH  About treaty  [pacts/treaty]\n  A pact\n  language en\n  “They signed a ⟦treaty⟧.”\n"
    )


@given(NASTY, NASTY, NASTY)
def test_the_text_of_an_alert_is_four_lines_whatever_the_article_says(title, text, source):
    alert = an_alert(text=f"{text} treaty", title=title, source=source)
    assert commands_in(as_text(alert)) == ["\n"] * 4


def test_a_watch_s_title_cannot_command_the_terminal_either():
    alert: Alert = an_alert()
    named = msgspec.structs.replace(alert, watch=msgspec.structs.replace(alert.watch, title="\x1b[2J\nX"))
    assert commands_in(as_text(named)) == ["\n"] * 4
