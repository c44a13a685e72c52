"""Put on PYTHONPATH by the campaign only: kills the process with -9 at a point of its unit of work.

TOCSIN_TEST_CRASH is `POINT:N`: at the N-th time that point is passed. Python imports a module of this name
by itself, so the console script runs as it is installed and nothing of this is in the product.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from importlib.abc import MetaPathFinder
from typing import Any

POINTS = {
    # point: (class, method, before or after the call)
    "after_poll": ("KafkaConsumer", "poll", "after"),
    "after_begin": ("KafkaProducer", "begin_transaction", "after"),
    "in_publish": ("KafkaProducer", "flush", "before"),
    "after_publish": ("KafkaProducer", "flush", "after"),
    "after_offsets": ("KafkaProducer", "send_offsets_to_transaction", "after"),
    "in_commit": ("KafkaProducer", "commit_transaction", "beside"),
    "after_commit": ("KafkaProducer", "commit_transaction", "after"),
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(kafka: Any, point: str, count: int) -> None:
    name, method, moment = POINTS[point]
    owner = getattr(kafka, name)
    original = getattr(owner, method)
    passed = 0

    def wrapped(self: Any, *arguments: Any, **more: Any) -> Any:
        nonlocal passed
        if point == "after_poll":
            result = original(self, *arguments, **more)
            passed += bool(result)
            if passed >= count:
                die()
            return result
        passed += 1
        if passed >= count and moment == "before":
            die()
        if passed >= count and moment == "beside":  # the request is under way, or its answer
            threading.Timer((count % 7) * 0.003, die).start()
        result = original(self, *arguments, **more)
        if passed >= count and moment == "after":
            die()
        return result

    setattr(owner, method, wrapped)


class Arming(MetaPathFinder):
    """Lets the import of kafka happen, and arms it when it is done."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        if fullname == "kafka":
            sys.meta_path.remove(self)
            import kafka

            point, _, count = os.environ["TOCSIN_TEST_CRASH"].partition(":")
            arm(kafka, point, int(count))


if "TOCSIN_TEST_CRASH" in os.environ:
    sys.meta_path.insert(0, Arming())
