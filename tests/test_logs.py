"""The log: one line an outcome, repeats counted instead of told, no article text, no secret."""

from __future__ import annotations

import json
import logging
import re

import pytest
import structlog

from tests.alert.alerts import an_alert
from worker import logs
from worker.bootstrap import LogJournal
from worker.clock import ManualClock
from worker.logs import MOST_WARNINGS, REPEAT_SECONDS, Repeats
from worker.pipeline import Judgement
from worker.types import DeadReason, Outcome, Record

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def record(offset: int = 0, value: bytes = b"secret words") -> Record:
    parent = f"00-{TRACE}-00f067aa0ba902b7-01".encode()
    return Record("tocsin.articles", 0, offset, b"k", value, (("traceparent", parent),), 0.0)


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture
def repeats() -> tuple[Repeats, ManualClock]:
    clock = ManualClock()
    return Repeats(clock), clock


def test_a_warning_is_told_once_a_minute_with_the_number_of_those_kept_back(repeats):
    kept, clock = repeats
    assert [kept.kept_back("a") for _ in range(4)] == [0, None, None, None]
    assert kept.kept_back("b") == 0
    clock.advance(REPEAT_SECONDS)
    assert kept.kept_back("a") == 3
    assert kept.kept_back("a") is None


def test_two_warnings_are_the_same_when_only_their_places_differ(repeats):
    kept, _ = repeats
    line = {"level": "warning", "event": "dead_letter", "reason": "not_json", "offset": 1}
    assert kept(None, "", line) == line
    with pytest.raises(structlog.DropEvent):
        kept(None, "", {**line, "offset": 2})
    assert kept(None, "", {**line, "reason": "too_large"})["reason"] == "too_large"


def test_what_is_no_warning_is_always_told(repeats):
    kept, _ = repeats
    line = {"level": "info", "event": "alerted"}
    assert [kept(None, "", dict(line)) for _ in range(3)] == [line] * 3


def test_no_more_warnings_are_remembered_than_a_bound(repeats):
    kept, _ = repeats
    for number in range(2 * MOST_WARNINGS):
        kept.kept_back(number)
    assert len(kept._told) == MOST_WARNINGS
    assert kept.kept_back(0) == 0


def test_a_flood_of_dead_letters_is_one_line_for_each_reason(capsys):
    logs.configure()
    for offset in range(500):
        reason = DeadReason.NOT_JSON if offset % 2 else DeadReason.TOO_LARGE
        LogJournal().judged(record(offset), Judgement(Outcome.DEAD_LETTER, reason=reason))
    assert [line["reason"] for line in told(capsys)] == ["too_large", "not_json"]


def test_a_library_that_repeats_itself_is_heard_once(capsys):
    logs.configure()
    for number in range(50):
        logging.getLogger("some.library").warning("attempt %d failed", number)
    assert [line["event"] for line in told(capsys)] == ["attempt 0 failed"]


def test_an_alert_is_told_by_its_ids_and_trace_and_not_by_its_words(capsys):
    logs.configure()
    alert = an_alert(text="They signed a treaty in secret words.")
    LogJournal().judged(record(), Judgement(Outcome.ALERTED, (alert,)))
    (line,) = told(capsys)
    assert (line["alert"], line["article"], line["trace"]) == (alert.id, alert.article.id, TRACE)
    assert "secret words" not in json.dumps(line)
    assert alert.excerpt.text not in json.dumps(line)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_no_outcome_tells_the_words_of_a_message(outcome, capsys):
    logs.configure(verbose=True)
    LogJournal().judged(record(), Judgement(outcome, reason=DeadReason.NOT_JSON))
    assert "secret words" not in capsys.readouterr().err


def test_a_malformed_trace_is_not_told(capsys):
    logs.configure()
    wrong = Record("t", 0, 0, None, b"", (("traceparent", b"00-\n{secret}"),), 0.0)
    LogJournal().judged(wrong, Judgement(Outcome.DEAD_LETTER, reason=DeadReason.NOT_JSON))
    assert "secret" not in capsys.readouterr().err


def test_no_line_tells_the_secrets_of_an_address(capsys):
    logs.configure()
    told_address = "https://reader:hush@n.example/a?page=2&token=hush"
    logs.logger("tocsin").warning("feed", detail=f"{told_address}: HTTP 403")
    logging.getLogger("some.library").warning("asking %s", told_address)
    try:
        raise ValueError(told_address)
    except ValueError:
        logs.logger("tocsin").exception("failed")
    said = capsys.readouterr().err
    assert said.count("n.example/a?page=2") >= 3
    assert "hush" not in said


def test_a_console_is_given_to_who_asks_for_it_without_colours_in_a_file(capsys):
    logs.configure(form="console")
    logs.logger("tocsin").info("alerted", watch="treaty")
    said = capsys.readouterr().err
    assert "watch=treaty" in said
    assert "\x1b" not in said
    logs.configure(form="json")
    logs.logger("tocsin").info("alerted", watch="treaty")
    assert told(capsys)[0]["watch"] == "treaty"


def test_words_from_outside_cannot_begin_a_line_or_steer_a_terminal(capsys):
    for form in ("json", "console"):
        logs.configure(form=form)
        for words in ("x\x1b[2J", "no feed\n2026 [info] all is well", "\x9b2J", "a\u2028b"):
            logs.logger("tocsin").warning("feed", detail=words)
            logging.getLogger("some.library").warning(words)
        said = capsys.readouterr().err
        assert len(said.splitlines()) == 8, form
        assert not re.search("[\x1b\x9b]", said), form
