"""What the worker shows over HTTP: its metrics and its health."""
