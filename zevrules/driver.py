"""The whole journey on one screen: text and records come in, an answer goes out; nothing here prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

from zevrules.determination.determiner import determine as _determine
from zevrules.determination.findings import Determination
from zevrules.diagnostic import Rejected
from zevrules.ledger import reader
from zevrules.ledger.entries import Ledger
from zevrules.ledger.queries import find_account
from zevrules.library import load_drafts
from zevrules.model.assembly import Draft, assemble, days_of_change
from zevrules.model.checker import check
from zevrules.model.rules import Ruleset
from zevrules.shipped import rulesets_folder


class Rules:
    """A ruleset with all its texts: `on(day)` is the checked text in force that day. Threads may share it.

    >>> rules = load("california/acc1")
    >>> rules.on("2024-01-01").jurisdiction
    'California'
    """

    def __init__(self, name: str, drafts: dict[str, Draft]) -> None:
        self.name = name
        self._drafts = drafts
        self._days = days_of_change(drafts, name)
        self._texts: dict[int, Ruleset] = {}
        self._lock = Lock()

    def on(self, day: str) -> Ruleset:
        """The checked text in force on *day* (ISO: ``2024-01-31``).

        Raises:
            Rejected: With everything that is wrong in that text.
        """
        era = sum(change <= day for change in self._days)
        with self._lock:
            if era not in self._texts:
                self._texts[era] = check(assemble(self._drafts, self.name, day))
            return self._texts[era]

    def every(self) -> tuple[Ruleset, ...]:
        """Every text the ruleset has had, earliest first, each checked."""
        return tuple(self.on(day) for day in ("0001-01-01", *self._days))


def load(reference: str) -> Rules:
    """The ruleset at a path of your own, or the shipped one of that name.

    Raises:
        NotFound: If there is neither.
        Rejected: With everything wrong in its writing.
    """
    return Rules(*load_drafts(reference))


def read_ledger(reference: str) -> Ledger:
    """The ledger at a path, or the shipped example of that name.

    Raises:
        Rejected: With everything wrong in it.
    """
    path = Path(reference)
    shipped = rulesets_folder() / "ledgers" / reference
    if not path.exists() and "/" not in reference and shipped.is_dir():
        path = shipped
    return reader.read_ledger(path)


def determine(
    rules: Rules,
    ledger: Ledger,
    account: str,
    first: int,
    last: int | None = None,
    *,
    as_of: str | None = None,
    settings: Sequence[tuple[str, str]] = (),
    readings: Sequence[str] = (),
) -> Determination:
    """The determination of *account* for model year *first*, or *first* through *last*.

    Args:
        rules: From `load`.
        ledger: From `read_ledger`.
        account: A name or alias that the ledger declares.
        first: The model year, or the first of a run.
        last: The last of the run, if it is one; the account is carried from year to year.
        as_of: The day (ISO) whose text applies; by default each model year's closing day.
        settings: Facts to try, as (name, value), in place of what the ledger says.
        readings: Readings to take for the verdict in place of the default ones.

    Raises:
        Rejected: If the account or a reading is unknown, a setting cannot be read, or a text is wrong.

    >>> found = determine(load("california/acc1"), read_ledger("california-bank"), "BMW", 2021)
    >>> found.verdict
    'compliant'
    """
    name = find_account(ledger, account).name
    if settings:
        ledger = reader.facts_set(ledger, settings, name)
    texts: Callable[[str], Ruleset] = rules.on
    return _determine(texts, ledger, name, first, last or first, as_of=as_of, settings=tuple(settings),
                      readings=_chosen(rules, readings) if readings else {})  # fmt: skip


def _chosen(rules: Rules, names: Sequence[str]) -> dict[str, str]:
    """For each question the reading that some names choose, in whatever text of the ruleset it stands."""
    asked = {name: reading.name for text in rules.every() for reading in text.readings for name in reading.readings}
    unknown = [name for name in names if name not in asked]
    if unknown:
        from zevrules.determination.errors import unknown_reading

        raise Rejected([unknown_reading(name, tuple(asked)) for name in unknown])
    return {asked[name]: name for name in names}
