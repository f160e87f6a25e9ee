"""Amendments: layers of words over a ruleset, the order they come in, and which of them a text holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain as chain_of

from zevrules.citation import Citation
from zevrules.diagnostic import Diagnostic
from zevrules.model import errors
from zevrules.model.rules import Amendment, Authority
from zevrules.model.standing import begins, stands
from zevrules.node import Node, node
from zevrules.source import Span
from zevrules.syntax.tree import Provision

#: What is asked for to have no amendment applied.
ORIGINAL = "original"


@node
class LeftOut(Node):
    """Which provisions are left out: those that a citation covers, or the one of a citation and ``title``."""

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


#: A provision as written: on what authority it stands, its tree, and what it takes the place of.
Said = tuple[Authority, Provision, tuple[LeftOut, ...]]


@node
class Layer(Node):
    """An amendment as written: what it says of itself, which other one it follows, what it omits and says."""

    amendment: Amendment
    follows: str | None
    omits: tuple[LeftOut, ...]
    provisions: tuple[Said, ...]
    span: Span
    follows_at: Span

    @property
    def name(self) -> str:
        """What it is called."""
        return self.amendment.name


@node
class Version(Node):
    """Which amendments a text holds: those in force on its day, or those that ``name`` chooses.

    ``alone`` leaves out what the named one does not follow, whatever is in force.
    """

    name: str | None = None
    alone: bool = False


#: The amendments that are in force.
IN_FORCE = Version()


def the(name: str) -> str:
    """An amendment in a sentence.

    >>> the("2024 amendments"), the("the second round")
    ('the 2024 amendments', 'the second round')
    """
    return name if name.lower().startswith("the ") else f"the {name}"


def in_order(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """By the day of force, those without one last, each after the one it follows; the name decides among equals."""
    waiting = sorted(layers, key=lambda layer: (_day(layer) is None, _day(layer) or "", layer.name))
    placed: dict[str, Layer] = {}
    while waiting:
        following = next(layer for layer in waiting if layer.follows is None or layer.follows in placed)
        waiting.remove(following)
        placed[following.name] = following
    return tuple(placed.values())


def chain(layers: Sequence[Layer], name: str) -> list[Layer]:
    """The amendment of that *name* and those that it follows, one after the other, the last of them last."""
    by_name = {layer.name: layer for layer in layers}
    found: list[Layer] = []
    following: str | None = name
    while following is not None and following in by_name and by_name[following] not in found:
        found.insert(0, by_name[following])
        following = found[0].follows
    return found


def held(layers: Sequence[Layer], day: str, version: Version, *, proposals: bool) -> Iterator[tuple[Layer, bool]]:
    """Those of *layers* that the text of *day* holds, in their order, and of each whether its name chose it.

    Args:
        layers: The amendments of a ruleset, `in_order`.
        day: The day of the text.
        version: Which amendments are asked for; a name that none of *layers* has asks nothing of these.
        proposals: Whether proposals are applied.
    """
    if version.name == ORIGINAL:
        return
    named = [] if version.name is None else chain(layers, version.name)
    for layer in layers:
        if layer in named:
            yield layer, True
            if layer is named[-1]:
                return
        elif not version.alone and stands(layer.amendment.standing, day, proposals=proposals):
            yield layer, False


def check(layers: Sequence[Layer]) -> Iterator[Diagnostic]:
    """What is wrong with the amendments of a ruleset as a whole."""
    by_name: dict[str, Layer] = {}
    for layer in layers:
        if layer.name in by_name:
            yield errors.two_amendments(layer.span, layer.name, by_name[layer.name].span)
        elif layer.name == ORIGINAL:
            yield errors.amendment_called_original(layer.span)
        by_name.setdefault(layer.name, layer)
    for layer in layers:
        if _day(layer) is None and stands(layer.amendment.standing, "0001-01-01"):
            yield errors.amendment_without_day(layer.span, layer.name)
        if layer.follows is not None and layer.follows not in by_name:
            yield errors.unknown_amendment(layer.follows_at, layer.follows, by_name)
    yield from _circles(by_name)
    yield from _without_order(list(by_name.values()))


def _circles(by_name: dict[str, Layer]) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for name in by_name:
        path: dict[str, None] = {}
        following: str | None = name
        while following in by_name and following not in seen and following not in path:
            path[following] = None
            following = by_name[following].follows
        if following in path:
            circle = list(path)[list(path).index(following) :]
            yield errors.circular_amendments(by_name[circle[0]].follows_at, [*circle, circle[0]])
        seen.update(path)


def _without_order(layers: list[Layer]) -> Iterator[Diagnostic]:
    """Amendments of one day that change the same words, of which neither says that it follows the other."""
    of_one_day: dict[str, list[Layer]] = {}
    for one in layers:
        before = of_one_day.setdefault(_day(one) or "", [])
        before.append(one)
        for other in before[:-1] if _day(one) is not None else ():
            if one in chain(layers, other.name) or other in chain(layers, one.name):
                continue
            both = next(chain_of(_shared(one, other), _shared(other, one)), None)
            if both is not None:
                yield errors.amendments_in_no_order(one.span, one.name, other.span, other.name, str(both))


def _shared(one: Layer, other: Layer) -> Iterator[Citation]:
    """What *one* takes out, and *other* takes out or says."""
    for left in _takes_out(one):
        taken = any(_overlap(left, also) for also in _takes_out(other))
        if taken or any(left.means(authority) for authority, _, _ in other.provisions):
            yield left.citation


def _overlap(one: LeftOut, other: LeftOut) -> bool:
    """Whether some provision may be meant by both."""
    if one.title and other.title:
        return one == other
    return one.citation.covers(other.citation)


def _takes_out(layer: Layer) -> Iterator[LeftOut]:
    yield from layer.omits
    for _, _, replaces in layer.provisions:
        yield from replaces


def _day(layer: Layer) -> str | None:
    return begins(layer.amendment.standing)
