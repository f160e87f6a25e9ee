"""In what order credits are used, where the law prescribes an order or lets the party elect one."""

from __future__ import annotations

from collections.abc import Collection

from zevrules.determination import errors
from zevrules.determination.carrying import selects
from zevrules.determination.evaluator import Evaluator
from zevrules.determination.obligations import OwedObligation, parts_of
from zevrules.diagnostic import Rejected
from zevrules.ledger.entries import Fact, fold
from zevrules.model.rules import Selector, Terms, UseOrder, UseStep
from zevrules.node import Node, node

#: The fact in which a ledger states the order that the party has elected.
ELECTED = "order of use"


@node
class Turn(Node):
    """One turn in an order of use: these credits, or all but ``others_than``, pay these parts.

    ``soonest`` is whether those that expire soonest go first.
    """

    words: str
    selectors: tuple[Selector, ...]
    others_than: tuple[Selector, ...]
    parts: tuple[str, ...]
    soonest: bool
    terms: Terms

    def means(self, kind: str, origins: Collection[str | None], vintage: int | None) -> bool:
        """Whether credits of that kind, of any of these origins, and of that model year have this turn."""
        if self.selectors:
            return any(selects(one, kind, origins, vintage) for one in self.selectors)
        return not any(selects(one, kind, origins, vintage) for one in self.others_than)


def turns(ev: Evaluator, year: int, owed: tuple[OwedObligation, ...]) -> tuple[Turn, ...]:
    """The turns of a model year, first to last; none where any order is lawful.

    Raises:
        Rejected: If the ledger states an order that leaves something out, repeats it or names what has no place in it.
    """
    made: list[Turn] = []
    for rule in ev.ruleset.orders:
        if ev.applies(rule.terms, year)[0]:
            elected = _elected(ev, rule, year)
            for step in rule.steps:
                made.extend(_of_step(rule, step, elected, owed, _nouns(ev)))
    return tuple(made)


def _of_step(
    rule: UseOrder,
    step: UseStep,
    elected: tuple[str, ...] | None,
    owed: tuple[OwedObligation, ...],
    nouns: tuple[str, ...],
) -> tuple[Turn, ...]:
    parts = _parts(step, owed)
    if not step.selectors:
        same = (other for other in rule.steps if set(_parts(other, owed)) & set(parts))
        others = tuple(s for other in same for s in other.selectors)
        return (Turn("other credits", (), others, parts, rule.soonest, rule.terms),)
    if step.elected and elected is not None:
        mine = sorted(step.selectors, key=lambda selector: elected.index(_key(selector.words, nouns)))
        return tuple(Turn(s.words, (s,), (), parts, rule.soonest, rule.terms) for s in mine)
    words = " and ".join(selector.words for selector in step.selectors)
    return (Turn(words, step.selectors, (), parts, rule.soonest, rule.terms),)


def _parts(step: UseStep, owed: tuple[OwedObligation, ...]) -> tuple[str, ...]:
    """The parts that a step is toward: an obligation means all of its own."""
    return tuple(dict.fromkeys(part for name in step.targets for part in parts_of(owed, name)))


def _elected(ev: Evaluator, rule: UseOrder, year: int) -> tuple[str, ...] | None:
    """The order that the ledger says the party has elected, as keys; None if it does not say."""
    offered = list(dict.fromkeys(s.words for step in rule.steps if step.elected for s in step.selectors))
    entry = ev.lookup(ELECTED, year=year) or ev.lookup(ELECTED)
    if not offered or entry is None or entry.undated:
        return None
    nouns = _nouns(ev)
    named = [_key(words, nouns) for words in str(entry.text).split(",") if words.strip()]
    _check(entry, named, {_key(words, nouns): words for words in offered})
    return tuple(named)


def _check(entry: Fact, named: list[str], offered: dict[str, str]) -> None:
    """That an election names each of the credits that it may put in an order, by their keys, and each once."""
    unknown = [words for words in named if words not in offered]
    twice = [offered[words] for words in dict.fromkeys(named) if words in offered and named.count(words) > 1]
    missing = [words for key, words in offered.items() if key not in named]
    if unknown or twice or missing:
        raise Rejected(
            [errors.unlawful_election(entry.at, entry.text, unknown, twice, missing, list(offered.values()))]
        )


def _nouns(ev: Evaluator) -> tuple[str, ...]:
    """What credits may be called here: the last word of what they are counted in, or credits, or values."""
    return tuple(dict.fromkeys(("credits", "values", *(fold(unit).split()[-1] for unit, _ in ev.ruleset.units))))


def _key(words: str, nouns: tuple[str, ...]) -> str:
    """Words for credits, as a ledger may write them: with or without the noun at their end."""
    folded = fold(words)
    for noun in nouns:
        folded = folded.removesuffix(f" {noun}")
    return folded
