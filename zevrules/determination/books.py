"""The books of an account: its lots, in every unit that a text counts credits in."""

from __future__ import annotations

from collections.abc import Iterator

from zevrules.determination.evaluator import Evaluator
from zevrules.ledger import balances
from zevrules.ledger.balances import Lot


def lots_of(ev: Evaluator) -> Iterator[Lot]:
    """The lots of the account in question, in each unit those of its kinds, in the order in which they arrived."""
    for unit, kinds in ev.ruleset.units:
        for lot in balances.lots(ev.ledger, ev.account, ev.ruleset.jurisdiction, unit):
            if lot.kind in kinds:
                yield lot
