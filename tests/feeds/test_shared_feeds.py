"""Real and odd feeds of other projects' tests, where they are at hand."""

import os
import tarfile
import time
from pathlib import Path

import pytest

from tests.schemas.validate import published_article_errors
from worker.article import article_message
from worker.errors import BadInput
from worker.types import DeadReason

SHARED = (
    Path(os.environ.get("TOCSIN_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "data" / "feeds"
)
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no shared feeds at {SHARED}; set TOCSIN_SHARED")


def feeds(archive):
    with tarfile.open(SHARED / archive) as packed:
        for member in packed:
            if member.isfile() and member.name.endswith((".xml", ".json")):
                yield member.name, packed.extractfile(member).read()


@pytest.mark.parametrize("archive", ["gofeed.tar.gz", "miniflux.tar.gz"])
def test_every_feed_is_articles_or_a_reason(archive, parser):
    """Nothing crashes, nothing hangs, everything that comes out may be published."""
    outcomes = {}
    for name, data in feeds(archive):
        started = time.monotonic()
        try:
            articles = parser.parse(data, url="https://feed.example/rss")
            outcomes[name] = len(articles)
            assert [e for a in articles for e in published_article_errors(article_message(a))] == [], name
        except BadInput as bad:
            outcomes[name] = bad.reason
        assert time.monotonic() - started < parser.limits.wall_seconds
    assert outcomes
    assert DeadReason.NOT_PARSED not in outcomes.values(), {
        n: o for n, o in outcomes.items() if o == "not_parsed"
    }
