"""A value, and everything it came from. Value and reason are made here together and cannot disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

import attrs

from zevrules.citation import Citation
from zevrules.ledger.entries import Row
from zevrules.model.rules import Terms
from zevrules.node import Node, node
from zevrules.quantity import PLAIN, Unit
from zevrules.source import Span


@node
class Missing(Node):
    """Something that a determination asked for and nobody said: a fact of the ledger, or a value of the law."""

    name: str
    model_year: int | None
    place: str | None
    why: str

    @property
    def words(self) -> str:
        """It, as a person would name it."""
        place = f" in {self.place}" if self.place else ""
        year = f" of model year {self.model_year}" if self.model_year is not None else ""
        return f"{self.name}{place}{year}"


@node
class Step(Node):
    """One value and its reasons.

    A number lies between ``low`` and ``high`` (None: no bound on that side), which are the same when it is
    known; ``truth`` is that of a condition (None: unknown), ``words`` a name such as a size class or option.

    Args:
        what: What it is: ``average volume of model year 2021``.
        how: The deed in words: ``average of 3 model years``, ``12% × 45,444``.
        sort: ``fact``, ``constant``, ``computed``, ``limit``, ``claim``, ``class``, ``use`` or ``missing``.
        terms: The statement that says so, with its authority; None for a fact of the ledger.
        citation: A clause's own citation, where it has one beside its provision's.
        span: The words of the ruleset, where they are not the statement's first line.
        before: The value before rounding, where it was rounded.
        inputs: The steps it was made from.
        rows: The entries of the ledger it comes from.
        missing: What was asked for and not found, here or below.
    """

    what: str
    sort: str
    how: str
    unit: Unit
    low: Fraction | None
    high: Fraction | None
    truth: bool | None
    words: str
    terms: Terms | None
    citation: Citation | None
    span: Span | None
    before: Fraction | None
    inputs: tuple[Step, ...]
    rows: tuple[Row, ...]
    missing: tuple[Missing, ...]
    note: str

    @property
    def known(self) -> bool:
        """Whether the number is a single one."""
        return self.low is not None and self.low == self.high

    @property
    def value(self) -> Fraction:
        """The number, which must be known."""
        assert self.low is not None and self.low == self.high, self.what
        return self.low

    def walk(self) -> Iterator[Step]:
        """This step and all below it, each once, what comes first first."""
        return walk((self,))


def step(
    what: str,
    sort: str,
    *,
    how: str = "",
    unit: Unit = PLAIN,
    low: Fraction | None = None,
    high: Fraction | None = None,
    truth: bool | None = None,
    words: str = "",
    terms: Terms | None = None,
    citation: Citation | None = None,
    span: Span | None = None,
    before: Fraction | None = None,
    inputs: tuple[Step, ...] = (),
    rows: tuple[Row, ...] = (),
    missing: tuple[Missing, ...] = (),
    note: str = "",
) -> Step:
    """A step; what its inputs lack, it lacks too unless it is known all the same."""
    if not missing and inputs and (low is None or low != high) and truth is None and not words:
        missing = tuple(dict.fromkeys(m for i in inputs for m in i.missing))
    return Step(
        what, sort, how, unit, low, high, truth, words, terms, citation, span, before, inputs, rows, missing, note
    )


def changed(made: Step, **changes: Any) -> Step:
    """*made*, but for *changes*: the same value told in another way, or rounded."""
    return attrs.evolve(made, **changes)  # type: ignore[misc]


def walk(tops: Iterable[Step]) -> Iterator[Step]:
    """All the *tops* and what is below them, each step once, what comes first first."""
    seen: set[int] = set()
    waiting = list(reversed(tuple(tops)))
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting.extend(reversed(one.inputs))


def exact(what: str, sort: str, value: Fraction, **more: Any) -> Step:
    """A step whose number is known."""
    return step(what, sort, low=value, high=value, **more)


# ---------------------------------------------------------------------------- ranges of numbers

Range = tuple[Fraction | None, Fraction | None]


def add(a: Range, b: Range) -> Range:
    """Where a sum lies."""
    return _each(a[0], b[0]), _each(a[1], b[1])


def total(steps: Iterable[Step]) -> Range:
    """Where the sum of some steps lies; 0 for none."""
    made: Range = (Fraction(0), Fraction(0))
    for one in steps:
        made = add(made, (one.low, one.high))
    return made


def added_up(what: str, steps: Iterable[Step], unit: Unit) -> Step:
    """The sum of some steps as a step."""
    inputs = tuple(steps)
    low, high = total(inputs)
    return step(what, "computed", how="added up", unit=unit, low=low, high=high, inputs=inputs)


def subtract(a: Range, b: Range) -> Range:
    """Where a difference lies."""
    return (
        None if a[0] is None or b[1] is None else a[0] - b[1],
        None if a[1] is None or b[0] is None else a[1] - b[0],
    )


def multiply(a: Range, b: Range) -> Range:
    """Where a product lies. With a side open, only factors that are not negative say anything."""
    nothing = (Fraction(0), Fraction(0))
    if nothing in (a, b):
        return nothing
    if None not in a and None not in b:
        products = [x * y for x in a for y in b]  # type: ignore[operator]
        return min(products), max(products)
    if a[0] is not None and b[0] is not None and a[0] >= 0 and b[0] >= 0:
        return a[0] * b[0], None if a[1] is None or b[1] is None else a[1] * b[1]
    return None, None


def divide(a: Range, b: Range) -> Range:
    """Where a quotient lies; anywhere, if the divisor may be 0 or less."""
    if b[0] is not None and b[0] > 0:
        return multiply(a, (Fraction(0) if b[1] is None else 1 / b[1], 1 / b[0]))
    if a[0] is not None and a[0] >= 0 and b[0] is not None and b[0] >= 0:
        return (Fraction(0) if b[1] is None or not b[1] else a[0] / b[1]), None
    return None, None


def lesser(a: Range, b: Range) -> Range:
    """Where the lesser of two lies."""
    highs = [x for x in (a[1], b[1]) if x is not None]
    low = None if a[0] is None or b[0] is None else min(a[0], b[0])
    return low, min(highs) if highs else None


def greater(a: Range, b: Range) -> Range:
    """Where the greater of two lies."""
    lows = [x for x in (a[0], b[0]) if x is not None]
    high = None if a[1] is None or b[1] is None else max(a[1], b[1])
    return max(lows) if lows else None, high


def _each(x: Fraction | None, y: Fraction | None) -> Fraction | None:
    return None if x is None or y is None else x + y


def compare(op: str, a: Range, b: Range) -> bool | None:
    """Whether the claim holds for all values, for none, or (None) for some."""
    if op in ("≥", ">"):
        op, a, b = {"≥": "≤", ">": "<"}[op], b, a
    if op == "=":
        if None not in a and a[0] == a[1] and a == b:
            return True
        apart = (a[1] is not None and b[0] is not None and a[1] < b[0]) or (
            b[1] is not None and a[0] is not None and b[1] < a[0]
        )
        return False if apart else None
    holds: Callable[[Fraction, Fraction], bool] = (lambda x, y: x <= y) if op == "≤" else (lambda x, y: x < y)
    if a[1] is not None and b[0] is not None and holds(a[1], b[0]):
        return True
    if a[0] is not None and b[1] is not None and not holds(a[0], b[1]):
        return False
    return None
