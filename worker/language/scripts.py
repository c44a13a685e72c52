"""Scripts: many languages are decided by their letters alone.

A script is named by the first word of its characters' Unicode names (`GREEK`, `HANGUL`, `CJK`). A
script that one language of the news writes decides it; where a rarer one shares it, letters that
only the rarer one writes tell them apart. Latin, Cyrillic, Arabic, Devanagari and Ethiopic decide nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

_LANGUAGE_OF: Final = {
    "GREEK": "el", "HEBREW": "he", "ARMENIAN": "hy", "GEORGIAN": "ka", "THAI": "th", "LAO": "lo",
    "KHMER": "km", "MYANMAR": "my", "HANGUL": "ko", "BENGALI": "bn", "GURMUKHI": "pa", "GUJARATI": "gu",
    "ORIYA": "or", "TAMIL": "ta", "TELUGU": "te", "KANNADA": "kn", "MALAYALAM": "ml", "SINHALA": "si",
    "THAANA": "dv", "TIBETAN": "bo", "CHEROKEE": "chr",
}  # fmt: skip

_RARER: Final = {
    "HEBREW": ("yi", frozenset("װױײאַאָ") - frozenset("א")),  # Yiddish: double vav and yod, pointed alef
    "BENGALI": ("as", frozenset("ৰৱ")),  # Assamese ra and va
}

_KANA: Final = ("HIRAGANA", "KATAKANA")

_DECIDING: Final = frozenset((*_LANGUAGE_OF, *_KANA, "CJK"))

_KANA_SHARE: Final = 0.08
"""Japanese prose is half Kana and its headlines a tenth; Chinese quotes a Japanese name now and then."""

_DECIDING_SHARE: Final = 0.5
"""The share of letters a script needs to decide: below it the text is mainly of another."""

CHARACTER_WORTH: Final = 3
"""A character of Chinese, Japanese or Korean says as much as so many letters."""

_WORTH_MORE: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")

BY_CHARACTER: Final = frozenset(("CJK", *_KANA, "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"))


_ALL_IN_ONE: Final = {
    "LATIN": re.compile(r"[\x00-\u024f\u1e00-\u1eff\u2000-\u206f]*+"),
    "CYRILLIC": re.compile(r"[\x00-@\[-`{-\x7f\u0400-\u052f\u2000-\u206f«»]*+"),
    "ARABIC": re.compile(r"[\x00-@\[-`{-\x7f\u0600-\u06ff\u2000-\u206f«»]*+"),
    "DEVANAGARI": re.compile(r"[\x00-@\[-`{-\x7f\u0900-\u097f\u2000-\u206f]*+"),
}
"""Script → a text that has no letters of others. Most news is; the few signs it has do not matter."""

_LONG: Final = 30
"""In a shorter text signs matter."""

_LETTER: Final = re.compile(r"[^\W\d_]")


class _SignOf(dict[int, str]):
    """Code point → a letter that stands for its script, or a space for what is no letter."""

    def __init__(self) -> None:
        self.scripts: dict[str, str] = {}
        self._signs: dict[str, str] = {}

    def __missing__(self, point: int) -> str:
        kind = unicodedata.category(chr(point))[0]
        name = unicodedata.name(chr(point), "") if kind in "LM" else ""
        script = name.partition(" ")[0].removesuffix("-")
        # A combining mark belongs to whatever letter it stands on.
        sign = " " if script in ("", "COMBINING") else self._signs.setdefault(script, chr(point))
        self.scripts[sign] = script
        self[point] = sign
        return sign


_SIGN_OF = _SignOf()


def count_scripts(text: str) -> dict[str, int]:
    """Script → its letters and marks in the text; none that has no letter there."""
    if len(text) > _LONG and _LETTER.search(text):
        for script, all_in_one in _ALL_IN_ONE.items():
            if all_in_one.fullmatch(text):
                return {script: len(text) - text.count(" ")}
    signs = text.translate(_SIGN_OF)
    return {_SIGN_OF.scripts[sign]: signs.count(sign) for sign in sorted(set(signs) - {" "})}


def worth(scripts: Mapping[str, int]) -> int:
    """How much is said in all the scripts, counted in letters."""
    more = sum(scripts.get(script, 0) for script in _WORTH_MORE)
    return sum(scripts.values()) + (CHARACTER_WORTH - 1) * more


def main_script(scripts: Mapping[str, int]) -> str:
    """The script most letters are in; Kana counts with the Han it stands among. `` when there is none."""
    if not scripts:
        return ""
    return max(sorted(scripts), key=lambda script: scripts[script])


def language_of_script(text: str, scripts: Mapping[str, int]) -> tuple[str, float]:
    """The language the scripts of a text decide, with their share of its letters; `` when they do not."""
    if not scripts:
        return "", 0.0
    if len(scripts) == 1 and _DECIDING.isdisjoint(scripts):
        return "", 1.0
    total = worth(scripts)
    kana = sum(scripts.get(script, 0) for script in _KANA)
    eastern = kana + scripts.get("CJK", 0)
    if eastern > scripts.get("HANGUL", 0):
        share = CHARACTER_WORTH * eastern / total
        japanese = kana >= _KANA_SHARE * eastern or _is_japanese_han(text)
        code = "ja" if japanese else "zh"
    elif scripts.get("HANGUL", 0):
        share = CHARACTER_WORTH * (scripts["HANGUL"] + eastern) / total  # Korean writes some words in Han
        code = "ko"
    else:
        script = main_script(scripts)
        code, share = _LANGUAGE_OF.get(script, ""), scripts[script] / total
        rarer, letters = _RARER.get(script, ("", frozenset[str]()))
        if rarer and not letters.isdisjoint(text):
            code = rarer
    return (code, share) if share >= _DECIDING_SHARE else ("", share)


_TRADITIONAL: Final = frozenset(
    "這個們說時國會對發後來為與當學體經實點動過還開長問間關門見現機電話東車報導總統議員軍"
)
_SIMPLIFIED: Final = frozenset(
    "这个们说时国会对发后来为与当学体经实点动过还开长问间关门见现机电话东车报导总统议员军"
)


def chinese_script(text: str) -> str:
    """`Hant` or `Hans` by the characters that only one of the two writes; `` when none stands there."""
    seen = frozenset(text)
    traditional = len(seen & (_TRADITIONAL - _SIMPLIFIED))
    simplified = len(seen & (_SIMPLIFIED - _TRADITIONAL))
    if traditional == simplified:
        return ""
    return "Hant" if traditional > simplified else "Hans"


_JAPANESE: Final = frozenset(
    "円圏図団変県広庁応恵悪戦戻払拠挙捜掲撃斎暁枠栄桜検楽様権歓歴毎気沢浄浜済満滝焼猟獣瀬犠発窓竜粛経絵継総縄繊続舗荘蔵薬覚観訳譲賛転軽辺込遅郷酔鉄銭関闘陥険隠雑霊駅駆騒験髪鶏黒黙"
    "両亜仮伝価働処剤勧単厳収囲壊売実対専帯帰廃弾従徳営労"
)
"""Characters as only Japan writes them since 1946."""

_CHINESE: Final = (_TRADITIONAL | _SIMPLIFIED) - frozenset(
    "時後開長問間門見現機電話東車報導統議員軍過動国会来当学体点"
)
"""Of the characters that tell the scripts of Chinese apart, those that Japan does not write."""

_HEADLINE: Final = 30


def _is_japanese_han(text: str) -> bool:
    seen = frozenset(text)
    return len(seen & _JAPANESE) > len(seen & _CHINESE)


def may_be_japanese(text: str) -> bool:
    """Whether a short text has no character that only Chinese writes: Japanese headlines may have no Kana."""
    return len(text) <= _HEADLINE and _CHINESE.isdisjoint(text)
