"""The data files: all of them load, every wrong key is named, and the room stays closed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import worker.citations
from worker.citations.instruments import instruments, read_instruments
from worker.citations.languages import languages, read_language
from worker.errors import UsageError

ROOM = Path(worker.citations.__file__).parent


def test_every_language_has_a_noun_and_the_words_for_charter_and_un():
    for language in languages():
        assert language.noun, language.code
        assert {"un", "charter", "constitution"} <= set(language.word) or language.code in ("fy", "jv"), (
            language.code
        )


def test_every_language_and_every_instrument_says_where_its_words_come_from():
    for language in languages():
        assert language.source, language.code
    for instrument in instruments().values():
        assert instrument.source, instrument.id
    sources = [s for known in (*languages(), *instruments().values()) for s in known.source]
    assert all(source.startswith(("https://", "http://", "usage: ")) for source in sources)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('nam = "X"', "citations data xx.toml:1: key 'nam': expected one of name, source, noun"),
        ('noun = ["a"]', "citations data xx.toml:1: key 'name': expected the language's name"),
        ('name = "X"\nnoun = [1]', "xx.toml:2: key 'noun': expected a string or a list of non-empty strings"),
        ('name = "X"\nnumbers = "first"', "xx.toml:2: key 'numbers': expected after or before or both"),
        ('name = "X"\ndotted = "yes"', "key 'dotted': expected true or false"),
        ('name = "X"\nword = ["a"]', "key 'word': expected a table of word lists"),
        ("name = ", "citations data xx.toml:1: "),
    ],
)
def test_a_wrong_language_file_says_where_and_what_was_expected(text, message):
    with pytest.raises(UsageError) as raised:
        read_language("xx.toml", text)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[instrument]]\nid = "x"', "citations data x.toml:1: an instrument without 'title'"),
        ('[[instrument]]\nid = "x"\ntitel = "X"', "x.toml:3: instrument x: key 'titel': expected one of"),
        ('[[instrument]]\nid = "x"\ntitle = "X"\narticles = "9"', "key 'articles': expected int"),
        (
            '[[instrument]]\nid = "x"\ntitle = "X"\n[[instrument.subject]]\nprovisions = ["1"]',
            "needs provisions",
        ),
    ],
)
def test_a_wrong_instrument_says_where_and_what_was_expected(text, message):
    with pytest.raises(UsageError) as raised:
        read_instruments("x.toml", text)
    assert message in str(raised.value)


def test_names_and_subjects_speak_only_of_languages_and_words_that_exist():
    codes = {language.code for language in languages()} | {"any"}
    classes = {word for language in languages() for word in (*language.word, *language.subject)}
    for instrument in instruments().values():
        assert set(instrument.names) <= codes, instrument.id
        for subject in instrument.subject:
            words = {key for key in subject.weights if not key[0].isdigit()}  # the others are provisions
            assert words <= classes, instrument.id


def test_the_room_imports_only_what_lies_below():
    allowed = ("worker.types", "worker.errors", "worker.lazily", "worker.text", "worker.citations")
    for file in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("worker"):
                assert node.module.startswith(allowed), f"{file.name} imports {node.module}"
