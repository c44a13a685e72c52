"""Which fields a part of a rule looks at.

A scope is a set of the six fields; without one, a rule looks at title and text. `lead` is a part of
`text`, so narrowing text to lead, or lead to text, gives lead.
"""

from __future__ import annotations

from worker.rules.tree import Scope

Fields = frozenset[Scope]

DEFAULT: Fields = frozenset({Scope.TITLE, Scope.TEXT})
EVERY: Fields = frozenset(Scope) - {Scope.ANY, Scope.LEAD}


def narrow(outer: Fields | None, scope: Scope) -> Fields:
    """The fields left when `scope:` stands inside `outer` (None: no field named yet)."""
    inner = EVERY if scope is Scope.ANY else frozenset({scope})
    return inner if outer is None else meet(outer, inner)


def meet(one: Fields, other: Fields) -> Fields:
    """The fields both scopes look at."""
    both = one & other
    if (Scope.LEAD in one and Scope.TEXT in other) or (Scope.LEAD in other and Scope.TEXT in one):
        both |= {Scope.LEAD}
    return both


def scope_of_field(name: str) -> Scope:
    """The scope an article's field belongs to: `authors[0]` is `author`."""
    return _OF_NAME.get(name) or (Scope.AUTHOR if name.startswith("authors[") else Scope(name))


_OF_NAME = {scope.value: scope for scope in EVERY - {Scope.AUTHOR}}
