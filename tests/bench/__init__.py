"""Benchmarks: figures a person reads, no tests."""
