"""The complete text of what is told of a file that is no sound watch-list stands in `errors.txt`."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.watchlist import WatchlistErrors, load

TABLE = (Path(__file__).parent / "errors.txt").read_text(encoding="utf-8").split("=====\n")


@pytest.mark.parametrize("row", TABLE, ids=[row.partition("-----\n")[2].partition("\n")[0] for row in TABLE])
def test_an_error_reads_as_in_the_table(row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text, _, told = row.partition("-----\n")
    monkeypatch.chdir(tmp_path)
    name = "list.jsonl" if text.startswith("{") else "list.yaml"
    Path(name).write_text(text, encoding="utf-8")
    with pytest.raises(WatchlistErrors) as refused:
        load([name])
    assert str(refused.value) == told.removesuffix("\n")


def test_the_table_is_long_enough_to_hold_what_newcomers_get_wrong():
    assert len(TABLE) >= 25
