"""`tocsin deadletters` and `tocsin replay`, on the embedded log by their console script."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from worker.article.letters import REPLAY_OF
from worker.bus.embedded import EmbeddedBus, EmbeddedIntake
from worker.bus.embedded_archive import EmbeddedArchive
from worker.cli.letters import moment
from worker.errors import UsageError
from worker.ports import ARTICLES, DEAD_LETTERS
from worker.types import Message, Record

TOCSIN = str(Path(sys.executable).with_name("tocsin"))
REASONS = ("not_json", "not_json", "no_content", "not_utf8")


def letter(number: int, reason: str, **more: str) -> Message:
    headers = {
        "tocsin.topic": ARTICLES,
        "tocsin.partition": "0",
        "tocsin.offset": str(number),
        "tocsin.reason": reason,
        "tocsin.error": f"a reason in words \x1b[31m{number}",
        "tocsin.at": f"2026-11-2{number}T10:00:00Z",
        **more,
    }
    return Message(
        DEAD_LETTERS,
        f"key-{number}".encode(),
        f"{{{number}".encode(),
        (("sent-by", b"\xff"), *((name, value.encode()) for name, value in headers.items())),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log with four letters, and a fifth that a file brought."""
    intake = EmbeddedIntake(tmp_path / "tocsin.db")
    found = [letter(number, reason) for number, reason in enumerate(REASONS)]
    of_a_file = letter(9, "not_json", **{"tocsin.origin": "news.jsonl", "tocsin.partition": "-1"})
    intake.put([*found, of_a_file], {})
    intake.close()
    return tmp_path


def tocsin(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TOCSIN, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def told(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    done = tocsin(folder, "deadletters", *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def articles(folder: Path) -> list[Record]:
    archive = EmbeddedArchive(folder / "tocsin.db")
    found = list(archive.records(ARTICLES))
    archive.close()
    return found


def test_dead_letters_are_told_one_a_line_in_a_pipe(folder: Path) -> None:
    rows = told(folder)
    assert [row["reason"] for row in rows] == [*REASONS, "not_json"]
    assert rows[0]["preview"] == "{0"
    assert (rows[2]["partition"], rows[2]["offset"], rows[2]["from_offset"]) == (0, 2, 2)
    assert rows[4]["origin"] == "news.jsonl"
    assert not any(row["replayed"] for row in rows)


@pytest.mark.parametrize(
    ("options", "offsets"),
    [
        (["--reason", "no_content", "--reason", "not_utf8"], [2, 3]),
        (["--partition", "0", "--offset", "1"], [1]),
        (["--partition", "0", "--offset", "1-2"], [1, 2]),
        (["--partition", "1"], []),
        (["--since", "2026-11-22T00:00:00Z"], [2, 3, 4]),
        (["--until", "2026-11-21T10:00:00Z"], [0, 1]),
        (["--since", "2026-11-21", "--until", "2026-11-22", "--reason", "not_json"], [1]),
    ],
)
def test_letters_are_chosen_by_reason_place_and_time(
    folder: Path, options: list[str], offsets: list[int]
) -> None:
    assert [row["offset"] for row in told(folder, *options)] == offsets


def test_a_table_shows_no_control_characters(folder: Path) -> None:
    from worker.cli.letters import print_table

    code = (
        "from worker.cli.letters import print_table; import json, sys; "
        "print_table([json.loads(line) for line in sys.stdin])"
    )
    rows = tocsin(folder, "deadletters").stdout
    done = subprocess.run(
        [sys.executable, "-c", code], input=rows, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert print_table
    assert "0/2" in done.stdout
    assert "no_content" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_replay_says_first_what_it_would_do_and_writes_nothing(folder: Path) -> None:
    done = tocsin(folder, "replay")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "4 letters would be put back (1 no_content, 2 not_json, 1 not_utf8).",
        "1 passed over: came from a file or feed.",
        "Nothing was written. Say --yes to do it.",
    ]
    assert articles(folder) == []


def test_letters_go_back_as_they_came_and_never_twice_by_accident(folder: Path) -> None:
    first = tocsin(folder, "replay", "--reason", "not_json", "--yes")
    second = tocsin(folder, "replay", "--yes")
    third = tocsin(folder, "replay", "--yes")
    assert first.stdout.startswith("2 letters put back (2 not_json).")
    assert second.stdout.splitlines()[0] == "2 letters put back (1 no_content, 1 not_utf8)."
    assert "2 passed over: put back before." in second.stdout
    assert third.stdout.splitlines()[0] == "0 letters put back."
    found = articles(folder)
    assert [record.value for record in found] == [b"{0", b"{1", b"{2", b"{3"]
    assert [record.key for record in found] == [b"key-0", b"key-1", b"key-2", b"key-3"]
    assert found[1].headers == (("sent-by", b"\xff"), (REPLAY_OF, b"0/1"))
    assert [row["replayed"] for row in told(folder)] == [True, True, True, True, False]


def test_letters_go_back_once_more_when_that_is_asked_for(folder: Path) -> None:
    tocsin(folder, "replay", "--yes")
    done = tocsin(folder, "replay", "--partition", "0", "--offset", "3", "--again", "--yes")
    assert done.stdout.startswith("1 letter put back (1 not_utf8).")
    assert [record.value for record in articles(folder)].count(b"{3") == 2


def test_a_letter_put_back_that_dies_again_is_a_letter_of_its_own(folder: Path) -> None:
    tocsin(folder, "replay", "--reason", "not_utf8", "--yes")
    bus = EmbeddedBus(folder / "tocsin.db", group="tocsin")
    bus.subscribe([ARTICLES])
    (record,) = bus.poll(10, 0)
    from worker.article import dead_letter
    from worker.errors import BadInput
    from worker.types import DeadReason

    with bus.unit() as unit:
        unit.publish(dead_letter(record, BadInput(DeadReason.NOT_JSON, "again"), "2026-11-29T00:00:00Z"))
        unit.advance([record])
    bus.close()
    assert [(row["error"], row["replayed"]) for row in told(folder)][-1] == ("again", False)
    done = tocsin(folder, "replay", "--since", "2026-11-28", "--yes")
    assert done.stdout.startswith("1 letter put back (1 not_json).")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--offset", "3"], "--offset needs --partition"),
        (["--partition", "0", "--offset", "x"], "Expected a number, or two as 100-250"),
        (["--since", "yesterday"], "Expected RFC 3339"),
    ],
)
def test_a_wrong_choice_is_told_in_a_sentence(folder: Path, options: list[str], sentence: str) -> None:
    done = tocsin(folder, "replay", *options)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_log_nothing_is_made(tmp_path: Path) -> None:
    done = tocsin(tmp_path, "deadletters")
    assert done.returncode == 2
    assert "There is no embedded log at tocsin.db" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90m", 10_000 - 5_400), ("2h", 2_800), ("1970-01-01T00:01:00Z", 60), ("1970-01-01T01:00:00+01:00", 0)],
)
def test_a_time_is_a_date_or_so_long_ago(text: str, expected: float) -> None:
    assert moment("--since", text, 10_000.0) == expected


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="7d ago"):
        moment("--since", "5 weeks", 0.0)
