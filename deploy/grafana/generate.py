"""Writes the dashboards beside it: `python deploy/grafana/generate.py` (dependency group `dashboards`).

Change a panel here, never in the JSON; a test compares the two.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from grafana_foundation_sdk.builders import dashboard, prometheus, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DataSourceRef


class Panel(NamedTuple):
    """One question, and the expressions that answer it: (expression, legend)."""

    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]


def _quantiles(metric: str, by: str = "") -> tuple[tuple[str, str], ...]:
    labels, legend = (f"le, {by}", f" {{{{{by}}}}}") if by else ("le", "")
    return tuple(
        (f"histogram_quantile({share}, sum by ({labels}) (rate({metric}_bucket[5m])))", f"{name}{legend}")
        for share, name in ((0.5, "half"), (0.99, "99 %"))
    )


DASHBOARDS = {
    "overview": (
        "Tocsin: overview",
        Panel("Is news flowing?", "cps", (("job:tocsin_articles:rate5m", "articles {{job}}"),)),
        Panel("Is it on time? Arrival to commit", "s", _quantiles("tocsin_delay_seconds")),
        Panel("How old is it? Publication to commit", "s", _quantiles("tocsin_published_delay_seconds")),
        Panel(
            "What rang?",
            "cps",
            (("sum by (watchlist, severity) (rate(tocsin_alerts_total[5m]))", "{{watchlist}} {{severity}}"),),
        ),
        Panel(
            "How did it end?", "cps", (("sum by (outcome) (rate(tocsin_outcomes_total[5m]))", "{{outcome}}"),)
        ),
        Panel(
            "Do alerts get out?",
            "s",
            (("tocsin:sink_behind_seconds", "{{instance}} {{sink}} behind"),),
        ),
        Panel(
            "Which alerts of Prometheus are pending or fire?",
            "short",
            (
                (
                    'sum by (alertname, alertstate) (ALERTS{alertname=~"Tocsin.*"}) or vector(0)',
                    "{{alertname}} {{alertstate}}",
                ),
            ),
        ),
        Panel(
            "Which version runs?",
            "short",
            (("sum by (version, bus) (tocsin_build_info)", "{{version}} on {{bus}}"),),
        ),
    ),
    "pipeline": (
        "Tocsin: pipeline",
        Panel("Time by stage", "s", _quantiles("tocsin_stage_seconds", "stage")),
        Panel(
            "Share of time by stage",
            "percentunit",
            (("sum by (stage) (rate(tocsin_stage_seconds_sum[5m]))", "{{stage}}"),),
        ),
        Panel("In", "cps", (("sum by (stage) (rate(tocsin_stage_seconds_count[5m]))", "{{stage}}"),)),
        Panel(
            "Out",
            "cps",
            (
                (
                    "sum by (stage) (rate(tocsin_stage_seconds_count[5m])) "
                    "- sum by (stage) (rate(tocsin_stage_failures_total[5m]))",
                    "{{stage}}",
                ),
            ),
        ),
        Panel("Failures", "cps", (("sum by (stage) (rate(tocsin_stage_failures_total[5m]))", "{{stage}}"),)),
        Panel(
            "Dead letters", "cps", (("sum by (reason) (rate(tocsin_dead_letters_total[5m]))", "{{reason}}"),)
        ),
        Panel("Messages in a unit of work", "short", _quantiles("tocsin_batch_records")),
        Panel(
            "Languages",
            "cps",
            (("topk(10, sum by (language) (rate(tocsin_article_languages_total[5m])))", "{{language}}"),),
        ),
        Panel("Memory", "bytes", (("process_resident_memory_bytes", "{{instance}}"),)),
        Panel("Processor", "percentunit", (("rate(process_cpu_seconds_total[5m])", "{{instance}}"),)),
        Panel(
            "Garbage collections",
            "cps",
            (("sum by (generation) (rate(python_gc_collections_total[5m]))", "{{generation}}"),),
        ),
    ),
    "kafka": (
        "Tocsin: Kafka, or the embedded bus",
        Panel(
            "Lag, messages",
            "short",
            (("sum by (topic, partition) (tocsin_lag_records)", "{{topic}} {{partition}}"),),
        ),
        Panel(
            "Lag, seconds",
            "s",
            (("max by (topic, partition) (tocsin:lag_seconds)", "{{topic}} {{partition}}"),),
        ),
        Panel(
            "Since the last commit",
            "s",
            (("time() - (tocsin_last_success_timestamp_seconds > 0)", "{{instance}}"),),
        ),
        Panel(
            "Since the main loop went round",
            "s",
            (("time() - tocsin_last_tick_timestamp_seconds", "{{instance}}"),),
        ),
        Panel("Has it joined its bus?", "bool_yes_no", (("tocsin_bus_joined", "{{instance}}"),)),
        Panel("Outages", "cps", (("rate(tocsin_outages_total[5m])", "{{instance}}"),)),
        Panel(
            "Messages from the future", "cps", (("rate(tocsin_future_messages_total[5m])", "{{instance}}"),)
        ),
    ),
    "feeds": (
        "Tocsin: feeds",
        Panel("Feeds by state", "short", (("sum by (state) (tocsin_feeds)", "{{state}}"),)),
        Panel(
            "Sources that could not go on",
            "cps",
            (("rate(tocsin_source_outages_total[5m])", "{{instance}}"),),
        ),
        Panel("Share that is broken", "percentunit", (("job:tocsin_feeds_broken:ratio", "{{job}}"),)),
        Panel("Answers", "cps", (("sum by (result) (rate(tocsin_feed_polls_total[5m]))", "{{result}}"),)),
        Panel(
            "Share of answers that were none",
            "percentunit",
            (("job:tocsin_feed_polls_failed:ratio10m", "{{job}}"),),
        ),
        Panel("New items", "cps", (("sum(rate(tocsin_feed_items_total[5m]))", "items"),)),
        Panel(
            "Put aside before the topic",
            "cps",
            (('sum by (reason) (rate(tocsin_dead_letters_total{origin="source"}[5m]))', "{{reason}}"),),
        ),
        Panel(
            "Languages declared wrongly",
            "cps",
            (("topk(10, sum by (feed) (rate(tocsin_language_disagreements_total[5m])))", "{{feed}}"),),
        ),
        Panel(
            "Since the last heartbeat",
            "s",
            (
                ("job:tocsin_heartbeat:age_seconds", "{{job}}"),
                ("max by (job) (tocsin_heartbeat_interval_seconds)", "{{job}} sends one every"),
            ),
        ),
    ),
    "watchlists": (
        "Tocsin: watch-lists",
        Panel(
            "Watches in force", "short", (("max by (watchlist) (tocsin_watches_loaded)", "{{watchlist}}"),)
        ),
        Panel("Tried on every article", "short", (("max(tocsin_watches_unindexed)", "watches"),)),
        Panel(
            "Watches looked at and true, an article",
            "short",
            (
                (
                    "sum(rate(tocsin_watches_evaluated_total[5m])) / sum(rate(tocsin_articles_total[5m]))",
                    "looked at",
                ),
                (
                    "sum(rate(tocsin_watches_matched_total[5m])) / sum(rate(tocsin_articles_total[5m]))",
                    "true",
                ),
            ),
        ),
        Panel(
            "Could not be evaluated", "cps", (("rate(tocsin_could_not_evaluate_total[5m])", "{{instance}}"),)
        ),
        Panel(
            "Reloads", "cps", (("sum by (result) (rate(tocsin_watchlist_reloads_total[5m]))", "{{result}}"),)
        ),
        Panel(
            "Did the last load succeed?", "bool_yes_no", (("tocsin_watchlist_load_success", "{{instance}}"),)
        ),
        Panel(
            "Since the lists in force were loaded",
            "s",
            (("time() - tocsin_watchlist_load_timestamp_seconds", "{{instance}}"),),
        ),
    ),
}


def render(name: str) -> str:
    """A dashboard as Grafana's JSON."""
    title, *panels = DASHBOARDS[name]
    board = dashboard.Dashboard(str(title)).uid(f"tocsin-{name}").tags(["tocsin"]).refresh("30s")
    board = board.time("now-6h", "now").readonly()
    board = board.with_variable(dashboard.DatasourceVariable("datasource").type("prometheus").label("Source"))
    for panel in panels:
        assert isinstance(panel, Panel)  # noqa: S101 - the title came off before
        built = timeseries.Panel().title(panel.title).unit(panel.unit).min(0).span(12).height(8)
        built = built.datasource(DataSourceRef(type_val="prometheus", uid="${datasource}"))
        for expression, legend in panel.queries:
            built = built.with_target(prometheus.Dataquery().expr(expression).legend_format(legend))
        board = board.with_panel(built)
    return JSONEncoder(sort_keys=True, indent=2).encode(board.build()) + "\n"


def main(folder: Path) -> None:
    """Write every dashboard into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in DASHBOARDS:
        (folder / f"{name}.json").write_text(render(name), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "dashboards")
