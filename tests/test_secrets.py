"""What of an address is hidden, and what is not."""

import pytest

from worker.secrets import HIDDEN, veiled


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://reader:hush@n.example/a", f"https://{HIDDEN}@n.example/a"),
        ("https://n.example/a?token=hush&page=2", f"https://n.example/a?token={HIDDEN}&page=2"),
        ("https://n.example/a?page=2&api_key=hush#x", f"https://n.example/a?page=2&api_key={HIDDEN}#x"),
        ("https://n.example/a?apikey=hush", f"https://n.example/a?apikey={HIDDEN}"),
        ("https://n.example/a?X-Amz-Signature=hush", f"https://n.example/a?X-Amz-Signature={HIDDEN}"),
        (
            "twice: http://a:hush@b/ and (https://c/?key=hush) failed",
            f"twice: http://{HIDDEN}@b/ and (https://c/?key={HIDDEN} failed",
        ),
    ],
)
def test_logins_and_secret_parameters_are_hidden(address, expected):
    assert veiled(address) == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://n.example/a?keyword=treaty&page=2&monkey=1",
        "https://n.example/@desk/feed.xml",
        "a mail to desk@n.example, and token=7 in words",
        "kafka-1:9092",
    ],
)
def test_what_is_no_secret_stays(text):
    assert veiled(text) == text
