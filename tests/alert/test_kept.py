"""Alerts and articles are found among what a bus keeps; the version that was quoted is preferred."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alert.alerts import an_alert
from worker.alert import KeptArticle, alert_message, find_alert, find_article
from worker.bus.embedded import EmbeddedIntake, EmbeddedTopics
from worker.bus.embedded_reader import EmbeddedReader
from worker.bus.topics import CATALOGUE
from worker.ports import ALERTS, ARTICLES
from worker.types import Message

LIMIT = 1 << 20


class Log:
    """An embedded log to put messages on and read them from."""

    def __init__(self, path: Path) -> None:
        topics = EmbeddedTopics(path)
        topics.create(CATALOGUE)
        topics.close()
        self.intake, self.reader = EmbeddedIntake(path), EmbeddedReader(path)

    def put(self, *messages: Message) -> None:
        self.intake.put(messages, {})

    def article(self, value: str, key: bytes | None = b"k") -> None:
        self.put(Message(ARTICLES, key, value.encode()))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    made = Log(tmp_path / "log.db")
    yield made
    made.intake.close()
    made.reader.close()


def test_an_alert_is_found_by_its_id_among_others_and_garbage(log: Log):
    alert = an_alert(2)
    log.put(Message(ALERTS, alert.id.encode(), b"{}"))
    log.put(*(alert_message(an_alert(number)) for number in (1, 2, 3)))
    assert find_alert(log.reader, alert.id) == alert
    assert find_alert(log.reader, "0" * 32) is None


def test_the_article_is_found_whatever_its_key_and_bad_messages_are_passed_over(log: Log):
    log.article("{broken")
    log.article('{"id": "a-2", "text": "Another treaty."}', key=None)
    log.article('{"id": "a-1", "text": "They signed a treaty."}', key=None)
    found = find_article(log.reader, an_alert(1), limit=LIMIT)
    assert isinstance(found, KeptArticle)
    assert (found.article.id, found.same) == ("a-1", True)


def test_the_version_that_was_quoted_is_preferred_to_a_newer_one(log: Log):
    log.article('{"id": "a-1", "text": "They signed a treaty."}')
    log.article('{"id": "a-1", "text": "A correction: nothing was signed."}')
    found = find_article(log.reader, an_alert(1), limit=LIMIT)
    assert found is not None
    assert (found.article.text, found.same) == ("They signed a treaty.", True)


def test_without_that_version_the_newest_is_given_and_said_to_be_another(log: Log):
    log.article('{"id": "a-1", "text": "A first correction."}')
    log.article('{"id": "a-1", "text": "A second correction."}')
    found = find_article(log.reader, an_alert(1), limit=LIMIT)
    assert found is not None
    assert (found.article.text, found.same) == ("A second correction.", False)


def test_an_article_that_is_gone_is_none(log: Log):
    assert find_article(log.reader, an_alert(1), limit=LIMIT) is None
