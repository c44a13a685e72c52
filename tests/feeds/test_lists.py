"""Lists of sources: what they say, where their mistakes are, and how a program adds to them."""

import json

import pytest
import yaml

from tests.schemas.validate import errors, schema
from worker.errors import Outage, UsageError
from worker.feeds import assemble
from worker.feeds.fetch import FetchError
from worker.feeds.list_yaml import with_sources
from worker.feeds.listed import KEYS, Listed, Wrong
from worker.feeds.lists import load_sources, read_list, secret_headers
from worker.feeds.manners import Pace
from worker.feeds.opml import write_opml

FULL = """\
sources:
  - https://a.example/rss   # the first
  - url: https://b.example/rss
    name: "B: a paper"
    language: no
    tags: [ports, labour]
    interval: 15m
    full_text: true
    headers: {X-Desk: ports, Authorization: env:B_TOKEN}
    watchlists: [harbour-desk]
"""


def read(text, name="feeds.yaml"):
    return read_list(name, text.encode())


def nothing(url):
    raise AssertionError(url)


def test_everything_a_source_may_say_is_read_with_its_line():
    (first, second), problems = read(FULL)
    assert problems == []
    assert first == Listed(url="https://a.example/rss", place="feeds.yaml:2")
    assert second == Listed(
        url="https://b.example/rss",
        name="B: a paper",
        language="no",
        tags=("ports", "labour"),
        interval=900.0,
        full_text=True,
        headers={"X-Desk": "ports", "Authorization": "env:B_TOKEN"},
        watchlists=("harbour-desk",),
        place="feeds.yaml:3",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "- url: https://a.example\n  langauge: en",
            "feeds.yaml:2: unknown key `langauge`. Did you mean `language`?",
        ),
        ("feeds: []", "feeds.yaml:1: unknown key `feeds`. Did you mean `sources`?"),
        ('- "https://a.example/\\e[31m"', "feeds.yaml:1: `url`: `https://a.example/·[31m` is no address"),
        ("- ftp://a.example/x", "feeds.yaml:1: `url`: `ftp://a.example/x` is no address of a feed"),
        ("- name: x", "feeds.yaml:1: this source has no `url`"),
        ("- url: https://a.example\n  url: https://b.example", "feeds.yaml:2: the key `url` is given twice"),
        ("- url: https://a.example\n  interval: soon", "feeds.yaml:2: `interval`: `soon` is no interval"),
        ("- url: https://a.example\n  interval: 5", "feeds.yaml:2: `interval`: `5` is out of bounds"),
        ("- url: https://a.example\n  full_text: maybe", "feeds.yaml:2: `full_text`: `maybe` is neither"),
        (
            "- url: https://a.example\n  username: u\n  password: pw",
            "feeds.yaml:3: `password`: a password does not",
        ),
        (
            "- url: https://a.example\n  headers: {Cookie: a=b}",
            "feeds.yaml:2: `headers`: the header `Cookie` is a",
        ),
        (
            '- url: https://a.example\n  headers: {X: "a\\nb"}',
            "feeds.yaml:2: `headers`: the header `X` has a line",
        ),
        ("- url: https://a.example\n  password: env:X", "feeds.yaml:1: a `password` needs a `username`"),
        ("- [https://a.example]", "feeds.yaml:1: expected an address, or a mapping with `url`"),
        ("just words", "feeds.yaml:1: expected a list of sources"),
        ("- a: [", "feeds.yaml:2: this is no list of sources in YAML"),
        ("- &a x\n- *a", "feeds.yaml:1: this is no list of sources in YAML: aliases are not allowed"),
        ("[" * 50, "feeds.yaml:1: this is no list of sources in YAML: nested too deep"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_probably_meant(text, said):
    found, problems = read(text)
    assert found == []
    assert problems[0].startswith(said)


def test_every_mistake_is_told_at_once_and_the_worker_does_not_start(tmp_path):
    path = tmp_path / "feeds.yaml"
    path.write_text("- ftp://a\n- url: https://b.example\n  nam: x\n")
    with pytest.raises(UsageError) as raised:
        load_sources(["nonsense"], [str(path)], nothing)
    told = str(raised.value)
    assert all(each in told for each in ("sources.feeds[0]", f"{path}:1", f"{path}:3", "`name`"))


def test_the_same_feed_twice_is_a_mistake_in_one_list_and_a_remark_in_two(tmp_path):
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text("- url: https://a.example/rss\n  name: One\n  tags: [x]\n")
    two.write_text("- url: HTTPS://A.example/rss\n  tags: [y]\n")
    found = load_sources([], [str(one), str(two)], nothing)
    assert [(each.name, each.tags) for each in found.listed] == [("One", ("x", "y"))]
    assert found.remarks == (
        f"{two}:1: https://A.example/rss is the same feed as at {one}:1; that one counts",
    )
    one.write_text("- https://a.example/rss\n- https://a.example/rss#top\n")
    with pytest.raises(UsageError, match="is the same feed as at"):
        load_sources([], [str(one)], nothing)


OPML = """<?xml version="1.0"?>
<opml version="2.0"><body>
  <outline text="Ports">
    <outline type="rss" text="The Courier" xmlUrl="https://a.example/rss" language="en" category="/labour"/>
    <outline type="rss" text="Broken" xmlUrl="feed:nonsense"/>
  </outline>
  <outline text="https://b.example/rss" xmlUrl="https://b.example/rss"/>
</body></opml>"""


def test_opml_gives_names_languages_and_folders_as_tags_and_its_mistakes_their_line():
    found, problems = read(OPML, "desk.opml")
    assert [(e.url, e.name, e.language, e.tags) for e in found] == [
        ("https://a.example/rss", "The Courier", "en", ("Ports", "labour")),
        ("https://b.example/rss", None, None, ()),
    ]
    assert problems[0].startswith("desk.opml:5: `feed:nonsense` is no address")


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="https://a.example"/></body></opml>',
        "<rss/>",
        "<opml",
    ],
)
def test_what_is_no_opml_or_an_attack_is_told_and_not_read(text):
    found, problems = read(text, "x.opml")
    assert found == []
    assert problems[0].startswith("x.opml:1: ")


def test_what_is_written_as_opml_reads_back_without_secrets():
    (first, second), _ = read(FULL)
    written = write_opml([first, second])
    back, problems = read(written, "x.opml")
    assert problems == []
    assert [(e.url, e.name, e.language, e.tags) for e in back] == [
        (first.url, first.url if first.name else None, None, ()),
        (second.url, second.name, "no", second.tags),
    ]
    assert "B_TOKEN" not in written


def test_a_secret_is_found_where_the_list_says_it_stands(tmp_path):
    (tmp_path / "pw").write_text("s3cret\nrest")
    source = Listed(
        url="https://a.example",
        username="u",
        password=f"file:{tmp_path}/pw",
        headers={"X-Key": "env:K"},
        place="f:1",
    )
    assert secret_headers(source, {"K": "v"}) == {"X-Key": "v", "Authorization": "Basic dTpzM2NyZXQ="}
    with pytest.raises(UsageError, match="f:1: the variable K is not set"):
        secret_headers(source, {})


def test_a_list_from_the_web_may_not_ask_for_the_secrets_of_this_machine():
    text = b"- url: https://evil.example\n  headers: {X: env:HOME}\n"
    with pytest.raises(UsageError, match="may not refer to secrets"):
        load_sources([], ["https://lists.example/feeds.yaml"], lambda _: text)


def test_a_list_from_the_web_stands_in_while_its_server_is_down(shelf):
    url, up = "https://lists.example/feeds.yaml", [True]

    def fetch(_):
        if not up[0]:
            raise FetchError("down")
        return b"- https://a.example/rss\n"

    warned = []
    fetched = assemble.remembering(fetch, shelf.intake, warned.append)
    assert fetched(url) == b"- https://a.example/rss\n"
    up[0] = False
    assert fetched(url) == b"- https://a.example/rss\n"
    assert len(warned) == 1
    with pytest.raises(Outage):
        fetched("https://other.example/feeds.yaml")


def test_an_interval_of_its_own_is_kept_and_the_rest_goes_at_the_common_pace():
    (first, second), _ = read(FULL.replace("Authorization: env:B_TOKEN", "A: b"))
    specs = assemble.specs_of([first, second], 600)
    assert [spec.pace for spec in specs] == [Pace(600, 4 * 3600), Pace(900, 900)]
    assert specs[1].watchlists == ("harbour-desk",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# mine\n",
        "sources:\n",
        "# mine\nsources:\n\n# none yet\n",
        FULL,
        "- https://a.example/rss\n",
        "sources:\n- https://a.example/rss\n\n# the end\n",
    ],
)
def test_a_source_is_added_at_the_end_and_nothing_else_changes(text):
    before, _ = read(text)
    written = with_sources(text, [{"url": "https://new.example/rss", "name": 'odd: "name" # x'}])
    after, problems = read(written)
    assert problems == []
    assert [each.url for each in after] == [*(each.url for each in before), "https://new.example/rss"]
    assert after[-1].name == 'odd: "name" # x'
    assert all(line in written.splitlines() for line in text.splitlines())


def test_a_list_on_one_line_is_left_to_its_author():
    with pytest.raises(Wrong):
        with_sources("sources: [https://a.example/rss]\n", [{"url": "https://new.example/rss"}])


def test_the_schema_says_the_same_as_the_reader():
    assert errors("sources", yaml.safe_load(FULL.replace("language: no", 'language: "no"'))) == []
    assert set(schema("sources")["$defs"]["source"]["properties"]) == set(KEYS)
    for example in schema("sources")["examples"]:
        found, problems = read(json.dumps(example))
        assert (len(found), problems) == (2, [])
        assert errors("sources", example) == []
    for wrong in ([{"name": "x"}], {"feeds": []}, [{"url": "https://a.example", "password": "pw"}]):
        assert errors("sources", wrong)


def test_the_list_in_the_readme_is_right():
    import re
    from pathlib import Path

    text = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml sources\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    found, problems = read(block)
    assert (len(found), problems) == (2, [])
    assert errors("sources", yaml.safe_load(block)) == []
