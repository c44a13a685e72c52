"""The same work as most would first write it: kafka-python, langdetect, one regular expression a rule.

`python -m tests.bench.end_to_end ARTICLES --rules N --start-kafka --plain 200` runs it beside Tocsin. It
keeps no promise: an alert is lost or doubled when it dies, quotes nothing, and folds no accents.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from typing import NamedTuple

from tests.bench.places import Place
from worker.ports import ALERTS, ARTICLES


class Pace(NamedTuple):
    """What the loop did: articles, of which so many rang; seconds on the clock and of the processor."""

    articles: int
    rang: int
    seconds: float
    cpu: float


def run(place: Place, expressions: Sequence[str], articles: int) -> Pace:
    """Read and judge so many articles that wait on the topic; send a message for each rule that holds."""
    from kafka import KafkaConsumer, KafkaProducer
    from langdetect import DetectorFactory, detect
    from langdetect.lang_detect_exception import LangDetectException

    DetectorFactory.seed = 0
    rules = [re.compile(expression) for expression in expressions]
    producer = KafkaProducer(bootstrap_servers=place.servers)
    consumer = KafkaConsumer(ARTICLES, bootstrap_servers=place.servers, auto_offset_reset="earliest")
    done = rang = 0
    began = cpu = 0.0
    for record in consumer:
        if not began:
            began, cpu = time.perf_counter(), time.process_time()
        article = json.loads(record.value)
        text = f"{article.get('title') or ''} {article.get('text') or ''}"
        try:
            language = detect(text)
        except LangDetectException:
            language = "und"
        lower = text.lower()
        found = [number for number, rule in enumerate(rules) if rule.search(lower)]
        for number in found:
            alert = {"rule": number, "article": article["id"], "language": language}
            producer.send(ALERTS, json.dumps(alert).encode())
        done, rang = done + 1, rang + bool(found)
        if done == articles:
            break
    producer.flush()
    pace = Pace(done, rang, time.perf_counter() - began, time.process_time() - cpu)
    consumer.close()
    producer.close()
    return pace
