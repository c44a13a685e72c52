"""Matching beside other engines: same rules, same texts, one core: `python -m tests.bench.matching`."""
