"""Loops over arrays, compiled when first run (numba), and kept beside the source or in the user's cache.

Imported by what works through many articles, not by what answers a person: numba takes a quarter of a second.
A loop calls none of another file's: what is kept of it is made anew when its own file changes, and then only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """The same function in machine code; where nothing may be written it is compiled in each process."""
    try:
        return _kept(loop)
    except RuntimeError:  # numba found no folder to keep it in
        return cast("Loop", numba.njit(nogil=True)(loop))


def _kept(loop: Loop) -> Loop:
    return cast("Loop", numba.njit(cache=True, nogil=True)(loop))
