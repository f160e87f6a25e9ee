"""Which provisions make up a ruleset on a day: its own and adopted ones, in force, neither omitted nor replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import attrs

from zevrules.citation import Citation, MalformedCitation, read_citation
from zevrules.diagnostic import Diagnostic, Rejected
from zevrules.model import errors
from zevrules.model.rules import Adoption, Authority
from zevrules.node import Node, node
from zevrules.source import Span
from zevrules.syntax.tree import TITLE, Clause, File, Header, Provision

#: What is said of the force of words: ``in force``, ``stayed`` …, first day, first day no longer, source.
Standing = tuple[str, str | None, str | None, str]


@node
class LeftOut(Node):
    """Which adopted provisions are left out: those that a citation covers, or the one of a citation and ``title``."""

    citation: Citation
    title: str
    span: Span

    def means(self, authority: Authority) -> bool:
        """Whether the provision is one of them."""
        if self.title:
            return (self.citation, self.title) == (authority.citation, authority.title)
        return self.citation.covers(authority.citation)

    def __str__(self) -> str:
        return f"{self.citation} — {self.title}" if self.title else str(self.citation)


@node
class Adopted(Node):
    """An adoption as the header says it: of what, as in force when (None: as amended), for which years."""

    adoption: Adoption
    fixed: str | None
    omits: tuple[LeftOut, ...]
    span: Span


@node
class Draft(Node):
    """A ruleset as written, before it is bound: header read, provisions with their authority."""

    path: str
    title: str
    jurisdiction: str
    first: int
    last: int
    places: tuple[str, ...]
    proposed: bool
    standing: tuple[Standing, ...]
    adopted: tuple[Adopted, ...]
    provisions: tuple[tuple[Authority, Provision, tuple[LeftOut, ...]], ...]
    header: Header
    digest: str


@node
class Assembly(Node):
    """One text: what applies, with what was left out for not being in force."""

    draft: Draft
    places: tuple[str, ...]
    provisions: tuple[tuple[Authority, Provision], ...]
    out_of_force: tuple[Authority, ...]
    digests: tuple[tuple[str, str], ...]


# ---------------------------------------------------------------------------------- one ruleset


def draft(files: tuple[File, ...], digest: str) -> Draft:
    """Read the header and the citations of the *files* of one ruleset, which may come in any order.

    Raises:
        Rejected: With everything wrong in headers, citations, dates and statements without authority.
    """
    found: list[Diagnostic] = []
    headers = [h for f in files for h in f.headers]
    if not headers:
        raise Rejected([errors.no_header(Span(files[0].source, 0, 1))])
    head = headers[0]
    for other in headers[1:]:
        found.append(errors.two_headers(_span(other, other.at), _span(head, head.at)))
    for file in files:
        found.extend(errors.statement_without_authority(Span(file.source, *s.sentence.at)) for s in file.strays)
    lines = {line.kind: line for line in head.lines}
    found.extend(
        errors.missing_header_line(_span(head, head.at), kind.replace("_", " "))
        for kind in ("title", "jurisdiction", "model_years")
        if kind not in lines
    )
    if found and not {"title", "jurisdiction", "model_years"} <= set(lines):
        raise Rejected(found)
    first, last = (int(n.value) for n in lines["model_years"].parts[1:3])
    if first > last:
        found.append(errors.years_out_of_order(_span(head, lines["model_years"].at), first, last))
    adopted = tuple(_adopted(head, line, found) for line in head.lines if line.kind == "adopts")
    standing = tuple(_standing(head, line, found) for line in head.lines if line.kind in _STANDINGS)
    provisions = []
    for file in files:
        for provision in file.provisions:
            read = _authority(head, standing, provision, found)
            if read:
                provisions.append(read)
    if found:
        raise Rejected(found)
    return Draft(
        head.path, lines["title"].parts[1], lines["jurisdiction"].parts[1].words, first, last,
        tuple(name.words for line in head.lines if line.kind == "speaks_of" for name in line.parts[1]),
        "proposed" in lines, standing, adopted, tuple(provisions), head, digest,
    )  # fmt: skip


def _span(where: Header | Provision, at: tuple[int, int]) -> Span:
    return Span(where.source, *at)


def _citation(words: str, span: Span, found: list[Diagnostic]) -> Citation | None:
    try:
        return read_citation(words)
    except MalformedCitation as fault:
        found.append(errors.malformed_citation(span, fault.what, fault.help))
        return None


def _adopted(head: Header, line: Clause, found: list[Diagnostic]) -> Adopted:
    _, path, fixed, first, last, *rest = line.parts
    below = [c for c in rest if c is not None]
    if fixed is not None:
        try:
            date.fromisoformat(fixed)
        except ValueError:
            found.append(errors.not_a_date(_span(head, line.at).find(fixed), fixed))
    authority: Citation | None = None
    omits: list[LeftOut] = []
    for clause in below:
        if clause.kind == "adopted_under":
            name = clause.parts[1]
            authority = _citation(name.words, Span(head.source, *name.at), found) or authority
        elif clause.kind == "omits":
            omits.extend(_left_out(clause, head.source, found))
    start, end = (int(first.value), int(last.value)) if first is not None else (None, None)
    if start is not None and end is not None and start > end:
        found.append(errors.years_out_of_order(_span(head, line.at), start, end))
    doubts = tuple(c.parts[1] for c in below if c.kind == "unverified")
    adoption = Adoption(head.path, path, authority, start, end, doubts)
    return Adopted(adoption, fixed, tuple(omits), _span(head, line.at))


def _authority(
    head: Header, of_all: tuple[Standing, ...], provision: Provision, found: list[Diagnostic]
) -> tuple[Authority, Provision, tuple[LeftOut, ...]] | None:
    span = _span(provision, provision.at)
    cited = Span(span.source, span.start, span.start + len(provision.citation))
    citation = _citation(provision.citation, cited, found)
    also: Citation | None = None
    replaces: list[LeftOut] = []
    # What the header says of force and doubt, it says of every provision.
    standing = list(of_all)
    for line in provision.lines:
        if line.kind == "also":
            also = _citation(line.parts[1].words, Span(provision.source, *line.parts[1].at), found)
        elif line.kind == "replaces":
            replaces.extend(_left_out(line, provision.source, found))
        elif line.kind in _STANDINGS:
            standing.append(_standing(provision, line, found))
    if citation is None:
        return None
    doubts = tuple(line.parts[1] for line in (*provision.lines, *head.lines) if line.kind == "unverified")
    if citation.uncertain:
        doubts += ("where in the section this stands could not be read",)
    instead_of = tuple(other.citation for other in replaces)
    notes = tuple(line.parts[1] for line in provision.lines if line.kind == "note")
    authority = Authority(
        citation, provision.title, head.path, also, instead_of, (), tuple(standing), doubts, span, notes
    )
    return authority, provision, tuple(replaces)


def _left_out(line: Clause, source: Any, found: list[Diagnostic]) -> Iterator[LeftOut]:
    """What `omits` or `replaces` means: a citation and all below it, or with a title that one provision."""
    name = line.parts[1]
    span = Span(source, *name.at)
    words, *title = TITLE.split(name.words, maxsplit=1)
    citation = _citation(words, span, found)
    if citation is not None:
        yield LeftOut(citation, title[0] if title else "", span)


_STANDINGS = {
    "in_force": "in force",
    "adopted_on": "adopted",
    "proposed": "proposed",
    "stayed": "stayed",
    "repealed": "repealed",
}


def _standing(where: Header | Provision, line: Clause, found: list[Diagnostic]) -> Standing:
    """What a line says of the force of a provision, or of all: (word, first day, first day no longer, source)."""
    word = _STANDINGS[line.kind]
    texts = [p for p in line.parts if isinstance(p, str) and p[:1].isdigit()]
    for text in texts:
        try:
            date.fromisoformat(text)
        except ValueError:
            found.append(errors.not_a_date(Span(where.source, *line.at).find(text), text))
    if line.kind == "proposed":
        return word, None, None, line.parts[1]
    parts = line.parts[1:]
    first = parts[1] if "from" in parts else parts[0] if line.kind in ("adopted_on", "repealed") else None
    last = parts[parts.index("until") + 1] if "until" in parts else None
    return word, first, last, ""


# ------------------------------------------------------------------------------------ in force


def in_force(authority: Authority, day: str, *, proposals: bool = False) -> bool:
    """Whether a provision is in force on *day* (ISO); one that says nothing of dates always is.

    ``until`` names the first day on which the words no longer stand; before they are adopted no words do.
    """
    return _stands(authority.standing, day, proposals=proposals)


def _stands(standing: tuple[Standing, ...], day: str, *, proposals: bool) -> bool:
    for word, first, last, _ in standing:
        covers = (first is None or first <= day) and (last is None or day < last)
        if word == "in force" and not covers:
            return False
        if word == "proposed" and not proposals:
            return False
        if word == "stayed" and covers:
            return False
        if word == "adopted" and first is not None and day < first:
            return False
        if word == "repealed" and first is not None and first <= day:
            return False
    return True


def days_of_change(drafts: Mapping[str, Draft], name: str) -> tuple[str, ...]:
    """The days on which the text of ruleset *name* changes, in order."""
    days = {
        day
        for path in _reached(drafts, name)
        for authority, _, _ in drafts[path].provisions
        for _, first, last, _ in authority.standing
        for day in (first, last)
        if day
    }
    return tuple(sorted(days))


def _reached(drafts: Mapping[str, Draft], name: str) -> Iterator[str]:
    yield name
    for adopted in drafts[name].adopted:
        yield from _reached(drafts, adopted.adoption.adopted)


# ------------------------------------------------------------------------------------ adoption


def assemble(drafts: Mapping[str, Draft], name: str, day: str) -> Assembly:
    """The text of ruleset *name* as in force on *day*, adopted law included, adopters' own provisions last.

    Raises:
        Rejected: If an omission or replacement names a provision that is not there.
    """
    found: list[Diagnostic] = []
    kept, out = _gather(drafts, name, day, found)
    if found:
        raise Rejected(found)
    reached = list(dict.fromkeys(_reached(drafts, name)))
    spoken_of = (place for path in reached for place in drafts[path].places)
    places = tuple(dict.fromkeys((*(drafts[path].jurisdiction for path in reached), *spoken_of)))
    digests = tuple((path, drafts[path].digest) for path in reached)
    return Assembly(drafts[name], places, tuple(kept), tuple(out), digests)


def _gather(
    drafts: Mapping[str, Draft], name: str, day: str, found: list[Diagnostic]
) -> tuple[list[tuple[Authority, Provision]], list[Authority]]:
    own = drafts[name]
    kept: list[tuple[Authority, Provision]] = []
    out: list[Authority] = []
    replaced = [
        left for a, _, replaces in own.provisions if in_force(a, day, proposals=own.proposed) for left in replaces
    ]
    for adopted in own.adopted:
        below, gone = _gather(drafts, adopted.adoption.adopted, adopted.fixed or day, found)
        left = _without(below, gone, adopted.omits, adopted.adoption.adopted, "omit", found)
        left = _without(left, gone, tuple(replaced), adopted.adoption.adopted, "replace", found)
        gone = [a for a in gone if not any(out_of_it.means(a) for out_of_it in (*adopted.omits, *replaced))]
        # What two adopted laws have both adopted is adopted once.
        there = {authority.span for authority, _ in kept}
        left = [(a, p) for a, p in left if a.span not in there]
        # Words that are not in force yet adopt nothing.
        if not _stands(own.standing, day, proposals=own.proposed):
            gone, left = [*gone, *(authority for authority, _ in left)], []
        kept.extend((_adopt(authority, adopted.adoption), provision) for authority, provision in left)
        out.extend(_adopt(authority, adopted.adoption) for authority in gone)
    for authority, provision, _ in own.provisions:
        if in_force(authority, day, proposals=own.proposed):
            kept.append((authority, provision))
        else:
            out.append(authority)
    return kept, out


def _adopt(authority: Authority, adoption: Adoption) -> Authority:
    return attrs.evolve(authority, adoptions=(adoption, *authority.adoptions))  # type: ignore[misc]


def _without(
    provisions: list[tuple[Authority, Provision]],
    gone: list[Authority],
    leave_out: tuple[LeftOut, ...],
    ruleset: str,
    verb: str,
    found: list[Diagnostic],
) -> list[tuple[Authority, Provision]]:
    """*provisions* without those that *leave_out* means."""
    for left in leave_out:
        if not any(left.means(a) for a, _ in provisions) and not any(left.means(a) for a in gone):
            known = [str(a.citation) for a, _ in provisions]
            found.append(errors.nothing_to_omit(left.span, str(left), ruleset, verb, known))
    return [(a, p) for a, p in provisions if not any(left.means(a) for left in leave_out)]
