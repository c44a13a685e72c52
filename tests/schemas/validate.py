"""Validates messages against schemas/, with formats; for any test that makes or reads a message."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from worker.types import Message

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


def schema(name: str) -> dict[str, Any]:
    """The schema `schemas/<name>.schema.json`."""
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


def errors(name: str, value: object, *, definition: str | None = None) -> list[str]:
    """What is wrong with `value` by the schema, or by one of its `$defs`; empty when nothing is."""
    rules = schema(name)
    if definition:
        rules = {**rules, "$ref": f"#/$defs/{definition}", "$id": "urn:test"}
        rules["$defs"][definition]["allOf"] = [{key: v for key, v in schema(name).items() if key == "anyOf"}]
    checker = Draft202012Validator(rules, format_checker=FormatChecker())
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in checker.iter_errors(value)]


def published_article_errors(message: Message) -> list[str]:
    """What is wrong with an article that Tocsin published."""
    return errors("article", json.loads(message.value or b"null"), definition="published")


def alert_errors(value: bytes) -> list[str]:
    """What is wrong with an alert on the bus."""
    return errors("alert", json.loads(value))


def dead_letter_errors(message: Message) -> list[str]:
    """What is wrong with a dead letter."""
    return errors("deadletter", dead_letter_as_json(message))


def dead_letter_as_json(message: Message) -> dict[str, Any]:
    """A dead letter in the form its schema speaks of."""

    def text(data: bytes | None) -> str | None:
        return None if data is None else base64.b64encode(data).decode()

    headers = {name: value.decode("utf-8", "replace") for name, value in message.headers}
    return {"key": text(message.key), "value": text(message.value), "headers": headers}
