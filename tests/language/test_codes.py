"""Codes as sent, and what Tocsin says instead."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.language import canonical, tag
from worker.text.codes import ALIASES
from worker.types import UNDETERMINED


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("en", "en"),
        ("EN", "en"),
        (" en ", "en"),
        ("en-GB", "en"),
        ("pt_BR", "pt"),
        ("zh-Hant-TW", "zh"),
        ("zh-cn", "zh"),
        ("zho", "zh"),
        ("cmn", "zh"),
        ("yue", "zh"),
        ("iw", "he"),
        ("in", "id"),
        ("in_ID", "id"),
        ("mo", "ro"),
        ("nb", "no"),
        ("nn-NO", "no"),
        ("no", "no"),
        ("fil", "tl"),
        ("prs", "fa"),
        ("ger", "de"),
        ("deu", "de"),
        ("ceb", "ceb"),
        ("und", "und"),
        ("English", "und"),
        ("e", "und"),
        ("en1", "und"),
        ("日本", "und"),
        ("-en", "und"),
        ("", "und"),
        (None, "und"),
    ],
)
def test_a_code_as_sent_becomes_the_primary_subtag_we_use(sent, said):
    assert canonical(sent) == said


@given(st.text() | st.sampled_from(sorted(ALIASES)))
def test_every_answer_is_a_code_that_is_its_own_canonical_form(sent):
    said = canonical(sent)
    assert said == UNDETERMINED or re.fullmatch("[a-z]{2,3}", said)
    assert canonical(said) == said


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("zh-Hant", "zh-Hant"),
        ("zh_hant_tw", "zh-Hant-TW"),
        ("sr-latn", "sr-Latn"),
        ("PT-br", "pt-BR"),
        ("es-419", "es-419"),
        ("iw", "he"),
        ("in_ID", "id-ID"),
        ("nb", "nb"),
        ("no", "no"),
        ("nn-NO", "nn-NO"),
        ("fil", "tl"),
        ("English", "und"),
        ("en-", "und"),
        ("", "und"),
        (None, "und"),
    ],
)
def test_a_tag_keeps_script_and_region_in_their_usual_spelling(sent, said):
    assert tag(sent) == said


@given(st.text() | st.from_regex(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,3}", fullmatch=True))
def test_a_tag_is_a_fixed_point_and_of_the_same_language(sent):
    assert tag(tag(sent)) == tag(sent)
    assert tag(sent) == UNDETERMINED or canonical(tag(sent)) == canonical(sent)
