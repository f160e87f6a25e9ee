"""A position as a page to read: for each account the states and model years, then what moved, and that all adds up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import TypeVar

from zevrules.determination.findings import UNDETERMINED, Deficit
from zevrules.model.layers import ORIGINAL, the
from zevrules.quantity import display_number
from zevrules.report.known import told
from zevrules.report.lines import WIDTH, ruled, wrap
from zevrules.report.text import on_a_reading, on_doubtful_law
from zevrules.standing.findings import Conserved, Move, Position, Program, Standing

#: How many things that are not known are named.
_MOST_NAMED = 3
#: The widths of the columns of a table, but for the first.
_YEAR, _VERDICT, _NUMBER = 6, 16, 13
_HEADS = ("owed", "paid", "lacking", "made up", "left")


def page(made: Position) -> str:
    """The whole position, ready to print."""
    parts: list[Iterable[str]] = [_opening(made)]
    parts.extend(_account(account, made) for account in made.accounts)
    parts.append(_conservation(made))
    return "\n\n".join("\n".join(part) for part in (tuple(p) for p in parts) if part) + "\n"


def _opening(made: Position) -> Iterator[str]:
    whose = made.accounts[0] if len(made.accounts) == 1 else f"{len(made.accounts)} accounts"
    places = list(dict.fromkeys(program.ruleset.jurisdiction for program in made.programs))
    yield from wrap(f"Position of {whose} in {_and(places)}", WIDTH)
    yield ""
    for program in made.programs:
        yield from _program(program, made)
    complete = made.ledger.complete_through
    through = f"complete through {complete}" if complete else "not said to be complete through any day"
    yield from _field("ledger", f"{made.ledger.name}, {through}")
    for number, words in enumerate(told(made.ledger)):
        yield from _field("" if number else "known at", words)
    text = f"as in force on {made.as_of}" if made.as_of else "for each model year as in force on its closing day"
    yield from _field("text", f"{text}{_with_amendments(made)}")
    if made.readings:
        yield from _field("read as", ", ".join(made.readings))


def _with_amendments(made: Position) -> str:
    """By which amendment the texts were chosen, and of which rulesets."""
    mine = [program for program in made.programs if program.text is not None]
    if not mine:
        return ""
    words = ", without amendments" if mine[0].text == ORIGINAL else f", with {the(mine[0].text or '')}"
    some = f" of {_and([program.ruleset.name for program in mine])}" if len(mine) < len(made.programs) else ""
    return f"{words}{some}"


def _program(program: Program, made: Position) -> Iterator[str]:
    text = program.ruleset
    if program.years is None:
        years = "no model year: the ledger names none of those it covers, or is not complete through their closing days"
    else:
        first, last = program.years
        years = f"model year {first}" if first == last else f"model years {first} through {last}"
    mine = [s.made for s in made.standings if s.made.ruleset.name == text.name]
    doubtful = next((words for words in map(on_doubtful_law, mine) if words), "")
    yield from _field("ruleset", f"{text.name}: {text.title}; {years}{doubtful}")


# ------------------------------------------------------------------------------------ accounts


def _account(account: str, made: Position) -> Iterator[str]:
    mine = [standing for standing in made.standings if standing.account == account]
    names = _names(made)
    yield ruled(account)
    if not mine:
        yield "  No model year is shown."
    else:
        yield from _table(mine, names)
    yield from _deficits(mine, names)
    for standing in mine:
        yield from _unknown(standing, names)
        reading = on_a_reading(standing.made)
        if reading:
            yield ""
            said = f"{names[standing.made.ruleset.name]}: {standing.made.verdict}{reading}"
            yield from _wrapped(said, "  ", hanging="    ")
    moves = [move for move in made.moves if _is_of(move, account, made.accounts)]
    if moves:
        yield ""
        yield "  Credits that moved between jurisdictions:"
        yield from _moved(moves, account)


def _names(made: Position) -> dict[str, str]:
    """What each ruleset is called here: its jurisdiction, and of several in one jurisdiction the credits too."""
    places = [program.ruleset.jurisdiction for program in made.programs]
    texts = (program.ruleset for program in made.programs)
    return {
        t.name: f"{t.jurisdiction}, {t.unit}" if places.count(t.jurisdiction) > 1 else t.jurisdiction for t in texts
    }


def _is_of(move: Move, account: str, accounts: Sequence[str]) -> bool:
    """Whether a move is told under an account: its sender's, or its receiver's if the sender is not shown."""
    sender = move.entry.account
    return account == (sender if sender in accounts else move.entry.receiver)


def _table(standings: Sequence[Standing], names: Mapping[str, str]) -> Iterator[str]:
    heads = _HEADS if any(year.made_up for s in standings for year in s.years) else _without_made_up(_HEADS)
    room = WIDTH - len("  ") - _YEAR - _VERDICT - _NUMBER * len(heads)
    left = min(max(len(names[standing.made.ruleset.name]) for standing in standings) + 2, room)
    yield f"  {'':<{left}}{'':<{_YEAR}}{'verdict':<{_VERDICT}}" + "".join(f"{head:>{_NUMBER}}" for head in heads)
    for standing in standings:
        place = names[standing.made.ruleset.name]
        if len(place) > left - 2:
            yield f"  {place}"
            place = ""
        for year in standing.years:
            cells = (year.owed, year.paid, year.lacking, year.made_up, year.left)
            shown = cells if len(heads) == len(_HEADS) else _without_made_up(cells)
            numbers = "".join(f"{_cell(cell):>{_NUMBER}}" for cell in shown)
            yield f"  {place:<{left}}{year.year:<{_YEAR}}{year.verdict:<{_VERDICT}}{numbers}"
            place = ""
    yield from _together(standings, left, heads)


_Cells = TypeVar("_Cells")


def _without_made_up(cells: tuple[_Cells, ...]) -> tuple[_Cells, ...]:
    return (*cells[:3], *cells[4:])


def _together(standings: Sequence[Standing], left: int, heads: tuple[str, ...]) -> Iterator[str]:
    """What is left in all jurisdictions, where all count in one unit."""
    last = [standing.years[-1] for standing in standings if standing.years]
    units = {standing.made.ruleset.unit for standing in standings}
    if len(last) > 1 and len(units) == 1 and all(year.left is not None for year in last):
        total = sum((year.left or Fraction(0) for year in last), Fraction(0))
        yield f"  {'all together':<{left + _YEAR + _VERDICT}}{_cell(total):>{_NUMBER * len(heads)}}"


def _cell(amount: Fraction | None) -> str:
    if amount is None:
        return "not known"
    return _credit(amount) if amount else "–"


def _deficits(standings: Sequence[Standing], names: Mapping[str, str]) -> Iterator[str]:
    told = [(standing, deficit) for standing in standings for deficit in standing.open]
    if not told:
        return
    yield ""
    yield "  Deficits open at the end:"
    for standing, deficit in told:
        named = names[standing.made.ruleset.name]
        yield from _wrapped(_deficit(named, standing, deficit), "    ", hanging="      ")


def _deficit(named: str, standing: Standing, deficit: Deficit) -> str:
    what = f"{named}, model year {deficit.year}: {_credit(deficit.open)} of {deficit.obligation}"
    if deficit.until is None:
        return f"{what}; no statement allows it to be made up later"
    by = f"by the close of model year {deficit.until}, {deficit.until_day}"
    late = deficit.until <= standing.made.last
    return f"{what}, was to be made up {by}, and was not" if late else f"{what}, to be made up {by}"


def _unknown(standing: Standing, names: Mapping[str, str]) -> Iterator[str]:
    """What an undetermined position hangs on, in so many words as a summary has room for."""
    made = standing.made
    if made.verdict != UNDETERMINED:
        return
    lost = standing.not_known
    more = f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
    yield ""
    named = names[made.ruleset.name]
    words = f"{named} is undetermined. Not known: {'; '.join(lost[:_MOST_NAMED])}{more}."
    yield from _wrapped(words, "  ", hanging="    ")


# --------------------------------------------------------------------------------------- moves


def _moved(moves: Sequence[Move], account: str) -> Iterator[str]:
    yield f"    {'day':<12}{'kind':<26}" + "".join(f"{head:>18}" for head in ("sent", "counted there", "used there"))
    by_way = sorted(moves, key=lambda move: (move.entry.jurisdiction, move.entry.destination, move.entry.receiver))
    for (start, _, _), some in groupby(by_way, key=_way):
        moved = list(some)
        yield from _wrapped(f"{start} → {_place(moved[0], account)}", "    ")
        for move in moved:
            cells = (_credit(move.entry.amount), _there(move, move.counted), _there(move, move.used))
            yield f"    {move.entry.date!s:<12}{move.entry.kind or '':<26}" + "".join(f"{cell:>18}" for cell in cells)
    lost = dict.fromkeys(_place(move, account) for move in moves if not move.shown)
    if lost:
        words = f"What became of them in {_and(list(lost))} is not shown: law or account is not among those asked for."
        yield from _wrapped(words, "    ")


def _way(move: Move) -> tuple[str, str, str]:
    return move.entry.jurisdiction, move.entry.destination, move.entry.receiver


def _place(move: Move, account: str) -> str:
    """Where a move went, and to whom if to somebody else."""
    whom = f" ({move.entry.receiver})" if move.entry.receiver != account else ""
    return f"{move.entry.destination}{whom}"


def _there(move: Move, amount: Fraction | None) -> str:
    if not move.shown:
        return "not shown"
    return _cell(amount)


# -------------------------------------------------------------------------------- conservation


def _conservation(made: Position) -> Iterator[str]:
    if not made.conserved:
        return
    yield ruled("Credits are conserved" if all(one.balanced for one in made.conserved) else "Credits do not add up")
    for one in made.conserved:
        yield from _wrapped(_sum(one), "  ", hanging="    ")
    yield from _wrapped(
        "Over every account and jurisdiction shown: what came is added up from the entries of the ledger, what became "
        "of it from the account statements.",
        "  ",
    )


def _sum(one: Conserved) -> str:
    sign = "=" if one.balanced else "≠"
    return f"{one.unit}: {_terms(one.came)} {sign} {_terms(one.went)}"


def _terms(amounts: Sequence[tuple[str, Fraction]]) -> str:
    words = ""
    for what, amount in amounts:
        sign = (" − " if amount < 0 else " + ") if words else ("−" if amount < 0 else "")
        words += f"{sign}{_credit(abs(amount))} {what}"
    return words


# --------------------------------------------------------------------------------------- words


def _credit(amount: Fraction) -> str:
    return display_number(amount, places=2)


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _field(name: str, words: str) -> Iterator[str]:
    yield from _wrapped(words, f"  {name:<10}", hanging=" " * 12)


def _wrapped(words: str, margin: str, *, hanging: str | None = None) -> Iterator[str]:
    yield from wrap(words, WIDTH, initial_indent=margin, subsequent_indent=margin if hanging is None else hanging)
