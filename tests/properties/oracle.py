"""What a case must come to, by an independent solver, from what was drawn and from nothing of the package."""

from __future__ import annotations

from fractions import Fraction

import z3
from invented import DUTY, Case, closing


class Oracle:
    """The law of a case as constraints on what each lot pays.

    A use is ``(lot, model year, part or "", year of the deficit or None)``.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.solver = z3.Optimize()
        self.uses = {}
        self.capped = {origin for cap in case.caps for origin in cap.origins if self.spans(cap)}
        self.draw_on_lots()
        self.pay_parts()
        self.make_up_deficits()
        self.keep_limits()
        self.shares = {}
        self.unmet = [self.surrender(n, one) for n, one in self.in_order()]

    # ------------------------------------------------------------------------- the law

    def draw_on_lots(self) -> None:
        """A lot pays what permissions and cures allow, on closing days that it has arrived by and before its end."""
        for n, lot in enumerate(self.case.lots):
            last = self.case.last(lot)
            for year in self.case.years:
                if lot.day <= closing(year) and (last is None or year <= last):
                    self.allow(n, lot, year)
            self.solver.add(self.sum(lambda k, n=n: k[0] == n) <= q(lot.amount - given(self.case, n)))

    def allow(self, n, lot, year) -> None:
        for part in self.case.parts:
            if any(lot.kind in p.kinds and p.target in (DUTY, part) for p in self.case.permissions):
                self.use(n, year, part, None)
        for deficit in self.curable(year):
            if lot.kind in self.case.cure[1]:
                self.use(n, year, "", deficit)

    def use(self, *key) -> None:
        self.uses[key] = z3.Real("pays " + " ".join(map(str, key)))
        self.solver.add(self.uses[key] >= 0)

    def curable(self, year):
        """The years whose deficit may be made up in *year*, oldest first."""
        within = self.case.cure[0] if self.case.cure else 0
        before = sorted({y for y, _ in self.case.brought} | set(self.case.years))
        return [y for y in before if y < year <= y + within]

    def pay_parts(self) -> None:
        for year in self.case.years:
            for part in self.case.parts:
                self.solver.add(
                    self.sum(lambda k, y=year, p=part: k[1:] == (y, p, None)) <= q(self.case.size(year, part))
                )

    def short(self, year):
        """What is lacking at the close of a model year, or was when it was brought in."""
        if year not in self.case.years:
            return q(sum(amount for y, amount in self.case.brought if y == year))
        return q(self.case.size(year, DUTY)) - self.sum(lambda k: k[1] == year and k[3] is None)

    def made_up(self, deficit, through=None):
        return self.sum(lambda k: k[3] == deficit and (through is None or k[1] <= through))

    def make_up_deficits(self) -> None:
        for year in (*dict(self.case.brought), *self.case.years):
            self.solver.add(self.made_up(year) <= self.short(year))

    def keep_limits(self) -> None:
        for p in self.case.permissions:
            for year in self.case.years if p.share is not None else ():
                for kinds in [p.kinds] if p.together else [(kind,) for kind in p.kinds]:
                    most = p.share * self.case.size(year, p.target)
                    self.solver.add(self.sum(lambda k, y=year, t=p.target, s=kinds: self.paid(k, y, t, s)) <= q(most))
        for cap in filter(self.spans, self.case.caps):
            for years in [range(cap.years[0], cap.years[1] + 1)] if cap.years else [(y,) for y in self.case.years]:
                most = cap.share * sum(self.case.size(y, cap.base) for y in years)
                self.solver.add(self.sum(lambda k, ys=years, c=cap: k[1] in ys and self.meant(k, c)) <= q(most))

    def paid(self, key, year, target, kinds) -> bool:
        n, when, part, deficit = key
        return deficit is None and when == year and target in (DUTY, part) and self.case.lots[n].kind in kinds

    def meant(self, key, cap) -> bool:
        lot = self.case.lots[key[0]]
        return (not cap.kinds or lot.kind in cap.kinds) and (not cap.origins or lot.origin in cap.origins)

    def spans(self, cap) -> bool:
        return cap.years is None or set(cap.years) <= set(self.case.years)

    # ------------------------------------------------------------------ recorded surrenders

    def in_order(self):
        return sorted(enumerate(self.case.surrenders), key=lambda pair: pair[1].day)

    def surrender(self, number, one):
        """How much of a recorded surrender is left out; what is in is a share of the uses of its own."""
        mine = []
        for key, use in self.uses.items():
            if self.recorded(key, one):
                share = z3.Real(f"recorded {number} {' '.join(map(str, key))}")
                self.solver.add(share >= 0)
                mine.append(share)
                self.shares.setdefault(key, []).append((share, use))
        unmet = z3.Real(f"unmet {number}")
        self.solver.add(unmet >= 0, total(mine) + unmet == q(one.amount))
        return unmet

    def recorded(self, key, one) -> bool:
        n, year, part, deficit = key
        lot = self.case.lots[n]
        like = one.kind == lot.kind and one.vintage in (None, lot.vintage) and one.origin in (None, lot.origin)
        return like and lot.day <= one.day and one.year in (year, deficit) and one.toward in (None, DUTY, part)

    # ---------------------------------------------------------------------------- the answer

    def least(self, aim) -> Fraction:
        """The least that *aim* can be; from now on it is that."""
        self.solver.push()
        self.solver.minimize(aim)
        assert self.solver.check() == z3.sat
        least = self.solver.model().eval(z3.RealVal(0) + aim, True).as_fraction()
        self.solver.pop()
        self.solver.add(aim == q(least))
        return least

    def settle(self) -> tuple[dict[int, Fraction], dict[int, Fraction], list[Fraction]]:
        """What is lacking at the close of each model year, what is open at the end of the run, and what is refused."""
        for pairs in self.shares.values():
            self.solver.add(total([share for share, _ in pairs]) <= pairs[0][1])
        refused = {n: self.least(unmet) for (n, _), unmet in zip(self.in_order(), self.unmet, strict=True)}
        short = {}
        for year in self.case.years:
            for deficit in self.curable(year):
                self.least(-self.made_up(deficit, through=year))
            short[year] = self.least(self.short(year))
        left = {}
        for year in (*dict(self.case.brought), *self.case.years):
            left[year] = self.least(self.short(year) - self.made_up(year))
        return short, left, [refused[n] for n in sorted(refused)]

    def choice(self) -> dict[tuple, Fraction]:
        """The use that the stated rule chooses, lot by lot: each as much as any best use allows."""
        kinds = self.case.kinds

        def rank(key):
            n, year, part, deficit = key
            lot = self.case.lots[n]
            last = self.case.last(lot)
            lowest = -kinds.index(lot.kind)
            place = self.case.parts.index(part) if part else 0
            ends = (last is None, last or 0)
            return (
                year,
                ends,
                lowest,
                lot.origin not in self.capped,
                lot.vintage,
                n,
                deficit is None,
                deficit or 0,
                place,
            )

        return {key: -self.least(-self.uses[key]) for key in sorted(self.uses, key=rank)}

    def verdict(self, short, left) -> str:
        within = self.case.cure[0] if self.case.cure else 0
        end = self.case.years[-1]
        owed = {**dict.fromkeys(dict(self.case.brought), 0), **short}
        if any(short[year] and not within for year in short):
            return "not compliant"
        if any(left[year] and year + within <= end for year in owed):
            return "not compliant"
        return "deficit carried" if any(left.values()) else "compliant"

    def sum(self, wanted):
        return total([use for key, use in self.uses.items() if wanted(key)])


def given(case: Case, number: int) -> Fraction:
    """What transfers took of a lot: of lots of one kind and origin, the latest to arrive by their day go first."""
    left = {n: lot.amount for n, lot in enumerate(case.lots)}
    for day, kind, origin, amount in sorted(case.transfers):
        there = [n for n, lot in enumerate(case.lots) if lot.kind == kind and lot.day <= day]
        there = [n for n in there if not origin or case.lots[n].origin == origin]
        for n in sorted(there, key=lambda n: (case.lots[n].day, n), reverse=True):
            part = min(amount, left[n])
            left[n] -= part
            amount -= part
    return case.lots[number].amount - left[number]


def total(terms):
    return z3.Sum(list(terms) or [z3.RealVal(0)])


def q(number) -> z3.RatNumRef:
    return z3.Q(Fraction(number).numerator, Fraction(number).denominator)
