"""The parser: from a query to its tree, or to everything that is wrong with it.

A hand-written operator-precedence parser with its own stack: each open parenthesis is a frame, so
nesting is bounded by memory and never by Python's recursion limit. From loosest to tightest:
OR, AND (or nothing between neighbours), NOT, proximities, `field:`.

After an error the parser puts a hole where a leaf should be and goes on, so that one run finds
all errors of a query.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from worker.rules import leaves
from worker.rules.checks import check_meaning
from worker.rules.concepts import Concept
from worker.rules.errors import Place, Problem, QueryPlace, RuleError, RuleErrors, nearest
from worker.rules.foreign import foreign_operator, foreign_slash
from worker.rules.foreign_forms import FIELDS, foreign_function
from worker.rules.frame import ANYTHING, ATOM, Frame
from worker.rules.lexer import Kind, Token, lex
from worker.rules.tree import MAX_DEPTH, AtLeast, Leaf, Node, NOf, Scope

MAX_ERRORS = 20
"""Errors told of one query: after that many it is not a rule but something pasted by mistake."""

MAX_NUMBER = 9999
"""The largest n of NEAR/n, ATLEAST/n and n OF."""

KEPT_TREES = 1 << 14
"""Trees that are remembered of rules that do not keep theirs: some 40 MB of them."""

_SCOPES = {f"{scope}:": scope for scope in Scope}


class Rule(msgspec.Struct, frozen=True, gc=False):
    """A query that parsed, and what it refers to.

    query: as written, so `query[node.start:node.end]` is a node's text; language: of its words; tree: None
    where it is not kept, since a tree takes ten times the room of its text; concepts: name → Concept, at
    least those the tree names.
    """

    query: str
    language: str
    tree: Node | None
    concepts: Mapping[str, Concept]

    @property
    def root(self) -> Node:
        """The tree; where it is not kept the query is read again, or was a little while ago."""
        return _read_again(self.query) if self.tree is None else self.tree

    def without_tree(self) -> Rule:
        """The same rule, its tree left to be read again."""
        return Rule(self.query, self.language, None, self.concepts)

    def written(self, node: Node) -> str:
        """The node as its author wrote it."""
        return self.query[node.start : node.end]


def parse(
    query: str,
    *,
    language: str = "en",
    concepts: Mapping[str, Concept] | None = None,
    instruments: Collection[str] | None = None,
    place: Place | None = None,
) -> Rule:
    """The rule of a query. Raises RuleErrors with all that is wrong, each in its place.

    instruments: the ids `cite()` may name, or None for any; place: where the query stands in its
    author's file.
    """
    known = concepts or {}
    parser = _Parser(query, known, instruments)
    root = parser.run()
    problems = parser.problems
    if not problems:
        check_meaning(root, query, problems, placed=parser.placed, negated=parser.negated)
    if problems:
        raise RuleErrors(_placed(problems, place or QueryPlace(query)))
    return Rule(query, language, root, known)


class _AnyName(Mapping[str, Concept]):
    """Concepts of a query that was sound when it was first read: every name is one."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> Concept:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@lru_cache(maxsize=KEPT_TREES)
def _read_again(query: str) -> Node:
    return _Parser(query, _AnyName(), None).run()


def _placed(problems: list[Problem], place: Place) -> list[RuleError]:
    ordered = sorted(problems, key=lambda problem: problem.offset)
    told = [RuleError.at(place, problem) for problem in ordered[:MAX_ERRORS]]
    if len(ordered) > MAX_ERRORS:
        more = f"and {len(ordered) - MAX_ERRORS} more errors in this query"
        told.append(RuleError.at(place, Problem(ordered[MAX_ERRORS].offset, more)))
    return told


class _Parser:
    """One run over the tokens; `frame` is the innermost open parenthesis."""

    def __init__(
        self, query: str, concepts: Mapping[str, Concept], instruments: Collection[str] | None
    ) -> None:
        self.concepts = concepts
        self.instruments = instruments
        self.problems: list[Problem] = []
        self.query = query
        self.tokens = lex(query)
        self.stack: list[Frame] = []
        self.frame = Frame(Token(Kind.END, "", 0, 0), self.problems)
        self.too_deep = False
        self.placed = False  # whether an operator stands here that asks where words are, or how many
        self.negated = False
        self.refused = -1  # where an unknown field ended: what hangs on it is not told a second time

    def run(self) -> Node:
        """The tree; with problems added, a tree with holes."""
        for token in self.tokens[:-1]:
            step = _STEPS[token.kind]
            if step is None:
                self._operand(self._leaf(token) or Frame.hole(token), 1)
            else:
                step(self, token)
        end = self.tokens[-1]
        while self.stack:
            self._wrong(self.frame.opened, "this parenthesis is never closed", ")", "the end of the query")
            self.close(end)
        return self.frame.finish(end)[0]

    def _wrong(self, token: Token, message: str, expected: str, found: str, hint: str | None = None) -> None:
        self.problems.append(Problem(token.start, message, expected, found, hint))

    def _leaf(self, token: Token) -> Leaf | None:
        kind = token.kind
        if kind is Kind.WORD:
            foreign = foreign_operator(token, self.query)
            if foreign is None:
                return leaves.word(token, self.problems)
            self.problems.append(foreign)
        elif kind is Kind.PHRASE:
            return leaves.phrase(token, self.problems)
        elif kind is Kind.CONCEPT:
            return leaves.concept(token, self.concepts, self.problems)
        elif kind is Kind.CITE:
            return leaves.cite(token, self.instruments, self.problems)
        elif kind is Kind.REGEX:
            foreign = foreign_slash(token)
            if foreign is None:
                return leaves.regex(token, self.problems)
            self.problems.append(foreign)
        elif token.start != self.refused:
            self._unclosed(token)
        return None

    def _unclosed(self, token: Token) -> None:
        foreign = foreign_slash(token)
        if foreign is not None:
            self.problems.append(foreign)
            return
        what, mark = {"/": ("expression", "/"), "c": ("citation", ")")}.get(token.text[0], ("phrase", '"'))
        self._wrong(token, f"this {what} is never closed", mark, "the end of the query")

    def _operand(self, node: Node, depth: int) -> None:
        if self.frame.operand(node, depth) > MAX_DEPTH and not self.too_deep:
            self.too_deep = True
            message = f"operators are nested more than {MAX_DEPTH} deep"
            self._wrong(
                msgspec.structs.replace(self.tokens[0], start=node.start),
                message,
                "a flatter rule",
                "deeper nesting",
            )

    def negate(self, token: Token) -> None:
        self.negated = True
        frame = self.frame
        waiting = frame.op or frame.field
        if waiting is not None:
            said = waiting.text
            hint = "A NOT NEAR/n B" if frame.op else f"NOT {said}…"
            self._wrong(token, f"NOT cannot stand after {said}", ATOM, token.text, hint)
            return
        frame.end_operand()
        if len(frame.nots) < MAX_DEPTH:
            frame.nots.append(token)
        elif not self.too_deep:
            self.too_deep = True
            self._wrong(token, f"more than {MAX_DEPTH} NOTs in a row", ATOM, token.text)

    def and_(self, token: Token) -> None:
        self.frame.connect(token)

    def or_(self, token: Token) -> None:
        self.frame.connect(token)
        self.frame.end_and()

    def proximity(self, token: Token) -> None:
        self.placed = True
        frame = self.frame
        if frame.op is not None:
            self._wrong(token, f"{frame.op.text} needs something after it", ATOM, token.text)
            return
        if frame.left is None or frame.field:
            found = frame.field or (frame.nots[-1] if frame.nots else frame.said)
            before = found.text if found else "nothing"
            self._wrong(token, f"{token.text} needs a left side", ATOM, before)
            return
        number = token.text.partition("/")[2]
        if number and int(number[:9]) > MAX_NUMBER:
            self._wrong(token, "the distance is too large", f"at most {MAX_NUMBER}", number[:20])
            token = msgspec.structs.replace(token, text=token.text.partition("/")[0] + "/1")
        frame.op = token

    def field(self, token: Token) -> None:
        self.placed = True
        frame = self.frame
        if token.text not in _SCOPES:
            name = token.text[:-1]
            close = nearest(name, Scope)
            hint = FIELDS.get(name.lower()) or (
                f"{close}:"
                if close
                else f'quotation marks, if the colon belongs to the words: "{token.text}…"'
            )
            self.refused = token.end
            known = ", ".join(f"{scope}:" for scope in Scope)
            self._wrong(token, f"unknown field {token.text}", known, token.text, hint)
        elif frame.field is not None:
            self._wrong(token, "a field directly after a field", ATOM, token.text)
        else:
            frame.field = token

    def open(self, token: Token) -> None:
        before = self.query[max(0, token.start - 6) : token.start].rstrip()
        if before[-1:].isalpha() and token.kind is Kind.OPEN:
            foreign = foreign_function(self.query, token.start)
            if foreign is not None:
                self.problems.append(foreign)
        self.stack.append(self.frame)
        self.frame = Frame(token, self.problems)

    def close(self, token: Token) -> None:
        if not self.stack:
            self._wrong(token, "this parenthesis was never opened", "no )", ")")
            return
        frame = self.frame
        node, depth = frame.finish(token)
        self.frame = self.stack.pop()
        kind = frame.opened.kind
        if kind is Kind.OPEN:
            self._operand(node, depth)
            return
        self.placed = True
        start, count = frame.opened.start, self._count(frame.opened)
        if kind is Kind.ATLEAST:
            self._operand(AtLeast(start, token.end, count, node), depth + 1)
        else:
            self._operand(NOf(start, token.end, count, (*frame.items, node)), depth + 1)

    def _count(self, token: Token) -> int:
        digits = "".join(filter(str.isdigit, token.text))
        if int(digits[:9]) <= MAX_NUMBER:
            return int(digits)
        self._wrong(token, "the number is too large", f"at most {MAX_NUMBER}", digits[:20])
        return 1

    def comma(self, token: Token) -> None:
        if self.frame.opened.kind is Kind.OF:
            self.frame.end_item(token)
        else:
            expected = f"{ANYTHING}; commas only separate the queries of n OF (…, …)"
            hint = 'quotation marks, if it belongs to a number: "1,000"; OR between alternatives'
            self._wrong(token, "a comma has no meaning here", expected, ",", hint)


_STEPS_OF: Final[dict[Kind, Callable[[_Parser, Token], None]]] = {
    Kind.NOT: _Parser.negate, Kind.AND: _Parser.and_, Kind.OR: _Parser.or_,
    Kind.PROXIMITY: _Parser.proximity, Kind.FIELD: _Parser.field, Kind.OPEN: _Parser.open,
    Kind.ATLEAST: _Parser.open, Kind.OF: _Parser.open, Kind.CLOSE: _Parser.close,
    Kind.COMMA: _Parser.comma,
}  # fmt: skip
_STEPS: Final = [_STEPS_OF.get(kind) for kind in Kind]
"""By kind, what a token that is no operand does; made once, for lists of a million rules."""
