"""The README says what the code says: tables against the code, examples run, links and commands exist."""

from __future__ import annotations

import dataclasses
import itertools
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from worker import metrics, settings
from worker.bus.topics import CATALOGUE, DAY_SECONDS
from worker.types import DeadReason, Outcome
from worker.watchlist import Watch, load, run_examples

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = dict(re.findall(r"^\| `tocsin (\w+)([^`]*)`", README, re.MULTILINE))


def table(first_heading: str, first_column: str) -> list[list[str]]:
    """The cells of the table that follows a heading and begins with a column of that name."""
    _, found, after = README.partition(f"\n{first_heading}\n")
    assert found, f"the README has no heading {first_heading!r}"
    lines = after[after.index(f"| {first_column} |") :].splitlines()
    rows = lines[2 : next((i for i, line in enumerate(lines) if not line.startswith("|")), len(lines))]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def blocks(language: str) -> list[str]:
    """The code blocks marked with that language, and perhaps a name."""
    return re.findall(rf"^```{re.escape(language)}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_settings_table_is_what_the_settings_describe():
    rows = table("## Settings", "key")
    assert [tuple(cell.strip("`") for cell in row[:3]) for row in rows] == settings.describe()


def test_every_setting_has_a_meaning():
    assert [row[0] for row in table("## Settings", "key") if not row[3]] == []


def test_the_metrics_table_is_the_registry():
    declared = metrics.create("0", "embedded")
    expected = []
    for field in dataclasses.fields(declared):
        if field.name == "registry":
            continue
        (family,) = getattr(declared, field.name).collect()
        suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
        labels = ("version", "bus") if family.type == "info" else getattr(declared, field.name)._labelnames
        shown = ", ".join(f"`{label}`" for label in labels) or "—"
        expected.append([f"`{family.name}{suffix}`", family.type, shown, family.documentation])
    assert table("## Metrics", "metric") == expected


def test_every_metric_of_the_table_is_on_the_page():
    page = metrics.create("0", "embedded").page().decode()
    missing = [row[0] for row in table("## Metrics", "metric") if f"# TYPE {row[0].strip('`')} " not in page]
    assert missing == []


@pytest.mark.parametrize(
    ("heading", "column", "words"),
    [("### Outcomes", "outcome", Outcome), ("### Dead letters", "reason", DeadReason)],
)
def test_the_table_lists_the_closed_vocabulary(heading: str, column: str, words: type):
    rows = table(heading, column)
    assert [row[0].strip("`") for row in rows] == [word.value for word in words]
    assert all(row[1] for row in rows)


def test_the_topics_table_is_the_catalogue():
    assert [row[:3] for row in table("### On Kafka", "topic")] == [
        [
            f"`{spec.name}`",
            str(spec.partitions),
            "compacted" if spec.cleanup == "compact" else f"{spec.retention_seconds // DAY_SECONDS} days",
        ]
        for spec in CATALOGUE
    ]


def test_the_commands_table_lists_every_verb():
    from worker.cli import tocsin

    assert sorted(COMMANDS) == sorted(tocsin.commands or tocsin.list_commands(None))


@pytest.mark.parametrize("verb", sorted(COMMANDS))
def test_every_option_the_readme_gives_a_verb_exists(verb: str):
    from worker.cli import tocsin

    command = tocsin.get_command(None, verb)
    known = {option for parameter in command.params for option in parameter.opts}
    lines = [line for block in (*blocks("sh"), *blocks("console")) for line in block.splitlines()]
    calls = [
        line.partition(f"tocsin {verb}")[2].partition("#")[0] for line in lines if f"tocsin {verb}" in line
    ]
    used = {
        option for call in (*calls, COMMANDS[verb]) for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", call)
    }
    assert used - known == set()


@pytest.fixture
def first_watchlist(tmp_path: Path) -> tuple[Watch, ...]:
    (block,) = blocks("yaml watch-list")
    path = tmp_path / "harbour.yaml"
    path.write_text(block, encoding="utf-8")
    return load([path]).watches


def test_the_first_watchlist_loads_and_its_examples_hold(first_watchlist: tuple[Watch, ...]):
    from worker.match import judge_example

    results = list(run_examples(first_watchlist, judge_example()))
    assert len(results) == 5
    assert [str(result) for result in results if result.failure] == []


def test_the_shown_mistake_is_the_message_of_that_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from worker.watchlist import WatchlistErrors

    (block,) = blocks("yaml watch-list")
    shown = next(text for text in blocks("text") if "harbour.yaml:" in text)
    monkeypatch.chdir(tmp_path)
    Path("harbour.yaml").write_text(block.replace("@strike)", "@strik)"), encoding="utf-8")
    with pytest.raises(WatchlistErrors) as raised:
        load([Path("harbour.yaml")])
    assert str(raised.value).strip() == shown.strip()


def test_the_shown_loss_is_what_a_back_test_prints(tmp_path: Path):
    import io

    from worker import bootstrap
    from worker.backtest import Piece, Trial, Version
    from worker.cli.backtest_text import print_report
    from worker.clock import ManualClock
    from worker.types import Article

    def version(text: str, name: str) -> Version:
        (tmp_path / name).write_text(text, encoding="utf-8")
        loaded, inert = load([tmp_path / name]), settings.Settings()
        measured = bootstrap.build_metrics(inert, loaded, ManualClock())
        pipeline = bootstrap.build_pipeline(inert, loaded, measured, ManualClock())
        return Version(pipeline, {watch.id: watch for watch in loaded.watches})

    (block,) = blocks("yaml watch-list")
    shown = next(text for text in blocks("text") if text.startswith("against the other version"))
    trial = Trial(version(block.replace("NEAR/15", "NEAR/3"), "new.yaml"), version(block, "old.yaml"))
    for number, text in enumerate(
        ["The dockers began a strike today.", "Dockers in two harbours of the north are on strike."], 1
    ):
        day = f"2026-11-0{number + 1}T08:00:00Z"
        trial.take(Piece(Article(id=f"a-{number}", title="Quiet cranes", text=text, published=day)))
    stream = io.StringIO()
    print_report(trial.report(), stream)
    assert shown.strip() in stream.getvalue(), stream.getvalue()


@pytest.mark.parametrize("text", blocks("toml tocsin.toml"))
def test_every_settings_example_is_understood(text: str, tmp_path: Path):
    path = tmp_path / "tocsin.toml"
    path.write_text(text, encoding="utf-8")
    loaded = settings.load(path, {"TOCSIN_BUS__KAFKA__SASL_PASSWORD": "secret"})
    assert msgspec.to_builtins(loaded) != msgspec.to_builtins(settings.Settings())


def test_there_is_an_example_of_settings_for_each_bus():
    kinds = [
        tomllib.loads(text).get("bus", {}).get("kind", "embedded") for text in blocks("toml tocsin.toml")
    ]
    assert kinds == ["embedded", "kafka"]


def test_every_python_example_is_python():
    examples = blocks("python")
    assert len(examples) == 2
    for example in examples:
        compile(example, "README.md", "exec")


def test_every_link_leads_somewhere():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_rooms_table_names_every_room_that_exists():
    rooms = " ".join(row[0] for row in table("## Architecture, and how to change it", "room"))
    folders = {path.parent.name for path in (ROOT / "worker").glob("*/__init__.py")}
    files = {path.stem for path in (ROOT / "worker").glob("*.py")} - {"__init__", "__main__"}
    assert set(re.findall(r"`(\w+)/`", rooms)) == folders
    assert set(re.findall(r"`(\w+)`", rooms)) == files


def test_the_rooms_stand_in_the_order_of_the_ladder():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(each["layers"] for each in contracts["contracts"] if each["type"] == "layers")
    level = {room: depth for depth, layer in enumerate(layers) for room in re.findall(r"\w+", layer)}
    depths = [
        [level[room] for room in re.findall(r"`(\w+)/?`", row[0])]
        for row in table("## Architecture, and how to change it", "room")
    ]
    assert all(max(above) < min(below) for above, below in itertools.pairwise(depths))


def _alerts(run: Callable[[], str]) -> list[str]:
    return [block for block in run().split("\n\n") if " language " in block]


def test_the_picture_is_what_the_demo_prints(capfd: pytest.CaptureFixture[str]):
    from worker.cli import tocsin

    def demo() -> str:
        with pytest.raises(SystemExit) as ended:
            tocsin(["demo"], prog_name="tocsin")
        assert ended.value.code == 0
        out, err = capfd.readouterr()
        assert err.strip().splitlines()[-1] in README
        return out

    printed = {alert.strip() for alert in _alerts(demo)}
    shown = [alert.strip() for alert in _alerts(lambda: blocks("console")[0])]
    assert shown
    assert [alert for alert in shown if alert not in printed] == []
