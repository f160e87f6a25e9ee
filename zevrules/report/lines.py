"""Lines of a page: how wide it is, its rules, and words wrapped so that a citation is not torn from its sign."""

from __future__ import annotations

import re
import textwrap

#: A section sign with what it needs to be read: `§ 13 CCR 1962.2(g)`, `§ WAC 173-423-075`.
_CITED = re.compile(r"§ (?:\d+ )?(?:[A-Z][A-Za-z&.]* )?\S+")
_NO_BREAK = "\N{NO-BREAK SPACE}"

#: The width of a page: a terminal of a hundred columns, or a sheet of paper.
WIDTH = 100


def ruled(title: str) -> str:
    """A title, and a rule after it to the edge of the page."""
    return f"{title} {'─' * max(3, WIDTH - len(title) - 1)}"


def wrap(words: str, width: int, *, initial_indent: str = "", subsequent_indent: str = "") -> list[str]:
    """*words* in lines of at most *width* characters, broken between words only and never within a short citation.

    >>> wrap("as said in § 13 CCR 1962.2", 22)
    ['as said in', '§ 13 CCR 1962.2']
    """
    joined = _CITED.sub(lambda cited: cited[0].replace(" ", _NO_BREAK), words)
    lines = textwrap.wrap(joined, width, initial_indent=initial_indent, subsequent_indent=subsequent_indent,
                          break_on_hyphens=False, break_long_words=False)  # fmt: skip
    return [line.replace(_NO_BREAK, " ") for line in lines]


def rows_of(named: list[str]) -> str:
    """Rows of the ledger, those that follow one another as a range: ``facts.csv rows 2 to 8``."""
    sheets: dict[str, list[int]] = {}
    for one in named:
        sheet, _, row = one.rpartition(" row ")
        sheets.setdefault(sheet, []).append(int(row))
    told = []
    for sheet, numbers in sheets.items():
        runs: list[list[int]] = []
        for number in sorted(numbers):
            if runs and number == runs[-1][1] + 1:
                runs[-1][1] = number
            else:
                runs.append([number, number])
        spans = [str(a) if a == b else f"{a} to {b}" for a, b in runs]
        told.append(f"{sheet} row{'s' if len(numbers) > 1 else ''} {', '.join(spans)}")
    return "; ".join(told)
