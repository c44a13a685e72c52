"""Tests of the watch-lists and demo articles that ship with the package."""
