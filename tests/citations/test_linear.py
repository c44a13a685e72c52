"""No text makes the recogniser work more than in proportion to its length; counted, not timed."""

from __future__ import annotations

import pytest

from worker.citations import grading, groups, mentions, recognise

REPEATED = {
    "nouns and numbers": "Article Article 51 51 51 ",
    "citations": "Article 51 ",
    "a list without end": "51, ",
    "numbers first": "51. ve maddesi ",
    "Han": "第五十一条",
    "ranges": "Article 1-60, ",
    "names": "UN Charter of the Charter of the United ",
    "a construction that never closes": "Article 51 (of the ",
    "subjects": "Security Council self-defence Article 51. ",
    "spelled": "Article fifty one and ",
    "taken up again": "Article fifty one. The same article, ",
    "numbers that count": "第2条、51条の",
    "dropped code points": "Article\u200b 51\u0301 ",
    "one word": "მუხლ",
    "initials": "m. 51 BM Şartı ",
    "ranges before the noun": "39-51. madde 39-",
    "a name between": "51-asis JT Chartijos straipsnis ",
    "pairs": "Articles 2(4) and 51 of the Charter ",
}


class Counting:
    """Counts the calls of the expressions that do the reading."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = 0
        for module, name in (
            (groups, "read_item"),
            (groups, "_parts"),
            (groups, "_backward"),
            (mentions, "_longest"),
            (grading, "gap_cost"),
        ):
            monkeypatch.setattr(module, name, self._counted(getattr(module, name)))

    def _counted(self, function):
        def counted(*arguments, **keywords):
            self.calls += 1
            return function(*arguments, **keywords)

        return counted

    def of(self, text: str) -> int:
        self.calls = 0
        recognise(text)
        return self.calls


@pytest.mark.parametrize("unit", REPEATED.values(), ids=REPEATED.keys())
@pytest.mark.parametrize("before", ["", "Article "])
def test_twice_the_text_is_at_most_twice_the_work(unit, before, monkeypatch):
    counting = Counting(monkeypatch)
    once = counting.of(before + unit * 300)
    twice = counting.of(before + unit * 600)
    assert twice <= 2 * once + 50
    assert once <= 20 * len(before + unit * 300)


@pytest.mark.parametrize("unit", REPEATED.values(), ids=REPEATED.keys())
def test_what_is_found_does_not_outgrow_the_text(unit):
    for count in (400, 4_000):
        text = "Article " + unit * count
        assert len(recognise(text)) <= len(text) // 2 + groups.MOST_TOLD + groups.MOST_LISTED


def test_quotes_do_not_hold_a_whole_text():
    found = recognise("Article " + "51, " * 20_000)
    assert max(len(citation.quote) for citation in found) < 2_000


@pytest.mark.parametrize(
    "text",
    [
        "Article 51" + " " * 50_000 + "of the UN Charter",
        "Article 51" + "(" * 50_000,
        "a" * 50_000 + " Article 51",
    ],
    ids=["spaces", "brackets", "letters"],
)
def test_a_long_run_of_one_character_is_read_past(text):
    assert [citation.provision for citation in recognise(text)] == ["51"]
