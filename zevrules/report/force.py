"""How a text stands, in words: its amendments, and what the first line of an answer says of its force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zevrules.determination.findings import Determination, YearText
from zevrules.model.layers import ORIGINAL, the
from zevrules.model.rules import Status
from zevrules.model.standing import Standing, barred, said

#: What is said of words that nobody has made law yet.
_PROPOSED = "proposed"


def on_first_line(made: Determination) -> str:
    """What follows the verdict: ``, under PROPOSED text (by whom)``; nothing where words in force are applied."""
    told: dict[str, list[int]] = {}
    for text in made.texts:
        for words in _of_text(text, made):
            told.setdefault(words, []).append(text.year)
    every = len(made.texts)
    said_of = [f"{words}{_for_years(years) if len(years) < every else ''}" for words, years in told.items()]
    return "".join([*said_of, _of_another_day(made)])


def _of_text(text: YearText, made: Determination) -> Iterator[str]:
    if text.barred:
        yield f"; {barred(text.barred)}"
        return
    yield from under(text.statuses, made.ruleset.name, text.day)
    if made.text is not None and text.missed:
        yield f", without {' and '.join(the(a.name) for a in text.missed)}, in force on {text.day}"


def under(statuses: Iterable[Status], ruleset: str, day: str) -> Iterator[str]:
    """``, under text disapproved on 2031-06-12 (by whom)``: for each part of a text all that must be said of it.

    Args:
        statuses: What is said of the force of the text and its parts.
        ruleset: The ruleset whose text it is; of adopted ones the name is told.
        day: The day of the text.
    """
    parts: dict[tuple[str, str, str], list[Standing]] = {}
    for one in statuses:
        parts.setdefault((one.ruleset, one.amendment, one.provision), []).append(one.line)
    for (of, amendment, provision), lines in parts.items():
        by = "" if of == ruleset else f" of {of}"
        words = [_stands(line, day) for line in lines]
        if provision:
            yield f", under {provision}{by}, {' and '.join(words)}"
        elif amendment:
            yield f", under {the(amendment)}{by}, {' and '.join(words)}"
        elif lines[0][0] == _PROPOSED and len(lines) == 1:
            yield f", under {words[0].replace('PROPOSED', 'PROPOSED text', 1)}{by}"
        else:
            yield f", under text{by} {' and '.join(words)}"


def _stands(line: Standing, day: str) -> str:
    """A line as the first line of a page says it."""
    if line[0] == _PROPOSED:
        return said(line).replace(_PROPOSED, _PROPOSED.upper(), 1)
    if line[0] in ("in force", "adopted"):
        return f"not in force on {day} ({said(line)})"
    return said(line)


def _of_another_day(made: Determination) -> str:
    """That the day asked for has another text than the closing day."""
    others = [text for text in made.texts if text.closing != text.day]
    if not others:
        return ""
    words = f", under text as in force on {made.as_of}, not on "
    if len(others) == 1:
        return f"{words}{others[0].closing}, when model year {others[0].year} closes"
    return f"{words}the closing days of {_years([text.year for text in others])}"


def with_amendments(made: Determination) -> str:
    """By which amendment the text was chosen, to follow the day of it."""
    if made.text is None:
        return ""
    return ", without amendments" if made.text == ORIGINAL else f", with {the(made.text)}"


def amended(made: Determination) -> Iterator[str]:
    """The amendments that the texts hold, each with what is said of its force and for which model years."""
    years: dict[str, list[int]] = {}
    for text in made.texts:
        for a in text.amendments:
            by = "" if a.ruleset == made.ruleset.name else f" of {a.ruleset}"
            title = f" ({a.title})" if a.title else ""
            words = f"by {the(a.name)}{by}{title}: {'; '.join(map(said, a.standing))}"
            years.setdefault(words, []).append(text.year)
    for words, some in years.items():
        yield words if len(some) == len(made.texts) else f"{words}{_for_years(some)}"


def _for_years(years: list[int]) -> str:
    return f", for {_years(years)}"


def _years(years: list[int]) -> str:
    if len(years) == 1:
        return f"model year {years[0]}"
    if years[-1] - years[0] == len(years) - 1 and len(years) > 2:
        return f"model years {years[0]} through {years[-1]}"
    return f"model years {', '.join(map(str, years[:-1]))} and {years[-1]}"
