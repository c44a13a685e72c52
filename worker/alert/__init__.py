"""Decides what an alert says, and how it reads."""

from worker.alert.decide import alert_id, decide
from worker.alert.envelope import alert_message, trace_of

__all__ = ["alert_id", "alert_message", "decide", "trace_of"]
