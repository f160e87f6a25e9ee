"""Lines of a page: how wide it is, its rules, and words wrapped so that a citation is not torn from its sign."""

from __future__ import annotations

import re
import textwrap

#: A section sign with what it needs to be read: `§ 13 CCR 1962.2(g)`, `§ WAC 173-423-075`.
_CITED = re.compile(r"§ (?:\d+ )?(?:[A-Z][A-Za-z&.]* )?\S+")
_NO_BREAK = "\N{NO-BREAK SPACE}"

#: The width of a page: a terminal of a hundred columns, or a sheet of paper.
WIDTH = 100


def ruled(title: str) -> str:
    """A title, and a rule after it to the edge of the page."""
    return f"{title} {'─' * max(3, WIDTH - len(title) - 1)}"


def wrap(words: str, width: int, *, initial_indent: str = "", subsequent_indent: str = "") -> list[str]:
    """*words* in lines of at most *width* characters, broken between words only and never within a short citation.

    >>> wrap("as said in § 13 CCR 1962.2", 22)
    ['as said in', '§ 13 CCR 1962.2']
    """
    joined = _CITED.sub(lambda cited: cited[0].replace(" ", _NO_BREAK), words)
    lines = textwrap.wrap(joined, width, initial_indent=initial_indent, subsequent_indent=subsequent_indent,
                          break_on_hyphens=False, break_long_words=False)  # fmt: skip
    return [line.replace(_NO_BREAK, " ") for line in lines]
