"""What a position finds: where each account stands under each law, what moved between them, that nothing is lost."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from zevrules.determination.findings import Deficit, Determination
from zevrules.ledger.entries import Entry, Ledger
from zevrules.model.rules import Ruleset
from zevrules.node import Node, node


@node
class Year(Node):
    """One model year of an account under one law, in its credits; None is what is not known.

    Args:
        year: The model year.
        verdict: The verdict on it.
        closes: Its closing day.
        owed: What all obligations of it come to.
        paid: What was used toward them by its close.
        lacking: What was lacking then.
        made_up: What was used in it to make up deficits of earlier model years.
        left: What the account holds at its close.
    """

    year: int
    verdict: str
    closes: date
    owed: Fraction | None
    paid: Fraction | None
    lacking: Fraction | None
    made_up: Fraction | None
    left: Fraction | None


@node
class Standing(Node):
    """Where an account stands under one law at the end of the model years shown; ``open`` are its open deficits."""

    account: str
    jurisdiction: str
    made: Determination
    years: tuple[Year, ...]
    open: tuple[Deficit, ...]

    @property
    def not_known(self) -> list[str]:
        """What an undetermined verdict hangs on, in words."""
        names = [one.question for one in self.made.settling]
        names += [
            f"whether {law.terms.authority.citation} was used, which is not encoded" for law in self.made.not_encoded
        ]
        return list(dict.fromkeys(names))


@node
class Program(Node):
    """One of the laws: the newest text of its ruleset, and the model years shown of it (None: none).

    ``text`` is the amendment, or ``original``, by which its texts were chosen; None where it has none of that name.
    """

    ruleset: Ruleset
    years: tuple[int, int] | None
    text: str | None = None


@node
class Move(Node):
    """Credits that an entry moved from one jurisdiction to another.

    Args:
        entry: The entry.
        counted: How many of them count where they went; None if that is not known, or not shown.
        used: How many of these were used by the end, passed on to nobody else; None likewise.
        shown: Whether the account and the law that they went to are among those shown.
    """

    entry: Entry
    counted: Fraction | None
    used: Fraction | None
    shown: bool


@node
class Conserved(Node):
    """All credits of one unit, over the accounts and laws shown.

    Args:
        unit: What is counted.
        came: What was there at the start and came since, each with its words; a correction may be below 0.
        went: What became of it: used, expired, sent away, left and so on.
    """

    unit: str
    came: tuple[tuple[str, Fraction], ...]
    went: tuple[tuple[str, Fraction], ...]

    @property
    def balanced(self) -> bool:
        """Whether what came is what became of it: the entries of the ledger and the account statements agree."""
        return sum((a for _, a in self.came), Fraction(0)) == sum((a for _, a in self.went), Fraction(0))


@node
class Position(Node):
    """The whole position of some accounts under several laws; ``readings`` are those asked for by name."""

    ledger: Ledger
    accounts: tuple[str, ...]
    programs: tuple[Program, ...]
    standings: tuple[Standing, ...]
    moves: tuple[Move, ...]
    conserved: tuple[Conserved, ...]
    as_of: str | None
    readings: tuple[str, ...] = ()
