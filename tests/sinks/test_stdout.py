"""Standard output: JSON lines for programs, a few lines for people."""

from __future__ import annotations

import io

import msgspec
import pytest

from tests.alert.alerts import an_alert
from tests.schemas.validate import alert_errors
from worker.errors import Outage
from worker.sinks.stdout import StdoutSink
from worker.types import Alert


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def written(sink: StdoutSink, stream: io.StringIO, *alerts: Alert) -> str:
    sink.write(alerts)
    return stream.getvalue()


def test_alerts_are_json_lines_where_there_is_no_terminal():
    stream, alerts = io.StringIO(), [an_alert(1, "A treaty — 条约\nand more"), an_alert(2)]
    lines = written(StdoutSink(stream), stream, *alerts).splitlines()
    assert [msgspec.json.decode(line, type=Alert) for line in lines] == alerts
    assert [alert_errors(line.encode()) for line in lines] == [[], []]


def test_alerts_are_text_for_a_person_on_a_terminal():
    stream = Terminal()
    text = written(StdoutSink(stream), stream, an_alert(title="A pact", source="Example"))
    for words in ("HIGH", "About treaty", "(pacts/treaty)", "A pact", "Example", "They signed a", "treaty"):
        assert words in text
    assert not text.startswith("{")


def test_text_where_there_is_no_terminal_marks_the_words_with_brackets_and_has_no_colour():
    stream = io.StringIO()
    text = written(StdoutSink(stream, json_lines=False), stream, an_alert())
    assert "“They signed a ⟦treaty⟧.”" in text
    assert "\x1b" not in text


def test_json_lines_are_to_be_had_on_a_terminal_too():
    stream, alert = Terminal(), an_alert()
    assert (
        msgspec.json.decode(written(StdoutSink(stream, json_lines=True), stream, alert), type=Alert) == alert
    )


@pytest.mark.parametrize("field", ["title", "source", "text"])
def test_escapes_and_markup_of_an_article_are_shown_and_not_obeyed(field):
    stream = io.StringIO()
    said = {"text": "A treaty"} | {field: "treaty \x1b[2J\u202e [red]x[/red] \r\n y"}
    text = written(StdoutSink(stream, json_lines=False), stream, an_alert(**said))
    assert "[2J" in text
    assert "[red]x[/red]" in text
    assert not set("\x1b\u202e\r") & set(text)


def test_a_reader_that_has_gone_is_an_outage():
    stream = io.StringIO()
    sink = StdoutSink(stream)
    stream.close()
    with pytest.raises(Outage, match="standard output"):
        sink.write([an_alert()])
