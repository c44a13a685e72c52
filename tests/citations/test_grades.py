"""What decides between explicit, inferred and bare, and what the reason says."""

from __future__ import annotations

import pytest

from worker.citations import recognise
from worker.types import Grade


def only(text: str):
    found = recognise(text)
    assert len(found) == 1, found
    return found[0]


def test_named_in_the_same_construction_is_explicit_and_the_quote_holds_both():
    citation = only("Sesuai dengan Pasal 51 Piagam Perserikatan Bangsa-Bangsa, kata dia.")
    assert citation.grade is Grade.EXPLICIT
    assert citation.quote == "Pasal 51 Piagam Perserikatan Bangsa-Bangsa"
    assert citation.reason == "the Charter of the United Nations is named with the provision"


def test_a_short_name_takes_up_what_was_named_before():
    citation = only("They signed the UN Charter. Later, Article 51 of the Charter was invoked.")
    assert (citation.instrument, citation.grade) == ("un-charter", Grade.INFERRED)
    assert citation.reason == "“charter” takes up the Charter of the United Nations, named earlier"


def test_the_same_charter_in_japanese_takes_up_the_name():
    citation = only("国連憲章が定める。同憲章第51条による。")
    assert (citation.instrument, citation.grade) == ("un-charter", Grade.INFERRED)


def test_a_short_name_that_takes_up_another_charter_is_that_one():
    text = "The EU Charter of Fundamental Rights binds states. Article 51 of the Charter limits it."
    assert only(text).instrument == "eu-charter"


def test_the_subject_tells_where_nobody_names_the_instrument():
    citation = only("The letter told the Security Council of self-defence under Article 51.")
    assert (citation.instrument, citation.grade) == ("un-charter", Grade.INFERRED)
    assert citation.reason == (
        "the subject is the Charter of the United Nations: security_council, self_defence"
    )


def test_nothing_named_and_no_subject_is_bare():
    citation = only("Everybody talked about Article 51 all evening.")
    assert (citation.instrument, citation.grade) == (None, Grade.BARE)


def test_a_nearer_competitor_wins():
    text = "The UN Charter is old. The Penal Code is new, and its Article 51 is newer."
    assert only(text).instrument == "code"


def test_the_instrument_named_nearest_wins_over_the_one_further_away():
    text = "The GDPR came first. Then the UN Charter was read out: Article 51 says it all."
    assert only(text).instrument == "un-charter"


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        (
            "Article 5 of the North Atlantic Treaty and Article 51 of the UN Charter",
            [("nato", "5"), ("un-charter", "51")],
        ),
        ("Article 2(4) and Article 51 of the UN Charter", [("un-charter", "2.4"), ("un-charter", "51")]),
        ("《联合国宪章》第2条第4款、第51条", [("un-charter", "2.4"), ("un-charter", "51")]),
        ("UN Charter Articles 33 and 51", [("un-charter", "33"), ("un-charter", "51")]),
        ("Articles 1–3 of the UN Charter", [("un-charter", "1"), ("un-charter", "2"), ("un-charter", "3")]),
        ("Articles 1-99 of the UN Charter", [("un-charter", "1"), ("un-charter", "99")]),
    ],
)
def test_lists_ranges_and_shared_names_give_each_provision_its_instrument(text, pairs):
    assert [(citation.instrument, citation.provision) for citation in recognise(text)] == pairs


def test_one_word_means_a_charter_in_russian_and_a_constitution_in_serbian():
    assert only("По статье 51 Устава решает Совет Безопасности.").instrument == "un-charter"
    assert only("По члану 51 Устава решава суд.").instrument == "constitution"


def test_capitals_tell_the_organisation_from_the_french_article():
    assert only("L'article 51 un peu plus tard.").instrument is None
    assert only("Artikel 51 UN-Charta").instrument == "un-charter"


def test_a_short_name_that_goes_on_is_another_charter_unless_more_tells():
    assert only("Article 51 of the Charter, the UN was told.").instrument == "un-charter"
    assert only("Article 51 of the Charter of the City of Norvia, the UN was told.").instrument is None


def test_a_pair_of_articles_that_only_one_charter_has_tells_which_is_meant():
    found = recognise("conformément aux articles 2, paragraphe 4, et 51 de la Charte")
    assert {(citation.instrument, citation.grade) for citation in found} == {("un-charter", Grade.INFERRED)}


def test_a_number_that_may_count_is_a_provision_where_the_subject_is_unmistakable():
    citation = only("51조는 회원국에 대해 무력공격이 발생한 경우 자위권을 인정한다.")
    assert (citation.instrument, citation.grade) == ("un-charter", Grade.INFERRED)
    assert not recognise("정부는 51조 원을 투입한다.")
