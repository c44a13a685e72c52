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
_AMP_PARAMETER = re.compile(r"amp(?:=(?:1|true)?)?|outputType=amp", re.IGNORECASE)
_AMP_END = re.compile(r"(?:(?<=.)/amp/?|\.amp(?:\.html)?)$", re.IGNORECASE)
_AMP_CACHE = re.compile(r"(?:[\w-]+\.)?cdn\.ampproject\.org", re.IGNORECASE)
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?", re.IGNORECASE)
_CACHED = re.compile(
    r"/(?:amp|[a-z])/s/(?P<secure>[^/]+\.[^/]+/.*)|/c/(?P<plain>[^/]+\.[^/]+/.*)", re.IGNORECASE
)
_HANDY = re.compile(r"(?:m|mobile|amp)\.(?P<rest>[\w-]+(?:\.[\w-]+)+)")
_BARE = re.compile(r"[\w-]{3,}\.(?:[a-z]{2,}|(?:com?|org|net|gov|ac|gob|or|ne)\.[a-z]{2})")
"""A name under which a site itself stands, as far as that can be told without a list of all suffixes."""

_WHITE = re.compile(r"\s")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_HEX = 24
"""96 bits: among 10⁹ articles the chance that any two share an id is about 10⁻¹¹."""


def canonical_url(url: str) -> str | None:
    """The form of an http(s) URL under which two links to one article are equal, or None if it is none.

    Lower-case scheme and host, no default port, credentials, fragment or tracking parameter; the
    other parameters keep their order, because some sites give it meaning. The AMP and the mobile form of
    a page are the page. Only identity uses it: an article's `url` stays as received.
    """
    try:
        parts = _uncached(urlsplit(url.strip()))
        named = (parts.hostname or "").rstrip(".")
        return _canonical(parts) if parts.scheme.lower() in _DEFAULT_PORTS and named else None
    except ValueError:
        return None


def _uncached(parts: SplitResult) -> SplitResult:
    """The address behind Google's AMP cache and viewer; any other as it is."""
    host = parts.hostname or ""
    if not (_AMP_CACHE.fullmatch(host) or (_GOOGLE.fullmatch(host) and parts.path.startswith("/amp/"))):
        return parts
    found = _CACHED.fullmatch(parts.path)
    behind = found and (found["secure"] or found["plain"])
    return urlsplit(f"https://{behind}?{parts.query}") if behind else parts


def _desk(host: str) -> str:
    """The host for desks of one for telephones: `m.news.example` is `www.news.example`."""
    found = _HANDY.fullmatch(host)
    if found is None:
        return host.replace(".m.", ".", 1) if host.count(".") > 2 else host  # en.m.wiki.example
    return f"www.{found['rest']}" if _BARE.fullmatch(found["rest"]) else found["rest"]


def _canonical(parts: SplitResult) -> str:
    scheme, host = parts.scheme.lower(), _desk((parts.hostname or "").rstrip("."))
    port = str(parts.port or "")
    netloc = f"{host}:{port}" if port and port != _DEFAULT_PORTS[scheme] else host
    query = "&".join(p for p in parts.query.split("&") if p and not _is_idle(p))
    path = _WHITE.sub(lambda space: quote(space[0]), _AMP_END.sub("", parts.path) or "/")
    query = _WHITE.sub(lambda space: quote(space[0]), query)
    # http and https of one address are one article; the scheme that stays is the one that will last.
    return f"https://{netloc}{path}{'?' + query if query else ''}"


def _is_idle(parameter: str) -> bool:
    """Whether the page is the same without this parameter: it tracks, or asks for the AMP form."""
    return bool(_TRACKING.fullmatch(parameter.split("=", 1)[0]) or _AMP_PARAMETER.fullmatch(parameter))


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


def item_id(guid: str, link: str | None, title: str, text: str, *, scope: str) -> str:
    """An item is known by its GUID, else its link, else its words.

    A GUID that is an address is the article's own in every feed that carries it.
    """
    by_url = url_id(guid or link or "")
    if by_url:
        return by_url
    return guid_id(scope, guid) if guid else content_id(title, text)
