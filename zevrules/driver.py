"""The whole journey on one screen: text and records come in, an answer goes out; nothing here prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from zevrules.determination.determiner import determine as _determine
from zevrules.determination.findings import Determination
from zevrules.diagnostic import Rejected
from zevrules.ledger import reader
from zevrules.ledger.entries import Ledger
from zevrules.ledger.queries import find_account
from zevrules.library import load_drafts
from zevrules.model.assembly import Assembly, Draft, amendments, as_if_in_force, assemble, days_of_change
from zevrules.model.checker import check
from zevrules.model.layers import ORIGINAL
from zevrules.model.rules import Ruleset
from zevrules.shipped import rulesets_folder

if TYPE_CHECKING:
    # A determination compares nothing, and should not wait for what does.
    from zevrules.comparison.findings import Case, Comparison
    from zevrules.comparison.printed import Printed
    from zevrules.standing.findings import Position


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
        self._texts: dict[tuple[int, str | None], Ruleset] = {}
        self._lock = Lock()

    def on(self, day: str, text: str | None = None) -> Ruleset:
        """The checked text in force on *day* (ISO: ``2024-01-31``).

        Args:
            day: The day.
            text: The amendment that the text holds whatever its dates, with what it follows and what is in force
                before it; ``original`` for the text without amendments.

        Raises:
            Rejected: With everything that is wrong in that text, or if no amendment has that name.
        """
        era = sum(change <= day for change in self._days), text
        with self._lock:
            if era not in self._texts:
                self._texts[era] = self._checked(day, text)
            return self._texts[era]

    def _checked(self, day: str, text: str | None) -> Ruleset:
        made = check(self.assembled(day, text))
        if made.barred:
            # A model year closes on its day whether or not the words that name the day are stayed.
            made.closings = check(assemble(as_if_in_force(self._drafts, self.name), self.name, day, text)).closings
        return made

    def text(self, day: str | None = None, text: str | None = None) -> Ruleset:
        """The checked text of *day*, by default the last one; *text* as in `on`."""
        return self.on(day or self._last, text)

    def assembled(self, day: str | None = None, text: str | None = None) -> Assembly:
        """The provisions that make up the text of *day*, before they are checked; by default those of the last text.

        Raises:
            Rejected: If an omission or replacement means nothing, or if no amendment has that name.
        """
        if text is not None and text not in (ORIGINAL, *self.amendments):
            from zevrules.determination.errors import unknown_text

            raise Rejected([unknown_text(text, self.amendments)])
        return assemble(self._drafts, self.name, day or self._last, text)

    @property
    def amendments(self) -> tuple[str, ...]:
        """The names by which a text can be chosen."""
        return amendments(self._drafts, self.name)

    @property
    def _last(self) -> str:
        return self._days[-1] if self._days else _FIRST

    def every(self) -> tuple[Ruleset, ...]:
        """Every text, each checked: of amendments that were never in force, then what has been, earliest first."""
        in_force = tuple(self.on(day) for day in (_FIRST, *self._days))
        names = {amendment.name for text in in_force for amendment in text.amendments}
        chosen = (self.on(self._last, name) for name in self.amendments if name not in names)
        return (*chosen, *in_force)


#: Before any law that a ruleset could hold.
_FIRST = "0001-01-01"


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
    known_at: str | None = None,
    text: str | None = None,
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
        known_at: Count only what had been recorded by this day (ISO); by default all that the ledger holds.
        text: The amendment that the text holds whatever its dates, or ``original`` for the text without amendments.
        settings: Facts to try, as (name, value), in place of what the ledger says.
        readings: Readings to take for the verdict in place of the default ones.

    Raises:
        Rejected: If the account, a reading or the amendment is unknown, a setting cannot be read, a text is wrong, or
            what was known on a day cannot have been so.

    >>> found = determine(load("california/acc1"), read_ledger("california-bank"), "BMW", 2021)
    >>> found.verdict
    'compliant'
    """
    name = find_account(ledger, account).name
    ledger = _as_known(ledger, known_at)
    if settings:
        ledger = reader.facts_set(ledger, settings, name)
    return _determine(_texts(rules, text), ledger, name, first, last or first, as_of=as_of, settings=tuple(settings),
                      readings=_chosen(rules, readings) if readings else {},
                      usual=rules.on, text=text)  # fmt: skip


def _texts(rules: Rules, text: str | None) -> Callable[[str], Ruleset]:
    return rules.on if text is None else lambda day: rules.on(day, text)


def _as_known(ledger: Ledger, known_at: str | None) -> Ledger:
    """*ledger* as it was known on a day, or as it is."""
    if known_at is None:
        return ledger
    from zevrules.ledger.known import as_known

    return as_known(ledger, date.fromisoformat(known_at))


def compare(
    cases: Sequence[str],
    ledger: Ledger,
    first: int,
    last: int | None = None,
    *,
    accounts: Sequence[str] = (),
    shown: Sequence[str] = (),
    known_at: str | None = None,
) -> Comparison:
    """Several cases of one ledger side by side.

    Args:
        cases: Each a ruleset, and after commas what the case takes: ``option 2``, ``as of 2024-12-31``,
            ``known at 2024-12-31``, ``text`` and the name of an amendment, the name of a reading, or ``FACT=VALUE``; as
            in ``colorado/zev, option 2``. The
            first is what others are held against.
        ledger: From `read_ledger`.
        first: The model year, or the first of a run.
        last: The last of the run, if it is one.
        accounts: Names or aliases; by default every account of the ledger.
        shown: Quantities to show in place of those that each ruleset names as its results.
        known_at: Count only what had been recorded by this day (ISO), in every case that names no day of its own.

    Raises:
        NotFound: If there is no such ruleset.
        Rejected: If an account, a reading or an option is unknown, or a text is wrong.

    >>> made = compare(["washington/option-1", "washington/option-2"], read_ledger("ecology-2022"), 2025)
    >>> [str(f.values[0].value) for f in made.figures if f.quantity == "total vehicles"]
    ['105467']
    """
    from zevrules.comparison.comparer import compare as _compare

    names = [find_account(ledger, name).name for name in accounts] or [a.name for a in ledger.accounts]
    read = [_case(words, ledger, names, known_at) for words in cases]
    return _compare(read, names, first, last or first, shown)


def _case(words: str, ledger: Ledger, accounts: Sequence[str], known_at: str | None) -> Case:
    """A case from its words; facts set on trial are those of each of the *accounts*."""
    from zevrules.comparison.findings import Case

    reference, *more = (part.strip() for part in words.split(","))
    rules = load(reference)
    as_of: str | None = None
    text: str | None = None
    option: int | None = None
    readings: list[str] = []
    settings: list[tuple[str, str]] = []
    for part in more:
        name, equals, value = part.partition("=")
        if part.startswith("as of "):
            as_of = _day(part.removeprefix("as of ").strip(), words)
        elif part.startswith("known at "):
            known_at = _day(part.removeprefix("known at ").strip(), words)
        elif part.startswith("text "):
            text = part.removeprefix("text ").strip()
        elif part.startswith("option ") and part.removeprefix("option ").strip().isdigit():
            option = _option(rules, int(part.removeprefix("option ")), words)
        elif equals:
            settings.append((name.strip(), value.strip()))
        else:
            readings.append(part)
    ledger = _as_known(ledger, known_at)
    for account in accounts if settings else ():
        ledger = reader.facts_set(ledger, settings, account)
    return Case(words, _texts(rules, text), ledger, as_of, _chosen(rules, readings), option)


def _day(text: str, words: str) -> str:
    from zevrules.comparison.errors import unreadable_case

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Rejected([unreadable_case(words, f"`{text}` is not a day of the calendar")]) from None


def _option(rules: Rules, option: int, words: str) -> int:
    from zevrules.comparison.errors import unreadable_case

    offered = {number for text in rules.every() for choice in text.choices for number in choice.options}
    if option not in offered:
        there = f"it offers {', '.join(f'option {n}' for n in sorted(offered))}" if offered else "it offers none"
        raise Rejected([unreadable_case(words, f"there is no option {option}: {there}")])
    return option


def position(
    rules: Sequence[Rules],
    ledger: Ledger,
    *,
    accounts: Sequence[str] = (),
    first: int | None = None,
    last: int | None = None,
    as_of: str | None = None,
    known_at: str | None = None,
    text: str | None = None,
    readings: Sequence[str] = (),
) -> Position:
    """The whole position of manufacturers: where each stands under several laws, and what moved between them.

    Args:
        rules: Each from `load`; no two for the same credits of one jurisdiction.
        ledger: From `read_ledger`.
        accounts: Names or aliases; by default every account of the ledger.
        first: The model year, or the first of a run; by default those that each ruleset covers and the ledger tells of.
        last: The last of the run, if it is one.
        as_of: The day (ISO) whose texts apply; by default each model year's closing day.
        known_at: Count only what had been recorded by this day (ISO); by default all that the ledger holds.
        text: The amendment that the texts of those rulesets hold that have one of that name, whatever its dates; or
            ``original`` for the texts without amendments.
        readings: Readings to take for the verdicts in place of the default ones, of whichever rulesets hold them.

    Raises:
        Rejected: If an account, a reading or the amendment is unknown, two rulesets judge the same credits, a text is
            wrong, or what was known on a day cannot have been so.

    >>> made = position([load("california/acc1")], read_ledger("california-bank"), accounts=["BMW"], first=2021)
    >>> [(year.verdict, str(year.owed)) for standing in made.standings for year in standing.years]
    [('compliant', '136332/25')]
    """
    from zevrules.standing.positioner import Law
    from zevrules.standing.positioner import position as _position

    names = [find_account(ledger, name).name for name in accounts] or [a.name for a in ledger.accounts]
    years = None if first is None else (first, last or first)
    ledger = _as_known(ledger, known_at)
    chosen = _chosen_of_each(rules, readings)
    texts = _text_of_each(rules, text)
    laws = [Law(_texts(one, own), one.on, own, read) for one, own, read in zip(rules, texts, chosen, strict=True)]
    return _position(laws, ledger, list(dict.fromkeys(names)), years=years, as_of=as_of)


def read_printed(reference: str, ledger: Ledger) -> tuple[Printed, ...]:
    """The printed cells at a path, or those shipped under that name.

    Raises:
        Rejected: With everything wrong in them.
    """
    from zevrules.comparison import printed

    path = Path(reference)
    shipped = rulesets_folder() / "printed" / f"{reference}.csv"
    if not path.exists() and "/" not in reference and shipped.is_file():
        path = shipped
    return printed.read_printed(path, ledger)


def _chosen(rules: Rules, names: Sequence[str]) -> dict[str, str]:
    """For each question the reading that some names choose, in whatever text of the ruleset it stands."""
    (chosen,) = _chosen_of_each([rules], names)
    return chosen


def _chosen_of_each(rules: Sequence[Rules], names: Sequence[str]) -> list[dict[str, str]]:
    """For each ruleset what the names choose that are readings of it; each name must be one somewhere."""
    if not names:
        return [{} for _ in rules]
    held = [{n: reading.name for text in one.every() for reading in text.readings for n in reading.readings}
            for one in rules]  # fmt: skip
    unknown = [name for name in names if not any(name in asked for asked in held)]
    if unknown:
        from zevrules.determination.errors import unknown_reading

        known = tuple(dict.fromkeys(name for asked in held for name in asked))
        raise Rejected([unknown_reading(name, known) for name in unknown])
    return [{asked[name]: name for name in names if name in asked} for asked in held]


def _text_of_each(rules: Sequence[Rules], text: str | None) -> list[str | None]:
    """For each ruleset the text of that name, where it has one; some ruleset must."""
    if text is None or text == ORIGINAL:
        return [text for _ in rules]
    found = [text if text in one.amendments else None for one in rules]
    if not any(found):
        from zevrules.determination.errors import unknown_text

        known = tuple(dict.fromkeys(name for one in rules for name in one.amendments))
        raise Rejected([unknown_text(text, known)])
    return found
