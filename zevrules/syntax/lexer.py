"""Text to tokens, quickly: Lark's basic lexer, asked only about terminals that the next character can begin.

A hundred fixed phrases in one alternation make every name pay for a hundred refusals, and Lark's
contextual lexer compiles an alternation for each state of the parser, most of a run's start-up. One
small pattern for each first character has neither cost and gives the same tokens: terminals are tried
in the same order. See docs/decisions/0002-lexer.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lark import Token
from lark.exceptions import UnexpectedCharacters
from lark.lexer import BasicLexer


class QuickLexer(BasicLexer):
    """Lark's basic lexer with one scanner for each first character, made when it is first met."""

    #: For each terminal the characters that it can begin with; one that is not here may begin with any.
    openings: Mapping[str, str] = {}

    def __init__(self, conf: Any, comparator: Any = None) -> None:
        super().__init__(conf, comparator)
        self._by_character: dict[str, Any] = {}
        name = next(t for t in self.terminals if t.name == "NAME")
        self._name = re.compile(name.pattern.to_regexp()).match

    def _scanner_for(self, char: str) -> Any:
        """What matches a token that begins with *char*; names, which any letter begins, are tried after it."""
        terminals = [
            t
            for t in self.terminals
            if t.name not in ("NAME", "WS") and (t.name not in self.openings or char in self.openings[t.name])
        ]
        scanner = re.compile("|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in terminals) or "(?!)").match
        # Threads may make the same scanner twice; either serves.
        self._by_character[char] = scanner
        return scanner

    def lex(self, state: Any, parser_state: Any) -> Iterator[Token]:
        """The tokens of the text that *state* holds, from where it stands."""
        text, position, end = state.text.text, state.line_ctr.char_pos, state.text.end
        scanners, name = self._by_character, self._name
        while position < end:
            char = text[position]
            if char == " ":
                position += 1
                continue
            found = (scanners.get(char) or self._scanner_for(char))(text, position, end)
            if found:
                kind = found.lastgroup
            else:
                found, kind = name(text, position, end), "NAME"
            if not found:
                raise UnexpectedCharacters(text, position, 0, 0, state=parser_state)  # type: ignore[no-untyped-call]
            token = Token(kind, found.group(), position)
            position = token.end_pos = found.end()
            state.last_token = token
            yield token
