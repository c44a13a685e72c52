"""Numbers of things by their text, where to ask for one that is new is to enter it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


class Entries(dict[Key, int]):
    """`entries[text]` is the number of a text; of one not there yet, what `enter` says. `get` enters nothing.

    Rules name the same things again and again: nearly all look-ups of a large list end in here.
    """

    def __init__(self, enter: Callable[[str], int]) -> None:
        super().__init__()
        self._enter = enter

    def __missing__(self, text: str) -> int:
        number = self._enter(text)
        self[text] = number  # type: ignore[index]  # whatever the keys are, texts are among them
        return number
