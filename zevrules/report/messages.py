"""Diagnostics become the messages that a person reads."""

from __future__ import annotations

import re
from collections.abc import Iterable

from zevrules.diagnostic import Diagnostic
from zevrules.report.excerpt import excerpt, line_number, visible
from zevrules.report.lines import WIDTH, wrap

_CODE = re.compile(r"`[^`]*`")


def message(diagnostic: Diagnostic) -> str:
    """What is wrong, where, why, and how to mend it; plain text of whole lines.

    >>> print(message(Diagnostic("unknown-fact", "no fact is called `volme`", help="did you mean `volume`?")), end="")
    error[unknown-fact]: no fact is called `volme`
    <BLANKLINE>
    help: did you mean `volume`?
    """
    lines = [f"{diagnostic.severity}[{diagnostic.code}]: {visible(diagnostic.message)}"]
    gutter = max((len(str(line_number(label.at))) for label in diagnostic.labels), default=1)
    for label in diagnostic.labels:
        lines.extend(excerpt(label.at, visible(label.words), gutter=gutter))
    if diagnostic.why:
        lines += ["", *_wrapped(diagnostic.why)]
    if diagnostic.help:
        lines += ["", *_wrapped(diagnostic.help, "help: ")]
    return "\n".join(lines) + "\n"


def messages(diagnostics: Iterable[Diagnostic]) -> str:
    """Each message after the other, and how many there are; nothing at all for none.

    >>> print(messages([Diagnostic("a", "one"), Diagnostic("b", "two", severity="remark")]), end="")
    error[a]: one
    <BLANKLINE>
    remark[b]: two
    <BLANKLINE>
    1 error, 1 remark
    """
    said = list(diagnostics)
    counts = []
    for word in ("error", "remark"):
        number = sum(d.severity == word for d in said)
        if number:
            counts.append(f"{number:,} {word}{'s' if number > 1 else ''}")
    return "\n".join([*map(message, said), ", ".join(counts) + "\n"]) if said else ""


def _wrapped(text: str, opening: str = "") -> list[str]:
    """*text* in lines of at most `WIDTH`, words of the language in backquotes kept on one line."""
    whole = _CODE.sub(lambda code: code.group().replace(" ", "\0"), visible(text))
    lines = wrap(opening + whole, WIDTH, subsequent_indent=" " * len(opening))
    return [line.replace("\0", " ") for line in lines]
