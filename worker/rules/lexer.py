"""Cuts a query into tokens, each with its place.

Everything is some token: what no operator claims is a word, and the parser says what is wrong
with a word that is none. So the lexer never fails.
"""

from __future__ import annotations

import re
from enum import IntEnum

import msgspec


class Kind(IntEnum):
    """What a token is. Words that look like operators are told apart by the parser."""

    WORD = 0
    PHRASE = 1
    OPEN = 2
    CLOSE = 3
    COMMA = 4
    AND = 5
    OR = 6
    NOT = 7
    PROXIMITY = 8
    FIELD = 9
    CONCEPT = 10
    CITE = 11
    REGEX = 12
    ATLEAST = 13
    OF = 14
    UNCLOSED = 15
    END = 16


class Token(msgspec.Struct, frozen=True, gc=False):
    """A piece of the query: `query[start:end] == text`."""

    kind: Kind
    text: str
    start: int
    end: int


_BORDER = r'(?=[\s()",]|\Z)'

# Most tokens are plain words and phrases, so these are tried first. A plain word has no capital
# behind its first letter (AND, NEAR/5) and nothing behind it that a field or a wildcard would have.
_TOKEN = re.compile(
    rf"""
    \s*+(?:
    (?P<PLAIN>(?!cite\b)[^\W\d_][^\W_A-Z]++(?=[\s),]|\Z))
  | (?P<PHRASE>="(?:[^"\\]|\\.)*"|"(?:[^"\\]|\\.)*")
  | (?P<OPEN>\()
  | (?P<CLOSE>\))
  | (?P<COMMA>,)
  | (?P<PROXIMITY>(?:NEAR|PRE)/[0-9]+{_BORDER}|(?:SENTENCE|PARAGRAPH){_BORDER}|NOT\s+NEAR/[0-9]+{_BORDER})
  | (?P<AND>AND{_BORDER})
  | (?P<OR>OR{_BORDER})
  | (?P<NOT>NOT{_BORDER}|-(?=[^\s)]))
  | (?P<ATLEAST>ATLEAST/[0-9]+\s*\()
  | (?P<OF>[0-9]+\s+OF\s*\()
  | (?P<CITE>cite\s*\((?:[^()"]|\([^()"]*\)|"[^()"]*")*\))
  | (?P<CONCEPT>@[\w-]*)
  | (?P<FIELD>[^\W\d_]+:)
  | (?P<REGEX>/(?:[^/\\\n]|\\.)+/{_BORDER})
  | (?P<UNCLOSED>=?".*|/[^\s()",]*|cite\s*\(.*)
  | (?P<WORD>[^\s()",]+)
    )
    """,
    re.VERBOSE | re.DOTALL,
)

_KINDS = [Kind.WORD] * (_TOKEN.groups + 1)
for _name, _number in _TOKEN.groupindex.items():
    _KINDS[_number] = Kind.WORD if _name == "PLAIN" else Kind[_name]


def lex(query: str) -> list[Token]:
    """The query's tokens without white space, then one END token."""
    tokens = [
        Token(_KINDS[number], match[number], match.start(number), match.end(number))
        for match in _TOKEN.finditer(query, 0, len(query.rstrip()))
        if (number := match.lastindex) is not None
    ]
    tokens.append(Token(Kind.END, "", len(query), len(query)))
    return tokens
