"""What a rule may ask of a ledger; each question is answered from an index that is made once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from zevrules.diagnostic import Rejected
from zevrules.ledger import errors
from zevrules.ledger.entries import Account, Delivery, Fact, Ledger, fold

_Key = tuple[str, str, str, int | None, str]


class Index:
    """The facts, deliveries and accounts of a ledger by what they are asked for."""

    __slots__ = ("accounts", "deliveries", "facts")

    def __init__(self, ledger: Ledger) -> None:
        self.accounts: dict[str, Account] = {}
        for account in ledger.accounts:
            for name in (account.name, *account.aliases):
                self.accounts[fold(name)] = account
        self.facts: dict[_Key, list[Fact]] = defaultdict(list)
        for fact in ledger.facts:
            self.facts[_key(fact.account, fact.name, fact.jurisdiction, fact.model_year, fact.kind)].append(fact)
        for facts in self.facts.values():
            facts.sort(key=lambda fact: fact.recorded or date.min)
        self.deliveries: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in ledger.deliveries:
            self.deliveries[fold(delivery.account)].append(delivery)


def _key(account: str | None, name: str, jurisdiction: str | None, model_year: int | None, kind: str | None) -> _Key:
    return (fold(account or ""), fold(name), fold(jurisdiction or ""), model_year, fold(kind or ""))


def index(ledger: Ledger) -> Index:
    """The index of *ledger*, made at the first question."""
    made = ledger.memo.get("index")
    if not isinstance(made, Index):
        made = ledger.memo["index"] = Index(ledger)
    return made


def find_account(ledger: Ledger, name: str) -> Account:
    """The account that *name*, which may be an alias, stands for.

    Raises:
        Rejected: If it stands for none.
    """
    account = index(ledger).accounts.get(fold(name))
    if account is None:
        names = [known for a in ledger.accounts for known in (a.name, *a.aliases)]
        raise Rejected([errors.unknown_account(name, names)])
    return account


def fact(
    ledger: Ledger,
    account: str,
    name: str,
    *,
    jurisdiction: str | None = None,
    model_year: int | None = None,
    kind: str | None = None,
) -> Fact | None:
    """The fact called *name* of *account*, or else of every account.

    Only a fact recorded for exactly this jurisdiction, model year and kind answers. Of several the one
    recorded last counts.
    """
    facts = index(ledger).facts
    for holder in (account, None):
        known = facts.get(_key(holder, name, jurisdiction, model_year, kind))
        if known:
            return known[-1]
    return None


def deliveries(
    ledger: Ledger, account: str, *, jurisdiction: str | None = None, model_year: int | None = None
) -> tuple[Delivery, ...]:
    """What *account* delivered, in the order of the rows; only there and of that year, where these are given."""
    place = fold(jurisdiction or "")
    return tuple(
        delivery
        for delivery in index(ledger).deliveries.get(fold(account), ())
        if (jurisdiction is None or fold(delivery.jurisdiction) == place)
        and (model_year is None or delivery.model_year == model_year)
    )


def group(ledger: Ledger, account: str, over: Fraction) -> tuple[str, ...]:
    """The accounts under common ownership with *account*, itself among them, in the order of their rows.

    Two firms belong together when one owns more than *over* of the other, and so does everything that
    a chain of such holdings joins; a parent need not be an account.
    """
    reached = _reached(ledger, account, lambda share: share > over)
    return tuple(member.name for member in ledger.accounts if fold(member.name) in reached)


def owned_together(ledger: Ledger, account: str, other: str, share: Fraction) -> bool:
    """Whether two firms, accounts or not, are joined by a chain of holdings of at least *share* each."""
    return fold(other) in _reached(ledger, account, lambda held: held >= share)


def _reached(ledger: Ledger, account: str, enough: Callable[[Fraction], bool]) -> set[str]:
    """The firms that holdings which are *enough* join to *account*, by their folded names."""
    joined: dict[str, set[str]] = defaultdict(set)
    for member in ledger.accounts:
        if member.owner and member.share is not None and enough(member.share):
            joined[fold(member.owner)].add(fold(member.name))
            joined[fold(member.name)].add(fold(member.owner))
    reached, ahead = {fold(account)}, [fold(account)]
    while ahead:
        new = joined[ahead.pop()] - reached
        reached |= new
        ahead += new
    return reached
