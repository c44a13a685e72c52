"""Properties that hold of any text: nothing raises, offsets are true, the sieve is sound."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.citations.sentences import SENTENCES
from worker.citations import instrument_ids, recognise
from worker.citations.folding import view
from worker.citations.groups import find_groups
from worker.citations.sieve import may_cite
from worker.types import Grade

WORDS = (
    "Article Articles art. ст. статьи المادة 第 条 제 조 madde maddesi 51 5 2(4) ٥١ ๕๑ LI fifty one "
    "五十一 51. - – , and of the UN Charter Устава ООН ( ) \u200f \u00ad e\u0301 bis A İ ß ﬁ Constitution . "
    "पैरा अनुच्छेद 51वें มาตรา ' ’inci § % \ud800 \x00 \u2028"
)
PIECES = st.sampled_from([*WORDS.split(" "), "\n", " ", "Security Council"])
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(PIECES, max_size=40).map(" ".join),
    st.lists(PIECES, max_size=40).map("".join),
    st.tuples(st.sampled_from([text for _, text, _ in SENTENCES]), st.text(max_size=60)).map("".join),
)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_and_every_quote_stands_where_it_says(text):
    known = set(instrument_ids())
    for citation in recognise(text):
        assert 0 <= citation.start < citation.end <= len(text)
        assert text[citation.start : citation.end] == citation.quote
        assert (citation.instrument is None) == (citation.grade is Grade.BARE)
        assert citation.instrument is None or citation.instrument in known
        assert citation.provision
        assert citation.reason


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_the_sieve_never_holds_back_what_the_full_reading_would_find(text):
    if find_groups(view(text)):
        assert may_cite(text)


@given(st.text(max_size=200))
@settings(deadline=None)
def test_folded_positions_lead_back_to_the_text(text):
    read = view(text)
    for position in range(len(read.folded)):
        assert read.start(position) < read.end(position + 1) <= len(text)


@given(
    st.sampled_from([text for _, text, _ in SENTENCES]), st.text(alphabet="\u00ad\u200b\u200e", max_size=3)
)
@settings(deadline=None)
def test_invisible_code_points_inside_words_hide_nothing(text, invisible):
    middle = len(text) // 2
    marked = text[:middle] + invisible + text[middle:]
    plain = [(c.instrument, c.provision, c.grade) for c in recognise(text)]
    assert [(c.instrument, c.provision, c.grade) for c in recognise(marked)] == plain
