"""The smallest part of a document for which a fault still shows."""

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

MOST_TRIES = 500
_EMPTY = re.compile(r"\{\}$", re.MULTILINE)
"""A selection of nothing, which the parser takes and the specification does not."""

Fails = Callable[[str], Awaitable[bool]]
"""Whether the fault still shows for a text; no for one that is not valid."""


async def shrink(text: str, fails: Fails) -> str:
    """A text from which nothing can be taken away any more; after 500 tries as far as it came."""
    tries, is_smaller = 0, True
    while is_smaller:
        is_smaller = False
        for smaller in _smaller(parse(text)):
            tries += 1
            if tries > MOST_TRIES:
                return text
            if await fails(smaller):
                text, is_smaller = smaller, True
                break
    return text


def _smaller(document: DocumentNode) -> Iterator[str]:
    """The document without one of its selections, arguments or directives, large ones first."""
    place = 0
    while True:
        without = _Without(place)
        cut = visit(document, without)
        if not without.has_removed:
            return
        place += 1
        text = print_ast(_pruned(cut))
        if not _EMPTY.search(text):
            yield text


class _Without(Visitor):
    def __init__(self, place: int) -> None:
        super().__init__()
        self._left = place
        self.has_removed = False

    def _enter(self, *_: Any) -> Any:
        self._left -= 1
        if self._left == -1:
            self.has_removed = True
            return REMOVE
        return None

    enter_field = enter_inline_fragment = enter_fragment_spread = enter_argument = enter_directive = _enter
    enter_object_field = _enter


class _Names(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.spreads: set[str] = set()
        self.variables: set[str] = set()

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.spreads.add(node.name.value)

    def enter_variable(self, node: VariableNode, _key: Any, parent: Any, *_: Any) -> None:
        if not isinstance(parent, VariableDefinitionNode):
            self.variables.add(node.name.value)


class _Unused(Visitor):
    def __init__(self, names: _Names) -> None:
        super().__init__()
        self._names = names

    def leave_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> Any:
        return None if node.name.value in self._names.spreads else REMOVE

    def leave_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> Any:
        return None if node.variable.name.value in self._names.variables else REMOVE


def _pruned(document: DocumentNode) -> DocumentNode:
    """Without fragments and variables that nothing names any more."""
    while True:
        names = _Names()
        visit(document, names)
        pruned = visit(document, _Unused(names))
        if print_ast(pruned) == print_ast(document):
            return document
        document = pruned
