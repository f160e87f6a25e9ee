"""An empty ledger to fill in: the headers, and a row for every fact that a ruleset asks for."""

from __future__ import annotations

from collections.abc import Iterable
from errno import EEXIST
from pathlib import Path

import attrs

from zevrules.ledger.columns import IN_ORDER


@attrs.frozen
class Asked:
    """One row of facts to be filled in.

    Args:
        name: The fact.
        unit: What its value counts, in words; blank for a yes or no, a notice, a share.
        place: The jurisdiction, where each has its own.
        year: The model year, where each has its own.
        kind: The kind of credit, where each has its own.
        note: What it means, and how it is answered.
        together: Whether it is of all manufacturers together, so that the account is left blank.
    """

    name: str
    unit: str = ""
    place: str = ""
    year: int | None = None
    kind: str = ""
    note: str = ""
    together: bool = False


@attrs.frozen
class Asks:
    """What a ruleset asks of a ledger.

    Args:
        facts: The facts about a manufacturer, a row for each.
        vehicle_facts: The facts about each vehicle: each becomes a column of the deliveries.
        vehicles: What the ruleset calls its vehicles.
        kinds: The kinds of credit.
        unit: The unit of their amounts.
        origins: Where credits may come from.
        jurisdiction: Whose program it is.
        account: The account that the rows are written for.
    """

    facts: tuple[Asked, ...]
    vehicle_facts: tuple[str, ...]
    vehicles: tuple[str, ...]
    kinds: tuple[str, ...]
    unit: str
    origins: tuple[str, ...]
    jurisdiction: str
    account: str = "Our company"


def write_template(folder: Path, asks: Asks) -> list[Path]:
    """Write the sheets of a ledger to be filled in, which can be read as it is: a blank value is not known yet.

    Args:
        folder: Where to write; it is made if it is not there.
        asks: What to ask for.

    Returns:
        The files written.

    Raises:
        FileExistsError: If any of them is there already; nothing is written then.
    """
    sheets: dict[str, list[tuple[str, ...]]] = {
        "ledger": list(_about(asks)),
        "accounts": [(asks.account, "", "", "", "")],
        "entries": [],
        "facts": [_row(fact, asks.account) for fact in asks.facts],
        "deliveries": [],
    }
    files = {name: folder / f"{name}.csv" for name in sheets}
    for file in files.values():
        if file.exists():
            raise FileExistsError(EEXIST, "is there already", str(file))
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in sheets.items():
        header = IN_ORDER[name]
        if name == "deliveries":
            own = (fact for fact in asks.vehicle_facts if fact not in header)
            header = (*header[:-2], *own, *header[-2:])
        _write(files[name], [header, *rows])
    return list(files.values())


def _about(asks: Asks) -> Iterable[tuple[str, str]]:
    """What the ledger says about itself: among it the words that its other sheets may use."""
    yield "title", f"Ledger of {asks.account}: {asks.jurisdiction}"
    yield "complete through", ""
    words = {
        "jurisdiction": (asks.jurisdiction,),
        "credit kinds": asks.kinds,
        "unit": (asks.unit,),
        "origins": asks.origins,
        "vehicles": asks.vehicles,
    }
    yield "note", "; ".join(f"{name}: {', '.join(said)}" for name, said in words.items() if any(said))


def _row(fact: Asked, account: str) -> tuple[str, ...]:
    """The row in which *fact* is to be given, its value blank."""
    year = "" if fact.year is None else str(fact.year)
    return (
        "" if fact.together else account,
        fact.name,
        fact.place,
        year,
        fact.kind,
        "",
        fact.unit,
        "",
        "",
        "",
        fact.note,
    )


def _write(file: Path, rows: Iterable[Iterable[str]]) -> None:
    import csv

    # utf-8-sig, so that spreadsheet programs do not take the names for another alphabet's.
    with file.open("x", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
