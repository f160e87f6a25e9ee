"""What a comparison finds: figures of every case, verdicts, and what makes them differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from zevrules.determination.trace import Step
from zevrules.ledger.entries import Ledger
from zevrules.model.rules import Authority, Ruleset, Terms
from zevrules.node import Node, node


@node
class Case(Node):
    """One way of reading the ledger: a ruleset, perhaps under an option, readings, a text or a fact on trial.

    Args:
        label: What it is called at the head of its column.
        texts: The checked text of the ruleset on a day.
        ledger: The ledger, with what the case sets on trial.
        as_of: The day whose text is applied; None for each model year's closing day.
        readings: For each question of reading the one that is taken.
        option: The option whose statements apply, whatever the ledger says was chosen; None to ask the ledger.
    """

    label: str
    texts: Callable[[str], Ruleset]
    ledger: Ledger
    as_of: str | None
    readings: Mapping[str, str]
    option: int | None


@node
class Figure(Node):
    """One number in every case; None in a case that has no such number, or leaves it undetermined.

    ``account``, ``kind`` and ``year`` are None where the number is not of one.
    """

    quantity: str
    account: str | None
    kind: str | None
    year: int | None
    values: tuple[Step | None, ...]


@node
class Change(Node):
    """What two texts say differently under one provision: the statements of each that the other does not have."""

    authority: Authority
    before: tuple[Terms, ...]
    after: tuple[Terms, ...]


@node
class Cause(Node):
    """Why a case has another verdict than the first: with these changes the first has that verdict too.

    None of them can be left out, or else each of them does it alone. Without any, the ``words`` say what differs.
    """

    case: int
    changes: tuple[Change, ...]
    together: bool
    words: str


@node
class Verdict(Node):
    """The verdict on one account in every case, what is lacking at the closes of its model years, and the causes."""

    account: str
    verdicts: tuple[str, ...]
    lacking: tuple[Fraction | None, ...]
    causes: tuple[Cause, ...]

    @property
    def changes(self) -> bool:
        """Whether some case leads to another verdict than the first."""
        return len(set(self.verdicts)) > 1


@node
class Comparison(Node):
    """Several cases of one ledger beside one another."""

    cases: tuple[Case, ...]
    accounts: tuple[str, ...]
    first: int
    last: int
    verdicts: tuple[Verdict, ...]
    figures: tuple[Figure, ...]
