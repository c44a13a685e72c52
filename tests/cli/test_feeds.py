"""`tocsin feeds` against a site on this machine."""

import gzip
import json

import pytest
from click.testing import CliRunner

from tests.feeds.parts import Answer, Site, rss
from worker.cli import tocsin

ITEM = "<title>{0}</title><guid>{0}</guid><pubDate>Mon, 23 Nov 2026 20:00:00 GMT</pubDate>"
NEWS_SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/a</loc><n:news>
 <n:publication><n:name>The Courier</n:name><n:language>en</n:language></n:publication>
 <n:publication_date>2026-11-23T20:00:00Z</n:publication_date>
 <n:title>Ports close</n:title></n:news></url></urlset>"""


@pytest.fixture
def site():
    found = Site()
    yield found
    found.close()


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with settings; returns what calls the verb there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tocsin.toml").write_text(
        '[sources]\nlists = ["feeds.yaml"]\nallow_networks = ["127.0.0.0/8"]\n[metrics]\nenabled = false\n'
    )
    (tmp_path / "feeds.yaml").write_text("sources:\n")

    def call(*arguments):
        return CliRunner().invoke(tocsin, ["feeds", *arguments])

    return call


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def listed(tmp_path):
    return (tmp_path / "feeds.yaml").read_text()


def test_a_feed_is_found_through_the_page_that_names_it_and_added_once(site, desk, tmp_path):
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/world.xml"></head>'
    site.says("/", Answer(200, page))
    site.says("/world.xml", Answer(200, rss(ITEM.format("1"), title="World")))
    first = desk("add", site.url("/"))
    assert (first.exit_code, first.stdout) == (0, f"added {site.url('/world.xml')} to feeds.yaml\n")
    assert (
        desk("add", site.url("/world.xml")).stdout == f"{site.url('/world.xml')} is in feeds.yaml already\n"
    )
    assert listed(tmp_path).count("world.xml") == 1
    assert '"World"' in listed(tmp_path)


def test_a_feed_is_found_on_the_usual_paths_and_a_news_sitemap_through_robots(site, desk, tmp_path):
    site.says("/", Answer(200, b"<html>no links"))
    site.says("/robots.txt", Answer(200, f"User-agent: *\nSitemap: {site.url('/n.xml')}\n".encode()))
    site.says("/n.xml", Answer(200, NEWS_SITEMAP))
    assert desk("add", site.url("/")).stdout == f"added {site.url('/n.xml')} to feeds.yaml\n"
    site.says("/atom.xml", Answer(200, rss(ITEM.format("1"))))
    assert desk("add", site.url("/")).stdout == f"added {site.url('/atom.xml')} to feeds.yaml\n"


def test_a_news_sitemap_is_found_through_an_index_of_sitemaps(site, desk, tmp_path):
    site.says("/", Answer(200, b"<html>no links"))
    site.says("/robots.txt", Answer(200, f"Sitemap: {site.url('/index.xml')}\n".encode()))
    index = "<sitemapindex><sitemap><loc>{}</loc></sitemap><sitemap><loc>{}</loc></sitemap></sitemapindex>"
    site.says(
        "/index.xml", Answer(200, index.format(site.url("/pages.xml"), site.url("/news.xml.gz")).encode())
    )
    site.says("/news.xml.gz", Answer(200, gzip.compress(NEWS_SITEMAP)))
    assert desk("add", site.url("/")).stdout == f"added {site.url('/news.xml.gz')} to feeds.yaml\n"
    assert "/pages.xml" not in [path for path, _ in site.asked]


def test_a_site_without_a_feed_is_said_to_have_none(site, desk, tmp_path):
    site.says("/", Answer(200, b"<html>nothing"))
    result = desk("add", site.url("/"))
    assert result.exit_code == 1
    assert "no feed was found" in result.stderr
    assert listed(tmp_path) == "sources:\n"


def test_check_asks_each_feed_once_and_says_what_is_wrong(site, desk, tmp_path):
    site.says("/good", Answer(200, rss(ITEM.format("1"))))
    site.says("/old", Answer(200, rss(ITEM.format("1").replace("2026", "2011"))))
    site.says("/bare", Answer(200, rss("<title>a</title>")))
    site.says("/moved", Answer(301, headers={"Location": "/good"}))
    site.says("/page", Answer(200, b"<html>hello"))
    site.says("/empty", Answer(200, rss()))
    names = ["/good", "/old", "/bare", "/moved", "/page", "/empty", "/missing"]
    (tmp_path / "feeds.yaml").write_text("".join(f"- {site.url(name)}\n" for name in names))
    result = desk("check")
    found = {each["url"].removeprefix(site.url("")): " ".join(each["problems"]) for each in lines(result)}
    assert result.exit_code == 1
    assert found.pop("/good") == ""
    words = ["2011-11-23", "date", "moved for good", "a web page, not a feed", "no items", "HTTP 404"]
    assert [word for word, said in zip(words, found.values(), strict=True) if word not in said] == []
    assert len(site.asked) == len(names) + 1
    assert not (tmp_path / "tocsin.db").exists()


def test_list_shows_what_a_worker_remembers(site, desk, tmp_path):
    site.says("/good", Answer(200, rss(ITEM.format("1"))))
    site.says("/page", Answer(200, b"<html>hello"))
    (tmp_path / "feeds.yaml").write_text(f"- {site.url('/good')}\n- {site.url('/page')}\n")
    assert [each["state"] for each in lines(desk("list"))] == ["never_asked", "never_asked"]
    assert not (tmp_path / "tocsin.db").exists(), "a look makes nothing"
    ran = CliRunner().invoke(tocsin, ["run", "--drain"])
    assert ran.exit_code == 0, ran.output
    good, page = lines(desk("list"))
    assert (good["state"], good["error"], good["failures"]) == ("ok", None, 0)
    assert good["last_success"] < good["next_poll"]
    assert page["state"] == "refused"
    assert "a web page, not a feed" in page["error"]


def test_opml_goes_in_and_out(desk, tmp_path):
    opml = '<opml version="2.0"><body><outline text="Wire" type="rss" xmlUrl="https://a.example/rss"/></body></opml>'
    (tmp_path / "in.opml").write_text(opml)
    assert desk("import", "in.opml").stdout == "added 1 of 1 feeds to feeds.yaml\n"
    assert desk("import", "in.opml").stdout == "added 0 of 1 feeds to feeds.yaml\n"
    out = desk("export").stdout
    assert 'xmlUrl="https://a.example/rss"' in out
    assert 'text="Wire"' in out


def test_a_mistake_in_a_list_keeps_the_worker_from_starting(desk, tmp_path):
    (tmp_path / "feeds.yaml").write_text("- url: https://a.example\n  nam: x\n")
    result = CliRunner().invoke(tocsin, ["run", "--drain"])
    assert "feeds.yaml:2: unknown key `nam`" in str(result.exception)
    assert not (tmp_path / "tocsin.db").exists()
