"""Exact linear programs: least shortfall by rational arithmetic alone.

A tableau of sparse rows, pivoted by Bland's rule so that it always ends. Rows are given with a basic
variable of their own (a slack or a shortfall), so every program starts feasible. Right-hand sides are
scaled to whole numbers; the coefficients of use are ones, so almost all arithmetic is on whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm
from typing import Any

Number = Any  # int where it can be, Fraction where it must


class Program:
    """A linear program over variables ≥ 0, solved for one aim after another.

    Each aim is settled before the next: what it made zero for good stays zero.

    >>> program = Program()
    >>> x, short = program.variable(), program.variable()
    >>> _ = program.at_most({x: 1}, Fraction(3))
    >>> _ = program.exactly({x: 1}, Fraction(5), basic=short)
    >>> program.minimise({short: 1})
    Fraction(2, 1)
    >>> program.value(x)
    Fraction(3, 1)
    """

    def __init__(self) -> None:
        self._count = 0
        self._rows: list[dict[int, Number]] = []
        self._right: list[Number] = []
        self._basis: list[int] = []
        self._where: dict[int, int] = {}
        self._barred: set[int] = set()
        self._own: list[int] = []
        self._scale = 1
        self._aim: dict[int, Number] = {}
        self.pivots = 0

    def variable(self) -> int:
        """A new variable, at least 0."""
        self._count += 1
        return self._count - 1

    def at_most(self, terms: Mapping[int, Number], limit: Fraction) -> int:
        """Add Σ *terms* ≤ *limit* (≥ 0); the number of the row."""
        slack = self.variable()
        return self.exactly(terms, limit, basic=slack)

    def exactly(self, terms: Mapping[int, Number], total: Fraction, *, basic: int) -> int:
        """Add Σ *terms* + *basic* = *total* (≥ 0), where *basic* stands in no other row; the number of the row."""
        row: dict[int, Number] = dict(terms)
        row[basic] = 1
        self._rows.append(row)
        self._right.append(total)
        self._where[basic] = len(self._basis)
        self._basis.append(basic)
        self._own.append(basic)
        return len(self._rows) - 1

    # -------------------------------------------------------------------------- solving

    def _settle(self) -> None:
        """Bring right-hand sides to whole numbers before the first pivot."""
        if self._scale == 1 and not self.pivots:
            self._scale = lcm(*(Fraction(r).denominator for r in self._right)) if self._right else 1
            self._right = [int(r * self._scale) for r in self._right]

    def minimise(self, aim: Mapping[int, int]) -> Fraction:
        """The least value of Σ *aim*; from now on only solutions that reach it are considered."""
        self._settle()
        costs = self._reduced(aim)
        while True:
            entering = min((c for c, cost in costs.items() if cost < 0 and c not in self._barred), default=None)
            if entering is None:
                break
            self._enter(entering, costs)
        self._aim = costs
        self._barred.update(c for c, cost in costs.items() if cost > 0)
        least = sum(k * self._right[self._where[v]] for v, k in aim.items() if v in self._where)
        return Fraction(least) / self._scale

    def maximise(self, variable: int) -> Fraction:
        """The most that *variable* can be; from now on it is that."""
        self._settle()
        if variable in self._where and not any(
            k < 0 and c not in self._barred for c, k in self._rows[self._where[variable]].items()
        ):
            row = self._rows[self._where[variable]]
            self._barred.update(c for c, k in row.items() if c != variable and k > 0)
            return self.value(variable)
        if variable not in self._where and variable in self._barred:
            return Fraction(0)
        return -self.minimise({variable: -1})

    def _reduced(self, aim: Mapping[int, int]) -> dict[int, Number]:
        """What one more of each variable outside the basis would add to the aim."""
        costs: dict[int, Number] = dict(aim)
        for variable, cost in aim.items():
            at = self._where.get(variable)
            if at is not None:
                _subtract(costs, cost, self._rows[at])
        return costs

    def _enter(self, entering: int, costs: dict[int, Number]) -> None:
        leaving, best = -1, None
        for at, row in enumerate(self._rows):
            k = row.get(entering)
            if k is not None and k > 0:
                right = self._right[at]
                ratio = right if k == 1 else Fraction(right) / k
                if best is None or ratio < best or (ratio == best and self._basis[at] < self._basis[leaving]):
                    leaving, best = at, ratio
        assert leaving >= 0, "every use is bounded by the lot it comes from"
        self._pivot(leaving, entering)
        _subtract(costs, costs[entering], self._rows[leaving])

    def _pivot(self, at: int, entering: int) -> None:
        self.pivots += 1
        row = self._rows[at]
        k = row[entering]
        if k != 1:
            inverse = k if k == -1 else Fraction(1) / k
            row = {c: v * inverse for c, v in row.items()}
            self._rows[at] = row
            self._right[at] *= inverse
        right = self._right[at]
        for other, target in enumerate(self._rows):
            factor = target.get(entering) if other != at else None
            if factor:
                _subtract(target, factor, row)
                self._right[other] -= factor * right
        del self._where[self._basis[at]]
        self._basis[at] = entering
        self._where[entering] = at

    # --------------------------------------------------------------------------- reading

    def value(self, variable: int) -> Fraction:
        """What *variable* is in the solution at hand."""
        at = self._where.get(variable)
        return Fraction(0) if at is None else Fraction(self._right[at]) / self._scale

    def weights(self, aim: Mapping[int, int]) -> list[Fraction]:
        """For the last aim, the weight of each row: Σ weight × right-hand side is its least value."""
        return [Fraction(aim.get(own, 0)) - self._aim.get(own, 0) for own in self._own]


def _subtract(target: dict[int, Number], factor: Number, row: Iterable[Any] | dict[int, Number]) -> None:
    """Target -= factor × row, leaving no zeros."""
    assert isinstance(row, dict)
    get = target.get
    for column, k in row.items():
        left = get(column, 0) - factor * k
        if left:
            target[column] = left
        else:
            target.pop(column, None)
