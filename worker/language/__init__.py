"""In which language an article is: one detector behind one call, and the table of codes."""

from worker.language.codes import canonical
from worker.language.detect import Detector

__all__ = ["Detector", "canonical"]
