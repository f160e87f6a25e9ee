"""What credits left at the close of a model year cost, where the law puts a charge on them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from zevrules.determination.allocation import Allocation, YearPlan
from zevrules.determination.carrying import selects
from zevrules.determination.evaluator import Setting
from zevrules.determination.holdings import Holding
from zevrules.determination.obligations import applicable
from zevrules.determination.statement import left_of
from zevrules.determination.trace import Step, changed, exact
from zevrules.model.rules import Charge
from zevrules.quantity import CREDITS


def charges(plan: YearPlan, held: tuple[Holding, ...], use: Allocation) -> Iterator[Step]:
    """Each charge of a model year that the law applies to, reckoned on what is left in the account when it closes."""
    if not applicable(plan.ev, plan.year)[0]:
        return
    for rule in plan.ev.ruleset.charges:
        binds, reasons, _ = plan.ev.applies(rule.terms, plan.year)
        if binds:
            yield _charge(rule, plan, _left(rule, plan, held, use), reasons)


def _charge(rule: Charge, plan: YearPlan, left: Step, reasons: tuple[Step, ...]) -> Step:
    setting = Setting(plan.year, left=left)
    made = plan.ev.number(rule.expr, setting, rule.terms)
    for adjustment in rule.adjustments:
        made = plan.ev.adjusted(made, adjustment, rule.terms, setting)
    made = plan.ev.rounded(made, rule.rounding)
    what = f"charge on {rule.selector.words} left at the close of model year {plan.year}"
    return changed(made, what=what, sort="computed", terms=rule.terms, inputs=(*made.inputs, *reasons))


def _left(rule: Charge, plan: YearPlan, held: tuple[Holding, ...], use: Allocation) -> Step:
    """What is left of the credits that the charge is on, when the model year closes."""
    mine = [h for h in held if selects(rule.selector, h.lot.kind, h.origins, h.lot.vintage)]
    amount = sum((left_of(holding, plan, use) for holding in mine), Fraction(0))
    what = f"{rule.selector.words} left at the close of model year {plan.year}"
    return exact(what, "computed", amount, unit=CREDITS, how="what came in, less what was used, left or ended",
                 terms=rule.terms, inputs=tuple(h.amount for h in mine))  # fmt: skip
