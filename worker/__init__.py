"""Tocsin: a streaming news-monitoring worker."""
