"""The cascade: script, words, letter statistics, langdetect; each is asked only if those before are not sure.

What a text has told one detector is not forgotten by the next: from letter statistics on, the scores of
words, letters and statistics are added up, and langdetect's probabilities join them last. How far the best
language leads the second becomes a probability by a table that was fitted on labelled lines (`confidence`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec

from worker.language import arbiter, fast, letters, words, yat
from worker.language.confidence import probability
from worker.language.scripts import count_scripts, language_of_script, may_be_japanese
from worker.types import UNDETERMINED

WORDS_LEAD: Final = 7.0
"""Words decide alone when the best language leads by this much: e⁷ to one, as naive Bayes counts."""

WORDS_SHARE: Final = 3.0
"""A piece speaks for another language when its words score that much there on average: a third to a half
of them are in its table."""

WORDS_LEAD_OF_CONFUSED: Final = 14.0
"""… and by this much over a neighbour, with whom it shares many words."""

CONFUSED: Final = (
    frozenset("id ms".split()),
    frozenset("hr bs sr".split()),
    frozenset("no da sv".split()),
    frozenset("mk bg".split()),
    frozenset("cs sk".split()),
    frozenset("gl pt es".split()),
    frozenset("ca es".split()),
    frozenset("ur fa ar".split()),
    frozenset("hi mr ne".split()),
    frozenset("af nl".split()),
    frozenset("hi ur en".split()),
    frozenset("rn rw".split()),
    frozenset("st tn".split()),
    frozenset("xh zu".split()),
    frozenset("am ti".split()),
)
"""Languages that detectors take for one another: between two of them nobody is believed lightly."""

_LEAST_KNOWN: Final = 10.0
"""Words decide alone when two of the language's, and a point for each word there is, were found: the
best of languages that know none of the words is not known by them."""

_NEIGHBOURS: Final = {
    code: frozenset().union(*(group for group in CONFUSED if code in group))
    for code in frozenset().union(*CONFUSED)
}


def are_confused(first: str, second: str) -> bool:
    """Whether the two are languages that detectors take for one another."""
    return second in _NEIGHBOURS.get(first, ())


SURE_LEAD_OF_CONFUSED: Final = 0.6
"""langdetect is asked between neighbours where the first leads the second by less than this."""

WORD_WEIGHT: Final = 0.7
ARBITER_WEIGHT: Final = 0.08
LETTER_WEIGHT: Final = 3.0
"""Weights of the votes beside the letter statistics'. They were set on lines of which some are now measured
on. `calibrate.py --weights` tries others on the lines kept for fitting: half the first is worse there, and
half as much again gains two texts in a thousand; the others make no difference."""

_LETTERS_SEEN: Final = 80
_LEAST_SEEN: Final = 40
"""So many letters of a text, and at least so many of each of its pieces, letter statistics look at."""

_SECOND_SCRIPT: Final = 0.25
_PIECE_WORDS: Final = 6
"""A quarter of the letters in another script, or a piece of six words in another language, is a reason to
look at the text part by part."""

_COMMON: Final = frozenset(
    "ar bg bn cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv mk nl no pl pt ro ru sk sl sq sr "
    "sv sw ta te th tr uk ur vi zh ms ca af so az gu mr pa ka hy kk tl ne si kn ml".split()
)
_LESS_COMMON: Final = frozenset("be bs cy eo eu ga gl is la lg mi mn sn st tn ts xh yo zu am ha".split())
_SELDOM: Final = {**dict.fromkeys(_COMMON, 0.0), **dict.fromkeys(_LESS_COMMON, 2.0)}
_RARE: Final = 6.0
"""News is written in some languages thousands of times as often as in others: what a language is worse off
before the first word is read, as a logarithm. It matters on two words and not on a paragraph."""

_ABSENT: Final = -1.0
"""The letter-statistics score of a language the model does not know: words must win it."""

_NOT_LATIN: Final = frozenset("am ar ba be bg fa hy ky mk mn mr ne ps ru tg ti tt ug uk".split())
_IN_OTHER_LETTERS: Final = 100.0
"""What letter statistics took from a few foreign words speaks for none of these where the text is in Latin.
Hindi and Urdu are written in it too, by its readers."""

_AGAINST_LATIN_SERBIAN: Final = 5.0
"""Letter statistics speak no more than this against Serbian where they speak for Croatian or Bosnian: those
were made from Serbian in Cyrillic, for the most part."""

_AGAINST_LATIN_HINDI: Final = 10.0
"""… and against Hindi, which they know in Devanagari: its words must win it."""

_LEAST_SHARE: Final = 1e-4
"""No share of langdetect's rules a language out altogether."""

_FULL_PRIOR: Final = 40
"""So many characters feel the whole of a language's rarity; on more it fades, as what is read says more."""


class Vote(msgspec.Struct, frozen=True):
    """What one detector said when it was asked: its best language and how sure it was, 0 to 1."""

    detector: str
    code: str
    confidence: float


class Verdict(msgspec.Struct, frozen=True):
    """The language of a text, who decided it, and all votes in the order they were cast.

    lead: how far the first was ahead of `second`, in the deciding detector's own measure; length:
    characters of the text it decided on; mixed: some piece of it looks as if it were in another language.
    """

    code: str
    confidence: float
    detector: str
    votes: tuple[Vote, ...] = ()
    second: str = UNDETERMINED
    lead: float = 0.0
    length: int = 0
    mixed: bool = False


def judge(pieces: Sequence[str]) -> Verdict:
    """The language of the cleaned pieces of a text; `und` with 0 where they have no letters."""
    text = "\n".join(pieces)
    scripts = count_scripts(text)
    total = sum(scripts.values())
    second_script = total - max(scripts.values(), default=0) > _SECOND_SCRIPT * total
    code, share = language_of_script(text, scripts)
    if code:
        confidence = probability("script", len(text), share)
        if code == "zh" and may_be_japanese(text):
            confidence = min(confidence, _HAN_ALONE)
        vote = Vote("script", code, confidence)
        return Verdict(
            code,
            confidence,
            "script",
            (vote,),
            lead=share,
            length=len(text),
            mixed=share < 1 - _SECOND_SCRIPT,
        )
    if not scripts:
        return Verdict(UNDETERMINED, 0.0, "none")
    told = words.votes(text)
    best, scores = told.two_best, None
    if words.shape().languages[best[0]] in _WITH_YAT:
        scores = told.scores()
        _weigh_yat(scores, words.folded_words(text))
        best = words.two_best(scores)
    verdict, sure = _by_words(told, best, len(text))
    if not sure:
        scores = scores or told.scores()
        verdict = _by_statistics(_shortened(pieces), scores, told.all_words, verdict.votes)
    if second_script or (len(pieces) > 1 and _pieces_differ(verdict.code, told)):
        return msgspec.structs.replace(verdict, mixed=True)
    return verdict


_BOSNIAN_IS_RARER: Final = 2.0
"""… than Croatian in the news, whatever the length of a text: their words are too much alike to say it."""

_HAN_ALONE: Final = 0.7
"""A few characters of Han that Japan and China both write are Chinese, mostly: the sender may know better."""

_WITH_YAT: Final = frozenset("hr bs sr".split())


def _weigh_yat(scores: list[float], terms: Sequence[Sequence[str]]) -> None:
    """Add, in place, what the vowel that was yat says of the three where they are written in Latin."""
    said = yat.speaks_for_je([term for piece in terms for term in piece if term.isascii()])
    place = words.shape().place
    for code in _WITH_YAT:
        scores[place[code]] += -said / 2 if code == "sr" else said / 2
    scores[place["bs"]] -= _BOSNIAN_IS_RARER


def _shortened(pieces: Sequence[str]) -> str:
    """The first words of each piece, which letter statistics see: they need fewer."""
    most = max(_LEAST_SEEN, _LETTERS_SEEN // len(pieces))
    return " ".join(
        line if len(line) <= most else line[: most + 1].rpartition(" ")[0] or line[:most] for line in pieces
    )


def _pieces_differ(code: str, told: words.WordVotes) -> bool:
    """Whether the words of some piece speak clearly for another language, or not at all for this one."""
    main = words.shape().place.get(code)
    counted = main is not None and main < told.counted
    usual = told.known(main) / max(1, told.all_words) if main is not None and counted else 0.0
    for piece, (best, count) in enumerate(zip(told.bests, told.words, strict=True)):
        if count < _PIECE_WORDS:
            continue
        mine = told.score(piece, main) if main is not None else 0.0
        if counted and mine < usual / 3 * count:
            return True
        if best != main and best < told.counted:
            top = told.score(piece, best)
            if top - mine >= WORDS_LEAD and top >= WORDS_SHARE * count:
                return True
    return False


def _by_words(told: words.WordVotes, best: tuple[int, int, float], length: int) -> tuple[Verdict, bool]:
    at, second, lead = best
    languages = words.shape().languages
    code = languages[at]
    least = WORDS_LEAD_OF_CONFUSED if are_confused(code, languages[second]) else WORDS_LEAD
    known = told.known(at)
    sure = lead >= least and known >= max(_LEAST_KNOWN, told.all_words)
    confidence = probability("words", length, lead) if sure else 0.0
    return Verdict(
        code, confidence, "words", (Vote("words", code, confidence),), lead=lead, length=length
    ), sure


def _by_statistics(text: str, of_words: Any, count: int, votes: tuple[Vote, ...]) -> Verdict:
    """Letter statistics, words and letters together; langdetect too when they are not sure."""
    length = len(text)
    scores = _sum_of_votes(text, of_words, count)
    first = _verdict("py3langid", scores, length, votes)
    if first.lead >= SURE_LEAD_OF_CONFUSED or not are_confused(first.code, first.second):
        return first
    shares = arbiter.probabilities(text, first.code, first.second)
    if not shares:
        return first
    likeliest = max(shares, key=lambda code: shares[code])
    votes = (*first.votes, Vote("langdetect", likeliest, round(shares[likeliest], 4)))
    return _verdict("langdetect", _with_arbiter(scores, shares), length, votes)


def _verdict(detector: str, scores: list[float], length: int, votes: tuple[Vote, ...]) -> Verdict:
    codes = _ballot().codes
    best, next_best, lead = words.two_best(scores)
    confused = are_confused(codes[best], codes[next_best])
    confidence = probability(detector, length, lead, confused=confused)
    if detector == "langdetect":  # its own vote stands there already; the sum decided
        return Verdict(codes[best], confidence, detector, votes, codes[next_best], lead, length)
    vote = Vote(detector, codes[best], confidence)
    return Verdict(codes[best], confidence, detector, (*votes, vote), codes[next_best], lead, length)


def _sum_of_votes(text: str, of_words: list[float], count: int) -> list[float]:
    import numpy as np

    ballot = _ballot()
    scores = np.full(len(ballot.codes), _ABSENT, dtype=np.float64)
    statistics = fast.scores(words.written_words(text), len(text.encode("utf-8", "surrogatepass")))
    scores[: ballot.modelled] = 0.0 if statistics is None else statistics
    serbian, croatian, bosnian = ballot.trio
    least = max(scores[croatian], scores[bosnian]) - _AGAINST_LATIN_SERBIAN / math.sqrt(len(text))
    scores[serbian] = max(scores[serbian], least)
    root = math.sqrt(len(text))
    said = np.full(len(ballot.codes), words.NEUTRAL * count)
    said[ballot.of_words] = of_words
    said *= WORD_WEIGHT
    said -= ballot.seldom * min(1.0, _FULL_PRIOR / len(text))
    for letter in letters.telling_letters(text):
        said -= ballot.strangers(letter)
    if not _OTHER_LETTERS.search(text):
        said -= ballot.not_latin
        hindi = ballot.place["hi"]
        scores[hindi] = max(scores[hindi], -_AGAINST_LATIN_HINDI / root)
    total: list[float] = (scores + said / root).tolist()
    return total


def _with_arbiter(scores: list[float], shares: Mapping[str, float]) -> list[float]:
    """The scores with the arbiter's votes. Its best adds nothing: no third language gains or loses."""
    place = _ballot().place
    most = max(shares.values())
    for code, share in shares.items():
        scores[place[code]] += ARBITER_WEIGHT * math.log(max(share, _LEAST_SHARE) / most)
    return scores


_OTHER_LETTERS: Final = re.compile("[\u0370-\u1dff\ua000-\uabff]")
"""Of the scripts that are not Latin."""


@dataclass(frozen=True, slots=True)
class _Ballot:
    """All languages there are, in one order: first those of the model, then those known by words alone."""

    codes: tuple[str, ...]
    place: dict[str, int]
    modelled: int
    of_words: Any
    seldom: Any
    not_latin: Any
    trio: tuple[int, int, int]
    penalties: dict[str, Any]

    def strangers(self, letter: str) -> Any:
        """A vector: LETTER_WEIGHT for each language that does not write the letter, else 0."""
        import numpy as np

        if letter not in self.penalties:
            natives = letters.writers()[letter]
            self.penalties[letter] = np.array(
                [0.0 if code in natives else LETTER_WEIGHT for code in self.codes]
            )
        return self.penalties[letter]


@cache
def _ballot() -> _Ballot:
    import numpy as np

    modelled = fast.statistics().languages
    of_words = words.shape().languages
    codes = (*modelled, *(code for code in of_words if code not in modelled))
    place = {code: at for at, code in enumerate(codes)}
    return _Ballot(
        codes,
        place,
        len(modelled),
        np.array([place[code] for code in of_words], dtype=np.intp),
        np.array([_SELDOM.get(code, _RARE) for code in codes]),
        np.array([_IN_OTHER_LETTERS if code in _NOT_LATIN else 0.0 for code in codes]),
        (place["sr"], place["hr"], place["bs"]),
        {},
    )
