"""The shapes of a determination as records: the JSON Schema is generated from these, and types are checked by them.

Every key is always there; what does not apply is null or empty. Quantities are exact numbers as text, a
decimal or, where none is exact, a ratio; model years, lines and nothing else are numbers.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, TypedDict

#: An exact number as text; the schema gives its pattern.
Number: TypeAlias = Annotated[str, "number"]
#: A ratio of whole numbers as text; the schema gives its pattern.
Ratio: TypeAlias = Annotated[str, "ratio"]
#: The id of a step of the trace; the schema gives its pattern.
StepId: TypeAlias = Annotated[str, "step"]
#: The id of an item of the law; the schema gives its pattern.
LawId: TypeAlias = Annotated[str, "law"]
#: A day of the calendar; the schema gives its pattern.
DayText: TypeAlias = Annotated[str, "day"]

Verdict = Literal["compliant", "deficit carried", "not compliant", "undetermined", "not applicable"]


class ModelYears(TypedDict):
    """The first and the last model year of the run."""

    first: int
    last: int


class MadeUp(TypedDict):
    """How much of a deficit was made up in a later model year."""

    model_year: int
    amount: Number


class Exposure(TypedDict):
    """What a deficit may cost if it is not made up: not a penalty due."""

    amount: Number | None
    unit: str
    step: StepId
    law: LawId | None


class Consequence(TypedDict):
    """What follows, other than money, if a deficit is not made up."""

    what: str
    law: LawId


class Deficit(TypedDict):
    """What is lacking of an obligation at the close of its model year, and what became of it."""

    amount: Number
    made_up: list[MadeUp]
    open: Number
    until_model_year: int | None
    until_day: DayText | None
    law: LawId | None
    exposure: Exposure | None
    consequences: list[Consequence]


class BroughtIn(TypedDict):
    """A deficit of a model year before the run, and what became of it."""

    model_year: int
    obligation: str
    rows: list[str]
    deficit: Deficit


class Part(TypedDict):
    """A part of an obligation; its amount is null if it is not known. What pays it is among the uses."""

    name: str
    amount: Number | None
    step: StepId
    lacking: Number | None


class Obligation(TypedDict):
    """What is owed in a model year, of what parts, under which statement, and what was not paid by its close."""

    model_year: int
    name: str
    amount: Number | None
    step: StepId
    law: LawId
    because: list[StepId]
    parts: list[Part]
    deficit: Deficit | None


class Use(TypedDict):
    """Credits of one lot that pay a part, or (deficit_of) make up a deficit of an earlier model year.

    ``counted_as`` is the origin that a provision gives to what came from another jurisdiction.
    """

    model_year: int
    kind: str
    origin: str | None
    came_from: str | None
    counted_as: str | None
    vintage: int | None
    amount: Number
    obligation: str
    part: str | None
    deficit_of: int | None
    lot: StepId
    row: str
    law: LawId


class AmountMoved(TypedDict):
    """How much came in or (below 0) went out, by what happened."""

    what: str
    amount: Number


class AccountLine(TypedDict):
    """Credits of one kind and origin in one model year: opening and moved, less used and expired, is closing."""

    model_year: int
    kind: str
    origin: str | None
    opening: Number
    moved: list[AmountMoved]
    used: Number
    expired: Number
    closing: Number


class Lot(TypedDict):
    """Credits that came in together; amount is what may be used of them, null if that is not known.

    ``origin`` is their first one; what came from another jurisdiction is ``counted_as`` what a provision says.
    """

    kind: str
    origin: str | None
    came_from: str | None
    counted_as: str | None
    vintage: int | None
    arrived: DayText
    held: Number
    amount: Number | None
    step: StepId
    row: str


class Account(TypedDict):
    """The account statement: credits by kind and origin, year by year, and the lots they are in."""

    unit: str
    lines: list[AccountLine]
    lots: list[Lot]


class Weight(TypedDict):
    """So many times so much: the products of a shortfall's weights add up to it."""

    factor: Number
    amount: Number
    words: str
    sort: str
    model_year: int | None
    law: LawId | None
    step: StepId | None
    rows: list[str]


class Reason(TypedDict):
    """Why a model year has its verdict.

    ``use``: the uses of that model year pay every part. ``shortfall``: no lawful use leaves less than *least*
    lacking, as the weights show. ``nothing owed`` and ``undetermined``: in words, and under *undetermined*.
    """

    kind: Literal["use", "shortfall", "nothing owed", "undetermined"]
    model_year: int
    words: str
    least: Number | None
    weights: list[Weight]


class Missing(TypedDict):
    """Something that was asked for and nobody said."""

    name: str
    model_year: int | None
    place: str | None
    why: str


class Step(TypedDict):
    """One value and its reasons.

    Args:
        what: What it is.
        value: A number as text, true or false, a name, or null if it is not known.
        low: The least a number may be, where it is not known.
        high: The most a number may be, where it is not known.
        unit: What a number counts; empty for a plain number, a share and all that is no number.
        exact: The number as a fraction.
        before_rounding: The number before it was rounded, where it was.
        how: The deed in words.
        law: The statement that says so.
        citation: A clause's own citation.
        place: File and line of the ruleset, where it is not the statement's first line.
        words: The words at that place.
        inputs: The steps it was made from.
        rows: The rows of the ledger it comes from.
        missing: What was asked for and not found, here or below.
        note: What the ledger or the engine remarks.
        sort: What sort of step it is.
    """

    what: str
    value: str | bool | None
    low: Number | None
    high: Number | None
    unit: str
    exact: Ratio | None
    before_rounding: Number | None
    how: str
    law: LawId | None
    citation: str | None
    place: str | None
    words: str | None
    inputs: list[StepId]
    rows: list[str]
    missing: list[Missing]
    note: str
    sort: str


class Adopting(TypedDict):
    """A ruleset that adopts a provision, and the words of law by which it does; the outermost adopter first."""

    ruleset: str
    citation: str | None


class Standing(TypedDict):
    """What a provision says of its force; *until* is the first day on which the words no longer stand."""

    word: str
    since: DayText | None
    until: DayText | None
    source: str


class Amendment(TypedDict):
    """A named change of a ruleset, and what it says of its own force."""

    ruleset: str
    name: str
    title: str
    standing: list[Standing]


class Status(TypedDict):
    """What must be said of the force of a text: of all of a ruleset, of an amendment of it, or of a provision."""

    ruleset: str
    amendment: str | None
    provision: str | None
    said: Standing


class YearText(TypedDict):
    """The text of a model year: of which day, and with which amendments, in the order in which they apply.

    *barred* is what keeps all of it from being applied; *left_out* are amendments in force on the day that it does
    not hold. *in_force_at_close* is false where another text is in force on the day when the model year closes.
    """

    model_year: int
    as_of: DayText
    amendments: list[Amendment]
    status: list[Status]
    barred: list[Standing]
    left_out: list[Amendment]
    in_force_at_close: bool


class Text(TypedDict):
    """The text of each model year; *chosen* is the amendment, or "original", that was asked for by name."""

    chosen: str | None
    years: list[YearText]


class Law(TypedDict):
    """A statement that the determination stands on; one *not in force* is a provision, with no words.

    *amendment* is the name of the one that brings it. The version is the one in force on the days named in
    *standing*; with none, no other version is known.
    """

    id: LawId
    ruleset: str
    citation: str
    also: str | None
    replaces: list[str]
    amendment: str | None
    adopting: list[Adopting]
    title: str
    words: str
    file: str
    line: int
    status: Literal["in force", "proposed", "not in force"]
    version: str
    standing: list[Standing]
    unverified: list[str]
    notes: list[str]


class Unverified(TypedDict):
    """A statement that was applied though it is unverified, and why it is."""

    law: LawId
    reasons: list[str]


class Answer(TypedDict):
    """The verdict that an answer leads to; several, joined by "or", if that answer alone does not settle it."""

    answer: str
    verdict: str


class Question(TypedDict):
    """What would settle an undetermined verdict."""

    question: str
    answers: list[Answer]
    missing: list[Missing]


class NotEncoded(TypedDict):
    """Law that is not encoded, and what it could change; *could_reverse*: it made this verdict undetermined.

    A fact of the ledger named by its citation, with the value ``not used``, takes it out of account.
    """

    law: LawId
    reason: str
    effect: str
    subject: str
    could_reverse: bool


class Remark(TypedDict):
    """Something a reader should know that changes no verdict."""

    sort: str
    words: str
    law: LawId | None
    row: str | None
    amount: Number | None
    step: StepId | None


class Limit(TypedDict):
    """The most that credits of some kinds and origins (none named: of any) may give to some parts.

    With no parts named it is the most that may be used at all in its model years together; *spent* of it
    went to those of them that are not in this run.
    """

    words: str
    amount: Number | None
    step: StepId
    law: LawId
    kinds: list[str]
    origins: list[str]
    parts: list[str]
    model_years: list[int]
    spent: Number


class Idle(TypedDict):
    """A statement that did not apply, and why."""

    law: LawId
    why: str


class Charge(TypedDict):
    """What credits left at the close of a model year cost; its amount is null if it is not known."""

    what: str
    amount: Number | None
    unit: str
    step: StepId
    law: LawId | None


class Turn(TypedDict):
    """One turn in a prescribed or elected order of use: which credits, and the parts that they pay."""

    credits: str
    parts: list[str]
    law: LawId


class Year(TypedDict):
    """What was found for one model year: under the text in force on *as_of*, as it closed."""

    model_year: int
    verdict: Verdict
    closes: DayText
    closing_law: LawId | None
    as_of: DayText
    size_class: str | None
    size_class_step: StepId | None
    nothing_owed: str
    limits: list[Limit]
    charges: list[Charge]
    order_of_use: list[Turn]
    did_not_apply: list[Idle]


class ReadingQuestion(TypedDict):
    """A question that the words of the law leave open: how it can be read, and how it is read for the verdict."""

    question: str
    readings: list[str]
    default: str
    taken: str
    law: LawId


class YearAsRead(TypedDict):
    """The verdict on a model year under some readings; *lacking* at its close is null if that is undetermined."""

    model_year: int
    verdict: Verdict
    lacking: Number | None


class ReadingTaken(TypedDict):
    """A question, and the reading that is taken."""

    question: str
    reading: str


class AsRead(TypedDict):
    """What one combination of readings, a reading for each question, comes to."""

    readings: list[ReadingTaken]
    verdict: Verdict
    years: list[YearAsRead]


class Readings(TypedDict):
    """How the text can be read, and what each combination that was evaluated comes to, that of the verdict first."""

    questions: list[ReadingQuestion]
    combinations: int
    evaluated: list[AsRead]
    verdict_hangs_on_reading: bool


class KnownAt(TypedDict):
    """Only what had been recorded by the *day* was counted.

    Args:
        day: The day.
        presumed_rows: Rows that give no day and were counted as recorded on December 31 of their model year.
        undated_rows: Rows that give neither day nor model year: what they say was taken as not known.
    """

    day: DayText
    presumed_rows: list[str]
    undated_rows: list[str]


class Record(TypedDict):
    """A determination for one account under one ruleset, for a model year or a run of them."""

    schema: Literal["1"]
    ruleset: str
    jurisdiction: str
    account_name: str
    model_years: ModelYears
    known_at: KnownAt | None
    verdict: Verdict
    text: Text
    obligations: list[Obligation]
    deficits_brought_in: list[BroughtIn]
    uses: list[Use]
    account: Account
    reasons: list[Reason]
    trace: dict[str, Step]
    law: list[Law]
    unverified: list[Unverified]
    undetermined: list[Question]
    readings: Readings
    not_encoded: list[NotEncoded]
    remarks: list[Remark]
    years: list[Year]
    receipt: dict[str, str]
