"""The quick reader of the data files says what the standard library's says."""

from __future__ import annotations

import tomllib

import pytest

from worker.citations import toml_lines
from worker.citations.folders import data_files

FILES = dict([*data_files("languages"), *data_files("instruments")])


@pytest.mark.parametrize("name", FILES)
def test_every_data_file_is_read_as_the_standard_library_reads_it(name):
    text = FILES[name]
    assert toml_lines._quickly(text) == tomllib.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        'a = "b" # a comment behind a value',
        'a = ["b",\n  "c",\n]',
        "a = 'b\\d'",
        'a = "\\u0041"',
        "a = 1_000",
        'a.b = "c"',
        '"a b" = "c"',
        'a = ["b", ["c"]]',
        'a = {b = "c"}',
        '[[t]]\na = 1\n[t.n]\nb = "c"\n[[t]]\na = 2',
        "",
    ],
)
def test_what_it_does_not_know_goes_to_the_standard_library(text):
    assert toml_lines.loads(text) == tomllib.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "a = null",
        "a = [null]",
        'a = "b"\na = "c"',
        "[t]\n[t]",
        "[t]]",
        "[[t]",
        "a",
        'a = "\\/"',
        "a = {b = 1,}",
    ],
)
def test_what_is_wrong_is_wrong_for_it_too(text):
    with pytest.raises(tomllib.TOMLDecodeError):
        toml_lines.loads(text)
