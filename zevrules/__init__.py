"""Zevrules: zero-emission-vehicle credit law as text that people write and a machine applies.

>>> import zevrules
>>> rules = zevrules.load("california/acc1")
>>> ledger = zevrules.read_ledger("california-bank")
>>> found = zevrules.determine(rules, ledger, "BMW", 2021)
>>> found.verdict
'compliant'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zevrules.version import VERSION

if TYPE_CHECKING:
    from zevrules.comparison.findings import Comparison as Comparison
    from zevrules.determination.findings import Determination as Determination
    from zevrules.determination.trace import Step as Step
    from zevrules.diagnostic import Rejected as Rejected
    from zevrules.driver import Rules as Rules
    from zevrules.driver import compare as compare
    from zevrules.driver import determine as determine
    from zevrules.driver import load as load
    from zevrules.driver import position as position
    from zevrules.driver import read_ledger as read_ledger
    from zevrules.ledger.entries import Ledger as Ledger
    from zevrules.library import NotFound as NotFound
    from zevrules.report.explain import explain as explain
    from zevrules.report.messages import messages as messages
    from zevrules.report.records import to_json as to_json
    from zevrules.report.text import page as page
    from zevrules.standing.findings import Position as Position

#: Where each name lives; it is fetched when first asked for, so that a command imports only what it uses.
_HOMES = {
    "Comparison": "comparison.findings",
    "Determination": "determination.findings",
    "Ledger": "ledger.entries",
    "NotFound": "library",
    "Position": "standing.findings",
    "Rejected": "diagnostic",
    "Rules": "driver",
    "Step": "determination.trace",
    "compare": "driver",
    "determine": "driver",
    "explain": "report.explain",
    "load": "driver",
    "messages": "report.messages",
    "page": "report.text",
    "position": "driver",
    "read_ledger": "driver",
    "to_json": "report.records",
}

__all__ = [
    "VERSION",
    "Comparison",
    "Determination",
    "Ledger",
    "NotFound",
    "Position",
    "Rejected",
    "Rules",
    "Step",
    "compare",
    "determine",
    "explain",
    "load",
    "messages",
    "page",
    "position",
    "read_ledger",
    "to_json",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'zevrules' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"zevrules.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
