"""Document frequencies: their tables, what an unknown word and an unknown language get."""

from __future__ import annotations

from importlib import resources

import pytest

from tests.text import generate_frequencies
from worker.text import document_frequency, frequency, is_by_character, tokenize
from worker.text.frequency import FLOOR, STEP, UNKNOWN, frequencies, has_frequencies

FOLDER = resources.files("worker.text") / "frequencies"
TABLES = {file.name.removesuffix(".txt"): file for file in FOLDER.iterdir() if file.name.endswith(".txt")}


def test_there_are_tables_of_forty_languages_and_one_of_all():
    assert len(TABLES) >= 41
    assert UNKNOWN in TABLES


@pytest.mark.parametrize("code", sorted(TABLES))
def test_a_table_has_the_form_the_reader_expects(code: str):
    lines = TABLES[code].read_text(encoding="utf-8").splitlines()
    steps = [int(line.split(" ")[0]) for line in lines]
    assert steps == sorted(set(steps))
    assert steps[0] >= 0
    assert STEP ** -steps[-1] > FLOOR
    tokens = [token for line in lines for token in line.split(" ")[1:]]
    assert len(tokens) == len(set(tokens)) == len(frequencies(code))
    assert [token for token in tokens if tokenize(token).terms != [token]] == []
    kept = generate_frequencies.KEPT_OF_ALL if code == UNKNOWN else generate_frequencies.KEPT
    assert 1_000 < len(tokens) <= kept


@pytest.mark.parametrize(
    ("common", "rare", "language"),
    [
        ("the", "treaty", "en"),
        ("und", "vertrag", "de"),
        ("не", "договор", "ru"),
        ("في", "معاهده", "ar"),
        ("的", "盟", "zh"),
        ("の", "盟", "ja"),
        ("이", "맹", "ko"),
        ("को", "संधि", "hi"),
        ("που", "συνθηκη", "el"),
        ("yang", "pakta", "id"),
    ],
)
def test_a_word_of_grammar_is_in_most_articles_and_a_word_of_content_in_few(
    common: str, rare: str, language: str
):
    assert document_frequency(common, language) > 0.75
    assert document_frequency(rare, language) < 0.3


def test_an_unknown_word_gets_the_floor():
    assert document_frequency("xyzzyplugh", "en") == FLOOR
    assert document_frequency("", "en") == FLOOR


def test_all_shares_lie_between_the_floor_and_one():
    assert all(FLOOR < share <= 1.0 for code in TABLES for share in frequencies(code).values())


@pytest.mark.parametrize("language", [UNKNOWN, "sw", "../en", ""])
def test_without_a_table_a_token_has_its_highest_share_of_any_language(language: str):
    for token, at_home in [("the", "en"), ("und", "de"), ("的", "zh")]:
        assert document_frequency(token, language) == document_frequency(token, at_home)
    assert not has_frequencies(language)


def test_the_table_of_all_is_the_highest_of_the_others():
    others = [frequencies(code) for code in TABLES if code != UNKNOWN]
    for token, share in frequencies(UNKNOWN).items():
        assert share == max(table.get(token, 0.0) for table in others)


def test_regions_scripts_and_other_names_of_a_language_share_its_table():
    for one, other in [("en-GB", "en"), ("zh-Hant", "zh"), ("nb", "no"), ("hr", "sr"), ("fil", "tl")]:
        assert frequencies(one) is frequencies(other)
        assert has_frequencies(one)


def test_both_alphabets_of_serbian_and_both_forms_of_chinese_characters_are_there():
    assert document_frequency("који", "sr") == document_frequency("koji", "sr") > 0.5
    assert document_frequency("國", "zh") == document_frequency("国", "zh") > 0.5


def test_scripts_matched_by_character_have_one_character_a_token():
    assert all(map(is_by_character, frequencies("zh").keys() & set("的一是不了")))
    assert not any(len(token) > 1 and is_by_character(token) for token in frequencies("zh"))


def test_a_share_is_told_to_five_per_cent():
    for share in (0.99, 0.5, 0.1, 0.01):
        told = STEP ** -generate_frequencies.step_of(share)
        assert 0.97 < told / share < 1.03


def test_licence_and_sources_stand_beside_the_tables():
    said = (FOLDER / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert "creativecommons.org/licenses/by-sa/4.0" in said
    for source in ("wordfreq", "SUBTLEX", "OpenSubtitles", "Google Books", "Wikipedia"):
        assert source in said
    assert str(frequency.ARTICLE_WORDS) in said
