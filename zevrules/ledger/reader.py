"""Records become a ledger: every cell read, or every fault told."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import attrs

from zevrules.diagnostic import Cell, Rejected
from zevrules.ledger import errors
from zevrules.ledger.balances import check_transfers
from zevrules.ledger.cells import read_year
from zevrules.ledger.columns import EITHER, ENTRIES, OPTIONAL, REQUIRED, SAYS, SETTINGS
from zevrules.ledger.entries import Account, Delivery, Entry, Fact, Ledger, Row, Value, fold
from zevrules.ledger.lines import Found, Line
from zevrules.ledger.queries import find_account
from zevrules.ledger.sheets import UNREADABLE, Sheet, read_sheets

_Read = TypeVar("_Read", Entry, Fact, Delivery)
_NONE = Fraction(0)
_LONG_AGO = date.min


def read_ledger(path: Path) -> Ledger:
    """The ledger stored at *path*: a folder of CSV files, an XLSX workbook, or a JSON file.

    Raises:
        Rejected: If anything in it cannot be read or cannot have happened, with all that was found.
    """
    found = Found()
    sheets = read_sheets(path, found.problems)
    settings = _settings(sheets, found)
    accounts = _Accounts(sheets, found)
    complete_through, complete_at = _complete_through(sheets, found)
    ledger = Ledger(
        name=path.stem if path.is_file() else path.resolve().name,
        title=settings.get("title", ""),
        complete_through=complete_through,
        note=settings.get("note", ""),
        accounts=accounts.declared,
        entries=_entries(sheets, accounts, found),
        facts=_facts(sheets, accounts, found),
        deliveries=_deliveries(sheets, accounts, found),
        complete_at=complete_at,
    )
    if not found.problems:
        # Only a ledger whose every amount was read can say what an account held.
        found.problems += check_transfers(ledger)
    if found.problems:
        raise Rejected(found.problems)
    return ledger


def _lines(sheets: dict[str, Sheet], name: str, found: Found) -> list[Line]:
    """The rows of the sheet *name*; none if it is not there."""
    sheet = sheets.get(name)
    return [Line(Row(sheet.name, number), cells, found) for number, cells in sheet.rows] if sheet else []


# ----------------------------------------------------------------------------- what it says about itself


def _settings(sheets: dict[str, Sheet], found: Found) -> dict[str, str]:
    """What the ledger says about itself, each under the name that is documented."""
    settings: dict[str, str] = {}
    first: dict[str, Row] = {}
    for line in _lines(sheets, "ledger", found):
        name = fold(line.need("name", "Each row gives one thing a name and a value."))
        if name and name not in SETTINGS:
            line.note(errors.unknown_setting(line.cell("name"), SETTINGS))
        elif name in first:
            line.note(errors.duplicate_row(line.at, first[name], f"`{name}`"))
        elif name:
            first[name] = line.at
            settings[name] = line.text("value")
    return settings


def _complete_through(sheets: dict[str, Sheet], found: Found) -> tuple[date | None, Row | None]:
    """The day through which the ledger declares itself complete, if it does, and the row that says so."""
    for line in _lines(sheets, "ledger", found):
        if fold(line.text("name")) == "complete through":
            return line.day("value"), line.at
    return None, None


# ---------------------------------------------------------------------------------------------- accounts


class _Accounts:
    """The accounts declared, and the one that each name and alias stands for."""

    def __init__(self, sheets: dict[str, Sheet], found: Found) -> None:
        self._known = "accounts" in sheets
        self._names: dict[str, tuple[str, Row]] = {}
        lines = _lines(sheets, "accounts", found)
        drafts = [self._declare(line) for line in lines]
        for account, line in zip(drafts, lines, strict=True):
            for alias in account.aliases:
                self._claim(line, "aliases", alias, account.name)
        self.declared = tuple(self._with_owner(account) for account in drafts)

    def _declare(self, line: Line) -> Account:
        name = " ".join(line.need("account", "Each row declares one account.").split())
        if name:
            self._claim(line, "account", name, name)
        owner = " ".join(line.text("owner").split())
        if owner and "owner share" not in line.cells:
            line.need("owner share", "Common ownership is counted by the share that is owned.")
        if "owner share" in line.cells and not owner:
            line.need("owner", "A share is owned by somebody.")
        aliases = dict.fromkeys(" ".join(alias.split()) for alias in line.text("aliases").split(";"))
        kept = tuple(alias for alias in aliases if alias and fold(alias) != fold(name))
        return Account(name, kept, owner or None, line.share("owner share"), line.text("note"), line.at)

    def _claim(self, line: Line, column: str, name: str, account: str) -> None:
        """Let *name* stand for *account*, unless it already stands for another."""
        holder, row = self._names.setdefault(fold(name), (account, line.at))
        if row != line.at or holder != account:
            cell = Cell(line.at.sheet, line.at.number, column, name)
            line.note(errors.account_declared_twice(cell, holder, row))

    def _with_owner(self, account: Account) -> Account:
        """*account*, its owner by its declared name if the owner is an account too."""
        owner = account.owner and self.named(account.owner)
        return attrs.evolve(account, owner=owner) if owner else account

    def named(self, name: str) -> str | None:
        """The account that *name* stands for."""
        found = self._names.get(fold(name))
        return found[0] if found else None

    def of(self, line: Line, column: str = "account") -> str | None:
        """The account named in *line*; the fault is noted if there is none."""
        text = line.text(column)
        if not text or text == UNREADABLE or not self._known:
            return None
        account = self.named(text)
        if account is None:
            names = [name for account in self.declared for name in (account.name, *account.aliases)]
            line.note(errors.unknown_account(text, names, line.cell(column)))
        return account


# ----------------------------------------------------------------------------------------------- entries

_EACH_ENTRY = "Each entry says when, in whose account, under which jurisdiction, what happened, and how many of what."


def _once_each(
    read: Iterable[tuple[Line, _Read | None]], key: Callable[[_Read], Hashable], words: Callable[[_Read], str]
) -> tuple[_Read, ...]:
    """The records of a sheet, in the order of its rows; a second one with the same *key* is noted on its line."""
    records = []
    first: dict[Hashable, Row] = {}
    for line, record in read:
        if record is not None:
            before = first.setdefault(key(record), line.at)
            if before is not line.at:
                line.note(errors.duplicate_row(line.at, before, words(record)))
            records.append(record)
    return tuple(records)


def _entries(sheets: dict[str, Sheet], accounts: _Accounts, found: Found) -> tuple[Entry, ...]:
    return _once_each(
        ((line, _entry(line, accounts)) for line in _lines(sheets, "entries", found)),
        lambda entry: entry,
        lambda entry: f"this {entry.what}",
    )


def _entry(line: Line, accounts: _Accounts) -> Entry | None:
    """The entry in *line*, or none if it cannot be read; every cell of it is looked at."""
    for column in REQUIRED["entries"]:
        line.need(column, _EACH_ENTRY)
    what = _what(line)
    account = accounts.of(line)
    amount = line.number("amount")
    day = line.day("date")
    if amount is not None and amount < 0 and what != "correction":
        line.note(errors.negative_amount(line.cell("amount")))
    entry = Entry(
        date=day or _LONG_AGO,
        recorded=line.day("recorded") or day or _LONG_AGO,
        account=account or "",
        jurisdiction=line.name("jurisdiction") or "",
        what=what or "",
        kind=line.name("kind"),
        amount=_NONE if amount is None else amount,
        unit=line.name("unit", "entry unit") or "",
        vintage=line.year("vintage"),
        origin=line.name("origin"),
        counterparty=_counterparty(line, accounts, account),
        model_year=line.year("model year"),
        toward=line.name("toward"),
        reference=line.text("reference"),
        note=line.text("note"),
        at=line.at,
        to_jurisdiction=_to_jurisdiction(line),
        from_kind=line.name("from kind", "kind"),
        from_amount=_from_amount(line),
        from_unit=line.name("from unit", "entry unit"),
    )
    if what == "conversion" and _into_itself(entry):
        line.note(errors.conversion_into_itself(line.cell("from kind")))
    return entry if line.sound and account else None


def _from_amount(line: Line) -> Fraction | None:
    """How many credits became others."""
    amount = line.number("from amount")
    if amount is not None and amount < 0:
        line.note(errors.negative_amount(line.cell("from amount")))
    return amount


def _into_itself(entry: Entry) -> bool:
    """Whether credits would become credits of the same kind and unit."""
    return entry.from_kind == entry.kind and fold(entry.from_unit or "") == fold(entry.unit)


def _what(line: Line) -> str | None:
    """The word that says what happened, after a check of the cells that go with it."""
    what = fold(line.text("entry"))
    if not what:
        return None
    if what not in ENTRIES:
        line.note(errors.unknown_entry(line.cell("entry")))
        return None
    needed, idle = ENTRIES[what]
    enough = EITHER.get(what, ())
    for column in (*needed, *(enough[:1] if not any(map(line.text, enough)) else ())):
        line.need(column, f"{'An' if what[0] in 'aeiou' else 'A'} {what} says {SAYS[column]}.")
    for column in idle:
        if line.text(column):
            line.note(errors.idle_cell(line.cell(column), what))
    return what


def _counterparty(line: Line, accounts: _Accounts, account: str | None) -> str | None:
    """Who received: an account by its declared name, or a firm outside the ledger as it is written."""
    text = " ".join(line.text("counterparty").split())
    if not text:
        return None
    receiver = accounts.named(text)
    if receiver and receiver == account and not line.text("to jurisdiction"):
        line.note(errors.transfer_to_itself(line.cell("counterparty")))
    return receiver or line.spelled("counterparty", text, "counterparty")


def _to_jurisdiction(line: Line) -> str | None:
    """Where credits went that left the jurisdiction."""
    there = line.name("to jurisdiction", "jurisdiction")
    if there is not None and fold(there) == fold(line.text("jurisdiction")):
        line.note(errors.transfer_within_jurisdiction(line.cell("to jurisdiction")))
    return there


# ------------------------------------------------------------------------------------------------- facts


def _facts(sheets: dict[str, Sheet], accounts: _Accounts, found: Found) -> tuple[Fact, ...]:
    return _once_each(
        ((line, _fact(line, accounts)) for line in _lines(sheets, "facts", found)),
        lambda fact: (fact.account, fact.name, fact.jurisdiction, fact.model_year, fact.kind, fact.recorded),
        lambda fact: f"the fact `{fact.name}`",
    )


def _fact(line: Line, accounts: _Accounts) -> Fact | None:
    """The fact in *line*; none if its value is blank, as in a template not yet filled in."""
    if not line.text("value"):
        return None
    line.need("fact", "Each row says what is known.")
    account = accounts.of(line)
    value = line.value("value")
    if fold(line.text("value")) == "given":
        line.need("date", "A notice is given on a day, and whether it was in time depends on which.")
    name, day = line.name("fact"), line.day("date")
    fact = Fact(
        account=account,
        name=name or "",
        jurisdiction=line.name("jurisdiction"),
        model_year=line.year("model year"),
        kind=line.name("kind"),
        value="" if value is None else value,
        text=line.text("value"),
        unit=line.name("unit", "fact unit") or "",
        date=day,
        recorded=line.day("recorded") or day,
        reference=line.text("reference"),
        note=line.text("note"),
        at=line.at,
    )
    return fact if line.sound and (account or not line.text("account")) else None


# -------------------------------------------------------------------------------------------- deliveries

_DOCUMENTED = frozenset((*REQUIRED["deliveries"], *OPTIONAL["deliveries"]))
_EACH_DELIVERY = "Each delivery says who delivered how many of which vehicles, where, and of which model year."


def _deliveries(sheets: dict[str, Sheet], accounts: _Accounts, found: Found) -> tuple[Delivery, ...]:
    columns = sheets["deliveries"].columns if "deliveries" in sheets else ()
    columns = tuple(sorted(column for column in columns if column not in _DOCUMENTED))
    return _once_each(
        ((line, _delivery(line, accounts, columns)) for line in _lines(sheets, "deliveries", found)),
        lambda delivery: delivery,
        lambda _: "this delivery",
    )


def _delivery(line: Line, accounts: _Accounts, columns: Sequence[str]) -> Delivery | None:
    for column in REQUIRED["deliveries"]:
        line.need(column, _EACH_DELIVERY)
    account, year, count = accounts.of(line), line.year("model year"), _count(line)
    delivery = Delivery(
        account=account or "",
        jurisdiction=line.name("jurisdiction") or "",
        model_year=year or 0,
        vehicle=line.name("vehicle") or "",
        model=" ".join(line.text("model").split()),
        count=count or 0,
        facts=_vehicle_facts(line, columns),
        delivered=line.day("delivered"),
        recorded=line.day("recorded"),
        reference=line.text("reference"),
        note=line.text("note"),
        at=line.at,
    )
    return delivery if line.sound and account else None


def _count(line: Line) -> int | None:
    """How many vehicles: a whole number, not below zero."""
    count = line.number("count")
    if count is None:
        return None
    if count < 0 or count.denominator != 1:
        line.note(errors.not_whole(line.cell("count")))
        return None
    return count.numerator


def _vehicle_facts(line: Line, columns: Sequence[str]) -> tuple[tuple[str, Value], ...]:
    """What is known of each vehicle of the row, in the order of the names."""
    facts = []
    for column in columns:
        value = line.value(column)
        if value is not None:
            facts.append((column, line.text(column) if isinstance(value, date) else value))
    return tuple(facts)


# ---------------------------------------------------------------------------------- facts set on trial

_OF_YEAR = re.compile(r"(?:(.*?) )?of model year (\S+)", re.IGNORECASE | re.DOTALL)
_IN_PLACE = re.compile(r"(?:(.*) )?in (.+)", re.IGNORECASE | re.DOTALL)


def facts_set(ledger: Ledger, settings: Sequence[tuple[str, str]], account: str) -> Ledger:
    """*ledger* with facts of *account* set on trial, to see what would follow.

    Each fact takes the place of every one with its name, and with its jurisdiction and model year where
    the setting names them.

    Args:
        ledger: What is recorded; it stays as it is.
        settings: Name and value, the name as ``volume in JURISDICTION of model year 2021``.
        account: Whose facts, by name or alias.

    Raises:
        Rejected: If the account is not known, or a name or value cannot be read.
    """
    found = Found()
    holder = find_account(ledger, account).name
    facts = ledger.facts
    for number, (name, text) in enumerate(settings, start=1):
        fact = _trial(Line(Row("--set", number), {"fact": name, "value": text.strip()}, found), holder)
        if fact:
            facts = (*(kept for kept in facts if not _replaced(kept, fact)), fact)
    if found.problems:
        raise Rejected(found.problems)
    return attrs.evolve(ledger, facts=facts)


def _trial(line: Line, account: str) -> Fact | None:
    """The fact that one setting makes."""
    name, place, year = " ".join(line.text("fact").split()), None, None
    if dated := _OF_YEAR.fullmatch(name):
        name = dated[1] or ""
        try:
            year = read_year(dated[2])
        except ValueError as error:
            line.note(errors.bad_model_year(Cell("--set", line.at.number, "fact", dated[2]), str(error)))
    if placed := _IN_PLACE.fullmatch(name):
        name, place = placed[1] or "", placed[2]
    if not name:
        line.note(errors.bad_setting(line.text("fact"), "it is blank"))
    line.need("value", "A fact set on trial has a value.")
    value = line.value("value")
    if not name or value is None:
        return None
    return Fact(account, name, place, year, None, value, line.text("value"), "", None, None, "", "", line.at)


def _replaced(kept: Fact, by: Fact) -> bool:
    """Whether *kept* gives way to the fact set on trial."""
    return (
        kept.account == by.account
        and fold(kept.name) == fold(by.name)
        and (by.jurisdiction is None or fold(kept.jurisdiction or "") == fold(by.jurisdiction))
        and (by.model_year is None or kept.model_year == by.model_year)
    )
