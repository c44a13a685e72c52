"""Which instrument a provision belongs to, how sure that is, and why: the judgement of the recogniser.

From sure to unsure: the instrument's name in the same construction; a short name (`the Charter`) that takes
up one named before; the nearest instrument named around; the unmistakable subject. A nearer competitor wins
every time, and what nothing decides is bare.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

import regex

from worker.citations.construction import BLOCKED, gap_cost, joined, lists
from worker.citations.folding import View, fold
from worker.citations.grammar import Grammar
from worker.citations.groups import Group
from worker.citations.instruments import Instrument, Subject, instruments
from worker.citations.languages import NumberPlace, Side, languages
from worker.citations.mentions import Mention, MentionKind
from worker.types import Grade

REACH_AFTER = 140
"""Characters after a provision in which its construction may name the instrument."""
REACH_BEFORE = 90
"""Characters before it."""
NEARBY = 900
"""How far an instrument named elsewhere still speaks for a provision, in characters."""
ONLY_REACH = 5_000
"""The same where the text names no other instrument at all."""
SENTENCE_COST = 120
"""What a sentence's end between a name and a provision adds to their distance."""
SUBJECT_REACH = 450
"""How far around a provision words of the subject count."""
PAIR_REACH = 60
"""How near another provision must be cited to tell whose this one is."""
GENERIC_REACH = 250
"""How far a mere 'constitution' or 'code' competes."""

_LITTLE = regex.compile(r"\s{1,2}([\p{L}\p{M}]{1,6})(?=[\s'])'?")
_STOP = regex.compile(r"[.!?]\s|[。！？।۔؟\n]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a group of provisions belongs to. `mention` is the name in the same construction, if any;
    `weight` that of the words of the subject, where they decided.
    """

    instrument: str | None
    grade: Grade
    reason: str
    mention: Mention | None = None
    weight: int = 0


@cache
def _links() -> frozenset[str]:
    """Little words of every language: a quotation may mix two."""
    return frozenset(fold(word) for language in languages() for word in language.link)


@cache
def _joints() -> frozenset[str]:
    """The words between the items of a list, and the little words, of every language."""
    return _links() | {fold(word) for language in languages() for word in language.listing}


class Judge:
    """Judges the groups of one text. `mentions` are sorted by start and do not overlap."""

    def __init__(self, read: View, mentions: list[Mention]) -> None:
        self._read = read
        self._text = read.folded
        self._mentions = mentions
        self._starts = [mention.start for mention in mentions]
        self._named = [m for m in mentions if m.kind is MentionKind.INSTRUMENT and not m.beside]
        self._named_starts = [mention.start for mention in self._named]
        self._only = len({mention.name for mention in self._named}) == 1
        self._groups: list[Group] = []
        self._group_starts: list[int] = []
        self._by_kind: dict[str, list[Mention]] = {}
        for mention in self._named:
            self._by_kind.setdefault(instruments()[mention.name].kind, []).append(mention)

    def verdicts(self, groups: list[Group]) -> list[Verdict]:
        """One verdict a group, in order."""
        self._groups = groups
        self._group_starts = [group.start for group in groups]
        attached = [self._attached(group) for group in groups]
        for i in range(len(groups) - 2, -1, -1):
            if attached[i] is None and self._joined(groups[i], groups[i + 1]):
                following = attached[i + 1]
                if following is not None and following.start >= groups[i + 1].end:
                    attached[i] = following
        for i in range(1, len(groups)):
            if attached[i] is None and self._joined(groups[i - 1], groups[i]):
                attached[i] = attached[i - 1]
        judged: list[Verdict] = []
        for group, mention in zip(groups, attached, strict=True):
            taken = group.taken is not None and mention is None
            judged.append(self._again(judged[group.taken or 0]) if taken else self._judge(group, mention))
        return judged

    @staticmethod
    def _again(first: Verdict) -> Verdict:
        """The same article once more: of the same instrument, though nobody names it here."""
        if first.instrument is None:
            return first
        title = instruments()[first.instrument].title
        return Verdict(first.instrument, Grade.INFERRED, f"it takes up the provision of {title} cited before")

    def _joined(self, first: Group, second: Group) -> bool:
        return joined(self._text[first.end : second.start], second.grammar, _joints())

    def _attached(self, group: Group) -> Mention | None:
        """The instrument named in the group's own construction."""
        if group.within is not None:
            return self._within(group, *group.within)
        after, after_cost = self._after(group)
        before, before_cost = self._before(group)
        prefers_after = group.grammar.instrument is Side.AFTER
        first, first_cost, limit = (after, after_cost, 2) if prefers_after else (before, before_cost, 3)
        second, second_cost = (before, before_cost) if prefers_after else (after, after_cost)
        if group.counted:  # 51 статьи Устава; but a body does not do: 51 members of the UN
            if first is not None and first_cost == 0 and first.kind is not MentionKind.ORGANISATION:
                return first
            if group.grammar.numbers is not NumberPlace.AFTER or second is None or second_cost:
                return None
            return None if second.kind is MentionKind.ORGANISATION else second
        generic_limit = limit + 2 if group.grammar.spaced else 0  # 法国援引第51条: 法 is no law here
        if first is not None and first_cost <= (limit if self._specific(first) else generic_limit):
            return second if second is not None and second_cost == 0 and first_cost > 1 else first
        return second if second is not None and second_cost == 0 else None

    def _within(self, group: Group, low: int, high: int) -> Mention | None:
        """The instrument between a number and its noun, nothing but which stands there."""
        at = bisect_left(self._starts, low)
        for mention in self._mentions[at : at + 2]:
            gaps = self._text[low : mention.start], self._text[mention.end : high]
            if mention.end <= high and not any(gap_cost(gap, group.grammar, _links()) for gap in gaps):
                return mention
        return None

    @staticmethod
    def _specific(mention: Mention) -> bool:
        return mention.kind is not MentionKind.INSTRUMENT or not instruments()[mention.name].generic

    @staticmethod
    def _cost(mention: Mention, gap: str, grammar: Grammar) -> int:
        """What lies between, in little steps; a law joined by "and" is another thing than the provision."""
        weak = mention.kind is MentionKind.INSTRUMENT and instruments()[mention.name].weak
        return BLOCKED if weak and lists(gap, grammar) else gap_cost(gap, grammar, _links())

    def _after(self, group: Group) -> tuple[Mention | None, int]:
        at = bisect_left(self._starts, group.end)
        body: tuple[Mention | None, int] = (None, BLOCKED)
        for mention in self._mentions[at : at + 5]:
            if mention.start - group.end > REACH_AFTER:
                break
            if mention.kind is MentionKind.SUBJECT:
                continue
            cost = self._cost(mention, self._text[group.end : mention.start], group.grammar)
            if mention.kind is not MentionKind.ORGANISATION:
                return (mention, cost) if body[0] is None or cost <= 4 else body
            if cost == 0 and body[0] is None:
                body = (mention, 0)
        return body

    def _before(self, group: Group) -> tuple[Mention | None, int]:
        at = bisect_left(self._starts, group.start)
        body: tuple[Mention | None, int] = (None, BLOCKED)
        for mention in reversed(self._mentions[max(0, at - 5) : at]):
            if group.start - mention.end > REACH_BEFORE or mention.end > group.start:
                break
            if mention.kind is MentionKind.SUBJECT:
                continue
            cost = self._cost(mention, self._text[mention.end : group.start], group.grammar)
            if mention.kind is not MentionKind.ORGANISATION:
                return (mention, cost) if body[0] is None or cost <= 3 else body
            if cost == 0 and body[0] is None:
                body = (mention, 0)
        return body

    def _judge(self, group: Group, mention: Mention | None) -> Verdict:
        if mention is None:
            return self._nearby(group)
        if mention.kind is MentionKind.INSTRUMENT and not self._rather_short(group, mention):
            title = instruments()[mention.name].title
            return Verdict(mention.name, Grade.EXPLICIT, f"{title} is named with the provision", mention)
        if mention.kind is MentionKind.ORGANISATION:
            return self._of_body(group, mention)
        return self._taken_up(group, mention)

    def _rather_short(self, group: Group, mention: Mention) -> bool:
        """Whether `този Устав` is a charter taken up, not a constitution: the subject says so plainly."""
        generic = instruments()[mention.name].generic
        return generic and any(known.kind == mention.also for known, _, _ in self._subjects(group, least=2))

    def _of_body(self, group: Group, mention: Mention) -> Verdict:
        for instrument in instruments().values():
            if instrument.organisation == mention.name and _plausible(instrument, group):
                reason = f"the body of {instrument.title} stands for it with the provision"
                return Verdict(instrument.id, Grade.INFERRED, reason, mention)
        return self._nearby(group)

    def _taken_up(self, group: Group, mention: Mention) -> Verdict:
        """`the Charter`, `the Treaty`: what was named so before, else what the subject tells."""
        quote = self._text[mention.start : mention.end]
        known = self._by_kind.get(mention.name, [])
        earlier = _last_before(known, mention.start)
        if earlier is not None:
            title = instruments()[earlier.name].title
            return Verdict(
                earlier.name, Grade.INFERRED, f"“{quote}” takes up {title}, named earlier", mention
            )
        # "the Energy Charter" beside a mention of the UN is not the Charter: then more must tell
        alone = self._bare_name(group, mention) and not self._qualified(group, mention)
        for instrument, words, _ in self._subjects(group, least=1 if alone else 2):
            if instrument.kind in (mention.name, mention.also):
                reason = f"“{quote}” where the subject is {instrument.title}: {', '.join(words)}"
                return Verdict(instrument.id, Grade.INFERRED, reason, mention)
        if mention.name == "treaty" and not known:  # "the main UN treaty": a charter is one too
            for instrument, words, _ in self._subjects(group, least=4):
                reason = f"“{quote}” where the subject is {instrument.title}: {', '.join(words)}"
                return Verdict(instrument.id, Grade.INFERRED, reason, mention)
        later = known[0] if known else None
        if later is not None and later.start - group.end < NEARBY:
            title = instruments()[later.name].title
            return Verdict(later.name, Grade.INFERRED, f"“{quote}” is {title}, named after it", mention)
        return Verdict(None, Grade.BARE, f"“{quote}” is named, but nothing tells which", mention)

    def _qualified(self, group: Group, mention: Mention) -> bool:
        """Whether a name goes on behind a short one: `Statuto della Regione` is not ours by itself."""
        at = mention.end
        while found := _LITTLE.match(self._text, at):
            if found[1] not in group.grammar.links:
                break
            at = found.end()
        body = bisect_left(self._starts, mention.end)
        named = self._mentions[body].start if body < len(self._mentions) else -1
        if at == mention.end or at <= named <= at + 2:  # of the United Nations: the body itself
            return False
        begin = self._read.start(at)
        return self._read.raw[begin : begin + 3].lstrip()[:1].isupper()

    def _bare_name(self, group: Group, mention: Mention) -> bool:
        """Whether only little words stand between the provision and a short name after it."""
        between = self._text[group.end : mention.start]
        return mention.end <= group.start or gap_cost(between, group.grammar, _links()) == 0

    def _nearby(self, group: Group) -> Verdict:
        named = self._nearest(group)
        subject = next(iter(self._subjects(group)), None)
        if named is not None and subject is not None and named[0].name != subject[0].id:
            named = None if self._subject_distance(group, subject[1]) < named[1] else named
        if named is not None:
            mention, _ = named
            title = instruments()[mention.name].title
            return Verdict(mention.name, Grade.INFERRED, f"{title} is the nearest instrument named")
        if subject is not None:
            reason = f"the subject is {subject[0].title}: {', '.join(subject[1])}"
            return Verdict(subject[0].id, Grade.INFERRED, reason, weight=subject[2])
        return Verdict(None, Grade.BARE, "no instrument is named and no subject tells")

    def _nearest(self, group: Group) -> tuple[Mention, int] | None:
        """The nearest instrument that has such an article, and how far it is."""
        at = bisect_left(self._named_starts, group.start)
        best: tuple[Mention, int] | None = None
        for mention in (*reversed(self._named[max(0, at - 12) : at]), *self._named[at : at + 12]):
            instrument = instruments()[mention.name]
            if instrument.weak or not _plausible(instrument, group):
                continue
            distance = self._distance(group, mention)
            reach = GENERIC_REACH if instrument.generic else ONLY_REACH if self._only else NEARBY
            if distance <= reach and (best is None or distance < best[1]):
                best = (mention, distance)
        return best

    def _distance(self, group: Group, mention: Mention) -> int:
        low, high = (mention.end, group.start) if mention.end <= group.start else (group.end, mention.start)
        if high - low > NEARBY:
            return high - low
        return high - low + SENTENCE_COST * len(_STOP.findall(self._text, low, max(low, high)))

    def _around(self, group: Group, *, shorts: bool = True) -> list[Mention]:
        low = bisect_left(self._starts, group.start - SUBJECT_REACH)
        high = bisect_left(self._starts, group.end + SUBJECT_REACH)
        kinds = [MentionKind.SUBJECT, MentionKind.ORGANISATION, *([MentionKind.SHORT] if shorts else [])]
        return [mention for mention in self._mentions[low:high] if mention.kind in kinds]

    def _cited_near(self, group: Group) -> set[str]:
        """The provisions of the same list and of those right beside it."""
        here = bisect_left(self._group_starts, group.start)
        low = max(bisect_left(self._group_starts, group.start - PAIR_REACH), here - 2)
        high = min(bisect_left(self._group_starts, group.end + PAIR_REACH), here + 3)
        return {item.provision for each in self._groups[low:high] for item in each.items}

    def _subject_distance(self, group: Group, words: list[str]) -> int:
        return min(self._distance(group, m) for m in self._around(group) if m.name in words)

    def _subjects(self, group: Group, least: int | None = None) -> list[tuple[Instrument, list[str], int]]:
        """Instruments whose subject the words around tell, the surest first, with those words' classes
        and their weight.
        """
        # where a short name asks whose it is, it cannot itself be the answer
        around = {mention.name for mention in self._around(group, shorts=least is None)}
        if least is not None:  # Articles 2(4) and 51 of the Charter: only one charter has such a pair
            around |= self._cited_near(group)
        if not around:
            return []
        articles = {item.provision.split(".")[0] for item in group.items}
        found: list[tuple[int, Instrument, list[str]]] = []
        for instrument in instruments().values():
            for subject in instrument.subject:
                weight = _weight(subject, around)
                if articles & set(subject.provisions) and weight >= (least or subject.enough):
                    found.append((weight, instrument, sorted(around & set(subject.weights))))
        found.sort(key=lambda entry: -entry[0])
        return [(instrument, words, weight) for weight, instrument, words in found]


def _weight(subject: Subject, around: set[str]) -> int:
    return sum(weight for word, weight in subject.weights.items() if word in around)


def _last_before(known: list[Mention], position: int) -> Mention | None:
    at = bisect_left(known, position, key=lambda mention: mention.start)
    return known[at - 1] if at > 0 else None


def _plausible(instrument: Instrument, group: Group) -> bool:
    """Whether the instrument has as many articles as the group's numbers need."""
    if not instrument.articles:
        return True
    numbers = [item.provision.split(".")[0] for item in group.items]
    return all(number.isdigit() and int(number) <= instrument.articles for number in numbers)


def forget() -> None:
    """Drop what was made of the data, which have changed."""
    _links.cache_clear()
    _joints.cache_clear()
