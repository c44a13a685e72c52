"""Metrics: names, helps and zeros as Prometheus' conventions want them."""

from __future__ import annotations

import re

import pytest

from worker import metrics
from worker.clock import ManualClock
from worker.metrics import MOST_FEED_LABELS, STAGES, TOP_LANGUAGES, Metrics, stopwatch
from worker.types import DeadReason, Language, LetterOrigin, Outcome, Severity

OF_THE_PROCESS = ("process_", "python_")


@pytest.fixture
def fresh() -> Metrics:
    return metrics.create("1.2.3", "embedded")


def lines(measured: Metrics, word: str) -> dict[str, str]:
    """What the page says in its HELP or TYPE lines, by the name of the metric."""
    found = re.findall(rf"^# {word} (\S+) (.*)$", measured.page().decode(), re.MULTILINE)
    return {name: rest for name, rest in found if not name.startswith(OF_THE_PROCESS)}


def values(measured: Metrics) -> dict[str, float]:
    """Every sample of the page, by name and labels as written there."""
    samples = re.findall(r"^([^#\s]\S*(?:\{.*\})?) (\S+)$", measured.page().decode(), re.MULTILINE)
    return {name: float(value) for name, value in samples if not name.startswith(OF_THE_PROCESS)}


def test_every_name_has_the_prefix_tocsin(fresh):
    assert len(lines(fresh, "TYPE")) == len(Metrics.__dataclass_fields__) - 1  # all but the registry
    assert [name for name in values(fresh) if not name.startswith("tocsin_")] == []


def test_counters_and_nothing_else_end_in_total(fresh):
    kinds = lines(fresh, "TYPE")
    assert {name for name, kind in kinds.items() if kind == "counter"} == {
        name for name in kinds if name.endswith("_total")
    }


def test_times_are_in_seconds_and_no_creation_time_is_shown(fresh):
    named = [name for name in lines(fresh, "TYPE") if re.search("delay|stage_seconds|timestamp", name)]
    assert len(named) >= 5
    assert [name for name in named if not name.endswith("_seconds")] == []
    assert "_created" not in fresh.page().decode()


def test_every_help_is_a_sentence(fresh):
    helps = lines(fresh, "HELP")
    assert helps.keys() == lines(fresh, "TYPE").keys()
    assert [text for text in helps.values() if not re.fullmatch(r"[A-Z].* .*\.", text)] == []


def test_labels_of_closed_lists_stand_at_zero_from_the_start(fresh):
    fresh.expect_watchlists(["pacts"])
    fresh.expect_sinks(["file"])
    expected = [
        *(f'tocsin_outcomes_total{{outcome="{outcome}"}}' for outcome in Outcome),
        *(
            f'tocsin_dead_letters_total{{origin="{origin}",reason="{reason}"}}'
            for reason in DeadReason
            for origin in LetterOrigin
        ),
        *(f'tocsin_article_languages_total{{language="{code}"}}' for code in (*TOP_LANGUAGES, "other")),
        *(f'tocsin_stage_seconds_count{{stage="{stage}"}}' for stage in STAGES),
        *(f'tocsin_stage_failures_total{{stage="{stage}"}}' for stage in STAGES),
        *(f'tocsin_alerts_total{{severity="{each}",watchlist="pacts"}}' for each in Severity),
        'tocsin_sink_alerts_total{sink="file"}',
        'tocsin_sink_failures_total{sink="file"}',
    ]
    found = values(fresh)
    assert {name: found.get(name) for name in expected} == dict.fromkeys(expected, 0.0)


PARTITION = '{partition="3",topic="tocsin.articles"}'
UP_TO = f"tocsin_partition_timestamp_seconds{PARTITION}"
PLACE = ("tocsin.articles", 3)


def test_a_partition_without_lag_is_judged_up_to_now(fresh):
    fresh.show_lag({PLACE: 0}, 100.0)
    assert (values(fresh)[f"tocsin_lag_records{PARTITION}"], values(fresh)[UP_TO]) == (0.0, 100.0)
    fresh.show_lag({PLACE: 0}, 160.0)
    fresh.show_lag({PLACE: 7}, 200.0)
    assert (values(fresh)[f"tocsin_lag_records{PARTITION}"], values(fresh)[UP_TO]) == (7.0, 160.0)


def test_the_age_of_a_partition_that_is_never_judged_counts_from_when_it_came(fresh):
    for now in (100.0, 150.0, 200.0):
        fresh.show_lag({PLACE: 7}, now)
    assert values(fresh)[UP_TO] == 100.0


def test_a_partition_that_another_worker_took_goes_from_the_page_with_all_that_was_said_of_it(fresh):
    fresh.show_lag({PLACE: 7}, 100.0)
    fresh.partition_time.labels("tocsin.articles", 4).set(90.0)  # judged, and lost before its lag was shown
    fresh.show_lag({}, 110.0)
    assert [name for name in values(fresh) if "partition=" in name] == []


def test_lists_of_sources_are_well_until_one_is_refused(fresh):
    assert values(fresh)["tocsin_source_lists_load_success"] == 1.0


def test_the_build_is_told(fresh):
    assert values(fresh)['tocsin_build_info{bus="embedded",version="1.2.3"}'] == 1.0


def test_a_rare_language_is_counted_as_other_and_a_region_as_its_language(fresh):
    for code in ("xh", "zh-Hant", "und"):
        fresh.count_languages([(Language(code, 0.9), None)])
    found = values(fresh)
    assert [
        found[f'tocsin_article_languages_total{{language="{code}"}}'] for code in ("other", "zh", "und")
    ] == [
        1.0,
        1.0,
        1.0,
    ]


def test_a_disagreement_is_counted_only_where_another_language_was_declared(fresh):
    fresh.count_languages([(Language("de", 0.9, "de"), None)])
    fresh.count_languages([(Language("de", 0.9), None)])
    assert "tocsin_language_disagreements_total" not in str(values(fresh))
    fresh.count_languages([(Language("de", 0.9, "en", disagrees=True), None)])
    assert values(fresh)['tocsin_language_disagreements_total{feed="none"}'] == 1.0


def test_disagreements_are_counted_by_the_host_of_the_feed_and_by_no_more_hosts_than_a_label_bears(fresh):
    wrong = Language("de", 0.9, "en", disagrees=True)
    fresh.count_languages([(wrong, "https://user:secret@news.example/feed?key=secret")])
    fresh.count_languages([(wrong, "http://[broken")])
    for at in range(2 * MOST_FEED_LABELS):
        fresh.count_languages([(wrong, f"https://{at}.example/feed")])
    fresh.count_languages([(wrong, "https://news.example/another")])
    found = {name: n for name, n in values(fresh).items() if name.startswith("tocsin_language_disagreements")}
    assert found['tocsin_language_disagreements_total{feed="news.example"}'] == 2.0
    assert found['tocsin_language_disagreements_total{feed="other"}'] == MOST_FEED_LABELS + 2
    assert len(found) == MOST_FEED_LABELS + 1
    assert "secret" not in str(found)


def test_a_stopwatch_observes_the_block_even_when_it_raises(fresh):
    clock = ManualClock()

    def fail_after_half_a_second() -> None:
        with stopwatch(fresh, "match", clock):
            clock.advance(0.5)
            raise KeyError

    with stopwatch(fresh, "match", clock):
        clock.advance(2.0)
    with pytest.raises(KeyError):
        fail_after_half_a_second()
    found = values(fresh)
    assert found['tocsin_stage_seconds_sum{stage="match"}'] == 2.5
    assert found['tocsin_stage_seconds_count{stage="match"}'] == 2.0


def test_two_registries_share_nothing(fresh):
    other = metrics.create("1.2.3", "kafka")
    other.articles.inc(3)
    assert values(fresh)["tocsin_articles_total"] == 0.0
    assert values(other)["tocsin_articles_total"] == 3.0
