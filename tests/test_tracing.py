"""Spans for OpenTelemetry: one a committed message, child of the trace it came with, parent of its alerts."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from tests.end_to_end.worker_process import article, run
from tests.test_pipeline import World
from worker.bus.embedded import EmbeddedIntake
from worker.errors import Outage, UsageError
from worker.ports import ALERTS, ARTICLES
from worker.tracing import SentTraces, Traces, open_traces
from worker.types import Message

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED = f"00-{TRACE}-{PARENT}-01".encode()
TREATY = json.dumps({"id": "a", "title": "A treaty in secret words"}).encode()


class Traced(World):
    """A world whose worker sends spans to memory."""

    def __init__(self, path: Path, share: float = 1.0) -> None:
        super().__init__(path)
        self.exporter = InMemorySpanExporter()
        self.worker.traces = SentTraces(self.exporter, share, "1.2.3")

    def put_with(self, value: bytes, *headers: tuple[str, bytes]) -> None:
        intake = EmbeddedIntake(self.path, clock=self.clock)
        intake.put([Message(ARTICLES, b"a", value, headers)], {})
        intake.close()

    def spans(self) -> tuple[ReadableSpan, ...]:
        """All that was sent once the worker had ended."""
        self.worker.traces.close()
        return self.exporter.get_finished_spans()

    def trace_of_alert(self) -> list[str]:
        """The parts of the trace context that the only alert carries."""
        (alert,) = self.on(ALERTS)
        return dict(alert.headers)["traceparent"].decode().split("-")


class Collector:
    """A server that takes whatever is posted to it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/v1/traces"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Traced]:
    made = Traced(tmp_path / "log.db")
    yield made
    made.close()


def test_an_article_is_a_span_of_the_trace_it_came_with_and_the_parent_of_its_alert(world):
    world.put_with(TREATY, ("traceparent", SAMPLED), ("tracestate", b"desk=7"))
    world.worker.step(0)
    _, trace, span_id, flags = world.trace_of_alert()
    assert dict(next(iter(world.on(ALERTS))).headers)["tracestate"] == b"desk=7"
    (span,) = world.spans()
    assert (trace, flags) == (TRACE, "01")
    assert (f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}") == (TRACE, span_id)
    assert (f"{span.parent.span_id:016x}", span_id != PARENT) == (PARENT, True)
    assert (span.name, span.resource.attributes["service.name"]) == ("process tocsin.articles", "tocsin")


def test_a_span_tells_how_its_message_ended_and_none_of_its_words(world):
    world.put_with(TREATY)
    world.put_with(b"secret{")
    world.worker.step(0)
    rang, died = sorted(world.spans(), key=lambda span: span.attributes["messaging.message.offset"])
    assert rang.attributes["tocsin.outcome"] == "alerted"
    assert (rang.attributes["tocsin.alerts"], rang.attributes["tocsin.article.id"]) == (1, "a")
    assert died.attributes["tocsin.outcome"] == "dead_letter"
    assert (died.status.status_code, died.status.description) == (StatusCode.ERROR, "not_json")
    assert "secret" not in rang.to_json() + died.to_json()


def test_what_is_judged_again_after_an_outage_is_told_once(world):
    def down() -> None:
        raise Outage("the disk is gone")

    world.put_with(TREATY, ("traceparent", SAMPLED))
    world.bus.before_commit = down
    for _ in range(3):
        with pytest.raises(Outage):
            world.worker.step(0)
    world.bus.before_commit = lambda: None
    world.worker.step(0)
    (span,) = world.spans()
    assert f"{span.context.span_id:016x}" == world.trace_of_alert()[2]


def test_a_trace_that_its_beginner_does_not_sample_is_carried_on_and_not_sent(world):
    world.put_with(TREATY, ("traceparent", SAMPLED[:-2] + b"00"))
    world.worker.step(0)
    assert world.trace_of_alert()[1::2] == [TRACE, "00"]
    assert world.spans() == ()


def test_no_new_trace_is_sent_where_the_share_is_none(tmp_path):
    world = Traced(tmp_path / "log.db", share=0.0)
    world.put_with(TREATY)
    world.put_with(TREATY.replace(b'"a"', b'"b"'), ("traceparent", SAMPLED))
    world.worker.step(0)
    assert [f"{span.context.trace_id:032x}" for span in world.spans()] == [TRACE]
    world.close()


def test_the_extension_of_cloud_events_is_a_parent_too(world):
    event = {"id": "a", "source": "/desk", "type": "article", "specversion": "1.0"}
    headers = [(f"ce_{name}", text.encode()) for name, text in event.items()]
    world.put_with(TREATY, *headers, ("content-type", b"application/json"), ("ce_traceparent", SAMPLED))
    world.worker.step(0)
    assert world.trace_of_alert()[1] == TRACE


@pytest.mark.parametrize("wrong", [b"", b"00-\n{", b"\xff\xfe", SAMPLED.replace(b"4bf9", b"zzzz")])
def test_a_malformed_trace_begins_a_new_one(world, wrong):
    world.put_with(TREATY, ("traceparent", wrong))
    world.worker.step(0)
    (span,) = world.spans()
    assert span.parent is None
    assert world.trace_of_alert()[1] == f"{span.context.trace_id:032x}"


def test_without_a_collector_no_span_begins_and_the_library_is_not_imported():
    assert type(open_traces(None, 1.0, "1")) is Traces
    program = "import sys, worker.bootstrap, worker.cli.run; print('opentelemetry' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_where_the_extra_is_not_installed_it_is_said_how_to(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(UsageError, match=r"pip install 'tocsin\[traces\]'"):
        open_traces("http://127.0.0.1:4318/v1/traces", 1.0, "1")


def test_a_running_worker_sends_its_spans_to_a_collector(tmp_path, collector):
    (tmp_path / "in").mkdir()
    lines = "\n".join(json.dumps(article(number)) for number in range(5))
    (tmp_path / "in" / "five.jsonl").write_text(lines)
    done = run(tmp_path, "run", "--folder", "in", "--drain", TOCSIN_TRACES__ENDPOINT=collector.address)
    assert done.returncode == 0, done.stderr
    requests = [ExportTraceServiceRequest.FromString(body) for body in collector.bodies]
    spans = [
        span
        for request in requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    assert [span.name for span in spans] == ["process tocsin.articles"] * 5


def test_a_collector_that_is_away_costs_spans_and_nothing_else(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.json").write_text(json.dumps(article(1)))
    away = {"TOCSIN_TRACES__ENDPOINT": "http://127.0.0.1:1/v1/traces"}
    done = run(tmp_path, "run", "--folder", "in", "--drain", **away)
    assert done.returncode == 0, done.stderr


def test_an_address_that_is_none_is_wrong_use(tmp_path):
    (tmp_path / "in").mkdir()
    done = run(tmp_path, "run", "--folder", "in", "--drain", TOCSIN_TRACES__ENDPOINT="collector:4318")
    assert (done.returncode, "traces.endpoint" in done.stderr) == (2, True)
