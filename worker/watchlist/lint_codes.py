"""The lints' codes. What each means, and what to do, stands in rules/LANGUAGE.md."""

from __future__ import annotations

from enum import StrEnum


class Lint(StrEnum):
    """What `tocsin check` warns of; rules that it warns of still run."""

    NEVER_TRUE = "W01"
    REDUNDANT = "W02"
    DUPLICATE_WATCH = "W03"
    CONTAINED_WATCH = "W04"
    COMMON_WORD = "W05"
    SHORT_WORD = "W06"
    BROAD_WILDCARD = "W07"
    UNUSED_CONCEPT = "W08"
    SAME_PHRASE = "W09"
    MIXED_SCRIPTS = "W10"
    IDLE_NOT = "W11"
    NO_TESTS = "W12"
    NO_INDEX = "W13"
    SMALL_OPERATOR = "W14"
    QUESTION_MARK = "W15"
    GATE_OF_REGION = "W16"
