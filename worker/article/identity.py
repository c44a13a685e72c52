"""Who an article is, when the sender does not say: its canonical URL, else its words.

The id must be the same on every retry, restart and upgrade, because the alert's id rests on it.
That is why the canonical form is these few lines and not a library, whose list of tracking
parameters would change ids with each release.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, quote, urlsplit

import msgspec

from worker.types import Article

_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|igshid|igsh|mc_cid|mc_eid"
    r"|_ga|_gl|_hs(?:enc|mi)|mkt_tok|vero_id|oly_(?:anon|enc)_id|ito|ns_(?:campaign|mchannel|source|linkname)"
    r"|at_(?:campaign|medium|custom\d|link_\w+|bbc_team|ptr_name|format)|ocid|cmpid|smid|__twitter_impression)",
    re.IGNORECASE,
)
_WHITE = re.compile(r"\s")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_HEX = 24
"""96 bits: among 10⁹ articles the chance that any two share an id is about 10⁻¹¹."""


def canonical_url(url: str) -> str | None:
    """The form of an http(s) URL under which two links to one article are equal, or None if it is none.

    Lower-case scheme and host, no default port, credentials, fragment or tracking parameter; the
    other parameters keep their order, because some sites give it meaning. Only identity uses it:
    an article's `url` stays as received.
    """
    try:
        parts = urlsplit(url.strip())
        return _canonical(parts) if parts.scheme.lower() in _DEFAULT_PORTS and parts.hostname else None
    except ValueError:
        return None


def _canonical(parts: SplitResult) -> str:
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    port = str(parts.port or "")
    netloc = f"{host}:{port}" if port and port != _DEFAULT_PORTS[scheme] else host
    query = "&".join(p for p in parts.query.split("&") if p and not _TRACKING.fullmatch(p.split("=", 1)[0]))
    path = _WHITE.sub(lambda space: quote(space[0]), parts.path or "/")
    query = _WHITE.sub(lambda space: quote(space[0]), query)
    # http and https of one address are one article; the scheme that stays is the one that will last.
    return f"https://{netloc}{path}{'?' + query if query else ''}"


def _short_hash(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:_HEX]


def url_id(url: str) -> str | None:
    """The id of the article at `url`, or None when it is no http(s) URL."""
    canonical = canonical_url(url)
    return _short_hash("url", canonical) if canonical else None


def content_id(title: str, text: str) -> str:
    """The id of an article known by its words only."""
    return _short_hash("content", title, text)


def guid_id(feed: str, guid: str) -> str:
    """The id of a feed's item by the GUID its feed gives it; a GUID is unique in its feed only."""
    return _short_hash("guid", feed, guid)


def identify(article: Article) -> Article:
    """The article with an id: its own, else from its canonical URL, else from its content."""
    if article.id:
        return article
    by_url = url_id(article.url) if article.url else None
    return msgspec.structs.replace(article, id=by_url or content_id(article.title, article.text))
