"""The checked model of a ruleset: every name bound, every quantity of a known unit, every word of law cited.

The node kinds are few and closed, and know nothing of any consumer: the evaluator, the checkers and the
reports all read these.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from zevrules.citation import Citation
from zevrules.node import Node, node
from zevrules.quantity import Unit
from zevrules.source import Span

# ------------------------------------------------------------------------------------ authority


@node
class Adoption(Node):
    """By which words one ruleset takes over another's: the adopting ruleset, its citation, and the years."""

    ruleset: str
    adopted: str
    citation: Citation | None
    first: int | None
    last: int | None
    unverified: tuple[str, ...]


@node
class Authority(Node):
    """The words of law that a statement stands on.

    ``replaces`` are the provisions of an adopted law that it stands in place of; ``adoptions`` run from the
    outermost adopter inwards; ``unverified`` and ``standing`` are those of the
    provision: (``in force``, ``proposed`` …, first day or None, last day or None, source words).
    ``amendment`` is the name of the one that brings the provision, if one does.
    """

    citation: Citation
    title: str
    ruleset: str
    also: Citation | None
    replaces: tuple[Citation, ...]
    adoptions: tuple[Adoption, ...]
    standing: tuple[tuple[str, str | None, str | None, str], ...]
    unverified: tuple[str, ...]
    span: Span
    notes: tuple[str, ...] = ()
    amendment: str = ""


@node
class Amendment(Node):
    """A named change of a ruleset, and what is said of its force."""

    ruleset: str
    name: str
    title: str
    standing: tuple[tuple[str, str | None, str | None, str], ...]


@node
class Status(Node):
    """What a determination under a text must say of its force: a line said of a ruleset, or of a part of it.

    ``amendment`` is the name of the one it is said of, ``provision`` the citation; else they are empty.
    """

    ruleset: str
    amendment: str
    provision: str
    line: tuple[str, str | None, str | None, str]


@node
class Terms(Node):
    """What every statement may say of when, for whom and on what condition it applies.

    ``readings`` are the questions of reading it hangs on, each with the readings under which it stands.
    """

    authority: Authority
    span: Span
    first: int | None
    last: int | None
    classes: tuple[str, ...]
    option: int | None
    readings: tuple[tuple[str, tuple[str, ...]], ...]
    conditions: tuple[Any, ...]
    exceptions: tuple[tuple[Any, int | None, int | None], ...]
    unverified: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why this statement is unverified: its own reasons and those of its provision and adoptions."""
        adopted = tuple(reason for a in self.authority.adoptions for reason in a.unverified)
        return self.unverified + self.authority.unverified + adopted

    @property
    def words(self) -> str:
        """The line of the ruleset that says it."""
        return self.span.source.line(self.span.line).split("  #")[0].strip()


@node
class Rounding(Node):
    """To what place, how, and by what words; ``citation`` is None if no words of law say so."""

    place: Fraction
    mode: str
    citation: Citation | None
    span: Span


# ------------------------------------------------------------------------------------ expressions


@node
class Constant(Node):
    """A number that stands in a cited statement."""

    value: Fraction
    unit: Unit
    percent: bool
    at: Any


@node
class FactOf(Node):
    """A fact, of a place (``here``, ``there``, a name, None) and a model year (None: the one in question)."""

    fact: str
    place: str | None
    year: int | None
    unit: Unit | None
    at: Any


@node
class QuantityOf(Node):
    """A named quantity of a model year (None: the one in question)."""

    quantity: str
    year: int | None
    unit: Unit
    at: Any


@node
class Owed(Node):
    """The size of an obligation or a part of one in a model year."""

    name: str
    year: int | None
    unit: Unit
    at: Any


@node
class Operation(Node):
    """Two expressions joined by ``+ - × ÷``."""

    op: str
    left: Any
    right: Any
    unit: Unit
    at: Any


@node
class Over(Node):
    """The average or sum of an expression over model years, prior or named, or ``across`` all that there are.

    The last of ``years`` is None for the one in question; ``across`` is ``manufacturers``, ``kinds`` or nothing.
    """

    how: str
    expr: Any
    prior: tuple[int, ...]
    years: tuple[int, int | None] | None
    across: str
    unit: Unit
    at: Any


@node
class Bound(Node):
    """The lesser or greater of two expressions."""

    which: str
    left: Any
    right: Any
    unit: Unit
    at: Any


@node
class InUnit(Node):
    """An expression counted in another unit, one for one, because the statement says so."""

    expr: Any
    unit: Unit
    at: Any


@node
class EarnedCredits(Node):
    """Credits that deliveries of some model years (None: the one in question) earn, of the kind in question.

    ``since`` is the first day (ISO) of the deliveries that count, None for any.
    """

    first: int | None
    last: int | None
    since: str | None
    unit: Unit
    at: Any


@node
class AddedByVehicles(Node):
    """What the vehicles of a model year add to an obligation."""

    obligation: str
    unit: Unit
    at: Any


@node
class CreditsLeft(Node):
    """The credits left at the close of a model year that a charge is reckoned on."""

    unit: Unit
    at: Any


@node
class DeficitInQuestion(Node):
    """The deficit that an exposure is reckoned on."""

    unit: Unit
    at: Any


# ------------------------------------------------------------------------------------- conditions


@node
class Comparison(Node):
    """Two expressions of one unit compared: ``≤ < ≥ > =``."""

    op: str
    left: Any
    right: Any
    at: Any


@node
class FactHolds(Node):
    """A yes-or-no fact."""

    fact: FactOf
    negated: bool
    at: Any


@node
class InClass(Node):
    """Whether the manufacturer is of a size class in the model year."""

    name: str
    negated: bool
    at: Any


@node
class Deadline(Node):
    """The last day for something: a date, or (month, day) of the year after the model year, or why it is open."""

    date: str | None
    each_year: tuple[int, int] | None
    open: str


@node
class NoticeGiven(Node):
    """Whether a notice is given, perhaps by a deadline."""

    subject: str
    by: Deadline | None
    at: Any


@node
class Junction(Node):
    """Two conditions joined by ``and`` or ``or``."""

    op: str
    left: Any
    right: Any
    at: Any


@node
class InSeveral(Node):
    """A condition that holds in at least ``count`` of the model years ``first`` through ``last``."""

    claim: Any
    count: int
    first: int
    last: int
    at: Any


# ------------------------------------------------------------------------------------- statements


@node
class Fact(Node):
    """Something a ledger says: a number with a unit, or yes or no (``unit`` None)."""

    name: str
    unit: Unit | None
    per_year: bool
    per_vehicle: bool
    per_kind: bool
    together: bool
    meaning: str
    shared_over: Fraction | None
    shared_by: Citation | None
    terms: Terms


@node
class Row(Node):
    """A row of a table by model year: its years (``last`` None: and after) and its value, or why it is open."""

    first: int
    last: int | None
    value: Constant | None
    open: str
    citation: Citation | None
    span: Span


@node
class VehicleRow(Node):
    """A row of a table by vehicle: which vehicles, and their value, or why it is open."""

    vehicles: tuple[str, ...]
    value: Constant | None
    open: str
    citation: Citation | None
    span: Span


@node
class Adjustment(Node):
    """A step after a formula: ``at most``, ``plus``, ``instead`` or ``none``, perhaps on a condition or in some years.

    It is taken in model years ``first`` through ``last``, or in all of them.
    """

    how: str
    expr: Any
    condition: Any
    negated: bool
    first: int | None
    last: int | None
    citation: Citation | None
    span: Span


@node
class Quantity(Node):
    """One way a named quantity is defined: by an expression, by a table, or left open with the reason.

    ``kinds`` are the kinds of credit that it is defined for, none for all that there are; ``by_vehicle`` the rows
    of a table by vehicle; ``adjustments`` follow the expression in the order written.
    """

    name: str
    expr: Any
    rows: tuple[Row, ...]
    open: str
    unit: Unit
    several: bool
    kinds: tuple[str, ...]
    rounding: Rounding | None
    terms: Terms
    by_vehicle: tuple[VehicleRow, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()


@node
class SizeClass(Node):
    """A band of the size average: above ``low``, up to ``high`` (None: no limit)."""

    name: str
    low: Any
    high: Any
    terms: Terms


@node
class Move(Node):
    """From one size class to another after so many consecutive averages beyond the band."""

    old: str
    new: str
    after: int
    counted_from: int | None
    not_counting: tuple[tuple[Any, int | None, int | None], ...]
    terms: Terms


@node
class Part(Node):
    """A part of an obligation; ``size`` None for the rest."""

    name: str
    size: Any
    at: Any


@node
class Obligation(Node):
    """What a class of manufacturers owes in a model year, and its parts."""

    name: str
    size: Any
    parts: tuple[Part, ...]
    rounding: Rounding | None
    terms: Terms


@node
class Permission(Node):
    """Credit kinds that may satisfy an obligation or part, each or together up to a share of it or an amount."""

    kinds: tuple[str, ...]
    together: bool
    target: str
    share: Any
    terms: Terms


@node
class Cap(Node):
    """A limit on the use of some credits: a share of a base, of one model year or of several together.

    Without a ``base`` it is an amount of credits. With ``targets`` it limits only what pays these parts.
    """

    share: Any
    base: Any
    window: tuple[int, int] | None
    selector: Selector
    targets: tuple[str, ...]
    terms: Terms


@node
class Selector(Node):
    """Which credits: of these kinds (empty: any) and these origins (empty: any), of vintages ``first`` to ``last``.

    Those that ``but`` means are left out.
    """

    kinds: tuple[str, ...]
    origins: tuple[str, ...]
    words: str
    first: int | None = None
    last: int | None = None
    but: Selector | None = None


@node
class Choice(Node):
    """The options a manufacturer chooses among, the one without a notice, and the notice that changes it."""

    options: tuple[int, ...]
    default: int | None
    unless: Any
    terms: Terms


@node
class Deposit(Node):
    """Credits that may be put into the account: how many, of what origin and kinds."""

    expr: Any
    origin: str
    kinds: tuple[str, ...]
    each_kind: bool
    one_day: bool
    rounding: Rounding | None
    terms: Terms


@node
class Admission(Node):
    """That credits of these kinds may come in from other jurisdictions (``places`` empty: any), as of an origin."""

    kinds: tuple[str, ...]
    origin: str
    places: tuple[str, ...]
    terms: Terms


@node
class Conversion(Node):
    """That credits of another ``unit``, of the kinds ``old`` (empty: any), may become credits here.

    So many of them (``ratio``) are given up for each new one, which is of a ``kind`` and ``origin``; ``rounding`` is of
    what all of one old kind become.
    """

    unit: str
    old: tuple[str, ...]
    kind: str
    origin: str
    ratio: Any
    rounding: Rounding | None
    terms: Terms


@node
class Gate(Node):
    """That credits of these kinds may be transferred (to a ``receiver``, None: to anyone) only as it says.

    Either within common ownership of at least ``share``, or when ``condition`` holds.
    """

    kinds: tuple[str, ...]
    receiver: str | None
    share: Fraction | None
    condition: Any
    terms: Terms


@node
class Earning(Node):
    """What a vehicle, or each of a group of ``vehicles``, earns: a formula, then its adjustments as written."""

    vehicle: str
    vehicles: tuple[str, ...]
    elsewhere: bool
    expr: Any
    kind: str
    origin: str | None
    adjustments: tuple[Adjustment, ...]
    terms: Terms


@node
class Adding(Node):
    """What a vehicle, or each of a group of ``vehicles``, adds to an obligation of its model year."""

    vehicle: str
    vehicles: tuple[str, ...]
    expr: Any
    obligation: str
    adjustments: tuple[Adjustment, ...]
    terms: Terms


@node
class EarnedSums(Node):
    """That the credits of one kind earned in a model year are added up, and how the sum is rounded."""

    rounding: Rounding | None
    terms: Terms


@node
class CarriedAt(Node):
    """The share of some unused credits that is carried from one model year into the next."""

    selector: Selector
    share: Any
    terms: Terms


@node
class UseStep(Node):
    """A step of a prescribed order of use: which credits pay what.

    ``selectors`` are used one after another in the order named if the manufacturer elects an order of them
    (``elected``), else all as one; none of them stands for all other credits.
    """

    number: int
    selectors: tuple[Selector, ...]
    targets: tuple[str, ...]
    elected: bool
    citation: Citation | None
    span: Span


@node
class UseOrder(Node):
    """The order in which credits are used: each step takes all that it lawfully can before the next.

    ``soonest`` is whether within a step those that expire soonest go first.
    """

    steps: tuple[UseStep, ...]
    soonest: bool
    terms: Terms


@node
class Consequence(Node):
    """What follows, other than money, if a deficit is not made up in time."""

    obligation: str
    what: str
    terms: Terms


@node
class Charge(Node):
    """What some credits left at the close of a model year cost: a formula, then its adjustments as written."""

    selector: Selector
    expr: Any
    adjustments: tuple[Adjustment, ...]
    rounding: Rounding | None
    terms: Terms


@node
class Expiry(Node):
    """When credits end: after a model year (``wall``) or so many model years after their vintage (``life``)."""

    selector: Selector
    wall: int | None
    life: int | None
    terms: Terms


@node
class Usable(Node):
    """The first model year that some credits may be used in."""

    selector: Selector
    first: int
    terms: Terms


@node
class EarnedFrom(Node):
    """The first model year that credits are earned for; what is issued for an earlier one counts for nothing."""

    first: int
    terms: Terms


@node
class Result(Node):
    """A quantity that the ruleset is to answer with, beside any verdict."""

    quantity: str
    terms: Terms


@node
class Cure(Node):
    """How long a deficit may be carried, and the kinds of credit that make it up; or why that is ``open``."""

    obligation: str
    within: int
    kinds: tuple[str, ...]
    open: str
    terms: Terms


@node
class Exposure(Node):
    """What a deficit not made up in time may cost."""

    obligation: str
    expr: Any
    rounding: Rounding | None
    terms: Terms


@node
class Closing(Node):
    """The day of the next calendar year on which a model year closes."""

    month: int
    day: int
    terms: Terms


@node
class MovedDeadlines(Node):
    """That a deadline on a weekend or a holiday moves to the next working day, by the holidays of a calendar."""

    calendar: str
    terms: Terms


@node
class Reading(Node):
    """A question that the words of the law leave open: the readings there are, and which is the default."""

    name: str
    readings: tuple[str, ...]
    default: str
    terms: Terms


@node
class NotEncoded(Node):
    """Law that is not encoded, what it could change (``lower``, ``raise``, ``add``, ``take away``, ``nothing``)."""

    reason: str
    effect: str
    subject: str
    terms: Terms


@node
class Applies(Node):
    """The model years that the law applies to; to none, where the last is before the first."""

    first: int
    last: int
    terms: Terms


@node
class Ruleset(Node):
    """One text of a ruleset, as in force on a day: checked, adopted law included.

    ``default_origin`` is that of credits for which the ledger names none.
    ``units`` are what credits are counted in, each with its kinds: credits of different units never mix.
    ``dimensions`` says of each quantity of what it has a value each: ``manufacturer``, ``kind``, ``model year``.
    ``amendments`` are those the text holds, in the order they apply; ``barred`` is what keeps all of it from being
    applied.
    """

    name: str
    title: str
    jurisdiction: str
    first: int
    last: int
    adoptions: tuple[Adoption, ...]
    units: tuple[tuple[str, tuple[str, ...]], ...]
    kinds: tuple[str, ...]
    origins: tuple[str, ...]
    default_origin: str | None
    places: tuple[str, ...]
    vehicles: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    facts: dict[str, Fact]
    quantities: dict[str, tuple[Quantity, ...]]
    classes: tuple[SizeClass, ...]
    size: QuantityOf | None
    moves: tuple[Move, ...]
    obligations: tuple[Obligation, ...]
    permissions: tuple[Permission, ...]
    caps: tuple[Cap, ...]
    choices: tuple[Choice, ...]
    deposits: tuple[Deposit, ...]
    admissions: tuple[Admission, ...]
    conversions: tuple[Conversion, ...]
    gates: tuple[Gate, ...]
    earnings: tuple[Earning, ...]
    addings: tuple[Adding, ...]
    earned_sums: tuple[EarnedSums, ...]
    carried_at: tuple[CarriedAt, ...]
    orders: tuple[UseOrder, ...]
    consequences: tuple[Consequence, ...]
    charges: tuple[Charge, ...]
    expiries: tuple[Expiry, ...]
    cures: tuple[Cure, ...]
    exposures: tuple[Exposure, ...]
    closings: tuple[Closing, ...]
    applies: tuple[Applies, ...]
    usable: tuple[Usable, ...]
    deadlines: tuple[MovedDeadlines, ...]
    earned_from: tuple[EarnedFrom, ...]
    results: tuple[Result, ...]
    readings: tuple[Reading, ...]
    not_encoded: tuple[NotEncoded, ...]
    remarks: tuple[tuple[str, Terms], ...]
    provisions: tuple[Authority, ...]
    out_of_force: tuple[Authority, ...]
    digests: tuple[tuple[str, str], ...]
    dimensions: dict[str, frozenset[str]]
    amendments: tuple[Amendment, ...] = ()
    statuses: tuple[Status, ...] = ()
    barred: tuple[tuple[str, str | None, str | None, str], ...] = ()

    @property
    def unit(self) -> str:
        """What credits are counted in, in words; of several units all of them."""
        return " and ".join(unit for unit, _ in self.units) or "credits"

    @property
    def proposal(self) -> str | None:
        """Whose proposal some provision of the text is; None if it holds none."""
        said = (words for a in self.provisions for word, _, _, words in a.standing if word == "proposed")
        return next(said, None)
