"""What the manners server answers, path by path, and what it asks of a reader, sentence by sentence."""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from itertools import pairwise
from typing import Protocol

HOUR = 3600.0
LEAST_PAUSE = 900.0
"""Nobody needs a feed more often than every quarter of an hour, unless it says so."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: when, for what, by which method, with which headers (names in lower case)."""

    at: float
    path: str
    method: str
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str | None:
        """The value of a header, or None."""
        return dict(self.headers).get(name)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server says."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Seen(Protocol):
    """What a manner is judged by."""

    asks: list[Ask]
    most_at_once: int

    def of(self, path: str) -> list[Ask]:
        """The questions for one path."""
        ...


Feed = Callable[[Ask, Sequence[Ask]], Reply]
Judge = Callable[[Seen], str | None]

ETAG = 'W/"odd, \xe9 tag'
MODIFIED = "Mon, 23 Nov 26 20:00:00 +0000"


def rss(extra: str = "", title: str = "Calm") -> bytes:
    """A feed with one item."""
    return (
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
        f"<title>{title}</title>{extra}<item><title>Harbour</title><guid isPermaLink='false'>1</guid></item>"
        "</channel></rss>"
    ).encode()


def always(reply: Reply) -> Feed:
    """The same for ever."""
    return lambda _ask, _before: reply


def then(*replies: Reply) -> Feed:
    """One after the other, the last for ever."""
    return lambda _ask, before: replies[min(len(before), len(replies) - 1)]


def conditional(headers: Mapping[str, str]) -> Feed:
    """304 to whoever brings the validators, whole else."""

    def answer(ask: Ask, _before: Sequence[Ask]) -> Reply:
        wanted = headers.get("ETag")
        known = ask.header("if-none-match") == wanted if wanted else ask.header("if-modified-since")
        return Reply(304, headers=headers) if known else Reply(200, rss(), headers)

    return answer


def changing(ask: Ask, before: Sequence[Ask]) -> Reply:
    """A new version, and a new ETag, at every second question."""
    etag = f'"{len(before) // 2}"'
    if ask.header("if-none-match") == etag:
        return Reply(304, headers={"ETag": etag})
    return Reply(200, rss(title=etag[1:-1]), {"ETag": etag})


def later(status: int, seconds: float) -> Feed:
    """First well, then a refusal until a date, then well again."""

    def answer(ask: Ask, before: Sequence[Ask]) -> Reply:
        when = formatdate(math.ceil(ask.at + seconds), usegmt=True)
        return Reply(status, headers={"Retry-After": when}) if len(before) == 1 else Reply(200, rss())

    return answer


def expiring(ask: Ask, _before: Sequence[Ask]) -> Reply:
    """Fresh for eight hours, in the old way of saying so."""
    return Reply(200, rss(), {"Expires": formatdate(math.ceil(ask.at) + 8 * HOUR, usegmt=True)})


_WELL = Reply(200, rss())
_SKIPPED_HOURS = frozenset(range(0, 24, 2))
_SKIPPED_DAYS = {"Tuesday": 1, "Thursday": 3}


def _redirect(status: int, target: str) -> Reply:
    return Reply(status, headers={"Location": target})


FEEDS: dict[str, Feed] = {
    "/both": conditional({"ETag": ETAG, "Last-Modified": MODIFIED}),
    "/etag": conditional({"ETag": '"1"'}),
    "/modified": conditional({"Last-Modified": MODIFIED}),
    "/none": always(_WELL),
    "/changing": changing,
    "/dropped": then(Reply(200, rss(), {"ETag": '"1"', "Last-Modified": MODIFIED}), _WELL),
    "/renewed": then(Reply(200, rss(), {"ETag": '"1"'}), Reply(304, headers={"ETag": '"2"'})),
    "/silent304": then(Reply(200, rss(), {"ETag": '"1"'}), Reply(304)),
    "/429": then(_WELL, Reply(429, headers={"Retry-After": str(int(7 * HOUR))}), _WELL),
    "/429date": later(429, 9 * HOUR),
    "/503": then(_WELL, Reply(503, headers={"Retry-After": str(int(6 * HOUR))}), _WELL),
    "/429bare": then(_WELL, Reply(429)),
    "/500": then(_WELL, Reply(500)),
    "/404": then(_WELL, Reply(404)),
    "/403": then(_WELL, Reply(403)),
    "/410": then(_WELL, Reply(410)),
    "/301": always(_redirect(301, "/301/new")),
    "/301/new": always(_WELL),
    "/308": always(_redirect(308, "/308/new")),
    "/308/new": always(_WELL),
    "/302": always(_redirect(302, "/302/new")),
    "/302/new": always(_WELL),
    "/307": always(_redirect(307, "/307/new")),
    "/307/new": always(_WELL),
    "/slip": then(_redirect(301, "/slip/new"), _WELL),
    "/slip/new": always(Reply(404)),
    "/loop": always(_redirect(302, "/loop")),
    "/max-age": always(Reply(200, rss(), {"Cache-Control": f"public, max-age={int(8 * HOUR)}"})),
    "/max-age304": then(
        Reply(200, rss(), {"ETag": '"1"'}),
        Reply(304, headers={"Cache-Control": f"max-age={int(8 * HOUR)}", "ETag": '"1"'}),
    ),
    "/expires": expiring,
    "/ttl": always(Reply(200, rss("<ttl>480</ttl>"))),
    "/period": always(Reply(200, rss("<sy:updatePeriod>daily</sy:updatePeriod>"))),
    "/hours": always(
        Reply(
            200, rss(f"<skipHours>{''.join(f'<hour>{h}</hour>' for h in sorted(_SKIPPED_HOURS))}</skipHours>")
        )
    ),
    "/days": always(
        Reply(200, rss(f"<skipDays>{''.join(f'<day>{d}</day>' for d in _SKIPPED_DAYS)}</skipDays>"))
    ),
    "/cookie": always(Reply(200, rss(), {"Set-Cookie": "who=you; Path=/"})),
    "/gzip": always(Reply(200, gzip.compress(rss(), mtime=0), {"Content-Encoding": "gzip"})),
    "/html": always(Reply(200, b"<!doctype html><title>Maintenance</title>", {"Content-Type": "text/html"})),
    **{f"/crowd/{number}": always(_WELL) for number in range(12)},
}


def gaps(asks: Sequence[Ask]) -> list[float]:
    """Seconds between each question and the next."""
    return [after.at - before.at for before, after in pairwise(asks)]


def returns(path: str, judge: Callable[[list[Ask]], str | None]) -> Judge:
    """Judges the questions for one path; a reader that never came back has shown nothing."""

    def judged(seen: Seen) -> str | None:
        asks = seen.of(path)
        return judge(asks) if len(asks) > 2 else f"{path} was asked {len(asks)} times, too few to tell"

    return judged


def brings(path: str, name: str, value: str | None, after: int = 1) -> Judge:
    """Every question after the first `after` has this header with this value, or (None) none such."""

    def judge(asks: list[Ask]) -> str | None:
        brought = {ask.header(name) for ask in asks[after:]}
        return None if brought == {value} else f"{path} got {name}: {brought}, expected {value!r}"

    return returns(path, judge)


def follows(path: str) -> Judge:
    """The latest ETag is brought each time."""

    def judge(asks: list[Ask]) -> str | None:
        wrong = [n for n, ask in enumerate(asks) if n and ask.header("if-none-match") != f'"{(n - 1) // 2}"']
        return f"{path}: questions {wrong} brought another ETag than the last answer's" if wrong else None

    return returns(path, judge)


def waits(path: str, seconds: float, at: int | None = None) -> Judge:
    """The pause after question `at` (from 0), or every one, is at least so long."""

    def judged(seen: Seen) -> str | None:
        found = gaps(seen.of(path))
        looked = found if at is None else found[at : at + 1]
        if not looked:
            return f"{path} was not asked again"
        return None if min(looked) >= seconds else f"{path} was asked after {min(looked):.0f} s"

    return judged


def slows(path: str) -> Judge:
    """Asked less and less often, and still asked."""

    def judge(asks: list[Ask]) -> str | None:
        found = gaps(asks[1:])
        return None if found and found[-1] >= 4 * found[0] else f"{path}: pauses of {found}"

    return returns(path, judge)


def learns(path: str) -> Judge:
    """After some repeats the new address is asked itself."""

    def judged(seen: Seen) -> str | None:
        old, new = len(seen.of(path)), len(seen.of(f"{path}/new"))
        return None if old <= 5 < new else f"the old address was asked {old} times, the new {new} times"

    return judged


def does_not_learn(path: str) -> Judge:
    """The old address is asked each time."""

    def judged(seen: Seen) -> str | None:
        old, new = len(seen.of(path)), len(seen.of(f"{path}/new"))
        return None if old == new > 2 else f"the old address was asked {old} times, the new {new} times"

    return judged


def every(holds: Callable[[Ask], bool], words: str) -> Judge:
    """Something that holds for each question."""

    def judged(seen: Seen) -> str | None:
        wrong = [ask for ask in seen.asks if ask.path != "/" and not holds(ask)]
        return f"{len(wrong)} {words}, the first for {wrong[0].path}" if wrong else None

    return judged


def never_at(path: str, hits: Callable[[datetime], bool]) -> Judge:
    """Not asked, once the feed was read, at times that it asks to be spared."""

    def judge(asks: list[Ask]) -> str | None:
        wrong = [datetime.fromtimestamp(ask.at, UTC) for ask in asks[1:]]
        found = [f"{at:%a %H:%M}" for at in wrong if hits(at)]
        return f"{path} was asked at {found}" if found else None

    return returns(path, judge)


def _stops(seen: Seen) -> str | None:
    asks = len(seen.of("/410"))
    return None if asks == 2 else f"asked {asks} times"


def _patient(seen: Seen) -> str | None:
    quick = [
        path
        for path in {ask.path for ask in seen.asks}
        if path not in ("/", "/loop") and min(gaps(seen.of(path)), default=LEAST_PAUSE) < LEAST_PAUSE
    ]
    return f"asked sooner: {sorted(quick)}" if quick else None


def _loop(seen: Seen) -> str | None:
    most = max((sum(one.at == ask.at for one in seen.of("/loop")) for ask in seen.of("/loop")), default=0)
    return None if 0 < most <= 10 else f"{most} questions at once"


def _spreads(seen: Seen) -> str | None:
    moments = [seen.of(f"/crowd/{number}") for number in range(12)]
    if any(len(asks) < 3 for asks in moments):
        return "the feeds were not asked three times"
    thirds = {asks[2].at for asks in moments}
    return None if len(thirds) > 6 else f"12 feeds were asked at {len(thirds)} moments"


def _not_a_crowd(seen: Seen) -> str | None:
    return None if 0 < seen.most_at_once <= 2 else f"{seen.most_at_once} at once"


def _slip(seen: Seen) -> str | None:
    return None if len(seen.of("/slip")) > 3 else "one slip of the server's was believed for ever"


_AGENT = re.compile(r"[\w.-]+/\d[\w.]* .*\(?\+?(?:https?://|mailto:)\S+")

MANNERS: dict[str, Judge] = {
    "the first question is unconditional": lambda seen: (
        None
        if not any(seen.of("/both")[0].header(n) for n in ("if-none-match", "if-modified-since"))
        else "it was not"
    ),
    "an ETag comes back byte for byte": brings("/both", "if-none-match", ETAG),
    "Last-Modified comes back byte for byte": brings("/both", "if-modified-since", MODIFIED),
    "an ETag alone comes back alone": brings("/etag", "if-modified-since", None),
    "Last-Modified alone comes back alone": brings("/modified", "if-none-match", None),
    "Last-Modified alone comes back": brings("/modified", "if-modified-since", MODIFIED),
    "no If-Modified-Since is made up": brings("/none", "if-modified-since", None),
    "no If-None-Match is made up": brings("/none", "if-none-match", None),
    "a new ETag replaces the old": follows("/changing"),
    "an answer without ETag ends the old one": brings("/dropped", "if-none-match", None, after=2),
    "an answer without Last-Modified ends the old one": brings(
        "/dropped", "if-modified-since", None, after=2
    ),
    "an ETag in a 304 replaces the old": brings("/renewed", "if-none-match", '"2"', after=2),
    "a 304 without ETag forgets nothing": brings("/silent304", "if-none-match", '"1"'),
    "429 with Retry-After in seconds is obeyed": waits("/429", 7 * HOUR, at=1),
    "429 with Retry-After as a date is obeyed": waits("/429date", 9 * HOUR, at=1),
    "503 with Retry-After is obeyed": waits("/503", 6 * HOUR, at=1),
    "429 without Retry-After slows the reader down": slows("/429bare"),
    "500 slows the reader down": slows("/500"),
    "404 slows the reader down": slows("/404"),
    "403 slows the reader down": slows("/403"),
    "a page of HTML slows the reader down": slows("/html"),
    "410 stops the reader": _stops,
    "301 is learnt": learns("/301"),
    "308 is learnt": learns("/308"),
    "302 is not learnt": does_not_learn("/302"),
    "307 is not learnt": does_not_learn("/307"),
    "one 301 by mistake is forgotten": _slip,
    "a circle of redirects is left": _loop,
    "Cache-Control: max-age is obeyed": waits("/max-age", 8 * HOUR),
    "Cache-Control of a 304 is obeyed": waits("/max-age304", 8 * HOUR, at=1),
    "Expires is obeyed": waits("/expires", 8 * HOUR),
    "ttl is obeyed": waits("/ttl", 8 * HOUR),
    "sy:updatePeriod is obeyed": waits("/period", 24 * HOUR),
    "skipHours are skipped": never_at("/hours", lambda at: at.hour in _SKIPPED_HOURS),
    "skipDays are skipped": never_at("/days", lambda at: at.weekday() in _SKIPPED_DAYS.values()),
    "no feed is asked twice in a quarter of an hour, restarts included": _patient,
    "feeds met at one moment are not asked at one moment again": _spreads,
    "one host gets two questions at a time at most": _not_a_crowd,
    "no cookie is brought": every(lambda ask: ask.header("cookie") is None, "with a cookie"),
    "no Referer is brought": every(lambda ask: ask.header("referer") is None, "with a Referer"),
    "only GET is asked": every(lambda ask: ask.method == "GET", "by another method"),
    "gzip is offered": every(lambda ask: "gzip" in (ask.header("accept-encoding") or ""), "without gzip"),
    "feeds are asked for": every(lambda ask: "xml" in (ask.header("accept") or ""), "that accept no XML"),
    "the reader says who it is, which version, and where to complain": every(
        lambda ask: bool(_AGENT.match(ask.header("user-agent") or "")), "without name, version and contact"
    ),
    "nothing is added to an address": every(lambda ask: ask.path in FEEDS, "for addresses never given"),
}
