"""The engines under measurement, each a process of its own that speaks the protocol of `process.py`."""
