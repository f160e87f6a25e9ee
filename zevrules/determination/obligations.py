"""What is owed in a model year: each obligation that binds, rounded, and the parts that add up to it."""

from __future__ import annotations

from fractions import Fraction

from zevrules.determination import trace
from zevrules.determination.evaluator import Evaluator, Setting
from zevrules.determination.trace import Step, step
from zevrules.model import rules
from zevrules.node import Node, node
from zevrules.quantity import CREDITS, display_number


@node
class OwedPart(Node):
    """A part of an obligation and its size."""

    name: str
    size: Step


@node
class OwedObligation(Node):
    """An obligation that binds in a model year: its size, its parts, and why it binds."""

    rule: rules.Obligation
    year: int
    size: Step
    parts: tuple[OwedPart, ...]
    reasons: tuple[Step, ...]


def obligations(ev: Evaluator, year: int) -> tuple[OwedObligation, ...]:
    """The obligations that bind in *year*, in the order of the ruleset."""
    if applicable(ev, year)[0] is False:
        return ()
    made = []
    for rule in ev.ruleset.obligations:
        binds, reasons, _ = ev.applies(rule.terms, year)
        if binds:
            made.append(_owed(ev, rule, year, reasons))
    return tuple(made)


def parts_of(owed: tuple[OwedObligation, ...], name: str) -> tuple[str, ...]:
    """The parts that *name* means: those of an obligation, or the one."""
    for obligation in owed:
        if obligation.rule.name == name:
            return tuple(part.name for part in obligation.parts)
    return tuple(part.name for obligation in owed for part in obligation.parts if part.name == name)


def applicable(ev: Evaluator, year: int) -> tuple[bool, rules.Applies | None]:
    """Whether the law applies to a model year, and the statement that says so."""
    own = ev.ruleset
    if not own.first <= year <= own.last:
        return False, None
    for statement in own.applies:
        inside = statement.first <= year <= statement.last
        if not inside:
            return False, statement
    return True, own.applies[-1] if own.applies else None


def _owed(ev: Evaluator, rule: rules.Obligation, year: int, reasons: tuple[Step, ...]) -> OwedObligation:
    setting = Setting(year)
    raw = ev.number(rule.size, setting, rule.terms)
    size = _named(ev, f"{rule.name} of model year {year}", raw, rule, reasons)
    parts: list[OwedPart] = []
    for part in rule.parts:
        what = f"{part.name} of model year {year}"
        if part.size is None:
            made = size if part.name == rule.name else _rest(what, size, parts, rule)
        else:
            made = _named(ev, what, ev.number(part.size, setting, rule.terms), rule, ())
            made = _within(made, size, parts)
        parts.append(OwedPart(part.name, made))
    return OwedObligation(rule, year, size, tuple(parts), reasons)


def _named(ev: Evaluator, what: str, raw: Step, rule: rules.Obligation, reasons: tuple[Step, ...]) -> Step:
    inputs = (raw.inputs or (raw,)) + reasons
    low = Fraction(0) if raw.low is None else max(raw.low, Fraction(0))
    high = None if raw.high is None else max(raw.high, Fraction(0))
    how = raw.how if raw.high is None or raw.high >= 0 else f"{raw.how}, below 0: nothing is owed"
    made = step(what, "computed", how=how, unit=CREDITS, low=low, high=high, terms=rule.terms, inputs=inputs,
                rows=raw.rows, missing=raw.missing)  # fmt: skip
    return ev.rounded(made, rule.rounding)


def _within(made: Step, size: Step, parts: list[OwedPart]) -> Step:
    """No part is more than what the parts before it leave, so that all always add up to the obligation."""
    left: trace.Range = size.low, size.high
    for part in parts:
        left = trace.subtract(left, (part.size.low, part.size.high))
    low, high = trace.lesser((made.low, made.high), trace.greater((Fraction(0), Fraction(0)), left))
    if (low, high) == (made.low, made.high):
        return made
    how = f"{made.how}, but no more than is left of {size.what}"
    return step(made.what, "computed", how=how, unit=CREDITS, low=low, high=high, terms=made.terms,
                inputs=(made, size, *(part.size for part in parts)))  # fmt: skip


def _rest(what: str, size: Step, parts: list[OwedPart], rule: rules.Obligation) -> Step:
    low, high = size.low, size.high
    for part in parts:
        low, high = trace.subtract((low, high), (part.size.low, part.size.high))
    low = Fraction(0) if low is None else max(low, Fraction(0))
    shown = [display_number(s.value, places=2) if s.known else "(not known)" for s in (size, *(p.size for p in parts))]
    return step(what, "computed", how="the rest: " + " − ".join(shown), unit=CREDITS, low=low,
                high=None if high is None else max(high, Fraction(0)), terms=rule.terms,
                inputs=(size, *(p.size for p in parts)))  # fmt: skip
