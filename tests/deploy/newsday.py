"""A worker at work on all its sources, with things that go wrong: what dashboards and alerts are tried on."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from tests.end_to_end.worker_process import RINGING, SILENT, article, served, started
from tests.feeds.parts import Answer, Site, rss
from worker.clock import rfc3339

WATCHLIST = """watchlist: desk
title: What the desk looks out for
language: en
watches:
  - id: pact
    title: A treaty of mutual defence
    severity: high
    query: mutual defence
    must_match: ["They signed a mutual defence treaty."]
"""
BROKEN = WATCHLIST.replace("query: mutual defence", "query: (mutual")
HEARTBEAT_SECONDS = 10


@dataclass
class Newsday:
    """A worker's folder, feeds and process. `page` is HOST:PORT of its metrics."""

    folder: Path
    site: Site
    process: Popen[str]
    page: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def send(self, good: int, bad: int = 0) -> None:
        """Put a file into the watched folder: articles, and half of the bad too long, half no JSON."""
        published = rfc3339(time.time() - 30)
        texts = [json.dumps({**article(next(self._numbers)), "published": published}) for _ in range(good)]
        for at in range(bad):
            long = {**article(next(self._numbers)), "text": "long " * 2000}
            texts.append(json.dumps(long) if at % 2 else '{"title": "cut off')
        path = self.folder / "in" / f"{next(self._numbers)}.jsonl"
        path.with_suffix(".part").write_text("\n".join(texts) + "\n")
        path.with_suffix(".part").rename(path)

    def publish(self) -> None:
        """Put another item into each of the good feeds."""
        for path in ("/good", "/wrong"):
            self.site.says(path, Answer(200, _feed(path, item(1000 + next(self._numbers)))))

    def break_watchlist(self) -> None:
        """Save a watch-list that cannot be read."""
        (self.folder / "lists" / "desk.yaml").write_text(BROKEN)

    def mend_watchlist(self) -> None:
        """Save one that can, and that is not the one in force."""
        changed = WATCHLIST.replace(
            "query: mutual defence", f"query: mutual defence AND NOT x{next(self._numbers)}"
        )
        (self.folder / "lists" / "desk.yaml").write_text(changed)


def _feed(path: str, *items: str) -> bytes:
    return rss(*items, extra="<language>de</language>" if path == "/wrong" else "")


def item(number: int) -> str:
    """An RSS item."""
    text = RINGING if number % 3 == 0 else f"{SILENT} " * 4
    return (
        f"<title>Item {number} of the day</title><guid>item-{number}</guid><description>{text}</description>"
    )


def feeds_of(site: Site, *, broken: bool = True) -> str:
    """Sources of all kinds: good, with the wrong language declared; if broken, down, no feed and gone."""
    site.says("/good", Answer(200, _feed("/good", *(item(number) for number in range(6)))))
    site.says("/wrong", Answer(200, _feed("/wrong", *(item(number) for number in range(20, 26)))))
    if broken:
        site.says("/down", Answer(503))
        site.says("/page", Answer(200, b"<html><body>Welcome</body></html>"))
        site.says("/gone", Answer(410))
    return "sources:\n" + "".join(f"  - {site.url(path)}\n" for path in sorted(site.answers))


@contextmanager
def newsday(folder: Path, *, broken: bool = True, **environment: str) -> Iterator[Newsday]:
    """A worker with folder, feeds, heartbeats, a file for alerts, the desk's list; embedded unless told."""
    for name in ("in", "lists"):
        (folder / name).mkdir(parents=True)
    (folder / "lists" / "desk.yaml").write_text(WATCHLIST)
    site = Site()
    (folder / "feeds.yaml").write_text(feeds_of(site, broken=broken))
    settings = {
        "TOCSIN_SINKS__STDOUT": "false",
        "TOCSIN_SINKS__FILE": "alerts.jsonl",
        "TOCSIN_LIMITS__ARTICLE_BYTES": "5000",
        "TOCSIN_LIMITS__DEAD_LETTER_SHARE": "1",
        "TOCSIN_SOURCES__HEARTBEAT_SECONDS": str(HEARTBEAT_SECONDS),
        "TOCSIN_SOURCES__LISTS": "feeds.yaml",
        "TOCSIN_SOURCES__ALLOW_NETWORKS": "127.0.0.0/8",
        "TOCSIN_WATCHLISTS__PATHS": "lists,builtin",
        "TOCSIN_WATCHLISTS__RELOAD_SECONDS": "1",
        **environment,
    }
    try:
        with started(folder, "run", "--folder", "in", **settings) as process:
            yield Newsday(folder, site, process, page_of(process, folder / "log"))
    finally:
        site.close()


def page_of(process: Popen[str], log: Path) -> str:
    """HOST:PORT of a worker's metrics; its log goes into a file, so that it never waits for us."""
    page = served(process)
    threading.Thread(target=_keep, args=(process, log), daemon=True).start()
    return page.partition("//")[2]


def _keep(process: Popen[str], path: Path) -> None:
    """Copy the log into a file, so that the pipe never fills."""
    assert process.stderr is not None
    with path.open("w") as kept:
        for line in process.stderr:
            kept.write(line)
            kept.flush()
