"""robots.txt as RFC 9309 reads it: the group of the reader's name, wildcards, and the longest rule decides.

The standard library's reader knows no wildcards and lets the first rule decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote, urlsplit

import msgspec

_MOST_RULES = 10_000
_LONGEST_RULE = 2_000
_SAFE = "/*$?=&;:@!+,'()~%"


class Rule(msgspec.Struct, frozen=True):
    """May what begins as `path` says be fetched? `*` is anything, `$` at its end the end of the address."""

    allow: bool
    path: str

    def fits(self, address: str) -> bool:
        """Whether the rule is about this path and query; linear in both."""
        ends = self.path.endswith("$")
        first, *pieces = self.path.removesuffix("$").split("*")
        if not address.startswith(first):
            return False
        if not pieces:
            return not ends or address == first
        at = len(first)
        for piece in pieces[:-1]:
            found = address.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        last = pieces[-1]
        return (
            address.endswith(last) and len(address) - len(last) >= at if ends else address.find(last, at) >= 0
        )


class Robots(msgspec.Struct, frozen=True):
    """What a host allows one reader. delay: seconds between two questions, 0 when it does not say."""

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0

    def allows(self, url: str) -> bool:
        """Whether the page may be fetched: by the longest rule that fits, of two alike by the kinder."""
        parts = urlsplit(url)
        address = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        fitting = ((len(rule.path), rule.allow) for rule in self.rules if rule.fits(address))
        return max(fitting, default=(0, True))[1]


NOTHING_ALLOWED = Robots((Rule(allow=False, path="/"),))


def read_robots(text: str, agent: str) -> Robots:
    """The rules for `agent`, those of `*` when no group names it. Never raises."""
    groups = list(_groups(text.removeprefix("\ufeff").splitlines()))
    for name in (agent.lower(), "*"):
        mine = [lines for names, lines in groups if name in names]
        if mine:
            return _rules(line for lines in mine for line in lines)
    return Robots()


def _groups(lines: Iterable[str]) -> Iterator[tuple[set[str], list[tuple[str, str]]]]:
    """Each group's names and lines; names that follow one another share what comes after them."""
    names: set[str] = set()
    rules: list[tuple[str, str]] = []
    for line in lines:
        key, _, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "user-agent":
            if rules:
                yield names, rules
                names, rules = set(), []
            names.add(re.split(r"[\s/]", value.lower(), maxsplit=1)[0])
        elif names and key in ("allow", "disallow", "crawl-delay"):
            rules.append((key, value))
    if names:
        yield names, rules


def _rules(lines: Iterable[tuple[str, str]]) -> Robots:
    rules: list[Rule] = []
    delay = 0.0
    for key, value in lines:
        if key == "crawl-delay":
            delay = float(value) if re.fullmatch(r"\d{1,6}(?:\.\d{1,3})?", value) else delay
        elif (
            value and len(value) <= _LONGEST_RULE and len(rules) < _MOST_RULES
        ):  # an empty one forbids nothing
            rules.append(Rule(key == "allow", _normal(value if value[0] in "/*" else f"/{value}")))
    return Robots(tuple(rules), delay)


def _normal(path: str) -> str:
    """Equal for two ways to write the same characters, in octets or as they are."""
    return quote(unquote(path), safe=_SAFE)
