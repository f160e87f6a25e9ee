"""What each law does to small ledgers, in summaries that a lawyer can check by hand.

A scenario is a folder with a question (``ask.txt``), mostly a ledger of its own, and the summary of the answer. A
summary quotes no words and no numbers of a ruleset, so that a change there shows only through what it does. That
makes the second half possible: every number, and every line of law, in the texts is changed or struck out, one at a
time, and some scenario must notice. What none can notice is excused, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

import attrs
import pytest

from zevrules.determination.allocation import Limit, Use
from zevrules.determination.carrying import selects
from zevrules.determination.determiner import determine_as_read, governing
from zevrules.determination.evaluator import Evaluator
from zevrules.determination.findings import Deficit, Determination, Line, ReadAs, YearFinding, YearText
from zevrules.determination.obligations import applicable
from zevrules.determination.trace import Step
from zevrules.diagnostic import Rejected
from zevrules.driver import Rules, determine, read_ledger
from zevrules.ledger.balances import Lot
from zevrules.ledger.entries import Ledger
from zevrules.library import load_drafts
from zevrules.model.assembly import Draft, draft
from zevrules.model.readings import combinations, questions, read_as
from zevrules.model.rules import Authority, Ruleset, Status, Terms
from zevrules.quantity import CREDITS, display_number
from zevrules.shipped import rulesets_folder
from zevrules.source import Source
from zevrules.syntax.parser import parse
from zevrules.syntax.tree import File

SCENARIOS = Path(__file__).parent / "scenarios"
RULESETS = rulesets_folder()

#: Law that adopts none: all of it is its own, and has its only tests here.
ALONE = ("california/act", "california/acc2", "china/nev")

#: The law that the states adopt; it has scenarios, or tests, of its own.
ADOPTED = frozenset(("california/acc1", *ALONE))

#: The title of what other ways of reading the law lead to.
READ = "as the law may be read"

#: The account named in a question about the whole of a ledger, which has figures and no verdict.
EVERYONE = "every account"


# ------------------------------------------------------------------------------------- questions


@attrs.frozen
class Ask:
    """The question of a scenario, as its ask.txt says it."""

    ruleset: str
    account: str
    first: int
    last: int
    as_of: str | None
    text: str | None
    readings: tuple[str, ...]
    ledger: str
    law_too: bool


@cache
def asked(name: str) -> Ask:
    """Three lines of ask.txt say the ruleset, the account and the model years.

    Others may follow: ``as of DAY``, ``text NAME``, ``reading NAME``, ``ledger NAME`` for one that is not the
    scenario's own, and ``law too``, to have the provisions of the state listed.
    """
    folder = SCENARIOS / name
    ruleset, account, years, *more = (folder / "ask.txt").read_text(encoding="utf-8").splitlines()
    first, _, last = years.partition("..")
    law_too = more.count("law too")

    def said(word: str) -> list[str]:
        return [line.removeprefix(f"{word} ") for line in more if line.startswith(f"{word} ")]

    days, texts, readings, ledgers = map(said, ("as of", "text", "reading", "ledger"))
    counted = len(days) + len(texts) + len(readings) + len(ledgers) + law_too
    assert counted == len(more), f"{name}: a line of ask.txt cannot be read"
    own = folder / (ledgers[0] if ledgers else "ledger.json")
    return Ask(ruleset, account, int(first), int(last or first), days[0] if days else None, texts[0] if texts else None,
               tuple(readings), str(own) if own.exists() else ledgers[0], bool(law_too))  # fmt: skip


@cache
def ledger_at(reference: str) -> Ledger:
    return read_ledger(reference)


def names_of_scenarios() -> list[str]:
    """Every scenario, as state/case."""
    return sorted(path.parent.relative_to(SCENARIOS).as_posix() for path in SCENARIOS.glob("*/*/ask.txt"))


@cache
def drafts_of(ruleset: str) -> dict[str, Draft]:
    """A shipped ruleset and all that it adopts."""
    return load_drafts(ruleset)[1]


@cache
def shipped(ruleset: str) -> Rules:
    return Rules(ruleset, drafts_of(ruleset))


def answer(name: str, rules: Rules | None = None, *, one_reading: bool = False) -> str:
    """The summary of a scenario, under the shipped rulesets or under *rules* in the place of its own.

    With *one_reading* the law is not read in other ways than the one that gives the verdict.
    """
    ask = asked(name)
    rules = rules or shipped(ask.ruleset)
    if ask.account == EVERYONE:
        lines = of_everyone(rules, ask)
    else:
        lines = summary((as_read if one_reading else found_for)(rules, ask), ask)
    return "".join(f"{line}\n" for line in lines)


# ------------------------------------------------------------------------------------- summaries


def of_everyone(rules: Rules, ask: Ask) -> Iterator[str]:
    """The figures that a proposal answers with, for every account of a ledger."""
    text = rules.on("2022-04-30")
    yield f"{EVERYONE} under {text.name}"
    ledger = ledger_at(ask.ledger)
    for account in ledger.accounts:
        yield from figures(Evaluator(text, ledger, account.name, {}), f"{account.name}: ")


def summary(found: Determination, ask: Ask) -> Iterator[str]:
    """The answer to a question in short: the determination, and the figures that a proposal answers with."""
    ev = Evaluator(found.ruleset, found.ledger, found.account, {})
    if ask.ruleset in ALONE:
        yield from determination_alone(found)
        yield from (line for line in figures(ev, "") if not re.search(" to more|not known", line))
    else:
        yield from determination(found)
        answers = any(is_own(one.terms.authority, ask.ruleset) for one in found.ruleset.results)
        yield from figures(ev, "") if answers else worked_out(ev, range(ask.first, ask.last + 1))
    yield from whole_law(found.ruleset) if ask.law_too else ()


def found_for(rules: Rules, ask: Ask) -> Determination:
    return determine(rules, ledger_at(ask.ledger), ask.account, ask.first, ask.last, as_of=ask.as_of, text=ask.text,
                     readings=ask.readings)  # fmt: skip


def as_read(rules: Rules, ask: Ask) -> Determination:
    """The same without the other ways in which the law may be read, which takes a fraction of the time."""
    chosen = {
        year: governing(lambda day: rules.on(day, ask.text), year, ask.as_of) for year in range(ask.first, ask.last + 1)
    }
    asked_of = {reading.name: reading for text, _ in chosen.values() for reading in questions(text)}
    wanted = {reading.name: name for reading in asked_of.values() for name in ask.readings if name in reading.readings}
    mine = combinations(asked_of.values(), wanted)[0][0]
    read = {id(text): read_as(text, mine) for text, _ in chosen.values()}
    texts = {year: (read[id(text)], day) for year, (text, day) in chosen.items()}
    return determine_as_read(texts, ledger_at(ask.ledger), ask.account, ask.as_of)


def determination(found: Determination) -> Iterator[str]:
    yield f"{found.account} in {found.ruleset.jurisdiction}, {span(found.first, found.last)}: {found.verdict}"
    if found.proposed:
        yield "  by a text that is proposed only"
    yield from (f"  undetermined until this is known: {effect(one.question)}" for one in found.settling)
    yield from (f"  law left out could reverse this: {law.terms.authority.citation}" for law in found.not_encoded)
    for year in found.years:
        yield from year_lines(year, found.ruleset.name)
        yield from (line for text in found.texts if text.year == year.year for line in force(text))
        yield from (f"  applies by {citation}" for citation in applied_by(found, year))
    yield from titled("let into the account", (lot(found, n) for n in range(len(found.lots))))
    yield from titled(READ, readings(found))
    yield from titled("own law relied on", sorted({str(terms.authority.citation) for terms in relied_on(found)}))
    yield from titled("own law not in force", (str(a.citation) for a in own(found.out_of_force, found.ruleset.name)))


def force(text: YearText) -> Iterator[str]:
    """What the first line of an answer says of the force of a text, without days, model years and sources."""
    for one in text.statuses:
        if one.line[0] != "proposed":
            yield f"  of {one.ruleset}{doubtful(one)[1:]}".replace(" in model years", "")


def whole_law(text: Ruleset) -> Iterator[str]:
    """The provisions that are the states' own, and those that are left out."""
    yield from titled("own law", map(standing, own(text.provisions, text.name)))
    yield from titled(
        "own law left out", (str(a.citation) for a in own((law.terms.authority for law in text.not_encoded), text.name))
    )


def determination_alone(found: Determination) -> Iterator[str]:
    """A determination under law that adopts none: all of it is its own, so only what it does is told."""
    yield f"{found.account} in {found.ruleset.jurisdiction}, {span(found.first, found.last)}: {found.verdict}"
    yield from dict.fromkeys(map(doubtful, found.ruleset.statuses))
    yield from (f"  undetermined until this is known: {effect(one.question)}" for one in found.settling)
    for year in found.years:
        yield f"model year {year.year}: {year.verdict}, closes {year.closes}"
        if year.why_not:
            yield f"  nothing is owed: {effect(year.why_not).partition(': in force')[0]}"
        yield from (f"  {owed.rule.name} {number(owed.size)}" for owed in year.obligations)
        yield from (
            f"  {line}" for line in (*limits_that_mattered(year), *map(use, year.uses), *map(deficit, year.deficits))
        )
    yield from titled("let into the account", (lot(found, n) for n in range(len(found.lots))))
    yield from titled("earned by deliveries", earned(found))
    yield from titled("left, expired or not carried", ends(found))
    if len({(one.verdict, one.years) for one in found.readings}) > 1:
        yield from titled(READ, dict.fromkeys(reading(one) for one in found.readings))


def doubtful(status: Status) -> str:
    """What makes the force of a text doubtful, without its day."""
    return f"  by {status.provision or status.amendment or 'a text'}, {status.line[0]}"


def span(first: int, last: int) -> str:
    return f"model year {first}" + (f" through {last}" if last > first else "")


def limits_that_mattered(year: YearFinding) -> Iterator[str]:
    """The shares that limited some use, and what they came to; an amount that the law names would be a quotation."""
    for limit in year.limits:
        share = limit.step.inputs[0]
        if share.unit != CREDITS and any(counts(limit, one) for one in year.uses):
            over = f" in {year_span(limit.years)}" if len(limit.years) > 1 else ""
            toward = (
                f" toward {' and '.join(dict.fromkeys(part for _, part in limit.targets))}" if limit.targets else ""
            )
            yield f"{limit.words} {number(limit.step)}{toward}{over}"


def counts(limit: Limit, one: Use) -> bool:
    """Whether a use counts against a limit."""
    if limit.targets is not None and (one.deficit_of is not None or (one.year, one.part) not in limit.targets):
        return False
    if limit.selector is None:
        return one.holding.lot.kind in limit.kinds
    return selects(limit.selector, one.holding.lot.kind, one.holding.origins)


def use(one: Use) -> str:
    toward = f"the deficit of model year {one.deficit_of}" if one.deficit_of else one.part
    name = " ".join(part for part in (one.holding.origin, one.holding.lot.kind) if part)
    return f"{display_number(one.amount)} {name} used for {toward}"


def earned(found: Determination) -> Iterator[str]:
    """What vehicles earn, of each kind in each model year."""
    for one in found.issued:
        if one.computed.high != 0:
            yield f"{number(one.computed)} {one.kind} of model year {one.year}"


def ends(found: Determination) -> Iterator[str]:
    """What became of the credits that were not used."""
    for year in found.years:
        for line in year.account:
            not_carried = -dict(line.moves).get("not carried", Fraction(0))
            amounts = {"left": line.closing, "expired": line.expired, "not carried": not_carried}
            said = [f"{display_number(amount)} {what}" for what, amount in amounts.items() if amount]
            if said:
                yield f"{named(line)} at the close of model year {year.year}: {', '.join(said)}"


def titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield title
        yield from (f"  {line}" for line in listed)


def is_own(authority: Authority, asked: str) -> bool:
    """Whether the ruleset that is asked says it, or the states share it, beside the law that they all adopt."""
    return authority.ruleset == asked or authority.ruleset not in ADOPTED


def own(authorities: Iterable[Authority], asked: str) -> Iterator[Authority]:
    """Those that are the states' own."""
    return (authority for authority in authorities if is_own(authority, asked))


def effect(words: str) -> str:
    """Words of the engine without the days and years that they repeat from a ruleset."""
    words = re.sub(r"[\d.,]+% × [\d.,]+", "…", words)
    words = re.sub(r"([≤≥<>]) [\d.,]+", r"\1 …", words)
    words = re.sub(r" by \d{4}-\d\d-\d\d( \(moved from \d{4}-\d\d-\d\d\))?", "", words)
    words = re.sub(r"\((\S+) covers \d+ through \d+\)", r"(not a model year of \1)", words)
    return re.sub(r"(not before|used from|earned from) model year \d+", r"\1 a later model year", words)


def number(made: Step) -> str:
    """A number, or the range that it lies in."""
    if made.low is None and made.high is None:
        return "not known"
    ends = ["more" if end is None else display_number(end) for end in (made.low, made.high)]
    return ends[0] if made.known else " to ".join(ends)


def year_lines(year: YearFinding, asked: str) -> Iterator[str]:
    """What was found for a model year."""
    size = f", {year.size.words}" if year.size is not None and year.obligations else ""
    yield f"model year {year.year}: {year.verdict}, closes {year.closes}{size}"
    if year.why_not:
        yield f"  nothing is owed: {effect(year.why_not)}"
    yield from (f"  charge on what is left at the close: {number(one)} {one.unit}" for one in year.charges)
    for owed in year.obligations:
        parts = " + ".join(f"{number(part.size)} {part.name}" for part in owed.parts)
        yield f"  {owed.rule.name} {number(owed.size)} = {parts}"
    for limit in filter(lambda limit: matters(limit, year, asked), year.limits):
        own_law = f" ({limit.terms.authority.citation})" if is_own(limit.terms.authority, asked) else ""
        over = f" in {year_span(limit.years)}" if len(limit.years) > 1 else ""
        toward = f" toward {limit.targets[0][1]}" if limit.targets else ""
        yield f"  {limit.words} {number(limit.step)}{toward}{over}{own_law}"
    yield from (f"  {use(one)}" for one in year.uses)
    yield from (f"  {deficit(one)}" for one in year.deficits)
    idle = ((terms, why) for terms, why in year.idle if is_own(terms.authority, asked))
    yield from dict.fromkeys(f"  does not apply: {terms.authority.citation}: {effect(why)}" for terms, why in idle)


def applied_by(found: Determination, year: YearFinding) -> Iterator[str]:
    """The provision by which the law applies to a model year."""
    statement = applicable(Evaluator(found.ruleset, found.ledger, found.account, {}), year.year)[1]
    if year.obligations and statement is not None:
        yield str(statement.terms.authority.citation)


def matters(limit: Limit, year: YearFinding, asked: str) -> bool:
    """Whether a limit is the states' own, or some credits were used that it speaks of."""
    if is_own(limit.terms.authority, asked):
        return True
    lots = [one.holding.lot for one in year.uses]
    return any(
        one.kind in limit.kinds or (limit.selector and selects(limit.selector, one.kind, (one.origin,))) for one in lots
    )


def year_span(years: tuple[int, ...]) -> str:
    return f"model years {years[0]} through {years[-1]}"


def named(lot: Lot | Line) -> str:
    """The origin and kind of some credits."""
    return " ".join(part for part in (lot.origin, lot.kind) if part)


def deficit(one: Deficit) -> str:
    """What is lacking and what becomes of it."""
    said = [f"{display_number(one.amount)} of {one.obligation} lacking"]
    said += [f"{display_number(amount)} made up in model year {year}" for year, amount in one.made_up]
    said.append(f"to be made up in model year {one.until} at the latest" if one.until else "not to be made up")
    if one.exposure is not None:
        said.append(f"exposure {number(one.exposure)} dollars")
    if one.open:
        said += [f"leads to what {such.terms.authority.citation} says" for such in one.consequences]
    return ", ".join(said)


def lot(found: Determination, place: int) -> str:
    """How much of some credits counts, and if not all, why."""
    one, made = found.lots[place]
    of_year = one.entry.model_year or one.vintage
    for_year = f" of model year {of_year}" if of_year else ""
    told = f"{number(made)} of {display_number(one.amount)} {named(one)}{for_year} ({one.entry.what}, {one.arrived})"
    refused = not made.known or made.value != one.amount
    whys = dict.fromkeys(effect(part) for part in made.how.split("; "))
    return told + (f": {'; '.join(whys)}" if refused else "")


def readings(found: Determination) -> Iterator[str]:
    """What each combination of readings comes to; those of the adopted law are told apart only if they differ."""
    mine = {question.name for question in found.questions if is_own(question.terms.authority, found.ruleset.name)}
    return iter(dict.fromkeys(reading(one, mine) for one in found.readings))


def reading(one: ReadAs, questions: set[str] | None = None) -> str:
    names = ", ".join(name for question, name in one.chosen if questions is None or question in questions)
    lacking = [f"{display_number(amount)} lacking in {year}" for year, _, amount in one.years if amount]
    return f"{names}: {', '.join([one.verdict, *lacking])}"


def relied_on(found: Determination) -> Iterator[Terms]:
    """The states' own statements that some number, use or limit of the determination stands on."""
    terms = [made.terms for top in found.steps() for made in top.walk() if made.terms is not None]
    for year in found.years:
        terms += [use.terms for use in year.uses] + [one.terms for one in year.deficits if one.terms is not None]
    return (one for one in terms if is_own(one.authority, found.ruleset.name))


def standing(authority: Authority) -> str:
    """A provision by its citation, with the days that change no verdict."""
    said = [
        f"{word} {day}" if day else word for word, day, _, _ in authority.standing if word in ("adopted", "proposed")
    ]
    also = [f"also {authority.also}"] if authority.also else []
    under = [f"adopted under {a.citation}" for a in authority.adoptions if a.citation]
    return ", ".join([str(authority.citation), *also, *said, *under])


def worked_out(ev: Evaluator, years: range) -> Iterator[str]:
    """What the quantities come to that the states define themselves: ratios, and whose sales decide the size."""
    text = ev.ruleset
    mine = [name for name, said in text.quantities.items() if is_own(said[0].terms.authority, text.name)]
    made = ((name, year, ev.quantity(name, year)) for name in mine for year in years if text.first <= year <= text.last)
    yield from titled("worked out", (f"{n} of model year {y}: {number(s)}" for n, y, s in made if s.known))


def figures(ev: Evaluator, before: str) -> Iterator[str]:
    """Every figure that a proposal is to answer with; those that are no manufacturer's only under the first one."""
    first = ev.ledger.accounts[0].name == ev.account
    for name in (result.quantity for result in ev.ruleset.results):
        if first or "manufacturer" in ev.ruleset.dimensions[name]:
            yield f"{before if 'manufacturer' in ev.ruleset.dimensions[name] else ''}{name}: {values(ev, name)}"


def values(ev: Evaluator, name: str) -> str:
    """The values of a figure: one, or one for each kind of credit or model year."""
    text: Ruleset = ev.ruleset
    of_each = text.dimensions[name]
    if "kind" in of_each:
        made = [f"{number(ev.quantity(name, text.first, kind))} {kind}" for kind in text.kinds]
    elif "model year" in of_each:
        made = [f"{number(ev.quantity(name, year))} in {year}" for year in range(text.first, text.last + 1)]
    else:
        made = [number(ev.quantity(name, text.first))]
    return ", ".join(made)


@pytest.mark.parametrize("name", names_of_scenarios())
def test_scenario(name: str, expect: Callable[[Path, str], None]) -> None:
    """The question of ask.txt is answered as expected.txt says."""
    expect(SCENARIOS / name / "expected.txt", answer(name))


# ------------------------------------------------------------------------------ the texts, changed

#: What the states adopt after the first standard.
LATER = ("acc2", "act")

#: The texts whose every number and line is put to the test, by the folder of the scenarios that speak of each first.
HOMES = {
    "california/act": "act",
    "california/acc2": "acc2",
    "china/nev": "china",
    "colorado/zev": "colorado",
    "minnesota/zev": "minnesota",
    "nevada/zev": "nevada",
    "virginia/zev": "virginia",
    "section-177/acc1": "section-177",
    "washington/zev": "washington",
    **{path.relative_to(RULESETS).as_posix(): "washington-paper"
       for path in sorted(RULESETS.glob("washington/*")) if path.name not in ("zev", *LATER)},
    **{path.relative_to(RULESETS).as_posix(): path.parent.name
       for path in sorted(RULESETS.glob("*/ac*")) if path.name in LATER and path.parent.name != "california"},
    "section-177/acc2": "massachusetts",
    "section-177/acc2-from-2027": "new-jersey",
    "section-177/act": "massachusetts",
}  # fmt: skip

MONTHS = "January February March April May June July August September October November December".split()

#: What counts as a constant: a day, a day of each year, the place of a prior model year, a share, a number. One that is
#: part of a word, as in `2b-3`, is none.
CONSTANT = re.compile(
    rf"(?P<day>\d{{4}}-\d\d-\d\d)|(?P<yearly>(?:{'|'.join(MONTHS)}) \d+)|(?P<place>\d+(?:st|nd|rd|th))"
    r"|(?<![\w.-])(?P<number>\d+(?:,\d{3})*(?:\.\d+)?%?)(?![\w-])"
)

#: Lines that name or explain and say nothing that could be applied; quoted words are for people.
SAYS_NOTHING = re.compile(r"\s*(ruleset|title|jurisdiction|note|unverified)\b|\s*\"|§|#")


@attrs.frozen
class Change:
    """A text with one stretch of it changed: which text, in which file at which line, from what to what."""

    ruleset: str
    file: str
    line: int
    old: str
    new: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.old} {'to ' + self.new if self.new else 'struck out'}"

    @property
    def words(self) -> tuple[str, str]:
        """The text, and the line as it is then, or the line that is no more; it outlives changes elsewhere."""
        text = text_of(self.file)
        first, last = text.rfind("\n", 0, self.start) + 1, text.find("\n", self.end)
        if self.new:
            return self.ruleset, " ".join((text[first : self.start] + self.new + text[self.end : last]).split())
        return self.ruleset, "without: " + " ".join(text[self.start : text.find("\n", self.start)].split())

    @property
    def head(self) -> int:
        """The line, from 1, that the statement begins with."""
        lines = text_of(self.file).splitlines()
        return next(n for n in range(self.line, 0, -1) if depth(lines[n - 1]) == 0)

    @property
    def words_in_place(self) -> tuple[str, str, str]:
        """The same with the first line of its statement, where many statements have such a clause."""
        ruleset, words = self.words
        return ruleset, " ".join(text_of(self.file).splitlines()[self.head - 1].split()), words

    @property
    def excused(self) -> bool:
        return self.words in EXCUSED or self.words_in_place in EXCUSED

    def made(self) -> Draft:
        """The changed text as a draft.

        Raises:
            Rejected: If it cannot be read any more.
        """
        text = text_of(self.file)
        changed = parse(Source(self.file, text[: self.start] + self.new + text[self.end :]))
        return draft(
            tuple(changed if file == self.file else tree_of(file) for file in files_of(self.ruleset)), "changed"
        )


@cache
def files_of(ruleset: str) -> tuple[str, ...]:
    """The files of a ruleset."""
    return tuple(path.relative_to(RULESETS).as_posix() for path in sorted((RULESETS / ruleset).glob("*.zev")))


@cache
def text_of(file: str) -> str:
    return (RULESETS / file).read_text(encoding="utf-8")


@cache
def tree_of(file: str) -> File:
    return parse(Source(file, text_of(file)))


def bare(line: str) -> str:
    """*line* with blanks in place of what is quoted or cited, of the path of a ruleset, and of a comment."""
    return re.sub(r'"[^"]*"|(?<=adopts )\S+|(#|§).*', lambda found: " " * len(found[0]), line)


def lines_of(file: str) -> Iterator[tuple[int, int, str]]:
    """The number and the start of each line, and the line."""
    start = 0
    for number, line in enumerate(text_of(file).splitlines(keepends=True), 1):
        yield number, start, line.rstrip("\n")
        start += len(line)


def changed_numbers(ruleset: str) -> Iterator[Change]:
    """Each constant of a text, made a little less and a little more."""
    for file in files_of(ruleset):
        for number, start, line in lines_of(file):
            if not SAYS_NOTHING.match(line):
                for found in CONSTANT.finditer(bare(line)):
                    for new in neighbours(found):
                        yield Change(ruleset, file, number, found[0], new, start + found.start(), start + found.end())


def neighbours(found: re.Match[str]) -> list[str]:
    """The values next to a constant: a day, a year, a place, a percentage point or a last decimal away.

    A day of each year is also moved by two days, since a weekend may swallow one.
    """
    if found["day"]:
        return [(date.fromisoformat(found["day"]) + timedelta(days=by)).isoformat() for by in (-1, 1)]
    if found["yearly"]:
        month, day = found["yearly"].split()
        moved = [date(2025, MONTHS.index(month) + 1, int(day)) + timedelta(days=by) for by in (-1, 1, 2)]
        return [f"{MONTHS[other.month - 1]} {other.day}" for other in moved]
    if found["place"]:
        return [ordinal(int(found["place"][:-2]) + by) for by in (-1, 1)]
    text = found["number"]
    sign = "%" if text.endswith("%") else ""
    whole, _, decimals = text.rstrip("%").replace(",", "").partition(".")
    step = Fraction(1, 10 ** len(decimals))
    values = (Fraction(f"{whole}.{decimals or 0}") + by * step for by in (-1, 1))
    return [f"{float(value):.{len(decimals)}f}{sign}" for value in values if value >= 0]


def ordinal(place: int) -> str:
    return f"{place}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(place, 'th') }".replace(" ", "")


def struck_out(ruleset: str) -> Iterator[Change]:
    """Each statement of a text gone with its clauses, and each clause gone by itself."""
    for file in files_of(ruleset):
        lines = list(lines_of(file))
        for place, (number, start, line) in enumerate(lines):
            if line.strip() and not SAYS_NOTHING.match(line):
                below = next((n for n in range(place + 1, len(lines)) if depth(lines[n][2]) <= depth(line)), None)
                end = len(text_of(file)) if below is None else lines[below][1]
                yield Change(ruleset, file, number, line.strip()[:60], "", start, end)


def depth(line: str) -> int:
    """How far a line is indented; a blank one, as one at the margin, ends what stands above it."""
    return len(line) - len(line.lstrip()) if line.strip() else 0


@cache
def scenarios_of(ruleset: str) -> tuple[str, ...]:
    """The scenarios under a text that is or adopts *ruleset*: first those of its own folder that list the law.

    Law that stands alone has to be noticed by its own, so that it is tested whoever adopts it.
    """
    mine = [
        name for name in names_of_scenarios()
        if (asked(name).ruleset == ruleset if ruleset in ALONE else ruleset in drafts_of(asked(name).ruleset))
    ]  # fmt: skip
    return tuple(sorted(mine, key=lambda name: rank(asked(name), name.partition("/")[0], ruleset)))


def rank(ask: Ask, home: str, ruleset: str) -> tuple[bool, ...]:
    return home != HOMES[ruleset], ask.ruleset != ruleset, not ask.law_too


@cache
def lines_behind(name: str) -> frozenset[tuple[str, int]]:
    """The lines of law that the answer of a scenario rests on, as files and their lines."""
    ask = asked(name)
    if ask.account == EVERYONE:
        return frozenset()
    found = as_read(shipped(ask.ruleset), ask)
    steps = [made for top in found.steps() for made in top.walk()]
    used = [one.terms for year in found.years for one in (*year.uses, *year.limits, *year.deficits, *year.turns)]
    terms = [*(made.terms for made in steps), *used, *(year.closing for year in found.years)]
    spans = [*(one.span for one in terms if one is not None), *(made.span for made in steps if made.span is not None)]
    return frozenset((span.source.name.removeprefix("rulesets/"), span.line) for span in spans)


def likely(change: Change) -> list[str]:
    """The scenarios under a text, first those whose answers rest on the line that is changed, then on its statement."""
    at, under = (change.file, change.line), (change.file, change.head)

    def place(name: str) -> tuple[bool, bool, bool]:
        behind = lines_behind(name)
        return at not in behind, under not in behind, name != LAST.get(change.ruleset)

    return sorted(scenarios_of(change.ruleset), key=place)


#: The scenario that noticed a change of a text last: it may well notice the next one.
LAST: dict[str, str] = {}


def noticed_by(change: Change) -> str:
    """A scenario that comes out otherwise under a changed text; "" if none does."""
    try:
        instead = change.made()
        texts: dict[str, Rules] = {}
        names = likely(change)
        # Of a change that is excused, the likeliest are asked: all would take long, to hear no from each.
        for name in names[:12] if change.excused else names:
            ruleset = asked(name).ruleset
            if ruleset not in texts:
                texts[ruleset] = Rules(ruleset, {**drafts_of(ruleset), instead.path: instead})
            if answer(name, texts[ruleset], one_reading=READ not in expected(name)) != expected(name):
                LAST[change.ruleset] = name
                return name
    except Rejected:
        return "the checker"
    return ""


@cache
def expected(name: str) -> str:
    return (SCENARIOS / name / "expected.txt").read_text(encoding="utf-8")


BEFORE = "header, adoption and statement each keep earlier years out: test_each_bound_holds_alone tells them apart"
AFTER = "§ 13 CCR 1962.2(a) itself ends with model year 2025"
WEEKEND = "March 1, 2026 is a Sunday and February 28 a Saturday: either moves to Monday, March 2"
HEADER = "the header keeps that year out as well"
SAID_TWICE = "California's text says model year 2021 as well, and the later of the two counts"
NOTHING_OWN = "it has no provision of its own, and all that it adopts is proposed by its own header"

ADOPTS = "adopts section-177/acc1 as amended, for model years"
PROPOSED = (
    'without: proposed "Washington Department of Ecology, Revised ZEV Credit Options, April 2022: a paper, not law"'
)
FROM_2025 = ("minnesota/zev", "nevada/zev", "virginia/zev", "washington/zev")


def excuses(ruleset: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The changes of a text that no scenario can notice: below each reason the lines, some after their statement."""
    path = SCENARIOS / HOMES[ruleset] / "excused.txt"
    why = ""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if line.startswith(" "):
            yield (ruleset, *line.strip().split(" | ")), why
        else:
            why = line


#: Changes that no scenario can notice, and why. A change that is noticed after all must be taken out.
EXCUSED: dict[tuple[str, ...], str] = {
    ("colorado/zev", f"{ADOPTS} 2022 through 2025"): BEFORE,
    ("colorado/zev", f"{ADOPTS} 2023 through 2026"): AFTER,
    ("colorado/zev", "applies to model years 2022 through 2025"): BEFORE,
    ("colorado/zev", "applies to model years 2023 through 2026"): AFTER,
    **{(state, f"{ADOPTS} 2024 through 2025"): BEFORE for state in FROM_2025},
    **{(state, f"{ADOPTS} 2025 through 2026"): AFTER for state in FROM_2025},
    **{(state, "applies to model years 2024 through 2025"): BEFORE for state in FROM_2025},
    **{(state, "applies to model years 2025 through 2026"): AFTER for state in FROM_2025},
    (
        "minnesota/zev",
        "when notice of account is given by February 28 of the next year § Minn. R. 7023.0300, subp. 5.C",
    ): WEEKEND,
    **{
        (f"{state}/acc2", f"applies to model years {years}"): HEADER
        for state in ("colorado", "new-mexico")
        for years in ("2026 through 2032", "2027 through 2033")
    },
    ("section-177/act", "credits are earned from model year 2020"): SAID_TWICE,
    ("section-177/act", "without: credits are earned from model year 2021"): SAID_TWICE,
    ("virginia/zev", "without: in each model year"): "a statement without the clause applies in every model year too",
    **{(f"washington/option-{option}", PROPOSED): NOTHING_OWN for option in ("3", "5a", "5b")},
    **{key: why for ruleset in ALONE for key, why in excuses(ruleset)},
}

NUMBERS = [change for ruleset in HOMES for change in changed_numbers(ruleset)]
LINES = [change for ruleset in HOMES for change in struck_out(ruleset)]


@pytest.mark.parametrize("change", NUMBERS, ids=str)
def test_each_number_counts(change: Change) -> None:
    """A number or a day of a state's text is changed by the least there is: some scenario comes out otherwise."""
    check_noticed(change)


@pytest.mark.parametrize("change", LINES, ids=str)
def test_each_line_counts(change: Change) -> None:
    """A statement of a state's text, or one of its clauses, is struck out: some scenario comes out otherwise."""
    check_noticed(change)


def check_noticed(change: Change) -> None:
    by = noticed_by(change)
    if change.excused:
        assert not by, f"{by} notices it: take it out of EXCUSED"
    else:
        assert by, f"no scenario notices it: {' — '.join(change.words)}"


def test_every_excuse_is_of_a_change_that_is_tried() -> None:
    tried = [words for change in (*NUMBERS, *LINES) for words in (change.words, change.words_in_place)]
    assert EXCUSED.keys() <= set(tried)


# ------------------------------------------------------------------- model years, bounded in three places


BOUNDS = {"header": r"(?<=\n    model years  )\d{4}", "adoption": r"(?<=amended, for model years )\d{4}",
          "statement": r"(?<=\napplies to model years )\d{4}"}  # fmt: skip


def earlier(ruleset: str, places: Iterable[str]) -> Draft:
    """A state's text in which the model years begin one earlier in some of the places that bound them."""
    (file,) = files_of(ruleset)
    text = text_of(file)
    for place in places:
        text, count = re.subn(BOUNDS[place], lambda found: str(int(found[0]) - 1), text)
        assert count == 1
    return draft((parse(Source("changed.zev", text)),), "changed")


@pytest.mark.parametrize("ruleset", ["colorado/zev", *FROM_2025])
@pytest.mark.parametrize("bound", [*BOUNDS, "none"])
def test_each_bound_holds_alone(ruleset: str, bound: str) -> None:
    """Header, adoption and statement bound a state's model years: each of them does so without the other two."""
    name = next(name for name in scenarios_of(ruleset) if "/outside-the-year" in name)
    moved = earlier(ruleset, (place for place in BOUNDS if place != bound))
    rules = Rules(ruleset, {**drafts_of(ruleset), moved.path: moved})
    first = next(line for line in answer(name, rules).splitlines() if line.startswith("model year"))

    assert ("not applicable" in first) is (bound != "none")
