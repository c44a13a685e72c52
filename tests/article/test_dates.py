"""Dates as senders write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.article import to_utc

MOMENT = "2026-11-23T20:00:00Z"


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-23T20:00:00Z",
        "2026-11-23T21:00:00+01:00",
        "2026-11-23t20:00:00z",
        "2026-11-23T20:00:00.123456Z",
        "2026-11-23T20:00:00",
        "2026-11-23 20:00:00",
        "2026-11-23 20:00:00 UTC",
        "2026-11-23 21:00:00 +0100",
        " 2026-11-23T20:00:00Z\n",
        "2026/11/23 20:00:00",
        "Mon, 23 Nov 2026 20:00:00 GMT",
        "Mon, 23 Nov 2026 15:00:00 EST",
        "23 Nov 2026 20:00:00 -0000",
        1795464000,
        1795464000.9,
        "1795464000",
        1795464000000,
        1795464000000000,
    ],
)
def test_every_shape_becomes_utc(written):
    assert to_utc(written) == MOMENT


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-11-23", "2026-11-23T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("2099-01-01T00:00:00Z", "2099-01-01T00:00:00Z"),
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
    ],
)
def test_far_dates_are_dates(written, utc):
    assert to_utc(written) == utc


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "0000-01-01T00:00:00Z",
        "10000-01-01",
        "2026-13-45",
        "2026-02-30",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "Mon, 99 Foo 2026 25:61:61 XYZ",
        "1" * 100,
        "२०२६-११-२३",
        float("nan"),
        float("inf"),
        1e300,
        -1e300,
    ],
)
def test_what_is_no_date_is_none(written):
    assert to_utc(written) is None


@given(st.text() | st.floats() | st.integers() | st.from_regex(r"[-+0-9TZ:/ ,.GMTadj]{0,40}"))
def test_anything_is_a_date_in_one_form_or_none(written):
    found = to_utc(written)
    assert found is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found)


@given(st.datetimes())
def test_a_date_as_we_write_it_reads_as_itself(moment):
    written = moment.replace(microsecond=0).isoformat() + "Z"
    assert to_utc(written) == written


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("23 Nov 2026", "2026-11-23T00:00:00Z"),
        ("November 23, 2026", "2026-11-23T00:00:00Z"),
        ("Monday, November 23, 2026 8:05 pm", "2026-11-23T20:05:00Z"),
        ("23 Nov 2026 12:30 AM", "2026-11-23T00:30:00Z"),
        ("23.11.2026 20:00", "2026-11-23T20:00:00Z"),
        ("20261123T200000Z", "2026-11-23T20:00:00Z"),
        ("Mon, 23 Nov 2026 24:00:00 GMT", "2026-11-24T00:00:00Z"),
        ("2026-12-31T24:00:00Z", "2027-01-01T00:00:00Z"),
        ("3/4/2026", None),
        ("November 23, 2026 8 pm or so", None),
    ],
)
def test_the_dates_that_feeds_write_by_hand(written, moment):
    assert to_utc(written) == moment
