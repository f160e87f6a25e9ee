"""Exact linear programs against an independent solver: z3, which shares no code with ours."""

from __future__ import annotations

from fractions import Fraction

import z3
from hypothesis import event, example, given
from hypothesis import strategies as st
from invented import examples

from zevrules.determination.linear import Program

# Many zeros and repeated values: degenerate corners are where a simplex method could go round in circles.
amounts = st.sampled_from([Fraction(n, d) for n in (0, 0, 1, 2, 3, 7) for d in (1, 1, 3, 8)])
coefficients = st.sampled_from([0, 0, 1, 1, 1, -1, 2])
aims = st.lists(st.lists(st.integers(-2, 2), min_size=8, max_size=8), min_size=1, max_size=4)
columns = st.lists(st.tuples(st.lists(coefficients, min_size=5, max_size=5), amounts), max_size=4)
bounds = st.lists(amounts, min_size=1, max_size=5)


class Both:
    """The same program in our words and in z3's."""

    def __init__(self, bounds, limits, totals):
        self.ours, self.theirs = Program(), z3.Optimize()
        self.rows, self.own = [], []
        self.variables = [self.variable() for _ in bounds]
        for variable, bound in zip(self.variables, bounds, strict=True):
            self.add({variable: 1}, bound, self.ours.at_most({variable: 1}, bound))
        for terms, limit in self.terms(limits):
            self.add(terms, limit, self.ours.at_most(terms, limit))
        for terms, total in self.terms(totals):
            basic = self.variable()
            self.variables.append(basic)
            self.ours.exactly(terms, total, basic=basic)
            self.rows.append((terms, total, basic))
            self.theirs.add(self.sum(terms) + self.real(basic) == exact(total))

    def variable(self):
        made = self.ours.variable()
        self.theirs.add(self.real(made) >= 0)
        return made

    def terms(self, rows):
        plain = list(self.variables)
        for row, amount in rows:
            yield {v: k for v, k in zip(plain, row, strict=False) if k}, amount

    def add(self, terms, limit, _number):
        self.rows.append((terms, limit, None))
        self.theirs.add(self.sum(terms) <= exact(limit))

    def real(self, variable):
        return z3.Real(f"x{variable}")

    def sum(self, terms):
        return z3.Sum([k * self.real(v) for v, k in terms.items()] or [z3.RealVal(0)])

    def least(self, aim):
        """The least value by z3, which then stands."""
        self.theirs.push()
        self.theirs.minimize(self.sum(aim))
        assert self.theirs.check() == z3.sat
        least = self.theirs.model().eval(z3.RealVal(0) + self.sum(aim), True).as_fraction()
        self.theirs.pop()
        self.theirs.add(self.sum(aim) == exact(least))
        return least

    def holds(self):
        """Whether our solution keeps every row, to the last digit."""
        value = self.ours.value
        for terms, amount, basic in self.rows:
            paid = sum((k * value(v) for v, k in terms.items()), Fraction(0))
            assert paid <= amount if basic is None else paid + value(basic) == amount
        assert all(value(v) >= 0 for v in self.variables)
        return True


def exact(number):
    return z3.Q(number.numerator, number.denominator)


def aim_of(both, factors):
    return {v: k for v, k in zip(both.variables, factors, strict=False) if k}


@given(bounds, columns, columns, aims)
@example([Fraction(0)] * 5, [([1, 1, 1, -1, -1], Fraction(0))] * 4, [([1] * 5, Fraction(0))] * 4, [[-1, -2, 2, 1] * 2])
@examples(150)
def test_one_aim_after_another(bounds, limits, totals, aims):
    """Each aim comes to what z3 finds, with the aims before it held; and every row holds exactly."""
    both = Both(bounds, limits, totals)
    for factors in aims:
        aim = aim_of(both, factors)

        least = both.ours.minimise(aim)

        assert least == both.least(aim)
        assert least == sum((k * both.ours.value(v) for v, k in aim.items()), Fraction(0))
        assert both.holds()


@given(bounds, columns, columns, aims)
@examples(150)
def test_the_most_of_one_variable_after_another(bounds, limits, totals, aims):
    """Maximising variables one by one, as the choice among equals does, agrees with z3."""
    both = Both(bounds, limits, totals)
    aim = aim_of(both, aims[0])
    assert both.ours.minimise(aim) == both.least(aim)
    for variable in both.variables:
        most = both.ours.maximise(variable)

        assert most == -both.least({variable: -1})
        assert most == both.ours.value(variable)
        assert both.holds()


@given(bounds, columns, columns, aims)
@examples(150)
def test_weights_prove_that_no_more_is_possible(bounds, limits, totals, aims):
    """Weights times right-hand sides come to the least value.

    For the first aim they are a proof by themselves: no column is cheaper than what the weights of its rows
    come to, and no weight of a limit is above 0. For a later aim only columns that the earlier aims have
    closed may be cheaper.
    """
    both = Both(bounds, limits, totals)
    closed = set()
    for number, factors in enumerate(aims):
        aim = aim_of(both, factors)
        least = both.ours.minimise(aim)
        weights = both.ours.weights(aim)

        assert sum((w * amount for w, (_, amount, _) in zip(weights, both.rows, strict=True)), Fraction(0)) == least
        cheaper = {v for v in both.variables if reduced(both, aim, weights, v) < 0}
        assert cheaper <= closed
        assert number or all(w <= 0 for w, (_, _, basic) in zip(weights, both.rows, strict=True) if basic is None)
        closed |= {v for v in both.variables if reduced(both, aim, weights, v) > 0}
        event("a later aim leans on an earlier one" if cheaper else "weights alone prove it")


def reduced(both, aim, weights, variable):
    """What one more of *variable* costs, less what its rows' weights come to."""
    cost = Fraction(aim.get(variable, 0))
    for weight, (terms, _, basic) in zip(weights, both.rows, strict=True):
        cost -= weight * (terms.get(variable, 0) + (basic == variable))
    return cost


@given(st.integers(2, 7), st.integers(1, 3))
@examples(20)
def test_it_ends(size, repeats):
    """Programs of nothing but ties end, soon, and at the right answer."""
    program = Program()
    uses = [[program.variable() for _ in range(size)] for _ in range(size)]
    for row in uses:
        for _ in range(repeats):
            program.at_most(dict.fromkeys(row, 1), Fraction(1))
    short = []
    for column in zip(*uses, strict=True):
        short.append(program.variable())
        program.exactly(dict.fromkeys(column, 1), Fraction(1), basic=short[-1])

    assert program.minimise(dict.fromkeys(short, 1)) == 0
    assert [program.maximise(row[place]) for place, row in enumerate(uses)] == [1] * size
    assert program.pivots < 50 * size * size


def test_what_one_aim_settles_the_next_keeps():
    """By hand: 5 credits for 3 and 4 owed; the first is paid in full, whatever comes after."""
    program = Program()
    first, then, lacking, open_ = (program.variable() for _ in range(4))
    program.at_most({first: 1, then: 1}, Fraction(5))
    program.exactly({first: 1}, Fraction(3), basic=lacking)
    program.exactly({then: 1}, Fraction(4), basic=open_)

    assert program.minimise({lacking: 1}) == 0
    assert program.minimise({open_: 1}) == 2
    assert program.weights({open_: 1})[0] == -1
    assert [program.value(v) for v in (first, then)] == [3, 2]
