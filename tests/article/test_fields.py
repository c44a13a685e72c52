"""JSON of other people: the synonyms that files may use, and that a topic may not."""

import pytest

from worker.article import article_from_json
from worker.errors import BadInput


@pytest.mark.parametrize(
    ("theirs", "field", "value"),
    [
        ({"headline": "H", "text": "x"}, "title", "H"),
        ({"content": "C"}, "text", "C"),
        ({"body": "B"}, "text", "B"),
        ({"title": "t", "description": "D"}, "text", "D"),
        ({"title": "t", "summary": "S"}, "text", "S"),
        ({"text": "x", "link": "https://x.example/"}, "url", "https://x.example/"),
        ({"text": "x", "guid": "g"}, "id", "g"),
        ({"text": "x", "id": 12}, "id", "12"),
        ({"text": "x", "lang": "id"}, "language", "id"),
        ({"text": "x", "author": "A"}, "authors", ("A",)),
        ({"text": "x", "authors": [{"name": "A"}, "B"]}, "authors", ("A", "B")),
        ({"text": "x", "publishedAt": "2026-11-23"}, "published", "2026-11-23T00:00:00Z"),
        ({"text": "x", "source": {"id": None, "name": "Wire"}}, "source", "Wire"),
    ],
)
def test_a_synonym_is_understood_in_files(theirs, field, value):
    assert getattr(article_from_json(theirs, aliases=True), field) == value


def test_the_schemas_own_name_wins_and_the_synonym_is_kept_in_extra():
    article = article_from_json({"text": "own", "description": "theirs"}, aliases=True)
    assert article.text == "own"
    assert article.extra == {"description": "theirs"}


def test_the_fullest_synonym_comes_first():
    article = article_from_json({"summary": "short", "content": "long"}, aliases=True)
    assert (article.text, article.extra) == ("long", {"summary": "short"})


def test_on_a_topic_a_synonym_is_an_unknown_key():
    article = article_from_json({"title": "t", "description": "D"})
    assert (article.text, article.extra) == ("", {"description": "D"})


def test_a_synonym_of_the_wrong_type_is_told_by_the_schemas_name():
    with pytest.raises(BadInput, match="`text` should be a string, is a list"):
        article_from_json({"content": ["a"]}, aliases=True)
