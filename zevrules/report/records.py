"""A determination as plain dicts of a stable shape, and as JSON; `shapes` says what each key holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from zevrules.determination import findings
from zevrules.determination.trace import Missing, Step
from zevrules.model.rules import Amendment, Authority, NotEncoded, Terms
from zevrules.model.standing import NOT_IN_YEARS, Standing, said
from zevrules.quantity import PLAIN, write_number
from zevrules.report.receipt import receipt

if TYPE_CHECKING:
    from zevrules.determination import allocation
    from zevrules.determination.findings import Determination, YearFinding
    from zevrules.determination.obligations import OwedObligation
    from zevrules.ledger.entries import Ledger
    from zevrules.report import shapes

#: The version of the shape; another one whenever a key changes its name or its meaning.
SCHEMA: Final = "1"


def record(made: Determination) -> shapes.Record:
    """*made* as dicts, lists, text, whole numbers and truths alone; no key is ever left out."""
    writer = _Writer()
    years = made.years
    obligations = [writer.obligation(owed, year) for year in years for owed in year.obligations]
    uses = [writer.use(use) for year in years for use in year.uses]
    brought = [writer.brought_in(deficit) for deficit in made.brought]
    reasons = [writer.brought_reason(deficit) for deficit in made.brought if deficit.reasons]
    reasons += [reason for year in years for reason in writer.reasons(year)]
    written: shapes.Record = {
        "schema": SCHEMA,
        "ruleset": made.ruleset.name,
        "jurisdiction": made.ruleset.jurisdiction,
        "account_name": made.account,
        "model_years": {"first": made.first, "last": made.last},
        "known_at": known_at(made.ledger),
        "verdict": made.verdict,  # type: ignore[typeddict-item]
        "text": {"chosen": made.text, "years": [_text(text) for text in made.texts]},
        "obligations": obligations,
        "deficits_brought_in": brought,
        "uses": uses,
        "account": writer.account(made),
        "reasons": reasons,
        "trace": writer.trace,
        "law": writer.laws,
        "unverified": [{"law": writer.law(d.terms), "reasons": list(d.reasons)} for d in made.doubts],
        "undetermined": [_question(one) for one in made.settling],
        "readings": writer.readings(made),
        "not_encoded": [writer.not_encoded(law, made) for law in made.ruleset.not_encoded],
        "remarks": list(writer.remarks(made)),
        "years": [writer.year(year) for year in years],
        "receipt": receipt(made),
    }
    for authority in made.out_of_force:
        writer.not_in_force(authority)
    return written


def to_json(made: Determination, *, indent: int | None = None) -> str:
    """*made* as JSON: the same determination gives the same text, to the byte.

    Args:
        made: The determination.
        indent: Spaces for each level; without it all stands on one line, with no spaces.
    """
    from zevrules.report.written import as_json

    return as_json(record(made), indent)


def known_at(ledger: Ledger) -> shapes.KnownAt | None:
    """The day as of which a ledger is asked, and its rows without a day; None if the whole ledger is."""
    known = ledger.known
    if known is None:
        return None
    return {
        "day": known.day.isoformat(),
        "presumed_rows": [str(row) for row in known.presumed],
        "undated_rows": [str(row) for row in known.undated],
    }


def number(made: Step) -> str | None:
    """The number of a step; None if it is not known, or is no number."""
    return write_number(made.low) if made.low is not None and made.low == made.high else None


class _Writer:
    """Writes findings, and with each the steps and the law it refers to: each once, numbered as they come."""

    def __init__(self) -> None:
        self.trace: dict[str, shapes.Step] = {}
        self.laws: list[shapes.Law] = []
        self._ids: dict[int, str] = {}
        self._same: dict[tuple[Any, ...], Step] = {}
        self._first: dict[int, Step] = {}
        self._law_ids: dict[tuple[Any, ...], str] = {}

    # ------------------------------------------------------------------------------ trace

    def step(self, made: Step) -> str:
        """The id of a step, which is written with all below it at its first visit."""
        top = self._merged(made)
        new = list(self._new_below(top))
        for one in new:
            self.trace[self._ids[id(one)]] = self._written(one)
        return self._ids[id(top)]

    def _new_below(self, top: Step) -> Iterator[Step]:
        """*top* and the steps below it that have no id yet, what comes first first; each is given one."""
        waiting = [top]
        while waiting:
            one = waiting.pop()
            if id(one) not in self._ids:
                self._ids[id(one)] = f"s{len(self._ids) + 1}"
                yield one
                waiting.extend(self._first[id(i)] for i in reversed(one.inputs))

    def _merged(self, made: Step) -> Step:
        """The first step that says what *made* says; a fact read twice is one step of the graph."""
        waiting = [made]
        while waiting:
            one = waiting[-1]
            below = [i for i in one.inputs if id(i) not in self._first]
            if id(one) in self._first or not below:
                waiting.pop()
                if id(one) not in self._first:
                    self._first[id(one)] = self._same.setdefault(self._key(one), one)
            else:
                waiting.extend(below)
        return self._first[id(made)]

    def _key(self, made: Step) -> tuple[Any, ...]:
        """All that a step says, its inputs by identity."""
        span = made.span and (made.span.source.name, made.span.start)
        inputs = tuple(id(self._first[id(i)]) for i in made.inputs)
        terms = made.terms and _law_key(made.terms)
        said = (made.what, made.sort, made.how, made.unit, made.low, made.high, made.truth, made.words, made.before)
        return *said, terms, made.citation, span, inputs, made.rows, made.missing, made.note

    def _written(self, made: Step) -> shapes.Step:
        known = number(made)
        is_number = made.truth is None and not made.words and made.sort not in ("claim", "class")
        exact = f"{made.value.numerator}/{made.value.denominator}" if known is not None else None
        return {
            "what": made.what,
            "value": made.truth if made.truth is not None else made.words or known,
            "low": _maybe(made.low) if known is None else None,
            "high": _maybe(made.high) if known is None else None,
            "unit": str(made.unit) if is_number and made.unit != PLAIN else "",
            "exact": exact,
            "before_rounding": _maybe(made.before),
            "how": made.how,
            "law": self.law(made.terms) if made.terms is not None else None,
            "citation": str(made.citation) if made.citation is not None else None,
            "place": made.span.place if made.span is not None else None,
            "words": made.span.source.line(made.span.line).split("  #")[0].strip() if made.span is not None else None,
            "inputs": [self._ids[id(self._first[id(i)])] for i in made.inputs],
            "rows": [str(row) for row in made.rows],
            "missing": [_missing(one) for one in made.missing],
            "note": made.note,
            "sort": made.sort,
        }

    # --------------------------------------------------------------------------- readings

    def readings(self, made: Determination) -> shapes.Readings:
        """The questions of reading, and what each combination of readings comes to."""
        taken = dict(made.readings[0].chosen) if made.readings else {}
        return {
            "questions": [
                {
                    "question": asked.name,
                    "readings": list(asked.readings),
                    "default": asked.default,
                    "taken": taken[asked.name],
                    "law": self.law(asked.terms),
                }
                for asked in made.questions
            ],
            "combinations": made.combinations,
            "evaluated": [
                {
                    "readings": [{"question": question, "reading": name} for question, name in read.chosen],
                    "verdict": read.verdict,  # type: ignore[typeddict-item]
                    "years": [
                        {"model_year": year, "verdict": verdict, "lacking": _maybe(lacking)}  # type: ignore[typeddict-item]
                        for year, verdict, lacking in read.years
                    ],
                }
                for read in made.readings
            ],
            "verdict_hangs_on_reading": made.hangs_on_reading,
        }

    # -------------------------------------------------------------------------------- law

    def law(self, terms: Terms) -> str:
        """The id of a statement."""
        key = _law_key(terms)
        if key not in self._law_ids:
            words, line = terms.words, terms.span.line
            self._add(key, terms.authority, words, terms.span.source.name, line, terms.doubts, terms.notes)
        return self._law_ids[key]

    def not_in_force(self, authority: Authority) -> None:
        """List a provision that was left out because it is not in force for any of the model years."""
        span = authority.span
        key = ("not in force", span.source.name, span.start, _adopters(authority))
        if key not in self._law_ids:
            self._add(key, authority, "", span.source.name, span.line, authority.unverified, ())
            self.laws[-1]["status"] = "not in force"

    def _add(
        self,
        key: tuple[Any, ...],
        authority: Authority,
        words: str,
        file: str,
        line: int,
        doubts: Iterable[str],
        notes: Iterable[str],
    ) -> None:
        self._law_ids[key] = f"law{len(self._law_ids) + 1}"
        proposed = any(word == "proposed" for word, *_ in authority.standing)
        self.laws.append(
            {
                "id": self._law_ids[key],
                "ruleset": authority.ruleset,
                "citation": str(authority.citation),
                "also": str(authority.also) if authority.also is not None else None,
                "replaces": [str(other) for other in authority.replaces],
                "amendment": authority.amendment or None,
                "adopting": [
                    {"ruleset": a.ruleset, "citation": str(a.citation) if a.citation is not None else None}
                    for a in authority.adoptions
                ],
                "title": authority.title,
                "words": words,
                "file": file,
                "line": line,
                "status": "proposed" if proposed else "in force",
                "version": _version(authority),
                "standing": [_standing(line) for line in authority.standing],
                "unverified": list(dict.fromkeys(doubts)),
                "notes": list(notes),
            }
        )

    # --------------------------------------------------------------------------- findings

    def obligation(self, owed: OwedObligation, year: YearFinding) -> shapes.Obligation:
        """What is owed, and what of it lacks."""
        short = next((d for d in year.deficits if d.obligation == owed.rule.name), None)
        return {
            "model_year": owed.year,
            "name": owed.rule.name,
            "amount": number(owed.size),
            "step": self.step(owed.size),
            "law": self.law(owed.rule.terms),
            "because": [self.step(reason) for reason in owed.reasons],
            "parts": [
                {
                    "name": part.name,
                    "amount": number(part.size),
                    "step": self.step(part.size),
                    "lacking": _lacking(owed.rule.name, part.name, part.size, year),
                }
                for part in owed.parts
            ],
            "deficit": self._deficit(short) if short is not None else None,
        }

    def _deficit(self, short: findings.Deficit) -> shapes.Deficit:
        cost = short.exposure
        return {
            "amount": write_number(short.amount),
            "made_up": [{"model_year": year, "amount": write_number(amount)} for year, amount in short.made_up],
            "open": write_number(short.open),
            "until_model_year": short.until,
            "until_day": short.until_day.isoformat() if short.until_day is not None else None,
            "law": self._law_of(short.terms),
            "exposure": None
            if cost is None
            else {
                "amount": number(cost),
                "unit": str(cost.unit),
                "step": self.step(cost),
                "law": self._law_of(cost.terms),
            },
            "consequences": [{"what": c.what, "law": self.law(c.terms)} for c in short.consequences],
        }

    def brought_in(self, short: findings.Deficit) -> shapes.BroughtIn:
        """A deficit from before the run."""
        return {
            "model_year": short.year,
            "obligation": short.obligation,
            "rows": [str(entry.at) for entry in short.entries],
            "deficit": self._deficit(short),
        }

    def use(self, use: allocation.Use) -> shapes.Use:
        """Which lot pays what."""
        lot = use.holding.lot
        return {
            "model_year": use.year,
            "kind": lot.kind,
            "origin": lot.origin,
            "came_from": lot.came_from,
            "counted_as": use.holding.counted_as,
            "vintage": lot.vintage,
            "amount": write_number(use.amount),
            "obligation": use.obligation,
            "part": use.part or None,
            "deficit_of": use.deficit_of,
            "lot": self.step(use.holding.amount),
            "row": str(lot.entry.at),
            "law": self.law(use.terms),
        }

    def account(self, made: Determination) -> shapes.Account:
        """The account statement."""
        return {
            "unit": made.ruleset.unit,
            "lines": [_line(year.year, line) for year in made.years for line in year.account],
            "lots": [
                {
                    "kind": lot.kind,
                    "origin": lot.origin,
                    "came_from": lot.came_from,
                    "counted_as": holding.counted_as,
                    "vintage": lot.vintage,
                    "arrived": lot.arrived.isoformat(),
                    "held": write_number(lot.amount),
                    "amount": number(holding.amount),
                    "step": self.step(holding.amount),
                    "row": str(lot.entry.at),
                }
                for holding, lot in ((one, one.lot) for one in made.held)
            ],
        }

    def reasons(self, year: YearFinding) -> Iterator[shapes.Reason]:
        """Why a model year has its verdict."""
        if year.verdict == findings.NOT_APPLICABLE:
            yield _reason("nothing owed", year.year, year.why_not)
        elif year.verdict == findings.UNDETERMINED:
            yield _reason("undetermined", year.year, "what is not known decides it")
        elif not year.reasons:
            yield _reason("use", year.year, "the uses of credits pay every part, each by a kind and within every limit")
        else:
            least = sum((w.factor * w.amount for w in year.reasons), Fraction(0))
            made = _reason("shortfall", year.year, f"no lawful use leaves less lacking in model year {year.year}")
            made["least"] = write_number(least)
            made["weights"] = [self._weight(weight) for weight in year.reasons]
            yield made

    def brought_reason(self, short: findings.Deficit) -> shapes.Reason:
        """Why a deficit from before the run stays open."""
        made = _reason(
            "shortfall", short.year, f"no lawful use makes up more of the deficit of model year {short.year}"
        )
        made["least"] = write_number(short.open)
        made["weights"] = [self._weight(weight) for weight in short.reasons]
        return made

    def _weight(self, weight: allocation.Weight) -> shapes.Weight:
        below = weight.step.walk() if weight.step is not None and weight.sort == "held" else ()
        return {
            "factor": write_number(weight.factor),
            "amount": write_number(weight.amount),
            "words": weight.words,
            "sort": weight.sort,
            "model_year": weight.year,
            "law": self._law_of(weight.terms),
            "step": self.step(weight.step) if weight.step is not None else None,
            "rows": list(dict.fromkeys(str(row) for one in below for row in one.rows)),
        }

    def year(self, year: YearFinding) -> shapes.Year:
        """What was found for a model year beside its obligations and uses."""
        return {
            "model_year": year.year,
            "verdict": year.verdict,  # type: ignore[typeddict-item]
            "closes": year.closes.isoformat(),
            "closing_law": self._law_of(year.closing),
            "as_of": year.as_of,
            "size_class": year.size.words or None if year.size is not None else None,
            "size_class_step": self.step(year.size) if year.size is not None else None,
            "nothing_owed": year.why_not,
            "limits": [self._limit(limit) for limit in year.limits],
            "charges": [
                {
                    "what": charge.what,
                    "amount": number(charge),
                    "unit": str(charge.unit),
                    "step": self.step(charge),
                    "law": self._law_of(charge.terms),
                }
                for charge in year.charges
            ],
            "order_of_use": [
                {"credits": turn.words, "parts": list(turn.parts), "law": self.law(turn.terms)} for turn in year.turns
            ],
            "did_not_apply": [{"law": self.law(terms), "why": why} for terms, why in year.idle],
        }

    def _limit(self, limit: allocation.Limit) -> shapes.Limit:
        return {
            "words": limit.words,
            "amount": number(limit.step),
            "step": self.step(limit.step),
            "law": self.law(limit.terms),
            "kinds": list(limit.kinds or limit.selector.kinds),
            "origins": list(limit.selector.origins) if limit.selector is not None else [],
            "parts": [part for _, part in limit.targets or ()],
            "model_years": list(limit.years),
            "spent": write_number(limit.spent),
        }

    def not_encoded(self, law: NotEncoded, made: Determination) -> shapes.NotEncoded:
        """Law that is not encoded, and whether it could reverse this verdict."""
        return {
            "law": self.law(law.terms),
            "reason": law.reason,
            "effect": law.effect,
            "subject": law.subject,
            "could_reverse": law in made.not_encoded,
        }

    def remarks(self, made: Determination) -> Iterator[shapes.Remark]:
        """What changes no verdict: assumptions of an open verdict and credits issued are among it."""
        for remark in made.remarks:
            yield {
                "sort": remark.sort,
                "words": remark.words,
                "law": self._law_of(remark.terms),
                "row": str(remark.entry.at) if remark.entry is not None else None,
                "amount": None,
                "step": None,
            }
        for question, answer in made.assumed:
            yield {
                "sort": "assumed",
                "words": f"the numbers shown are those for: {question}: {answer}",
                "law": None,
                "row": None,
                "amount": None,
                "step": None,
            }
        for pair in made.issued:
            yield {
                "sort": "issued and computed",
                "words": f"{pair.kind} credits issued for model year {pair.year}, beside those that deliveries earn",
                "law": None,
                "row": None,
                "amount": write_number(pair.issued),
                "step": self.step(pair.computed),
            }

    def _law_of(self, terms: Terms | None) -> str | None:
        return self.law(terms) if terms is not None else None


# ------------------------------------------------------------------------------------- pieces


def _adopters(authority: Authority) -> tuple[Any, ...]:
    return tuple((a.ruleset, str(a.citation)) for a in authority.adoptions)


def _standing(line: Standing) -> shapes.Standing:
    word, since, until, source = line
    if line[0] == NOT_IN_YEARS:
        return {"word": said((word, since, until, "")), "since": None, "until": None, "source": source}
    return {"word": word, "since": since, "until": until, "source": source}


def _amendment(one: Amendment) -> shapes.Amendment:
    standing = [_standing(line) for line in one.standing]
    return {"ruleset": one.ruleset, "name": one.name, "title": one.title, "standing": standing}


def _text(text: findings.YearText) -> shapes.YearText:
    """Which text a model year is determined by, and how it stands."""
    return {
        "model_year": text.year,
        "as_of": text.day,
        "amendments": [_amendment(one) for one in text.amendments],
        "status": [
            {
                "ruleset": one.ruleset,
                "amendment": one.amendment or None,
                "provision": one.provision or None,
                "said": _standing(one.line),
            }
            for one in text.statuses
        ],
        "barred": [_standing(line) for line in text.barred],
        "left_out": [_amendment(one) for one in text.missed],
        "in_force_at_close": text.closing == text.day,
    }


def _law_key(terms: Terms) -> tuple[Any, ...]:
    """What tells one statement from another: where it stands, and by whom it is adopted."""
    return terms.span.source.name, terms.span.start, _adopters(terms.authority)


def _version(authority: Authority) -> str:
    """Which version of the words this is, as the provision dates it; empty if it says nothing of dates."""
    said = []
    for word, since, until, source in authority.standing:
        words = [word, f"from {since}" if since else "", f"until {until}" if until else "", source]
        said.append(" ".join(filter(None, words)))
    return "; ".join(said)


def _maybe(value: Fraction | None) -> str | None:
    return None if value is None else write_number(value)


def _missing(one: Missing) -> shapes.Missing:
    return {"name": one.name, "model_year": one.model_year, "place": one.place, "why": one.why}


def _question(one: findings.Settling) -> shapes.Question:
    return {
        "question": one.question,
        "answers": [{"answer": answer, "verdict": verdict} for answer, verdict in one.answers],
        "missing": [_missing(missing) for missing in one.missing],
    }


def _reason(kind: Any, year: int, words: str) -> shapes.Reason:
    return {"kind": kind, "model_year": year, "words": words, "least": None, "weights": []}


def _lacking(obligation: str, part: str, size: Step, year: YearFinding) -> str | None:
    """What no use pays of a part by the close of its model year; None where that is not known."""
    if year.verdict == findings.UNDETERMINED or not size.known:
        return None
    mine = (u.amount for u in year.uses if (u.obligation, u.part, u.deficit_of) == (obligation, part, None))
    return write_number(size.value - sum(mine, Fraction(0)))


def _line(year: int, line: findings.Line) -> shapes.AccountLine:
    return {
        "model_year": year,
        "kind": line.kind,
        "origin": line.origin,
        "opening": write_number(line.opening),
        "moved": [{"what": what, "amount": write_number(amount)} for what, amount in line.moves],
        "used": write_number(line.used),
        "expired": write_number(line.expired),
        "closing": write_number(line.closing),
    }
