"""Print what detection adds to the memory of a worker: `python tests/eval/language/memory.py`.

Matching's loops are in memory before, as they are in a worker; then everything is loaded, and the held-back
articles are told. Resident memory, as Linux tells it.
"""

from __future__ import annotations

import os
from pathlib import Path

from lines import labelled

from worker.language import Detector
from worker.match import warm


def main() -> None:
    """Load, tell, and print."""
    warm()
    texts = labelled("articles", test=True, most=None)
    before = resident_bytes()
    detector = Detector()
    detector.compile()
    print(f"loaded {megabytes_since(before)} MB", end=", ")
    for _, text in texts:
        detector.detect_text(text)
    print(f"after {len(texts):,} articles {megabytes_since(before)} MB")


def megabytes_since(before: int) -> int:
    """What came to `before` bytes."""
    return round((resident_bytes() - before) / 1e6)


def resident_bytes() -> int:
    """Of this process, now."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
