"""The values that move through Tocsin, and its closed vocabularies.

Everything here is frozen and imports nothing of ours: a value made by one room is read, never
changed, by the next. The JSON forms of Article, Alert and DeadLetter are the ones in `schemas/`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

UNDETERMINED = "und"
"""BCP 47's code for a language nobody is sure of."""

ONLY_WATCHLISTS = "tocsin_watchlists"
"""The key of an article's `extra` that names the only watch-lists it is judged by; absent: all."""

SOURCE_TAGS = "source_tags"
"""The key of an article's `extra` that holds the tags of the source it came from."""

HEARTBEAT = "heartbeat:"
"""The id of an article that begins so is a sign of life: judged like any, and ringing nothing."""


class Severity(StrEnum):
    """How loudly a watch rings, from quiet to loud."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Outcome(StrEnum):
    """How an article ended. Each ends in exactly one; their sum is what came in."""

    ALERTED = "alerted"
    NO_MATCH = "no_match"
    DUPLICATE = "duplicate"
    TOMBSTONE = "tombstone"
    EXPIRED = "expired"
    DEAD_LETTER = "dead_letter"
    HEARTBEAT = "heartbeat"


class LetterOrigin(StrEnum):
    """Where a dead letter came from: the articles topic, or a source that put it straight aside."""

    TOPIC = "topic"
    SOURCE = "source"


class Reload(StrEnum):
    """How an attempt to bring changed watch-lists into force ended."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class FeedHealth(StrEnum):
    """How a feed is. failing: the last question had no good answer; refused: the answer was no feed."""

    OK = "ok"
    FAILING = "failing"
    GONE = "gone"
    REFUSED = "refused"
    NEVER_ASKED = "never_asked"


class PollResult(StrEnum):
    """What asking a feed once came to."""

    PUBLISHED = "published"
    NOT_MODIFIED = "not_modified"
    REFUSED = "refused"
    FAILED = "failed"
    GONE = "gone"


class HubWord(StrEnum):
    """What a WebSub hub said, or what became of saying something to it.

    unasked: about a subscription that is not ours; forged: a push without the right signature; ended: it
    verified that we left; unreached: it did not answer, or refused; too_much: more than may wait.
    """

    VERIFIED = "verified"
    DENIED = "denied"
    ENDED = "ended"
    PUSHED = "pushed"
    FORGED = "forged"
    UNASKED = "unasked"
    TOO_MUCH = "too_much"
    UNREACHED = "unreached"


class DeadReason(StrEnum):
    """Why a message could not become an article. The same word in metric, log and header."""

    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    WRONG_SHAPE = "wrong_shape"
    NO_CONTENT = "no_content"
    UNKNOWN_FORMAT = "unknown_format"
    SCHEMA_FRAME = "schema_frame"
    NOT_A_FEED = "not_a_feed"
    NOT_PARSED = "not_parsed"


class Grade(StrEnum):
    """How sure a citation's instrument is.

    explicit: the instrument is named with the provision; inferred: it is named, or unmistakably
    meant, nearby; bare: nothing tells which instrument.
    """

    EXPLICIT = "explicit"
    INFERRED = "inferred"
    BARE = "bare"


class Article(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One piece of news as received; `title` or `text` is non-empty.

    `id` is stable over retries; `language` is what the sender declared (BCP 47); `published` and
    `fetched` are RFC 3339 in UTC. Offsets of evidence count code points of these very fields.
    """

    id: str
    url: str | None = None
    source: str | None = None
    title: str = ""
    text: str = ""
    language: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    fetched: str | None = None
    feed: str | None = None
    extra: dict[str, Any] = {}

    @property
    def only_watchlists(self) -> frozenset[str]:
        """The ids of the only watch-lists it is judged by; empty for all, or for what is no list of texts."""
        named = self.extra.get(ONLY_WATCHLISTS)
        known = isinstance(named, list) and all(isinstance(each, str) for each in named)
        return frozenset(named) if known and named else frozenset()


class Language(msgspec.Struct, frozen=True, gc=False):
    """A language: `code` is BCP 47 or `und`, `confidence` is 0 to 1.

    `declared` is what the sender said, as sent; `disagrees` when a detector is sure of another;
    `detector` decided. `shares`: of a text in several languages each one's share of it, the largest
    first; empty when all is in one. `tag`: the code with script and region where they are known.
    """

    code: str
    confidence: float
    declared: str | None = None
    detector: str = "none"
    disagrees: bool = False
    shares: tuple[tuple[str, float], ...] = ()
    tag: str | None = None

    def holding(self, share: float) -> frozenset[str]:
        """The languages the text counts as being in: the main one, and those that hold that share of it."""
        others = {code for code, held in self.shares if held >= share}
        return frozenset(others | {self.code}) - {UNDETERMINED}


class Citation(msgspec.Struct, frozen=True, gc=False):
    """A reference to a provision of a legal instrument, at `start:end` of the text it was found in.

    `provision` is normalised: `51`, `2.4`, `42.7`. `instrument` is None when the grade is bare.
    `reason` says in words why the grade is what it is.
    """

    instrument: str | None
    provision: str
    grade: Grade
    start: int
    end: int
    quote: str
    reason: str = ""


class EvidenceCitation(msgspec.Struct, frozen=True, gc=False):
    """What an alert says of a citation."""

    instrument: str | None
    article: str
    grade: Grade


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """Words of the article that made a leaf of the rule true: `field[start:end] == quote`."""

    field: str
    start: int
    end: int
    quote: str
    leaf: str
    concept: str | None = None
    language: str | None = None
    citation: EvidenceCitation | None = None


class Excerpt(msgspec.Struct, frozen=True, gc=False):
    """The sentence around the evidence: `field[start:end] == text`."""

    field: str
    start: int
    end: int
    text: str


class WatchRef(msgspec.Struct, frozen=True, gc=False):
    """Which watch rang. `version` is a hash of the rule's meaning."""

    id: str
    watchlist: str
    title: str
    version: str
    severity: Severity
    tags: tuple[str, ...] = ()


class ArticleRef(msgspec.Struct, frozen=True, gc=False):
    """Which article rang it."""

    id: str
    url: str | None
    source: str | None
    title: str
    published: str | None


class AlertLanguage(msgspec.Struct, frozen=True, gc=False):
    """The article's language as the alert tells it; see `Language`."""

    code: str
    confidence: float
    declared: str | None
    detector: str = "none"
    disagrees: bool = False
    tag: str | None = None
    shares: dict[str, float] = {}


class Alert(msgspec.Struct, frozen=True, gc=False):
    """One watch rung by one article. `id` is a hash of watch id and article id, nothing else.

    evidence_left_out: how many places were found beyond those that `evidence` lists.
    """

    id: str
    watch: WatchRef
    article: ArticleRef
    language: AlertLanguage
    evidence: tuple[Evidence, ...]
    excerpt: Excerpt
    matched: str
    engine: str
    evidence_left_out: int = 0


class Record(msgspec.Struct, frozen=True, gc=False):
    """One message as read from a topic. `timestamp` is seconds since the epoch."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp: float = 0.0


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message to publish. Messages of one key keep their order."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
