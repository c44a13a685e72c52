"""What an operator may rely on in an upgrade: new readers read old data, old readers read new data.

tests/schemas/frozen holds what earlier versions wrote; nothing there is ever changed. `NAME.1.json`
is the first version's schema with its examples, `embedded.1.sql` a log file of schema 1 in the middle of
its work. When a schema or the file's form changes, freeze the one before beside them.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from tests.alert.alerts import an_alert
from tests.schemas.validate import errors, schema
from worker.article import article_from_json
from worker.article.letters import letters
from worker.bus.embedded import EmbeddedBus, EmbeddedIntake
from worker.bus.embedded_file import APPLICATION_ID, MIGRATIONS
from worker.clock import ManualClock
from worker.types import Alert, Record

FROZEN = Path(__file__).with_name("frozen")
SCHEMAS = sorted(FROZEN.glob("*.json"))
FILES = sorted(FROZEN.glob("embedded.*.sql"))


def frozen(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def lenient(rules: Any) -> Any:
    """A schema as a reader applies it that passes over keys it does not know, as readers are asked to."""
    if isinstance(rules, dict):
        return {
            key: lenient(value)
            for key, value in rules.items()
            if (key, value) != ("additionalProperties", False)
        }
    return [lenient(each) for each in rules] if isinstance(rules, list) else rules


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_what_was_valid_once_is_valid_now(path: Path):
    examples = frozen(path)["examples"]
    assert examples
    assert [errors(path.stem.partition(".")[0], example) for example in examples] == [[]] * len(examples)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_an_old_reader_that_passes_over_unknown_keys_reads_what_is_valid_now(path: Path):
    reader = Draft202012Validator(lenient(frozen(path)))
    for example in schema(path.stem.partition(".")[0])["examples"]:
        assert [error.message for error in reader.iter_errors(example)] == []


def test_an_old_reader_reads_the_alert_that_is_written_now():
    written = json.loads(msgspec.json.encode(an_alert()))
    reader = Draft202012Validator(lenient(frozen(FROZEN / "alert.1.json")))
    assert [error.message for error in reader.iter_errors(written)] == []


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_no_key_that_was_promised_has_gone(path: Path):
    now = schema(path.stem.partition(".")[0])
    assert set(frozen(path).get("required", ())) <= set(now.get("required", ())) or "anyOf" in now
    assert set(frozen(path)["properties"]) <= set(now["properties"])


def test_alerts_of_the_first_version_that_still_lie_on_the_topic_are_delivered():
    for example in frozen(FROZEN / "alert.1.json")["examples"]:
        read = msgspec.json.decode(json.dumps(example), type=Alert)
        assert (read.id, read.evidence_left_out) == (example["id"], 0)


def test_articles_of_the_first_version_that_still_lie_on_the_topic_are_judged():
    for example in frozen(FROZEN / "article.1.json")["examples"]:
        assert article_from_json(example)


def test_dead_letters_of_the_first_version_can_be_put_back():
    (example, *_) = frozen(FROZEN / "deadletter.1.json")["examples"]
    headers = tuple((name, text.encode()) for name, text in example["headers"].items())
    (letter,) = letters([Record("tocsin.deadletters", 0, 0, b"k", b"v", headers, 0.0)])
    assert letter.reason == example["headers"]["tocsin.reason"]


def test_a_file_of_every_version_is_frozen():
    assert [path.name for path in FILES] == [f"embedded.{at}.sql" for at in range(1, len(MIGRATIONS) + 1)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_log_file_of_an_earlier_version_is_taken_up_where_it_was_left(path: Path, tmp_path: Path):
    log = tmp_path / "tocsin.db"
    with closing(sqlite3.connect(log)) as made:
        made.executescript(path.read_text(encoding="utf-8"))
        made.execute(f"PRAGMA application_id={APPLICATION_ID}")
        made.execute(f"PRAGMA user_version={path.stem.rpartition('.')[2]}")
    clock = ManualClock(1_770_000_000.0)
    bus = EmbeddedBus(log, group="tocsin", clock=clock)
    bus.subscribe(["tocsin.articles"])
    assert [record.value for record in bus.poll(10, 0.0)] == [b'{"title":"third"}']
    with bus.unit() as unit:
        assert not unit.first_sight("article:1")
        assert unit.first_sight("article:3")
    bus.close()
    intake = EmbeddedIntake(log, clock=clock)
    assert intake.state("feed:https://example.org/feed") == '{"due":1770000600.0,"asked":1770000000.0}'
    intake.close()
