"""The trace of a number as sentences: the law and the rows of the ledger beside each step, to any depth."""

from __future__ import annotations

from collections.abc import Iterator

from zevrules.determination.findings import Determination
from zevrules.determination.trace import Step, walk
from zevrules.diagnostic import nearest
from zevrules.quantity import CREDITS, display_number
from zevrules.report.lines import WIDTH, wrap
from zevrules.report.notes import cited, quoted


class NoSuchNumber(LookupError):  # noqa: N818 - says what happened
    """Nothing in a determination is called that; *help* names what is near."""

    def __init__(self, quantity: str, help: str) -> None:
        self.quantity, self.help = quantity, help
        super().__init__(quantity)


def explain(made: Determination, quantity: str, depth: int | None = None) -> str:
    """The steps called *quantity* in *made*, each with everything it came from, *depth* levels down.

    Raises:
        NoSuchNumber: If no step is called that.
    """
    found = find(made, quantity)
    known = made.ledger.known
    above = [f"As known at {known.day}:"] if known is not None else []
    return "\n\n".join([*above, *("\n".join(_told(step, depth)) for step in found)]) + "\n"


def find(made: Determination, quantity: str) -> list[Step]:
    """The steps of *made* that *quantity* names: a whole name, or a name without its model year.

    Raises:
        NoSuchNumber: If there is none.
    """
    wanted = " ".join(quantity.split()).casefold()
    steps = {s.what: s for s in walk(made.steps())}
    for matches in (_is_whole, _is_named, _holds):
        found = [s for what, s in steps.items() if matches(what.casefold(), wanted)]
        if found:
            return found
    names = sorted({what.split(" of model year")[0] for what, s in steps.items() if s.sort != "constant"})
    near = nearest(quantity, names)
    listed = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    raise NoSuchNumber(quantity, f"did you mean `{near}`?" if near else f"among them: {listed}")


def _is_whole(what: str, wanted: str) -> bool:
    return what == wanted or what.removesuffix(", at most") == wanted


def _is_named(what: str, wanted: str) -> bool:
    return what.split(" of model year")[0] == wanted


def _holds(what: str, wanted: str) -> bool:
    return wanted in what and len(wanted) > 3


# -------------------------------------------------------------------------------- the telling


def _told(top: Step, depth: int | None) -> Iterator[str]:
    told: set[int] = set()
    doubted: set[str] = set()
    waiting: list[tuple[Step, int]] = [(top, 0)]
    while waiting:
        step, level = waiting.pop()
        margin = "    " * level
        again = id(step) in told and bool(step.inputs)
        yield from _sentence(step, margin, doubted, again=again)
        if again:
            continue
        told.add(id(step))
        if depth is not None and level >= depth and step.inputs:
            yield f"{margin}    … {len(step.inputs)} more below (a greater --depth shows them)"
            continue
        waiting.extend((below, level + 1) for below in reversed(step.inputs) if not _is_own_word(step, below))


def _is_own_word(step: Step, below: Step) -> bool:
    """Whether a constant stands in the very line that has just been quoted."""
    return (
        below.sort == "constant"
        and below.terms is step.terms
        and step.terms is not None
        and (below.span is None or below.span.line == step.terms.span.line)
    )


def _sentence(step: Step, margin: str, doubted: set[str], *, again: bool) -> Iterator[str]:
    words = f"{step.what}{_is(step)}" + (", as told above" if again else "")
    yield from _lines(words, margin)
    if again:
        return
    below = margin + "  "
    if step.how and step.sort != "constant":
        before = f" (before rounding {display_number(step.before)})" if step.before is not None else ""
        yield from _lines(f"= {step.how}{before}", below)
    if step.note:
        yield from _lines(f"note: {step.note}", below)
    for row in step.rows:
        yield from _lines(f"ledger: {row}", below)
    if step.terms is not None:
        at = step.span or step.terms.span
        yield from _lines(f"law: {cited(step.terms.authority, step.citation)}", below)
        yield from _lines(f"“{quoted(step.terms, at)}” ({at.place})", below + "     ")
        reasons = [reason for reason in dict.fromkeys(step.terms.doubts) if reason not in doubted]
        if step.terms.doubts and not reasons:
            yield f"{below}     unverified, as told above"
        for reason in reasons:
            doubted.add(reason)
            yield from _lines(f"unverified: {reason}", below + "     ")


def _is(step: Step) -> str:
    """What the step comes to, in words."""
    if step.sort == "claim" or step.truth is not None:
        return {True: ": yes", False: ": no", None: ": not known"}[step.truth]
    if step.words:
        return f": {step.words}"
    if step.sort == "constant" and step.what[:1].isdigit():
        return ""
    if step.known:
        value = display_number(step.value, places=2 if step.unit == CREDITS else 0)
        if step.sort == "constant" and not step.unit.powers:
            value = f"{display_number(step.value * 100)}%"
        unit = f" {step.unit.words(one=step.value == 1)}" if step.unit.powers else ""
        verb = "" if step.what.endswith("at most") else " is"
        return f"{verb} {value}{unit}"
    low = f"at least {display_number(step.low)}" if step.low is not None else ""
    high = f"at most {display_number(step.high)}" if step.high is not None else ""
    bounds = " and ".join(x for x in (low, high) if x)
    return " is not known" + (f" ({bounds})" if bounds else "")


def _lines(words: str, margin: str) -> list[str]:
    return wrap(
        words,
        WIDTH,
        initial_indent=margin,
        subsequent_indent=margin + "  ",
    )
