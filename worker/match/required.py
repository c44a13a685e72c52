"""Which words an article must have for a rule to be looked at, or why any article will do."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from worker.match.clauses import clauses_of
from worker.match.leaves import Book
from worker.rules import Rule


class AnyReason(StrEnum):
    """Why a rule cannot be found by a word."""

    EXPRESSION = "expression"
    """All that it requires is a regular expression, which is looked for letter by letter."""


_SAID = {
    AnyReason.EXPRESSION: "all that it requires is a regular expression, which has no word to begin with"
}


class Required(msgspec.Struct, frozen=True):
    """Leaves, as written, of which one must be present; `share`: the estimated share of articles."""

    leaves: tuple[str, ...]
    share: float


class AnyBecause(msgspec.Struct, frozen=True):
    """The rule is evaluated on every article: it makes each a little slower."""

    reason: AnyReason


def required_terms(rule: Rule) -> Required | AnyBecause:
    """What the index hangs the rule on: its clause that the fewest articles satisfy."""
    book = Book()
    required = clauses_of(rule, book).required
    anchor = book.rarest(required) if required else []
    if not anchor or any(book.heralds.get(leaf) == () for leaf in anchor):
        return AnyBecause(AnyReason.EXPRESSION)
    return Required(tuple(dict.fromkeys(book.written[leaf] for leaf in anchor)), min(1.0, book.share(anchor)))


def why_any(rule: Rule) -> str | None:
    """Why no word can single the rule out, in words; None where one can."""
    required = required_terms(rule)
    return _SAID[required.reason] if isinstance(required, AnyBecause) else None
