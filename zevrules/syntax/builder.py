"""What each rule of the grammar leaves in the tree. The parser calls these as it reduces."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from zevrules.syntax.tree import (
    TITLE,
    Added,
    Aggregate,
    Amendment,
    At,
    Binary,
    Clause,
    Compare,
    Converted,
    Earned,
    Extreme,
    Given,
    Header,
    Holds,
    InSeveral,
    Joined,
    Name,
    Number,
    Open,
    Provision,
    Reference,
    Sentence,
    Statement,
    TheCreditsLeft,
    TheDeficit,
)

Children = list[Any]

#: Rules that become a `Sentence`, a `Clause` (of a statement, a provision or a header), by name.
SENTENCES = (
    "credits origins fact definition open table sized moves obligation permission cap choice deposit earning "
    "carry expiry cure exposure closing not_encoded applies applies_never any_order readings "
    "usable deadlines earned_from results admission group adding earned_sums carried order consequence charge "
    "conversion gate"
).split()
CLAUSES = (
    "title jurisdiction model_years speaks_of adopts adopted_under omits follows also replaces unverified note "
    "meaning each_year in_years from_year instead of_kinds of on made_of rounded "
    "at_most plus none_when none_unless when unless for_each under_option default_option harmless could row "
    "band top_band counted_from not_counting added_up under_reading instead_reading default_reading one_day holidays "
    "band top_band counted_from not_counting added_up under_reading instead_reading default_reading one_day holidays "
    "toward earned_in earned_since becomes vehicle_row use_step soonest_first from_places leaving_out"
).split()

#: Those that say how words stand, of a provision, an amendment or a whole ruleset.
STANDINGS = "in_force adopted_on proposed stayed enjoined repealed disapproved not_enforced not_enforced_in".split()

#: What may be a model year; anything else is a slip, and counting up to it would take for ever.
_YEARS = range(1900, 2200)
#: The sentences and clauses whose numbers are model years, and the one whose number need not be whole.
_OF_YEARS = frozenset(
    "model_years adopts applies in_years from_year instead row counted_from usable earned_from earned_in "
    "earned_since".split()
)
_OF_PARTS = "rounded"

_COMMENT = re.compile(r"\s#[^\n]*$")
_WORDS = re.compile(r"(?:is|are) ")
_COMPARISONS = {
    "at most": "≤", "no more than": "≤", "up to": "≤", "<=": "≤", "≤": "≤",
    "at least": "≥", "no less than": "≥", ">=": "≥", "≥": "≥",
    "less than": "<", "fewer than": "<", "below": "<", "<": "<",
    "more than": ">", "above": ">", ">": ">",
    "exactly": "=", "=": "=",
}  # fmt: skip


def at_of(parts: Children) -> At:
    """The first and last offset of the parts that stand somewhere."""
    start, end = -1, -1
    for part in parts:
        if part is None:
            continue
        here = at_of(part) if type(part) is tuple else getattr(part, "at", None)  # type: ignore[arg-type]
        if here is None:
            here = (part.start_pos, part.end_pos) if hasattr(part, "start_pos") else None
        if here is not None and here[0] >= 0:
            if start < 0:
                start = here[0]
            end = max(end, here[1])
    return start, end


def plain(part: Any) -> Any:
    """A token as what the tree keeps: a name, a number, the text of a string or keyword."""
    read = _TOKENS.get(getattr(part, "type", None))
    if read is not None:
        return read(part)
    return str(part) if hasattr(part, "start_pos") else part


class Unreadable(Exception):  # noqa: N818 - carried to the parser, which words it
    """A number stands where only a whole one, or only a model year, can."""

    def __init__(self, token: Any) -> None:
        self.text, self.at = str(token), _span(token)


def whole(token: Any) -> int:
    """The whole number that *token* writes without commas or decimals."""
    if not token.isdigit():
        raise Unreadable(token)
    return int(token)


def year(token: Any) -> int:
    """The model year that *token* writes."""
    value = whole(token)
    if value not in _YEARS:
        raise Unreadable(token)
    return value


def _span(token: Any) -> At:
    return token.start_pos, token.end_pos


def _name(token: Any) -> Name:
    text = token.rstrip(" ")
    return Name(" ".join(text.split()) if "  " in text else text, (token.start_pos, token.start_pos + len(text)))


def _number(token: Any) -> Number:
    return Number(Fraction(token.replace(",", "")), None, False, _span(token))


def _percent(token: Any) -> Number:
    return Number(Fraction(token.replace(",", "").rstrip(" %")) / 100, None, True, _span(token))


def _citation(token: Any) -> Name:
    """A citation is kept as written; its meaning is read when names are bound."""
    text = _COMMENT.sub("", str(token)).rstrip()
    return Name(text, (token.start_pos, token.start_pos + len(text)))


_TOKENS: dict[Any, Callable[[Any], Any]] = {
    "NAME": _name,
    "NUMBER": _number,
    "PERCENT": _percent,
    "CITATION": _citation,
    "STRING": lambda token: token[1:-1],
}


def _keep(kind: str, made: type) -> Callable[[Any, Children], Any]:
    def build(_: Any, children: Children) -> Any:
        if kind != _OF_PARTS:
            for child in children:
                if getattr(child, "type", None) == "NUMBER":
                    read(child)
        return made(kind, tuple(map(plain, children)), at_of(children))

    read = year if kind in _OF_YEARS else whole

    return build


def _keep_standing(kind: str) -> Callable[[Any, Children], Clause]:
    """A line about the force of words: its word, its source, first and last day (or model year), and why there is
    no first.
    """

    def build(_: Any, children: Children) -> Clause:
        tokens = [child for child in children if child is not None]
        types = [token.type for token in tokens]
        days = [str(token) for token in tokens if token.type == "DATE"]
        years = [str(year(token)) for token in tokens if token.type == "NUMBER"]
        strings = [str(token[1:-1]) for token in tokens if token.type == "STRING"]
        why = strings.pop(0) if "OPEN" in types else None
        last = days.pop() if "UNTIL" in types else None
        source = strings[0] if strings else None
        if years:
            return Clause(kind, (str(tokens[0]), source, years[0], years[-1], None), at_of(children))
        return Clause(kind, (str(tokens[0]), source, days[0] if days else None, last, why), at_of(children))

    return build


class Builder:
    """One method for each rule that leaves a trace; `SENTENCES` and `CLAUSES` get theirs below."""

    def start(self, children: Children) -> Children:
        return children

    def header(self, children: Children) -> Header:
        _, path, *lines = children
        return Header(str(path), tuple(x for x in lines if x), None, at_of(children[:2]))  # type: ignore[arg-type]

    def amendment(self, children: Children) -> Amendment:
        _, name, *lines = children
        return Amendment(name[1:-1], tuple(x for x in lines if x), (), None, at_of(children[:2]))  # type: ignore[arg-type]

    def provision(self, children: Children) -> Provision:
        line, *clauses = children
        text = _COMMENT.sub("", str(line)).rstrip()
        citation, *title = TITLE.split(text, maxsplit=1)
        at = line.start_pos, line.start_pos + len(text)
        return Provision(citation, title[0] if title else "", tuple(x for x in clauses if x), (), None, at)  # type: ignore[arg-type]

    def statement(self, children: Children) -> Statement:
        sentence, *clauses = children
        return Statement(sentence, tuple(x for x in clauses if x), at_of(children))

    def adopted_text(self, children: Children) -> str | tuple[str, Name] | None:
        """A day, the name of an amendment, or nothing for a text that is taken as it comes to be amended."""
        first, *rest = children
        if rest:
            return "with", Name(rest[0][1:-1], _span(rest[0]))
        return None if first.type == "AS_AMENDED" else str(first)

    def names(self, children: Children) -> tuple[Name, ...]:
        return tuple(_name(x) for x in children if x is not None)

    def share(self, children: Children) -> Any:
        return self.number(children) if children[0].type == "NUMBER" else plain(children[0])

    def options(self, children: Children) -> tuple[int, ...]:
        return tuple(whole(x) for x in children if x.type == "NUMBER")

    def fact_value(self, children: Children) -> str:
        token = children[0]
        return "yes or no" if token.type == "YES_OR_NO" else token[3:]

    def years(self, children: Children) -> tuple[int, int]:
        return _years(children[1:])

    def row_end(self, children: Children) -> int | str:
        return "on" if children[0].type == "AND_AFTER" else year(children[0])

    def cell(self, children: Children) -> Number | Open:
        if children[0].type == "OPEN":
            _, unit, reason = children
            return Open(reason[1:-1], unit[3:] if unit is not None else None, at_of(children))
        return self.number(children)

    def part(self, children: Children) -> tuple[Name, Any]:
        name, size = children
        return _name(name), None if getattr(size, "type", "") == "THE_REST" else size

    def measure(self, children: Children) -> tuple[Any, tuple[int, int] | None]:
        expr, _, first, last, _ = children
        return expr, (year(first), year(last)) if first is not None else None

    def converted(self, children: Children) -> Converted:
        return Converted(children[0], children[1][3:], at_of(children))

    def percent(self, children: Children) -> Number:
        return _percent(children[0])

    def number(self, children: Children) -> Number:
        made: Number = plain(children[0])
        unit = children[1] if len(children) > 1 else None
        return Number(made.value, str(unit) if unit else None, made.percent, at_of(children))

    def aggregate(self, children: Children) -> Aggregate:
        how, expr, (prior, years, across, end) = children
        word = "average" if how.type == "THE_AVERAGE_OF" else "sum"
        return Aggregate(word, expr, prior, years, across, (how.start_pos, end))

    def prior_years(self, children: Children) -> tuple[tuple[int, ...], None, str, int]:
        ordinals = [x for x in children if x is not None]
        return tuple(int(x[:-2]) for x in ordinals), None, "", ordinals[-1].end_pos

    def these_years(self, children: Children) -> tuple[tuple[int, ...], tuple[int, int | None], str, int]:
        _, first, last = children
        end = None if last.type == "THE_ONE_IN_QUESTION" else year(last)
        return (), (year(first), end), "", last.end_pos

    def across(self, children: Children) -> tuple[tuple[int, ...], None, str, int]:
        return (), None, str(children[0]).removeprefix("all "), children[0].end_pos

    def extreme(self, children: Children) -> Extreme:
        which, left, right = children
        return Extreme("lesser" if which.type == "THE_LESSER_OF" else "greater", left, right, at_of(children))

    def credits_earned(self, children: Children) -> Earned:
        _, first, last, since = children
        return Earned(_years([first, last]), _text(since), at_of(children))

    def earned_then(self, children: Children) -> Earned:
        return Earned(None, _text(children[1]), at_of(children))

    def added(self, children: Children) -> Added:
        return Added(_name(children[1]), at_of(children))

    def in_several(self, children: Children) -> InSeveral:
        claim, _, count, _, first, last = children
        return InSeveral(claim, whole(count), (year(first), year(last)), at_of(children))

    def the_credits_left(self, children: Children) -> TheCreditsLeft:
        return TheCreditsLeft(at_of(children))

    def the_deficit(self, children: Children) -> TheDeficit:
        return TheDeficit(at_of(children))

    def reference(self, children: Children) -> Reference:
        name, place, when = children
        year, through, end = when if when else (None, False, -1)
        start, _ = at_of([name])
        where, place_end = place if place else (None, -1)
        return Reference(_name(name), where, year, through, (start, max(start + len(name.rstrip()), place_end, end)))

    def place(self, children: Children) -> tuple[Name | str, int]:
        token = children[0]
        return (_name(token) if token.type == "NAME" else str(token)), token.start_pos + len(token.rstrip())

    def when_year(self, children: Children) -> tuple[int, bool, int]:
        return year(children[1]), children[0].type == "THROUGH_MODEL_YEAR", children[1].end_pos

    def compare(self, children: Children) -> Compare:
        left, op, right = children
        # The lexer gives one token for each way of saying a comparison.
        return Compare(_COMPARISONS[_WORDS.sub("", str(op))], left, right, at_of(children))

    def holds(self, children: Children) -> Holds:
        return Holds(children[0], False, children[0].at)

    def met(self, children: Children) -> Holds:
        return Holds(children[0], False, at_of(children))

    def not_met(self, children: Children) -> Holds:
        return Holds(children[0], True, at_of(children))

    def given(self, children: Children) -> Given:
        _, (words, option), _, by = children
        start, end = at_of(children)
        deadline, last = by or (None, end)
        return Given(words, option, deadline, (start, last))

    def deadline(self, children: Children) -> tuple[tuple[str, ...], int]:
        """A day of the calendar, a day of each year, or why nobody knows it; and where its words end."""
        end = children[-1].end_pos
        if children[0].type == "OPEN":
            return ("open", children[1][1:-1]), end
        return tuple(str(x) for x in children[:2]), end

    def notice_subject(self, children: Children) -> tuple[str, int | None]:
        if children[0].type == "OPTION":
            return f"option {whole(children[1])}", whole(children[1])
        return _name(children[0]).words, None


def _text(token: Any) -> str | None:
    return None if token is None else str(token)


def _years(tokens: Children) -> tuple[int, int]:
    numbers = [year(x) for x in tokens if x is not None]
    return numbers[0], numbers[-1]


def _binary(op: str) -> Callable[[Any, Children], Binary]:
    return lambda _, children: Binary(op, children[0], children[-1], at_of(children))


def _joined(op: str) -> Callable[[Any, Children], Joined]:
    return lambda _, children: Joined(op, children[0], children[1], at_of(children))


for _kind in SENTENCES:
    setattr(Builder, _kind, _keep(_kind, Sentence))
for _kind in CLAUSES:
    setattr(Builder, _kind, _keep(_kind, Clause))
for _kind in STANDINGS:
    setattr(Builder, _kind, _keep_standing(_kind))
for _kind, _op in (("add", "+"), ("subtract", "-"), ("multiply", "×"), ("divide", "÷")):
    setattr(Builder, _kind, _binary(_op))
Builder.either = _joined("or")  # type: ignore[attr-defined]
Builder.both = _joined("and")  # type: ignore[attr-defined]
