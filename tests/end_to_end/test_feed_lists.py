"""`tocsin run` with lists of feeds: reloaded on request, and hubs listened for only when told to."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from tests.end_to_end.worker_process import started
from tests.feeds.parts import Answer, Site, rss


def said(process: subprocess.Popen[str], event: str) -> dict[str, object]:
    """The next line of log with this event."""
    assert process.stderr is not None
    for line in process.stderr:
        told: dict[str, object] = json.loads(line)
        if told["event"] == event:
            return told
    raise AssertionError(f"the worker ended before it said {event}")


def post(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, b"", method="POST")) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_lists_are_reloaded_and_a_bad_one_is_refused(tmp_path: Path) -> None:
    site = Site()
    for name in "ab":
        site.says(f"/{name}", Answer(200, rss(f"<title>{name}</title><guid>{name}</guid>")))
    path = tmp_path / "feeds.yaml"
    path.write_text(f"sources:\n  - {site.url('/a')}\n")
    environment = {
        "TOCSIN_SOURCES__LISTS": str(path),
        "TOCSIN_SOURCES__ALLOW_NETWORKS": "127.0.0.0/8",
        "TOCSIN_WATCHLISTS__RELOAD_SECONDS": "3600",
    }
    with started(tmp_path, "run", **environment) as worker:
        page = str(said(worker, "serving")["address"]).removesuffix("/metrics")
        assert said(worker, "feed")["feed"] == site.url("/a")
        path.write_text("sources: nonsense\n")
        status, words = post(f"{page}/-/reload")
        assert (status, "feeds.yaml" in words) == (422, True)
        metrics = urllib.request.urlopen(f"{page}/metrics").read().decode()
        assert "tocsin_source_lists_load_success 0.0" in metrics
        path.write_text(f"sources:\n  - {site.url('/a')}\n  - {site.url('/b')}\n")
        worker.send_signal(signal.SIGHUP)
        assert said(worker, "feed")["feed"] == site.url("/b")
    site.close()


def test_hubs_are_listened_for_when_a_callback_is_named(tmp_path: Path) -> None:
    site = Site()
    site.says("/a", Answer(200, rss("<title>a</title>")))
    environment = {
        "TOCSIN_SOURCES__FEEDS": site.url("/a"),
        "TOCSIN_SOURCES__ALLOW_NETWORKS": "127.0.0.0/8",
        "TOCSIN_SOURCES__WEBSUB__CALLBACK": "https://news.example/tocsin",
        "TOCSIN_SOURCES__WEBSUB__PORT": "0",
    }
    with started(tmp_path, "run", **environment) as worker:
        port = said(worker, "serving hubs")["port"]
        assert post(f"http://127.0.0.1:{port}/websub/{'a' * 32}")[0] == 404
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    site.close()
