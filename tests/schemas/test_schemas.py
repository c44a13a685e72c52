"""The four schemas are sound, their examples valid, and they agree with the code's vocabularies."""

import msgspec
import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.schemas.validate import SCHEMAS, errors, schema
from worker.article import article_from_json, article_message
from worker.types import Alert, Article, DeadReason, Grade, Severity

NAMES = ("article", "alert", "deadletter", "watchlist", "sources")


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_a_valid_schema_of_the_draft_it_names(name):
    rules = schema(name)
    assert rules["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(rules)


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_valid(name):
    examples = schema(name)["examples"]
    assert examples
    assert [errors(name, example) for example in examples] == [[]] * len(examples)


def test_there_is_a_schema_for_each_name_and_no_other():
    assert {path.name for path in SCHEMAS.iterdir()} == {f"{name}.schema.json" for name in NAMES}


def test_the_vocabularies_are_those_of_the_code():
    alert, letter, watchlist = schema("alert"), schema("deadletter"), schema("watchlist")
    severities = [severity.value for severity in Severity]
    citation = alert["properties"]["evidence"]["items"]["properties"]["citation"]["anyOf"][1]
    assert alert["properties"]["watch"]["properties"]["severity"]["enum"] == severities
    assert watchlist["$defs"]["watch"]["properties"]["severity"]["enum"] == severities
    assert citation["properties"]["grade"]["enum"] == [grade.value for grade in Grade]
    assert set(letter["properties"]["headers"]["properties"]["tocsin.reason"]["enum"]) == set(DeadReason)


def test_the_article_schema_names_the_fields_of_the_article():
    assert set(schema("article")["properties"]) == set(Article.__struct_fields__)


def test_the_alert_example_is_what_the_struct_writes():
    example = schema("alert")["examples"][0]
    alert = msgspec.convert(example, Alert)
    assert msgspec.json.decode(msgspec.json.encode(alert)) == example


def test_the_alert_example_keeps_the_promise_about_offsets():
    example = schema("alert")["examples"][0]
    text, evidence = example["excerpt"]["text"], example["evidence"][0]
    assert example["excerpt"]["start"] == 0
    assert text[evidence["start"] : evidence["end"]] == evidence["quote"]


@pytest.mark.parametrize("example", schema("article")["examples"])
def test_an_article_example_decodes_and_is_published_by_the_stricter_rule(example):
    value = msgspec.json.decode(article_message(article_from_json(example)).value)
    assert errors("article", value, definition="published") == []


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"title": "  ", "text": ""},
        {"title": None},
        {"title": 3},
        {"text": "x", "authors": "A"},
        {"text": "x", "authors": [1]},
        {"text": "x", "extra": []},
        ["x"],
    ],
)
def test_what_the_decoder_refuses_the_article_schema_refuses(value):
    assert errors("article", value)


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"evidence": []},
        {"matched": "yesterday"},
        {"engine": "other 1"},
        {"surprise": 1},
        {"language": {"code": "", "confidence": 1, "declared": None}},
        {"language": {"code": "en", "confidence": 1.5, "declared": None}},
    ],
)
def test_a_broken_alert_is_refused(change):
    assert errors("alert", {**schema("alert")["examples"][0], **change})


@pytest.mark.parametrize(
    "change",
    [
        {"watchlist": "Has Spaces"},
        {"wachtes": []},
        {"watches": [{"id": "a"}]},
        {"watches": [{"id": "a", "query": "x", "severity": "loud"}]},
        {"watches": [{"id": "a", "query": "x", "languages": []}]},
        {"concepts": {"a": {"en": "not a list"}}},
    ],
)
def test_a_broken_watchlist_is_refused(change):
    assert errors("watchlist", {**schema("watchlist")["examples"][0], **change})


def test_the_watchlists_that_ship_are_valid():
    packs = sorted((SCHEMAS.parent / "worker" / "watchlist" / "packs").glob("*.yaml"))
    if not packs:
        pytest.skip("no packs yet")
    found = {path.name: errors("watchlist", yaml.safe_load(path.read_text("utf-8"))) for path in packs}
    assert found == {path.name: [] for path in packs}
