"""Entries become lots: credits of one kind, origin and vintage that came into an account together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import attrs

from zevrules.diagnostic import Diagnostic, Rejected
from zevrules.ledger import errors
from zevrules.ledger.entries import Entry, Ledger, Record, Row, fold

#: Whose, where and in what unit: account, jurisdiction and unit, each folded.
_Key = tuple[str, str, str]

#: An entry that takes more than there is: it, how much it takes, how much was there, and the rows of that.
Overdrawn = tuple[Entry, Fraction, Fraction, list[Row]]

_BRINGS = frozenset(("opening", "issue", "deposit"))


@attrs.frozen(eq=False, repr=False)
class Lot(Record):
    """Credits that came into an account together, and what became of them.

    Args:
        kind: The kind of credit.
        origin: Where the credits first came from, if it is known; a transfer does not change it.
        vintage: Their model year, if it is known.
        amount: What is left of them; 0 when all were given away.
        came_from: The jurisdiction under whose program they came into the ledger, if it is another than this one.
        arrived: The day they came into this account.
        entry: The entry that brought them into this account.
        moves: That entry and each that took some away, with the amounts, which add up to *amount*.
        source: The lot of another account, or of this one elsewhere, that a transfer took them from.
    """

    kind: str
    origin: str | None
    vintage: int | None
    amount: Fraction
    arrived: date
    entry: Entry
    moves: tuple[tuple[Entry, Fraction], ...]
    came_from: str | None = None
    source: Lot | None = None

    @property
    def holder(self) -> str:
        """The account that they came into."""
        return self.entry.receiver if self.entry.what == "transfer" else self.entry.account

    @property
    def place(self) -> str:
        """The jurisdiction in whose books they are."""
        return self.entry.destination


class _Holding:
    """A lot while entries still change it."""

    __slots__ = ("amount", "entry", "home", "kind", "moves", "origin", "source", "vintage")

    def __init__(self, entry: Entry, amount: Fraction, like: _Holding | None = None) -> None:
        self.entry = entry
        self.source = like
        self.kind = entry.kind or ""
        self.origin: str | None = like.origin if like else entry.origin
        self.vintage: int | None = like.vintage if like else entry.vintage
        self.home: str = like.home if like else entry.jurisdiction
        self.amount = amount
        self.moves = [(entry, amount)]

    def lot(self) -> Lot:
        """The lot as it is at the end."""
        entry, moves = self.entry, tuple(self.moves)
        came_from = self.home if fold(self.home) != fold(entry.destination) else None
        source = self.source.lot() if self.source is not None else None
        return Lot(self.kind, self.origin, self.vintage, self.amount, entry.date, entry, moves, came_from, source)


class _Books:
    """Every account's holdings, entry by entry in the order in which they took effect."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.holdings: dict[_Key, list[_Holding]] = defaultdict(list)
        self.overdrawn: list[Overdrawn] = []
        #: The holdings of each kind with something left in them, the latest to arrive last.
        self._left: dict[tuple[_Key, str | None], list[_Holding]] = defaultdict(list)
        for entry in sorted(entries, key=lambda entry: (entry.date, _takes(entry))):
            self._post(entry)

    def _post(self, entry: Entry) -> None:
        if entry.what in _BRINGS or (entry.what == "correction" and entry.amount >= 0):
            self._bring(_key(entry.account, entry), _Holding(entry, entry.amount))
        elif entry.what == "correction":
            self._take(entry)
        elif entry.what == "conversion":
            self._take(entry)
            self._bring(_key(entry.account, entry), _Holding(entry, entry.amount))
        elif entry.what == "transfer":
            there = (fold(entry.receiver), fold(entry.destination), fold(entry.unit))
            for source, amount in self._take(entry):
                self._bring(there, _Holding(entry, amount, source))

    def _bring(self, key: _Key, holding: _Holding) -> None:
        self.holdings[key].append(holding)
        self._left[key, holding.kind].append(holding)

    def _take(self, entry: Entry) -> list[tuple[_Holding | None, Fraction]]:
        """Take from the holdings that *entry* means what it takes, and say how much came from each.

        The latest to arrive go first: a use needs credits that had arrived by its day, so taking the
        newest leaves every use that is lawful without them still possible.
        """
        kind, amount, unit = entry.taken
        rest = amount
        taken: list[tuple[_Holding | None, Fraction]] = []
        left = self._left[(fold(entry.account), fold(entry.jurisdiction), fold(unit)), kind]
        for holding in reversed(left):
            if not rest:
                break
            part = min(rest, holding.amount) if _means(entry, holding) else Fraction(0)
            if part:
                holding.amount -= part
                holding.moves.append((entry, -part))
                taken.append((holding, part))
                rest -= part
        while left and not left[-1].amount:
            left.pop()
        if rest:
            held = [holding.entry.at for holding, _ in taken if holding]
            self.overdrawn.append((entry, amount, amount - rest, held))
            # The ledger is rejected; the receiver is given the rest so that no further fault follows from this one.
            taken.append((None, rest))
        return taken


def _takes(entry: Entry) -> bool:
    """Whether *entry* takes credits away; within one day these come after those that bring."""
    return entry.what in ("transfer", "conversion") or (entry.what == "correction" and entry.amount < 0)


def _key(account: str, entry: Entry) -> _Key:
    return (fold(account), fold(entry.jurisdiction), fold(entry.unit))


def _means(entry: Entry, holding: _Holding) -> bool:
    """Whether *entry* may take from *holding*, of its kind: the vintage and origin too, where it names them."""
    if entry.what == "conversion":
        return True  # the vintage and origin it names are those of the new credits
    return entry.vintage in (None, holding.vintage) and entry.origin in (None, holding.origin)


def _books(ledger: Ledger) -> _Books:
    made = ledger.memo.get("books")
    if not isinstance(made, _Books):
        made = ledger.memo["books"] = _Books(ledger.entries)
    return made


def overdrawn(ledger: Ledger) -> tuple[Overdrawn, ...]:
    """The entries that take credits that were not held, in the order in which they took effect."""
    return tuple(_books(ledger).overdrawn)


def check_transfers(ledger: Ledger) -> tuple[Diagnostic, ...]:
    """What cannot have happened: credits given away, converted, or corrected away, that were not held."""
    say = {
        "correction": errors.correction_of_more_than_held,
        "conversion": errors.conversion_of_more_than_held,
        "transfer": errors.transfer_of_more_than_held,
    }
    return tuple(say[one[0].what](*one) for one in overdrawn(ledger))


def lots(ledger: Ledger, account: str, jurisdiction: str, unit: str) -> tuple[Lot, ...]:
    """The lots of *account*, in the order in which they arrived; those with nothing left are among them.

    Surrenders are not applied: which lots they use is decided under the law. See `surrenders`.

    Raises:
        Rejected: If more was given away anywhere in the ledger than was held.
    """
    books = _books(ledger)
    if books.overdrawn:
        raise Rejected(check_transfers(ledger))
    holdings = books.holdings.get((fold(account), fold(jurisdiction), fold(unit)), ())
    return tuple(holding.lot() for holding in holdings)


def surrenders(ledger: Ledger, account: str, jurisdiction: str, unit: str) -> tuple[Entry, ...]:
    """The surrenders of *account*, in the order of their days and then of their rows."""
    return _of_word(ledger, "surrender", account, jurisdiction, unit)


def deficits(ledger: Ledger, account: str, jurisdiction: str, unit: str) -> tuple[Entry, ...]:
    """The deficits that *account* brought in, in the order of their days and then of their rows."""
    return _of_word(ledger, "deficit", account, jurisdiction, unit)


def _of_word(ledger: Ledger, what: str, account: str, jurisdiction: str, unit: str) -> tuple[Entry, ...]:
    wanted = (fold(account), fold(jurisdiction), fold(unit))
    found = (entry for entry in ledger.entries if entry.what == what and _key(entry.account, entry) == wanted)
    return tuple(sorted(found, key=lambda entry: entry.date))
