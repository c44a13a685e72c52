"""The file of alerts: whole lines, whatever happened before."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.alert.alerts import an_alert
from worker.errors import Outage
from worker.sinks.file import FileSink
from worker.types import Alert

FIRST, SECOND, THIRD = an_alert(1), an_alert(2, "A treaty — 条约\nof two lines"), an_alert(3)


def alerts_in(path: Path) -> list[Alert]:
    return [msgspec.json.decode(line, type=Alert) for line in path.read_bytes().splitlines()]


def test_alerts_are_appended_a_line_each(tmp_path):
    path = tmp_path / "alerts.jsonl"
    sink = FileSink(path)
    sink.write([FIRST, SECOND])
    sink.write([THIRD])
    assert alerts_in(path) == [FIRST, SECOND, THIRD]
    assert path.read_bytes().endswith(b"\n")


def test_what_another_sink_wrote_stays(tmp_path):
    path = tmp_path / "alerts.jsonl"
    FileSink(path).write([FIRST])
    FileSink(path).write([SECOND])
    assert alerts_in(path) == [FIRST, SECOND]


@pytest.mark.parametrize("kept", [1, 10, -2, -1])
def test_a_line_cut_by_a_crash_is_ended_so_that_the_next_is_whole(tmp_path, kept):
    path = tmp_path / "alerts.jsonl"
    FileSink(path).write([FIRST])
    cut = path.read_bytes()[:kept]
    path.write_bytes(cut)
    FileSink(path).write([SECOND, THIRD])
    first, *rest = path.read_bytes().splitlines()
    assert first == cut
    assert [msgspec.json.decode(line, type=Alert) for line in rest] == [SECOND, THIRD]


def test_a_path_that_cannot_be_written_is_an_outage_that_names_it(tmp_path):
    for path in (tmp_path / "absent" / "alerts.jsonl", tmp_path):
        with pytest.raises(Outage, match=str(path)):
            FileSink(path).write([FIRST])


def test_it_writes_again_once_the_path_is_there(tmp_path):
    path = tmp_path / "later" / "alerts.jsonl"
    sink = FileSink(path)
    with pytest.raises(Outage):
        sink.write([FIRST])
    path.parent.mkdir()
    sink.write([FIRST])
    assert alerts_in(path) == [FIRST]
