"""A line of source with carets below it, for errors and for traces alike."""

from __future__ import annotations

import unicodedata

from zevrules.diagnostic import Cell
from zevrules.source import Span

#: The most of a line that is shown; of a longer one, the part around the place.
WIDEST = 110


def excerpt(at: Span | Cell, words: str = "", *, gutter: int = 1) -> list[str]:
    """Where *at* is, the line that holds it, and carets with *words* below.

    Args:
        at: A stretch of text, or a cell; only the first line of a stretch is shown.
        words: What there is to say of the place.
        gutter: The width of the line numbers at the left; those of one message are alike.

    >>> from zevrules.source import Source
    >>> print(*excerpt(Span(Source("a.zev", "A may satisfy B"), 2, 5), "here"), sep="\\n")
      --> a.zev:1:3
      |
    1 | A may satisfy B
      |   ^^^ here
    >>> print(*excerpt(Cell("facts.csv", 7, "value", "45,44")), sep="\\n")
      --> facts.csv, row 7, column value
      |
    7 | 45,44
      | ^^^^^
    """
    margin = " " * (gutter + 1)
    if isinstance(at, Cell):
        arrow = f"{margin}--> {visible(_cell_place(at))}"
        if at.text is None:
            return [f"{arrow}: {words}" if words else arrow]
        line, start, end = _window(at.text, 0, len(at.text))
    else:
        arrow = f"{margin}--> {visible(at.place)}:{at.column}"
        if not at.source.text.strip():
            return [f"{arrow}: {words}" if words else arrow]
        line, start, end = _window(at.source.line(at.line), at.column - 1, at.column - 1 + at.end - at.start)
    before, marked = visible(line[:start]), visible(line[start:end])
    carets = " " * _columns(before) + "^" * max(_columns(marked), 1)
    shown = f"{line_number(at):>{gutter}} | {visible(line)}"
    return [arrow, f"{margin}|", shown.rstrip(), f"{margin}| {carets} {words}".rstrip()]


def line_number(at: Span | Cell) -> int:
    """The line or row that an excerpt of *at* shows."""
    return at.row if isinstance(at, Cell) else at.line


def visible(text: str) -> str:
    """*text* on one line, with a sign for each character that would not be seen, or would disturb the rest.

    A sheet or a file name may hold anything, orders to a terminal among them.

    >>> visible("a\\tb\\u00a0c\\x1b[2Jd")
    'a→b␣c�[2Jd'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _sign(char) for char in text)


def _sign(char: str) -> str:
    if char in "\t\n":
        return "→" if char == "\t" else "↵"
    return "␣" if unicodedata.category(char) == "Zs" else "\N{REPLACEMENT CHARACTER}"


def _cell_place(cell: Cell) -> str:
    column = f", column {cell.column}" if cell.column else ""
    return f"{cell.sheet}, row {cell.row}{column}"


def _window(line: str, start: int, end: int) -> tuple[str, int, int]:
    """*line*, cut to `WIDEST` around *start* if it is longer, and where the stretch stands in what is left."""
    end = min(end, len(line))
    if len(line) <= WIDEST:
        return line, start, end
    first = max(0, min(start - WIDEST // 3, len(line) - WIDEST))
    last = min(len(line), first + WIDEST)
    left, right = "…" if first else "", "…" if last < len(line) else ""
    shift = len(left) - first
    return left + line[first:last] + right, start + shift, min(end, last) + shift


def _columns(text: str) -> int:
    """How many columns *text* takes on a screen."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)
