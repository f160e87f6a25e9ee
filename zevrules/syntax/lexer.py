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

#: A terminal that more characters than this begin is worth a pattern of its own.
_MANY = 5


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
        if terminals:
            scanners.append(_compiled(terminals))
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
