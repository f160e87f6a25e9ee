"""The account statement: every credit is followed from its entry to its end, and none appears or vanishes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from invented import cases, closing, decide, examples
from oracle import given as taken


def totals(lines):
    return {(line.kind, line.origin): line for line in lines}


def moved(line):
    return sum((amount for _, amount in line.moves), Fraction(0))


def over(case, lot):
    """Whether a lot was there, and had ended, before the first model year."""
    last = case.last(lot)
    return lot.day <= closing(case.years[0] - 1) and last is not None and last < case.years[0]


def opening(case, key):
    """What was there of a kind and origin when the model year before the first one closed."""
    day = closing(case.years[0] - 1)
    mine = [n for n, lot in enumerate(case.lots) if (lot.kind, lot.origin) == key and lot.day <= day]
    return sum((there(case, n, day) for n in mine), Fraction(0))


def there(case, n, day):
    """What was there of a lot on a day; of one that had ended, what was handed over all the same after that day."""
    gone = taken(until(case, day), n)
    return taken(case, n) - gone if over(case, case.lots[n]) else case.lots[n].amount - gone


def until(case, day):
    """The case with what was given away by a day."""
    return replace(case, transfers=tuple(gone for gone in case.transfers if gone[0] <= day))


@given(cases(transfers=True))
@examples(100)
def test_each_line_adds_up(case):
    """Opening, what came and went, less what was used and expired, is closing; and the next year opens with that."""
    made = decide(case)
    before: dict = {}
    for year in made.years:
        lines = totals(year.account)
        for key, line in lines.items():
            assert line.opening + moved(line) - line.used - line.expired == line.closing >= 0
            begun = before[key].closing if key in before else Fraction(0)
            assert line.opening == (begun if year is not made.years[0] else opening(case, key))
        assert all(key in lines for key, line in before.items() if line.closing)
        before = {key: line for key, line in lines.items() if line.closing}


@given(cases(transfers=True))
@examples(100)
def test_what_is_used_is_the_uses(case):
    """The column `used` is the sum of the uses, and so are what was paid in time and what was made up."""
    for year in decide(case).years:
        by_line = Counter()
        for use in year.uses:
            by_line[use.holding.lot.kind, use.holding.lot.origin] += use.amount

        assert {key: line.used for key, line in totals(year.account).items() if line.used} == by_line


@given(cases(transfers=True), st.sampled_from(["Maker", "Buyer"]))
@examples(100)
def test_no_credit_is_lost(case, account):
    """All that came to an account by the last closing day was used, has expired, or is there."""
    made = decide(case, account)
    start, end = closing(case.years[0] - 1), closing(case.years[-1])
    lots = range(len(case.lots))
    held = sum((there(case, n, end) for n in lots if case.lots[n].day <= end), Fraction(0))
    if account == "Buyer":
        ended = [n for n in lots if (last := case.last(case.lots[n])) is not None and last < case.years[0]]
        held = sum((amount for day, _, _, amount in case.transfers if day <= end), Fraction(0))
        held -= sum((taken(until(case, start), n) for n in ended), Fraction(0))

    lines = [line for year in made.years for line in year.account]
    gone = sum((line.used + line.expired for line in lines), Fraction(0))
    assert gone + sum((line.closing for line in made.years[-1].account), Fraction(0)) == held


@given(cases(transfers=True))
@examples(100)
def test_what_expires_is_what_was_left_at_its_end(case):
    """Nothing expires before the last model year of its lot, and nothing that has a last year outlives it."""
    made = decide(case)
    for year in made.years:
        ended = {
            (lot.kind, lot.origin) for lot in case.lots if (last := case.last(lot)) is not None and last <= year.year
        }
        for key, line in totals(year.account).items():
            assert not line.expired or key in ended
        alive = [lot for lot in case.lots if (last := case.last(lot)) is None or last > year.year]
        most = Counter()
        for lot in alive:
            most[lot.kind, lot.origin] += lot.amount
        for n, lot in enumerate(case.lots):
            # What is handed over after its end ends where it goes.
            if lot not in alive and lot.day <= closing(year.year):
                most[lot.kind, lot.origin] += taken(case, n) - taken(until(case, closing(year.year)), n)
        assert all(line.closing <= most[key] for key, line in totals(year.account).items())
