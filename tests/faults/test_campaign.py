"""A few rounds of each campaign in every run of the tests; README tells how to run the whole.

The moments are random. A failure shows its seed; TOCSIN_FAULT_SEED plays it again.
"""

from __future__ import annotations

import os
import time

import pytest

from tests.faults import embedded
from tests.faults.__main__ import main
from tests.kafka_broker import skip_or_explain

SEED = os.environ.get("TOCSIN_FAULT_SEED") or str(int(time.time()))
ON_KAFKA = [
    "partition leader",
    "group coordinator",
    "worker killed after offsets",
    "worker killed in commit",
    "worker frozen",
    "half-open",
    "SIGTERM",
]
EMBEDDED = ["killed after offsets", "killed in commit", "disk full", "overwritten"]


def chosen(words: list[str]) -> list[str]:
    return [option for each in words for option in ("--only", each)]


def test_the_two_sums_hold_through_faults_on_a_cluster_of_three(
    capsys: pytest.CaptureFixture[str],
) -> None:
    skip_or_explain()
    code = main(["--rounds", str(len(ON_KAFKA)), "--seed", SEED, *chosen(ON_KAFKA)])
    assert code == 0, capsys.readouterr().out


def test_the_two_sums_hold_through_faults_on_the_embedded_bus(capsys: pytest.CaptureFixture[str]) -> None:
    code = embedded.main(["--rounds", str(len(EMBEDDED)), "--seed", SEED, *chosen(EMBEDDED)])
    assert code == 0, capsys.readouterr().out
