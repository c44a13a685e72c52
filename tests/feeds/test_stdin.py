"""Standard input: lines as they arrive, documents when they have ended."""

import json
import math
import os

import pytest

from tests.feeds.parts import letter
from worker.feeds import Notice, parse_feed
from worker.feeds.stdin import StdinSource


class Pipe:
    def __init__(self):
        self.read_end, self.write_end = os.pipe()

    def send(self, data):
        os.write(self.write_end, data)

    def end(self):
        os.close(self.write_end)
        self.write_end = -1

    def close(self):
        for descriptor in (self.read_end, self.write_end):
            if descriptor >= 0:
                os.close(descriptor)


@pytest.fixture
def pipe():
    found = Pipe()
    yield found
    found.close()


@pytest.fixture
def source(pipe, shelf, clock, heard):
    return StdinSource(
        pipe.read_end,
        shelf.intake,
        clock=clock,
        dead_letter=letter,
        parse_feed=parse_feed,
        notify=heard,
        wait=0.0,
    )


def line(title):
    return json.dumps({"title": title}).encode() + b"\n"


def drain(source):
    while source.next_due(0.0) != math.inf:
        source.run_once()


def words(shelf):
    return [article.title or article.text for article in shelf.articles()]


def test_a_line_is_published_as_soon_as_it_is_whole(pipe, source, shelf):
    pipe.send(line("1") + line("2")[:5])
    assert source.run_once() is True
    assert words(shelf) == ["1"]
    pipe.send(line("2")[5:])
    assert source.run_once() is True
    assert words(shelf) == ["1", "2"]


def test_silence_is_no_end(source, clock):
    assert source.run_once() is False
    assert source.next_due(clock.now()) == clock.now()


def test_the_last_line_needs_no_end(pipe, source, shelf, clock):
    pipe.send(line("1") + line("2").rstrip())
    pipe.end()
    drain(source)
    assert words(shelf) == ["1", "2"]
    assert source.next_due(clock.now()) == math.inf
    assert source.run_once() is False


def test_a_bad_line_is_a_dead_letter_with_its_number_and_the_rest_goes_on(pipe, source, shelf, heard):
    pipe.send(line("1"))
    source.run_once()
    pipe.send(b"garbage\n" + line("3"))
    source.run_once()
    (found,) = shelf.letters()
    assert words(shelf) == ["1", "3"]
    assert found.value == b"garbage\n"
    assert dict(found.headers)["tocsin.error"].startswith(b"standard input: line 2: ")
    assert heard.kinds() == [Notice.PUBLISHED, Notice.PUBLISHED, Notice.REFUSED]


def test_a_first_line_that_is_bad_does_not_hold_up_the_stream(pipe, source, shelf):
    pipe.send(b"garbage\n" + line("2"))
    assert source.run_once() is True
    assert words(shelf) == ["2"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"two\nlines of text", ["two\nlines of text"]),
        (json.dumps({"title": "1", "text": "x"}, indent=2).encode(), ["1"]),
        (json.dumps([{"title": "1"}, {"title": "2"}], indent=None).encode(), ["1", "2"]),
        (b"<rss version='2.0'><channel><title>F</title><item><title>1</title></item></channel></rss>", ["1"]),
        (b"", []),
        (b"\n\n", []),
    ],
)
def test_a_document_is_read_when_it_has_ended(pipe, source, shelf, data, expected):
    if data:
        pipe.send(data)
        assert source.run_once() is False
    pipe.end()
    drain(source)
    assert words(shelf) == expected


def test_a_line_beyond_the_limit_is_refused_once_and_the_stream_goes_on(pipe, source, shelf, monkeypatch):
    monkeypatch.setattr("worker.feeds.stdin.MAX_BYTES", 1000)
    pipe.send(line("1") + b'{"title": "' + b"x" * 2000)
    source.run_once()
    pipe.send(b"x" * 2000)
    source.run_once()
    pipe.send(b'"}\n' + line("3") + b"garbage\n")
    source.run_once()
    found, garbage = shelf.letters()
    assert b"line 2:" in dict(found.headers)["tocsin.error"]
    assert b"line 4:" in dict(garbage.headers)["tocsin.error"]
    assert words(shelf) == ["1", "3"]
    assert dict(found.headers)["tocsin.reason"] == b"too_large"


def test_a_document_beyond_the_limit_is_refused_once(pipe, source, shelf, monkeypatch):
    monkeypatch.setattr("worker.feeds.stdin.MAX_DOCUMENT", 1000)
    for piece in (b"words " * 500, b'\n{"title": "of the refused document"}\n', b"words"):
        pipe.send(piece)
        source.run_once()
    pipe.end()
    drain(source)
    (found,) = shelf.letters()
    assert shelf.articles() == []
    assert dict(found.headers)["tocsin.reason"] == b"too_large"
