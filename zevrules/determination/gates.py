"""Transfers that the law gates: whether each was allowed, judged for the giver, in the model year of its day.

The ledger says what happened, so credits that the law did not let go have gone all the same. They count for nothing
where they went, nor where they are passed on to from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from zevrules.determination.carrying import books_open
from zevrules.determination.evaluator import Evaluator, Setting, Unanswered
from zevrules.determination.trace import Step, changed, exact, step
from zevrules.ledger import queries
from zevrules.ledger.balances import Lot
from zevrules.ledger.entries import Entry, fold
from zevrules.model.rules import Gate, Terms
from zevrules.quantity import CREDITS, display_number


def let_through(ev: Evaluator, lot: Lot, amount: Step) -> Step:
    """*amount*, which is of a lot; nothing of it if a transfer that brought it here was not allowed.

    Raises:
        Unanswered: If nobody knows whether one was.
    """
    claims: list[Step] = []
    for entry in _transfers_of(lot):
        for rule in _gates_of(ev, entry):
            giver = ev.other(entry.account)
            claim = _allowed(giver, rule, entry)
            if claim is None:
                continue
            if not giver.decide(claim, f"{claim.what}, on {entry.date}"):
                return exact(amount.what, "computed", Fraction(0), unit=CREDITS, how=_refusal(entry, claim),
                             terms=rule.terms, inputs=(amount, claim), rows=(entry.at,))  # fmt: skip
            claims.append(claim)
    return changed(amount, inputs=(*amount.inputs, *claims)) if claims else amount


def refused(ev: Evaluator, since: date, until: date) -> Iterator[tuple[Entry, str, Terms]]:
    """The transfers of an account after one day, through another, that were not allowed or may not have been."""
    for entry in ev.ledger.entries if ev.ruleset.gates else ():
        if entry.what != "transfer" or entry.account != ev.account or not since < entry.date <= until:
            continue
        for rule in _gates_of(ev, entry):
            try:
                claim = _allowed(ev, rule, entry)
            except Unanswered as open_question:
                claim = open_question.reason
            if claim is not None and claim.truth is not True:
                yield entry, _told(entry, claim), rule.terms


def _transfers_of(lot: Lot) -> tuple[Entry, ...]:
    """The transfers that brought credits where they are, the first one first."""
    way: list[Entry] = []
    at: Lot | None = lot
    while at is not None:
        if at.entry.what == "transfer":
            way.append(at.entry)
        at = at.source
    return tuple(reversed(way))


def _gates_of(ev: Evaluator, entry: Entry) -> Iterator[Gate]:
    """The statements that speak of a transfer, by its kind and receiver; transfers of other books are not judged."""
    kinds = next((kinds for unit, kinds in ev.ruleset.units if fold(unit) == fold(entry.unit)), ())
    if entry.kind not in kinds or fold(entry.jurisdiction) != fold(ev.ruleset.jurisdiction):
        return
    for rule in ev.ruleset.gates:
        to = rule.receiver is None or fold(rule.receiver) == fold(entry.receiver)
        if entry.kind in rule.kinds and to:
            yield rule


def _allowed(giver: Evaluator, rule: Gate, entry: Entry) -> Step | None:
    """Whether a statement allows a transfer; None where it does not apply in the model year of its day."""
    year = books_open(giver, entry.date)
    binds, reasons, _ = giver.applies(rule.terms, year, Setting(year, entry.kind))
    if not binds:
        return None
    if rule.share is None:
        claim = giver.truth(rule.condition, Setting(year, entry.kind), rule.terms)
        return changed(claim, inputs=(*claim.inputs, *reasons))
    share = f"{display_number(rule.share * 100)}%"
    joined = queries.owned_together(giver.ledger, entry.account, entry.receiver, rule.share)
    names = {fold(entry.account), fold(entry.receiver)}
    rows = tuple(account.at for account in giver.ledger.accounts if fold(account.name) in names)
    what = f"{entry.account} and {entry.receiver} are within common ownership of at least {share}"
    return step(what, "claim", how="yes" if joined else "no", truth=joined, terms=rule.terms, inputs=reasons, rows=rows)


def _refusal(entry: Entry, claim: Step) -> str:
    return f"{entry.account} was not allowed to transfer them on {entry.date}: {_fails(claim)}"


def _fails(claim: Step) -> str:
    how = "" if claim.how == "no" else f" ({claim.how})"
    return f"it does not hold that {claim.what}{how}"


def _told(entry: Entry, claim: Step) -> str:
    """What the giver is told."""
    what = f"{display_number(entry.amount)} {entry.kind} credits transferred to {entry.receiver} on {entry.date}"
    if claim.truth is None:
        return f"{what} have left the account; whether they count for anything there is not known: whether {claim.what}"
    return f"{what} have left the account and count for nothing there: {_fails(claim)}"
