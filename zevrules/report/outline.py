"""What a ruleset says, section by section, in the order of the law."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from zevrules.citation import Citation, MalformedCitation, read_citation
from zevrules.model.layers import the
from zevrules.model.rules import Adoption, Authority, NotEncoded, Ruleset
from zevrules.model.standing import said
from zevrules.report.lines import WIDTH, wrap
from zevrules.source import Source

#: A line that begins a provision, a ruleset or an amendment: where the text of the provision before ends.
_OPENS = re.compile(r'§|section (?=[0-9A-Z])|ruleset\b|amendment(?= *")')

#: A line of a source: its number and its words.
_Line = tuple[int, str]


def outline(ruleset: Ruleset, citation: Citation | None = None) -> str:
    """What *ruleset* says of the law, or of the part of it that *citation* names.

    Each provision has its citation and title, who adopts it, and its lines as they are written, numbered: how
    it stands, why it is unverified, its statements with their clauses. With a *citation* only the provisions
    that it covers or that cover it are shown, and from the others the statements that cite it.

    Args:
        ruleset: One text, as in force on a day.
        citation: A part of the law; None for all of it.
    """
    parts: list[Iterable[str]] = [_opening(ruleset)]
    for name in dict.fromkeys((ruleset.name, *(a.ruleset for a in ruleset.provisions))):
        parts.extend(_of_one(ruleset, name, citation))
    parts.append(_not_encoded(ruleset, citation))
    parts.append(_out_of_force(ruleset, citation))
    said = ["\n".join(part) for part in map(tuple, parts) if part]
    if len(said) == 1:
        said.append(f"Nothing here stands under {citation}, covers it or cites it.")
    return "\n\n".join(said) + "\n"


def _opening(ruleset: Ruleset) -> Iterator[str]:
    yield f"{ruleset.name}: {ruleset.title}"
    yield f"  {ruleset.jurisdiction}, model years {ruleset.first} through {ruleset.last}"
    for adoption in ruleset.adoptions:
        yield from _wrapped(f"adopts {_adopted(adoption)}")
        for reason in adoption.unverified:
            yield from _wrapped(f"unverified: {reason}")
    for amendment in ruleset.amendments:
        of = "" if amendment.ruleset == ruleset.name else f" of {amendment.ruleset}"
        yield from _wrapped(f"amended by {the(amendment.name)}{of}: {'; '.join(map(said, amendment.standing))}")


def _adopted(adoption: Adoption) -> str:
    years = "" if adoption.first is None else f", for model years {adoption.first} through {adoption.last}"
    return f"{adoption.adopted}{years}{f', under {adoption.citation}' if adoption.citation else ''}"


# ------------------------------------------------------------------------------- provisions


def _of_one(ruleset: Ruleset, name: str, citation: Citation | None) -> Iterator[Iterable[str]]:
    """The provisions that ruleset *name* brings in; the adopter's own come before those it adopts."""
    for authority in sorted((a for a in ruleset.provisions if a.ruleset == name), key=lambda a: a.citation):
        own, *statements = _blocks(authority)
        meant = citation is None or _touches(citation, authority.citation) or _touches(citation, authority.also)
        if citation is not None and not meant:
            statements = [block for block in statements if _cites(block, citation)]
            if not statements:
                continue
        yield _provision(authority, own, [line for block in statements for line in block])


def _touches(citation: Citation, other: Citation | None) -> bool:
    return other is not None and (citation.covers(other) or other.covers(citation))


def _provision(authority: Authority, own: list[_Line], statements: list[_Line]) -> Iterator[str]:
    yield from _heading(authority)
    lines = [*own, *statements]
    width = len(str(max((number for number, _ in lines), default=0)))
    yield from (f"  {number:>{width}} | {words}" for number, words in lines)
    if not statements:
        yield "  nothing is stated under it"


def _heading(authority: Authority) -> Iterator[str]:
    yield from wrap(f"{authority.citation} — {authority.title}", WIDTH, subsequent_indent="  ")
    yield f"  {authority.span.place}"
    if authority.amendment:
        yield f"  by {the(authority.amendment)}"
    for adoption in authority.adoptions:
        yield from _wrapped(f"adopted by {adoption.citation or adoption.ruleset}")


# ------------------------------------------------------------------------------- the source


def _blocks(authority: Authority) -> list[list[_Line]]:
    """A provision's own lines, and then each of its statements with the clauses indented under it."""
    return blocks_below(authority.span.source, authority.span.line)


def blocks_below(source: Source, first: int) -> list[list[_Line]]:
    """The lines indented below line *first*, and then each statement that follows with its clauses."""
    blocks: list[list[_Line]] = [[]]
    for number in range(first + 1, source.line_at(len(source.text)) + 1):
        words = source.line(number).rstrip()
        if _OPENS.match(words):
            break
        if not words or words.lstrip().startswith("#"):
            continue
        if not words[0].isspace():
            blocks.append([])
        blocks[-1].append((number, words))
    return blocks


def _cites(block: list[_Line], citation: Citation) -> bool:
    """Whether a clause of a statement cites *citation*, or words within it or around it."""
    for _, words in block:
        cited = words.partition("§")[2].split("  #")[0].strip()
        if cited and '"' not in words:
            try:
                other = read_citation(cited)
            except MalformedCitation:
                continue
            if _touches(citation, other):
                return True
    return False


# ---------------------------------------------------------------- what is not there


def _not_encoded(ruleset: Ruleset, citation: Citation | None) -> Iterator[str]:
    laws = [law for law in ruleset.not_encoded if citation is None or _touches(citation, law.terms.authority.citation)]
    if laws:
        yield "Law that is not encoded:"
    for law in sorted(laws, key=lambda law: law.terms.authority.citation):
        yield from _wrapped(f"{law.terms.authority.citation}: {law.reason}; {_effect(law)}", hanging="    ")


def _effect(law: NotEncoded) -> str:
    return f"it could {law.effect} {law.subject}" if law.subject else "it could change no verdict"


def _out_of_force(ruleset: Ruleset, citation: Citation | None) -> Iterator[str]:
    gone = [a for a in ruleset.out_of_force if citation is None or _touches(citation, a.citation)]
    if gone:
        yield "Not in force on that day, so not applied:"
    for authority in sorted(gone, key=lambda a: a.citation):
        own, *_ = _blocks(authority)
        yield from (f"  {line}" for line in _heading(authority))
        yield from (f"    {words.strip()}" for _, words in own)


def _wrapped(words: str, hanging: str = "  ") -> list[str]:
    return wrap(words, WIDTH, initial_indent="  ", subsequent_indent=hanging)
