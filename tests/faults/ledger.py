"""What a round puts in, what must come out of it, and the two sums."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

TREATY = "The two states signed a treaty on Wednesday, and their ministers spoke to reporters afterwards."
WEATHER = "The weather stays mild over the weekend, with some rain in the hills and sun by the lake."

Place = tuple[int, int]
"""A partition of the articles topic and an offset in it."""


@dataclass(frozen=True)
class Input:
    """One message put in, and the outcome it must have."""

    key: bytes
    value: bytes | None
    outcome: str


def articles(mark: str, count: int, chance: random.Random) -> list[Input]:
    """That many messages: half of them ring, a twentieth are dead letters, a few tombstones."""
    found = []
    for number in range(count):
        name = f"{mark}-{number}"
        kind = chance.random()
        if kind < 0.05:
            found.append(Input(name.encode(), b'{"id": "' + name.encode() + b'"', "dead_letter"))
        elif kind < 0.07:
            found.append(Input(name.encode(), None, "tombstone"))
        else:
            rings = kind < 0.55
            text = f"{TREATY if rings else WEATHER} This is report {name} of our correspondent."
            value = json.dumps({"id": name, "title": f"Report {name}", "text": text}).encode()
            found.append(Input(name.encode(), value, "alerted" if rings else "no_match"))
    return found


def poison(mark: str, count: int) -> list[Input]:
    """Bad messages of one key, so that they come in a row in one partition."""
    return [Input(mark.encode(), f"{{poison {number}".encode(), "dead_letter") for number in range(count)]


@dataclass
class Ledger:
    """The inputs of one round and where each was written."""

    inputs: dict[Place, Input] = field(default_factory=dict)

    def expected(self) -> Counter[str]:
        """How many of each outcome there must be."""
        return Counter(each.outcome for each in self.inputs.values())

    def ringing(self) -> set[str]:
        """The articles that must ring, each once."""
        return {each.key.decode() for each in self.inputs.values() if each.outcome == "alerted"}

    def wrong_alerts(self, alerts: Iterable[Any], reader: str) -> list[str]:
        """What is wrong with the alerts a reader saw: missing, twice or never asked for."""
        seen = Counter(json.loads(each.value)["article"]["id"] for each in alerts)
        return _differences(seen, self.ringing(), f"alerts, {reader} reader")

    def wrong_letters(self, letters: Iterable[Any], reader: str) -> list[str]:
        """The same for dead letters, known by where their message stood."""
        bad = {place for place, each in self.inputs.items() if each.outcome == "dead_letter"}
        seen = Counter(_origin(each) for each in letters)
        return _differences(seen, bad, f"dead letters, {reader} reader")

    def wrong_sum(
        self, alerts: Iterable[Any], letters: Iterable[Any], committed: dict[int, int]
    ) -> list[str]:
        """Input = sum of outcomes: what the group has committed to have read, against what came of it."""
        alerted = {json.loads(each.value)["article"]["id"] for each in alerts}
        dead = {_origin(each) for each in letters}
        outcomes: Counter[str] = Counter()
        for (partition, offset), each in self.inputs.items():
            if committed.get(partition, 0) <= offset:
                outcomes["not read"] += 1
            elif (partition, offset) in dead:
                outcomes["dead_letter"] += 1
            elif each.key.decode() in alerted:
                outcomes["alerted"] += 1
            else:
                outcomes["tombstone" if each.value is None else "no_match"] += 1
        expected = self.expected()
        if outcomes == expected and outcomes.total() == len(self.inputs):
            return []
        return [f"{len(self.inputs)} in, outcomes {dict(outcomes)}, expected {dict(expected)}"]


def _origin(letter: Any) -> Place:
    headers = dict(letter.headers)
    return int(headers["tocsin.partition"]), int(headers["tocsin.offset"])


def _differences(seen: Counter[Any], expected: set[Any], what: str) -> list[str]:
    missing, extra = expected - seen.keys(), seen.keys() - expected
    twice = {each: count for each, count in seen.items() if count > 1}
    found = []
    if missing:
        found.append(f"{what}: {len(missing)} missing, as {sorted(missing)[0]}")
    if extra:
        found.append(f"{what}: {len(extra)} never asked for, as {sorted(extra)[0]}")
    if twice:
        found.append(f"{what}: {len(twice)} more than once, as {sorted(twice.items())[0]}")
    return found
