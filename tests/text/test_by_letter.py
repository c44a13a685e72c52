"""Words folded many at once, against one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from worker.text import parts_of, stem_each, stem_token, terms_of
from worker.text.by_letter import fold_letters
from worker.text.fold import fold
from worker.text.tokens import tokenize

LETTERS = st.sampled_from("aBzé İıßﬁŁ9٣Жйё́Σςאבּعـइंกㄱ각漢½Ⓐ㊀ªªǅ\u200d\u0301\ud800𝔘𐐀")
WORDS = st.lists(st.text(LETTERS | st.characters(exclude_characters="\n"), max_size=8), max_size=8)


def _can_be_written(words: list[str]) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in "".join(words))


@given(WORDS)
def test_a_word_is_folded_as_by_itself_or_not_at_all(words: list[str]):
    for word, folded in zip(words, fold_letters(words), strict=True):
        assert folded is None or folded == fold(word)


def test_words_of_letters_alone_are_folded():
    words = ["Straight", "Été", "Україна", "Ελλάδα", "ΦΩΣ", "9", "١٢", "İzmir", ""]
    assert fold_letters(words) == list(map(fold, words))


def test_what_folds_to_several_letters_or_to_what_is_no_letter_is_left():
    assert fold_letters(["Straße", "½", "㊀", "a\u0301\u0302b", "सत्य"]) == [None] * 5


@given(
    # Half a surrogate pair is no letter, and stands in no word.
    WORDS.map(lambda words: [word.replace("\ud800", "") for word in words]).filter(_can_be_written),
    st.sampled_from(["en", "ru", "tr", "el", "ar", "th"]),
)
def test_stems_made_together_are_those_made_one_by_one(words: list[str], language: str):
    assert stem_each(words, language) == [stem_token(word, language) for word in words]


@given(st.text(LETTERS | st.characters(), max_size=40))
def test_a_piece_has_a_term_where_its_text_is_that_one_token(text: str):
    pieces = tokenize(text).pieces
    for piece, term in zip(pieces, terms_of(pieces), strict=True):
        parts = parts_of(piece)
        alone = [(first, last) for _, first, last in parts] == [(0, len(piece))]
        assert term == (parts[0][0] if alone else None)
