"""What the index does to be quick, each to be turned off: the matches must be the same without."""

from __future__ import annotations

import msgspec


class Optimisations(msgspec.Struct, frozen=True):
    """anchors: only rules are looked at of whose rarest clause a leaf is present; clauses: rules that are
    clauses and nothing else are decided by which leaves are present; pairs: proximities of plain words
    are decided from their places. Off: every rule, by the plain evaluator.
    """

    anchors: bool = True
    clauses: bool = True
    pairs: bool = True


ALL = Optimisations()
