"""cites(): parts cite the whole, neighbours do not, and grades are thresholds."""

from __future__ import annotations

import pytest

from worker.citations import cites, recognise
from worker.citations.provision import normalise
from worker.types import Citation, Grade


def citation(instrument: str | None, provision: str, grade: Grade = Grade.EXPLICIT) -> Citation:
    return Citation(instrument, provision, grade, 0, 0, "")


@pytest.mark.parametrize(
    ("found", "asked", "holds"),
    [
        ("51", "51", True),
        ("51.1", "51", True),
        ("51.1.a", "51", True),
        ("51A", "51", False),
        ("51 bis", "51", False),
        ("151", "51", False),
        ("510", "51", False),
        ("5", "51", False),
        ("2.4", "2(4)", True),
        ("2.4", "2.4", True),
        ("2", "2.4", False),
        ("42.7", "42", True),
        ("51a", "51A", True),
    ],
)
def test_a_part_cites_the_whole_and_a_neighbour_does_not(found, asked, holds):
    assert cites(citation("un-charter", found), "un-charter", asked) is holds


def test_where_articles_are_numbered_with_points_51_1_is_an_article_of_its_own():
    assert not cites(citation("code", "51.1"), "code", "51")
    assert cites(citation("code", "51.1"), "code", "51.1")


@pytest.mark.parametrize(
    ("grade", "asked", "holds"),
    [
        (Grade.EXPLICIT, None, True),
        (Grade.INFERRED, None, True),
        (Grade.INFERRED, Grade.EXPLICIT, False),
        (Grade.EXPLICIT, Grade.INFERRED, True),
        (Grade.EXPLICIT, Grade.BARE, True),
    ],
)
def test_the_grade_asked_for_is_the_least_evidence(grade, asked, holds):
    assert cites(citation("un-charter", "51", grade), "un-charter", "51", asked) is holds


def test_a_bare_citation_counts_only_when_bare_is_asked_for():
    bare = citation(None, "51", Grade.BARE)
    assert not cites(bare, "un-charter", "51")
    assert cites(bare, "un-charter", "51", Grade.BARE)


def test_another_instrument_is_not_this_one():
    assert not cites(citation("gdpr", "51"), "un-charter", "51")


@pytest.mark.parametrize("written", ["42(7)", "42 (7)", "42/7", "42.7"])
def test_writings_of_one_provision_are_one(written):
    assert normalise(written) == "42.7"


@pytest.mark.parametrize(
    ("text", "provision"),
    [
        ("Article 51(1) of the UN Charter", "51.1"),
        ("Article 51, para. 1, of the UN Charter", "51.1"),
        ("Pasal 51 ayat 3 Piagam PBB", "51.3"),
        ("Article 51A of the UN Charter", "51A"),
        ("Article 51 bis of the UN Charter", "51 bis"),
        ("статья 51в Устава ООН", "51В"),
        ("联合国宪章第五十一条之一", "51 之一"),
        ("Article 51¹ of the UN Charter", "51 ¹"),
        ("l'article 6, paragraphe 1, de la Charte de l'ONU", "6.1"),
    ],
)
def test_paragraphs_and_letters_are_read_into_the_provision(text, provision):
    assert [found.provision for found in recognise(text)] == [provision]
