"""Text to tree: the only module that has heard of Lark."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import lark
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.indenter import DedentError, Indenter

from zevrules.diagnostic import Diagnostic, Rejected
from zevrules.source import Source, Span
from zevrules.syntax import errors, layout
from zevrules.syntax.builder import Builder, Unreadable
from zevrules.syntax.lexer import QuickLexer
from zevrules.syntax.saving import SavedParser
from zevrules.syntax.tree import Amendment, File, Header, Provision, Statement

#: One more mistake than a person wants to read at once from a single statement.
_MOST_PER_CHUNK = 20


#: Lines that any clause may stand under.
_HEADER, _AMENDMENT, _STATEMENT = "ruleset a/b", 'amendment "a"', "unused credits stay in the account"


class _Indentation(Indenter):
    """Lark's Indenter keeps its state on itself; a fresh one for each text makes the parser shareable."""

    NL_type = "_NL"
    OPEN_PAREN_types: list[str] = []
    CLOSE_PAREN_types: list[str] = []
    INDENT_type = "_INDENT"
    DEDENT_type = "_DEDENT"
    tab_len = 8

    def process(self, stream: Iterator[lark.Token]) -> Iterator[lark.Token]:
        tokens: Iterator[lark.Token] = _Indentation()._process(stream)  # type: ignore[no-untyped-call]
        return tokens


_lark: lark.Lark | None = None
_making = threading.Lock()


def build_lark() -> lark.Lark:
    """The parser made from the grammar's text: the slow way, and the one the saved tables come from."""
    from zevrules.shipped import grammar_folder

    text = (grammar_folder() / "zevrules.lark").read_text(encoding="utf-8")
    return lark.Lark(text, parser="lalr", lexer="basic", maybe_placeholders=True, **_given_at_load())


def _given_at_load() -> dict[str, Any]:
    """What the saved tables do not hold: our own objects."""
    return {"postlex": _Indentation(), "transformer": Builder(), "_plugins": {"BasicLexer": QuickLexer}}


def _parser() -> lark.Lark:
    global _lark
    if _lark is None:
        with _making:
            if _lark is None:
                _lark = _load_tables() or build_lark()
    return _lark


def _load_tables() -> lark.Lark | None:
    """The parser from the saved tables, unless they were saved by another version of Lark."""
    from zevrules.syntax import _tables

    if lark.__version__ != _tables.LARK_VERSION:
        return None
    QuickLexer.openings = _tables.OPENINGS
    given = _given_at_load()
    given["_plugins"]["LALR_Parser"] = SavedParser
    made: lark.Lark = lark.Lark._load_from_dict(_tables.DATA, _tables.MEMO, **given)  # type: ignore[no-untyped-call]
    return made


def parse(source: Source) -> File:
    """The tree of *source*.

    Raises:
        Rejected: With every mistake of writing found in it.

    >>> parse(Source("a.zev", "§ 13 CCR 1 — Use\\nA may satisfy B\\n")).provisions[0].title
    'Use'
    """
    found = layout.check(source)
    if found:
        raise Rejected(errors.bounded(source, found))
    text = source.text + "\n"
    try:
        items: Any = _parser().parse(text)
    except (UnexpectedInput, DedentError, Unreadable):
        raise Rejected(_every_mistake(source, text)) from None
    return _file(source, items)


def _file(source: Source, items: list[Any]) -> File:
    """Statements gathered under the provision that they follow, provisions under the amendment."""
    headers, provisions, amendments, strays = [], [], [], []
    amending: Amendment | None = None
    current: Provision | None = None
    gathered: list[Statement] = []

    def close() -> None:
        nonlocal current
        if current is not None:
            current.statements = tuple(gathered)
            if amending is None:
                provisions.append(current)
            else:
                amending.provisions = (*amending.provisions, current)
        current = None

    for item in items:
        if isinstance(item, Header):
            item.source = source
            headers.append(item)
        elif isinstance(item, Amendment):
            close()
            amending = item
            amending.source = source
            amendments.append(item)
        elif isinstance(item, Provision):
            close()
            current, gathered = item, []
            current.source = source
        elif current is None:
            strays.append(item)
        else:
            gathered.append(item)
    close()
    return File(source, tuple(headers), tuple(provisions), tuple(amendments), tuple(strays))


def _every_mistake(source: Source, text: str) -> list[Diagnostic]:
    """Each top-level line with what is indented under it is read by itself, so that one mistake hides no other."""
    found: list[Diagnostic] = []
    for start, end in layout.chunks(text):
        found.extend(_mistakes_in(source, text[start:end], start))
        if len(found) > errors.MOST_MISTAKES:
            break
    return errors.bounded(source, found)


def _mistakes_in(source: Source, chunk: str, start: int) -> Iterator[Diagnostic]:
    """The mistakes of the *chunk* that stands at *start*: after each, its line is blanked and the rest read again."""
    stood_in = False
    for _ in range(_MOST_PER_CHUNK):
        try:
            _parser().parse(chunk)
        except (UnexpectedInput, Unreadable, DedentError) as mistake:
            diagnostic, at = _worded(source, chunk, start, mistake)
            yield diagnostic
            blanked = layout.blank_line(chunk, at)
            if blanked is not None:
                chunk = blanked
                continue
            # The first line opens the rest, so another must stand in for it, of whatever length.
            first, below = chunk[: layout.line_end(chunk, 0)], chunk[layout.line_end(chunk, 0) :]
            if stood_in or not below.strip():
                return
            stood_in = True
            openings = {"ruleset": _HEADER, "amendment": _AMENDMENT}
            opening = openings.get(first.partition(" ")[0], _STATEMENT)
            chunk, start = opening + below, start + len(first) - len(opening)
        else:
            return


def _worded(source: Source, chunk: str, start: int, mistake: Exception) -> tuple[Diagnostic, int]:
    """*mistake* as a person should read it, and where in the chunk it is."""
    if isinstance(mistake, Unreadable):
        first, last = mistake.at
        span = Span(source, start + first, start + last)
        return (errors.not_a_model_year if mistake.text.isdigit() else errors.not_a_whole_number)(span), first
    if isinstance(mistake, DedentError):
        at = layout.uneven_line(chunk)
        return errors.uneven_indentation(Span(source, start + at, start + at + 1)), at
    assert isinstance(mistake, UnexpectedInput)
    accepted = _accepted(mistake.interactive_parser.parser_state)
    if isinstance(mistake, UnexpectedToken):
        return _worded_token(source, chunk, start, mistake.token, accepted)
    at = mistake.pos_in_stream or 0
    return _worded_words(source, chunk, start, at, layout.word_length(chunk, at), accepted), at


def _worded_token(
    source: Source, chunk: str, start: int, token: lark.Token, accepted: set[str]
) -> tuple[Diagnostic, int]:
    """A word of the language that stands where it cannot."""
    at = token.start_pos or 0
    if token.type == "_INDENT":
        at = layout.first_visible(chunk, token.end_pos or at)
        line_end = layout.line_end(chunk, at)
        return errors.unexpected_indentation(Span(source, start + at, start + line_end)), at
    length = 1 if token.type == "_NL" else len(token.rstrip())
    return _worded_words(source, chunk, start, at, max(length, 1), accepted), at


def _worded_words(source: Source, chunk: str, start: int, at: int, length: int, accepted: set[str]) -> Diagnostic:
    """Words that cannot be read, with what they were meant to be if the parser can read that."""
    from zevrules.syntax.mending import mend  # only a text with mistakes pays for looking for their repair

    first, last = layout.line_start(chunk, at), layout.line_end(chunk, at)

    def reads(line: str) -> bool:
        return _reads(chunk[:first] + line + "\n")

    line = chunk[first:last]
    guess = mend(line, at - first, reads, accepted)
    replaced = line[guess.start : guess.end] if guess else ""
    if guess and replaced.strip():
        begins = start + first + guess.end - len(replaced.lstrip())
        span = Span(source, begins, begins + len(replaced.strip()))
    else:
        span = Span(source, start + at, start + at + length)
    before = line[: at - first].strip()
    return errors.unexpected_words(span, accepted, before, guess.help if guess else "")


def _reads(text: str) -> bool:
    try:
        _parser().parse(text)
    except (UnexpectedInput, DedentError, Unreadable):
        return False
    return True


def _accepted(state: Any) -> set[str]:
    """The terminals the parser would really take here: it has actions for others that only lead to a later refusal."""
    table = state.parse_conf.parse_table.states
    return {t for t in table[state.state_stack[-1]] if t.isupper() and _would_shift(table, list(state.state_stack), t)}


def _would_shift(table: Any, stack: list[Any], terminal: str) -> bool:
    """Whether reductions on *terminal* end in its being shifted (or in the end of the text)."""
    while True:
        action, argument = table[stack[-1]].get(terminal, (None, None))
        if action is None:
            return False
        if str(action) == "Shift":
            return True
        size = len(argument.expansion)
        del stack[len(stack) - size :]
        stack.append(table[stack[-1]][argument.origin.name][1])
