"""Headlines with their first sentences in 45 languages, as newsrooms get them: what rings and what does not.

Written before the watch-lists had seen any of them; kept so that what they taught stays learnt.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.packs.conftest import Rings, builtin
from worker.watchlist import Example

TABLE = Path(__file__).parent / "headlines.txt"
LISTS = {
    "pact": {"alliance-pacts", "collective-defence"},
    "arms": {"arms-transfers"},
    "withdrawal": {"treaty-withdrawals", "alliance-pacts"},
}
LIST_OF = {watch.id: watch.watchlist for watch in builtin().watches}
_STOP = re.compile(r"(?<=[.。।۔])")


def _rows(*kinds: str) -> list[object]:
    rows: list[object] = []
    for number, line in enumerate(TABLE.read_text("utf-8").splitlines(), 1):
        code, kind, text = line.split("|", 2)
        if not line.startswith("#") and kind in kinds:
            title, *rest = _STOP.split(text, maxsplit=1)
            example = Example(title=title.rstrip(".。।۔"), text="".join(rest).strip() or text, lang=code)
            rows.append(pytest.param(kind, example, id=f"{code}-{number}"))
    return rows


@pytest.mark.parametrize(("kind", "example"), _rows(*LISTS))
def test_news_rings_a_watch_of_its_list(kind: str, example: Example, rings: Rings) -> None:
    rung = rings(builtin().watches, example)
    assert {LIST_OF[watch] for watch in rung} & LISTS[kind], rung


@pytest.mark.parametrize(("kind", "example"), _rows("-"))
def test_what_is_no_news_of_states_rings_nothing(kind: str, example: Example, rings: Rings) -> None:
    assert rings(builtin().watches, example) == set()
