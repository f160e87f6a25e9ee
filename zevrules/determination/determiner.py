"""determine(): a model and a ledger become an answer.

Where the ledger leaves a yes, no or choice open, the determination is made for every answer; where it
leaves a number open, for the end of its range that is worse and the one that is better for the account.
The verdict stands only if it is the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from zevrules.determination import findings as found
from zevrules.determination.allocation import (
    Allocation,
    Carried,
    Limit,
    YearPlan,
    allocate,
    caps,
    cures_of,
    permissions,
)
from zevrules.determination.charges import charges
from zevrules.determination.evaluator import Evaluator, Setting, Unanswered, closing_of, in_years
from zevrules.determination.findings import (
    Deficit,
    Determination,
    Doubt,
    ReadAs,
    Remark,
    Settling,
    YearFinding,
    YearText,
)
from zevrules.determination.fitting import check_fit, strays
from zevrules.determination.holdings import Holding, holdings, recorded_entries
from zevrules.determination.obligations import applicable
from zevrules.determination.order import turns
from zevrules.determination.statement import account_lines, compare_issued, year_before
from zevrules.determination.trace import Missing, Step, step, walk
from zevrules.ledger import balances
from zevrules.ledger.entries import Entry, Ledger
from zevrules.model.readings import Chosen, combinations, questions, read_as
from zevrules.model.rules import Authority, Cure, NotEncoded, Ruleset, Terms
from zevrules.model.standing import barred, concerns
from zevrules.node import Node, node
from zevrules.quantity import display_number
from zevrules.source import Span

#: The text in force on a day (ISO).
Texts = Callable[[str], Ruleset]

#: For each model year the text that governs it, and the day that chose it.
TextsByYear = dict[int, tuple[Ruleset, str]]

#: How many combinations of open answers are tried; with more, the verdict is undetermined at once.
MOST_WORLDS = 64


@node
class _World(Node):
    """One way things may be: the answers assumed, the plans under them, and the two ends of what is unknown."""

    answers: tuple[tuple[str, str], ...]
    plans: tuple[YearPlan, ...]
    held: tuple[Holding, ...]
    carried: tuple[Carried, ...]
    spanning: tuple[Limit, ...]
    worst: Allocation
    best: Allocation
    run: frozenset[str]
    missing: tuple[Missing, ...]


def determine(
    texts: Texts,
    ledger: Ledger,
    account: str,
    first: int,
    last: int,
    *,
    as_of: str | None = None,
    settings: tuple[tuple[str, str], ...] = (),
    readings: Chosen = MappingProxyType({}),
    usual: Texts | None = None,
    text: str | None = None,
) -> Determination:
    """The determination of *account* for model years *first* through *last*.

    Where the text can be read in several ways, the verdict is that of the readings chosen, and of the
    defaults for the rest; every other combination is determined as well, to tell whether the verdict hangs on it.

    Args:
        texts: The checked text of the ruleset on a day.
        ledger: What happened.
        account: A declared name.
        first: The first model year of the run.
        last: Its last; the account is carried from one to the next.
        as_of: The day whose text is applied; by default, for each model year its closing day.
        settings: Facts that were set on trial, to be shown on the receipt.
        readings: For each question of reading, the one that the verdict is given by.
        usual: The texts without regard to *text*; *texts* themselves, if it chose nothing.
        text: The amendment, or ``original``, by which *texts* were chosen; to be told.
    """
    chosen = {year: governing(texts, year, as_of) for year in range(first, last + 1)}
    check_fit(_ruling(chosen), ledger, account)
    asked = {reading.name: reading for text, _ in chosen.values() for reading in questions(text)}
    (own, *others), count = combinations(asked.values(), readings)
    made = _read(chosen, own, ledger, account, as_of, settings)
    if others:
        read = [(one, _read(chosen, one, ledger, account, as_of, settings, choose=False)) for one in others]
        made.questions, made.combinations = tuple(asked.values()), count
        made.readings = tuple(_read_as(one, found) for one, found in ((own, made), *read))
    made.text = text
    made.texts = tuple(_text_of(year, *chosen[year], usual or texts, as_of) for year in chosen)
    return made


def _text_of(year: int, text: Ruleset, day: str, usual: Texts, as_of: str | None) -> YearText:
    """What is to be told of the text of a model year, and of what is in force beside it."""
    that_day = usual(day)
    missed = tuple(a for a in that_day.amendments if a not in text.amendments)
    closing = day
    if as_of is not None:
        at_close, closing = governing(usual, year, None)
        if at_close is that_day or _said_in(at_close) == _said_in(that_day):
            closing = day
    statuses = tuple(status for status in text.statuses if concerns(status.line, year))
    return YearText(year, day, text.amendments, statuses, text.barred, missed, closing)


def _said_in(text: Ruleset) -> set[Span]:
    """Where the provisions of a text stand, which tells one text of a ruleset from another."""
    return {authority.span for authority in text.provisions}


def _ruling(chosen: TextsByYear) -> Ruleset:
    """The text of the last model year that has any: one that is stayed as a whole says nothing of what is held."""
    texts = [text for text, _ in chosen.values()]
    return next((text for text in reversed(texts) if not text.barred), texts[-1])


def _ruling_plan(plans: Sequence[YearPlan]) -> YearPlan:
    """The plan of the model year whose text is the `_ruling` one."""
    return next((plan for plan in reversed(plans) if not plan.ev.ruleset.barred), plans[-1])


def _read(
    chosen: TextsByYear,
    readings: Chosen,
    ledger: Ledger,
    account: str,
    as_of: str | None,
    settings: tuple[tuple[str, str], ...],
    *,
    choose: bool = True,
) -> Determination:
    """The determination under one combination of readings; without *choose*, any use serves that is as good."""
    if readings:
        # The years of one text share it, and what is worked out from it.
        read = {id(text): read_as(text, readings) for text, _ in chosen.values()}
        chosen = {year: (read[id(text)], day) for year, (text, day) in chosen.items()}
    return determine_as_read(chosen, ledger, account, as_of, settings, choose=choose)


def determine_as_read(
    chosen: TextsByYear,
    ledger: Ledger,
    account: str,
    as_of: str | None,
    settings: tuple[tuple[str, str], ...] = (),
    *,
    choose: bool = True,
) -> Determination:
    """The determination under texts that are read in one way already, one for each model year.

    Args:
        chosen: For each model year of the run the text and the day that chose it.
        ledger: What happened.
        account: A declared name.
        as_of: The day that chose all texts, if one did.
        settings: Facts that were set on trial, to be shown on the receipt.
        choose: Whether to choose among equal uses by the stated rule; without, any of them is given.
    """
    worlds: list[_World] = []
    open_questions: dict[str, Unanswered] = {}
    complete = _explore(chosen, ledger, account, {}, worlds, open_questions, choose)
    return _answer(chosen, ledger, account, worlds, open_questions, complete, as_of, settings, choose)


def _read_as(chosen: Chosen, made: Determination) -> ReadAs:
    undetermined = made.verdict == found.UNDETERMINED
    years = tuple(
        (y.year, y.verdict, None if undetermined else sum((d.amount for d in y.deficits), Fraction(0)))
        for y in made.years
    )
    return ReadAs(tuple(chosen.items()), made.verdict, years)


def governing(texts: Texts, year: int, as_of: str | None) -> tuple[Ruleset, str]:
    """The text that governs a model year and the day that chose it: the one in force when it closes.

    Args:
        texts: The checked text of the ruleset on a day.
        year: The model year.
        as_of: A day that chooses the text in place of the closing day.
    """
    if as_of is not None:
        return texts(as_of), as_of
    guess = texts(f"{year + 1}-12-31")
    day = closing_of(guess, year)[0].isoformat()
    return texts(day), day


# ------------------------------------------------------------------------------------- worlds


def _explore(
    chosen: TextsByYear,
    ledger: Ledger,
    account: str,
    answers: dict[str, str],
    worlds: list[_World],
    questions: dict[str, Unanswered],
    choose: bool,
) -> bool:
    """Work out every world that the open answers allow; False if there are too many to try."""
    if len(worlds) >= MOST_WORLDS:
        return False
    try:
        worlds.append(_world(chosen, ledger, account, answers, choose))
    except Unanswered as open_question:
        questions.setdefault(open_question.question, open_question)
        if len(answers) >= MOST_WORLDS.bit_length() - 1:
            return False
        complete = True
        for answer in open_question.answers:
            assumed = {**answers, open_question.question: answer}
            complete &= _explore(chosen, ledger, account, assumed, worlds, questions, choose)
        return complete
    return True


def _world(chosen: TextsByYear, ledger: Ledger, account: str, answers: dict[str, str], choose: bool) -> _World:
    evaluators: dict[int, Evaluator] = {}
    plans = []
    for year, (ruleset, _) in chosen.items():
        ev = evaluators.setdefault(id(ruleset), Evaluator(ruleset, ledger, account, answers))
        plans.append(_plan(ev, year))
    years = set(chosen)
    ev = _ruling_plan(plans).ev
    recorded = recorded_entries(ev, balances.surrenders)
    held = holdings(ev, tuple(e for e in recorded if e.model_year not in years), tuple(chosen))
    carried = tuple(_carried(ev, years))
    spanning = tuple(caps(tuple(plans), recorded))
    unknown = [made for made in _steps(plans, held, spanning) if not made.known]
    _note_first_uses(plans, held)
    worst = allocate(tuple(plans), held, carried, recorded, spanning, worst=True, choose=choose)
    best = worst
    if unknown:
        best = allocate(tuple(plans), held, carried, recorded, spanning, worst=False, choose=choose)
    run = frozenset(_run_verdict(plans, carried, side) for side in (worst, best))
    missing = tuple(dict.fromkeys(lost for made in unknown for lost in made.missing))
    return _World(tuple(answers.items()), tuple(plans), held, carried, spanning, worst, best, run, missing)


def _note_first_uses(plans: list[YearPlan], held: tuple[Holding, ...]) -> None:
    """Say in each model year which statements keep credits from being used yet, or do not let them be used."""
    for plan in plans:
        waiting = {id(h.opened_by): (h.opened_by, h.opens) for h in held if h.opened_by and (h.opens or 0) > plan.year}
        idle = [(terms, f"not before model year {opens}") for terms, opens in waiting.values()]
        shut = {id(terms): (terms, why) for h in held for year, terms, why in h.idle if year == plan.year}
        idle += [one for terms, one in shut.items() if terms not in waiting]
        plan.idle = (*plan.idle, *idle)


def _plan(ev: Evaluator, year: int) -> YearPlan:
    closes, closing = closing_of(ev.ruleset, year)
    owed = ev.obligations(year)
    allowed, limits, idle = permissions(ev, year, owed)
    cures = []
    for obligation in owed:
        cure = cures_of(ev, year, obligation.rule.name)
        if cure is not None:
            cures.append((obligation.rule.name, cure))
    for rule in ev.ruleset.obligations:
        if not any(o.rule is rule for o in owed):
            idle = (*idle, (rule.terms, ev.applies(rule.terms, year)[2] or "the law does not apply to this model year"))
    terms: Any = closing.terms if closing else None
    order = turns(ev, year, owed)
    return YearPlan(year, ev, closes, terms, owed, allowed, limits, tuple(cures), order, idle)


def _carried(ev: Evaluator, years: set[int]) -> list[Carried]:
    """The deficits brought in; those of one model year and obligation together."""
    brought: dict[tuple[int, str], list[Entry]] = {}
    for entry in recorded_entries(ev, balances.deficits):
        if entry.model_year is not None and entry.model_year < min(years):
            name = entry.toward or (ev.ruleset.obligations[0].name if ev.ruleset.obligations else "")
            brought.setdefault((entry.model_year, name), []).append(entry)
    return [
        Carried(year, name, sum((e.amount for e in entries), Fraction(0)), tuple(entries), cures_of(ev, year, name))
        for (year, name), entries in sorted(brought.items(), key=lambda one: (one[0][0], _place(ev, one[0][1])))
    ]


def _place(ev: Evaluator, obligation: str) -> int:
    """Where an obligation stands in the ruleset."""
    return next((n for n, rule in enumerate(ev.ruleset.obligations) if rule.name == obligation), 0)


def _steps(plans: list[YearPlan], held: tuple[Holding, ...], spanning: tuple[Limit, ...]) -> list[Step]:
    """The numbers that an allocation turns on."""
    steps = [h.amount for h in held]
    for plan in plans:
        steps.extend(part.size for owed in plan.obligations for part in owed.parts)
    limits = (*(limit for plan in plans for limit in plan.limits), *spanning)
    # What limits only credits that are not there changes nothing, known or not.
    steps.extend(limit.step for limit in limits if any(limit.bears_on(holding) for holding in held))
    return steps


# ----------------------------------------------------------------------------------- verdicts


def _year_state(plan: YearPlan, use: Allocation, plans: list[YearPlan]) -> str:
    """The verdict on one model year under one allocation."""
    if not plan.obligations:
        return found.NOT_APPLICABLE
    worst = found.COMPLIANT
    for owed in plan.obligations:
        key = (plan.year, owed.rule.name)
        if use.short[key]:
            cure = dict(plan.cures).get(owed.rule.name)
            last = plan.year + cure.within if cure else plan.year
            overdue = use.open[key] and last <= plans[-1].year
            if overdue or cure is None:
                return found.NOT_COMPLIANT
            worst = found.CARRIED
    return worst


def _run_verdict(plans: list[YearPlan], carried: tuple[Carried, ...], use: Allocation) -> str:
    """The verdict on the run: what is overdue, what is open at its end, or that all is met."""
    states = {_year_state(plan, use, plans) for plan in plans}
    end = plans[-1].year
    overdue = any(use.open[b.year, b.obligation] and (b.cure is None or b.year + b.cure.within <= end) for b in carried)
    if found.NOT_COMPLIANT in states or overdue:
        return found.NOT_COMPLIANT
    if any(use.open.values()):
        return found.CARRIED
    if states == {found.NOT_APPLICABLE} and not carried:
        return found.NOT_APPLICABLE
    return found.COMPLIANT


#: Whether an effect of law that is not encoded could turn a verdict for the better, or for the worse.
_HELPS = frozenset({"lower", "add"})
_HURTS = frozenset({"raise", "take away"})


def _reversing(world: _World, verdict: str) -> list[NotEncoded]:
    """Law that is not encoded, applies, was not said to be unused, and could reverse *verdict*."""
    effects = _HURTS if verdict in (found.COMPLIANT, found.NOT_APPLICABLE) else _HELPS
    reversing: list[NotEncoded] = []
    for plan in world.plans:
        for law in plan.ev.ruleset.not_encoded:
            could = law.effect in effects and law not in reversing and not _unused(plan.ev, law)
            if could and _may_apply(plan.ev, law.terms, plan.year):
                reversing.append(law)
    return reversing


def _may_apply(ev: Evaluator, terms: Terms, year: int) -> bool:
    """Whether a statement applies, or the ledger leaves open whether it does."""
    try:
        return ev.applies(terms, year)[0]
    except Unanswered:
        return True


def _unused(ev: Evaluator, law: NotEncoded) -> bool:
    """Whether the ledger says that the provision was not used."""
    entry = ev.lookup(str(law.terms.authority.citation))
    return entry is not None and (entry.text or "").strip().lower() == "not used"


# ------------------------------------------------------------------------------------ the answer


def _answer(
    chosen: TextsByYear,
    ledger: Ledger,
    account: str,
    worlds: list[_World],
    questions: dict[str, Unanswered],
    complete: bool,
    as_of: str | None,
    settings: tuple[tuple[str, str], ...],
    full: bool,
) -> Determination:
    run = frozenset().union(*(w.run for w in worlds)) if worlds else frozenset()
    verdict = next(iter(run)) if len(run) == 1 and complete else found.UNDETERMINED
    settling: list[Settling] = []
    not_encoded: list[NotEncoded] = []
    if verdict == found.UNDETERMINED:
        settling = _settling(worlds, questions, complete)
    else:
        not_encoded = [law for w in worlds for law in _reversing(w, verdict)]
    late = _incomplete(ledger, worlds)
    if late is not None and verdict != found.NOT_APPLICABLE:
        settling.append(late)
    if not_encoded or late is not None:
        verdict = found.UNDETERMINED if verdict != found.NOT_APPLICABLE or not_encoded else verdict
    world = worlds[0] if worlds else None
    certain = verdict != found.UNDETERMINED or (len(worlds) == 1 and world is not None and world.worst is world.best)
    years = _years(world, chosen, certain) if world is not None else ()
    _withhold(years, ledger, late is not None, not_encoded)
    ruleset = _ruling(chosen)
    made = Determination(
        ruleset, ledger, account, min(chosen), max(chosen), verdict, years,
        tuple(_brought(world)) if world and certain else (), (), tuple(settling),
        tuple(dict.fromkeys(not_encoded)), tuple(_remarks_on(world, ruleset, ledger, account)) if full else (),
        compare_issued(_ruling_plan(world.plans).ev, min(chosen), max(chosen)) if world and full else (),
        _out_of_force([r for r, _ in chosen.values()]),
        any(r.proposal is not None for r, _ in chosen.values()),
        world.held if world else (), as_of, settings,
        world.answers if world and (verdict == found.UNDETERMINED or _differ(worlds)) else (),
    )  # fmt: skip
    if full:
        made.doubts = _doubts(made)
    return made


def _remarks_on(world: _World | None, ruleset: Ruleset, ledger: Ledger, account: str) -> Iterator[Remark]:
    """What a reader should know, of the account and of the ledger."""
    yield from _remarks(world) if world else ()
    yield from strays(ruleset, ledger, account)


def _differ(worlds: list[_World]) -> bool:
    """Whether what is held or used depends on the answers assumed, though the verdict may not."""

    def shown(world: _World) -> tuple[object, ...]:
        uses = tuple(
            (use.year, id(use.holding.lot.entry), use.amount, use.part, use.deficit_of) for use in world.worst.uses
        )
        return uses, tuple((holding.amount.low, holding.amount.high) for holding in world.held)

    return len({shown(world) for world in worlds}) > 1


def _out_of_force(texts: list[Ruleset]) -> tuple[Authority, ...]:
    """The provisions that no model year of the run applies because they are not in force."""
    left_out = [{a.span for a in text.out_of_force} for text in texts]
    everywhere = set.intersection(*left_out) if left_out else set()
    return tuple(a for a in texts[-1].out_of_force if a.span in everywhere)


def _settling(worlds: list[_World], questions: dict[str, Unanswered], complete: bool) -> list[Settling]:
    """For each open question the verdict that each answer leads to; for each open number, that it is open."""
    settling = []
    for question, asked in questions.items():
        if complete and not _turns_on(question, worlds):
            continue
        answers = []
        for answer in asked.answers:
            verdicts = frozenset().union(*(w.run for w in worlds if dict(w.answers).get(question) == answer))
            words = " or ".join(v for v in found.VERDICTS if v in verdicts) or "not tried"
            answers.append((answer, words))
        settling.append(Settling(question, tuple(answers), asked.reason.missing))
    for alike in _alike(m for w in worlds for m in w.missing if not any(m in s.missing for s in settling)):
        settling.append(Settling(alike[0].words if len(alike) == 1 else alike[0].name, (), alike))
    if not complete:
        settling.append(Settling("too many open questions to try every combination of answers", (), ()))
    return settling


def _turns_on(question: str, worlds: list[_World]) -> bool:
    """Whether the answer to a question changes what the verdict can be, no other answer being another."""
    mine = [(dict(world.answers), world.run) for world in worlds if question in dict(world.answers)]
    return any(
        run != other_run
        and all(other.get(asked, answer) == answer for asked, answer in answers.items() if asked != question)
        for answers, run in mine
        for other, other_run in mine
    )


def _alike(missing: Iterable[Missing]) -> list[tuple[Missing, ...]]:
    """What is missing, the model years of one fact together."""
    groups: dict[tuple[str, str | None, str], dict[Missing, None]] = {}
    for lost in missing:
        groups.setdefault((lost.name, lost.place, lost.why), {})[lost] = None
    return [tuple(sorted(group, key=lambda lost: lost.model_year or 0)) for group in groups.values()]


def _incomplete(ledger: Ledger, worlds: list[_World]) -> Settling | None:
    """Entries up to the closing day count; a ledger that stops before it may lack some."""
    owing = [plan.closes for world in worlds for plan in world.plans if plan.obligations]
    if not owing:
        return None
    closes = max(owing)
    through = ledger.complete_through
    if through is not None and through >= closes:
        return None
    said = (
        f"the ledger is complete only through {through}"
        if through
        else "the ledger does not say through which day it is complete"
    )
    if ledger.known is not None and through == ledger.known.day:
        said = f"what was known on {through} is complete through no later day"
    missing = Missing("complete through", None, None, f"{said}; the last model year closes on {closes}")
    return Settling(f"what happened in the account up to {closes}", (), (missing,))


def _years(world: _World, chosen: TextsByYear, certain: bool) -> tuple[YearFinding, ...]:
    """What was found year by year; the use of credits only where the verdict is certain."""
    use = world.worst
    lines = account_lines(world.plans, world.held, use if certain else None)
    made = []
    for plan in world.plans:
        in_year = tuple(u for u in use.uses if u.year == plan.year) if certain else ()
        verdict = _year_state(plan, use, list(world.plans)) if certain else found.UNDETERMINED
        if not plan.obligations and not (world.answers and not certain):
            verdict = found.NOT_APPLICABLE
        size = plan.ev.size_class(plan.year) if plan.ev.ruleset.classes else None
        mine = (*plan.limits, *(c for c in world.spanning if plan.year in c.years))
        made.append(
            YearFinding(
                plan.year, verdict, plan.closes, plan.closing, chosen[plan.year][1], size, plan.obligations, mine,
                plan.turns, in_year, tuple(_deficits(plan, world, use)) if certain else (), lines[plan.year],
                tuple(charges(plan, world.held, use)) if certain else (),
                use.reasons.get(plan.year, ()) if certain else (), plan.idle, _why_not(plan),
            )
        )  # fmt: skip
    return tuple(made)


def _withhold(years: tuple[YearFinding, ...], ledger: Ledger, late: bool, not_encoded: list[NotEncoded]) -> None:
    """Take back the verdict on each year that something unknown could still reverse."""
    through = ledger.complete_through
    for year in years:
        unseen = late and (through is None or through < year.closes)
        reversible = any(in_years(law.terms, year.year) for law in not_encoded)
        if year.obligations and (unseen or reversible):
            year.verdict = found.UNDETERMINED


def _why_not(plan: YearPlan) -> str:
    """Why nothing is owed in a model year."""
    if plan.obligations:
        return ""
    if plan.ev.ruleset.barred:
        return barred(plan.ev.ruleset.barred)
    inside, statement = applicable(plan.ev, plan.year)
    if not inside:
        own = plan.ev.ruleset
        words = (
            f"{statement.terms.authority.citation}"
            if statement
            else f"{own.name} covers {own.first} through {own.last}"
        )
        return f"the law does not apply to model year {plan.year} ({words})"
    return "; ".join(
        dict.fromkeys(why for terms, why in plan.idle if any(terms is r.terms for r in plan.ev.ruleset.obligations))
    )


def _deficits(plan: YearPlan, world: _World, use: Allocation) -> Iterator[Deficit]:
    """What is lacking at the close of a model year of the run."""
    cures = dict(plan.cures)
    for owed in plan.obligations:
        key = (plan.year, owed.rule.name)
        if use.short[key]:
            exposure = _exposure(plan, owed.rule.name, use.open[key], world)
            yield _deficit(key, use.short[key], cures.get(owed.rule.name), plan, use, exposure, ())


def _brought(world: _World) -> Iterator[Deficit]:
    """The deficits from before the run."""
    for one in world.carried:
        yield _deficit((one.year, one.obligation), one.amount, one.cure, world.plans[0], world.worst, None, one.entries)


def _deficit(
    key: tuple[int, str],
    amount: Fraction,
    cure: Cure | None,
    plan: YearPlan,
    use: Allocation,
    exposure: Step | None,
    entries: tuple[Entry, ...],
) -> Deficit:
    """A deficit and what became of it; *key* is its model year and obligation, *plan* names the closing days."""
    later = tuple((y, a) for (d, o, y), a in sorted(use.cured.items()) if (d, o) == key)
    until = key[0] + cure.within if cure else None
    day = closing_of(plan.ev.ruleset, until)[0] if until is not None else None
    terms = cure.terms if cure else None
    reasons = use.brought.get(key, ())
    follows = tuple(
        c for c in plan.ev.ruleset.consequences if c.obligation == key[1] and _may_apply(plan.ev, c.terms, key[0])
    )
    return Deficit(*key, amount, later, use.open[key], until, day, terms, exposure, entries, reasons, follows)


def _exposure(plan: YearPlan, obligation: str, amount: Fraction, world: _World) -> Step | None:
    """What a deficit not made up may cost; never a penalty due."""
    for exposure in plan.ev.ruleset.exposures:
        if exposure.obligation == obligation and amount and _may_apply(plan.ev, exposure.terms, plan.year):
            owed = next(o for o in plan.obligations if o.rule.name == obligation)
            reasons = tuple(part.size for part in owed.parts) + tuple(h.amount for h in world.held)
            deficit = step(f"deficit of {obligation} of model year {plan.year}", "computed", low=amount, high=amount,
                           unit=owed.size.unit, how="what no lawful use of the credits held can pay",
                           terms=owed.rule.terms, inputs=reasons)  # fmt: skip
            # What is rounded is the deficit that the exposure is reckoned on, not the money.
            deficit = plan.ev.rounded(deficit, exposure.rounding)
            raw = plan.ev.number(exposure.expr, Setting(plan.year, deficit=deficit), exposure.terms)
            what = f"exposure for the deficit of model year {plan.year}"
            return step(what, "computed", how=raw.how, unit=raw.unit, low=raw.low, high=raw.high, terms=exposure.terms,
                        inputs=raw.inputs)  # fmt: skip
    return None


def _remarks(world: _World) -> list[Remark]:
    made = []
    for holding in world.held:
        if holding.refused:
            of = f"{display_number(holding.refused)} of {display_number(holding.lot.amount)} {holding.amount.what}"
            words = f"{of} are not let into the account: {holding.amount.how}"
            sort = f"refused {_REFUSED.get(holding.lot.entry.what, 'transfer')}"
            made.append(Remark(sort, words, holding.amount.terms, holding.lot.entry))
    for entry, amount in world.worst.refused:
        of = f"{display_number(amount)} of {display_number(entry.amount)} {entry.kind} credits surrendered"
        words = f"{of} for model year {entry.model_year} are not a lawful use and stay in the account"
        made.append(Remark("refused surrender", words, None, entry))
    made.extend(_given_in_vain(world))
    return made


def _given_in_vain(world: _World) -> Iterator[Remark]:
    """What the giver is told of transfers in the run that the law did not allow."""
    plans = world.plans
    ev = _ruling_plan(plans).ev
    if ev.ruleset.gates:
        from zevrules.determination.gates import refused  # few laws limit transfers

        for entry, words, terms in refused(ev, year_before(plans[0].closes), plans[-1].closes):
            yield Remark("refused transfer", words, terms, entry)


#: What is refused of a lot, by the entry that brought it.
_REFUSED = {"deposit": "deposit", "conversion": "conversion"}


def _doubts(made: Determination) -> tuple[Doubt, ...]:
    """The unverified statements that the determination stands on, in the order of the law."""
    applied = [terms for year in made.years for terms in _terms_of(year)]
    applied.extend(s.terms for s in walk(made.steps()) if s.terms is not None)
    unique = {(t.span.source.name, t.span.start): t for t in applied}
    return tuple(Doubt(t, t.doubts) for t in unique.values() if t.doubts)


def _terms_of(year: YearFinding) -> list[Terms]:
    terms: list[Terms] = [use.terms for use in year.uses]
    terms.extend(owed.rule.terms for owed in year.obligations)
    terms.extend(d.terms for d in year.deficits if d.terms is not None)
    if year.closing is not None:
        terms.append(year.closing)
    return terms
