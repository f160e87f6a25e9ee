"""Data that is equal when it means the same, wherever it stood in a text."""

from __future__ import annotations

from typing import Any, TypeVar, dataclass_transform

import attrs

T = TypeVar("T", bound=type)

#: Fields that say where a thing stood, not what it is.
PLACES = frozenset({"at", "span", "source"})


class Node:
    """A piece of a tree or a model; equality and `repr` leave out the fields named in `PLACES`.

    attrs would write these methods anew for each class, which costs more at start-up than all of a
    small ruleset's parsing; one shared pair costs nothing.
    """

    __slots__ = ()

    def _meaning(self) -> tuple[Any, ...]:
        fields: tuple[Any, ...] = self.__attrs_attrs__  # type: ignore[attr-defined]
        return tuple(getattr(self, f.name) for f in fields if f.name not in PLACES)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._meaning() == other._meaning()

    def __hash__(self) -> int:
        return hash((type(self), self._meaning()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._meaning()!r}"


@dataclass_transform(eq_default=False)
def node(cls: T) -> T:
    """Make *cls*, a subclass of `Node`, an attrs class with slots."""
    return attrs.define(cls, eq=False, repr=False, slots=False)
