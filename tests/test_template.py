"""A template asks for everything that a determination may look up, and reads as a ledger that says nothing yet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from zevrules.determination.asks import asks
from zevrules.determination.evaluator import Evaluator, in_years
from zevrules.driver import Rules, determine, load, read_ledger
from zevrules.ledger.entries import Fact, Ledger
from zevrules.ledger.template import Asks, write_template
from zevrules.library import shipped_names

ILLUSTRATION = str(Path(__file__).parent / "golden" / "outline" / "rules" / "westland" / "base")
ALL = [*shipped_names(), ILLUSTRATION]
#: Those that oblige anyone; the rest are projections and proposals, which reach no verdict.
OBLIGING = [name for name in ALL if load(name).every()[-1].obligations]


def each(rulesets: list[str]) -> pytest.MarkDecorator:
    """A test for each of some rulesets."""
    return pytest.mark.parametrize("ruleset", rulesets, ids=lambda name: "-".join(name.split("/")[-2:]))


#: A row of facts by what it is asked for: fact, jurisdiction, model year, kind.
Key = tuple[str, str, int | None, str]


def asked(ruleset: str) -> Asks:
    """What the latest text of a ruleset asks for."""
    return asks(load(ruleset).every()[-1])


def rows(made: Asks) -> set[Key]:
    """The rows asked for."""
    return {(row.name, row.place, row.year, row.kind) for row in made.facts}


def span(rules: Rules) -> tuple[int, int]:
    """The model years a ruleset covers."""
    text = rules.every()[-1]
    return text.first, text.last


def owes(rules: Rules, year: int) -> bool:
    """Whether anything can be owed in a model year: credits are earned and banked before."""
    text = rules.every()[-1]
    applies = all(statement.first <= year <= statement.last for statement in text.applies)
    return applies and any(in_years(obligation.terms, year) for obligation in text.obligations)


@each(ALL)
def test_a_template_reads_as_it_is(ruleset: str, tmp_path: Path) -> None:
    """As a ledger of one account in which nothing is known yet."""
    write_template(tmp_path / "new", asked(ruleset))
    ledger = read_ledger(str(tmp_path / "new"))
    assert (ledger.facts, ledger.entries, ledger.deliveries) == ((), (), ())


@each(OBLIGING)
def test_a_template_settles_nothing(ruleset: str, tmp_path: Path) -> None:
    """Nothing is known yet, so nothing is determined."""
    write_template(tmp_path / "new", asked(ruleset))
    ledger = read_ledger(str(tmp_path / "new"))
    rules = load(ruleset)
    for year in range(span(rules)[0], span(rules)[1] + 1):
        found = determine(rules, ledger, "Our company", year)
        if not owes(rules, year):
            assert found.verdict in ("not applicable", "undetermined")
            continue
        assert found.verdict == "undetermined"
        assert any(one.missing for one in found.settling)


@each(OBLIGING)
def test_what_is_missing_has_its_row(ruleset: str, tmp_path: Path) -> None:
    """Each fact that an undetermined verdict names is one that the template asked for."""
    made = asked(ruleset)
    write_template(tmp_path / "new", made)
    rules = load(ruleset)
    found = determine(rules, read_ledger(str(tmp_path / "new")), "Our company", *span(rules))
    missing = {
        (
            lost.name.partition(" of ")[0] if lost.name not in names(made) else lost.name,
            lost.place or "",
            lost.model_year,
        )
        for one in found.settling
        for lost in one.missing
        # What the law itself leaves open, no ledger can say.
        if lost.name != "complete through" and not lost.why.startswith("left open")
    }
    assert missing
    assert missing <= {(name, place, year) for name, place, year, _ in rows(made)}


def names(made: Asks) -> set[str]:
    """The facts asked for."""
    return {row.name for row in made.facts}


# ------------------------------------------------------------------------------------ completeness


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> set[Key]:
    """Every fact that an evaluator looks up while the test runs."""
    keys: set[Key] = set()
    look = Evaluator.lookup

    def noted(
        self: Evaluator,
        name: str,
        *,
        place: str | None = None,
        year: int | None = None,
        kind: str | None = None,
        account: str | None = None,
    ) -> Fact | None:
        keys.add((name, place or "", year, kind or ""))
        return look(self, name, place=place, year=year, kind=kind, account=account)

    monkeypatch.setattr(Evaluator, "lookup", noted)
    return keys


def other_ways(ruleset: str, keys: set[Key]) -> Iterator[Key]:
    """Facts that may be stated, but need not: a size class of one year, a quantity that the law defines, a notice
    given once for all years in which it is asked for."""
    text = load(ruleset).every()[-1]
    classes = {size.name for size in text.classes}
    yearly = {row.name for row in asks(text).facts if row.year is not None}
    for key in keys:
        once = key[2] is None and key[0].startswith("notice of ")
        if key[0] in classes or key[0] in text.quantities or (once and key[0] in yearly):
            yield key


CASES = [
    ("california/acc1", "california-bank", "BMW", 2021, 2025),
    ("california/acc1", "california-bank", "Volvo", 2018, 2025),
    ("california/acc1", "california-bank", "Zipcar", 2019, 2024),
    ("colorado/zev", "colorado-example", "Example Motors", 2023, 2025),
    ("washington/zev", "adopting-states", "Example Motors", 2025, 2025),
    ("minnesota/zev", "adopting-states", "Example Motors", 2025, 2025),
    ("nevada/zev", "adopting-states", "Example Motors", 2025, 2025),
    ("virginia/zev", "adopting-states", "Example Motors", 2025, 2025),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].replace('/', '-')}-{case[2]}")
def test_whatever_is_looked_up_is_asked_for(case: tuple[str, str, str, int, int], looked_up: set[Key]) -> None:
    """A determination never wants a fact that the template has no row for."""
    ruleset, ledger, account, first, last = case
    determine(load(ruleset), read_ledger(ledger), account, first, last)
    unasked = looked_up - rows(asked(ruleset)) - set(other_ways(ruleset, looked_up))
    # Law that could change no verdict is looked up by nobody.
    assert unasked == set()


def filled(path: Path, ledger: Ledger, account: str) -> None:
    """Write into the rows of a template what *ledger* says of *account*."""
    said = {
        (fact.name, fact.jurisdiction or "", str(fact.model_year or ""), fact.kind or ""): fact.text
        for fact in ledger.facts
        if fact.account in (account, None)
    }
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *lines = csv.reader(stream)
    for line in lines:
        line[header.index("value")] = said.get((line[1], line[2], line[3], line[4]), "")
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])


def test_a_filled_in_template_settles_the_verdict(tmp_path: Path) -> None:
    """With the values of the example in its rows, and its entries, it says what the example says."""
    example = read_ledger("colorado-example")
    write_template(tmp_path / "new", attrs.evolve(asked("colorado/zev"), account="Example Motors"))
    filled(tmp_path / "new" / "facts.csv", example, "Example Motors")
    typed = read_ledger(str(tmp_path / "new"))
    typed = attrs.evolve(typed, entries=example.entries, complete_through=example.complete_through)
    classes = {size.name for size in load("colorado/zev").every()[-1].classes}
    # The example states the size class year by year, which the template has no rows for.
    yearly = tuple(f for f in example.facts if f.name in classes and f.model_year is not None)
    typed = attrs.evolve(typed, facts=(*typed.facts, *yearly))
    for year in (2023, 2024, 2025):
        mine = determine(load("colorado/zev"), typed, "Example Motors", year)
        theirs = determine(load("colorado/zev"), example, "Example Motors", year)
        assert (mine.verdict, mine.settling) == (theirs.verdict, theirs.settling)
        assert [owed.size.value for owed in mine.years[0].obligations] == [
            owed.size.value for owed in theirs.years[0].obligations
        ]


# ----------------------------------------------------------------------------------- what is asked

WINDOWS = [
    # ruleset, fact, jurisdiction, first and last model year of its rows
    ("california/acc1", "volume", "California", 2014, 2025),  # an average of the 4th to the 2nd year before
    ("california/acc1", "size volume", "California", 2015, 2024),
    ("california/acc1", "average global revenue", "", 2018, 2020),
    ("california/acc1", "national volume", "", 2018, 2021),
    ("colorado/zev", "volume", "Colorado", 2019, 2025),
    ("colorado/zev", "volume", "California", 2019, 2021),
    ("colorado/zev", "California obligations", "", 2022, 2022),
]


@pytest.mark.parametrize(("ruleset", "fact", "place", "first", "last"), WINDOWS)
def test_the_years_asked_for(ruleset: str, fact: str, place: str, first: int, last: int) -> None:
    """As far back as averages reach, and no year more."""
    years = [row.year for row in asked(ruleset).facts if (row.name, row.place) == (fact, place)]
    assert years == list(range(first, last + 1))


RULES = """
ruleset westland/all
    title        "Every place where a fact may stand"
    jurisdiction Westland
    model years  2031 through 2032

§ NAC 445B.805 — Facts
credits are A and B, highest first
origins are early
fact volume in vehicles of each model year in each jurisdiction
fact plan is yes or no of each model year
fact waiver is yes or no of each model year
fact relief is yes or no of each model year
fact merged is yes or no of each model year
fact bonus in credits
fact balance in credits
fact range in miles of each vehicle
base is volume in Westland of model year 2029
later share is 20%
    in model years 2032 through 2032
share is open "nobody has said"
each model year closes on May 1 of the next year
manufacturers are sized by base
    small maker   up to 10 vehicles
    large maker   above that
a small maker becomes a large maker after 2 consecutive averages
    counted from model year 2030
    not counting an average when merged, in model years 2030 through 2030

§ NAC 445B.810 — Statements
each manufacturer must satisfy obligation
    in each model year
    of share × volume here in credits
A may satisfy obligation
    when plan
B may satisfy ≤ later share of obligation
    unless waiver, in model years 2031 through 2031
each manufacturer may deposit balance as early credits
    in model year 2032, of kinds A
    when notice of entry is given by 2031-06-01
each wagon earns 1 credit as A
    plus bonus when range is at least 100 miles
cap 10%
    of obligation
    on early credits
    unless relief

§ NAC 445B.812 — Not encoded
not encoded "an election"
    could raise obligation
"""

ASKED = {
    ("small maker", "", None, ""),
    ("large maker", "", None, ""),
    ("volume", "Westland", 2031, ""),
    ("volume", "Westland", 2032, ""),
    ("volume", "Westland", 2029, ""),
    ("plan", "", 2031, ""),
    ("plan", "", 2032, ""),
    ("waiver", "", 2031, ""),
    ("relief", "", 2031, ""),
    ("relief", "", 2032, ""),
    ("merged", "", 2030, ""),
    ("bonus", "", None, ""),
    ("balance", "", None, ""),
    ("later share", "", 2031, ""),
    ("share", "", 2031, ""),
    ("share", "", 2032, ""),
    ("notice of entry", "", None, ""),
    ("§ NAC 445B.812", "", None, ""),
}


def test_every_place_where_a_fact_may_stand(tmp_path: Path) -> None:
    """Sizes, conditions, exceptions, formulas, tables, notices: each is read for what it asks, and no more."""
    path = tmp_path / "all.zev"
    path.write_text(RULES.lstrip(), encoding="utf-8")
    assert rows(asks(load(str(path)).on("2031-01-01"))) == ASKED


def test_fewer_years_ask_for_less() -> None:
    """For one model year, the rows of that year and of those that its averages reach back to."""
    text = load("california/acc1").every()[-1]
    volume = [r.year for r in asks(text, 2025, 2025).facts if r.name == "volume" and r.place]
    assert volume == [2021, 2022, 2023, 2025]
    assert rows(asks(text, 2025, 2025)) < rows(asks(text))


def test_a_cap_over_several_years_asks_for_all_of_them() -> None:
    """Its base is of model years 2023 through 2025 together, whichever of them is to be determined."""
    text = load("colorado/zev").every()[-1]
    averaged = [r.year for r in asks(text, 2023, 2023).facts if (r.name, r.place) == ("volume", "Colorado")]
    assert averaged == [2019, 2020, 2021, 2022, 2023]


def test_each_kind_has_its_row() -> None:
    """A balance of each kind is asked for kind by kind."""
    made = asked("colorado/zev")
    assert [row.kind for row in made.facts if row.name == "California balance"] == list(made.kinds)


def test_notices_and_law_not_encoded_are_asked_for_in_words() -> None:
    """Nothing is answered beforehand: a blank is not a no."""
    notes = {row.name: row.note for row in asked("colorado/zev").facts}
    assert notes["notice of option 2"] == "`given` with its date, or `not given`; the law asks for it by 2021-01-01"
    assert notes["§ 13 CCR 1900(b)(8)"].startswith("`not used`, if it was not")
    assert "§ 13 CCR 1962.2(g)(3)" not in notes  # could change no verdict


def test_open_law_is_asked_for() -> None:
    """A value that the ruleset leaves open may be stated to try it."""
    made = asked(ILLUSTRATION)
    (row,) = [row for row in made.facts if row.name == "percentage"]
    assert (row.year, row.note) == (2032, "the ruleset leaves it open: the table ends with model year 2031")


@pytest.mark.parametrize("value", [Fraction(1, 10), Fraction(0)])
def test_an_open_value_that_is_stated_is_applied(value: Fraction, tmp_path: Path) -> None:
    """The row is read as the law's own value."""
    write_template(tmp_path, asked(ILLUSTRATION))
    rules, ledger = load(ILLUSTRATION), read_ledger(str(tmp_path))
    settings = [("percentage of model year 2032", str(value)), ("volume in Westland of model year 2032", "500")]
    settings.append(("large maker", "yes"))
    found = determine(rules, ledger, "Our company", 2032, settings=settings)
    assert found.years[0].obligations[0].size.value == value * 500


@each(ALL)
def test_vehicles_and_words(ruleset: str, tmp_path: Path) -> None:
    """The facts of vehicles are columns, and the ledger says which words its cells may use."""
    made = asked(ruleset)
    write_template(tmp_path, made)
    header = (tmp_path / "deliveries.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert set(made.vehicle_facts) <= set(header)
    note = read_ledger(str(tmp_path)).note
    assert all(word in note for word in (*made.kinds, *made.vehicles, *made.origins, made.unit, made.jurisdiction))
