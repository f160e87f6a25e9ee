"""Which provisions make up a text: own and adopted ones, with amendments, in force, neither omitted nor replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import attrs

from zevrules.citation import Citation, MalformedCitation, read_citation
from zevrules.diagnostic import Diagnostic, Rejected
from zevrules.model import errors, layers
from zevrules.model.layers import IN_FORCE, ORIGINAL, Layer, LeftOut, Said, Version, the
from zevrules.model.rules import Adoption, Amendment, Authority, Status
from zevrules.model.standing import LINES, NOT_IN_YEARS, OPEN_DAY, Standing, bars, begins, days, marks, stands
from zevrules.node import Node, node
from zevrules.source import Span
from zevrules.syntax import tree
from zevrules.syntax.tree import TITLE, Clause, File, Header, Name, Provision


@node
class Adopted(Node):
    """An adoption as the header says it: of what, as in force when (None: as amended), for which years.

    ``version`` is the amendment whose text is adopted, and ``named`` where it is named, if one is.
    """

    adoption: Adoption
    fixed: str | None
    omits: tuple[LeftOut, ...]
    span: Span
    version: str | None
    named: Span


@node
class Draft(Node):
    """A ruleset as written, before it is bound: header read, provisions with their authority.

    ``layers`` are its amendments, in the order in which they apply.
    """

    path: str
    title: str
    jurisdiction: str
    first: int
    last: int
    places: tuple[str, ...]
    proposed: bool
    standing: tuple[Standing, ...]
    adopted: tuple[Adopted, ...]
    provisions: tuple[Said, ...]
    layers: tuple[Layer, ...]
    header: Header
    digest: str


@node
class Assembly(Node):
    """One text: what applies, with what was left out for not being in force.

    ``set_aside`` is what stands on the day and is not in the text, each with the reason; ``amendments`` are those
    that the text holds, ``statuses`` what must be said of its force, ``barred`` what keeps all of it from being
    applied.
    """

    draft: Draft
    places: tuple[str, ...]
    provisions: tuple[tuple[Authority, Provision], ...]
    out_of_force: tuple[Authority, ...]
    digests: tuple[tuple[str, str], ...]
    day: str
    set_aside: tuple[tuple[Authority, str], ...]
    amendments: tuple[Amendment, ...]
    statuses: tuple[Status, ...]
    barred: tuple[Standing, ...]


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
    standing = tuple(_standing(head, line, found) for line in head.lines if line.kind in LINES)
    doubts = tuple(line.parts[1] for line in head.lines if line.kind == "unverified")
    whole = _Of(head.path, "", standing, doubts)
    provisions = tuple(_provisions(whole, (provision for file in files for provision in file.provisions), found))
    amending = [_layer(whole, amendment, found) for file in files for amendment in file.amendments]
    found.extend(layers.check(amending))
    if found:
        raise Rejected(found)
    return Draft(
        head.path, lines["title"].parts[1], lines["jurisdiction"].parts[1].words, first, last,
        tuple(name.words for line in head.lines if line.kind == "speaks_of" for name in line.parts[1]),
        "proposed" in lines, standing, adopted, provisions, layers.in_order(amending), head, digest,
    )  # fmt: skip


def _span(where: Header | tree.Amendment | Provision, at: tuple[int, int]) -> Span:
    return Span(where.source, *at)


def _citation(words: str, span: Span, found: list[Diagnostic]) -> Citation | None:
    try:
        return read_citation(words)
    except MalformedCitation as fault:
        found.append(errors.malformed_citation(span, fault.what, fault.help))
        return None


def _adopted(head: Header, line: Clause, found: list[Diagnostic]) -> Adopted:
    _, path, taken, first, last, *rest = line.parts
    below = [c for c in rest if c is not None]
    version: Name | None = taken[1] if isinstance(taken, tuple) else None
    fixed: str | None = None if version else taken
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
    named = _span(head, version.at if version else line.at)
    return Adopted(adoption, fixed, tuple(omits), _span(head, line.at), version.words if version else None, named)


@node
class _Of(Node):
    """What is said of force and doubt of all the provisions of a ruleset, or of an amendment of it."""

    ruleset: str
    amendment: str
    standing: tuple[Standing, ...]
    doubts: tuple[str, ...]


def _layer(whole: _Of, amendment: tree.Amendment, found: list[Diagnostic]) -> Layer:
    """An amendment; what its lines say, as those of the header do, they say of each of its provisions."""
    standing = tuple(_standing(amendment, line, found) for line in amendment.lines if line.kind in LINES)
    words: dict[str, list[str]] = {"title": [], "follows": [], "unverified": []}
    for line in amendment.lines:
        if line.kind in words:
            words[line.kind].append(line.parts[1])
    omits = tuple(
        left for line in amendment.lines if line.kind == "omits" for left in _left_out(line, amendment.source, found)
    )
    doubts = (*whole.doubts, *words["unverified"])
    all_of_it = _Of(whole.ruleset, amendment.name, (*whole.standing, *standing), doubts)
    title, follows = next(iter(words["title"]), ""), next(iter(words["follows"]), None)
    said_there = next((line.at for line in amendment.lines if line.kind == "follows"), amendment.at)
    return Layer(
        Amendment(whole.ruleset, amendment.name, title, standing), follows, omits,
        tuple(_provisions(all_of_it, amendment.provisions, found)), _span(amendment, amendment.at),
        _span(amendment, said_there),
    )  # fmt: skip


def _provisions(of_all: _Of, provisions: Iterable[Provision], found: list[Diagnostic]) -> Iterator[Said]:
    for provision in provisions:
        read = _authority(of_all, provision, found)
        if read:
            yield read


def _authority(of_all: _Of, provision: Provision, found: list[Diagnostic]) -> Said | None:
    span = _span(provision, provision.at)
    cited = Span(span.source, span.start, span.start + len(provision.citation))
    citation = _citation(provision.citation, cited, found)
    also: Citation | None = None
    replaces: list[LeftOut] = []
    standing = list(of_all.standing)
    for line in provision.lines:
        if line.kind == "also":
            also = _citation(line.parts[1].words, Span(provision.source, *line.parts[1].at), found)
        elif line.kind == "replaces":
            replaces.extend(_left_out(line, provision.source, found))
        elif line.kind in LINES:
            standing.append(_standing(provision, line, found))
    if citation is None:
        return None
    doubts = (*(line.parts[1] for line in provision.lines if line.kind == "unverified"), *of_all.doubts)
    if citation.uncertain:
        doubts += ("where in the section this stands could not be read",)
    instead_of = tuple(other.citation for other in replaces)
    notes = tuple(line.parts[1] for line in provision.lines if line.kind == "note")
    authority = Authority(
        citation, provision.title, of_all.ruleset, also, instead_of, (), tuple(standing), doubts, span, notes,
        of_all.amendment,
    )  # fmt: skip
    return authority, provision, tuple(replaces)


def _left_out(line: Clause, source: Any, found: list[Diagnostic]) -> Iterator[LeftOut]:
    """What `omits` or `replaces` means: a citation and all below it, or with a title that one provision."""
    name = line.parts[1]
    span = Span(source, *name.at)
    words, *title = TITLE.split(name.words, maxsplit=1)
    citation = _citation(words, span, found)
    if citation is not None:
        yield LeftOut(citation, title[0] if title else "", span)


def _standing(where: Header | tree.Amendment | Provision, line: Clause, found: list[Diagnostic]) -> Standing:
    """What a line says of the force of a provision, or of all: (word, first day, first day no longer, source)."""
    _, source, first, last, why = line.parts
    if line.kind == "not_enforced_in":
        if int(first) > int(last):
            found.append(errors.years_out_of_order(Span(where.source, *line.at), int(first), int(last)))
        return NOT_IN_YEARS, first, last, source or ""
    for text in filter(None, (first, last)):
        try:
            date.fromisoformat(text)
        except ValueError:
            found.append(errors.not_a_date(Span(where.source, *line.at).find(text), text))
    if why is not None:
        return OPEN_DAY, None, last, "; ".join(filter(None, (why, source)))
    return LINES[line.kind], first, last, source or ""


# ------------------------------------------------------------------------------------ in force


def in_force(authority: Authority, day: str, *, proposals: bool = False) -> bool:
    """Whether a provision is in force on *day* (ISO); one that says nothing of dates always is."""
    return stands(authority.standing, day, proposals=proposals)


def days_of_change(drafts: Mapping[str, Draft], name: str) -> tuple[str, ...]:
    """The days on which the text of ruleset *name*, or what must be said of its force, changes, in order."""
    reached = [drafts[path] for path in _reached(drafts, name)]
    lines = [line for own in reached for line in own.standing]
    lines.extend(line for own in reached for layer in own.layers for line in layer.amendment.standing)
    lines.extend(line for own in reached for authority in _authorities(own) for line in authority.standing)
    return tuple(sorted({day for line in lines for day in days(line)}))


def _authorities(own: Draft) -> Iterator[Authority]:
    for some in (own.provisions, *(layer.provisions for layer in own.layers)):
        yield from (authority for authority, _, _ in some)


def _reached(drafts: Mapping[str, Draft], name: str) -> Iterator[str]:
    yield name
    for adopted in drafts[name].adopted:
        yield from _reached(drafts, adopted.adoption.adopted)


def amendments(drafts: Mapping[str, Draft], name: str) -> tuple[str, ...]:
    """The names of the amendments that a text of ruleset *name* can be chosen by: its own, and those of law that it
    adopts as amended.
    """
    own = drafts[name]
    open_ended = [a.adoption.adopted for a in own.adopted if a.fixed is None and a.version is None]
    adopted = (one for path in open_ended for one in amendments(drafts, path))
    return tuple(dict.fromkeys((*(layer.name for layer in own.layers), *adopted)))


# ------------------------------------------------------------------------------------ assembling


def assemble(drafts: Mapping[str, Draft], name: str, day: str, text: str | None = None) -> Assembly:
    """The text of ruleset *name* as in force on *day*, adopted law included, adopters' own provisions last.

    Args:
        drafts: The ruleset and all that it adopts, by name.
        name: The ruleset.
        day: The day (ISO).
        text: The amendment that the text holds whatever its dates, or ``original`` for none at all.

    Raises:
        Rejected: If an omission or replacement names a provision that is not there.
    """
    found: list[Diagnostic] = []
    made = _gather(drafts, name, day, Version(text), found)
    if found:
        raise Rejected(found)
    own = drafts[name]
    reached = list(dict.fromkeys(_reached(drafts, name)))
    spoken_of = (place for path in reached for place in drafts[path].places)
    places = tuple(dict.fromkeys((*(drafts[path].jurisdiction for path in reached), *spoken_of)))
    digests = tuple((path, drafts[path].digest) for path in reached)
    return Assembly(
        own, places, tuple(made.kept), tuple(made.out), digests, day, tuple(made.set_aside),
        tuple(dict.fromkeys(made.amendments)), tuple(_statuses(made)),
        tuple(line for line in own.standing if bars(line, day, proposals=own.proposed)),
    )  # fmt: skip


def as_if_in_force(drafts: Mapping[str, Draft], name: str) -> dict[str, Draft]:
    """*drafts*, the ruleset *name* and all that it adopts without what their headers say of their force."""
    return {**drafts, **{path: _freed(drafts[path]) for path in dict.fromkeys(_reached(drafts, name))}}


def _freed(own: Draft) -> Draft:
    lead = len(own.standing)

    def freed(some: tuple[Said, ...]) -> tuple[Said, ...]:
        return tuple((attrs.evolve(a, standing=a.standing[lead:]), p, left) for a, p, left in some)  # type: ignore[misc]

    layered = tuple(attrs.evolve(layer, provisions=freed(layer.provisions)) for layer in own.layers)  # type: ignore[misc]
    return attrs.evolve(own, standing=(), provisions=freed(own.provisions), layers=layered)  # type: ignore[misc]


@node
class _Gathered(Node):
    """What a text is made of, while it is put together."""

    kept: list[tuple[Authority, Provision]]
    out: list[Authority]
    set_aside: list[tuple[Authority, str]]
    amendments: list[Amendment]
    statuses: list[Status]
    of_provisions: list[tuple[Span, Status]]


def _statuses(made: _Gathered) -> Iterator[Status]:
    """What must be said of the force of what the text holds in the end."""
    # A ruleset may say nothing of its own but that it adopts.
    names = {
        name for authority, _ in made.kept for name in (authority.ruleset, *(a.ruleset for a in authority.adoptions))
    }
    there = {authority.span for authority, _ in made.kept}
    whole = [status for status in made.statuses if status.amendment or status.ruleset in names]
    parts = [status for span, status in made.of_provisions if span in there]
    yield from dict.fromkeys((*whole, *parts))


def _gather(drafts: Mapping[str, Draft], name: str, day: str, version: Version, found: list[Diagnostic]) -> _Gathered:
    own = drafts[name]
    made = _Gathered([], [], [], [], [], [])
    # Words that are not in force adopt nothing, and no amendment of them is.
    whole = stands(own.standing, day, proposals=own.proposed)
    for adopted in own.adopted:
        _take_over(made, drafts, own, adopted, day, version, found)
    for authority, provision, _ in own.provisions:
        if in_force(authority, day, proposals=own.proposed):
            made.kept.append((authority, provision))
            _mark(made, authority, authority.standing[len(own.standing) :], day, own)
        else:
            made.out.append(authority)
    if whole:
        made.statuses.extend(Status(name, "", "", line) for line in own.standing if marks(line, day))
        held = list(layers.held(own.layers, day, version, proposals=own.proposed))
        for layer, chosen in held:
            _amend(made, own, layer, day, chosen, found)
    _leave(made, own, [layer for layer, _ in held] if whole else [], day)
    return made


def _mark(made: _Gathered, authority: Authority, lines: Iterable[Standing], day: str, own: Draft) -> None:
    """Take down what must be said of the force of a provision that is applied."""
    for line in lines:
        if marks(line, day) and not (line[0] == "proposed" and own.proposed):
            status = Status(authority.ruleset, authority.amendment, str(authority.citation), line)
            made.of_provisions.append((authority.span, status))


# ------------------------------------------------------------------------------------ amendments


def _amend(made: _Gathered, own: Draft, layer: Layer, day: str, chosen: bool, found: list[Diagnostic]) -> None:
    """Change what was gathered as *layer* says; *chosen*: by its name, so that its own dates do not matter."""
    amendment = layer.amendment
    lead = len(own.standing) + len(amendment.standing)
    leave_out = [(left, f"omitted by {the(layer.name)}") for left in layer.omits]
    added: list[tuple[Authority, Provision]] = []
    for authority, provision, replaces in layer.provisions:
        lines = authority.standing[lead:]
        if not _applied(lines, day, chosen, own):
            made.out.append(authority)
            continue
        added.append((authority, provision))
        leave_out.extend((left, f"replaced by {authority.citation} of {the(layer.name)}") for left in replaces)
        _mark(made, authority, lines, day, own)
    known = [*made.out, *(a for a, why in made.set_aside if why.startswith(NOT_CHOSEN))]
    _leave_out(made, leave_out, known, own.path, found)
    made.kept.extend(added)
    made.amendments.append(amendment)
    for line in amendment.standing:
        if (marks(line, day) or bars(line, day)) and not (line[0] == "proposed" and own.proposed):
            made.statuses.append(Status(own.path, layer.name, "", line))


def _applied(lines: Iterable[Standing], day: str, chosen: bool, own: Draft) -> bool:
    """Whether what a provision of an amendment says of itself lets it be applied; a name finds an open day."""
    undated = ("proposed", OPEN_DAY)
    return stands((line for line in lines if not (chosen and line[0] in undated)), day, proposals=own.proposed)


#: How the reason begins for which the provisions of an amendment in force may be left aside.
NOT_CHOSEN = "the text asked for is without"


def _leave(made: _Gathered, own: Draft, held: list[Layer], day: str) -> None:
    """Take down the provisions of the amendments that the text does not hold."""
    for layer in own.layers:
        if layer in held:
            continue
        for authority, _, _ in layer.provisions:
            if in_force(authority, day, proposals=own.proposed):
                made.set_aside.append((authority, f"{NOT_CHOSEN} {the(layer.name)}"))
            else:
                made.out.append(authority)


# ------------------------------------------------------------------------------------ adoption


def _take_over(
    made: _Gathered,
    drafts: Mapping[str, Draft],
    own: Draft,
    adopted: Adopted,
    day: str,
    version: Version,
    found: list[Diagnostic],
) -> None:
    """Gather what an adoption brings in, less what is omitted or replaced."""
    adoption = adopted.adoption
    below = _gather(drafts, adoption.adopted, *_version_of(drafts, adopted, day, version, found), found)
    replaced = [
        (left, f"replaced by {a.citation}")
        for a, _, replaces in own.provisions
        if in_force(a, day, proposals=own.proposed)
        for left in replaces
    ]
    omitted = [(left, f"left out by {own.path}") for left in adopted.omits]
    known = [*below.out, *(authority for authority, _ in below.set_aside)]
    _leave_out(below, [*omitted, *replaced], known, adoption.adopted, found, omits=len(omitted))
    below.out = [a for a in below.out if not any(left.means(a) for left, _ in (*omitted, *replaced))]
    # What two adopted laws have both adopted is adopted once.
    there = {authority.span for authority, _ in made.kept}
    below.kept = [(a, p) for a, p in below.kept if a.span not in there]
    if stands(own.standing, day, proposals=own.proposed):
        made.amendments.extend(below.amendments)
        made.statuses.extend(below.statuses)
        made.of_provisions.extend(below.of_provisions)
    else:
        below.out.extend(authority for authority, _ in below.kept)
        below.kept = []
    made.kept.extend((_adopt(authority, adoption), provision) for authority, provision in below.kept)
    made.out.extend(_adopt(authority, adoption) for authority in below.out)
    made.set_aside.extend((_adopt(authority, adoption), why) for authority, why in below.set_aside)


def _version_of(
    drafts: Mapping[str, Draft], adopted: Adopted, day: str, version: Version, found: list[Diagnostic]
) -> tuple[str, Version]:
    """The day and the amendments whose text is adopted: those asked for, unless the adoption names its own."""
    if adopted.fixed is not None:
        return adopted.fixed, IN_FORCE
    if adopted.version is None:
        return day, version
    other = drafts[adopted.adoption.adopted]
    named = layers.chain(other.layers, adopted.version)
    if not named and adopted.version != ORIGINAL:
        known = [layer.name for layer in other.layers]
        found.append(errors.unknown_amendment(adopted.named, adopted.version, known))
    # The text of an amendment is that of its day; of one without a day, that of the day asked for.
    of_its_own = begins(line for layer in named[-1:] for line in layer.amendment.standing)
    return of_its_own or day, Version(adopted.version, alone=True)


def _adopt(authority: Authority, adoption: Adoption) -> Authority:
    return attrs.evolve(authority, adoptions=(adoption, *authority.adoptions))  # type: ignore[misc]


def _leave_out(
    made: _Gathered,
    leave_out: list[tuple[LeftOut, str]],
    known: list[Authority],
    ruleset: str,
    found: list[Diagnostic],
    *,
    omits: int | None = None,
) -> None:
    """Set aside what *leave_out* means of what was gathered; each must mean something there, or among *known*."""
    for left, why in leave_out:
        if not any(left.means(a) for a, _ in made.kept) and not any(left.means(a) for a in known):
            there = [str(a.citation) for a, _ in made.kept]
            verb = "omit" if why.startswith(("omitted", "left out")) else "replace"
            found.append(errors.nothing_to_omit(left.span, str(left), ruleset, verb, there))
    kept = made.kept
    made.kept = [(a, p) for a, p in kept if not any(left.means(a) for left, _ in leave_out)]
    gone = [a for a, _ in kept if any(left.means(a) for left, _ in leave_out)]
    made.set_aside.extend((a, next(why for left, why in leave_out if left.means(a))) for a in gone)
