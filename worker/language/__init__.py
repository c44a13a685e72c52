"""In which language an article is: a cascade of detectors behind one call, and the table of codes."""

from worker.language.codes import canonical, tag
from worker.language.detect import GATE_SHARE, Detector

__all__ = ["GATE_SHARE", "Detector", "canonical", "tag"]
