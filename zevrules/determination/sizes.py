"""The size class of a manufacturer: a band of an average, left only after enough consecutive averages beyond it."""

from __future__ import annotations

from typing import Any

from zevrules.determination import trace
from zevrules.determination.evaluator import Evaluator, Setting, Unanswered, in_years, undated
from zevrules.determination.trace import Step, step
from zevrules.model import rules
from zevrules.model.rules import Move, SizeClass


def size_class(ev: Evaluator, year: int) -> Step:
    """The class in *year*: stated by the ledger, or moved from that of the year before, or by its own band.

    Raises:
        Unanswered: If the ledger leaves it open; the one question is then the class itself, whatever is missing.
    """
    question = f"size class of model year {year}"
    name = ev.assumed(question)
    if name is not None:
        return step(question, "class", how="assumed", words=name, terms=_class(ev, name).terms)
    stated = _stated(ev, year)
    if stated is not None:
        return stated
    if not ev.ruleset.classes:
        return step(question, "class", how="no size classes are declared", words="none")
    try:
        return _by_band(ev, year) if year <= _first_year(ev) else _moved_to(ev, year)
    except Unanswered as asked:
        reason = step(question, "class", missing=asked.reason.missing)
        raise ev.unanswered(question, tuple(c.name for c in ev.ruleset.classes), reason) from None


def _moved_to(ev: Evaluator, year: int) -> Step:
    """The class of the year before, or the one that enough averages have moved it to."""
    question = f"size class of model year {year}"
    before = ev.size_class(year - 1)
    claims: list[Step] = []
    for move in ev.ruleset.moves:
        if move.old == before.words and in_years(move.terms, year):
            moved, reasons = _moved(ev, move, year)
            claims.extend(reasons)
            if moved is None:
                missing = tuple(dict.fromkeys(m for c in reasons for m in c.missing))
                raise ev.unanswered(question, (move.old, move.new), step(question, "class", missing=missing))
            if moved:
                return step(question, "class", words=move.new, terms=move.terms,
                            how=f"{move.old} before; {move.after} consecutive averages beyond it",
                            inputs=(before, *reasons))  # fmt: skip
    terms = _class(ev, before.words).terms
    return step(question, "class", how=f"as in model year {year - 1}", words=before.words, terms=terms,
                inputs=(before, *claims))  # fmt: skip


def _first_year(ev: Evaluator) -> int:
    counted = [m.counted_from for m in ev.ruleset.moves if m.counted_from is not None]
    return min([*counted, ev.ruleset.first])


def _class(ev: Evaluator, name: str) -> SizeClass:
    return next(c for c in ev.ruleset.classes if c.name == name)


def _stated(ev: Evaluator, year: int) -> Step | None:
    """What the ledger itself says of the class, for this model year or for all."""
    for size in ev.ruleset.classes:
        entry = ev.lookup(size.name, year=year) or ev.lookup(size.name)
        if entry is not None and entry.undated:
            question = f"size class of model year {year}"
            reason = step(question, "class", rows=(entry.at,), missing=(undated(entry),))
            raise ev.unanswered(question, tuple(c.name for c in ev.ruleset.classes), reason)
        if entry is not None and entry.value is True:
            return step(f"size class of model year {year}", "class", how="the ledger states it", words=size.name,
                        terms=size.terms, rows=(entry.at,), note=entry.note)  # fmt: skip
    return None


def _by_band(ev: Evaluator, year: int) -> Step:
    assert ev.ruleset.size is not None
    average = ev.quantity(ev.ruleset.size.quantity, year)
    for size in ev.ruleset.classes:
        claim = _within(ev, average, size, year)
        if claim is None or claim.truth:
            inputs = (average,) if claim is None else (claim,)
            return step(f"size class of model year {year}", "class", how="by the band that the average lies in",
                        words=size.name, terms=size.terms, inputs=inputs)  # fmt: skip
        if claim.truth is None:
            break
    raise Unanswered("", (), average)


def _within(ev: Evaluator, average: Step, size: SizeClass, year: int) -> Step | None:
    """Whether *average* is within the upper bound of a class; None where it has none."""
    if size.high is None:
        return None
    high = ev.number(size.high, Setting(year), size.terms)
    return _compared(average, "≤", high, size.terms)


def _compared(average: Step, op: str, bound: Step, terms: rules.Terms) -> Step:
    answer = trace.compare(op, (average.low, average.high), (bound.low, bound.high))
    words = {True: "yes", False: "no", None: "not known"}[answer]
    return step(f"{average.what} {op} {bound.what}", "claim", how=words, truth=answer, terms=terms,
                inputs=(average, bound), missing=() if answer is not None else average.missing)  # fmt: skip


def _moved(ev: Evaluator, move: Move, year: int) -> tuple[bool | None, list[Step]]:
    """Whether the last averages that count all lie beyond the old class towards the new one; None: not known."""
    assert ev.ruleset.size is not None
    up = _order(ev, move.new) > _order(ev, move.old)
    bound: Any = _class(ev, move.old).high if up else _class(ev, move.old).low
    if bound is None:
        return False, []
    limit = ev.number(bound, Setting(year), _class(ev, move.old).terms)
    since = move.counted_from if move.counted_from is not None else _first_year(ev)
    claims: list[Step] = []
    counted = 0
    unsure = False
    for tied in range(year - 1, since - 1, -1):
        skipped = _not_counted(ev, move, tied)
        if skipped is not None and skipped.truth:
            claims.append(skipped)
            continue
        average = ev.quantity(ev.ruleset.size.quantity, tied)
        claim = _compared(average, ">" if up else "≤", limit, move.terms)
        if claim.truth is False and skipped is None:
            return False, [claim]
        # An average that may or may not count is taken to count; the answer is then not known.
        claims.extend([claim] if skipped is None else [skipped, claim])
        unsure = unsure or skipped is not None or claim.truth is None
        counted += 1
        if counted == move.after:
            return (None if unsure else True), claims
    return False, claims


def _not_counted(ev: Evaluator, move: Move, tied: int) -> Step | None:
    """The claim that the average tied to a model year does not count, unless it is false."""
    for condition, first, last in move.not_counting:
        if first is not None and last is not None and not first <= tied <= last:
            continue
        claim = ev.truth(condition, Setting(tied), move.terms)
        if claim.truth is not False:
            return claim
    return None


def _order(ev: Evaluator, name: str) -> int:
    return [c.name for c in ev.ruleset.classes].index(name)
