"""One open parenthesis of the parser: what has been read of the query inside it."""

from __future__ import annotations

from worker.rules.errors import Problem
from worker.rules.lexer import Kind, Token
from worker.rules.tree import MAX_DEPTH, And, In, Near, Node, Not, Or, Phrase, Proximity, Scope

ATOM = "a word, a phrase, @concept, cite(…), /regex/ or ("
ANYTHING = f"{ATOM}, or NOT"


class Frame:
    """The query inside one parenthesis, as far as it has been read.

    left: the proximity read so far, still open to the right; nots, field, op, said: operators that
    wait for what follows them; ands, ors, items: what is finished.
    """

    __slots__ = (
        *("opened", "problems", "items", "ors", "ands", "nots"),
        *("left", "left_depth", "op", "field", "said", "depth"),
    )

    def __init__(self, opened: Token, problems: list[Problem]) -> None:
        self.opened = opened
        self.problems = problems
        self.items: list[Node] = []
        self._fresh()
        self.depth = 0

    def _fresh(self) -> None:
        self.ors: list[Node] = []
        self.ands: list[Node] = []
        self.nots: list[Token] = []
        self.left: Node | None = None
        self.left_depth = 0
        self.op: Token | None = None
        self.field: Token | None = None
        self.said: Token | None = None

    @staticmethod
    def hole(token: Token) -> Node:
        """What stands where something was wrong; never seen outside the parser."""
        return Phrase(token.start, token.end, "", ())

    def operand(self, node: Node, depth: int) -> int:
        """Take an atom in; returns how deep the tree has become, beyond MAX_DEPTH cut to a hole."""
        if self.field is not None:
            node = In(self.field.start, node.end, Scope(self.field.text[:-1]), node)
            self.field = None
            depth += 1
        if self.op is not None and self.left is not None:
            node = _proximity(self.left, self.op, node)
            depth = max(depth, self.left_depth) + 1
            self.op = None
        else:
            self.end_operand()
        self.said = None
        self.left, self.left_depth = node, depth
        if depth + len(self.nots) > MAX_DEPTH:
            self.left, self.left_depth = Phrase(node.start, node.end, "", ()), 1
        return depth + len(self.nots)

    def end_operand(self) -> None:
        """What was read is complete: another operand of AND, with its NOTs before it."""
        node = self.left
        if node is None:
            return
        depth = self.left_depth
        if self.nots:
            for token in reversed(self.nots):
                node = Not(token.start, node.end, node)
            depth += len(self.nots)
            self.nots.clear()
        if depth > self.depth:
            self.depth = depth
        self.ands.append(node)
        self.left = None

    def connect(self, token: Token) -> None:
        """An AND or OR: what stands before it must be complete."""
        self._settle(token)
        if self.said is None and not self.ands:
            self._missing(f"nothing stands before {token.text}", token)
        self.said = token

    def end_and(self) -> None:
        """An OR: the AND before it is complete."""
        if len(self.ands) == 1:
            self.ors.append(self.ands.pop())
        elif self.ands:
            self.ors.append(_join(And, self.ands))
            self.ands = []

    def end_item(self, token: Token) -> None:
        """A comma of n OF: one of its queries is complete."""
        self.items.append(self._complete(token))
        self._fresh()

    def finish(self, token: Token) -> tuple[Node, int]:
        """The whole query, and its depth; `token` closes it."""
        node = self._complete(token)
        grown = 2 if isinstance(node, Or) else int(isinstance(node, And))
        return node, self.depth + grown

    def _complete(self, token: Token) -> Node:
        self._settle(token)
        if self.said is None and not self.ands and not self.ors:
            self._missing("there is no query here", token)
        self.end_and()
        return _join(Or, self.ors) if self.ors else self.hole(token)

    def _settle(self, token: Token) -> None:
        """End the operand, or tell what is missing."""
        if self.left is not None and self.op is None and self.field is None:
            self.end_operand()
            return
        waiting = self.op or self.field or (self.nots[-1] if self.nots and self.left is None else None)
        if waiting is None and self.left is None:
            waiting = self.said
        if waiting is not None:
            self._missing(f"{waiting.text} needs something after it", token)
            self.op = self.field = None
            self.said = waiting
            if self.left is None:
                self.nots.clear()
        self.end_operand()

    def _missing(self, message: str, token: Token) -> None:
        found = "the end of the query" if token.kind is Kind.END else token.text
        self.problems.append(Problem(token.start, message, ANYTHING, found))


def _join(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    flat: list[Node] = []
    for node in nodes:
        if isinstance(node, kind):
            flat.extend(node.children)
        else:
            flat.append(node)
    return kind(nodes[0].start, nodes[-1].end, tuple(flat))


def _proximity(left: Node, token: Token, right: Node) -> Node:
    name, _, number = token.text.partition("/")
    kind = Proximity(" ".join(name.split()))
    return Near(left.start, right.end, kind, int(number) if number else None, left, right)
