"""`tocsin detect` as it is typed: lines, files, articles and the votes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

TOCSIN = Path(sys.executable).with_name("tocsin")
GERMAN = "Die beiden Regierungen unterzeichneten am Montagabend einen Vertrag über gegenseitigen Beistand."
FRENCH = "Les deux gouvernements ont signé lundi soir un traité de défense mutuelle après de longs débats."


def detect(*arguments: str, stdin: str = "") -> tuple[int, list[dict]]:
    done = subprocess.run(
        [TOCSIN, "detect", *arguments], input=stdin, capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_each_line_has_its_language():
    code, told = detect(stdin=f"{GERMAN}\n{FRENCH}\n")
    assert (code, [row["language"] for row in told]) == (0, ["de", "fr"])


def test_a_file_is_one_text(tmp_path):
    (tmp_path / "text.txt").write_text(f"{GERMAN}\n{GERMAN}\n", "utf-8")
    code, told = detect("--files", str(tmp_path / "text.txt"))
    assert (code, [row["language"] for row in told]) == (0, ["de"])


def test_of_an_article_the_declared_language_is_told_and_the_votes_on_request():
    article = json.dumps({"id": "a-1", "title": "", "text": FRENCH, "language": "en"})
    code, (told,) = detect("--articles", "--explain", stdin=article + "\n")
    assert (code, told["id"], told["language"], told["declared"]) == (0, "a-1", "fr", "en")
    assert told["disagrees"] is True
    assert told["votes"][0]["detector"] == "words"
