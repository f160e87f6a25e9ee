"""Exact linear programs: least shortfall by whole numbers alone.

A tableau of sparse rows, pivoted by Bland's rule so that it always ends. Rows are given with a basic
variable of their own (a slack or a shortfall), so every program starts feasible. Each row is kept in whole
numbers, as a multiple of what it stands for: the coefficient of its basic variable says which multiple.
Whole numbers are several times as fast as fractions, and as exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd, lcm


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
        self._rows: list[dict[int, int]] = []
        self._totals: list[Fraction] = []
        self._right: list[int] = []
        self._basis: list[int] = []
        self._where: dict[int, int] = {}
        self._barred: set[int] = set()
        self._own: list[int] = []
        self._is_own: set[int] = set()
        self._scale = 1
        self._aim = _Costs({}, 1)
        self.pivots = 0

    def variable(self) -> int:
        """A new variable, at least 0."""
        self._count += 1
        return self._count - 1

    def at_most(self, terms: Mapping[int, int | Fraction], limit: Fraction) -> int:
        """Add Σ *terms* ≤ *limit* (≥ 0); the number of the row."""
        slack = self.variable()
        return self.exactly(terms, limit, basic=slack)

    def exactly(self, terms: Mapping[int, int | Fraction], total: Fraction, *, basic: int) -> int:
        """Add Σ *terms* + *basic* = *total* (≥ 0), where *basic* stands in no other row; the number of the row."""
        times = lcm(*(k.denominator for k in terms.values()))
        row = {variable: int(k * times) for variable, k in terms.items()}
        row[basic] = times
        self._rows.append(row)
        self._totals.append(total)
        self._where[basic] = len(self._basis)
        self._basis.append(basic)
        self._own.append(basic)
        self._is_own.add(basic)
        return len(self._rows) - 1

    # -------------------------------------------------------------------------- solving

    def _settle(self) -> None:
        """Bring right-hand sides to whole numbers before the first pivot."""
        if len(self._right) != len(self._totals):
            self._scale = lcm(*(Fraction(total).denominator for total in self._totals))
            multiples = (row[own] for row, own in zip(self._rows, self._own, strict=True))
            self._right = [int(total * self._scale) * k for total, k in zip(self._totals, multiples, strict=True)]

    def minimise(self, aim: Mapping[int, int]) -> Fraction:
        """The least value of Σ *aim*; from now on only solutions that reach it are considered."""
        self._settle()
        costs = self._reduced(aim)
        while True:
            entering = min((c for c, cost in costs.of.items() if cost < 0 and c not in self._barred), default=None)
            if entering is None:
                break
            self._enter(entering, costs)
        self._aim = costs
        self._bar({c for c, cost in costs.of.items() if cost > 0})
        return sum((k * self.value(v) for v, k in aim.items() if v in self._where), Fraction(0))

    def maximise(self, variable: int) -> Fraction:
        """The most that *variable* can be; from now on it is that."""
        self._settle()
        if variable in self._where and not any(
            k < 0 and c not in self._barred for c, k in self._rows[self._where[variable]].items()
        ):
            row = self._rows[self._where[variable]]
            self._bar({c for c, k in row.items() if c != variable and k > 0})
            return self.value(variable)
        if variable not in self._where and variable in self._barred:
            return Fraction(0)
        return -self.minimise({variable: -1})

    def _bar(self, columns: set[int]) -> None:
        """Keep some variables at zero for good: none of them is looked at again, but for what rows weigh."""
        fresh = columns - self._barred
        self._barred |= fresh
        gone = fresh - self._is_own
        if gone:
            for row in self._rows:
                for column in gone & row.keys():
                    del row[column]

    def _reduced(self, aim: Mapping[int, int]) -> _Costs:
        """What one more of each variable outside the basis would add to the aim."""
        costs = _Costs(dict(aim), 1)
        for variable in aim:
            at = self._where.get(variable)
            if at is not None:
                costs.without(variable, self._rows[at])
        return costs

    def _enter(self, entering: int, costs: _Costs) -> None:
        leaving, right, share = -1, 0, 1
        for at, row in enumerate(self._rows):
            k = row.get(entering, 0)
            if k > 0:
                mine, best = self._right[at] * share, right * k
                if leaving < 0 or mine < best or (mine == best and self._basis[at] < self._basis[leaving]):
                    leaving, right, share = at, self._right[at], k
        assert leaving >= 0, "every use is bounded by the lot it comes from"
        self._pivot(leaving, entering)
        costs.without(entering, self._rows[leaving])

    def _pivot(self, at: int, entering: int) -> None:
        self.pivots += 1
        row, right = self._rows[at], self._right[at]
        for other, target in enumerate(self._rows):
            if other != at and entering in target:
                times, less = _eliminate(target, entering, row)
                mine = self._right[other] * times - right * less
                common = gcd(mine, *target.values()) if times != 1 else 1
                if common != 1:
                    for column in target:
                        target[column] //= common
                    mine //= common
                self._right[other] = mine
        del self._where[self._basis[at]]
        self._basis[at] = entering
        self._where[entering] = at

    # --------------------------------------------------------------------------- reading

    def value(self, variable: int) -> Fraction:
        """What *variable* is in the solution at hand."""
        at = self._where.get(variable)
        return Fraction(0) if at is None else Fraction(self._right[at], self._rows[at][variable] * self._scale)

    def weights(self, aim: Mapping[int, int]) -> list[Fraction]:
        """For the last aim, the weight of each row: Σ weight × right-hand side is its least value."""
        return [aim.get(own, 0) - Fraction(self._aim.of.get(own, 0), self._aim.per) for own in self._own]


class _Costs:
    """What one more of each variable adds to an aim, *per* so many times: whole numbers again."""

    __slots__ = ("of", "per")

    def __init__(self, of: dict[int, int], per: int) -> None:
        self.of, self.per = of, per

    def without(self, column: int, row: Mapping[int, int]) -> None:
        """Say the cost of *column* by those of the other variables of its *row*."""
        if column not in self.of:
            return
        times, _ = _eliminate(self.of, column, row)
        if times != 1:
            common = gcd(self.per * times, *self.of.values())
            self.per = self.per * times // common
            if common != 1:
                self.of = {c: cost // common for c, cost in self.of.items()}


def _eliminate(target: dict[int, int], column: int, row: Mapping[int, int]) -> tuple[int, int]:
    """Take so many times *row* from a multiple of *target* that *column* is gone; how many times each."""
    pivot, mine = row[column], target[column]
    common = gcd(pivot, mine)
    times, less = pivot // common, mine // common
    if times != 1:
        for c in target:
            target[c] *= times
    get = target.get
    for c, k in row.items():
        left = get(c, 0) - less * k
        if left:
            target[c] = left
        else:
            target.pop(c, None)
    return times, less
