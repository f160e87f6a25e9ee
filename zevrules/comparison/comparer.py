"""compare(): every case determined, its results and allowances worked out, and laid beside the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from zevrules.comparison import errors
from zevrules.comparison.causes import causes
from zevrules.comparison.findings import Case, Comparison, Figure, Verdict
from zevrules.determination.deposits import allowance, each_year
from zevrules.determination.determiner import TextsByYear, determine_as_read, governing
from zevrules.determination.evaluator import Evaluator, Unanswered
from zevrules.determination.findings import UNDETERMINED, Determination
from zevrules.determination.trace import Step, added_up, exact, step
from zevrules.diagnostic import Rejected
from zevrules.model.readings import combinations, questions, read_as, under_option
from zevrules.model.rules import Deposit, QuantityOf
from zevrules.quantity import CREDITS

#: What a figure is of: its quantity, account, kind and model year.
_Key = tuple[str, str | None, str | None, int | None]


def compare(
    cases: Sequence[Case], accounts: Sequence[str], first: int, last: int, shown: Sequence[str] = ()
) -> Comparison:
    """The *cases* side by side, for some accounts and a run of model years.

    Args:
        cases: At least one; the first is what the others are held against.
        accounts: Declared names.
        first: The first model year.
        last: The last; accounts are carried from one to the next.
        shown: The quantities to show; by default what each ruleset names as its results, what is owed, used and
            left, and what may be deposited.

    Raises:
        Rejected: If nothing is called by a name in *shown*.
    """
    read = [texts_of(case, first, last) for case in cases]
    made = [_determined(case, texts, accounts) for case, texts in zip(cases, read, strict=True)]
    columns = [
        dict(_figures(case, texts, found, accounts, shown))
        for case, texts, found in zip(cases, read, made, strict=True)
    ]
    keys = dict.fromkeys(key for column in columns for key in column)
    _all_shown(shown, [key[0] for key in keys], read)
    figures = tuple(Figure(*key, tuple(column.get(key) for column in columns)) for key in keys)
    verdicts = tuple(_verdict(account, cases, read, made) for account in accounts if any(made))
    return Comparison(tuple(cases), tuple(accounts), first, last, verdicts, figures)


def _all_shown(shown: Sequence[str], found: Sequence[str], read: list[TextsByYear]) -> None:
    """Refuse names of figures that no case has."""
    missing = [name for name in shown if name not in found]
    if missing:
        known = dict.fromkeys(name for texts in read for text, _ in texts.values() for name in text.quantities)
        raise Rejected([errors.no_such_quantity(name, [*known, *found]) for name in missing])


def texts_of(case: Case, first: int, last: int) -> TextsByYear:
    """The text of each model year, with the statements that stand under the readings and the option of the case."""
    chosen = {year: governing(case.texts, year, case.as_of) for year in range(first, last + 1)}
    asked = {reading.name: reading for text, _ in chosen.values() for reading in questions(text)}
    (own, *_), _ = combinations(asked.values(), case.readings)
    read = {id(text): read_as(text, own) for text, _ in chosen.values()}
    if case.option is not None:
        read = {key: under_option(text, case.option) for key, text in read.items()}
    return {year: (read[id(text)], day) for year, (text, day) in chosen.items()}


def _determined(case: Case, texts: TextsByYear, accounts: Iterable[str]) -> dict[str, Determination]:
    """The determination of each account; none under a text that obliges nobody."""
    if not any(text.obligations for text, _ in texts.values()):
        return {}
    return {account: determine_as_read(texts, case.ledger, account, case.as_of) for account in accounts}


# ------------------------------------------------------------------------------------ verdicts


def _verdict(
    account: str, cases: Sequence[Case], read: list[TextsByYear], made: list[dict[str, Determination]]
) -> Verdict:
    found = [determinations.get(account) for determinations in made]
    verdicts = tuple("no obligation" if one is None else one.verdict for one in found)
    why = tuple(causes(account, cases, read, found))
    return Verdict(account, verdicts, tuple(None if one is None else _lacking(one) for one in found), why)


def _lacking(made: Determination) -> Fraction | None:
    if made.verdict == UNDETERMINED:
        return None
    return sum((d.amount for year in made.years for d in year.deficits), Fraction(0))


# ------------------------------------------------------------------------------------- figures


def _figures(
    case: Case, texts: TextsByYear, made: dict[str, Determination], accounts: Sequence[str], shown: Sequence[str]
) -> Iterator[tuple[_Key, Step]]:
    years = sorted(texts)
    evaluators = {id(text): Evaluator(text, case.ledger, accounts[0], {}) for text, _ in texts.values()}
    by_year = {year: evaluators[id(text)] for year, (text, _) in texts.items()}
    text = texts[years[-1]][0]
    results = list(shown or dict.fromkeys(result.quantity for result in text.results))
    for name in results:
        if name in text.quantities:
            yield from _quantity(name, by_year, accounts)
    others = (*_determination_figures(made), *_allowances(by_year[years[-1]], years, accounts, results))
    yield from (pair for pair in others if not shown or pair[0][0] in shown)


def _quantity(name: str, by_year: dict[int, Evaluator], accounts: Sequence[str]) -> Iterator[tuple[_Key, Step]]:
    """A quantity for each account, kind and model year that it has a value each for."""
    first = next(iter(by_year.values()))
    of = first.ruleset.dimensions[name]
    years = list(by_year) if "model year" in of else [None]
    for account in accounts if "manufacturer" in of else [None]:
        for kind in first.ruleset.kinds if "kind" in of else [None]:
            for year in years:
                at = year if year is not None else min(by_year)
                made = by_year[at].other(account or first.account).quantity(name, at, kind)
                yield (name, account, kind, year), made


def _determination_figures(made: dict[str, Determination]) -> Iterator[tuple[_Key, Step]]:
    """What each account owed, and for each kind of credit what was used and is left."""
    for account, found in made.items():
        for year in found.years:
            for owed in year.obligations:
                yield (owed.rule.name, account, None, year.year), owed.size
        if found.verdict == UNDETERMINED:
            continue
        for kind in found.ruleset.kinds:
            uses = [use for year in found.years for use in year.uses if use.holding.lot.kind == kind]
            closing = [line.closing for line in found.years[-1].account if line.kind == kind]
            if uses:
                used = sum((use.amount for use in uses), Fraction(0))
                yield ("credits used", account, kind, None), exact("credits used", "use", used, unit=CREDITS)
            if closing:
                left = sum(closing, Fraction(0))
                yield ("closing balance", account, kind, None), exact("closing balance", "use", left, unit=CREDITS)


def _allowances(
    ev: Evaluator, years: list[int], accounts: Sequence[str], told: Sequence[str]
) -> Iterator[tuple[_Key, Step]]:
    """What the statements of deposits let into each account, by origin and kind; what is told already is left out."""
    rules = [r for r in ev.ruleset.deposits if not (isinstance(r.expr, QuantityOf) and r.expr.quantity in told)]
    for account in accounts:
        made: dict[tuple[str, str | None], list[Step]] = {}
        for rule in rules:
            for kind in rule.kinds if rule.each_kind else [None]:
                some = made.setdefault((rule.origin, kind), [])
                some.extend(_allowed(ev.other(account), rule, year, kind) for year in _years_of(ev, rule, years))
        for (origin, kind), some in made.items():
            name = f"{origin} credits that may be deposited"
            yield (name, account, kind, None), added_up(name, some, CREDITS)


def _years_of(ev: Evaluator, rule: Deposit, years: list[int]) -> Iterable[int]:
    """The model years that a statement of deposits has an allowance each for."""
    first = rule.terms.first if rule.terms.first is not None else years[0]
    return range(first, (rule.terms.last or first) + 1) if each_year(ev.ruleset, rule.expr) else (first,)


def _allowed(ev: Evaluator, rule: Deposit, year: int, kind: str | None) -> Step:
    try:
        return allowance(ev, rule, year, kind)
    except Unanswered as question:
        return step(question.question, "missing", how="not known", unit=CREDITS, low=Fraction(0),
                    missing=question.reason.missing, terms=rule.terms)  # fmt: skip
