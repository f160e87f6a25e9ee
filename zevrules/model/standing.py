"""How words of law stand: what is said of their force, on which days that keeps them from being applied, in words."""

from __future__ import annotations

from collections.abc import Iterable

#: What is said of the force of words: ``in force``, ``stayed`` …, first day, first day no longer, source.
Standing = tuple[str, str | None, str | None, str]

#: That words are in force from a day that nobody found.
OPEN_DAY = "in force from an open day"

#: That they are not enforced in some model years: where a first and a last day would stand, those years do.
NOT_IN_YEARS = "not enforced in model years"

#: The lines that say it, by their kind in the tree.
LINES = {
    "in_force": "in force",
    "adopted_on": "adopted",
    "proposed": "proposed",
    "stayed": "stayed",
    "enjoined": "enjoined",
    "repealed": "repealed",
    "disapproved": "disapproved",
    "not_enforced": "not enforced",
    "not_enforced_in": "not enforced",
}

#: Of these a single day is said, of the others a first and a last.
OF_A_DAY = frozenset(("adopted", "repealed", "disapproved"))


def stands(lines: Iterable[Standing], day: str, *, proposals: bool = False) -> bool:
    """Whether words of which *lines* are said are in force on *day* (ISO); with none they always are.

    ``until`` names the first day on which the words no longer stand; before they are adopted no words do.
    """
    return not any(bars(line, day, proposals=proposals) for line in lines)


def bars(line: Standing, day: str, *, proposals: bool = False) -> bool:
    """Whether *line* keeps words from being applied on *day*; *proposals*: whether proposals are applied."""
    word, first, _, _ = line
    if word == "in force":
        return not _covers(line, day)
    if word in ("stayed", "enjoined"):
        return _covers(line, day)
    if word == "adopted":
        return first is not None and day < first
    if word == "repealed":
        return first is not None and first <= day
    return word == OPEN_DAY or (word == "proposed" and not proposals)


def marks(line: Standing, day: str) -> bool:
    """Whether a determination under words that are applied must say what *line* says of them."""
    word = line[0]
    if word in ("disapproved", "not enforced"):
        return _covers(line, day)
    return word in ("proposed", OPEN_DAY, NOT_IN_YEARS)


def concerns(line: Standing, year: int) -> bool:
    """Whether what *line* says is said of model year *year*, as it is of every one unless it names some."""
    word, first, last, _ = line
    return word != NOT_IN_YEARS or int(first or 0) <= year <= int(last or 0)


def days(line: Standing) -> tuple[str, ...]:
    """The days that *line* names."""
    word, first, last, _ = line
    return () if word == NOT_IN_YEARS else tuple(day for day in (first, last) if day)


def begins(lines: Iterable[Standing]) -> str | None:
    """The day on which words of which *lines* are said come into force; None if no day is known."""
    days = []
    for word, first, _, _ in lines:
        if word in ("proposed", OPEN_DAY):
            return None
        if first is not None and word in ("in force", "adopted"):
            days.append(first)
    return max(days, default=None)


def said(line: Standing) -> str:
    """What *line* says: ``stayed from 2031-06-01 until 2032-06-01 (source)``."""
    word, first, last, source = line
    if word == NOT_IN_YEARS:
        years = f"model year {first}" if first == last else f"model years {first} through {last}"
        return f"not enforced in {years}{f' ({source})' if source else ''}"
    since = f" {'on' if word in OF_A_DAY else 'from'} {first}" if first else ""
    return f"{word}{since}{f' until {last}' if last else ''}{f' ({source})' if source else ''}"


def barred(lines: Iterable[Standing]) -> str:
    """How a text stands of which *lines* keep all from being applied."""
    stopped: list[str] = []
    undated: list[str] = []
    for line in lines:
        (undated if line[0] in ("in force", "adopted", "proposed", OPEN_DAY) else stopped).append(said(line))
    if stopped:
        return f"the text is {' and '.join(stopped)}"
    return f"the text is not in force: {' and '.join(undated)}"


def _covers(line: Standing, day: str) -> bool:
    _, first, last, _ = line
    return (first is None or first <= day) and (last is None or day < last)
