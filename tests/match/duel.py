"""The duel: the index against the plain evaluator, on random rules and random articles.

    python -m tests.match.duel --pairs 1000000 --seed 1

A pair is one rule and one article. Both engines must say the same: which watches rang, in which order,
with which evidence, and which could not be evaluated. Words are drawn from a small stock, so that
rules are often nearly true; real articles are added where the shared data are there.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence

from worker.clock import ManualClock
from worker.match import Matcher, PlainMatcher
from worker.rules import Concept, RuleErrors, compile_concept, parse
from worker.text import Document, fold, is_by_character
from worker.types import Article, Severity
from worker.watchlist import Watch

WORDS = (
    "treaty treaties signed signing sign ally allies alliance pact pacts Pact NATO nato "
    "defence Défense defense film "
    "article Article 51 5 ½ office ofﬁce Straße strasse STRASSE état etat Etats résumé resume "
    "договор договоры договора подписан подписали союз союзы альянс ёлка елка "
    "pakta perjanjian menandatangani ditandatangani aliansi 联合国 宪章 联合 "
    "国 第五十一条 조약을 조약 สนธิสัญญา مادة المادة ٥١ "
    "soft\u00adhyphen softhyphen ﷺ ㍿ 株式会社 a b c x y self-defence l'article U.N."
).split()
SPACED = [word for word in WORDS if not any(is_by_character(letter) for letter in fold(word))]
"""Without the scripts that are matched by character, which long texts of others are read apart from."""

LANGUAGES = ("en", "de", "fr", "ru", "id", "zh", "ko", "th", "ar", "und", "pt-BR", "pt", "tr")
FIELDS = ("title", "lead", "text", "url", "source", "author", "any")
SEPARATORS = (" ", " ", " ", " ", " ", ", ", ". ", "\n\n", "\n", "-", "", " — ")

CONCEPTS: dict[str, Concept] = {
    name: compile_concept(name, phrases)[0]
    for name, phrases in {
        "alliance": {
            "en": ["alliance", "defence pact", "=NATO"],
            "ru": ["союз", "альянс*"],
            "id": ["aliansi", "pakta"],
        },
        "treaty": {
            "en": ["treaty", "sign* treaty"],
            "zh": ["联合国", "宪章"],
            "de": ["Straße"],
            "fr": ["état"],
        },
        "film": {"en": ["film"]},
        "many": {
            "en": [
                "=Article 51",
                "=pact",
                "al* pact",
                "tre* sign* treaty",
                "self-defence",
                "al*",
                "U.N. *act",
            ],
            "fr": ["résumé éta*", "l'article", "=l'article", "etats"],
            "ru": ["подпис* договор", "=договор союз*"],
            "zh": ["联合国 宪章", "国"],
            "ko": ["조약"],
            "pt-BR": ["treaty pact", "sign? treaties"],
            "und": ["x y", "x y*"],
        },
    }.items()
}


class Maker:
    """Random rules and articles from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def words(self, most: int) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(1, most)))

    def leaf(self) -> str:
        pick = self.random
        word = pick.choice(WORDS)
        return pick.choice(
            (
                word.replace("-", ""), word.replace("-", ""), word.replace("-", ""),
                f'"{word}"', f'"{self.words(2)}"', f'"{self.words(3)}"', f'"{self.words(2)}"',
                f"={word}", f'="{self.words(2)}"', f"{word[:4]}*",
                f"*{word[-3:]}", f"{word[:2]}?{word[3:]}",
                f'"{word} {pick.choice(WORDS)[:3]}*"', f"{word}~", f"{word}~2",
                f"@{pick.choice(list(CONCEPTS))}", f"@{pick.choice(list(CONCEPTS))}",
                pick.choice(("cite(nato 5)", "cite(un-charter 51, bare)", "cite(un-charter 51)")),
                pick.choice(("/[Tt]reat/", "/5[0-9]?/", "/al+i/", "/NATO|UN/")),
            )
        )  # fmt: skip

    def placed(self, depth: int) -> str:
        pick = self.random
        dice = pick.random()
        if depth <= 0 or dice < 0.6:
            return self.leaf()
        if dice < 0.75:
            return "(" + " OR ".join(self.placed(depth - 1) for _ in range(pick.randint(2, 3))) + ")"
        if dice < 0.8:
            return f"{pick.choice(FIELDS)}:{self.leaf()}"
        return f"({self.near(depth)})"

    def near(self, depth: int) -> str:
        distance = self.random.choice((0, 1, 2, 3, 5, 10))
        operator = self.random.choices(
            (f"NEAR/{distance}", f"PRE/{distance}", f"NOT NEAR/{distance}", "SENTENCE", "PARAGRAPH"),
            (5, 2, 1, 1, 1),
        )[0]
        return f"{self.placed(depth - 1)} {operator} {self.placed(depth - 1)}"

    def node(self, depth: int) -> str:
        pick = self.random
        dice = pick.random()
        if depth <= 0 or dice < 0.3:
            return self.leaf()
        if dice < 0.45:
            return f"({self.near(2)})"
        if dice < 0.5:
            return f"ATLEAST/{pick.randint(1, 3)}({self.placed(1)})"
        if dice < 0.56:
            parts = [self.node(depth - 1) for _ in range(pick.randint(2, 4))]
            return f"{pick.randint(1, len(parts))} OF ({', '.join(parts)})"
        if dice < 0.62:
            return f"{pick.choice(FIELDS)}:({self.node(depth - 1)})"
        if dice < 0.72:
            return f"NOT {self.node(depth - 1)}"
        operator = " OR " if dice < 0.85 else " AND "
        return "(" + operator.join(self.node(depth - 1) for _ in range(pick.randint(2, 3))) + ")"

    def query(self) -> str:
        pick = self.random
        if pick.random() < 0.5:
            return self.node(3)
        clauses = [
            " OR ".join(self.placed(1) for _ in range(pick.randint(1, 4))) for _ in range(pick.randint(1, 3))
        ]
        query = " AND ".join(f"({clause})" for clause in clauses)
        if pick.random() < 0.4:
            query += f" AND NOT ({' OR '.join(self.placed(1) for _ in range(pick.randint(1, 2)))})"
        return query

    def watch(self, number: int) -> Watch:
        pick = self.random
        while True:
            query, language = self.query(), pick.choice(("en", "en", "und", *LANGUAGES))
            try:
                rule = parse(query, language=language, concepts=CONCEPTS)
            except RuleErrors:
                continue
            if pick.random() < 0.5:
                rule = rule.without_tree()
            gate = tuple(pick.sample(LANGUAGES, 3)) if pick.random() < 0.3 else ("any",)
            return Watch(
                id=f"duel/{number}", watchlist="duel", title="", severity=Severity.LOW,
                languages=gate, tags=(),
                query=query, rule=rule, version="",
            )  # fmt: skip

    def text(self, most: int) -> str:
        pick = self.random
        words = SPACED if pick.random() < 0.5 else WORDS
        parts = [pick.choice(words) + pick.choice(SEPARATORS) for _ in range(pick.randint(0, most))]
        if pick.random() < 0.1:
            parts.insert(len(parts) // 2, "Article 5 of the North Atlantic Treaty. ")
        return "".join(parts)

    def document(self) -> Document:
        pick = self.random
        language = pick.choice(("en", "en", *LANGUAGES))
        article = Article(
            id="a",
            title=self.text(6),
            text=self.text(pick.choice((5, 20, 60, 150))),
            url="https://example.org/" + self.text(2) if pick.random() < 0.5 else None,
            source=self.text(2) if pick.random() < 0.5 else None,
            authors=tuple(self.text(2) for _ in range(pick.randint(0, 2))),
        )
        also = frozenset(pick.sample(LANGUAGES, 2)) | {language} if pick.random() < 0.2 else frozenset()
        return Document.of(article, language, also - {"und"})


def again(document: Document) -> Document:
    """The same article, nothing of it worked out yet."""
    fields = {name: type(field)(field.name, field.raw) for name, field in document.fields.items()}
    return Document(document.language, document.languages, fields)


def differences(matcher: Matcher, oracle: PlainMatcher, document: Document) -> Iterator[str]:
    """What the two engines do not say alike of an article."""
    ours, theirs = matcher.match(document), oracle.match(again(document))
    if ours.matches == theirs.matches and ours.unevaluated == theirs.unevaluated:
        return
    mine = {match.watch.id: match.leaves for match in ours.matches}
    plain = {match.watch.id: match.leaves for match in theirs.matches}
    for watch in matcher.watches:
        if mine.get(watch.id) != plain.get(watch.id):
            texts = {name: field.raw for name, field in document.fields.items()}
            yield (
                f"{watch.query}   [{watch.rule.language}, gate {watch.languages}]\n"
                f"  on {texts} [{document.languages}]\n"
                f"  index:  {mine.get(watch.id)}\n  oracle: {plain.get(watch.id)}"
            )
    if ours.unevaluated != theirs.unevaluated:
        yield f"unevaluated {ours.unevaluated} and not {theirs.unevaluated}"
    if [match.watch.id for match in ours.matches] != [match.watch.id for match in theirs.matches]:
        yield "the order of the matches"


def fight(seed: int, pairs: int, documents: Sequence[Document] = ()) -> tuple[int, int, list[str]]:
    """Pairs fought, matches among them, and what was not said alike."""
    done = matched = 0
    wrong: list[str] = []
    round_ = 0
    while done < pairs and not wrong:
        maker = Maker(seed * 1_000 + round_)
        watches = [maker.watch(number) for number in range(250)]
        matcher, oracle = Matcher(watches, clock=ManualClock()), PlainMatcher(watches, plain=True)
        articles = [*documents[round_ * 5 : round_ * 5 + 5], *(maker.document() for _ in range(40))]
        for article in articles:
            wrong += differences(matcher, oracle, article)
            matched += len(matcher.match(article).matches)
            done += len(watches)
        round_ += 1
    return done, matched, wrong


def main() -> None:
    """Fight, and say how it ended."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--pairs", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    done, matched, wrong = fight(chosen.seed, chosen.pairs)
    print(f"seed {chosen.seed}: {done} pairs, {matched} matches, {len(wrong)} not alike")
    print("\n".join(wrong[:5]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
