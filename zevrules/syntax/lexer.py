"""Text to tokens, quickly: Lark's basic lexer, asked only about terminals that the next character can begin.

A hundred fixed phrases in one alternation make every name pay for a hundred refusals, and Lark's
contextual lexer compiles an alternation for each state of the parser, most of a run's start-up. One
small pattern for each first character has neither cost and gives the same tokens: terminals are tried
in the same order. See docs/decisions/0002-lexer.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from lark import Token
from lark.exceptions import UnexpectedCharacters
from lark.lexer import BasicLexer

#: A terminal that more characters than this begin is worth a pattern of its own.
_MANY = 5


#: A terminal that is a fixed phrase, ended by no further letter: most of the grammar's are.
_PHRASE = re.compile(r"(?:\(\?:)?([a-z ]+)\(\?!\[\\w-\]\)\)?")
_GOES_ON = re.compile(r"[\w-]").match


class _Found:
    """What stands where a pattern's match would: a phrase that was found, and the terminal it is."""

    __slots__ = ("at", "lastgroup", "words")

    def __init__(self, words: str, terminal: str, at: int) -> None:
        self.words, self.lastgroup, self.at = words, terminal, at

    def group(self) -> str:
        return self.words

    def end(self) -> int:
        return self.at + len(self.words)


def _phrases(terminals: list[tuple[str, str]]) -> Any:
    """What matches the first of some (phrase, terminal) that stands at a position; it takes no compiling."""

    def match(text: str, position: int, end: int) -> _Found | None:
        for words, terminal in terminals:
            if text.startswith(words, position, end) and not _GOES_ON(text, position + len(words), end):
                return _Found(words, terminal, position)
        return None

    return match


def _scanners(terminals: list[Any]) -> Iterator[Any]:
    """What matches one of *terminals*, tried in their order: phrases that follow one another at once, then patterns."""
    told = [(_PHRASE.fullmatch(terminal.pattern.to_regexp()), terminal) for terminal in terminals]
    for fixed, group in groupby(told, key=lambda pair: pair[0] is not None):
        some = list(group)
        yield _phrases([(found[1], t.name) for found, t in some if found]) if fixed else _compiled([t for _, t in some])


def _compiled(terminals: list[Any]) -> Any:
    return re.compile("|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in terminals)).match


class QuickLexer(BasicLexer):
    """Lark's basic lexer with one scanner for each first character, made when it is first met."""

    #: For each terminal the characters that it can begin with; one that is not here may begin with any.
    openings: Mapping[str, str] = {}

    def __init__(self, conf: Any, comparator: Any = None) -> None:
        super().__init__(conf, comparator)
        self._by_character: dict[str, tuple[Any, ...]] = {}
        self._of_many: dict[str, Any] = {}
        name = next(t for t in self.terminals if t.name == "NAME")
        self._name = re.compile(name.pattern.to_regexp()).match

    def _scanners_for(self, char: str) -> tuple[Any, ...]:
        """What matches a token that begins with *char*, in order; names, which any letter begins, are tried after it.

        Terminals of the highest priority that many characters begin are compiled once for all of these.
        """
        terminals = [
            t
            for t in self.terminals
            if t.name not in ("NAME", "WS") and (t.name not in self.openings or char in self.openings[t.name])
        ]
        scanners = []
        while terminals and len(self.openings.get(terminals[0].name, "")) > _MANY:
            first = terminals.pop(0)
            if first.name not in self._of_many:
                self._of_many[first.name] = _compiled([first])
            scanners.append(self._of_many[first.name])
        scanners.extend(_scanners(terminals))
        # Threads may make the same scanners twice; either serve.
        self._by_character[char] = made = tuple(scanners)
        return made

    def lex(self, state: Any, parser_state: Any) -> Iterator[Token]:
        """The tokens of the text that *state* holds, from where it stands."""
        text, position, end = state.text.text, state.line_ctr.char_pos, state.text.end
        scanners, name = self._by_character, self._name
        while position < end:
            char = text[position]
            if char == " ":
                position += 1
                continue
            for match in scanners.get(char) or self._scanners_for(char):
                found = match(text, position, end)
                if found:
                    kind = found.lastgroup
                    break
            else:
                found, kind = name(text, position, end), "NAME"
            if not found:
                raise UnexpectedCharacters(text, position, 0, 0, state=parser_state)  # type: ignore[no-untyped-call]
            token = Token(kind, found.group(), position)
            position = token.end_pos = found.end()
            state.last_token = token
            yield token
