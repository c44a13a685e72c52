"""The JSON Schema for editors takes what loading takes, and nothing else that has to do with shape."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from worker.watchlist import WatchlistErrors, load
from worker.watchlist.shape import EXAMPLE_KEYS, FILE_KEYS, WATCH_KEYS

FILE = Path(__file__).parents[2] / "schemas" / "watchlist.schema.json"
SCHEMA = json.loads(FILE.read_text(encoding="utf-8"))
KNOWN = FILE_KEYS.keys() | WATCH_KEYS.keys() | EXAMPLE_KEYS.keys()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
WATCH = {"id": "a", "query": "treaty"}
LIST: dict[str, Any] = {"watchlist": "x", "watches": [WATCH]}

GOOD: list[dict[str, Any]] = [
    LIST,
    {**LIST, "watches": []},
    {**LIST, "title": "T", "description": "D", "language": "zh-Hant", "concepts": {}},
    {"concepts": {"pact_1": {"en": ["pact", '="Pact"'], "und": ["x1"], "ru": ["пакт*"]}}},
    {"watchlist": "x", "concepts": {"pact": {"en": ["pact"], "de": []}}},
    *({"watchlist": "x", "watches": [{**WATCH, **more}]} for more in (
        {"id": "A.b:c_d-1"}, {"title": "T"}, {"description": "D"}, {"severity": "critical"},
        {"languages": ["any"]}, {"languages": ["en", "pt-BR"]}, {"tags": []}, {"tags": ["t"]},
        {"allow": ["W05"]}, {"must_match": ["text"]}, {"must_not_match": [{"title": "t"}]},
        {"must_match": [{"text": "t", "lang": "en", "quotes": ["t"]}]},
        {"must_match": [{"text": "t", "url": "u", "source": "s", "authors": ["a"]}]},
        {"must_match": [{"file": "a.txt"}]},
    )),
]  # fmt: skip
BAD: list[Any] = [
    {}, [], "x", {"watchlist": "x"}, {"watches": [WATCH]}, {"watchlist": "", "watches": []},
    {"watchlist": "X y", "watches": []}, {"watchlist": "-x", "watches": []}, {**LIST, "title": " "},
    {**LIST, "language": "English"}, {**LIST, "language": "EN"}, {**LIST, "watches": {}},
    {**LIST, "rules": []},
    {**LIST, "concepts": {"Pact": {"en": ["pact"]}}}, {**LIST, "concepts": {"pact": {}}},
    {**LIST, "concepts": {"pact": {"e": ["pact"]}}}, {**LIST, "concepts": {"pact": {"en": "pact"}}},
    {**LIST, "concepts": {"pact": {"en": [""]}}}, {"concepts": {"pact": {"en": ["x"]}}, "watches": [WATCH]},
    *({"watchlist": "x", "watches": [{**WATCH, **more}]} for more in (
        {"id": ""}, {"id": "a b"}, {"id": "x" * 201}, {"query": " "}, {"title": ""}, {"severity": "urgent"},
        {"languages": []}, {"languages": ["any", "en"]}, {"languages": "en"}, {"languages": ["english!"]},
        {"tags": "t"}, {"tags": [""]}, {"allow": "W05"}, {"must_match": "text"}, {"must_match": [""]},
        {"must_match": [{}]}, {"must_match": [{"lang": "en"}]}, {"must_match": [{"text": "t", "lang": "?"}]},
        {"must_match": [{"text": "t", "expect": "x"}]}, {"must_match": [{"text": "t", "quotes": "x"}]},
        {"unknown": "x"},
    )),
    {"watchlist": "x", "watches": [{"id": "a"}]}, {"watchlist": "x", "watches": [{"query": "treaty"}]},
    {"watchlist": "x", "watches": ["treaty"]},
]  # fmt: skip


def loads(tmp_path: Path, value: object) -> bool:
    (tmp_path / "list.yaml").write_text(json.dumps(value), encoding="utf-8")  # JSON is YAML
    try:
        load([tmp_path])
    except WatchlistErrors:
        return False
    return True


@pytest.mark.parametrize("value", GOOD, ids=json.dumps)
def test_what_the_loader_takes_the_schema_takes(tmp_path: Path, value: object):
    assert loads(tmp_path, value)
    VALIDATOR.validate(value)


@pytest.mark.parametrize("value", BAD, ids=json.dumps)
def test_what_the_loader_refuses_the_schema_refuses(tmp_path: Path, value: object):
    assert not loads(tmp_path, value)
    assert not VALIDATOR.is_valid(value)


def properties(schema: object) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(properties, schema))
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own.union(*map(properties, schema.values()))


def test_the_schema_and_the_language_have_the_same_keys():
    assert properties(SCHEMA) == KNOWN


def test_the_examples_of_the_schema_are_watch_lists(tmp_path: Path):
    for example in SCHEMA["examples"]:
        VALIDATOR.validate(example)
        assert loads(tmp_path, example)


def test_the_examples_of_the_reference_are_watch_lists():
    page = (resources.files("worker.rules") / "LANGUAGE.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    lists = [yaml.safe_load(block) for block in blocks if re.search(r"(?m)^(watchlist|concepts):", block)]
    assert lists
    for one in lists:
        VALIDATOR.validate(one)
