"""Dead letters keep what came and say what was wrong."""

from tests.article.records import record
from tests.schemas.validate import dead_letter_errors
from worker.article import dead_letter, letter_of_source
from worker.errors import BadInput
from worker.types import DeadReason

AT = "2026-11-23T20:00:00Z"
BAD = BadInput(DeadReason.WRONG_SHAPE, "`title` should be a string, is a number")


def test_a_dead_letter_is_the_message_unchanged_with_the_story_beside_it():
    original = record(b"\xff\x00", content_type="application/json", ce_id="é")
    letter = dead_letter(original, BAD, AT)
    assert (letter.topic, letter.key, letter.value) == ("tocsin.deadletters", b"key", b"\xff\x00")
    assert letter.headers == (
        *original.headers,
        ("tocsin.topic", b"tocsin.articles"),
        ("tocsin.partition", b"3"),
        ("tocsin.offset", b"41"),
        ("tocsin.reason", b"wrong_shape"),
        ("tocsin.error", BAD.detail.encode()),
        ("tocsin.at", AT.encode()),
    )
    assert dead_letter_errors(letter) == []


def test_a_letter_that_died_again_tells_its_newest_story_only():
    first = dead_letter(record(b"x"), BAD, AT)
    again = dead_letter(record(b"x", **dict(first.headers)), BadInput(DeadReason.NOT_JSON, "no"), AT)
    assert [name for name, _ in again.headers] == [name for name, _ in first.headers]
    assert dict(again.headers)["tocsin.reason"] == b"not_json"


def test_what_a_source_could_not_read_names_its_origin():
    letter = letter_of_source(b"raw", BAD, "/srv/ne\udcffws.jsonl", AT)
    headers = dict(letter.headers)
    assert (letter.value, headers["tocsin.partition"], headers["tocsin.offset"]) == (b"raw", b"-1", b"-1")
    assert headers["tocsin.origin"] == b"/srv/ne?ws.jsonl"
    assert dead_letter_errors(letter) == []


def test_a_very_long_error_is_cut():
    letter = dead_letter(record(b"x"), BadInput(DeadReason.NOT_JSON, "é" * 5000), AT)
    assert len(dict(letter.headers)["tocsin.error"].decode()) == 1000
