"""How many questions one host gets at a time, and how soon after one another."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(slots=True)
class Hosts:
    """At most `each` fetches of a host at a time, and `pause` seconds between the end of one and the next.

    A host is a name with its port: thousands of feeds of one publisher are asked one after the other.
    """

    each: int = 2
    pause: float = 0.25
    _busy: dict[str, int] = field(default_factory=dict)
    _free_at: dict[str, float] = field(default_factory=dict)

    def enter(self, url: str, now: float) -> bool:
        """Whether the host of `url` may be asked now, on the clock's monotonic scale; counts it if so."""
        host = _host(url)
        if self._busy.get(host, 0) >= self.each or self._free_at.get(host, now) > now:
            return False
        self._busy[host] = self._busy.get(host, 0) + 1
        return True

    def leave(self, url: str, now: float) -> None:
        """A fetch that entered has ended."""
        host = _host(url)
        self._busy[host] -= 1
        self._free_at[host] = now + self.pause
        if not self._busy[host]:
            del self._busy[host]
        if len(self._free_at) > _MANY:
            self._free_at = {name: at for name, at in self._free_at.items() if at > now}


_MANY = 10_000


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return url
