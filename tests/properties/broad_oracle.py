"""What a broad case must come to, by an independent solver, from what was drawn and from nothing of the package."""

from __future__ import annotations

from fractions import Fraction

import z3
from broad import Case, Meant, Step
from invented import closing
from oracle import q, total

#: Later than the end of any credit.
NEVER = 9999


class Oracle:
    """The law of a case as constraints on what each lot pays.

    A use is ``(lot, model year, duty, part or "", year of the deficit or None)``; it is counted in the credits that
    pay, and takes more of its lot where that has lost of its worth.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.solver = z3.Optimize()
        self.uses = {}
        self.draw_on_lots()
        self.pay_parts()
        self.make_up_deficits()
        self.keep_limits()
        self.unmet = [self.surrender(n, one) for n, one in self.in_order()]

    # ------------------------------------------------------------------------- the law

    def draw_on_lots(self) -> None:
        for n, lot in enumerate(self.case.lots):
            last = self.case.last(lot)
            drawn = []
            for year in self.case.years:
                worth = self.case.worth(lot, year)
                if lot.day <= closing(year) and year <= (last or NEVER) and worth:
                    self.allow(n, lot, year)
                    drawn += [use / q(worth) for key, use in self.uses.items() if key[:2] == (n, year)]
            self.solver.add(total(drawn) <= q(lot.amount))

    def allow(self, n, lot, year) -> None:
        for duty in self.case.duties:
            for part in duty.parts:
                if any(lot.kind in p.kinds and p.target in (duty.name, part) for p in self.case.permissions):
                    self.use(n, year, duty.name, part, None)
        for deficit, name in self.curable(year):
            if lot.kind in self.duty(name).cure[1]:
                self.use(n, year, name, "", deficit)

    def use(self, *key) -> None:
        self.uses[key] = z3.Real("pays " + " ".join(map(str, key)))
        self.solver.add(self.uses[key] >= 0)

    def duty(self, name):
        return next(d for d in self.case.duties if d.name == name)

    def deficits(self):
        """Every deficit there may be: those brought in, then those of the run; each oldest first, duties as written."""
        names = [d.name for d in self.case.duties]
        brought = sorted({(y, name) for y, name, _ in self.case.brought}, key=lambda d: (d[0], names.index(d[1])))
        return brought + [(year, name) for year in self.case.years for name in names]

    def curable(self, year):
        """The deficits that may be made up in *year*, in that order."""
        cures = {d.name: d.cure[0] if d.cure else 0 for d in self.case.duties}
        return [(y, name) for y, name in self.deficits() if y < year <= y + cures[name]]

    def pay_parts(self) -> None:
        for year in self.case.years:
            for part in (part for duty in self.case.duties for part in duty.parts):
                paid = self.sum(lambda k, y=year, p=part: (k[1], k[3], k[4]) == (y, p, None))
                self.solver.add(paid <= q(self.case.size(year, part)))

    def short(self, year, name):
        """What is lacking of a duty at the close of a model year, or was when it was brought in."""
        if year not in self.case.years:
            return q(sum(amount for y, duty, amount in self.case.brought if (y, duty) == (year, name)))
        paid = self.sum(lambda k: (k[1], k[2], k[4]) == (year, name, None))
        return q(self.case.size(year, name)) - paid

    def lacking(self, year):
        """What is lacking of all duties of a model year together."""
        return total([self.short(year, duty.name) for duty in self.case.duties])

    def made_up(self, deficit, name, through=NEVER):
        return self.sum(lambda k: (k[4], k[2]) == (deficit, name) and k[1] <= through)

    def make_up_deficits(self) -> None:
        for year, name in self.deficits():
            self.solver.add(self.made_up(year, name) <= self.short(year, name))

    def keep_limits(self) -> None:
        for p in self.case.permissions:
            limited = p.share is not None or p.most is not None
            for year in self.case.years if limited else ():
                most = p.most if p.share is None else p.share * self.case.size(year, p.target)
                parts = self.case.parts(p.target)
                for kinds in [p.kinds] if p.together else [(kind,) for kind in p.kinds]:
                    self.solver.add(
                        self.sum(lambda k, y=year, ps=parts, s=kinds: self.in_time(k, y, ps) and self.kind(k) in s)
                        <= q(most)
                    )
        for cap in self.case.caps:
            spans = [range(cap.years[0], cap.years[1] + 1)] if cap.years else [(y,) for y in self.case.years]
            for years in spans:
                share = cap.share is not None
                most = cap.share * sum(self.case.size(y, cap.base) for y in years) if share else cap.most
                self.solver.add(self.sum(lambda k, ys=years, c=cap: k[1] in ys and self.counts(k, c)) <= q(most))

    def in_time(self, key, year, parts) -> bool:
        return key[4] is None and key[1] == year and key[3] in parts

    def kind(self, key):
        return self.case.lots[key[0]].kind

    def counts(self, key, cap) -> bool:
        """Whether a use counts against a cap; making up a deficit pays no part, so no cap toward parts counts it."""
        if cap.targets and key[3] not in [part for name in cap.targets for part in self.case.parts(name)]:
            return False
        return cap.meant.means(self.case.lots[key[0]])

    # ------------------------------------------------------------------ recorded surrenders

    def in_order(self):
        return sorted(enumerate(self.case.surrenders), key=lambda pair: pair[1].day)

    def surrender(self, number, one):
        """How much of a recorded surrender is left out of the uses that it may mean; there is at most one."""
        mine = self.sum(lambda key: self.recorded(key, one))
        unmet = z3.Real(f"unmet {number}")
        self.solver.add(unmet >= 0, unmet >= q(one.amount) - mine)
        return unmet

    def recorded(self, key, one) -> bool:
        n, year, duty, part, deficit = key
        lot = self.case.lots[n]
        like = one.kind == lot.kind and lot.day <= one.day
        return like and one.year in (year, deficit) and one.toward in (None, duty, part)

    # ---------------------------------------------------------------------- the order of use

    def turns(self, year) -> list[tuple[Step, Meant | None]]:
        """The turns of a model year: each step; of one that is elected, the credits as the ledger has put them."""
        elected = dict(self.case.elected)
        chosen = elected.get(year, elected.get(None))
        turns = []
        for step in self.case.steps:
            if step.elected and chosen is not None:
                turns += [(step, one) for one in sorted(step.meant, key=chosen.index)]
            else:
                turns.append((step, None))
        return turns

    def in_turn(self, key, year, turn) -> bool:
        step, one = turn
        return self.in_time(key, year, self.parts(step)) and self.has_turn(self.case.lots[key[0]], step, one)

    def parts(self, step) -> set[str]:
        return {part for name in step.targets for part in self.case.parts(name)}

    def has_turn(self, lot, step, one) -> bool:
        if one is not None:
            return one.means(lot)
        if step.meant:
            return any(meant.means(lot) for meant in step.meant)
        named = [m for other in self.case.steps for m in other.meant if self.parts(other) & self.parts(step)]
        return not any(meant.means(lot) for meant in named)

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

    def settle(self):
        """Aims in the order of the law: recorded surrenders; then for each model year deficits, turns, what is lacking.

        Returns:
            What is lacking in each model year; by deficit and model year what was made up by then; by model year and
            turn what that turn paid; and what is refused of each surrender.
        """
        refused = {n: self.least(unmet) for (n, _), unmet in zip(self.in_order(), self.unmet, strict=True)}
        short, made_up, paid = {}, {}, {}
        for year in self.case.years:
            for deficit in self.curable(year):
                made_up[deficit, year] = -self.least(-self.made_up(*deficit, through=year))
            for number, turn in enumerate(self.turns(year)):
                mine = [key for key in self.uses if self.in_turn(key, year, turn)]
                paid[year, number] = -self.least(-total([self.uses[key] for key in mine]))
                ends = {key: self.case.last(self.case.lots[key[0]]) or NEVER for key in mine}
                for end in sorted(set(ends.values())) if self.case.soonest else ():
                    self.least(-total([self.uses[key] for key in mine if ends[key] == end]))
            short[year] = self.least(self.lacking(year))
        return short, made_up, paid, refused

    def choice(self) -> dict[tuple, Fraction]:
        """The use that the stated rule chooses, lot by lot: each as much as any best use allows."""
        case = self.case
        capped = {cap.meant.origin for cap in case.caps if cap.meant.origin}
        places = [part for duty in case.duties for part in duty.parts]

        def rank(key):
            n, year, _, part, deficit = key
            lot = case.lots[n]
            last = case.last(lot)
            turns = self.turns(year)
            turn = next((t for t, one in enumerate(turns) if self.in_turn(key, year, one)), len(turns))
            lowest = -case.kinds.index(lot.kind)
            of_lot = ((last is None, last or 0), lowest, lot.origin not in capped, lot.vintage, n)
            made_up = 0 if deficit is None else self.deficits().index((deficit, key[2]))
            place = places.index(part) if part else 0
            return year, turn if deficit is None else 0, of_lot, deficit is None, deficit or 0, made_up, place

        return {key: -self.least(-self.uses[key]) for key in sorted(self.uses, key=rank)}

    def sum(self, wanted):
        return total([use for key, use in self.uses.items() if wanted(key)])
