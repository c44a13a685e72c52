"""Tokens: what is one in each script, and that a token's place in the original is never wrong."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given, settings

from tests.text import generate_ranges
from tests.text.strings import strings, words
from worker.text import Tokens, fold, is_by_character, ranges, tokenize


def quotes(tokens: Tokens) -> list[str]:
    return [tokens.raw[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]


@pytest.mark.parametrize(
    ("raw", "terms"),
    [
        ("self-defence", "self defence"),
        ("l'article", "l article"),
        ("don’t", "don t"),
        ("51.1", "51 1"),
        ("51(1)(a)", "51 1 a"),
        ("un_charter", "un charter"),
        ("Article51", "article51"),
        ("ст. 51 Устава", "ст 51 устава"),
        ("अनुच्छेद ५१", "अनुच्छेद 51"),
        ("المادة ٥١", "المادة 51"),
        ("አንቀጽ 51", "አንቀጽ 51"),
        ("№ 5", "no 5"),
        ("₹500", "500"),
        ("… — !", ""),
        ("", ""),
    ],
)
def test_runs_of_letters_marks_and_digits_are_tokens(raw: str, terms: str) -> None:
    assert tokenize(raw).terms == terms.split()


@pytest.mark.parametrize(
    ("raw", "terms"),
    [
        ("第五十一条", "第 五 十 一 条"),
        ("NATO条約", "nato 条 約"),
        ("ひらがなガ", "ひ ら が な ガ"),
        ("ｶﾞｰ", "ガ ー"),
        ("제51조는", "제 51 조 는"),
        ("\u1112\u1161\u11ab국", "한 국"),
        ("มาตรา๕๑", "ม า ต ร า 51"),
        ("ที่นี่", "ที่ นี่"),
        ("ນີ້", "ນີ້"),
        ("ភាសាខ្មែរ", "ភា សា ខ្ មែ រ"),
        ("မြန်မာ၅၁", "မြ န် မ ာ 51"),
    ],
)
def test_scripts_without_spaces_give_a_token_a_grapheme_cluster(raw: str, terms: str) -> None:
    assert tokenize(raw).terms == terms.split()


@pytest.mark.parametrize(
    ("raw", "placed"),
    [
        ("a Straße!", ["a", "Straße"]),
        ("co\u00adoperation.", ["co\u00adoperation"]),
        ("½ cup", ["½", "½", "cup"]),
        ("㍿", ["㍿"] * 4),
        ("﷼ 5", ["﷼", "5"]),
        ("«ﷺ»", ["ﷺ"] * 4),
        ("١٢٣ שָׁלוֹם", ["١٢٣", "שָׁלוֹם"]),
        ("น้ำ", ["น้ำ", "น้ำ"]),
        ("ท\u00adี่ น", ["ท\u00adี่", "น"]),
    ],
)
def test_a_token_stands_on_what_was_received(raw: str, placed: list[str]) -> None:
    assert quotes(tokenize(raw)) == placed


@settings(max_examples=600)
@given(strings)
@example("\ud800a\udfff")
def test_spans_are_in_bounds_in_order_and_never_empty(raw: str) -> None:
    tokens = tokenize(raw)
    spans = list(zip(tokens.starts, tokens.ends, strict=True))
    assert len(spans) == len(tokens.terms) == len(tokens)
    assert all(0 <= start < end <= len(raw) for start, end in spans)
    # Not always apart: `0ﷺ` is `0صلى` on both characters, then three tokens on the second.
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(spans))


@settings(max_examples=600)
@given(strings)
def test_the_place_of_a_token_folds_to_it(raw: str) -> None:
    tokens = tokenize(raw)
    places = list(zip(tokens.starts, tokens.ends, strict=True))
    for term, (start, end) in zip(tokens.terms, places, strict=True):
        folded = fold(raw[start:end])
        if places.count((start, end)) == 1 and tokenize(raw[start:end]).terms == [folded]:
            assert folded == term
        else:
            assert term in folded


@settings(max_examples=600)
@given(strings)
def test_a_term_is_folded_and_is_one_token(raw: str) -> None:
    for term in tokenize(raw).terms:
        assert term
        assert fold(term) == term
        assert tokenize(term).terms == [term]


@settings(max_examples=600)
@given(words)
@example("ไทย\u00ad\U0001f3fb")
@example("क\u200bि 条\u00ad\u3099")
@example("\uff76\uff9e\u11a8 条\u11a8 \u1100\u1161\u11a8 \u1161\u11a8 \uac00\u11a8")
def test_folded_text_has_the_same_tokens(raw: str) -> None:
    assert tokenize(fold(raw)).terms == tokenize(raw).terms


@given(strings)
def test_tokens_are_the_same_whether_or_not_their_pieces_were_seen_before(raw: str) -> None:
    first = tokenize(raw)
    again = tokenize(raw)
    assert (again.terms, again.starts, again.ends) == (first.terms, first.starts, first.ends)


def test_which_terms_are_matched_by_character() -> None:
    assert all(map(is_by_character, "条 ガ 한 ม ລ ភា မြ ー".split()))
    assert not any(map(is_by_character, "nato 51 мир سلام न्याय አንቀጽ".split()))


@pytest.mark.parametrize("oddity", ["½", "ﷺ", "\u00ad", "㍿"])
def test_an_endless_word_takes_no_endless_time(oddity: str) -> None:
    # A backtracking run of letters took two to the length of the word here.
    word = "союз" * 50_000
    assert tokenize(word + oddity).terms[0].startswith("союз")


@pytest.fixture(scope="module")
def unicode_classes() -> dict[str, list[str]]:
    return generate_ranges.classes()


@pytest.mark.parametrize("name", ["BY_CHARACTER", "WORD", "EXTENDING", "IGNORABLE"])
def test_the_generated_ranges_are_what_unicode_says(name: str, unicode_classes: dict[str, list[str]]) -> None:
    def assigned(points: set[int]) -> set[int]:
        # Pythons know different versions of Unicode; what one does not know is not its business.
        return {point for point in points if unicodedata.category(chr(point)) != "Cn"}

    ours: set[int] = set()
    for span in getattr(ranges, name).split():
        low, _, high = span.partition("-")
        ours.update(range(int(low, 16), int(high or low, 16) + 1))
    theirs = set(map(ord, unicode_classes[name]))
    assert assigned(ours) == assigned(theirs)


@pytest.mark.parametrize("raw", ["\u202e", "\u200b\u200b", "\u202e a", "a \u202e", "\u0301", "…\u202e…"])
@pytest.mark.parametrize("first", ["starts", "ends", "terms"])
def test_what_folding_leaves_nothing_of_has_no_place_whatever_is_asked_first(raw: str, first: str) -> None:
    tokens = tokenize(raw)
    getattr(tokens, first)
    assert len(tokens.terms) == len(tokens.starts) == len(tokens.ends)
