"""An alert: its id, its evidence, the sentence around it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alert.alerts import ENGINE, MATCHED, TREATY, alerts_of, an_alert, article
from tests.match.watches import watch
from worker.alert import alert_id
from worker.alert.decide import MAX_EVIDENCE, MAX_EXCERPT, MAX_QUOTE
from worker.types import Alert, Article, Grade, Severity

PIECES = st.lists(
    st.sampled_from(
        [*"treaty Treaties alliance . ! ? 。 \n \n\n 条约 🔥 е́ ﬁ \u200b \u202e \x1b[31m".split(" "), " "]
    )
    | st.text(max_size=8),
    max_size=30,
)


def fields_of(read: Article) -> dict[str, str]:
    named = {"title": read.title, "text": read.text, "url": read.url or "", "source": read.source or ""}
    return named | {f"authors[{at}]": author for at, author in enumerate(read.authors)}


def holds(alert: Alert, read: Article) -> bool:
    """Whether every quote and the excerpt are what stands at their places in the article as received."""
    fields, excerpt = fields_of(read), alert.excerpt
    return fields[excerpt.field][excerpt.start : excerpt.end] == excerpt.text and all(
        fields[item.field][item.start : item.end] == item.quote != "" for item in alert.evidence
    )


def test_the_id_depends_on_watch_and_article_ids_only():
    first = an_alert()
    louder = msgspec.structs.replace(TREATY, title="Else", severity=Severity.LOW, version="x", query="TREATY")
    (again,) = alerts_of(article("Another treaty altogether.", "a-1", title="New"), [louder], "de")
    assert again.id == first.id == alert_id("pacts/treaty", "a-1")


def test_another_watch_or_another_article_has_another_id():
    (other,) = alerts_of(article("They signed a treaty."), [watch("other", "treaty")])
    assert len({an_alert(1).id, an_alert(2).id, other.id}) == 3


def test_watch_and_article_cannot_be_confused_in_the_id():
    assert alert_id("a", "b") != alert_id("b", "a")
    assert alert_id("ab", "c") != alert_id("a", "bc")


@given(st.text(st.characters()), st.text(st.characters()))
def test_an_id_is_32_hexadecimal_digits_whatever_the_ids(watch_id, article_id):
    assert len(bytes.fromhex(alert_id(watch_id, article_id))) == 16


def test_an_alert_says_what_it_was_told():
    alert = an_alert(1, title="A pact", url="https://news.example/1", source="Example", language="en-GB")
    assert (alert.article.title, alert.article.url, alert.article.source) == (
        "A pact",
        "https://news.example/1",
        "Example",
    )
    assert (alert.language.code, alert.language.declared) == ("en", "en-GB")
    assert (alert.watch.id, alert.watch.watchlist, alert.watch.tags) == ("pacts/treaty", "pacts", ("test",))
    assert (alert.matched, alert.engine) == (MATCHED, ENGINE)


def test_the_excerpt_is_the_sentence_of_the_evidence():
    assert (
        an_alert(text="It rained. They signed a treaty. It was late.").excerpt.text.strip()
        == "They signed a treaty."
    )


def test_the_excerpt_is_the_sentence_with_the_most_kinds_of_evidence():
    read = article("A treaty, a treaty, a treaty. An alliance by treaty. An alliance.")
    (alert,) = alerts_of(read, [watch("both", "treaty AND alliance")])
    assert alert.excerpt.text.strip() == "An alliance by treaty."


def test_of_equal_sentences_the_first_is_the_excerpt():
    assert an_alert(text="A treaty here. A treaty there.").excerpt.text.strip() == "A treaty here."


def test_evidence_across_two_sentences_has_both_in_its_excerpt():
    (alert,) = alerts_of(
        article("It rained. They spoke of peace. Treaty came late."), [watch("p", '"peace treaty"')]
    )
    (item,) = alert.evidence
    assert alert.excerpt.start <= item.start < item.end <= alert.excerpt.end
    assert "They spoke" in alert.excerpt.text
    assert "came late." in alert.excerpt.text


def test_a_citation_is_told_with_its_instrument_and_grade():
    read = article("Allies invoked Article 5 of the North Atlantic Treaty.")
    (alert,) = alerts_of(read, [watch("five", "cite(nato 5)")])
    cited = alert.evidence[0].citation
    assert cited is not None
    assert (cited.instrument, cited.article, cited.grade) == ("nato", "5", Grade.EXPLICIT)


def test_evidence_without_end_is_cut_and_the_rest_is_counted():
    read = article("A treaty. " * 5000 + "A pact was signed.")
    (alert,) = alerts_of(read, [watch("many", "treaty AND (pact OR alliance) AND signed")])
    assert len(alert.evidence) == MAX_EVIDENCE
    assert alert.evidence_left_out == 5002 - MAX_EVIDENCE
    assert [item.leaf for item in alert.evidence[-2:]] == ["pact", "signed"], "each leaf stays in the list"
    assert alert.evidence[0].start < alert.evidence[1].start
    assert holds(alert, read)


def test_a_rule_of_more_leaves_than_are_listed_shows_each_of_them():
    words = [f"w{number}x" for number in range(MAX_EVIDENCE + 20)]
    (alert,) = alerts_of(article(" ".join(words * 2)), [watch("wide", " ".join(words))])
    assert [item.leaf for item in alert.evidence] == words
    assert alert.evidence_left_out == len(words)


def test_a_match_as_long_as_the_article_is_quoted_by_its_beginning():
    read = article("treaty " * 5000)
    (alert,) = alerts_of(read, [watch("all", r"/(?s)treaty.*/")])
    (item,) = alert.evidence
    assert (item.start, item.end, len(item.quote)) == (0, MAX_QUOTE, MAX_QUOTE)
    assert holds(alert, read)


def test_the_excerpt_of_a_sentence_without_end_is_cut_around_the_evidence():
    read = article("word " * 2000 + "treaty" + " word" * 2000)
    (alert,) = alerts_of(read)
    assert len(alert.excerpt.text) == MAX_EXCERPT
    assert "treaty" in alert.excerpt.text
    assert holds(alert, read)


def test_what_fits_is_listed_whole_and_nothing_is_left_out():
    (alert,) = alerts_of(article("A treaty. " * MAX_EVIDENCE))
    assert len(alert.evidence) == MAX_EVIDENCE
    assert alert.evidence_left_out == 0


@pytest.mark.parametrize(
    "text",
    [
        "🔥🔥 A treaty 🔥",
        "E\u0301galite\u0301 — the TREATY",
        "\u202etreaty\u202c",
        "\n\n  treaty\r\n",
        "a\u200btreaty b treaty",
    ],
)
def test_quotes_hold_on_the_article_as_received_whatever_stands_before_them(text):
    read = article(text, title="Of a treaty")
    (alert,) = alerts_of(read)
    assert holds(alert, read)


@given(PIECES, PIECES, st.sampled_from(["en", "de", "zh", "ar", "th", "und"]))
def test_quotes_and_excerpt_hold_on_the_article_as_received(title, text, language):
    read = Article(id="a", title="".join(title), text="".join(text) + " treaty", authors=("Alliance Treaty",))
    watches = [TREATY, watch("either", "treaty OR alliance"), watch("near", "treaty NEAR/3 alliance")]
    alerts = alerts_of(read, watches, language)
    assert {"pacts/treaty", "pacts/either"} <= {alert.watch.id for alert in alerts}
    for alert in alerts:
        assert alert.evidence
        assert holds(alert, read)
        inside = [item for item in alert.evidence if item.field == alert.excerpt.field]
        assert any(alert.excerpt.start <= item.start and item.end <= alert.excerpt.end for item in inside)
