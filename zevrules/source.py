"""Where a character stands: a named text, and a stretch of it."""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path

import attrs


@attrs.frozen(eq=False)
class Source:
    """A named text: a file of rules, a sheet of a ledger, or words given on the command line."""

    name: str
    text: str = attrs.field(repr=False)
    _starts: list[int] = attrs.field(init=False, repr=False, factory=list)

    @classmethod
    def read(cls, path: Path, *, name: str | None = None) -> Source:
        """The text of the UTF-8 file at *path*, known to people as *name*."""
        return cls(name or str(path), path.read_text(encoding="utf-8-sig"))

    def line_at(self, offset: int) -> int:
        """The number, from 1, of the line that holds the character at *offset*."""
        if not self._starts:
            self._starts.append(0)
            at = self.text.find("\n")
            while at >= 0:
                self._starts.append(at + 1)
                at = self.text.find("\n", at + 1)
        return bisect_right(self._starts, offset)

    def column_at(self, offset: int) -> int:
        """The number, from 1, of the character at *offset* within its line."""
        return offset - self._starts[self.line_at(offset) - 1] + 1

    def line(self, number: int) -> str:
        """The words of line *number*, without its end; empty past the last line."""
        self.line_at(0)
        if not 1 <= number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].rstrip("\r")


@attrs.frozen
class Span:
    """A stretch of a source, from the character at *start* up to the one before *end*.

    >>> span = Span(Source("a.zev", "one\\ntwo"), 4, 7)
    >>> span.line, span.column, span.text
    (2, 1, 'two')
    """

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """The line of the first character, from 1."""
        return self.source.line_at(self.start)

    @property
    def column(self) -> int:
        """The column of the first character, from 1."""
        return self.source.column_at(self.start)

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.source.text[self.start : self.end]

    @property
    def place(self) -> str:
        """The file and line, as people write them: ``acc1.zev:31``."""
        return f"{self.source.name}:{self.line}"

    def find(self, words: str) -> Span:
        """Where *words* first stand in this span; the whole span if they do not."""
        at = self.source.text.find(words, self.start, self.end)
        return Span(self.source, at, at + len(words)) if at >= 0 else self

    def to(self, other: Span) -> Span:
        """From the start of this span to the end of *other*, of the same source."""
        return Span(self.source, self.start, max(self.end, other.end))
