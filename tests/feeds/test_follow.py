"""The feeds that are asked follow their lists while the worker runs."""

from __future__ import annotations

import math

import pytest

from tests.feeds.parts import Answer, letter, rss
from worker.feeds import assemble
from worker.feeds.follow import REMINDER_SECONDS, WEB_SECONDS, ListFollower
from worker.feeds.hosts import Hosts
from worker.feeds.lists import load_sources
from worker.feeds.poll import PollSource, key_of
from worker.feeds.state import loaded
from worker.types import FeedHealth, Reload


def feed(name):
    return Answer(200, rss(f"<title>{name}</title><guid>{name}</guid>"))


class World:
    """A list on disk, a follower of it, and a source that asks what it names."""

    def __init__(self, site, shelf, clock, parser, tmp_path):
        self.site, self.shelf, self.clock = site, shelf, clock
        self.path = tmp_path / "feeds.yaml"
        self.told = []
        self.shown = {}
        for name in "abc":
            site.says(f"/{name}", feed(name))
        self.write("a", "b")
        lists = [str(self.path)]

        def load():
            return assemble.specs_of(load_sources((), lists, lambda _: b"").listed, 600.0)

        self.follower = ListFollower(load, lists, lambda *said: self.told.append(said), clock)
        self.follower.begin(load())
        self.source = PollSource(
            self.follower,
            shelf.intake,
            clock=clock,
            parser=parser,
            dead_letter=letter,
            allow_networks=["127.0.0.0/8"],
            hosts=Hosts(pause=0.0),
            show=lambda counts: self.shown.update(counts),
        )

    def write(self, *names, extra=""):
        entries = "".join(f"  - url: {self.site.url(f'/{name}')}\n{extra}" for name in names)
        self.path.write_text(f"sources:\n{entries}" if names else "sources: []\n", encoding="utf-8")

    def work(self):
        self.source.run_once()
        while self.source.next_due(self.clock.now()) <= self.clock.now():
            self.source.run_once()

    def asked(self):
        """The paths asked since the last look."""
        found = sorted(path for path, _ in self.site.asked)
        self.site.asked.clear()
        return found


@pytest.fixture
def world(site, shelf, clock, parser, tmp_path):
    found = World(site, shelf, clock, parser, tmp_path)
    found.work()
    assert found.asked() == ["/a", "/b"]
    yield found
    found.source.close()


def test_new_sources_start_removed_ones_stop_and_the_others_are_left_alone(world):
    world.write("b", "c")
    assert world.follower.stale()
    assert world.follower.reload() == (Reload.CHANGED, "sources: 1 new, 1 removed, 0 changed")
    assert not world.follower.stale()
    world.work()
    assert world.asked() == ["/c"], "b keeps its interval"
    world.clock.advance(5 * 3600)
    world.work()
    assert world.asked() == ["/b", "/c"]
    assert world.shown[FeedHealth.OK] == 2


def test_a_source_that_comes_back_is_known(world):
    world.write("b")
    world.follower.reload()
    world.work()
    world.write("a", "b")
    world.follower.reload()
    world.work()
    assert world.asked() == [], "it is not asked within its interval"
    world.clock.advance(5 * 3600)
    world.work()
    assert sorted(article.title for article in world.shelf.articles()) == ["a", "b"]


def test_a_changed_source_is_changed(world):
    world.site.says("/a", feed("a2"))
    world.write("a", extra="    tags: [ports]\n    interval: 1m\n")
    assert world.follower.reload()[1] == "sources: 0 new, 1 removed, 1 changed"
    world.work()
    world.clock.advance(70)
    world.work()
    assert world.asked() == ["/a"], "its new interval is over"
    assert world.shelf.articles()[-1].extra["source_tags"] == ["ports"]


@pytest.mark.parametrize("text", ["sources: 3", "sources:\n  - url: ftp://x\n", "", "\x00\xff", "{"])
def test_a_bad_list_never_replaces_a_good_one_and_is_said_until_it_is_mended(world, text):
    world.path.write_text(text, encoding="utf-8")
    result, words = world.follower.reload()
    assert result is Reload.REFUSED
    assert "feeds.yaml" in words
    world.clock.advance(REMINDER_SECONDS)
    assert not world.follower.stale()
    assert [said for said, _ in world.told] == [Reload.REFUSED, Reload.REFUSED]
    world.clock.advance(5 * 3600)
    world.work()
    assert world.asked() == ["/a", "/b"]
    world.write("a", "b")
    assert world.follower.reload()[0] is Reload.UNCHANGED
    world.clock.advance(REMINDER_SECONDS)
    world.follower.stale()
    assert [said for said, _ in world.told][2:] == [Reload.UNCHANGED]


def test_a_list_that_is_gone_is_refused(world):
    world.path.unlink()
    assert world.follower.stale()
    assert world.follower.reload()[0] is Reload.REFUSED


def test_no_source_at_all_is_meant_when_it_is_written(world):
    world.write()
    assert world.follower.reload()[0] is Reload.CHANGED
    world.work()
    world.clock.advance(5 * 3600)
    world.work()
    assert world.asked() == []
    assert world.source.next_due(world.clock.now()) < math.inf, "it still looks for changes"


def test_a_source_removed_while_it_is_asked_is_let_go(world):
    def slow(out):
        world.write("b")
        world.follower.reload()
        out.write(rss("<title>late</title>"))

    world.site.says("/a", Answer(200, write=slow))
    world.clock.advance(5 * 3600)
    world.work()
    world.work()
    world.clock.advance(5 * 3600)
    world.work()
    assert world.asked().count("/a") == 1
    assert loaded(world.shelf.intake.state(key_of(world.site.url("/a")))).turn <= 2


def test_a_list_on_the_web_is_read_again_every_hour(clock):
    follower = ListFollower(list, ["https://n.example/list.opml"], lambda *_: None, clock)
    follower.begin([])
    assert not follower.stale()
    clock.advance(WEB_SECONDS)
    assert follower.stale()
    follower.reload()
    assert not follower.stale()
