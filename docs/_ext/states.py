"""The pages of the states, drawn from the shipped rulesets: what each says, what it leaves out, what is unverified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from textwrap import shorten
from typing import Any

import attrs

from zevrules.library import load_drafts, shipped_names
from zevrules.model.assembly import Adopted, Draft, days_of_change, in_force
from zevrules.model.rules import Authority
from zevrules.report.outline import _blocks
from zevrules.source import Source
from zevrules.syntax.tree import Clause, Open, Sentence, Statement

#: The folder of the pages below docs/, and the page that lists them.
FOLDER, LIST = "states/", "states/index"
#: Of a statement that is only pointed at, no reader needs more than this.
POINTER = 72

Drafts = Mapping[str, Draft]


@attrs.frozen
class Section:
    """A provision of a ruleset's own: its authority, what it replaces, and the tree of it."""

    authority: Authority
    replaces: tuple[str, ...]
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
        """The citation, leading to the section, and its title."""
        return f"[{escaped(str(self.authority.citation))}](#{self.label}) — {escaped(self.authority.title)}"


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
    return "\n".join(_page(drafts[name], drafts))


def _read(name: str) -> Draft:
    own, drafts = load_drafts(name)
    return drafts[own]


def _row(own: Draft) -> tuple[str, ...]:
    law = sections(own)
    numbers = (law, list(_doubts(own, law)), _not_encoded(law), list(_open(law)), _questions(law))
    title = f"[{escaped(own.title)}](#{slug(own.path)})" + (", **proposed**" if own.proposed else "")
    return title, escaped(own.jurisdiction), _years(own), *(str(len(found)) if found else "–" for found in numbers)


def _page(own: Draft, drafts: Drafts) -> Iterator[str]:
    law = sections(own)
    yield f"({slug(own.path)})=\n## {escaped(own.title)}\n"
    yield from _opening(own)
    yield from _said(own, law)
    yield from _readings(law)
    yield from _list("What is not encoded", "law that is left out", _not_encoded(law))
    yield from _list("What is left open", "a value that nobody has", _open(law), silent=True)
    yield from _list("What is unverified, and why", "law as unverified", _doubts(own, law))
    yield from _taken_over(own, drafts)


# ------------------------------------------------------------------------------------ the whole


def _opening(own: Draft) -> Iterator[str]:
    """The header: place, years, standing, and by which words what is adopted."""
    lines = own.header.lines
    of_whole = [_standing(line, own.header.source, own) for line in lines if line.kind in _STANDINGS]
    rows = [
        ("ruleset", f"`{own.path}`"),
        ("jurisdiction", escaped(own.jurisdiction)),
        ("model years", _years(own)),
        ("legal status", "; ".join(of_whole) or "the whole is given no dates; the sections have theirs"),
    ]
    if own.places:
        rows.append(("speaks of", escaped(" and ".join(own.places))))
    for adopted, line in zip(own.adopted, (line for line in lines if line.kind == "adopts"), strict=True):
        rows.append(("adopts", _adoption(adopted)))
        rows.extend((f"**{kind}**", escaped(said)) for kind in ("unverified", "note") for said in _remarks(line, kind))
    rows.extend((f"**{line.kind}**", escaped(line.parts[1])) for line in lines if line.kind in ("unverified", "note"))
    yield from _table(("", ""), rows)


def _adoption(adopted: Adopted) -> str:
    law = adopted.adoption
    text = f"as in force on {adopted.fixed}" if adopted.fixed else "as amended"
    years = "" if law.first is None else f", for model years {law.first} through {law.last}"
    words = f", under {escaped(str(law.citation))}" if law.citation else ", by no words that are cited"
    return f"{_ruleset(law.adopted)}, {text}{years}{words}"


def _years(own: Draft) -> str:
    return f"{own.first}" if own.first == own.last else f"{own.first} through {own.last}"


_STANDINGS = ("in_force", "adopted_on", "proposed", "stayed", "repealed")


def _standing(line: Clause, source: Source, own: Draft) -> str:
    """A line that says how words of law stand, as written; what keeps them from being applied is set in bold."""
    word, _, rest = _words(line, source).partition(" ")
    if line.kind == "proposed":
        return f"**{word}**{'' if own.proposed else ', so not applied'}: “{escaped(line.parts[1])}”"
    return f"**{word}** {rest}" if line.kind in ("stayed", "repealed") else f"{word} {rest}"


# --------------------------------------------------------------------------------- its sections


def sections(own: Draft) -> list[Section]:
    """The provisions of a ruleset's own: code by code as it first cites them, and in each in the order of the law."""
    codes = list(dict.fromkeys(authority.citation.code for authority, _, _ in own.provisions))
    law = sorted(own.provisions, key=lambda said: (codes.index(said[0].citation.code), said[0].citation))
    labels: list[str] = []
    for authority, _, _ in law:
        label = slug(f"{own.path} {authority.citation} {authority.title}")
        labels.append(f"{label}-{labels.count(label) + 1}" if label in labels else label)
    return [
        Section(authority, tuple(map(str, left)), tree.lines, tree.statements, tree.source, label)
        for (authority, tree, left), label in zip(law, labels, strict=True)
    ]


def _said(own: Draft, law: list[Section]) -> Iterator[str]:
    yield "\n### What it says\n"
    if not law:
        yield "Nothing of its own."
        return
    rows = (
        (
            f"[{escaped(str(s.authority.citation))}](#{s.label})" + _also(s.authority, "<br>"),
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
    return [_standing(line, section.source, own) for line in section.lines if line.kind in _STANDINGS]


def _marks(section: Section, own: Draft) -> Iterator[str]:
    if _unverified(section, own) or _remarks(section.statements, "unverified"):
        yield "unverified"
    if section.authority.notes or _remarks(section.statements, "note"):
        yield "note"
    if any(s.sentence.kind == "not_encoded" for s in section.statements):
        yield "not encoded"
    if list(_reasons(section.statements)):
        yield "open"
    if any(s.sentence.kind == "readings" for s in section.statements):
        yield "question of reading"


def _unverified(section: Section, own: Draft) -> list[str]:
    """Why a provision as a whole is unverified; what the header doubts, it says of all."""
    of_whole = [line.parts[1] for line in own.header.lines if line.kind == "unverified"]
    return [reason for reason in section.authority.unverified if reason not in of_whole]


def _section(section: Section, own: Draft) -> Iterator[str]:
    """A section: how it stands, what is said of it, and its statements, each with what is said of that one."""
    yield f"\n({section.label})=\n#### {section.name}\n"
    standing = [_also(section.authority, ""), *_standings(section, own)]
    standing.extend(f"in place of {escaped(other)}" for other in section.replaces)
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
            section.source.line_at(c.at[0])
            for c in _within(statement)
            if isinstance(c, Clause) and c.kind in ("unverified", "note")
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


def _readings(law: list[Section]) -> Iterator[str]:
    questions = _questions(law)
    if questions:
        yield "\n### Questions of reading\n"
        yield from _table(("question", "it is read as", "where it is asked", "what turns on it"), questions)


def _questions(law: list[Section]) -> list[tuple[str, ...]]:
    """Each question: its readings, the default one marked, where it is asked, and the sections that hang on it."""
    found = []
    for section in law:
        for statement in section.statements:
            if statement.sentence.kind == "readings":
                name, _, *readings = (getattr(part, "words", part) for part in statement.sentence.parts)
                default = next((c.parts[0].words for c in statement.clauses if c.kind == "default_reading"), None)
                said = [f"**{escaped(r)}** (by default)" if r == default else escaped(r) for r in readings]
                turns = [f"[{escaped(str(s.authority.citation))}](#{s.label})" for s in law if _hangs(s, readings)]
                found.append((escaped(name), "<br>".join(said), section.link, "<br>".join(turns) or "–"))
    return found


def _hangs(section: Section, readings: list[str]) -> bool:
    """Whether a statement of *section* stands under one of *readings*."""
    clauses = (c for c in _within(section.statements) if isinstance(c, Clause))
    return any(c.parts[1].words in readings for c in clauses if c.kind in ("under_reading", "instead_reading"))


def _not_encoded(law: list[Section]) -> list[str]:
    """Each law that is left out: where it stands, what it is, and what it could change, in the words of the rules."""
    found = []
    for section in law:
        for statement in section.statements:
            if statement.sentence.kind == "not_encoded":
                clauses = [c for c in statement.clauses if c.kind not in ("unverified", "note")]
                effect = ", ".join(_words(clause, section.source) for clause in clauses)
                found.append(f"{section.link}: {escaped(statement.sentence.parts[1])}. *It {escaped(effect)}.*")
    return found


def _open(law: list[Section]) -> list[str]:
    return [f"{s.link}: {escaped(reason)}" for s in law for reason in dict.fromkeys(_reasons(s.statements))]


def _reasons(tree: Any) -> Iterator[str]:
    """Why values are open: in a cell, a definition, a deadline, or the terms of making up a deficit."""
    for part in _within(tree):
        if isinstance(part, Open):
            yield part.reason
        elif isinstance(part, tuple) and "open" in part[:-1]:
            yield part[part.index("open") + 1]


def _doubts(own: Draft, law: list[Section]) -> list[str]:
    """Why what is unverified: of the whole, of each adoption, of each section, and of single statements."""
    found = [f"The whole ruleset: {escaped(x.parts[1])}" for x in own.header.lines if x.kind == "unverified"]
    for adopted in own.adopted:
        by = f", under {escaped(str(adopted.adoption.citation))}" if adopted.adoption.citation else ""
        what = f"The adoption of {_ruleset(adopted.adoption.adopted)}{by}"
        found.extend(f"{what}: {escaped(reason)}" for reason in adopted.adoption.unverified)
    for section in law:
        found.extend(f"{section.link}: {escaped(reason)}" for reason in _unverified(section, own))
        for statement in section.statements:
            at = section.source.line(section.source.line_at(statement.at[0]))
            words = escaped(shorten(at.split("  #")[0], POINTER, placeholder=" …"))
            reasons = _remarks(statement, "unverified")
            found.extend(f"{section.link}, “{words}”: {escaped(reason)}" for reason in reasons)
    return found


def _list(title: str, nothing: str, found: list[str], *, silent: bool = False) -> Iterator[str]:
    if found or not silent:
        yield f"\n### {title}\n"
        yield "\n".join(f"* {said}" for said in found) or f"It marks no {nothing}."


# ------------------------------------------------------------------------------ what is adopted


def _taken_over(own: Draft, drafts: Drafts) -> Iterator[str]:
    """The sections of adopted law, by the ruleset that says them, and what became of each."""
    yield "\n### What is adopted\n"
    if not own.adopted:
        yield "Nothing."
        return
    fates: dict[str, dict[str, set[str]]] = {}
    labelled: dict[str, Section] = {}
    for section, fate in _adopted(own, drafts):
        fates.setdefault(section.authority.ruleset, {}).setdefault(section.label, set()).add(fate)
        labelled[section.label] = section
    kept = {label for found in fates.values() for label, said in found.items() if "" in said}
    for name, found in fates.items():
        yield f"From {_ruleset(name)}, {escaped(drafts[name].title)}:\n"
        rows = [
            (_cited(labelled[label]), escaped(labelled[label].authority.title), "; ".join(sorted(said)))
            for label, said in found.items()
        ]
        yield from _table(("section", "title", "here"), [(*row, fate or "taken over") for *row, fate in _kept(rows, kept)])
        yield ""
