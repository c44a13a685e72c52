"""The JSON Schema for editors knows no key that loading does not."""

from __future__ import annotations

import json
from pathlib import Path

from worker.watchlist.shape import EXAMPLE_KEYS, FILE_KEYS, WATCH_KEYS

FILE = Path(__file__).parents[2] / "schemas" / "watchlist.schema.json"
SCHEMA = json.loads(FILE.read_text(encoding="utf-8"))
KNOWN = FILE_KEYS.keys() | WATCH_KEYS.keys() | EXAMPLE_KEYS.keys()


def properties(schema: object) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(properties, schema))
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own.union(*map(properties, schema.values()))


def test_every_key_of_the_schema_is_a_key_of_the_language():
    assert properties(SCHEMA) <= KNOWN
