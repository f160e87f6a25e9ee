"""A determination as a page to read: verdict, what was owed and paid, the account, the reasons, the law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from zevrules.determination.allocation import Limit, Use, Weight
from zevrules.determination.evaluator import UNFOUNDED
from zevrules.determination.findings import UNDETERMINED, Deficit, Determination, Line, ReadAs, Settling, YearFinding
from zevrules.determination.obligations import OwedObligation, OwedPart
from zevrules.determination.trace import Missing, Step, walk
from zevrules.model.standing import said
from zevrules.quantity import CREDITS, display_number
from zevrules.report.force import amended, on_first_line, with_amendments
from zevrules.report.lines import WIDTH, rows_of, ruled, wrap
from zevrules.report.notes import Notes
from zevrules.report.receipt import receipt

#: The column in which amounts end.
_AMOUNTS = 56


def page(made: Determination) -> str:
    """The whole determination, ready to print."""
    return _Page(made).text()


class _Page:
    """A page while it is written; its footnotes gather as it goes."""

    def __init__(self, made: Determination) -> None:
        self.made = made
        self.notes = Notes()

    def text(self) -> str:
        parts: list[Iterable[str]] = [self._opening()]
        parts.extend(self._year(year) for year in self.made.years)
        parts.extend(
            [self._account(), self._reasons(), self._readings(), self._remarks(), self._assumptions(), self._law()]
        )
        parts.append(self._receipt())
        return "\n\n".join("\n".join(part) for part in (tuple(p) for p in parts) if part) + "\n"

    # --------------------------------------------------------------------------------- opening

    def _opening(self) -> Iterator[str]:
        made = self.made
        yield from _wrapped(f"{made.verdict.upper()}{on_a_reading(made)}{on_doubtful_law(made)}", "")
        years = (
            f"model year {made.first}" if made.first == made.last else f"model years {made.first} through {made.last}"
        )
        yield f"{made.account} in {made.ruleset.jurisdiction}, {years}"
        yield ""
        yield from _field("ruleset", f"{made.ruleset.name}: {made.ruleset.title}")
        for adoption in made.ruleset.adoptions:
            by = f" by {adoption.citation}" if adoption.citation else ""
            yield from _field("adopts", f"{adoption.adopted}{by}")
        yield from _field("text", f"{_text_in_force(made)}{with_amendments(made)}")
        for words in amended(made):
            yield from _field("amended", words)
        complete = made.ledger.complete_through
        through = f"complete through {complete}" if complete else "not said to be complete through any day"
        yield from _field("ledger", f"{made.ledger.name}, {through}")
        yield from _known_at(made)
        for name, value in made.settings:
            yield from _field("on trial", f"{name} = {value}")
        for deficit in made.brought:
            yield from self._deficit(deficit)
        yield from self._open_questions()

    def _open_questions(self) -> Iterator[str]:
        for one in self.made.settling:
            yield ""
            yield from _settling(one)
        if self.made.assumed:
            yield ""
            answers = "; ".join(f"{question}: {answer}" for question, answer in self.made.assumed)
            words = f"What is shown below is for one of these answers only ({answers})."
            if self.made.verdict != UNDETERMINED:
                words = f"The verdict hangs on no answer, but what is held or used does; it is shown for: {answers}."
            yield from _wrapped(words, "  ")
        for law in self.made.not_encoded:
            yield ""
            citation = law.terms.authority.citation
            words = (
                f"Not encoded: {citation} could {law.effect} {law.subject} ({law.reason}). If it was not used, say so "
                f"in the ledger: a fact `{citation}` with the value `not used`."
            )
            yield from _wrapped(words, "  ")
        if any(year.uses and year.verdict == UNDETERMINED for year in self.made.years):
            yield ""
            yield from _wrapped("What is shown below is what follows if none of this changes anything.", "  ")

    # ----------------------------------------------------------------------------- a model year

    def _year(self, year: YearFinding) -> Iterator[str]:
        yield ruled(f"Model year {year.year}: {year.verdict}")
        if year.closing is not None:
            yield _row("", "closes", str(year.closes), self.notes.of(year.closing))
        if year.size is not None and year.size.words != "none":
            rows = ", ".join(map(str, year.size.rows))
            how = f"{year.size.how}: {rows}" if rows else year.size.how
            yield _row("", year.size.words, "", f"{how} {self.notes.of_step(year.size)}")
        if year.why_not:
            yield from _wrapped(f"Nothing is owed: {year.why_not}.", "  ")
        for owed in year.obligations:
            yield ""
            yield from self._obligation(owed, year)
        spanning = [limit for limit in year.limits if limit.selector is not None and self._matters(limit, year)]
        if spanning:
            yield ""
        for limit in spanning:
            yield _row("", limit.step.what.removesuffix(", at most"), f"≤ {_range(limit.step)}", self._how(limit.step))
        for deficit in year.deficits:
            yield from self._deficit(deficit)
        for charge in year.charges:
            yield ""
            money = f"{_range(charge)} {charge.unit}"
            yield from _wrapped(f"{charge.what.partition(' of model year')[0]}: {money}: {self._how(charge)}", "  ")

    def _obligation(self, owed: OwedObligation, year: YearFinding) -> Iterator[str]:
        yield _row("", owed.rule.name, _range(owed.size), self._how(owed.size))
        for part in owed.parts:
            alone = part.name == owed.rule.name
            if not alone:
                yield _row("  ", part.name, _range(part.size), self._how(part.size))
            yield from self._payments(owed, part, year, "  " if alone else "    ")

    def _payments(self, owed: OwedObligation, part: OwedPart, year: YearFinding, margin: str) -> Iterator[str]:
        mine = [u for u in year.uses if u.deficit_of is None and (u.obligation, u.part) == (owed.rule.name, part.name)]
        for use in mine:
            source = f"{use.holding.lot.entry.at} {self.notes.of(use.terms)}"
            source += f" {self.notes.of(use.holding.counted_by)}" if use.holding.counted_by is not None else ""
            yield _row(margin, f"paid with {_credits(use)}", _credit(use.amount), source)
        for limit in year.limits:
            mine_too = limit.targets and (year.year, part.name) in limit.targets
            if limit.selector is None and mine_too and self._matters(limit, year):
                used = sum((u.amount for u in mine if u.holding.lot.kind in limit.kinds), Fraction(0))
                reached = ", reached" if mine and limit.step.known and used == limit.step.value else ""
                named = " and ".join(limit.kinds)
                yield _row(margin, f"{named} may pay", f"≤ {_range(limit.step)}", self._how(limit.step) + reached)
        if (year.verdict != UNDETERMINED or year.uses or year.deficits) and part.size.known:
            lacking = part.size.value - sum((u.amount for u in mine), Fraction(0))
            if lacking:
                yield _row(margin, "lacking", _credit(lacking), "")

    def _matters(self, limit: Limit, year: YearFinding) -> bool:
        """Whether the account holds credits that the limit is about, and something is owed that they could pay."""
        owed = [p.size for o in year.obligations for p in o.parts if (year.year, p.name) in (limit.targets or ())]
        nothing = bool(owed) and all(size.known and not size.value for size in owed)
        return self._touches(limit) and not nothing

    def _touches(self, limit: Limit) -> bool:
        """Whether the account holds any credits that the limit is about."""
        return any(limit.bears_on(holding) for holding in self.made.held)

    def _how(self, made: Step) -> str:
        """How a number was made, with the law it stands on and the law of what went into it."""
        own = self.notes.of_step(made)
        below = [self.notes.of_step(i) for i in made.inputs if i.terms is not made.terms]
        marks = [mark for mark in dict.fromkeys(below) if mark and mark != own]
        return f"{made.how} {own}" + (f" from {' '.join(marks)}" if marks else "")

    def _deficit(self, deficit: Deficit) -> Iterator[str]:
        yield ""
        since = f" of model year {deficit.year}, brought in" if deficit.entries else ""
        row = rows_of([str(entry.at) for entry in deficit.entries])
        yield _row("", f"deficit of {deficit.obligation}{since}", _credit(deficit.amount), row)
        for when, amount in deficit.made_up:
            yield _row("  ", f"made up in model year {when}", _credit(amount), self.notes.of(deficit.terms))
        if not deficit.open:
            return
        yield _row("  ", "still open", _credit(deficit.open), "")
        if deficit.until is None:
            yield from _wrapped("no statement allows it to be made up later", "    ")
        else:
            by = f"the close of model year {deficit.until}, {deficit.until_day}"
            late = deficit.until <= self.made.last
            words = f"was to be made up by {by}, and was not" if late else f"to be made up by {by}"
            yield from _wrapped(f"{words} {self.notes.of(deficit.terms)}", "    ")
        if deficit.exposure is not None:
            money = f"{display_number(deficit.exposure.value, places=2)} {deficit.exposure.unit}"
            words = f"if not made up: an exposure of {money}, not a penalty due: {self._how(deficit.exposure)}"
            yield from _wrapped(words, "    ")
        for consequence in deficit.consequences:
            words = f"if not made up: {consequence.what} {self.notes.of(consequence.terms)}"
            yield from _wrapped(words, "    ")

    # --------------------------------------------------------------------------------- account

    def _account(self) -> Iterator[str]:
        made = self.made
        if not any(year.account for year in made.years):
            return
        yield ruled(f"Account of {made.account}, in {made.ruleset.unit}")
        heads = "".join(f"{word:>12}" for word in ("opening", "in", "out", "used", "expired", "closing"))
        yield f"  {'':<24}{heads}".rstrip()
        for year in made.years:
            yield f"  model year {year.year}"
            yield from (_line(line) for line in year.account)
        if made.verdict == UNDETERMINED and not any(year.uses for year in made.years):
            yield from _wrapped(
                "While the verdict is undetermined no use is shown; the balance is that before use.", "  "
            )

    # --------------------------------------------------------------------------------- reasons

    def _reasons(self) -> Iterator[str]:
        made = self.made
        short = [year for year in made.years if year.reasons]
        brought = [deficit for deficit in made.brought if deficit.reasons]
        if made.verdict in (UNDETERMINED, "not applicable") and not short and not brought:
            return
        yield ruled("Reasons")
        if not short and not brought:
            words = (
                "Yes: every part is paid in full by the uses shown above, each by a kind of credit that may pay it "
                "and within every limit."
            )
            yield from _wrapped(words, "  ")
        for deficit in brought:
            lead = f"No lawful use makes up more of the deficit of model year {deficit.year}:"
            yield from self._arithmetic(lead, deficit.reasons)
        for year in short:
            lead = f"No lawful use leaves less lacking in model year {year.year}"
            if any(turn for before in made.years if before.year <= year.year for turn in before.turns):
                lead += ", with what the order of the law has used up to then used up"
            yield from self._arithmetic(f"{lead}:", year.reasons)
        used = [year for year in made.years if year.uses]
        if used:
            yield ""
            orders = {id(turn.terms): turn.terms for year in used for turn in year.turns}
            for terms in orders.values():
                words = (
                    f"Credits are used in the order that the law says, or leaves to the party {self.notes.of(terms)}."
                )
                yield from _wrapped(words, "  ")
            words = (
                "Where the law leaves the order of use open, the credits shown are a choice and not law: what ends "
                "soonest first, then the lowest kind, then the oldest."
            )
            yield from _wrapped(words, "  ")

    def _arithmetic(self, lead: str, weights: tuple[Weight, ...]) -> Iterator[str]:
        """Why no lawful use does better: what is owed, less the most that each limit and lot can give."""
        yield from _wrapped(lead, "  ")
        total = Fraction(0)
        for weight in sorted(weights, key=lambda w: (w.factor * w.amount < 0, w.sort != "owed", w.year or 0)):
            amount = weight.factor * weight.amount
            total += amount
            times = "" if abs(weight.factor) == 1 else f"{display_number(abs(weight.factor))} × "
            sign = "" if amount >= 0 else "less "
            yield _row("", f"{sign}{times}{weight.words}", _credit(abs(amount)), self._source(weight))
        yield _row("", "so at least this is lacking", _credit(total), "")

    def _source(self, weight: Weight) -> str:
        if weight.sort == "held" and weight.step is not None:
            return rows_of(list(dict.fromkeys(str(row) for s in weight.step.walk() for row in s.rows)))
        return self.notes.of(weight.terms)

    # -------------------------------------------------------------------------------- readings

    def _readings(self) -> Iterator[str]:
        """The ways in which the text can be read, and what each comes to."""
        made = self.made
        if not made.readings:
            return
        yield ruled("Readings")
        for question, (_, taken) in zip(made.questions, made.readings[0].chosen, strict=True):
            rest = " or ".join(name for name in question.readings if name != taken)
            usual = "" if taken == question.default else f" (by default as {question.default})"
            words = f"the {question.name} is read as {taken}{usual}, and could be read as {rest}"
            yield from _wrapped(f"{words} {self.notes.of(question.terms)}", "  ", hanging="    ")
        tried = len(made.readings)
        of_all = f"all {tried}" if tried == made.combinations else f"the {tried} evaluated, of {made.combinations},"
        if all((r.verdict, r.years) == (made.readings[0].verdict, made.readings[0].years) for r in made.readings):
            what = (
                "The verdict is undetermined" if made.verdict == UNDETERMINED else "Verdict and deficits are the same"
            )
            yield from _wrapped(f"{what} under {of_all} combinations of readings.", "  ")
            return
        telling = _telling(made)
        idle = [question.name for question in made.questions if question.name not in telling]
        else_words = f"; how the {' and the '.join(idle)} {_is_or_are(idle)} read makes no difference" if idle else ""
        yield from _wrapped(f"Under {of_all} combinations of readings, that of the verdict first{else_words}:", "  ")
        told: dict[str, str] = {}
        for read in made.readings:
            names = ", ".join(name for question, name in read.chosen if question in telling)
            told.setdefault(names, _came_to(read))
        for names, came in told.items():
            yield from _wrapped(f"{names}: {came}", "    ", hanging="      ")

    # --------------------------------------------------------------------------- remarks, law

    def _remarks(self) -> Iterator[str]:
        made = self.made
        unfounded = {s.what: s for s in walk(made.steps()) if s.note.startswith(UNFOUNDED)}
        if not made.remarks and not made.issued and not unfounded:
            return
        yield ruled("Remarks")
        if unfounded:
            words = f"rounded without authority in {len(unfounded)} places: {', '.join(unfounded)}"
            yield from _wrapped(words, "  ", hanging="    ")
        for remark in made.remarks:
            row = f" ({remark.entry.at})" if remark.entry is not None else ""
            yield from _wrapped(f"{remark.words}{row} {self.notes.of(remark.terms)}".rstrip(), "  ")
        if made.issued:
            yield from _wrapped(
                "Credits issued, beside those that deliveries earn; they are compared, never added:", "  "
            )
        for pair in made.issued:
            amount = f"earned by deliveries: {_range(pair.computed)}"
            yield _row("", f"{pair.kind} of model year {pair.year}, issued", _credit(pair.issued), amount)

    def _assumptions(self) -> Iterator[str]:
        """What the ledger itself marks as assumed, and where; the figures above are no better than these."""
        marked: dict[str, dict[str, None]] = {}
        for one in walk(self.made.steps()):
            if one.rows and one.note.lower().startswith("assumption"):
                rows = marked.setdefault(one.note, {})
                rows.update((str(row), None) for row in one.rows)
        if not marked:
            return
        yield ruled("Assumptions that the ledger marks")
        for note, rows in marked.items():
            yield from _wrapped(f"{note} ({rows_of(list(rows))})", "  ", hanging="    ")

    def _law(self) -> Iterator[str]:
        yield ruled("Law ([n?] marks what is unverified)")
        for doubt in self.made.doubts:
            self.notes.of(doubt.terms)
        yield from self.notes.listed(WIDTH)
        if self.made.out_of_force:
            yield ""
            yield "  Not in force, so not applied in any model year shown:"
        for authority in self.made.out_of_force:
            standing = "; ".join(map(said, authority.standing))
            words = f"{authority.citation} — {authority.title}: {standing} ({authority.span.place})"
            yield from _wrapped(words, "    ", hanging="      ")

    def _receipt(self) -> Iterator[str]:
        yield ruled("Receipt")
        for name, value in receipt(self.made).items():
            yield f"  {name:<32} {value}"


# ------------------------------------------------------------------------------------ phrases


def on_a_reading(made: Determination) -> str:
    """Which other reading leads to which other verdict: the fewest words that tell it."""
    if not made.readings:
        return ""
    own = dict(made.readings[0].chosen)
    others = [read for read in made.readings if read.verdict != made.verdict]
    single = [r for r in others if sum(own[question] != name for question, name in r.chosen) == 1]
    told = []
    for read in single or others[:1]:
        changed = [f"the {question} is read as {name}" for question, name in read.chosen if own[question] != name]
        told.append(f", but {read.verdict} if {' and '.join(changed)}")
    if len(made.readings) < made.combinations:
        told.append(f", of {made.combinations} combinations of readings only {len(made.readings)} evaluated")
    return "".join(told)


def _telling(made: Determination) -> set[str]:
    """The questions on which verdict or deficits hang; all of them, if not every combination was evaluated."""
    if len(made.readings) < made.combinations:
        return {question.name for question in made.questions}
    outcomes = {read.chosen: (read.verdict, read.years) for read in made.readings}
    found = set()
    for number, question in enumerate(made.questions):
        apart: dict[tuple[tuple[str, str], ...], set[object]] = {}
        for chosen, outcome in outcomes.items():
            apart.setdefault((*chosen[:number], *chosen[number + 1 :]), set()).add(outcome)
        if any(len(some) > 1 for some in apart.values()):
            found.add(question.name)
    return found


def _is_or_are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _came_to(read: ReadAs) -> str:
    """The verdict under some readings, and what is lacking in each model year."""
    lacking = [f"{_credit(amount)} lacking in {year}" for year, _, amount in read.years if amount]
    return ", ".join([read.verdict, *lacking])


def on_doubtful_law(made: Determination) -> str:
    """Whether the determination stands on unverified text, or on text not in force, and on which."""
    text = on_first_line(made)
    citations = list(dict.fromkeys(str(d.terms.authority.citation) for d in made.doubts))
    if not citations:
        return text
    more = f" and {len(citations) - 1} more" if len(citations) > 1 else ""
    return f"{text}, on unverified law: {citations[0]}{more}"


def _known_at(made: Determination) -> Iterator[str]:
    """The day of what was known, where one was asked about."""
    if made.ledger.known is None:
        return
    from zevrules.report.known import told

    for number, words in enumerate(told(made.ledger)):
        yield from _field("" if number else "known at", words)


def _text_in_force(made: Determination) -> str:
    if made.as_of:
        return f"as in force on {made.as_of}"
    days = [year.as_of for year in made.years]
    if not days:
        return "as in force on the closing day of each model year"
    if len(days) == 1:
        return f"as in force on {days[0]}, when model year {made.first} closes"
    return f"for each model year as in force on its closing day, {days[0]} to {days[-1]}"


def _settling(one: Settling) -> Iterator[str]:
    grouped = list(_grouped(one.missing))
    years_of_one = len(grouped) == 1 and one.question == one.missing[0].name
    question = grouped[0][0] if years_of_one else one.question
    yield from _wrapped(f"Not known: {question}", "  ", hanging="    ")
    for words, why in grouped:
        yield from _wrapped(why if words == question else f"{words}: {why}", "    ")
    for answer, verdict in one.answers:
        yield f"      if {answer}: {verdict}"


def _grouped(missing: tuple[Missing, ...]) -> Iterator[tuple[str, str]]:
    """What is missing, the model years of one fact together."""
    years: dict[tuple[str, str | None, str], list[int]] = {}
    for lost in missing:
        some = years.setdefault((lost.name, lost.place, lost.why), [])
        if lost.model_year is not None:
            some.append(lost.model_year)
    for (name, place, why), some in years.items():
        where = f" in {place}" if place else ""
        yield f"{name}{where}{_of_years(sorted(set(some)))}", why


def _of_years(years: list[int]) -> str:
    if not years:
        return ""
    if len(years) == 1:
        return f" of model year {years[0]}"
    if years[-1] - years[0] == len(years) - 1:
        return f" of model years {years[0]} through {years[-1]}"
    return " of model years " + ", ".join(map(str, years[:-1])) + f" and {years[-1]}"


def _credits(use: Use) -> str:
    lot, own = use.holding.lot, use.holding.origin
    origin = f"{own} " if own else ""
    vintage = f" of {lot.vintage}" if lot.vintage is not None else ""
    place = f" from {lot.came_from}" if lot.came_from is not None else ""
    return f"{origin}{lot.kind}{vintage}{place}"


def _line(line: Line) -> str:
    came = sum((a for _, a in line.moves if a > 0), Fraction(0))
    went = -sum((a for _, a in line.moves if a < 0), Fraction(0))
    name = f"{line.origin} {line.kind}" if line.origin else line.kind
    cells = "".join(f"{_credit(n) if n else '–':>12}" for n in (line.opening, came, went, line.used, line.expired))
    return f"    {name:<22}{cells}{_credit(line.closing):>12}"


# --------------------------------------------------------------------------------------- lines


def _row(margin: str, name: str, amount: str, rest: str) -> str:
    """A name, an amount ending in a fixed column, and words beside it, on as many lines as they need.

    A name that is too long gets a line of its own.
    """
    left = f"  {margin}{name}"
    above = ""
    if len(left) + len(amount) + 1 > _AMOUNTS:
        hanging = f"  {margin}  "
        above = "".join(
            f"{line}\n" for line in wrap(f"{margin}{name}", WIDTH, initial_indent="  ", subsequent_indent=hanging)
        )
        left = ""
    first, *more = wrap(rest, WIDTH - _AMOUNTS - 3) or [""]
    below = "".join(f"\n{'':{_AMOUNTS + 3}}{line}" for line in more)
    return above + f"{left}{amount:>{_AMOUNTS - len(left)}}   {first}".rstrip() + below


def _range(made: Step) -> str:
    places = 2 if made.unit == CREDITS else 0
    if made.known:
        return display_number(made.value, places=places)
    low = display_number(made.low, places=places) if made.low is not None else ""
    high = display_number(made.high, places=places) if made.high is not None else ""
    if low and high:
        return f"{low} to {high}"
    return f"{low} or more" if low else f"{high} or less" if high else "not known"


def _credit(amount: Fraction) -> str:
    return display_number(amount, places=2)


def _field(name: str, words: str) -> Iterator[str]:
    yield from _wrapped(words, f"  {name:<10}", hanging=" " * 12)


def _wrapped(words: str, margin: str, *, hanging: str | None = None) -> Iterator[str]:
    below = margin if hanging is None else hanging
    yield from wrap(words, WIDTH, initial_indent=margin, subsequent_indent=below)
