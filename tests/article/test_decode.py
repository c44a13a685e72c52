"""Messages of a topic: what is understood, and what is refused with which word."""

import base64
import json
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.article.records import json_record, record
from tests.schemas.validate import published_article_errors
from worker.article import MAX_BYTES, article_message, decode
from worker.errors import BadInput
from worker.types import Article, DeadReason, Record

TREATY = {"id": "a1", "title": "Treaty signed", "text": "Two states signed it."}


def refused(value: Record) -> tuple[DeadReason, str]:
    with pytest.raises(BadInput) as caught:
        decode(value)
    return caught.value.reason, caught.value.detail


def test_plain_json_becomes_the_article_it_spells():
    sent = {
        **TREATY,
        "url": "https://news.example/a",
        "source": "Example",
        "language": "en",
        "authors": ["A", "B"],
        "published": "2026-11-23T21:00:00+01:00",
        "fetched": 1795464000,
        "feed": "https://news.example/rss",
        "extra": {"desk": "world"},
    }
    assert decode(json_record(sent)) == Article(
        id="a1",
        title="Treaty signed",
        text="Two states signed it.",
        url="https://news.example/a",
        source="Example",
        language="en",
        authors=("A", "B"),
        published="2026-11-23T20:00:00Z",
        fetched="2026-11-23T20:00:00Z",
        feed="https://news.example/rss",
        extra={"desk": "world"},
    )


@pytest.mark.parametrize("value", [None, b""])
def test_no_value_is_a_tombstone_and_no_error(value):
    assert decode(record(value)) is None


def test_null_is_the_same_as_absent():
    sent = {**TREATY, "url": None, "authors": None, "extra": None, "published": None, "language": None}
    assert decode(json_record(sent)) == decode(json_record(TREATY))


@pytest.mark.parametrize(
    ("sent", "detail"),
    [
        ({"title": 3}, "`title` should be a string, is a number"),
        ({"title": True}, "`title` should be a string, is a boolean"),
        ({"text": ["a"]}, "`text` should be a string, is a list"),
        ({"text": {"a": 1}}, "`text` should be a string, is an object"),
        ({"text": "x", "id": 7}, "`id` should be a string, is a number"),
        ({"text": "x", "authors": "A"}, "`authors` should be a list of strings, is a string"),
        ({"text": "x", "authors": ["A", 2]}, "`authors[1]` should be a string, is a number"),
        ({"text": "x", "extra": []}, "`extra` should be an object, is a list"),
        (
            {"text": "x", "published": []},
            "`published` should be a date as a string or seconds since the epoch, is a list",
        ),
        ([TREATY], "an article should be an object, is a list"),
        ("text", "an article should be an object, is a string"),
        (None, "an article should be an object, is null"),
        (1.5, "an article should be an object, is a number"),
    ],
)
def test_a_wrong_shape_is_told_with_its_path(sent, detail):
    assert refused(json_record(sent)) == (DeadReason.WRONG_SHAPE, detail)


@pytest.mark.parametrize(
    "sent", [{}, {"title": ""}, {"title": None, "text": " \n\t"}, {"url": "https://x.example"}]
)
def test_an_article_without_title_and_text_has_no_content(sent):
    assert refused(json_record(sent))[0] is DeadReason.NO_CONTENT


@pytest.mark.parametrize(
    ("value", "reason", "says"),
    [
        (b'{"title": "\xff"}', DeadReason.NOT_UTF8, "byte 0xff at 11"),
        (b'{"title": "\xed\xa0\x80"}', DeadReason.NOT_UTF8, "not UTF-8"),
        ('{"title": "x"}'.encode("utf-16"), DeadReason.NOT_UTF8, "it looks like UTF-16"),
        (b"\x1f\x8b\x08\x00abc", DeadReason.NOT_UTF8, "it looks gzipped"),
        (b"not json", DeadReason.NOT_JSON, "it starts with 'not json'"),
        (b"   \n", DeadReason.NOT_JSON, "nothing but white space"),
        (b'{"title": "x"', DeadReason.NOT_JSON, "ends too early"),
        (b'{"title": "x"} {}', DeadReason.NOT_JSON, "trailing characters"),
        (b'{"title": NaN}', DeadReason.NOT_JSON, "NaN at byte 10 is not a JSON number"),
        (b'{"title": -Infinity}', DeadReason.NOT_JSON, "-Infinity at byte 10"),
        (b"{'title': 'x'}", DeadReason.NOT_JSON, "not JSON"),
        (b'{"title": "a\nb"}', DeadReason.NOT_JSON, "not JSON"),
        (b'{"text": "x", "extra": {"n": 1e999}}', DeadReason.WRONG_SHAPE, "out of range"),
        (b"[" * 1_000_000, DeadReason.TOO_DEEP, "deeper than 64"),
        (b'{"a":' * 1_000_000, DeadReason.TOO_DEEP, "deeper than 64"),
        (
            b'{"text":"x","extra":{"a":' + b"[" * 100 + b"]" * 100 + b"}}",
            DeadReason.TOO_DEEP,
            "deeper than 64",
        ),
    ],
)
def test_bytes_that_are_no_json_are_refused_with_the_reason(value, reason, says):
    found, detail = refused(record(value))
    assert found is reason
    assert says in detail


def test_brackets_in_text_are_not_depth():
    text = '[{"\\' * 500
    article = decode(json_record({"text": text, "extra": {"quote\\": ["]", "\\"]}}))
    assert article is not None
    assert article.text == text


def test_an_article_of_ten_megabytes_is_accepted():
    article = decode(json_record({"text": "a" * 10_000_000}))
    assert article is not None
    assert len(article.text) == 10_000_000


def test_an_article_beyond_the_limit_is_refused_clearly():
    found = refused(json_record({"text": "a" * MAX_BYTES}))
    assert found == (DeadReason.TOO_LARGE, "10,485,772 bytes; at most 10,485,760 are taken")


def test_the_limit_is_the_callers_to_choose():
    with pytest.raises(BadInput, match="at most 10 are taken"):
        decode(json_record(TREATY), limit=10)


def test_a_byte_order_mark_is_passed_over():
    assert decode(record(b"\xef\xbb\xbf" + json.dumps(TREATY).encode())) == decode(json_record(TREATY))


def test_of_a_key_given_twice_the_last_counts():
    article = decode(record(b'{"title": "one", "title": "two"}'))
    assert article is not None
    assert article.title == "two"


@pytest.mark.parametrize(
    ("escaped", "received"),
    [
        (rb"a\ud800b", "a\ufffdb"),
        (rb"a\udc00b", "a\ufffdb"),
        (rb"\uD83D", "\ufffd"),
        (rb"\ud83d\ude00", "😀"),
        (rb"\ud83d\ud83d\ude00", "\ufffd😀"),
        (rb"\\ud800\ud800", "\\ud800\ufffd"),
        (rb"\n\"\ud800\u0041", '\n"\ufffdA'),
    ],
)
def test_a_lone_surrogate_is_received_as_the_replacement_character(escaped, received):
    article = decode(record(b'{"text": "' + escaped + b'"}'))
    assert article is not None
    assert article.text == received
    assert published_article_errors(article_message(article)) == []


@pytest.mark.parametrize(
    "text",
    [
        "nul\x00nul",
        "override \u202e dne",
        "zero\u200bwidth\ufeff",
        "carriage\r\nreturn",
        "\x1b[31mred",
        "e\u0301",
        "\uffff",
    ],
)
def test_strange_characters_are_kept_as_received(text):
    article = decode(json_record({"title": text, "text": text}))
    assert article is not None
    assert (article.title, article.text) == (text, text)


def test_unknown_keys_go_to_extra_under_their_own_names():
    article = decode(json_record({**TREATY, "desk": "world", "extra": {"page": 3}}))
    assert article is not None
    assert article.extra == {"desk": "world", "page": 3}


def test_extra_is_bounded_and_says_what_it_dropped():
    many = decode(json_record({**TREATY, **{f"k{n}": n for n in range(100)}}))
    large = decode(json_record({**TREATY, "blob": "x" * 20_000, "small": 1}))
    assert many is not None
    assert (len(many.extra), many.extra["extra_dropped"]) == (65, 36)
    assert large is not None
    assert large.extra == {"small": 1, "extra_dropped": 1}


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "/relative", "https://x.example/a b", "data:,x", ""]
)
def test_a_url_that_is_no_web_address_goes_no_further_than_extra(url):
    article = decode(json_record({**TREATY, "url": url}))
    assert article is not None
    assert article.url is None
    assert article.extra.get("url_raw", "") == url


@pytest.mark.parametrize("date", ["rubbish", "0000-01-01T00:00:00Z", "99999-01-01", 1e300])
def test_a_date_that_cannot_be_read_is_kept_in_extra(date):
    article = decode(json_record({**TREATY, "published": date}))
    assert article is not None
    assert article.published is None
    assert article.extra == {"published_raw": str(date)}


class TestCloudEvents:
    BINARY: ClassVar = {"ce_specversion": "1.0", "ce_type": "news", "content_type": "application/json"}

    def test_binary_mode_is_the_article_alone_in_the_value(self):
        found = decode(json_record(TREATY, ce_id="e1", ce_source="https://wire.example", **self.BINARY))
        assert found == Article(
            id="a1", title=TREATY["title"], text=TREATY["text"], source="https://wire.example"
        )

    def test_the_event_names_an_article_that_has_no_id(self):
        sent = {"text": "x", "url": "https://news.example/a"}
        found = decode(json_record(sent, ce_id="e1", ce_source="/wire", **self.BINARY))
        assert found is not None
        assert found.id == "/wire#e1"

    def test_two_sources_may_number_their_events_alike(self):
        one, two = (
            decode(json_record({"text": "x"}, ce_id="1", ce_source=source, **self.BINARY))
            for source in ("/a", "/b")
        )
        assert {one and one.id, two and two.id} == {"/a#1", "/b#1"}

    def test_header_names_are_read_in_any_case(self):
        found = decode(record(b'{"text":"x"}', CE_ID="e", Ce_Source="/w", CE_specversion="1.0"))
        assert found is not None
        assert found.id == "/w#e"

    @pytest.mark.parametrize(
        "content_type",
        [
            "application/cloudevents+json",
            "application/CloudEvents+JSON; charset=utf-8",
            "application/json",
            "",
        ],
    )
    def test_structured_mode_is_told_by_its_type_or_by_its_specversion(self, content_type):
        event = {"specversion": "1.0", "id": "e9", "source": "/wire", "type": "news", "data": {"text": "x"}}
        headers = {"content_type": content_type} if content_type else {}
        found = decode(json_record(event, **headers))
        assert found is not None
        assert (found.id, found.source, found.text) == ("/wire#e9", "/wire", "x")

    def test_structured_data_may_come_as_base64(self):
        data = base64.b64encode(json.dumps(TREATY).encode()).decode()
        event = {"specversion": "1.0", "id": "e", "source": "/w", "type": "t", "data_base64": data}
        found = decode(json_record(event))
        assert found is not None
        assert found.id == "a1"

    @pytest.mark.parametrize(
        ("event", "reason"),
        [
            ({"specversion": "0.3", "data": TREATY}, DeadReason.UNKNOWN_FORMAT),
            ({"specversion": 1, "data": TREATY}, DeadReason.UNKNOWN_FORMAT),
            ({"specversion": "1.0", "data": [1]}, DeadReason.WRONG_SHAPE),
            ({"specversion": "1.0", "data": None}, DeadReason.WRONG_SHAPE),
            ({"specversion": "1.0", "id": 4, "data": TREATY}, DeadReason.WRONG_SHAPE),
            ({"specversion": "1.0", "data_base64": "%%%"}, DeadReason.WRONG_SHAPE),
            ({"specversion": "1.0", "data_base64": 3}, DeadReason.WRONG_SHAPE),
            ({"specversion": "1.0", "data": {"title": ""}}, DeadReason.NO_CONTENT),
        ],
    )
    def test_a_broken_event_is_refused(self, event, reason):
        assert refused(json_record(event))[0] is reason

    def test_an_event_without_data_is_refused(self):
        event = {"specversion": "1.0", "id": "e", "source": "/w", "type": "t"}
        assert refused(json_record(event, content_type="application/cloudevents+json")) == (
            DeadReason.WRONG_SHAPE,
            "the event has no `data`",
        )

    @pytest.mark.parametrize(
        "headers",
        [{"ce_specversion": "2.0"}, {"content_type": "application/cloudevents-batch+json"}],
    )
    def test_other_versions_and_batches_are_refused(self, headers):
        assert refused(json_record([TREATY], **headers))[0] is DeadReason.UNKNOWN_FORMAT

    def test_what_tocsin_publishes_it_reads_back_unchanged(self):
        article = decode(json_record({**TREATY, "url": "https://n.example/é", "extra": {"a": [1]}}))
        assert article is not None
        message = article_message(article)
        assert published_article_errors(message) == []
        assert decode(Record(message.topic, 0, 0, message.key, message.value, message.headers)) == article


class TestOtherFormats:
    def test_json_behind_a_schema_registrys_frame_is_read(self):
        framed = b"\x00\x00\x00\x00\x2a" + json.dumps(TREATY).encode()
        assert decode(record(framed)) == decode(json_record(TREATY))

    @pytest.mark.parametrize("body", [b"", b"\x02\x06abc", b"\x00\x0a\x03abc"])
    def test_a_frame_around_anything_else_is_refused_and_says_why(self, body):
        reason, detail = refused(record(b"\x00\x00\x00\x01\x00" + body))
        assert reason is DeadReason.SCHEMA_FRAME
        assert "schema id 256" in detail
        assert "send JSON" in detail

    def test_a_page_is_reduced_to_its_article(self):
        page = "<html lang=de><title>Vertrag</title><body><p>" + "Zwei Staaten unterzeichneten ihn. " * 20
        found = decode(record(page.encode(), content_type="text/html; charset=utf-8"))
        assert found is not None
        assert found.title == "Vertrag"
        assert found.language == "de"
        assert "<" not in found.text

    def test_plain_text_is_the_text(self):
        found = decode(record(b"Two states\r\nsigned.", content_type="text/plain"))
        assert found is not None
        assert found.text == "Two states\r\nsigned."

    def test_json_called_plain_text_is_still_json(self):
        assert decode(json_record(TREATY, content_type="text/plain")) == decode(json_record(TREATY))

    def test_a_foreign_content_type_is_refused_by_name(self):
        reason, detail = refused(record(b"Obj\x01", content_type="application/avro"))
        assert reason is DeadReason.UNKNOWN_FORMAT
        assert "application/avro" in detail


headers = st.dictionaries(
    st.sampled_from(["ce_id", "ce_source", "ce_specversion", "content-type", "CE_ID", "x"]),
    st.binary(max_size=12)
    | st.sampled_from([b"1.0", b"application/cloudevents+json", b"text/html", b"text/plain"]),
).map(lambda d: tuple(d.items()))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["title", "text", "id", "url", "authors", "published", "extra", "data", "x"]),
            inner,
        )
    ),
    max_leaves=12,
)
messages = st.one_of(
    st.binary(),
    st.binary().map(lambda b: b"\x00\x00\x00\x00\x01" + b),
    json_values.map(lambda v: json.dumps(v).encode()),
    json_values.map(lambda v: json.dumps({"specversion": "1.0", "data": v}).encode()),
    json_values.map(
        lambda v: json.dumps({"text": "x", "extra": {"v": v}, "y": v}, ensure_ascii=False).encode(
            "utf-8", "surrogatepass"
        )
    ),
)


@given(messages, headers)
def test_any_message_becomes_an_article_a_tombstone_or_bad_input(value, head):
    try:
        article = decode(Record("t", 0, 0, None, value, head))
    except BadInput:
        return
    if article is None:
        assert not value
    else:
        assert article.id
        assert article.title.strip() or article.text.strip()
        assert published_article_errors(article_message(article)) == []
