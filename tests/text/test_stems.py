"""Stems: inflected forms are one word in their language, and only there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.text.strings import strings
from worker.text import fold, has_stemmer, stem_token, tokenize
from worker.text.stems import ALGORITHMS


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "alliance", "alliances"),
        ("en", "Treaties", "treaty"),
        ("fr", "alliances", "Alliance"),
        ("de", "Bündnisse", "Bündnis"),
        ("es", "tratados", "tratado"),
        ("ru", "договора", "договор"),
        ("ru", "Союзами", "Союз"),
        ("fi", "sopimuksen", "sopimukset"),
        ("ar", "الميثاق", "ميثاق"),
        ("id", "perjanjian", "janji"),
        ("de-AT", "Verträge", "Verträgen"),
    ],
)
def test_inflected_forms_share_a_stem(language: str, one: str, other: str) -> None:
    assert stem_token(one, language) == stem_token(other, language)


def test_a_stem_belongs_to_its_language() -> None:
    assert stem_token("договора", "en") == "договора"
    assert stem_token("alliances", "und") == "alliances"


@pytest.mark.parametrize("language", ["vi", "th", "zh", "ja", "ko", "und", ""])
def test_a_language_without_a_stemmer_has_words_as_written(language: str) -> None:
    assert not has_stemmer(language)
    assert stem_token("Straße", language) == "strasse"


def test_every_language_of_the_table_has_its_algorithm() -> None:
    for language in ALGORITHMS:
        assert has_stemmer(language)
        assert stem_token("51", language) == "51"


@given(strings, st.sampled_from([*ALGORITHMS, "zh", "und"]))
def test_every_token_has_a_folded_stem(raw: str, language: str) -> None:
    tokens = tokenize(raw)
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        stem = stem_token(raw[start:end], language)
        assert stem
        assert fold(stem) == stem
