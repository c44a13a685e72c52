"""The page: three paths, bound to this machine alone."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from tests.watchlist.test_library import write
from worker import metrics
from worker.clock import ManualClock
from worker.desk.page import Page
from worker.errors import UsageError
from worker.health import LIVE_SECONDS, Health
from worker.match import Matcher
from worker.metrics import CONTENT_TYPE, Metrics
from worker.reload import Reloader
from worker.watchlist import Library

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def health(clock: ManualClock) -> Health:
    return Health(clock)


@pytest.fixture
def measured() -> Metrics:
    return metrics.create("1.2.3", "embedded")


@pytest.fixture
def page(measured: Metrics, health: Health) -> Iterator[Page]:
    served = Page("127.0.0.1", 0, measured, health)
    yield served
    served.close()


def get(page: Page, path: str, method: str = "GET") -> tuple[int, Message, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{page.port}{path}", method=method)
    try:
        with DIRECT.open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers, refused.read().decode()


def test_metrics_are_served_as_prometheus_text(page, measured):
    measured.articles.inc(3)
    status, headers, body = get(page, "/metrics")
    assert status == 200
    assert headers["Content-Type"] == CONTENT_TYPE == "text/plain; version=0.0.4; charset=utf-8"
    assert int(headers["Content-Length"]) == len(body.encode())
    assert "\ntocsin_articles_total 3.0\n" in body


def test_a_query_behind_the_path_changes_nothing(page):
    assert get(page, "/livez?verbose")[0] == 200


def test_livez_is_200_until_the_last_tick_is_old_and_again_after_a_tick(page, clock, health):
    assert get(page, "/livez")[0] == 200
    clock.advance(LIVE_SECONDS)
    status, _, body = get(page, "/livez")
    assert status == 503
    assert "120.0 s ago" in body
    health.tick()
    assert get(page, "/livez")[0] == 200


def test_readyz_is_503_until_the_bus_is_joined(page, health):
    status, _, body = get(page, "/readyz")
    assert (status, body) == (503, "not ready: the bus has not been joined\n")
    health.ready = True
    assert get(page, "/readyz")[::2] == (200, "ready\n")
    health.ready = False
    assert get(page, "/readyz")[0] == 503


def test_an_old_tick_does_not_make_it_unready_nor_an_absent_bus_dead(page, clock, health):
    assert (get(page, "/livez")[0], get(page, "/readyz")[0]) == (200, 503)
    health.ready = True
    clock.advance(LIVE_SECONDS)
    assert (get(page, "/livez")[0], get(page, "/readyz")[0]) == (503, 200)


@pytest.mark.parametrize("path", ["/", "/metrics/", "/metricsx", "/health", "/livez/.."])
def test_every_other_path_is_404(page, path):
    assert get(page, path)[0] == 404


def test_a_head_request_is_answered_without_a_body(page):
    status, headers, body = get(page, "/metrics", "HEAD")
    assert (status, body) == (200, "")
    assert int(headers["Content-Length"]) > 0


def test_another_method_is_refused(page):
    assert get(page, "/metrics", "DELETE")[0] == 501


def test_it_says_its_name_and_nothing_of_what_runs_it(page):
    assert get(page, "/livez")[1]["Server"].strip() == "tocsin"


def test_no_other_address_of_the_machine_is_bound(page):
    with socket.create_connection(("127.0.0.1", page.port), timeout=10):
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", page.port), timeout=10)


def test_its_address_is_where_it_answers(page):
    with DIRECT.open(page.address, timeout=10) as answer:
        assert answer.status == 200


def test_a_port_that_is_taken_is_wrong_use_and_says_what_to_do(page, measured, health):
    with pytest.raises(UsageError, match=rf"127\.0\.0\.1:{page.port}.*metrics\.port"):
        Page("127.0.0.1", page.port, measured, health)


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("192.0.2.1", 0)])
def test_an_address_that_cannot_be_bound_is_wrong_use(measured, health, host, port):
    with pytest.raises(UsageError, match="cannot bind"):
        Page(host, port, measured, health)


def test_closing_twice_is_closing_once_and_frees_the_port(measured, health):
    first = Page("127.0.0.1", 0, measured, health)
    first.close()
    first.close()
    second = Page("127.0.0.1", first.port, measured, health)
    assert get(second, "/metrics")[0] == 200
    second.close()


def post(page: Page, path: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{page.port}{path}", method="POST", data=b"", headers=headers
    )
    try:
        with DIRECT.open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


@pytest.fixture
def list_page(tmp_path: Path, measured: Metrics, health: Health, clock: ManualClock) -> Iterator[Page]:
    write(tmp_path / "a.yaml", "a", one="treaty")
    library = Library([tmp_path])
    matchers = [Matcher(library.open().watches)]
    reloader = Reloader(library, lambda: matchers[-1], matchers.append, lambda _: None, measured, clock)
    served = Page("127.0.0.1", 0, measured, health, reloader)
    yield served
    served.close()


def test_a_reload_says_what_changed_and_a_refused_one_says_every_error(list_page, tmp_path):
    write(tmp_path / "a.yaml", "a", one="treaty", two="pact")
    assert post(list_page, "/-/reload") == (200, "1 added, 0 changed, 0 removed\n")
    write(tmp_path / "a.yaml", "a", one="treaty AND (")
    status, words = post(list_page, "/-/reload")
    assert status == 422
    assert "a.yaml:3:" in words


def test_a_web_page_elsewhere_cannot_ask_for_a_reload(list_page):
    status, _ = post(list_page, "/-/reload", Origin="https://example.org")
    assert status == 403


def test_there_is_nothing_else_to_post_to(page, list_page):
    assert post(list_page, "/metrics")[0] == 404
    assert post(page, "/-/reload")[0] == 404


def test_the_watches_that_cost_most_are_told_on_this_machine(list_page, page):
    status, headers, body = get(list_page, "/-/rules")
    assert (status, headers["Content-Type"], body) == (200, "application/json", "[]")
    assert get(page, "/-/rules")[0] == 404
