"""Uses of credits under the whole language of use, against an independent oracle."""

from __future__ import annotations

from fractions import Fraction

import z3
from broad import cases, decide
from broad_oracle import Oracle
from hypothesis import event, given
from invented import examples
from oracle import q

NONE = Fraction(0)


def uses_by_lot(made):
    """What was used, by lot (its row), model year, duty, part or "", and the deficit's year or None."""
    found = {}
    for year in made.years:
        for use in year.uses:
            assert use.year == year.year and use.amount > 0
            key = (use.holding.lot.entry.at.number - 2, use.year, use.obligation, use.part, use.deficit_of)
            found[key] = found.get(key, NONE) + use.amount
    return found


def summed(uses, wanted):
    return sum((amount for key, amount in uses.items() if wanted(key)), NONE)


@given(cases())
@examples(90)
def test_every_aim_is_reached_and_no_more(case):
    """Each year's shortfall, what is made up of each deficit by then, and what each turn pays are the oracle's."""
    made = decide(case)
    uses = uses_by_lot(made)
    oracle = Oracle(case)
    short, made_up, paid, _ = oracle.settle()

    lacking = {y.year: sum((d.amount for d in y.deficits if d.year == y.year), NONE) for y in made.years}
    assert lacking == short
    found = {
        ((deficit, name), year): summed(uses, lambda k, d=deficit, n=name, y=year: (k[4], k[2]) == (d, n) and k[1] <= y)
        for (deficit, name), year in made_up
    }
    assert found == made_up
    turns = {year: oracle.turns(year) for year in case.years}
    assert paid == {
        (year, number): summed(uses, lambda k, y=year, t=turns[year][number]: oracle.in_turn(k, y, t))
        for year, number in paid
    }
    event(f"{made.verdict}, {'some' if case.steps else 'no'} steps, {'some' if case.carried else 'none'} carried")


@given(cases())
@examples(40)
def test_every_use_is_lawful(case):
    """Each use is permitted; no lot is overdrawn at its worth, no part overpaid, and every cap and limit holds."""
    made = decide(case)
    oracle = Oracle(case)
    uses = uses_by_lot(made)

    assert uses.keys() <= oracle.uses.keys()
    for key, pays in oracle.uses.items():
        oracle.solver.add(pays == q(uses.get(key, NONE)))
    assert oracle.solver.check() == z3.sat


@given(cases(years=2, lots=5))
@examples(30)
def test_among_equals_the_stated_rule_chooses(case):
    """After the turns of an order, the rule that is a choice and not law; lot by lot."""
    oracle = Oracle(case)
    oracle.settle()

    assert uses_by_lot(decide(case)) == {key: amount for key, amount in oracle.choice().items() if amount}
