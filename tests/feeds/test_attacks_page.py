"""ATTACKS.md and the tests say the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
LISTED = re.compile(r"`((?:\.\./\w+/)?test_\w+\.py)::(test_\w+)`")
WHOLE = ("test_attacks.py", "test_guard.py", "test_websub_attacks.py")
"""Files of nothing but attacks: each of their tests must be on the page."""


def names_in(path: Path) -> set[str]:
    """The names of a file's tests."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def listed() -> set[tuple[str, str]]:
    """(file, test) of each line of the page."""
    page = (HERE / "ATTACKS.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| Attack")]
    found = [LISTED.findall(row) for row in rows]
    assert all(len(names) == 1 for names in found), [
        r for r, n in zip(rows, found, strict=True) if len(n) != 1
    ]
    return {names[0] for names in found}


def test_every_attack_on_the_page_has_its_test() -> None:
    missing = [name for name in listed() if name[1] not in names_in(HERE / name[0])]
    assert missing == []


def test_every_test_of_an_attack_is_on_the_page() -> None:
    there = {(file, test) for file in WHOLE for test in names_in(HERE / file)}
    assert there - listed() == set()
