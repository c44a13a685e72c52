"""Decides what an alert says, and how it reads; finds one that is kept."""

from worker.alert.decide import alert_id, decide
from worker.alert.envelope import alert_message, trace_id, trace_of
from worker.alert.kept import KeptArticle, find_alert, find_article

__all__ = [
    "KeptArticle",
    "alert_id",
    "alert_message",
    "decide",
    "find_alert",
    "find_article",
    "trace_id",
    "trace_of",
]
