"""The look of a text before its words are read: characters, indentation, size, brackets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from zevrules.diagnostic import Diagnostic
from zevrules.source import Source, Span
from zevrules.syntax import errors

#: A state's rules are some thousand lines; past this no person wrote it.
MOST_CHARACTERS = 1_000_000
#: Brackets one inside another; a formula of law has two or three.
MOST_BRACKETS = 50

#: Signs and joining words in one formula; past this it is a program, and reading it would exhaust the machine.
MOST_STEPS = 100

_STRANGE = re.compile(r"[^\x20-\x7e\n\r≤≥×÷–—§−’]")
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
_QUOTED = re.compile(r'"[^"\n]*"|(?:(?<=\s)|^)#[^\n]*|^(?:§|section )[^\n]*', re.MULTILINE)
_PAIRED = re.compile(r'(?:[^"#]*"[^"]*")*[^"#]*')
_STEP = re.compile(r"[+*×÷/−]|-(?= )|\b(?:and|or|lesser|greater|average|sum)\b")
_LONG_NUMBER = re.compile(r"[0-9][0-9,.]{40,}")
_COMMAS = re.compile(r"(?<![0-9A-Za-z.,-])[0-9]+(?:,[0-9]+)+(?![0-9A-Za-z])")
_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")


def check(source: Source) -> list[Diagnostic]:
    """Everything about the look of *source* that must be mended before it can be read."""
    text = source.text
    if len(text) > MOST_CHARACTERS:
        return [errors.text_too_large(source, MOST_CHARACTERS)]
    # A picture opened by mistake is a million strange characters; a hundred say enough.
    found = list(islice(_characters(source), errors.MOST_MISTAKES + 1))
    found.extend(_brackets(source))
    found.extend(_long_formulas(source))
    found.extend(_quotes(source))
    found.extend(_numbers(source))
    return sorted(found, key=lambda d: d.labels[0].at.start)  # type: ignore[union-attr]


def _characters(source: Source) -> Iterator[Diagnostic]:
    """Characters that no rule is written with; in quoted words, titles and comments any letter may stand."""
    text = source.text
    if not _STRANGE.search(text):
        return
    quoted = [m.span() for m in _QUOTED.finditer(text)]
    inside = 0
    told: dict[str, int] = {}  # a pasted line has many of a sort: one is told, the mend is the same for all
    for match in _STRANGE.finditer(text):
        at, char = match.start(), match.group()
        while inside < len(quoted) and quoted[inside][1] <= at:
            inside += 1
        in_words = inside < len(quoted) and quoted[inside][0] <= at
        if in_words and (char == "\t" or char.isprintable()):
            continue
        found = _strange(Span(source, at, at + 1), char)
        start = line_start(text, at)
        if found.code not in _TOLD_ONCE or told.get(found.code) != start:
            yield found
        told[found.code] = start


_TOLD_ONCE = frozenset({"tab", "odd-space", "curly-quote"})


def _strange(at: Span, char: str) -> Diagnostic:
    if char in _DIRECTIONS:
        return errors.direction_character(at, char)
    if char == "\t":
        return errors.tab(at)
    if unicodedata.category(char) in ("Zs", "Cf", "Zl", "Zp"):
        return errors.odd_space(at, char)
    if char in "“”„«»":
        return errors.curly_quote(at, char)
    return errors.strange_character(at, char)


def _brackets(source: Source) -> Iterator[Diagnostic]:
    for match in re.finditer(r"^[^\n#§]*\([^\n]*", source.text, re.MULTILINE):
        depth = deepest = 0
        for char in match.group():
            depth += (char == "(") - (char == ")")
            deepest = max(deepest, depth)
        if deepest > MOST_BRACKETS:
            at = match.start() + match.group().index("(")
            yield errors.too_many_brackets(Span(source, at, at + 1), MOST_BRACKETS)


def _long_formulas(source: Source) -> Iterator[Diagnostic]:
    for match in re.finditer(r"^[^\n]{400,}", source.text, re.MULTILINE):
        words = _QUOTED.sub("", match.group())
        if sum(1 for _ in _STEP.finditer(words)) > MOST_STEPS:
            start = match.start() + len(words) - len(words.lstrip(" "))
            yield errors.formula_too_long(Span(source, start, match.end()), MOST_STEPS)


def _quotes(source: Source) -> Iterator[Diagnostic]:
    for match in re.finditer(r'^[^"\n]*"[^\n]*', source.text, re.MULTILINE):
        line = match.group()
        paired = _PAIRED.match(line)
        end = paired.end() if paired else 0
        if line[end : end + 1] == '"' and not line.startswith(("§", "section ")):
            yield errors.unfinished_quotation(Span(source, match.start() + end, match.end()))


def _numbers(source: Source) -> Iterator[Diagnostic]:
    text = source.text
    for match in _LONG_NUMBER.finditer(text):
        yield errors.number_too_long(Span(source, *match.span()))
    if "," not in text:
        return
    for match in _COMMAS.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        before = text[start : match.start()]
        if not _GROUPS.fullmatch(match.group()) and before.count('"') % 2 == 0 and not re.search(r"#|§", before):
            yield errors.misplaced_comma(Span(source, *match.span()))


def chunks(text: str) -> Iterator[tuple[int, int]]:
    """Each line that starts at the margin, with the indented lines under it, as first and last offset."""
    starts = [m.start() for m in re.finditer(r"^(?=[^\s#])", text, re.MULTILINE)]
    starts[:1] = [0]
    yield from zip(starts, [*starts[1:], len(text)], strict=True)


def line_end(text: str, at: int) -> int:
    """The offset of the end of the line that holds *at*."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def line_start(text: str, at: int) -> int:
    """The offset of the start of the line that holds *at*."""
    return text.rfind("\n", 0, at) + 1


def blank_line(chunk: str, at: int) -> str | None:
    """*chunk* with the line at *at*, and all indented deeper below it, turned to spaces; `None` if it is the first."""
    first = line_start(chunk, at)
    margin = _depth(chunk[first : line_end(chunk, at)])
    if not chunk[:first].strip() or margin == 0:
        return None
    last = line_end(chunk, at)
    while last + 1 < len(chunk):
        line = chunk[last + 1 : line_end(chunk, last + 1)]
        if line.strip() and _depth(line) <= margin:
            break
        last = line_end(chunk, last + 1)
    return chunk[:first] + re.sub(r"[^\n]", " ", chunk[first:last]) + chunk[last:]


def uneven_line(chunk: str) -> int:
    """Where a line steps back to a depth that no line above it has."""
    depths = [0]
    for match in re.finditer(r"^ *(?=[^\s#])", chunk, re.MULTILINE):
        depth = len(match.group())
        if depth > depths[-1]:
            depths.append(depth)
        while depth < depths[-1]:
            depths.pop()
            if depth > depths[-1]:
                return match.end()
    return 0


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def first_visible(text: str, at: int) -> int:
    """The first character at or after *at* that is no space or line end."""
    match = re.compile(r"\S").search(text, at)
    return match.start() if match else at


def word_length(text: str, at: int) -> int:
    """How long the word at *at* is."""
    match = re.compile(r"[^\s,()]+").match(text, at)
    return len(match.group()) if match else 1
