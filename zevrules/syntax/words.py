"""The English name of every terminal of the grammar, for messages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

#: Terminals that are not one fixed phrase.
NAMES = {
    "NAME": "a name",
    "NUMBER": "a number",
    "PERCENT": "a percentage",
    "STRING": 'words in quotation marks ("…")',
    "DATE": "a date (2021-01-01)",
    "ORDINAL": "a count such as 2nd",
    "PATH": "the path of a ruleset in small letters (state/ruleset)",
    "CITATION": "a citation (§ …)",
    "UNIT": "a unit (credits, vehicles, miles …)",
    "IN_UNIT": "`in credits` or another unit",
    "MONTH": "a month",
    "ROUNDING": "`half up`, `half down`, `half even`, `up` or `down`",
    "COMPARISON": "a comparison (`is at least`, `is less than` …)",
    "COULD": "`could lower`, `could raise`, `could add` or `could take away`",
    "WS": "a space",
    "_NL": "the end of the line",
    "_INDENT": "indented clauses",
    "_DEDENT": "the end of the clauses",
    "$END": "the end of the file",
    "_THROUGH": "`through`",
    "PLUS": "`+`",
    "MINUS": "`-`",
    "TIMES": "`×`",
    "DIVIDED_BY": "`÷`",
    "_COMMA": "a comma",
    "_LEFT": "`(`",
    "_RIGHT": "`)`",
    "_A": "`a`",
    "MODEL_YEARS": "`model years`",
    "IN_MODEL_YEAR": "`in model year`",
    "EXPIRE": "`expire`",
    "MODEL_YEARS_AFTER_EARNED": "`model years after they are earned`",
    "_MODEL_YEARS_WITH": "`model years with`",
    "_FOR_MODEL_YEARS": "`for model years`",
    "_PRIOR_MODEL_YEARS": "`prior model years`",
    "_OF_KINDS": "`of kinds`",
    "CREDITS_EARNED": "`credits earned in model years`",
    "_DELIVERED_FROM": "`by vehicles delivered from`",
    "OF_ALL_MANUFACTURERS": "`of all manufacturers together`",
    "CREDITS_ARE_EARNED_FROM": "`credits are earned from model year`",
    "IS_MET": "`is met`",
    "IS_NOT_MET": "`is not met`",
    "LEFT_ARE_A_CHARGE": "`left at the close are a charge of`",
    "EARNED_IN": "`earned in model years`",
    "CARRIED_AT": "`are carried into the next model year at`",
}

#: Fixed phrases whose words differ from the terminal's own name.
_PHRASES = {
    "_AS_IN_FORCE_ON": "as in force on",
    "UNUSED_CREDITS_STAY": "unused credits stay in the account",
    "AT_END_OF_MODEL_YEAR": "at the end of model year",
    "AT_END_OF_THEIR_MODEL_YEAR": "at the end of their model year",
    "MADE_UP_WITHIN": "must be made up within",
    "NOT_MADE_UP": "not made up is an exposure of",
    "ANY_ORDER": "credits may be used in any order",
    "PLUS_CLAUSE": "plus",
    "YES_OR_NO": "is yes or no",
    "HIGHEST_FIRST": ", highest first",
    "COUNTED_FROM": "counted from model year",
    "NOT_COUNTING": "not counting an average when",
    "BY_THE_HOLIDAYS": "by the holidays of",
    "MAY_BE_USED_FROM": "may be used from model year",
    "MAY_BE_RECEIVED": "may be received from other jurisdictions",
    "MAY_BE_CONVERTED": "may be converted into",
    "FOR_ONE": "for 1",
    "ONLY_WITHIN": "only within common ownership of at least",
    "A_DEADLINE_MOVES": "a deadline on a weekend or holiday moves to the next working day",
    "CREDITS_EARNED_THEN": "credits earned in the model year",
    "EARNED_ADDED_UP": "credits earned in a model year are added up by kind",
    "USED_IN_THIS_ORDER": "credits are used in this order",
    "LEADS_TO": "not made up leads to",
    "EARNED_SINCE": "earned from model year",
    "AS_ELECTED": "in the order the manufacturer elects",
    "SOONEST_FIRST": "the soonest to expire first",
    "LEAVING_OUT": "leaving out",
    "WHAT_VEHICLES_ADD": "what vehicles add to",
    "ADDED_UP_OVER": "added up over common ownership of more than",
}


#: Other words for a terminal, beside those of `phrase`.
WORDINGS = {
    "AT_MOST": ("no more than", "up to", "is at most", "are at most", "is no more than", "are no more than"),
    "COMPARISON": (
        *"at least|no less than|less than|fewer than|more than|below|above|is exactly|are exactly".split("|"),
        *(f"is {words}" for words in "at least|no less than|less than|fewer than|more than|below|above".split("|")),
    ),
    "COULD": ("could lower", "could raise", "could add", "could take away"),
    "EXPIRE": ("expires",),
    "MODEL_YEARS": ("model year",),
    "IN_MODEL_YEAR": ("in model years",),
    "MODEL_YEARS_AFTER_EARNED": ("model year after they are earned",),
    "_MODEL_YEARS_WITH": ("model year with",),
    "_FOR_MODEL_YEARS": ("for model year",),
    "_PRIOR_MODEL_YEARS": ("prior model year",),
    "_OF_KINDS": ("of kind",),
    "CREDITS_EARNED": ("credits earned in model year",),
    "IS_MET": ("are met",),
    "LEFT_ARE_A_CHARGE": ("left at the close is a charge of",),
    "EARNED_IN": ("earned in model year",),
    "CARRIED_AT": ("is carried into the next model year at",),
    "IS_NOT_MET": ("are not met",),
    "ROUNDING": ("half up", "half down", "half even", "up", "down"),
    "_A": ("an",),
    "MONTH": tuple("January February March April May June July August September October November December".split()),
    "UNIT": (
        *"credit credits vehicle vehicles mile miles km dollar dollars g kW day days".split(),
        *"credit per mile|credits per mile|credit per vehicle|dollars per credit|dollars per vehicle|g per mile".split(
            "|"
        ),
    ),
}


def phrase(terminal: str) -> str | None:
    """The fixed words that *terminal* stands for, or `None` if it stands for many."""
    if terminal in NAMES:
        words = re.fullmatch(r"`([a-z ]+)`", NAMES[terminal])
        return words.group(1) if words else None
    return _PHRASES.get(terminal) or terminal.strip("_").replace("_", " ").lower()


def fixed_phrases() -> frozenset[str]:
    """Every phrase that holds sentences together, in each of its wordings."""
    from zevrules.syntax import _tables

    memo: dict[int, Any] = _tables.MEMO
    terminals = (entry["name"] for entry in memo.values() if entry["__type__"] == "TerminalDef")
    return frozenset(words for words in map(phrase, terminals) if words).union(*WORDINGS.values())


def english(terminal: str) -> str:
    """*terminal* as a person would say it."""
    return NAMES.get(terminal) or f"`{phrase(terminal)}`"


def listed(terminals: Iterable[str], most: int = 6) -> str:
    """*terminals* as a list of choices, the likeliest few."""
    names = sorted({english(t) for t in terminals}, key=lambda n: (n.startswith("`"), n))
    shown = names[:most]
    if len(names) > most:
        return ", ".join(shown) + " …"
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
