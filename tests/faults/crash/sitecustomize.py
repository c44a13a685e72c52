"""Put on PYTHONPATH by the campaign only: kills the process with -9 at a point of its unit of work.

TOCSIN_TEST_CRASH is `POINT:N`: at the N-th time that point is passed. Python imports a module of this name
by itself, so the console script runs as it is installed and nothing of this is in the product.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from importlib.abc import MetaPathFinder
from typing import Any

EMBEDDED_POINTS = {
    # point: (class, method, before or after the call)
    "after_poll": ("EmbeddedBus", "poll", "records"),
    "before_commit": ("EmbeddedBus", "_commit", "before"),
    "after_offsets": ("EmbeddedBus", "_move_offsets", "after"),
    "in_publish": ("LogSession", "append", "before"),
    "after_publish": ("LogSession", "append", "after"),
    "in_commit": ("EmbeddedBus", "_commit", "beside"),
    "after_commit": ("EmbeddedBus", "_commit", "after"),
}
POINTS = {
    # point: (class, method, before or after the call)
    "after_poll": ("KafkaConsumer", "poll", "records"),
    "after_begin": ("KafkaProducer", "begin_transaction", "after"),
    "in_publish": ("KafkaProducer", "flush", "before"),
    "after_publish": ("KafkaProducer", "flush", "after"),
    "after_offsets": ("KafkaProducer", "send_offsets_to_transaction", "after"),
    "in_commit": ("KafkaProducer", "commit_transaction", "beside"),
    "after_commit": ("KafkaProducer", "commit_transaction", "after"),
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(module: Any, point: str, count: int) -> None:
    name, method, moment = (POINTS if module.__name__ == "kafka" else EMBEDDED_POINTS)[point]
    owner = getattr(module, name)
    original = getattr(owner, method)
    passed = 0

    def wrapped(self: Any, *arguments: Any, **more: Any) -> Any:
        nonlocal passed
        passed += moment != "records"
        if passed >= count and moment == "before":
            die()
        if passed >= count and moment == "beside":  # in the middle of the call
            threading.Timer((count % 7) * 0.003, die).start()
        result = original(self, *arguments, **more)
        passed += moment == "records" and bool(result)
        if passed >= count and moment in ("after", "records"):
            die()
        return result

    setattr(owner, method, wrapped)


class Arming(MetaPathFinder):
    """Lets the import of the bus's module happen, and arms it when it is done."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        if fullname in ("kafka", "worker.bus.embedded"):
            sys.meta_path.remove(self)
            point, _, count = os.environ["TOCSIN_TEST_CRASH"].partition(":")
            arm(importlib.import_module(fullname), point, int(count))


if "TOCSIN_TEST_CRASH" in os.environ:
    sys.meta_path.insert(0, Arming())
