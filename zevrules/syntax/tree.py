"""The tree of a text of rules: what was written, before anything is known of what it means.

A sentence or clause is named for its rule in ``grammar/zevrules.lark`` (`kind`) and holds what that
rule keeps (`parts`): names, numbers, expressions, conditions, keywords as text, `None` for what is
optional and absent. ``at`` is the first and last offset in the source.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from zevrules.node import Node, node
from zevrules.source import Source

At = tuple[int, int]

#: What stands between a citation and the title of its provision.
TITLE = re.compile(r"\s+(?:—|--|–)\s+")


@node
class Name(Node):
    """A noun phrase, its words one space apart."""

    words: str
    at: At


@node
class Number(Node):
    """A number as written: its exact value, its unit if it has one, whether it is a percentage."""

    value: Fraction
    unit: str | None
    percent: bool
    at: At


@node
class Open(Node):
    """A value that nobody has, why, and in what unit it would be counted, if that is said."""

    reason: str
    unit: str | None
    at: At


@node
class Reference(Node):
    """A named thing, perhaps of another place or model year.

    ``place`` is ``here``, ``there``, a `Name` or `None`; ``through`` marks ``through model year``.
    """

    name: Name
    place: Name | str | None
    year: int | None
    through: bool
    at: At


@node
class Binary(Node):
    """Two expressions joined by ``+ - × ÷``."""

    op: str
    left: Any
    right: Any
    at: At


@node
class Aggregate(Node):
    """The ``average`` or ``sum`` of an expression over a window of model years, or across what there is of a sort.

    ``prior`` holds how many model years back each one lies; else ``years`` the first and last (None: the one in
    question); else ``across`` is ``manufacturers`` or ``kinds``.
    """

    how: str
    expr: Any
    prior: tuple[int, ...]
    years: tuple[int, int | None] | None
    across: str
    at: At


@node
class Extreme(Node):
    """The ``lesser`` or ``greater`` of two expressions."""

    which: str
    left: Any
    right: Any
    at: At


@node
class Converted(Node):
    """An expression counted in another unit."""

    expr: Any
    unit: str
    at: At


@node
class Earned(Node):
    """The credits that deliveries of some model years earn; without years, of the one in question.

    ``since`` is the first day of the deliveries that count, where the words name one.
    """

    years: tuple[int, int] | None
    since: str | None
    at: At


@node
class Added(Node):
    """What delivered vehicles add to an obligation."""

    name: Name
    at: At


@node
class TheCreditsLeft(Node):
    """The credits that a charge is reckoned on."""

    at: At


@node
class TheDeficit(Node):
    """The deficit a statement speaks of."""

    at: At


@node
class Compare(Node):
    """Two expressions compared: ``≤ < ≥ > =``."""

    op: str
    left: Any
    right: Any
    at: At


@node
class Holds(Node):
    """A yes-or-no fact, or membership of a class, that is claimed or (``negated``) denied."""

    reference: Reference
    negated: bool
    at: At


@node
class Given(Node):
    """A notice that is given, perhaps by a day.

    ``by`` is a date alone, a month and the day of it in the next year, or ``open`` and why.
    """

    subject: str
    option: int | None
    by: tuple[str, ...] | None
    at: At


@node
class InSeveral(Node):
    """A condition that holds in at least ``count`` of the model years from the first to the last of ``years``."""

    claim: Any
    count: int
    years: tuple[int, int]
    at: At


@node
class Joined(Node):
    """Two conditions joined by ``and`` or ``or``."""

    op: str
    left: Any
    right: Any
    at: At


@node
class Clause(Node):
    """One clause under a statement."""

    kind: str
    parts: tuple[Any, ...]
    at: At


@node
class Sentence(Node):
    """The one line that opens a statement."""

    kind: str
    parts: tuple[Any, ...]
    at: At


@node
class Statement(Node):
    """A sentence and the clauses indented under it."""

    sentence: Sentence
    clauses: tuple[Clause, ...]
    at: At


@node
class Provision(Node):
    """A numbered part of a law, what is said of it, and the statements that stand under it."""

    citation: str
    title: str
    lines: tuple[Clause, ...]
    statements: tuple[Statement, ...]
    source: Source
    at: At


@node
class Header(Node):
    """The opening of a ruleset: its path and the lines under it."""

    path: str
    lines: tuple[Clause, ...]
    source: Source
    at: At


@node
class Amendment(Node):
    """A named change of a ruleset: its lines, and the provisions that follow it in its file."""

    name: str
    lines: tuple[Clause, ...]
    provisions: tuple[Provision, ...]
    source: Source
    at: At


@node
class File(Node):
    """One file of rules. ``strays`` are statements that stand before any provision."""

    source: Source
    headers: tuple[Header, ...]
    provisions: tuple[Provision, ...]
    amendments: tuple[Amendment, ...]
    strays: tuple[Statement, ...]
