"""An alert as a message: valid by the schema, keyed by its id, read back as it was."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alert.alerts import alerts_of, an_alert, article
from tests.match.watches import watch
from tests.schemas.validate import alert_errors
from worker.alert import alert_message
from worker.alert.envelope import alert_of
from worker.ports import ALERTS


def test_the_message_of_an_alert_is_valid_by_the_schema():
    message = alert_message(
        an_alert(url="https://news.example/1", published="2026-11-23T20:00:00Z", title="Pact")
    )
    assert alert_errors(message.value) == []


def test_the_message_of_a_citation_s_alert_is_valid_by_the_schema():
    read = article("Allies invoked Article 5 of the North Atlantic Treaty.")
    (alert,) = alerts_of(read, [watch("five", "cite(nato 5)")])
    assert alert_errors(alert_message(alert).value) == []


@given(st.text(), st.text())
def test_whatever_the_article_says_its_alert_is_valid_and_read_back_unchanged(title, text):
    alert = an_alert(text=f"{text} treaty", title=title)
    message = alert_message(alert)
    assert alert_errors(message.value) == []
    assert alert_of(message.value) == alert


def test_the_message_is_keyed_by_the_alert_s_id_and_is_a_cloud_event():
    alert = an_alert()
    message = alert_message(alert)
    assert (message.topic, message.key) == (ALERTS, alert.id.encode())
    assert dict(message.headers) == {
        "ce_id": alert.id.encode(),
        "ce_source": b"/tocsin/watch/pacts/treaty",
        "ce_type": b"tocsin.alert.v1",
        "ce_specversion": b"1.0",
        "content-type": b"application/json",
    }


@pytest.mark.parametrize("value", [b"", b"{}", b"{", b"[]", b"\xff", b'{"id": "x"}'])
def test_what_is_no_alert_is_refused(value):
    with pytest.raises(msgspec.MsgspecError):
        alert_of(value)
