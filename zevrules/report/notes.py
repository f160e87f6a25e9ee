"""Footnotes: each statement of law that a page stands on gets a number, and its words at the end."""

from __future__ import annotations

from collections.abc import Iterator

from zevrules.citation import Citation
from zevrules.determination.trace import Step
from zevrules.model.layers import the
from zevrules.model.rules import Authority, Terms
from zevrules.report.lines import wrap
from zevrules.source import Span


class Notes:
    """The statements mentioned on a page, in the order of first mention."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int], int] = {}
        self._said: list[tuple[Terms, Span, Citation | None]] = []

    def of(self, terms: Terms | None, span: Span | None = None, citation: Citation | None = None) -> str:
        """The mark of a statement, or of one line of it: ``[3]``, or ``[3?]`` where it is unverified."""
        if terms is None:
            return ""
        at = span or terms.span
        key = (at.source.name, at.line)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self._said.append((terms, at, citation))
        return f"[{self._numbers[key]}{'?' if terms.doubts else ''}]"

    def of_step(self, step: Step) -> str:
        """The mark of the statement a step stands on."""
        return self.of(step.terms, step.span, step.citation)

    def listed(self, width: int) -> Iterator[str]:
        """Every statement mentioned: citation, words, place, and why it is unverified."""
        told: set[str] = set()
        for number, (terms, at, citation) in enumerate(self._said, start=1):
            yield from _indented(f"[{number}]".ljust(6) + cited(terms.authority, citation), "  ", " " * 8, width)
            yield from _indented(f"“{quoted(terms, at)}” ({at.place})", " " * 8, " " * 8, width)
            fresh = [reason for reason in dict.fromkeys(terms.doubts) if reason not in told]
            told.update(r for a in terms.authority.adoptions for r in a.unverified)
            for reason in fresh:
                yield from _indented(f"? unverified: {reason}", " " * 8, " " * 10, width)
            remarks = [note for note in (*terms.notes, *terms.authority.notes) if note not in told]
            told.update(remarks)
            for note in remarks:
                yield from _indented(f"note: {note}", " " * 8, " " * 10, width)


def quoted(terms: Terms, at: Span) -> str:
    """The words of the ruleset: the line itself, after the statement it stands under if it is not its first."""
    line = _plain(at, at.line)
    return "; ".join([line, *_clauses(at)]) if at.line == terms.span.line else f"{terms.words} … {line}"


#: Clauses that a footnote says in its own way, or that are a table's rows, each of which is quoted by itself.
_NOT_QUOTED = ("unverified ", "note ", '"', *"0123456789")


def _clauses(at: Span) -> Iterator[str]:
    """The clauses indented under a statement; not those of the words that stand instead of it elsewhere."""
    margin = _depth(at, at.line)
    number = at.line + 1
    own = _depth(at, number)
    while (line := at.source.line(number)) and _depth(at, number) > margin:
        if _depth(at, number) == own and not line.strip().startswith(_NOT_QUOTED):
            yield _plain(at, number)
        number += 1


def _plain(at: Span, number: int) -> str:
    """A line with single spaces, without its comment and its own citation."""
    line = at.source.line(number).split("  #")[0]
    return " ".join(line.split(" § ")[0].split())


def _depth(at: Span, number: int) -> int:
    line = at.source.line(number)
    return len(line) - len(line.lstrip(" "))


def cited(authority: Authority, clause: Citation | None = None) -> str:
    """A citation with its title, a clause's own authority, and the law that adopts it."""
    own = f", {clause}" if clause is not None and clause != authority.citation else ""
    also = f" (also {authority.also})" if authority.also is not None else ""
    # An adoption that cites no words arranges a ruleset; it is shown only where nothing better can be.
    words = [str(a.citation) for a in authority.adoptions if a.citation] or [a.ruleset for a in authority.adoptions]
    adopters = "".join(f"; adopted by {by}" for by in words)
    instead = "".join(f", in place of {other}" for other in authority.replaces)
    by = f", by {the(authority.amendment)}" if authority.amendment else ""
    return f"{authority.citation}{own}{also} — {authority.title}{by}{instead}{adopters}"


def _indented(words: str, first: str, below: str, width: int) -> list[str]:
    return wrap(words, width, initial_indent=first, subsequent_indent=below)
