"""The recogniser of legal citations: text in, references to provisions of instruments out.

A closed room: it knows nothing of rules, articles or alerts. What it knows of languages and treaties
lies in `data/` (DATA.md says how to add to it); the code knows only how the pieces fit together.
"""

from typing import TYPE_CHECKING

from worker.lazily import faced

if TYPE_CHECKING:
    from worker.citations.instruments import instrument_ids
    from worker.citations.own import use_folder
    from worker.citations.provision import cites
    from worker.citations.recogniser import recognise

__all__ = ["cites", "instrument_ids", "recognise", "use_folder"]

__getattr__ = faced(
    __name__,
    {
        "cites": "provision",
        "instrument_ids": "instruments",
        "recognise": "recogniser",
        "use_folder": "own",
    },
)
