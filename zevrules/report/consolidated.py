"""The text of a ruleset as it stood: one file of rules, with amendments put in place and adopted law written out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zevrules.model.assembly import Assembly
from zevrules.model.layers import the
from zevrules.model.rules import Adoption, Authority
from zevrules.model.standing import LINES, Standing, bars, said
from zevrules.report.outline import blocks_below
from zevrules.syntax.tree import Header, Provision

#: The day of a text that never changes.
_EVER = "0001-01-01"


def consolidated(text: Assembly) -> str:
    """*text* as one file of rules.

    The provisions stand in the order of the law, each in the words of its author. A comment above one tells which
    amendment or adoption brought it; lines of comment are not kept. What the text does not hold is listed at the end,
    with the reason. Of a ruleset that adopts nothing, what is written is a ruleset that says the same on that day.
    """
    parts: list[Iterable[str]] = [_opening(text), _header(text.draft.header)]
    parts.extend(_provision(*pair, text) for pair in _in_order(text.provisions))
    parts.append(_absent(text))
    return "\n\n".join("\n".join(part) for part in map(tuple, parts) if part) + "\n"


def _opening(text: Assembly) -> Iterator[str]:
    yield f"# {text.draft.path}, the text of {'every day' if text.day == _EVER else text.day}"
    for amendment in text.amendments:
        of = "" if amendment.ruleset == text.draft.path else f" of {amendment.ruleset}"
        yield f"# with {the(amendment.name)}{of}: {'; '.join(map(said, amendment.standing))}"


def _header(header: Header) -> Iterator[str]:
    """The header as written; an adoption as a comment, for what it adopts is written out below."""
    source = header.source
    first = source.line_at(header.at[0])
    yield source.line(first).rstrip()
    adopts = {source.line_at(line.at[0]) for line in header.lines if line.kind == "adopts"}
    lines = {source.line_at(line.at[0]) for line in header.lines}
    adopting = False
    for number, words in blocks_below(source, first)[0]:
        adopting = number in adopts or (adopting and number not in lines)
        yield f"    # {words[4:]}" if adopting else words


def _in_order(provisions: Iterable[tuple[Authority, Provision]]) -> list[tuple[Authority, Provision]]:
    """In the order of the law: code by code as the text first cites them, and in each by citation."""
    some = list(provisions)
    codes = list(dict.fromkeys(authority.citation.code for authority, _ in some))
    return sorted(some, key=lambda pair: (codes.index(pair[0].citation.code), pair[0].citation))


# ----------------------------------------------------------------------------------- provisions


def _provision(authority: Authority, provision: Provision, text: Assembly) -> Iterator[str]:
    """A provision: by what it came, its own lines as they hold in this text, and its statements."""
    yield from _marks(authority, provision)
    source = provision.source
    first = authority.span.line
    yield source.line(first).rstrip()
    own, *statements = blocks_below(source, first)
    taken, barring = _lines_not_kept(authority, provision, text)
    for number, words in own:
        if number in barring:
            yield f"    # {words.strip()}"
        elif number not in taken:
            yield words
    yield from (f'    unverified "{reason}"' for reason in _doubts_from_above(authority, provision, text))
    for block in statements:
        yield from (words for _, words in block)


def _marks(authority: Authority, provision: Provision) -> Iterator[str]:
    if authority.amendment:
        instead = " and ".join(line.parts[1].words for line in provision.lines if line.kind == "replaces")
        yield f"# by {the(authority.amendment)}{f', in place of {instead}' if instead else ''}"
    yield from (f"# {_adoption(adoption)}" for adoption in reversed(authority.adoptions))


def _adoption(adoption: Adoption) -> str:
    years = "" if adoption.first is None else f", for model years {adoption.first} through {adoption.last}"
    return f"adopted from {adoption.adopted} by {adoption.citation or adoption.ruleset}{years}"


def _lines_not_kept(authority: Authority, provision: Provision, text: Assembly) -> tuple[set[int], set[int]]:
    """The lines of a provision that are done with once it is in place, and those that would keep it from applying."""
    lines = {line.at: provision.source.line_at(line.at[0]) for line in provision.lines}
    taken = {lines[line.at] for line in provision.lines if line.kind == "replaces" and authority.amendment}
    standing = [line for line in provision.lines if line.kind in LINES]
    own = authority.standing[len(authority.standing) - len(standing) :]
    barring = {
        lines[line.at]
        for line, words in zip(standing, own, strict=True)
        if bars(words, text.day, proposals=text.draft.proposed)
    }
    return taken, barring


def _doubts_from_above(authority: Authority, provision: Provision, text: Assembly) -> Iterator[str]:
    """Why a provision is unverified by what is said of an amendment, of adopted law, or of its adoption."""
    own = [line.parts[1] for line in provision.lines if line.kind == "unverified"]
    whole = [line.parts[1] for line in text.draft.header.lines if line.kind == "unverified"]
    known = {*own, *(whole if authority.ruleset == text.draft.path else ())}
    reasons = [*authority.unverified, *(reason for a in authority.adoptions for reason in a.unverified)]
    if authority.citation.uncertain:
        known.update(reason for reason in reasons if reason not in (*own, *whole) and "could not be read" in reason)
    yield from (reason for reason in dict.fromkeys(reasons) if reason not in known)


# --------------------------------------------------------------------------- what is not there


def _absent(text: Assembly) -> Iterator[str]:
    absent = [(authority, why) for authority, why in text.set_aside]
    absent += [(authority, _why_not(authority.standing, text.day)) for authority in text.out_of_force]
    if absent:
        yield "# Not in this text:"
    told: dict[str, None] = {}
    for authority, why in sorted(absent, key=lambda pair: pair[0].citation):
        by = f", by {the(authority.amendment)}" if authority.amendment else ""
        title = f" — {authority.title}" if authority.title else ""
        told[f"#   {authority.citation}{title}{by} ({authority.span.place}): {why}"] = None
    yield from told


def _why_not(standing: tuple[Standing, ...], day: str) -> str:
    """What keeps words from being in force on *day*."""
    barring = [line for line in standing if bars(line, day)]
    dated = [line for line in barring if line[0] != "proposed"]
    return "; ".join(dict.fromkeys(map(said, dated or barring or standing)))
