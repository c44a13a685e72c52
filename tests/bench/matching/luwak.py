"""Translates queries of Lucene's classic parser into Tocsin's language: the part that benchmark sets use.

`+a` must occur, `-a` must not, what has no sign is one of several of which one must occur, unless something
else must. A word, a prefix, a wildcard, "a phrase" and a group in parentheses can carry a sign. What cannot
be translated raises ValueError, with the query in it: no part of a query is left out in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r'\s*([+-])?\s*("[^"]*"|\(|\)|[^\s()"+-][^\s()"]*)')
_PLAIN = re.compile(r"[^\W_]+")
_WILD = re.compile(r"[^\W_]+[\w*?]*")
_OPERATORS = frozenset({"AND", "OR", "NOT", "TO"})


@dataclass
class _Group:
    sign: str = ""
    must: list[str] = field(default_factory=list)
    should: list[str] = field(default_factory=list)
    must_not: list[str] = field(default_factory=list)

    def add(self, sign: str, clause: str) -> None:
        {"+": self.must, "-": self.must_not, "": self.should}[sign].append(clause)

    def query(self) -> str:
        """What of it decides: clauses without a sign only rank, when others must hold."""
        needed = self.must or [_together(self.should, " OR ")]
        denied = [f"NOT {_together(self.must_not, ' OR ')}"] if self.must_not else []
        return " AND ".join([*needed, *denied])

    def clause(self) -> str:
        """Its query as a part of another."""
        parts = len(self.must or self.should) + len(self.must_not)
        return f"({self.query()})" if parts > 1 else self.query()


def translate(query: str) -> str:
    """The query in Tocsin's language. Raises ValueError where there is no such query."""
    groups = [_Group()]
    at = 0
    while query[at:].strip():
        token = _TOKEN.match(query, at)
        if token is None:
            raise _untranslatable(query, query[at:].strip())
        at = token.end()
        sign, atom = token.group(1) or "", token.group(2)
        if atom == "(":
            groups.append(_Group(sign))
        elif atom == ")":
            _close(groups, query)
        else:
            groups[-1].add(sign, _atom(atom, query))
    if len(groups) != 1 or not (groups[0].must or groups[0].should):
        raise _untranslatable(query, "an open parenthesis, or nothing that must occur")
    return groups[0].query()


def _close(groups: list[_Group], query: str) -> None:
    group = groups.pop()
    if not groups or not (group.must or group.should):
        raise _untranslatable(query, ")")
    groups[-1].add(group.sign, group.clause())


def _atom(atom: str, query: str) -> str:
    if atom.startswith('"') or (_PLAIN.fullmatch(atom) and atom not in _OPERATORS):
        return atom
    if _WILD.fullmatch(atom) and len(re.sub(r"[*?]", "", atom)) >= 3:
        return atom
    raise _untranslatable(query, atom)


def _together(clauses: list[str], operator: str) -> str:
    return clauses[0] if len(clauses) == 1 else f"({operator.join(clauses)})"


def _untranslatable(query: str, what: str) -> ValueError:
    return ValueError(f"no translation for {what!r} in {query!r}")
