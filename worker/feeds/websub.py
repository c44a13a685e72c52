"""WebSub (https://www.w3.org/TR/websub/): a hub tells us of news, so that a feed need not be asked so often.

Pure: what to send a hub, whether to believe it, and when to renew. `worker.feeds.callback` listens.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlencode, urljoin

import msgspec

from worker.feeds.facts import FeedFacts

LEASE_SECONDS = 10 * 86_400
"""What is asked for; the hub may give less."""

SHORTEST_LEASE, LONGEST_LEASE = 300.0, 30 * 86_400.0
_RENEWED_AT = 0.75
_AGAIN_SECONDS = 6 * 3600.0
"""After a refusal, or when the hub did not come to verify, it is asked again after so long."""

_LINK = re.compile(
    r"<([^<>]{1,2000})>((?:\s*;\s*[\w*-]{1,40}\s*(?:=\s*(?:\"[^\"]{0,400}\"|[^\s;,\"]{0,400}))?){1,20})"
)
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]{0,400})\"|([^\s;,\"]{1,400}))", re.IGNORECASE)
_METHODS = {"sha1": "sha1", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}


class Standing(StrEnum):
    """How a subscription stands with its hub."""

    ASKED = "asked"
    LIVE = "live"
    DENIED = "denied"


class Subscription(msgspec.Struct, frozen=True, omit_defaults=True):
    """One feed's subscription, kept in its state.

    token: the last part of our callback's address, not to be guessed; base: the first; secret: signs
    what is pushed; asked: when the hub was last asked; until: when the lease ends; trusted:
    whether pushes have not missed anything that was found by asking.
    """

    hub: str
    topic: str
    token: str
    secret: str
    base: str = ""
    standing: Standing = Standing.ASKED
    asked: float = 0.0
    until: float = 0.0
    trusted: bool = True

    def live(self, now: float) -> bool:
        """Whether the hub is to tell us of news."""
        return self.standing is Standing.LIVE and now < self.until

    def renew_at(self) -> float:
        """When the hub is to be asked (again)."""
        if self.standing is Standing.LIVE:
            begun = max(self.asked, 0.0)
            return begun + (self.until - begun) * _RENEWED_AT
        return self.asked + _AGAIN_SECONDS


def offered(link_header: str, facts: FeedFacts, url: str) -> tuple[str, str] | None:
    """The hub and the topic's address by the Link header, else by the feed itself; None without a hub."""
    links = _links(link_header)
    hub, topic = links.get("hub") or facts.hub, links.get("self") or facts.topic or url
    hub, topic = (urljoin(url, each) if each else "" for each in (hub, topic))
    web = ("http://", "https://")
    if not hub.lower().startswith(web):
        return None
    return hub, topic if topic.lower().startswith(web) else url


def _links(header: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for address, parameters in _LINK.findall(header[:20_000]):
        rel = _REL.search(parameters)
        for name in (rel[1] or rel[2] or "").lower().split() if rel else ():
            found.setdefault(name, address)
    return found


def begun(hub: str, topic: str, base: str, now: float) -> Subscription:
    """A subscription to ask for, with a token and a secret of its own."""
    return Subscription(hub, topic, secrets.token_urlsafe(24), secrets.token_urlsafe(32), base, asked=now)


def form(subscription: Subscription, mode: str, callback: str) -> bytes:
    """The body of a request to the hub; `mode` is `subscribe` or `unsubscribe`."""
    said = {"hub.mode": mode, "hub.topic": subscription.topic, "hub.callback": callback}
    if mode == "subscribe":
        said |= {"hub.lease_seconds": str(LEASE_SECONDS), "hub.secret": subscription.secret}
    return urlencode(said).encode()


def callback_of(subscription: Subscription) -> str:
    """The address the hub is to call."""
    return f"{subscription.base.rstrip('/')}/websub/{subscription.token}"


def confirmed(subscription: Subscription, query: Mapping[str, str], now: float) -> Subscription | None:
    """The subscription after the hub's word about it; None when we did not ask for that."""
    if query.get("hub.topic") != subscription.topic:
        return None
    mode = query.get("hub.mode")
    if mode == "denied":
        return msgspec.structs.replace(subscription, standing=Standing.DENIED, until=0.0, asked=now)
    if mode != "subscribe" or not query.get("hub.challenge"):
        return None
    return msgspec.structs.replace(subscription, standing=Standing.LIVE, until=now + _lease(query), asked=now)


def _lease(query: Mapping[str, str]) -> float:
    text = query.get("hub.lease_seconds", "")
    given = float(text[:12]) if text.isascii() and text.isdigit() else float(LEASE_SECONDS)
    return min(max(given, SHORTEST_LEASE), LONGEST_LEASE)


def is_signed(secret: str, header: str, body: bytes) -> bool:
    """Whether X-Hub-Signature is right for the body, by one of the methods of the specification."""
    method, _, digest = header.strip().partition("=")
    name = _METHODS.get(method.lower())
    if name is None or not digest.isascii():
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), body, name).hexdigest(), digest.lower())
