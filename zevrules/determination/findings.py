"""The answer, and each thing found on the way."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from zevrules.determination.allocation import Limit, Use, Weight
from zevrules.determination.holdings import Holding
from zevrules.determination.obligations import OwedObligation
from zevrules.determination.order import Turn
from zevrules.determination.trace import Missing, Step
from zevrules.ledger.balances import Lot
from zevrules.ledger.entries import Entry, Ledger
from zevrules.model.rules import Amendment, Authority, Consequence, NotEncoded, Reading, Ruleset, Status, Terms
from zevrules.model.standing import Standing
from zevrules.node import Node, node

#: The verdicts, from the best to the worst for the account; a run's verdict is the worst of its years' states.
COMPLIANT = "compliant"
CARRIED = "deficit carried"
NOT_COMPLIANT = "not compliant"
UNDETERMINED = "undetermined"
NOT_APPLICABLE = "not applicable"
VERDICTS = (COMPLIANT, CARRIED, NOT_COMPLIANT, UNDETERMINED, NOT_APPLICABLE)


@node
class Deficit(Node):
    """What is lacking of an obligation at the close of its model year, and what became of it.

    Args:
        year: The model year it arose in.
        obligation: The obligation it is of.
        amount: What was lacking at the close.
        made_up: How much was made up, and in which later model year.
        open: What is lacking still at the end of the run.
        until: The last model year to make it up, None if no statement allows any; and its closing day.
        terms: The statement that gives the time.
        exposure: What not making it up may cost, where a statement says.
        entries: The entries that bring it in, if it arose before the run.
        reasons: For one that was brought in and stays open, the weights that show that it must.
        consequences: What follows, other than money, if it is not made up.
    """

    year: int
    obligation: str
    amount: Fraction
    made_up: tuple[tuple[int, Fraction], ...]
    open: Fraction
    until: int | None
    until_day: date | None
    terms: Terms | None
    exposure: Step | None
    entries: tuple[Entry, ...]
    reasons: tuple[Weight, ...]
    consequences: tuple[Consequence, ...]


@node
class Line(Node):
    """One kind of credit in the account statement of a model year."""

    kind: str
    origin: str | None
    opening: Fraction
    moves: tuple[tuple[str, Fraction], ...]
    used: Fraction
    expired: Fraction
    closing: Fraction


@node
class YearFinding(Node):
    """What was found for one model year."""

    year: int
    verdict: str
    closes: date
    closing: Terms
    as_of: str
    size: Step | None
    obligations: tuple[OwedObligation, ...]
    limits: tuple[Limit, ...]
    turns: tuple[Turn, ...]
    uses: tuple[Use, ...]
    deficits: tuple[Deficit, ...]
    account: tuple[Line, ...]
    charges: tuple[Step, ...]
    reasons: tuple[Weight, ...]
    idle: tuple[tuple[Terms, str], ...]
    why_not: str


@node
class Doubt(Node):
    """A statement that was applied though it is unverified, and why it is."""

    terms: Terms
    reasons: tuple[str, ...]


@node
class Settling(Node):
    """What would settle an undetermined verdict: a question, and the verdict that each answer leads to."""

    question: str
    answers: tuple[tuple[str, str], ...]
    missing: tuple[Missing, ...]


@node
class Remark(Node):
    """Something a reader should know that changes no verdict: a refused surrender or deposit, a comparison."""

    sort: str
    words: str
    terms: Terms | None
    entry: Entry | None


@node
class Issued(Node):
    """Credits issued for a model year beside those computed from deliveries."""

    kind: str
    year: int
    issued: Fraction
    computed: Step


@node
class ReadAs(Node):
    """What one combination of readings comes to.

    Args:
        chosen: For each question the reading taken.
        verdict: The verdict on the run.
        years: For each model year its verdict, and how much is lacking at its close (None: undetermined).
    """

    chosen: tuple[tuple[str, str], ...]
    verdict: str
    years: tuple[tuple[int, str, Fraction | None], ...]


@node
class YearText(Node):
    """The text that a model year is determined by.

    Args:
        year: The model year.
        day: The day whose text it is.
        amendments: The amendments that it holds.
        statuses: What must be said of its force.
        barred: What keeps all of it from being applied.
        missed: Amendments in force on that day that it does not hold.
        closing: The day on which the model year closes, if another text is in force then; else the same day.
    """

    year: int
    day: str
    amendments: tuple[Amendment, ...]
    statuses: tuple[Status, ...]
    barred: tuple[Standing, ...]
    missed: tuple[Amendment, ...]
    closing: str


@node
class Determination(Node):
    """The answer for one account, under one ruleset, for a model year or a run of them.

    ``questions`` are the questions of reading that the text leaves open, and ``readings`` what each
    combination comes to, that of the verdict first; there are ``combinations`` of them in all.
    ``texts`` tell of the text of each model year, and ``text`` is the amendment that they were chosen by.
    """

    ruleset: Ruleset
    ledger: Ledger
    account: str
    first: int
    last: int
    verdict: str
    years: tuple[YearFinding, ...]
    brought: tuple[Deficit, ...]
    doubts: tuple[Doubt, ...]
    settling: tuple[Settling, ...]
    not_encoded: tuple[NotEncoded, ...]
    remarks: tuple[Remark, ...]
    issued: tuple[Issued, ...]
    out_of_force: tuple[Authority, ...]
    proposed: bool
    held: tuple[Holding, ...]
    as_of: str | None
    settings: tuple[tuple[str, str], ...]
    assumed: tuple[tuple[str, str], ...]
    questions: tuple[Reading, ...] = ()
    readings: tuple[ReadAs, ...] = ()
    combinations: int = 1
    text: str | None = None
    texts: tuple[YearText, ...] = ()

    @property
    def lots(self) -> tuple[tuple[Lot, Step], ...]:
        """The lots of the account, each with how much of it may be used."""
        return tuple((holding.lot, holding.amount) for holding in self.held)

    @property
    def hangs_on_reading(self) -> bool:
        """Whether some combination of readings that was evaluated leads to another verdict."""
        return any(read.verdict != self.verdict for read in self.readings)

    def steps(self) -> tuple[Step, ...]:
        """The numbers that the determination itself shows; each can be walked down to law and ledger."""
        found: list[Step] = []
        for year in self.years:
            if year.size is not None:
                found.append(year.size)
            for owed in year.obligations:
                found.append(owed.size)
                found.extend(part.size for part in owed.parts)
            found.extend(limit.step for limit in year.limits)
            found.extend(d.exposure for d in year.deficits if d.exposure is not None)
            found.extend(year.charges)
        found.extend(holding.amount for holding in self.held)
        found.extend(pair.computed for pair in self.issued)
        return tuple(found)
