"""A back-test counts as the worker does, and says what a change of a rule gains and loses."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from worker import bootstrap
from worker.backtest import Gained, Lost, Piece, Report, Trial, Version, Window
from worker.cli.backtest_text import print_report
from worker.clock import ManualClock
from worker.errors import BadInput
from worker.settings import Settings
from worker.types import Article, DeadReason

HEAD = "watchlist: pacts\nwatches:\n"
SIGNED = "The two states signed the new treaty on Wednesday, the minister said."


def version(folder: Path, *watches: str, name: str = "pacts") -> Version:
    """Watches written as `id | query` or `id | query | languages`."""
    rows = ""
    for watch in watches:
        identity, query, *languages = (part.strip() for part in watch.split("|"))
        rows += f"  - id: {identity}\n    query: {query}\n"
        rows += f"    languages: [{languages[0]}]\n" if languages else ""
    path = folder / f"{name}.yaml"
    path.write_text(HEAD + rows, encoding="utf-8")
    loaded = bootstrap.load_watchlists([str(path)])
    settings, clock = Settings(), ManualClock()
    measured = bootstrap.build_metrics(settings, loaded, clock)
    pipeline = bootstrap.build_pipeline(settings, loaded, measured, clock)
    return Version(pipeline, {watch.id: watch for watch in loaded.watches})


def article(identity: str, text: str = SIGNED, day: int | None = 1, **more) -> Article:
    published = None if day is None else f"2026-11-{day:02}T10:00:00Z"
    return Article(id=identity, text=text, published=published, **more)


def reported(trial: Trial, found: Sequence[Article | BadInput | None]) -> Report:
    for each in found:
        trial.take(Piece(each))
    return trial.report()


@pytest.fixture
def pact(tmp_path: Path) -> Version:
    return version(tmp_path, "pact | treaty NEAR/5 sign")


def test_every_piece_ends_in_one_outcome_and_they_add_up(pact: Version):
    found = [
        article("1"),
        article("1"),
        article("2", "Nothing of the kind happened in the quiet harbour."),
        BadInput(DeadReason.NOT_JSON, "line 3"),
        None,
        article("3", day=30),
    ]
    report = reported(Trial(pact, window=Window(until="2026-11-20")), found)
    assert report.figures.outcomes == {
        "alerted": 1,
        "dead_letter": 1,
        "duplicate": 1,
        "no_match": 1,
        "outside": 1,
        "tombstone": 1,
    }
    assert report.figures.pieces == sum(report.figures.outcomes.values()) == len(found)
    assert report.figures.bad == {"not_json": 1}
    assert report.figures.alerts == 1


def test_a_changed_version_of_an_article_rings_once(pact: Version):
    report = reported(Trial(pact), [article("1"), article("1", SIGNED + " More follows.")])
    assert report.figures.outcomes == {"alerted": 1, "duplicate": 1}
    assert report.figures.alerts == 1


def test_hits_are_told_by_day_language_source_and_watch(tmp_path: Path):
    found = [
        article("1", source="Courier"),
        article("2", day=2, source="Courier"),
        article("3", "Die Minister trafen sich am Mittwoch in der kleinen Hafenstadt.", day=2),
        article("4", day=None),
    ]
    report = reported(Trial(version(tmp_path, "pact | treaty NEAR/5 sign", "silent | volcano")), found)
    shares = {(share.by, share.name): (share.alerts, share.articles) for share in report.days}
    assert shares == {("day", "2026-11-01"): (1, 1), ("day", "2026-11-02"): (1, 2)}
    assert [(each.name, each.alerts, each.articles) for each in report.languages] == [
        ("en", 3, 3),
        ("de", 0, 1),
    ]
    assert [(each.name, each.alerts) for each in report.sources] == [("Courier", 2), ("unknown", 1)]
    assert [(each.name, each.alerts) for each in report.watches] == [("pact", 3), ("silent", 0)]
    assert report.figures.undated == 1
    assert (report.figures.first_day, report.figures.last_day) == ("2026-11-01", "2026-11-02")


def test_the_day_is_that_of_publishing_then_of_fetching_then_of_the_bus(pact: Version):
    fetched = Article(id="2", text=SIGNED, fetched="2026-11-05T10:00:00Z")
    trial = Trial(pact)
    trial.take(Piece(article("1", day=3), 1_795_000_000.0))
    trial.take(Piece(fetched, 1_795_000_000.0))
    trial.take(Piece(article("3", day=None), 1_795_000_000.0))
    days = [share.name for share in trial.report().days]
    assert days == ["2026-11-03", "2026-11-05", "2026-11-18"]


def test_days_asked_for_are_both_included_and_what_has_no_day_is_left_out(pact: Version):
    found = [article(str(day), day=day) for day in range(1, 6)] + [article("none", day=None)]
    report = reported(Trial(pact, window=Window("2026-11-02", "2026-11-04")), found)
    assert report.figures.outcomes == {"alerted": 3, "outside": 2, "undated": 1}


def test_the_sample_is_the_same_in_any_order_and_another_with_another_seed(pact: Version):
    found = [article(str(number)) for number in range(30)]

    def sampled(seed: int, order: Sequence[Article]) -> list[str]:
        return [each.alert.article.id for each in reported(Trial(pact, sample=5, seed=seed), order).sample]

    assert len(sampled(0, found)) == 5
    assert sampled(0, found) == sampled(0, found[::-1])
    assert sampled(0, found) != sampled(1, found)
    assert sampled(0, found[:3])
    assert not reported(Trial(pact, sample=0), found).sample


def test_lost_and_gained_alerts_say_why(tmp_path: Path, pact: Version):
    changed = version(tmp_path, "pact | treaty NEAR/1 sign", "fresh | minister", name="changed")
    report = reported(Trial(changed, pact), [article("1", SIGNED.replace("the new", "a long and new"))])
    assert report.comparison is not None
    assert msgspec.structs.astuple(report.comparison) == (0, 1, 1)
    lost, gained = report.changes
    assert isinstance(lost, Lost)
    assert isinstance(gained, Gained)
    assert lost.quotes == ("signed", "treaty")
    assert lost.reason == "NEAR/1: closest 4, at “signed a long and new treaty” in text at 15"
    assert (gained.watch, gained.quotes, gained.reason) == ("fresh", ("minister",), "it has no such watch")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("treaty NEAR/9 sign | de", "language gate: article is en, rule wants de"),
        ("treaty NEAR/9 sign AND NOT minister", "excluded by NOT minister: “minister” in text at 60"),
        ("volcano OR earthquake", "volcano: the word is not there; earthquake: the word is not there"),
        ("title:treaty", "treaty: only outside title: “treaty” in text at 35"),
    ],
)
def test_the_reason_of_a_loss_is_the_nearest_miss(tmp_path: Path, pact: Version, query: str, reason: str):
    changed = version(tmp_path, f"pact | {query}", name="changed")
    (lost,) = reported(
        Trial(changed, pact), [article("1", SIGNED.replace("the new", "the very new"))]
    ).changes
    assert lost.reason == reason


def test_a_watch_that_could_not_be_evaluated_is_counted_and_is_the_reason(tmp_path: Path, pact: Version):
    changed = version(tmp_path, "pact | the NEAR/9999 a", name="changed")
    text = SIGNED + " the a" * 9_000
    report = reported(Trial(changed, pact), [article("1", text)])
    assert report.watches[0].not_evaluated == 1
    assert report.changes[0].reason.startswith("could not be evaluated: ")


def test_an_alert_that_only_comes_with_another_edition_is_no_change(tmp_path: Path, pact: Version):
    later = version(tmp_path, "pact | treaty NEAR/5 sign AND minister", name="later")
    first = article("1", SIGNED.replace(", the minister said", ""))
    report = reported(Trial(later, pact), [first, article("1")])
    assert report.comparison is not None
    assert msgspec.structs.astuple(report.comparison) == (1, 0, 0)


def test_every_line_of_a_report_says_its_kind_in_json(tmp_path: Path, pact: Version):
    changed = version(tmp_path, "fresh | minister", name="changed")
    lines = [msgspec.to_builtins(line) for line in reported(Trial(changed, pact), [article("1")]).lines()]
    kinds = [line["kind"] for line in lines]
    assert list(dict.fromkeys(kinds)) == ["figures", "share", "sample", "comparison", "lost", "gained"]


def test_the_printed_report_shows_figures_sample_and_changes(tmp_path: Path, pact: Version):
    changed = version(
        tmp_path, "pact | treaty NEAR/5 sign AND NOT minister", "fresh | minister", name="changed"
    )
    stream = io.StringIO()
    print_report(reported(Trial(changed, pact), [article("1", title="Pact\x1b[31m")]), stream)
    shown = stream.getvalue()
    assert "1 articles = 1 alerted; 1 alerts of 2 watches" in shown
    assert "2026-11-01         1         1  ███" in shown
    assert "⟦minister⟧" in shown
    assert "against the other version: 1 lost, 1 gained, 0 unchanged" in shown
    assert "now: excluded by NOT minister" in shown
    assert "\x1b" not in shown
