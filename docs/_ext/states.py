"""The pages of the states, drawn from the shipped rulesets: what each says, what it leaves out, what is unverified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from textwrap import shorten
from typing import Any

import attrs

from zevrules.library import load_drafts, shipped_names
from zevrules.model.assembly import Adopted, Draft, LeftOut, days_of_change, in_force
from zevrules.model.layers import Layer, chain, the
from zevrules.model.rules import Authority
from zevrules.model.standing import LINES as STANDINGS
from zevrules.model.standing import said, stands
from zevrules.report.outline import _blocks
from zevrules.source import Source
from zevrules.syntax.tree import Clause, Open, Statement

#: The folder of the pages below docs/, and the page that lists them.
FOLDER, LIST = "states/", "states/index"
#: Of a statement that is only pointed at, no reader needs more than this.
POINTER = 72
#: The lines that speak to the reader: why words are unverified, and what else there is to know.
REMARKS = ("unverified", "note")

Drafts = Mapping[str, Draft]


@attrs.frozen
class Section:
    """A provision of a ruleset's own: its authority, what it replaces, and the tree of it."""

    authority: Authority
    replaces: tuple[LeftOut, ...]
    lines: tuple[Clause, ...]
    statements: tuple[Statement, ...]
    source: Source
    label: str

    @property
    def name(self) -> str:
        """Citation and title, as Markdown."""
        return f"{escaped(str(self.authority.citation))} — {escaped(self.authority.title)}"

    @property
    def link(self) -> str:
        """The citation, as Markdown, leading to the section."""
        return f"[{escaped(str(self.authority.citation))}](#{self.label})"

    @property
    def linked_name(self) -> str:
        """Citation and title, the first leading to the section."""
        return f"{self.link} — {escaped(self.authority.title)}"


# ------------------------------------------------------------------------------------ the pages


def folders() -> dict[str, list[str]]:
    """The shipped rulesets by their folder, which is the name of their page; those of law before proposals."""
    found: dict[str, list[str]] = {}
    for name in shipped_names():
        found.setdefault(name.partition("/")[0], []).append(name)
    return {folder: sorted(names, key=lambda n: (_read(n).proposed, n)) for folder, names in found.items()}


def state(folder: str) -> str:
    """What the shipped rulesets of *folder* say, one after the other; as Markdown."""
    names = folders()[folder]
    parts = [summary(names)] if len(names) > 1 else []
    return "\n".join([*parts, *map(page, names)])


def summary(names: Iterable[str]) -> str:
    """A table of rulesets: of each how much of its own it says, leaves out, and has not verified; as Markdown."""
    head = ("ruleset", "jurisdiction", "model years", "sections", "unverified", "not encoded", "open", "questions")
    return "\n".join(_table(head, (_row(_read(name)) for name in names)))


def page(reference: str) -> str:
    """What the ruleset at *reference* says, adopts, leaves out and has not verified; as Markdown.

    Args:
        reference: A path, or the name of a shipped ruleset.
    """
    name, drafts = load_drafts(reference)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_page(drafts[name], drafts))) + "\n"


@cache
def _read(name: str) -> Draft:
    own, drafts = load_drafts(name)
    return drafts[own]


def _row(own: Draft) -> tuple[str, ...]:
    law = sections(own)
    numbers = (law, list(_doubts(own, law)), _not_encoded(law), list(_open(law)), _questions(law))
    title = f"[{escaped(own.title)}](#{slug(own.path)})" + (", **proposed**" if own.proposed else "")
    return (
        title,
        escaped(own.jurisdiction),
        _years(own.first, own.last),
        *(str(len(found)) if found else "–" for found in numbers),
    )


def _page(own: Draft, drafts: Drafts) -> Iterator[str]:
    law = sections(own)
    yield f"({slug(own.path)})=\n## {escaped(own.title)}\n"
    yield from _opening(own)
    yield from _said(own, law)
    yield from _list("Questions of reading", "", _questions(law), silent=True)
    yield from _list("What is not encoded", "not encoded", _not_encoded(law))
    yield from _list("What is left open", "open", _open(law), silent=True)
    yield from _list("What is unverified, and why", "unverified", _doubts(own, law))
    yield from _taken_over(own, drafts)


# ------------------------------------------------------------------------------------ the whole


def _opening(own: Draft) -> Iterator[str]:
    """The header: place, years, standing, and by which words what is adopted."""
    lines = own.header.lines
    of_whole = [_standing(line, own.header.source, own) for line in lines if line.kind in STANDINGS]
    rows = [
        ("ruleset", f"`{own.path}`"),
        ("jurisdiction", escaped(own.jurisdiction)),
        ("model years", _years(own.first, own.last)),
        ("legal status", "; ".join(of_whole) or "no dates for the whole; a section that has some says so"),
    ]
    rows.extend(("amendment", _amendment(layer)) for layer in own.layers)
    if own.places:
        rows.append(("speaks of", escaped(" and ".join(own.places))))
    for adopted, line in zip(own.adopted, (line for line in lines if line.kind == "adopts"), strict=True):
        rows.append(("adopts", _adoption(adopted)))
        rows.extend((f"**{kind}**", escaped(said)) for kind in REMARKS for said in _remarks(line, kind))
    rows.extend((f"**{line.kind}**", escaped(line.parts[1])) for line in lines if line.kind in REMARKS)
    yield from _table(("", ""), rows)


def _adoption(adopted: Adopted) -> str:
    law = adopted.adoption
    text = f"as in force on {adopted.fixed}" if adopted.fixed else "as amended"
    if adopted.version:
        text = f"with {escaped(adopted.version)}"
    years = "" if law.first is None or law.last is None else f", for {_years(law.first, law.last, 'model year')}"
    words = f", under {escaped(str(law.citation))}" if law.citation else ", by no words that are cited"
    return f"{_ruleset(law.adopted)}, {text}{years}{words}"


def _amendment(layer: Layer) -> str:
    """An amendment of the ruleset: its name, what it says of its force, and what it leaves out."""
    title = f" ({escaped(layer.amendment.title)})" if layer.amendment.title else ""
    standing = "; ".join(escaped(said(line)) for line in layer.amendment.standing)
    omits = "".join(f"; omits {escaped(str(left))}" for left in layer.omits)
    return f"{escaped(the(layer.name))}{title}: {standing}{omits}"


def _years(first: int, last: int, word: str = "") -> str:
    """Some model years, after *word*, which is for one of them.

    >>> _years(2025, 2025, "model year"), _years(2023, 2025, "model year")
    ('model year 2025', 'model years 2023 through 2025')
    """
    said = f"{word} {first}" if first == last else f"{word}{word and 's'} {first} through {last}"
    return said.strip()


#: What keeps words from being applied, or makes their force doubtful.
_STOPPED = ("stayed", "enjoined", "repealed", "disapproved", "not_enforced", "not_enforced_in")


def _standing(line: Clause, source: Source, own: Draft) -> str:
    """A line that says how words of law stand, as written; what keeps them from being applied is set in bold."""
    word = STANDINGS[line.kind]
    rest = _words(line, source).removeprefix(word).strip()
    if line.kind == "proposed":
        return f"**{word}**{'' if own.proposed else ', so not applied'}: “{escaped(line.parts[1])}”"
    return f"**{word}** {rest}" if line.kind in _STOPPED else f"{word} {rest}"


# --------------------------------------------------------------------------------- its sections


def sections(own: Draft) -> list[Section]:
    """The provisions of a ruleset's own: code by code as it first cites them, and in each in the order of the law."""
    every = [*own.provisions, *(said for layer in own.layers for said in layer.provisions)]
    codes = list(dict.fromkeys(authority.citation.code for authority, _, _ in every))
    law = sorted(every, key=lambda said: (codes.index(said[0].citation.code), said[0].citation))
    labels: dict[str, int] = {}
    for at, (authority, _, _) in enumerate(law):
        label = slug(f"{own.path} {authority.citation} {authority.title}")
        labels[f"{label}-{at}" if label in labels else label] = at
    return [
        Section(authority, left, tree.lines, tree.statements, tree.source, label)
        for (authority, tree, left), label in zip(law, labels, strict=True)
    ]


def _said(own: Draft, law: list[Section]) -> Iterator[str]:
    yield "\n### What it says\n"
    if not law:
        yield "Nothing of its own."
        return
    rows = (
        (
            s.link + _also(s.authority, "<br>"),
            escaped(s.authority.title),
            "; ".join(_standings(s, own)) or "–",
            ", ".join(_marks(s, own)) or "–",
        )
        for s in law
    )
    yield from _table(("section", "title", "legal status", "marked"), rows)
    for section in law:
        yield from _section(section, own)


def _also(authority: Authority, before: str) -> str:
    return f"{before}also {escaped(str(authority.also))}" if authority.also else ""


def _standings(section: Section, own: Draft) -> list[str]:
    by = [f"by {escaped(the(section.authority.amendment))}"] if section.authority.amendment else []
    return [*by, *(_standing(line, section.source, own) for line in section.lines if line.kind in STANDINGS)]


def _marks(section: Section, own: Draft) -> Iterator[str]:
    if _unverified(section, own) or _remarks(section.statements, "unverified"):
        yield "unverified"
    if section.authority.notes or _remarks(section.statements, "note"):
        yield "note"
    if any(_said_as("not_encoded", [section])):
        yield "not encoded"
    if any(_reasons(section.statements)):
        yield "open"
    if any(_said_as("readings", [section])):
        yield "question of reading"


def _unverified(section: Section, own: Draft) -> list[str]:
    """Why a provision as a whole is unverified; what the header doubts, it says of all."""
    of_whole = [line.parts[1] for line in own.header.lines if line.kind == "unverified"]
    return [reason for reason in section.authority.unverified if reason not in of_whole]


def _section(section: Section, own: Draft) -> Iterator[str]:
    """A section: how it stands, what is said of it, and its statements, each with what is said of that one."""
    yield f"\n({section.label})=\n#### {section.name}\n"
    standing = [_also(section.authority, ""), *_standings(section, own)]
    standing.extend(f"in place of {escaped(str(other))}" for other in section.replaces)
    if any(standing):
        yield "; ".join(filter(None, standing)) + "\n"
    yield from _told(_unverified(section, own), section.authority.notes)
    plain: list[str] = []
    _, *blocks = _blocks(section.authority)
    for statement, block in zip(section.statements, blocks, strict=True):
        unverified, notes = _remarks(statement, "unverified"), _remarks(statement, "note")
        if not (unverified or notes):
            plain.extend(words for _, words in block)
            continue
        # A statement of which something is said stands by itself, so that it is seen of which.
        yield from _block(plain)
        told = {
            section.source.line_at(c.at[0]) for c in _within(statement) if isinstance(c, Clause) and c.kind in REMARKS
        }
        yield from _block([words for number, words in block if number not in told])
        yield from _told(unverified, notes)
        plain = []
    yield from _block(plain)
    if not section.statements:
        yield "Nothing is stated under it.\n"


def _block(lines: list[str]) -> Iterator[str]:
    if lines:
        yield "```{code-block} zev\n:class: law\n\n" + "\n".join(lines) + "\n```\n"


def _told(unverified: Iterable[str], notes: Iterable[str]) -> Iterator[str]:
    told = [f"* **unverified:** {escaped(reason)}" for reason in unverified]
    told += [f"* **note:** {escaped(words)}" for words in notes]
    if told:
        yield "\n".join(told) + "\n"


# --------------------------------------------------------------------------- what is not certain


def _questions(law: list[Section]) -> list[str]:
    """Each question: where it is asked, its readings, the sections that turn on it, and what is said of it."""
    found = []
    for section, statement in _said_as("readings", law):
        name, _, *readings = (getattr(part, "words", part) for part in statement.sentence.parts)
        default = next((c.parts[0].words for c in statement.clauses if c.kind == "default_reading"), None)
        *most, last = (f"**{escaped(r)}** (by default)" if r == default else f"**{escaped(r)}**" for r in readings)
        turns = [s.link for s in law if _hangs(s, readings)]
        found.append(f"{section.linked_name}: the {escaped(name)} is read as {', '.join(most)} or {last}.")
        found[-1] += f" On it turns what is said in {' and '.join(turns)}." if turns else ""
        found[-1] += "".join(
            f"\n  * **{kind}:** {escaped(words)}" for kind in REMARKS for words in _remarks(statement, kind)
        )
    return found


def _hangs(section: Section, readings: list[str]) -> bool:
    """Whether a statement of *section* stands under one of *readings*."""
    clauses = (c for c in _within(section.statements) if isinstance(c, Clause))
    return any(c.parts[1].words in readings for c in clauses if c.kind in ("under_reading", "instead_reading"))


def _not_encoded(law: list[Section]) -> list[str]:
    """Each law that is left out: where it stands, what it is, and what it could change, in the words of the rules."""
    found = []
    for section, statement in _said_as("not_encoded", law):
        effect = ", ".join(_words(c, section.source) for c in statement.clauses if c.kind not in REMARKS)
        found.append(f"{section.linked_name}: {escaped(statement.sentence.parts[1])}. *It {escaped(effect)}.*")
    return found


def _said_as(kind: str, law: list[Section]) -> Iterator[tuple[Section, Statement]]:
    return ((section, s) for section in law for s in section.statements if s.sentence.kind == kind)


def _open(law: list[Section]) -> list[str]:
    return [f"{s.linked_name}: {escaped(reason)}" for s in law for reason in dict.fromkeys(_reasons(s.statements))]


def _reasons(tree: Any) -> Iterator[str]:
    """Why values are open: in a cell, a definition, a deadline, or the terms of making up a deficit."""
    for part in _within(tree):
        if isinstance(part, Open):
            yield part.reason
        elif isinstance(part, tuple) and "open" in part[:-1]:
            yield next(x for x in reversed(part) if x is not None)


def _doubts(own: Draft, law: list[Section]) -> list[str]:
    """Why what is unverified: of the whole, of each adoption, of each section, and of single statements."""
    found = [f"The whole ruleset: {escaped(x.parts[1])}" for x in own.header.lines if x.kind == "unverified"]
    for adopted in own.adopted:
        by = f", under {escaped(str(adopted.adoption.citation))}" if adopted.adoption.citation else ""
        what = f"The adoption of {_ruleset(adopted.adoption.adopted)}{by}"
        found.extend(f"{what}: {escaped(reason)}" for reason in adopted.adoption.unverified)
    for section in law:
        found.extend(f"{section.linked_name}: {escaped(reason)}" for reason in _unverified(section, own))
        for statement in section.statements:
            at = section.source.line(section.source.line_at(statement.at[0]))
            words = escaped(shorten(at.split("  #")[0], POINTER, placeholder=" …"))
            reasons = _remarks(statement, "unverified")
            found.extend(f"{section.linked_name}, “{words}”: {escaped(reason)}" for reason in reasons)
    return found


def _list(title: str, nothing: str, found: list[str], *, silent: bool = False) -> Iterator[str]:
    if found or not silent:
        yield f"\n### {title}\n"
        yield "\n".join(f"* {said}" for said in found) or f"Nothing is marked as {nothing}."


# ------------------------------------------------------------------------------ what is adopted


def _taken_over(own: Draft, drafts: Drafts) -> Iterator[str]:
    """The sections of adopted law, by the ruleset that says them, and what became of each."""
    yield "\n### What is adopted\n"
    if not own.adopted:
        yield "Nothing."
        return
    fates: dict[str, list[str]] = {}
    said_by: dict[str, list[Section]] = {}
    for section, fate in _adopted(own, drafts):
        if section.label not in fates:
            said_by.setdefault(section.authority.ruleset, []).append(section)
        fates.setdefault(section.label, []).append(fate)
    for name, law in said_by.items():
        yield f"From {_ruleset(name)}, {escaped(drafts[name].title)}:\n"
        # What two adopted laws have both adopted is taken over if one of them leaves it in.
        became = {s.label: "" if "" in fates[s.label] else "; ".join(dict.fromkeys(fates[s.label])) for s in law}
        rows = ((s.link, escaped(s.authority.title), became[s.label] or "taken over") for s in law)
        yield from _table(("section", "title", "here"), rows)
        asked = list(_said_as("readings", [s for s in law if not became[s.label]]))
        if asked:
            links = (f"[{escaped(statement.sentence.parts[0].words)}](#{s.label})" for s, statement in asked)
            yield f"Its questions of reading are asked here too: {', '.join(links)}.\n"
    yield "What these sections leave out or have not verified is told where they are, and counts here as well."


def _adopted(own: Draft, drafts: Drafts, on: str | None = None) -> Iterator[tuple[Section, str]]:
    """Each section of all adopted law, and what keeps it out; nothing, if it is taken over.

    Args:
        own: The adopter.
        drafts: The adopter and all that it adopts, by name.
        on: The day whose text is adopted; None for every day.
    """
    every = ("0001-01-01", *days_of_change(drafts, own.path))
    for adopted in own.adopted:
        other, day = drafts[adopted.adoption.adopted], adopted.fixed or on
        said = [(section, _fate(section, other, adopted.version, day, every)) for section in sections(other)]
        for section, fate in (*said, *_adopted(other, drafts, day)):
            yield section, fate or "; ".join(_left_out(section.authority, adopted, own, (on,) if on else every))


def _fate(section: Section, other: Draft, version: str | None, day: str | None, every: tuple[str, ...]) -> str:
    """What keeps a section out of the text of its own ruleset that is adopted: its force, or an amendment."""
    days = (day,) if day else every
    chosen = chain(other.layers, version) if version else [x for x in other.layers if any(_in_force(x, other, days))]
    named = version is not None and any(layer.name == section.authority.amendment for layer in chosen)
    if version is not None and section.authority.amendment and not named:
        return f"not in the text with {escaped(the(version))}"
    if not named and not any(_stands(section, other, days)):
        if version is None and day is None and section.authority.amendment:
            return f"taken over only with {escaped(the(section.authority.amendment))}, when asked for by name"
        return f"not in force{f' on {day}' if day else ''}"
    later = [x for x in chosen if other.layers.index(x) > _place(section, other)]
    for layer in later:
        taken = (*layer.omits, *(left for _, _, some in layer.provisions for left in some))
        if any(left.means(section.authority) for left in taken):
            always = version is not None or all(_in_force(layer, other, days))
            out = f"**taken out** by {escaped(the(layer.name))}"
            return out if always else f"taken over; {out} while that is in force"
    return ""


def _in_force(layer: Layer, other: Draft, days: Iterable[str]) -> Iterator[bool]:
    return (stands(layer.amendment.standing, day, proposals=other.proposed) for day in days)


def _place(section: Section, own: Draft) -> int:
    """How far up in the layers of the text a section stands; below them all, if no amendment brings it."""
    return next((at for at, layer in enumerate(own.layers) if layer.name == section.authority.amendment), -1)


def _left_out(authority: Authority, adopted: Adopted, own: Draft, days: tuple[str, ...]) -> Iterator[str]:
    """By what an adopter leaves *authority* out of what it takes over, on those days on which there is something to."""
    days = tuple(day for day in days if in_force(authority, day, proposals=True)) or days
    if any(left.means(authority) for left in adopted.omits):
        yield f"**left out** by {_ruleset(own.path)}"
    for layer in own.layers:
        if any(left.means(authority) for left in layer.omits) and any(_in_force(layer, own, days)):
            yield f"taken over; **left out** by {escaped(the(layer.name))} while that is in force"
    for section in sections(own):
        if any(left.means(authority) for left in section.replaces):
            stands = list(_stands(section, own, days))
            if all(stands):
                yield f"**replaced** by {section.link}"
            elif any(stands):
                yield f"taken over; **replaced** by {section.link} while that is in force"
            else:
                yield f"taken over; {section.link}, which would replace it, is not in force"


def _stands(section: Section, own: Draft, days: Iterable[str]) -> Iterator[bool]:
    return (in_force(section.authority, day, proposals=own.proposed) for day in days)


# -------------------------------------------------------------------------------------- Markdown


def _ruleset(name: str) -> str:
    return f"[`{name}`](#{slug(name)})"


def escaped(words: str) -> str:
    """*words* with nothing in them that Markdown takes for a sign.

    >>> escaped("a*b | [c]")
    'a\\\\*b \\\\| \\\\[c\\\\]'
    """
    return re.sub(r"([\\`*_\[\]<>|{}$#~])", r"\\\1", words)


def slug(words: str) -> str:
    """*words* as the name of a place on a page.

    >>> slug("colorado/zev § 5 CCR 1001-24, Part C, V.C")
    'colorado-zev-5-ccr-1001-24-part-c-v-c'
    """
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(row)} |"
    yield ""


# ------------------------------------------------------------------------------------- the trees


def _within(tree: Any) -> Iterator[Any]:
    """*tree* and everything in it, tuples too, in the order written."""
    yield tree
    inside = tree if isinstance(tree, tuple) else [getattr(tree, f.name) for f in getattr(tree, "__attrs_attrs__", ())]
    for part in inside:
        if not isinstance(part, str | int | Source):
            yield from _within(part)


def _remarks(tree: Any, kind: str) -> list[str]:
    """What *tree* says in remarks of one *kind*: ``unverified`` or ``note``."""
    return [part.parts[1] for part in _within(tree) if isinstance(part, Clause) and part.kind == kind]


def _words(line: Clause, source: Source) -> str:
    return " ".join(source.text[slice(*line.at)].split())


# --------------------------------------------------------------------------------------- Sphinx


def draw(app: Any, docname: str, text: list[str]) -> None:
    """Put at the end of a page of states what the rulesets say."""
    if docname == LIST:
        text[0] += "\n" + summary(name for names in folders().values() for name in names)
    elif docname.startswith(FOLDER):
        text[0] += "\n" + state(docname.removeprefix(FOLDER))


def setup(app: Any) -> dict[str, bool]:
    """Have Sphinx draw the pages anew each time: they are made of files that Sphinx does not watch."""
    app.connect("source-read", draw)
    app.connect(
        "env-get-outdated",
        lambda app, env, added, changed, removed: [name for name in env.found_docs if name.startswith(FOLDER)],
    )
    app.connect("builder-inited", lambda app: app.config.html_static_path.append(str(Path(__file__).parent / "static")))
    app.add_css_file("states.css")
    return {"parallel_read_safe": True}
