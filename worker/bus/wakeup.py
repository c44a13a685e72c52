"""How a thread that waits for messages learns at once that another thread of this process wrote some.

SQLite tells nobody when a file changes. Writers in other processes are noticed by a look at the
file every few hundredths of a second; writers in this process ring a bell kept per database path.
"""

from __future__ import annotations

import threading
import weakref
from pathlib import Path

_bells: weakref.WeakValueDictionary[Path, Bell] = weakref.WeakValueDictionary()
_bells_lock = threading.Lock()


class Bell:
    """Counts commits to one database by threads of this process, and wakes who waits for one."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rings = 0

    def rings(self) -> int:
        """How often the bell has rung; read it before looking for messages, wait on it after."""
        with self._condition:
            return self._rings

    def ring(self) -> None:
        """Tell every waiting thread that something was committed."""
        with self._condition:
            self._rings += 1
            self._condition.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Return once the bell has rung more than `seen` times, or after `seconds`."""
        with self._condition:
            self._condition.wait_for(lambda: self._rings != seen, seconds)


def bell_for(path: Path) -> Bell:
    """The one bell of this process for the database at `path`."""
    with _bells_lock:
        bell = _bells.get(path.resolve())
        if bell is None:
            bell = _bells[path.resolve()] = Bell()
        return bell


def is_open_here(path: Path) -> bool:
    """Whether somebody in this process holds the bell, and so the database, at `path`."""
    with _bells_lock:
        return path.resolve() in _bells
