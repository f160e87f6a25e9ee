"""Saves the parser's tables as a module, so that a run need not build them (``make tables``).

Python text rather than Lark's own pickle: a reader can see what it holds, and nothing is executed on load.
"""

from __future__ import annotations

import re._parser as re_parser  # type: ignore[import-not-found]  # only here, where tables are made
from pathlib import Path
from typing import Any

import lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from zevrules.syntax.parser import build_lark
from zevrules.syntax.saving import compact

_GIVEN_AT_LOAD = frozenset(
    (
        "postlex transformer lexer_callbacks use_bytes debug g_regex_flags regex propagate_positions tree_class "
        "_plugins"
    ).split()
)


def tables_text() -> str:
    """The text of ``_tables.py`` for the grammar as it stands."""
    data, memo = build_lark().memo_serialize([TerminalDef, Rule])
    # What is given anew at each load: our objects, which no text can hold.
    data["options"] = {name: value for name, value in data["options"].items() if name not in _GIVEN_AT_LOAD}
    data["parser"]["parser"] = compact(data["parser"]["parser"])
    return (
        '"""The saved tables of grammar/zevrules.lark; made by zevrules/syntax/tables.py, not by hand."""\n\n'
        f"LARK_VERSION = {lark.__version__!r}\n"
        f"OPENINGS = {_openings()!r}\n"
        f"DATA = {_ordered(data)!r}\n"
        f"MEMO = {_ordered(memo)!r}\n"
    )


def _openings() -> dict[str, str]:
    """For each terminal the characters that a match of it can begin with; the lexer then asks about few at a time."""
    terminals = build_lark().terminals
    found = {t.name: first_characters(t.pattern.to_regexp()) for t in terminals}
    return {name: "".join(sorted(chars)) for name, chars in sorted(found.items()) if chars is not None}


_LETTERS = frozenset(map(chr, range(32, 127))) | frozenset("\n§≤≥×÷–—−’")


def first_characters(pattern: str) -> frozenset[str] | None:
    """The characters that a match of *pattern* can begin with; None if that cannot be told.

    >>> sorted(first_characters(r"(?<=x)(up|down)(?![a-z])")), sorted(first_characters("[0-2]?a"))
    (['d', 'u'], ['0', '1', '2', 'a'])
    """
    return _first(list(re_parser.parse(pattern)))


def _first(items: list[Any]) -> frozenset[str] | None:
    """The first characters of a sequence: those of its items up to the first that cannot be empty."""
    found: frozenset[str] = frozenset()
    for op, argument in items:
        word = str(op)
        if word in ("ASSERT", "ASSERT_NOT", "AT"):
            continue
        first, may_be_empty = _first_of(word, argument)
        if first is None:
            return None
        found |= first
        if not may_be_empty:
            return found
    return None


def _first_of(word: str, argument: Any) -> tuple[frozenset[str] | None, bool]:
    """The first characters of one item, and whether it can be empty."""
    if word == "LITERAL":
        return frozenset(chr(argument)), False
    if word == "IN":
        return frozenset(c for c in _LETTERS if _in(c, argument)), False
    if word == "SUBPATTERN":
        return _first(list(argument[3])), False
    if word == "BRANCH":
        some = [_first(list(branch)) for branch in argument[1]]
        return (None if None in some else frozenset().union(*some)), False  # type: ignore[arg-type]
    if word == "MAX_REPEAT":
        least, _, inner = argument
        return _first(list(inner)), least == 0
    return None, False


def _in(char: str, ranges: list[Any]) -> bool:
    negated = str(ranges[0][0]) == "NEGATE"
    inside = any(
        (str(op) == "LITERAL" and ord(char) == value) or (str(op) == "RANGE" and value[0] <= ord(char) <= value[1])
        for op, value in ranges
    )
    return inside != negated


def _ordered(value: object) -> object:
    """*value* with its mappings and sets in a fixed order, so that the text is the same each time."""
    if isinstance(value, dict):
        return {k: _ordered(value[k]) for k in sorted(value, key=repr)}
    if isinstance(value, (set, frozenset)):
        return sorted(map(_ordered, value), key=repr)
    if isinstance(value, (list, tuple)):
        return type(value)(map(_ordered, value))
    return value


if __name__ == "__main__":
    (Path(__file__).parent / "_tables.py").write_text(tables_text(), encoding="utf-8")
