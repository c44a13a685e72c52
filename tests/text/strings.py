"""Strings for the property tests: anything at all, and mixes of what folding and tokens are about."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = (
    "51 nato Straße ΣΟΦΟΣ İstanbul ısı ёлка за́мок Київ й شَرْط ٱلله مـــيثاق مؤتمر שָׁלוֹם न्याय क्षेत्र বাংলা தமிழ் "
    "ไทย น้ำ ລາວ ភាសាខ្មែរ မြန်မာ 한국 한 ひらがな ガ ｶﾞ 条約 第 々 ー ﬁ ㍿ ½ № ™ ﷺ ① ๕๑ ٥١ १५ 𝐍 𞤀 "
    "Tiếng đ አንቀጽ ქართული ᲥᲐ և Ọ̀"
).split()

MARKS_AND_INVISIBLES = (
    "\u0300\u0301\u0308\u0327\u0345\u0483\u05b0\u0640\u064b\u0653\u0654\u0655\u093c\u094d\u0e31\u0e48"
    "\u0eb1\u0f39\u102b\u1039\u17d2\u3099\u1160\u11a8\u200b\u200c\u200d\u200e\u202e\u2060\u00ad\ufe0f"
    "\ufeff\u034f\u20dd\ufffe\uffff"
)

anything = st.text(st.characters(exclude_categories=()), max_size=40)
"""Any string: lone surrogates, unassigned code points and noncharacters too."""

mixed = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.sampled_from(MARKS_AND_INVISIBLES),
        st.sampled_from(" .-'\n(\ud800"),
        st.characters(exclude_categories=()),
    ),
    max_size=12,
).map("".join)
"""Words of many scripts, marks without their letters, joiners and separators, in any order."""

strings = st.one_of(anything, mixed)

words = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.sampled_from(" .-'\n(\ud800\u00ad\u200b\u202e"),
        st.characters(exclude_categories=("Mn", "Me")),
    ),
    max_size=12,
).map("".join)
"""Words with every mark behind a letter of its script. (Of a Thai tone behind an iota subscript,
Unicode itself changes the order.)"""
