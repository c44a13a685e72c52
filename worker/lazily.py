"""A room's face whose names are imported when first asked for: who needs one does not wait for all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def faced(room: str, where: Mapping[str, str]) -> Callable[[str], object]:
    """The room's `__getattr__`; `where`: name → the file of the room that has it."""

    def found(name: str) -> object:
        if name not in where:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        value = getattr(import_module(f"{room}.{where[name]}"), name)
        setattr(sys.modules[room], name, value)
        return value

    return found
