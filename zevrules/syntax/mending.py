"""What a line that cannot be read was probably meant to be: each guess is tried by the parser before it is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from zevrules.syntax.words import fixed_phrases, phrase

#: Below this likeness two phrases are simply different.
_ALIKE = 0.72
#: More guesses than this at one line would keep the reader waiting.
_MOST_TRIES = 100
#: From here on it hardly matters whether the parser agrees.
_PLAIN_SLIP = 0.85
#: A longer line is not one that a person mistyped.
_LONGEST = 400

_WORD = re.compile(r"[^\s,()\"]+")
_PLAIN = re.compile(r"[A-Za-z/'. -]+")
_GLUE = (",", "at most", "of", "and", "as", "in", "is", "of kinds", "or", "by", "the", "unless", "when")


class Mend(NamedTuple):
    """Put *words* in the place of the characters from *start* up to *end* of a line; *help* says it to a person."""

    start: int
    end: int
    words: str
    help: str
    likeness: float = 0


def mend(line: str, at: int, reads: Callable[[str], bool], accepted: frozenset[str] | set[str]) -> Mend | None:
    """The likeliest small change that makes *line* readable, if there is one.

    Args:
        line: The line, from its margin, without its end.
        at: Where in it reading stopped.
        reads: Whether a line could stand there instead.
        accepted: The terminals that could have stood at *at*.
    """
    if len(line) > _LONGEST:
        return None
    spellings = _spellings(line, at, accepted)
    guesses = [*_signs(line, at), *spellings, *_moved(line), *_own_line(line, at), *_missing(line, at)]
    for guess in guesses[:_MOST_TRIES]:
        if reads(line[: guess.start] + guess.words + line[guess.end :]):
            return guess
    # Something else is wrong with the line too; a slip this plain is still worth naming.
    sound = [m.span() for words in fixed_phrases() for m in re.finditer(rf"\b{re.escape(words)}\b", line)]
    for guess in spellings:
        is_plain = guess.end <= at and guess.likeness >= _PLAIN_SLIP
        if is_plain and not any(start < guess.end and guess.start < end for start, end in sound):
            return guess
    return None


def _spellings(line: str, at: int, accepted: frozenset[str] | set[str]) -> list[Mend]:
    """Words near *at* that are nearly a fixed phrase; whole phrases that are another one come last."""
    words = [m.span() for m in _WORD.finditer(line)]
    near = next((n for n, (_, end) in enumerate(words) if end > at), len(words))
    known = fixed_phrases()
    wanted = {words for words in map(phrase, accepted) if words}
    found: dict[tuple[int, int, str], tuple[bool, float]] = {}
    for first in range(max(0, near - 7), min(near + 1, len(words))):
        for last in range(first, min(first + 8, len(words))):
            start, end = words[first][0], words[last][1]
            said = " ".join(line[start:end].split())
            if not _PLAIN.fullmatch(said):
                break
            for meant in known:
                # A phrase with a word too many, or too few, at either end is no slip: it stands there.
                if abs(len(meant) - len(said)) <= _slack(meant) and not _stands(meant, line, start, end):
                    likeness = alike(said.lower(), meant.lower())
                    if likeness >= _ALIKE:
                        # What could stand here outranks a phrase from elsewhere that looks a little more like it.
                        found[start, end, meant] = said in known, -likeness - 0.1 * (meant in wanted)
    return [
        Mend(start, end, meant, f"did you mean `{meant}`?", 0 if exact else -rank)
        for (start, end, meant), (exact, rank) in sorted(found.items(), key=lambda item: (item[1], item[0]))[:12]
    ]


def _slack(phrase: str) -> int:
    """How many letters more or fewer a slip of *phrase* may have."""
    return 1 if len(phrase) <= 4 else 3 if len(phrase) <= 12 else 5


def _stands(phrase: str, line: str, start: int, end: int) -> bool:
    """Whether *phrase* already begins at *start* of the line, or ends at *end*."""
    after = line[start + len(phrase) : start + len(phrase) + 1]
    before = line[max(end - len(phrase) - 1, 0) : max(end - len(phrase), 0)]
    return (line.startswith(phrase, start) and not after.isalnum()) or (
        line.endswith(phrase, 0, end) and not before.isalnum()
    )


def alike(said: str, meant: str) -> float:
    """How much two phrases are alike, from 0 to 1; letters that changed places count as one slip.

    >>> alike("may satsify", "may satisfy") > 0.9, alike("fo", "of") > 0.7, alike("gold", "of") > 0.7
    (True, True, False)
    """
    if sorted(said) == sorted(meant) and len(said) == len(meant):
        slips = sum(a != b for a, b in zip(said, meant, strict=True))
        return 1 - slips / (4 * len(meant))
    matcher = SequenceMatcher(None, said, meant, autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0
    return matcher.ratio()


def _missing(line: str, at: int) -> Iterator[Mend]:
    """A small word left out before *at*, or inside the name that ended there."""
    starts = [m.start() for m in _WORD.finditer(line) if m.start() <= at][-4:]
    for start in dict.fromkeys([at, *reversed(starts)]):
        if not line[:start].strip():
            continue
        for glue in _GLUE:
            before = len(line[:start].rstrip(" ")) if glue == "," else start
            rest = line[start:].split()
            where = f" before `{rest[0]}`" if rest else " at the end"
            yield Mend(before, start, f"{glue} ", f"is `{glue}` missing{where}?")


_SIGNS = (
    (re.compile(r"(?<=[0-9]) *(?:per ?cent|pct)\b"), "%", "write the percentage with its sign: `%`"),
    (re.compile(r"(?<= )[xX](?= )"), "×", "multiply by `×` or `*`"),
    (re.compile(r"(?<=[0-9]{4}) *(?:-|—|to|until) *(?=[0-9]{4})"), " through ", "say `through` between model years"),
    (re.compile(r"(?<= )shall(?= satisfy)"), "must", "what is owed `must` be satisfied"),
    (re.compile(r"\bif(?= )"), "when", "say `when`, or `unless` for what is not so"),
    (re.compile(r"^ *//"), "#", "a remark begins with `#`"),
    (re.compile(r"^(?=\S.* (?:—|--|–) )"), "§ ", "a provision begins with a section sign: `§ citation — title`"),
)


def _signs(line: str, at: int) -> Iterator[Mend]:
    """What people write elsewhere for a sign of the language."""
    for pattern, sign, help_text in _SIGNS:
        for match in pattern.finditer(line):
            yield Mend(*match.span(), sign, help_text)
    idle = re.compile(r"(?:the|an?)\b *|[^\w\s\"()]").match(line, at)
    if idle:
        yield Mend(*idle.span(), "", f"leave `{idle.group().strip()}` out")
    rest = line[at:].strip()
    if rest and line[:at].strip() and '"' not in line:
        yield Mend(at, len(line), f'"{rest}"', f'put the words in quotation marks: `"{rest}"`')
    quoted = re.compile(r'"([^"]*)"').match(line, at)
    if quoted:
        yield Mend(*quoted.span(), quoted.group(1), "leave the quotation marks out")


def _moved(line: str) -> Iterator[Mend]:
    """The same words at another depth: a statement at the margin, a clause below something."""
    margin = len(line) - len(line.lstrip(" "))
    if margin:
        yield Mend(0, margin, "", "if it is a statement of its own, start it at the margin")
        return
    clause = "if it is a clause, put it four spaces in, below the statement that it belongs to"
    # Any clause could stand below that sentence, as far as the parser knows.
    yield Mend(0, 0, "unused credits stay in the account\n    ", clause)
    yield Mend(0, 0, "ruleset a/b\n    ", "put it four spaces in, below the line that opens the ruleset")


def _own_line(line: str, at: int) -> Iterator[Mend]:
    """What stands after a complete sentence, on a line of its own below it."""
    margin = len(line) - len(line.lstrip(" "))
    rest = line[at:].strip()
    if rest and line[:at].strip():
        yield Mend(at, at, "\n" + " " * (margin + 4), f"write it on a line of its own below, four spaces in: `{rest}`")
